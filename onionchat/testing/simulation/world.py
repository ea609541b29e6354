"""All machines of one run, their network and time, and the pools of friends they come from.

What lives here: making worlds. Friends are made once, by the real exchange, and every run
begins with copies of their disks. What may not: faults, expectations.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Final

from onionchat.store import profile
from onionchat.testing.nodes import World
from onionchat.testing.rng import SeededRng
from onionchat.testing.scripted_peer import steal
from onionchat.testing.simulation import kem
from onionchat.testing.simulation.environment import Machines
from onionchat.testing.simulation.machine import Machine
from onionchat.testing.simulation.network import SimulatedNetwork
from onionchat.testing.simulation.oracle import Oracle
from onionchat.testing.simulation.plan import friendships
from onionchat.testing.simulation.pool import Pool, shared
from onionchat.testing.simulation.trace import Trace
from onionchat.testing.virtual_time import Stuck, VirtualTime

NAMES: Final = "Alice Bob Carol Dave Erin Frank Grace Heidi Ivan Judy Kim Leo".split()
"""People, in the order in which they join."""

MOMENT: Final = 20_000
"""Calls that may happen in one moment."""

BEGIN: Final = 5000.0
"""When runs begin, virtual seconds: after all pools were made."""


class SimulatedTime(VirtualTime):
    """Time that notices when it stands still."""

    def __init__(self) -> None:
        super().__init__()
        self._since = 0
        self._at = 0.0

    def step(self, limit: float) -> bool:
        """See `VirtualTime`. Raises Stuck when too much happens in one moment."""
        if self.now != self._at:
            self._at, self._since = self.now, self.fired
        elif self.fired - self._since > MOMENT:
            raise Stuck("something goes round and round in one moment")
        return super().step(limit)


class SimulatedWorld(World):
    """A world on virtual machines."""

    network: SimulatedNetwork

    def __init__(
        self, machines: Machines, folder: Path, seed: int, *, every_line: bool = False
    ) -> None:
        self.folder = folder
        self.seed = seed
        self.machines = machines
        self.time = SimulatedTime()
        self.trace = Trace(self.time.seconds, every_line=every_line)
        self.network = SimulatedNetwork(self.time, self.trace, SeededRng(f"{seed} network"))
        self.oracle = Oracle(self)
        self.people = []
        self.everybody: list[Machine] = []
        self.joining: list[tuple[str, str]] = []
        """Who has invited whom."""
        self.friends: list[tuple[str, str]] = []
        """Who knew whom from the beginning."""
        self.visible = False
        self.rushing: dict[tuple[str, str], Callable[[], None]] = {}
        """What somebody does in the moment in which a link to somebody comes up."""
        machines.reset()
        kem.restart()

    def machine(self, name: str) -> Machine:
        """A machine without a profile."""
        made = Machine(self, name, self.folder / name.lower())
        self.everybody.append(made)
        self.people.append(made)
        return made

    def find(self, name: str) -> Machine | None:
        """The machine of somebody."""
        return next((machine for machine in self.everybody if machine.name == name), None)

    def rush(self, machine: Machine, name: str) -> None:
        """A link came up."""
        call = self.rushing.pop((machine.name, name), None)
        if call is not None:
            self.time.callLater(0.001, call)

    def populate(self, pool: Pool) -> None:
        """Begin with copies of a pool's disks."""
        self.time.now = BEGIN
        for name, image in pool.images.items():
            made = self.machine(name)
            made.disk.load(image)
            made.stub(pool.keyslots[name])


class Pools:
    """Makes each pool once.

    Args:
        place: a folder through which the processes of one campaign share them.
    """

    def __init__(self, machines: Machines, folder: Path, place: Path) -> None:
        self._machines = machines
        self._folder = folder
        self._place = place
        self._made: dict[int, Pool] = {}

    def get(self, people: int) -> Pool:
        """The pool of so many people."""
        if people not in self._made:
            self._made[people] = shared(self._place, people, lambda: self._make(people))
            # The program and the pools stay: what looks for garbage after each run need not walk
            # through them again.
            gc.collect()
            gc.freeze()
        return self._made[people]

    def world(self, people: int, seed: int, *, every_line: bool = False) -> SimulatedWorld:
        """A world that begins with so many people who know each other."""
        pool = self.get(people)
        folder = self._folder / f"{people}"
        world = SimulatedWorld(self._machines, folder, seed, every_line=every_line)
        world.populate(pool)
        world.friends = [(NAMES[a], NAMES[b]) for a, b in friendships(people)]
        return world

    def _make(self, people: int) -> Pool:
        world = SimulatedWorld(self._machines, self._folder / f"{people}", people)
        made = [world.machine(name) for name in NAMES[:people]]
        for machine in made:
            machine.create()
            machine.begin_start()
            world.until(lambda machine=machine: machine.node)  # type: ignore[misc]
        for one, other in friendships(people):
            world.befriend(made[one], made[other])
        world.pass_time(10)
        stolen = {}
        for one, other in friendships(people):
            for thief, victim in ((made[one], made[other]), (made[other], made[one])):
                stolen[thief.name, victim.name] = thief.read(
                    lambda tx, name=victim.name: steal(tx, name)  # type: ignore[misc]
                )
        for machine in made:
            machine.wanted = False
            machine.begin_stop()
        world.pass_time(30)
        assert world.time.now < BEGIN
        assert not world.oracle.violations, world.oracle.violations
        return Pool(
            {m.name: (m.profile / profile.KEYSLOT).read_bytes() for m in made},
            {m.name: m.disk.image() for m in made},
            stolen,
        )
