"""One simulated machine: a person's profile on a virtual disk, its clock, its node while it runs.

What lives here: the life of a node, started, ended and killed without anybody waiting for it. What
may not: when that happens (`steps`), what has to hold (`oracle`).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from onionchat.errors import DiskFull, OnionchatError, StorageFailed
from onionchat.net.transports.memory import MemoryTransport
from onionchat.node.dbthread import Publish
from onionchat.node.directory import Card
from onionchat.node.node import Node, create_profile, open_node
from onionchat.node.reactors import NodeReactor
from onionchat.store import profile
from onionchat.store.database import Database
from onionchat.testing.nodes import CHEAP, PASSPHRASE, Person, VirtualDb
from onionchat.testing.rng import SeededRng
from onionchat.testing.simulation.environment import VFS
from onionchat.testing.virtual_disk import VirtualDisk
from onionchat.testing.virtual_time import VirtualReactor

if TYPE_CHECKING:
    from onionchat.testing.simulation.world import SimulatedWorld

RETRY_SECONDS: Final = 60.0
"""After which a node is started again that could not start, or ended by itself."""


class SimulatedDb(VirtualDb):
    """Commits with all their syncs; when the process ended in one, nobody hears of it."""

    relaxed = False
    note: Callable[[str], None]

    def _commit(self, group: list[object]) -> None:  # type: ignore[override]
        self.note(f"commit {len(group)}")
        try:
            super()._commit(group)  # type: ignore[arg-type]
        except BaseException:
            if self._reactor.alive:
                raise


def owner_in(petname: str) -> str:
    """Who is called by a petname: people are renamed by what is put behind their names."""
    return petname.partition(" ")[0]


class Machine(Person):
    """A machine of `owner`'s. `node` while it runs."""

    world: SimulatedWorld

    def __init__(self, world: SimulatedWorld, name: str, folder: Path, owner: str) -> None:
        super().__init__(world, name, folder)
        self._owner = owner
        self.joins: str | None = None
        """Who is taking it in as a further device; until then it is nobody's."""
        self.disk: VirtualDisk = world.machines.vfs.mount(str(folder))
        self.disk.happened = self._disk_worked
        self.disk.ended = lambda: self.die(noticed=True)
        self.starting = False
        self.wanted = True
        """Whether somebody starts its node again when it is down."""
        self.made = False
        """Whether it has a profile."""
        self.down_since: float | None = 0.0
        self.restored = False
        """Whether its files were ever those of an earlier time."""
        self.power_at_death: random.Random | None = None
        """Set when the machine, not only the process, ends at the next planted death."""
        self._graves: list[object] = []

    @property
    def owner(self) -> str:
        """Whose it is."""
        if self.joins is not None and self.node is not None and self.node.directory.own():
            self._owner, self.joins = self.joins, None
        return self._owner

    def card(self, owner: str) -> Card | None:
        """What the running node knows of somebody, or of its person's other devices."""
        if self.node is None:
            return None
        if owner == self.owner:
            return self.node.directory.own()
        cards = self.node.directory.all()
        return next((card for card in cards if owner_in(card.petname) == owner), None)

    def petname(self, owner: str) -> str:
        """What somebody is called here; the name itself if nobody is."""
        card = self.card(owner)
        return owner if card is None else card.petname

    def note(self, what: str) -> None:
        """For the trace."""
        self.world.trace.note(f"{self.name} {what}")

    def _disk_worked(self, what: str) -> None:
        self.world.trace.note(f"{self.name} disk {what}")

    def keep(self, waiting: object) -> None:
        """Hold on to a Deferred: what a dead process waited for must not wake when it is freed."""
        self._graves.append(waiting)

    # --- profile --------------------------------------------------------------------------------

    def create(self) -> list[str]:
        """Make the profile. Raises what `create_profile` raises."""
        rng = SeededRng(f"{self.world.seed} {self.profile.name} init {self.starts}")
        words = create_profile(
            self.profile, PASSPHRASE, self.name, rng, cost=CHEAP, wall=self.wall, vfs=VFS
        )
        self.made = True
        return words

    # --- life ------------------------------------------------------------------------------------

    def begin_start(self) -> None:
        """Start the node, unless it runs or somebody does so already."""
        if self.node is not None or self.starting or not self.made:
            return
        self.starting = True
        self.starts += 1
        self.disk.dead = False
        reactor = VirtualReactor(self.world.time)
        transport = self.world.network.transport(self.profile.name)
        self.reactor, self.transport, self.db = reactor, transport, None
        self.note("starts")

        def make_db(open_database: Callable[[], Database], publish: Publish) -> VirtualDb:
            db = SimulatedDb(reactor, open_database, publish)
            db.note = self.note
            self.db = db
            return db

        def make_transport(node: Node) -> MemoryTransport:
            self.world.oracle.born(self, node)
            return transport

        opening = Deferred.fromCoroutine(
            open_node(
                cast(NodeReactor, reactor),
                profile=self.profile,
                passphrase=PASSPHRASE,
                runtime_dir=self.profile / "run",
                rng=SeededRng(f"{self.world.seed} {self.profile.name} {self.starts}"),
                wall=self.wall,
                make_transport=make_transport,
                make_db=make_db,
                vfs=VFS,
            )
        )
        self._graves.append(opening)
        opening.addCallbacks(
            lambda node: self._started(reactor, node),
            lambda failure: self._not_started(reactor, failure),
        )

    def _started(self, reactor: VirtualReactor, node: Node) -> None:
        if not reactor.alive:
            return
        self.starting = False
        self.node = node
        self.down_since = None
        self.note("runs")
        self.world.oracle.runs(self, node)
        ended = Deferred.fromCoroutine(node.until_ended())
        self._graves.append(ended)
        ended.addErrback(lambda failure: self._ended(reactor, failure))

    def _not_started(self, reactor: VirtualReactor, failure: Failure) -> None:
        if not reactor.alive:
            return
        self.starting = False
        reactor.kill()
        if not failure.check(DiskFull, StorageFailed):
            self.world.oracle.fail(f"{self.name} could not start: {failure.value!r}")
            return
        self.note(f"could not start: {type(failure.value).__name__}")
        self.world.trace.count(f"start failed: {type(failure.value).__name__}")
        self._start_later()

    def _ended(self, reactor: VirtualReactor, failure: Failure) -> None:
        """The node ended by itself: what onionchatd would do then."""
        if not reactor.alive or self.node is None:
            return
        if not isinstance(failure.value, StorageFailed):
            self.world.oracle.fail(f"{self.name}'s node ended by itself: {failure.value!r}")
        self.world.trace.count("nodes ended by a failing store")
        self.note("ended by itself")
        self.begin_stop()
        self._start_later()

    def _start_later(self) -> None:
        self.start_in(RETRY_SECONDS)

    def begin_stop(self) -> None:
        """Stop the node as `onionchat stop` does."""
        node, reactor = self.node, self.reactor
        if node is None or reactor is None:
            return
        self.node = None
        self.starting = True  # nobody starts another one before it is gone
        self.note("stops")

        def gone(result: object) -> None:
            if not reactor.alive:
                return
            reactor.kill()
            self.starting = False
            self.down_since = self.world.time.now
            self.note("stopped")
            if isinstance(result, Failure) and not result.check(OnionchatError):
                self.world.oracle.fail(f"{self.name} could not stop: {result.value!r}")
            if self.wanted:
                self.begin_start()

        self._graves.append(Deferred.fromCoroutine(node.stop()).addBoth(gone))

    def die(self, *, noticed: bool, power: random.Random | None = None) -> None:
        """The process ends as with kill -9; with `power` the machine does, with what it wrote."""
        reactor = self.reactor
        if reactor is None or not reactor.alive:
            return
        reactor.kill()
        self.disk.dead = True
        self.node = None
        self.starting = True
        self.down_since = self.world.time.now
        if power is None:
            power, self.power_at_death = self.power_at_death, None
        self.note("dies")
        self.world.trace.count("deaths of processes" if power is None else "deaths of machines")
        db, transport = self.db, self.transport

        def bury() -> None:
            if db is not None:
                db.kill()
            if transport is not None:
                self.world.network.vanish(transport, noticed=noticed and power is None)
            if power is not None:
                self.disk.lose_power(power)
            self.disk.revive()
            self.starting = False

        # Not now: this may be in the middle of a write of its database.
        self.world.time.callLater(0.0, bury)

    def start_in(self, seconds: float) -> None:
        """Start the node after a while, if nobody did before."""

        def start() -> None:
            if self.wanted:
                self.begin_start()

        self.world.time.callLater(seconds, start)

    # --- copies ----------------------------------------------------------------------------------

    def replace(self, image: dict[str, bytes], *, noticeably: bool) -> None:
        """Put an earlier state of the profile's files in their place; the node does not run."""
        self.disk.load(image)
        self.restored = True
        if noticeably:
            places = self.world.machines.places
            places[str(self.profile)] = places.get(str(self.profile), 0) + 1

    def stub(self, keyslot: bytes) -> None:
        """Make what of a profile lies on the real disk: its folder, slot, and an empty file."""
        profile.make_folder(self.profile)
        for name, content in ((profile.KEYSLOT, keyslot), (profile.DATABASE, b"")):
            path = self.profile / name
            if not path.exists():
                profile.make_private_file(path)
                path.write_bytes(content)
        self.made = True
