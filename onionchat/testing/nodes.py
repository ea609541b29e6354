"""Whole nodes in one process, in virtual time, over a network in memory, each with a real database.

What lives here: `World`, `Person` (a profile with its node, which can stop, be killed, be moved
back in time), and the database runner that both own. What may not: expectations; those are tests.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from twisted.internet.defer import Deferred, succeed
from twisted.internet.protocol import Factory, Protocol
from twisted.python.failure import Failure

from onionchat.errors import Stopping
from onionchat.net.transports.interface import Address, DialFailed, DialReason
from onionchat.net.transports.memory import MemoryNetwork, MemoryTransport
from onionchat.node.dbthread import Publish
from onionchat.node.node import Node, create_profile, open_node
from onionchat.node.reactors import NodeReactor
from onionchat.store.database import Database, Transaction
from onionchat.store.keyslot import Cost
from onionchat.testing.devices import join_devices as join_devices
from onionchat.testing.rng import SeededRng
from onionchat.testing.virtual_time import VirtualReactor, VirtualTime, VirtualWall
from onionchat.types import DeviceKey
from onionchat.views import ContactView, MessageView, NodeEvent

T = TypeVar("T")

CHEAP: Final = Cost(passes=1, memory=8)
"""A passphrase slot that opens at once."""

PASSPHRASE: Final = "correct horse battery staple"  # noqa: S105 - opens test profiles only

COMMIT_SECONDS: Final = 0.002
"""How long a commit takes in virtual time."""


@dataclass(frozen=True, slots=True)
class _Job:
    function: Callable[[Any], Any]
    deferred: Deferred[Any]
    exclusive: bool


class VirtualDb:
    """A node's database, in virtual time: functions that wait together share a commit, as on the
    real thread, and results come after the events.

    `before` and `after` are called around each commit with its number, from 1 on; they may kill the
    node, which then never learns what became of it.
    """

    relaxed = True
    """Whether only processes die here, not machines: files need no syncs then."""

    def __init__(
        self,
        reactor: VirtualReactor,
        open_database: Callable[[], Database],
        publish: Publish,
    ) -> None:
        self._reactor = reactor
        self._open = open_database
        self._publish = publish
        self._jobs: list[_Job] = []
        self._armed = False
        self._stopped: Deferred[None] | None = None
        self.database: Database | None = None
        self.commits = 0
        self.before: Callable[[int], None] = lambda _number: None
        self.after: Callable[[int], None] = lambda _number: None

    def start(self) -> Deferred[None]:
        """Open the database."""
        deferred: Deferred[None] = Deferred()
        try:
            self.database = self._open()
        except BaseException:  # noqa: BLE001 - delivered whole to the caller
            deferred.errback(Failure())
            return deferred
        if self.relaxed:
            self.database.connection.pragma("synchronous", 0)
        deferred.callback(None)
        return deferred

    def run(self, function: Callable[[Transaction], T]) -> Deferred[T]:
        """See `Db.run`."""
        return self._enqueue(function, exclusive=False)

    def exclusive(self, function: Callable[[Database], T]) -> Deferred[T]:
        """See `Db.exclusive`."""
        return self._enqueue(function, exclusive=True)

    def stop(self) -> Deferred[None]:
        """Finish what waits and close."""
        if self.database is None:
            return succeed(None)
        if self._stopped is None:
            self._stopped = Deferred()
            self._arm()
        waiting: Deferred[None] = Deferred()

        def pass_on(result: None) -> None:
            waiting.callback(None)

        self._stopped.addCallback(pass_on)
        return waiting

    def kill(self) -> None:
        """The process ended: what was not committed is lost."""
        self._jobs.clear()
        if self.database is not None:
            self.database.close()
            self.database = None

    def _enqueue(self, function: Callable[[Any], T], *, exclusive: bool) -> Deferred[T]:
        deferred: Deferred[T] = Deferred()
        if self._stopped is not None:
            deferred.errback(Stopping())
        else:
            self._jobs.append(_Job(function, deferred, exclusive))
            self._arm()
        return deferred

    def _arm(self) -> None:
        if not self._armed and self._reactor.alive:
            self._armed = True
            self._reactor.time.callLater(COMMIT_SECONDS, self._work)

    def _work(self) -> None:
        self._armed = False
        if self.database is None:
            return
        group: list[_Job] = []
        while self._jobs and not self._jobs[0].exclusive:
            group.append(self._jobs.pop(0))
        if group:
            self._commit(group)
        elif self._jobs:
            self._exclusive(self._jobs.pop(0))
        if self._jobs:
            self._arm()
        elif self._stopped is not None and self.database is not None:
            self.database.close()
            self.database = None
            self._stopped.callback(None)

    def _commit(self, group: list[_Job]) -> None:
        self.commits += 1
        self.before(self.commits)
        if self.database is None:
            return
        done = self.database.run_group([job.function for job in group])
        self.after(self.commits)
        if not self._reactor.alive:
            return
        for event in done.events:
            self._publish(event)
        for job, outcome in zip(group, done.outcomes, strict=True):
            if outcome.error is None:
                job.deferred.callback(outcome.value)
            else:
                job.deferred.errback(Failure(outcome.error))

    def _exclusive(self, job: _Job) -> None:
        assert self.database is not None
        try:
            result = job.function(self.database)
        except BaseException:  # noqa: BLE001 - delivered whole to the caller
            if self._reactor.alive:
                job.deferred.errback(Failure())
        else:
            if self._reactor.alive:
                job.deferred.callback(result)


class Person:
    """Somebody with a profile; `node` while it runs."""

    def __init__(self, world: World, name: str, profile: Path) -> None:
        self.world = world
        self.name = name
        self.profile = profile
        self.wall = VirtualWall(world.time)
        self.events: list[NodeEvent] = []
        self.words: list[str] = []
        """The recovery phrase that was shown for the profile."""
        self.starts = 0
        self.node: Node | None = None
        self.db: VirtualDb | None = None
        self.transport: MemoryTransport | None = None
        self.reactor: VirtualReactor | None = None

    # --- life of the node -----------------------------------------------------------------------

    def create(self) -> list[str]:
        """Make the profile; returns the recovery phrase."""
        rng = SeededRng(f"{self.world.seed} {self.profile.name} init")
        self.words = create_profile(
            self.profile, PASSPHRASE, self.name, rng, cost=CHEAP, wall=self.wall
        )
        return self.words

    def start(
        self, passphrase: str = PASSPHRASE, *, prepare: Callable[[VirtualDb], None] | None = None
    ) -> Person:
        """Start the node. `prepare` is given its database runner before it opens."""
        assert self.node is None
        self.starts += 1
        reactor = VirtualReactor(self.world.time)
        transport = self.world.network.transport(self.profile.name)

        def make_db(open_database: Callable[[], Database], publish: Publish) -> VirtualDb:
            db = VirtualDb(reactor, open_database, publish)
            self.db = db
            if prepare is not None:
                prepare(db)
            return db

        self.reactor, self.transport = reactor, transport
        node = self.world.time.result(
            open_node(
                cast(NodeReactor, reactor),
                profile=self.profile,
                passphrase=passphrase,
                runtime_dir=self.profile / "run",
                rng=SeededRng(f"{self.world.seed} {self.profile.name} {self.starts}"),
                wall=self.wall,
                make_transport=lambda _node: transport,
                make_db=make_db,
            )
        )
        node.subscribe(self.events.append)
        self.node = node
        return self

    def stop(self) -> None:
        """Stop the node as `onionchat stop` does."""
        assert self.node is not None
        self.world.time.result(self.node.stop())
        self.node = None

    def kill(self, *, noticed: bool = True) -> None:
        """End the node as kill -9 does; `noticed`: its connections break visibly."""
        assert self.reactor is not None and self.db is not None and self.transport is not None
        self.reactor.kill()
        self.db.kill()
        self.world.network.vanish(self.transport, noticed=noticed)
        self.node = None

    def restart(self) -> Person:
        """Stop, and start again."""
        self.stop()
        return self.start()

    # --- what people do ------------------------------------------------------------------------

    def do(self, work: Coroutine[Deferred[Any], Any, T], seconds: float = 120.0) -> T:
        """Wait for a request to the node."""
        return self.world.time.result(work, seconds)

    def begin(self, work: Coroutine[Deferred[Any], Any, T]) -> Deferred[T]:
        """Send a request to the node without waiting for it."""
        return Deferred.fromCoroutine(work)

    @property
    def api(self) -> Node:
        """The running node."""
        assert self.node is not None, f"{self.name}'s node does not run"
        return self.node

    def invite(self, *, standing: bool = False, lifetime: float | None = None) -> str:
        """Make an invite; returns its link."""
        return self.do(self.api.invite(standing=standing, lifetime=lifetime)).link

    def add(self, link: str, name: str | None = None, greeting: str = "") -> ContactView:
        """Follow a link."""
        return self.do(self.api.add(link, name=name, greeting=greeting))

    def contacts(self) -> Sequence[ContactView]:
        """All contacts."""
        return self.do(self.api.contacts())

    def contact(self, name: str) -> ContactView:
        """The contact with that petname."""
        return next(view for view in self.contacts() if view.name == name)

    def address_of(self, contact: str) -> Address:
        """Where this person would dial a contact."""
        card = next(c for c in self.api.directory.all() if c.petname == contact)
        (device,) = card.devices
        assert device.onion_key is not None
        return Address(device.onion_key, device.access_secret, device.port)

    def knock(self, address: Address) -> DialReason | None:
        """Try an address with tor's means alone; None if a connection came about."""
        assert self.transport is not None
        try:
            self.world.time.result(
                self.transport.dial(address, "knock", Factory.forProtocol(Protocol))
            )
        except DialFailed as failed:
            return failed.reason
        return None

    def links(self) -> set[str]:
        """Petnames of the contacts to whom there is a link."""
        if self.node is None:
            return set()
        delivery, directory = self.node.delivery, self.node.directory
        return {card.petname for card in directory.all() if delivery.linked(card.number)}

    def own_links(self) -> frozenset[DeviceKey]:
        """The own other devices to which there is a link, by their keys in the self account."""
        card = None if self.node is None else self.node.directory.own()
        if self.node is None or card is None:
            return frozenset()
        return self.node.delivery.linked_devices(card.number)

    def self_key(self) -> DeviceKey:
        """This device's key in the self account, as the running node has it."""
        card = self.api.directory.own()
        return DeviceKey(b"") if card is None else card.own_device

    def states(self) -> dict[str, str]:
        """Petnames and states of all contacts."""
        return {view.name: view.state for view in self.contacts()}

    def send(self, to: str, text: str) -> MessageView:
        """Write to a contact."""
        return self.do(self.api.send(to, text))

    def history(self, contact: str, limit: int = 10_000) -> Sequence[MessageView]:
        """The conversation with a contact."""
        return self.do(self.api.history(contact, limit=limit)).messages

    def texts(self, contact: str) -> list[str]:
        """The texts of the conversation with a contact, oldest first."""
        return [message.text for message in self.history(contact)]

    def told(self, kind: type[T]) -> list[T]:
        """The events of one kind so far."""
        return [event for event in self.events if isinstance(event, kind)]

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Look into the database of the running node."""
        assert self.db is not None
        return self.world.time.result(self.db.run(work))


class World:
    """Virtual time, a network, and people on it. Everything follows from `seed`."""

    def __init__(self, folder: Path, seed: int = 1) -> None:
        self.folder = folder
        self.seed = seed
        self.time = VirtualTime()
        self.network = MemoryNetwork(self.time)
        self.people: list[Person] = []

    def person(self, name: str, *, start: bool = True) -> Person:
        """Somebody new."""
        person = Person(self, name, self.folder / name.lower())
        self.people.append(person)
        person.create()
        return person.start() if start else person

    def device(self, old: Person, name: str) -> Person:
        """Another device of somebody, whose profile has that name; it runs."""
        new = self.person(name)
        join_devices(old, new)
        return new

    def befriend(self, one: Person, other: Person) -> None:
        """Make two people contacts of each other under their own names, with a link between."""
        other.add(one.invite(), one.name)
        self.until(lambda: self.linked(one, other))
        for person, friend in ((one, other), (other, one)):
            assert person.contact(friend.name).state == "active"

    def linked(self, one: Person, other: Person) -> bool:
        """Whether each of the two has a link to the other."""
        return self.has_link(one, other) and self.has_link(other, one)

    def joined(self, one: Person, other: Person) -> bool:
        """Whether two devices of one person have a link to each other."""
        return all(
            other_key in person.own_links()
            for person, other_key in ((one, other.self_key()), (other, one.self_key()))
        )

    def has_link(self, person: Person, to: Person) -> bool:
        """Whether `person` has a link to the contact named as `to` is."""
        return to.name in person.links()

    def cut(self, one: Person, other: Person) -> int:
        """Break the connections between two people."""
        return self.network.cut(one.profile.name, other.profile.name)

    def silence(self, one: Person, other: Person) -> int:
        """Let the connections between two people die without a sign."""
        return self.network.silence(one.profile.name, other.profile.name)

    def part(self, one: Person, other: Person) -> None:
        """Let nothing pass between two people."""
        self.network.partition(one.profile.name, other.profile.name)

    def heal(self, one: Person, other: Person) -> None:
        """End `part`."""
        self.network.heal(one.profile.name, other.profile.name)

    def until(self, true: Callable[[], object], seconds: float = 120.0) -> None:
        """Let time pass until something holds."""
        self.time.until(true, seconds)

    def pass_time(self, seconds: float) -> None:
        """Let time pass."""
        self.time.advance(seconds)

    def end(self) -> None:
        """Stop all nodes."""
        for person in self.people:
            if person.node is not None:
                person.stop()
