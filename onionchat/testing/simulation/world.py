"""All machines of one run, their network and time, and the pools of friends they come from.

What lives here: making worlds. Friends are made once, by the real exchange, and every run
begins with copies of their disks. What may not: faults, expectations.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from itertools import combinations, count
from pathlib import Path
from typing import Final

from onionchat.store import profile
from onionchat.testing.nodes import Person, World, join_devices
from onionchat.testing.rng import SeededRng
from onionchat.testing.scripted_peer import steal
from onionchat.testing.simulation import kem
from onionchat.testing.simulation.environment import Machines
from onionchat.testing.simulation.machine import Machine
from onionchat.testing.simulation.network import SimulatedNetwork
from onionchat.testing.simulation.oracle import Oracle
from onionchat.testing.simulation.plan import conversations
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
        self.codes: dict[str, Callable[[str], None]] = {}
        """What people do with the code that a new device shows."""
        machines.reset()
        kem.restart()

    def machine(self, name: str, owner: str | None = None) -> Machine:
        """A machine without a profile; `owner`: whose further device it is."""
        made = Machine(self, name, self.folder / name.lower(), owner or name)
        self.everybody.append(made)
        self.people.append(made)
        return made

    def find(self, name: str) -> Machine | None:
        """The machine of that name."""
        return next((machine for machine in self.everybody if machine.name == name), None)

    def devices(self, owner: str) -> list[Machine]:
        """The machines of somebody."""
        return [machine for machine in self.everybody if machine.owner == owner]

    def several(self, owner: str) -> bool:
        """Whether somebody has more than one."""
        return len(self.devices(owner)) > 1

    def befriend(self, one: Person, other: Person) -> None:
        """See `World`; the other devices of both may not know of it yet."""
        assert isinstance(one, Machine) and isinstance(other, Machine)
        other.add(one.invite(), one.owner)
        self.until(lambda: self.linked(one, other))

    def has_link(self, person: Person, to: Person) -> bool:
        """Whether a device has a link to another one, of a contact or of the same person."""
        assert isinstance(person, Machine) and isinstance(to, Machine)
        here, there = person.card(to.owner), to.card(person.owner)
        if here is None or there is None or person.node is None:
            return False
        return there.own_device in person.node.delivery.linked_devices(here.number)

    def adopt(self, old: Machine) -> Machine:
        """What is to be a further device of somebody, without a profile."""
        taken = {machine.name for machine in self.people}
        number = next(n for n in count(2) if f"{old.owner}-{n}" not in taken)
        new = self.machine(f"{old.owner}-{number}")
        new.joins = old.owner
        return new

    def rush(self, machine: Machine, name: str) -> None:
        """A link came up."""
        call = self.rushing.pop((machine.name, name), None)
        if call is not None:
            self.time.callLater(0.001, call)

    def show_code(self, machine: Machine, code: str) -> None:
        """A new device shows the code by which another one can take it in."""
        call = self.codes.get(machine.name)
        if call is not None:
            self.time.callLater(2.0, call, code)

    def populate(self, pool: Pool) -> None:
        """Begin with copies of a pool's disks."""
        self.time.now = BEGIN
        for name, image in pool.images.items():
            made = self.machine(name, name.partition("-")[0])
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
        self._made: dict[tuple[int, ...], Pool] = {}

    def get(self, devices: tuple[int, ...]) -> Pool:
        """The pool of people with so many devices each."""
        if devices not in self._made:
            name = _named(devices)
            self._made[devices] = shared(self._place, name, lambda: self._make(devices))
            # The program and the pools stay: what looks for garbage after each run need not walk
            # through them again.
            gc.collect()
            gc.freeze()
        return self._made[devices]

    def world(
        self, devices: tuple[int, ...], seed: int, *, every_line: bool = False
    ) -> SimulatedWorld:
        """A world that begins with people who know each other."""
        pool = self.get(devices)
        folder = self._folder / _named(devices)
        world = SimulatedWorld(self._machines, folder, seed, every_line=every_line)
        world.populate(pool)
        world.friends = [(NAMES[a], NAMES[b]) for a, b in conversations(devices)]
        return world

    def _make(self, devices: tuple[int, ...]) -> Pool:
        number = len(devices) if all(number == 1 for number in devices) else sum(devices) * 100
        world = SimulatedWorld(self._machines, self._folder / _named(devices), number)
        people = [_person(world, name, many) for name, many in zip(NAMES, devices, strict=False)]
        for number, (one, other) in enumerate(conversations(devices)):
            # Contacts are made by any device.
            made = (people[who][number % len(people[who])] for who in (one, other))
            world.befriend(*made)
        pairs = [
            (one, other)
            for a, b in conversations(devices)
            for one in people[a]
            for other in people[b]
        ]
        # In the beginning each device has a link to each of every contact.
        world.until(lambda: all(world.linked(*pair) for pair in pairs), 4000)
        world.pass_time(10)
        stolen = {}
        for pair in pairs if len(pairs) == len(conversations(devices)) else []:
            for thief, victim in (pair, pair[::-1]):
                stolen[thief.name, victim.name] = thief.read(
                    lambda tx, name=victim.name: steal(tx, name)  # type: ignore[misc]
                )
        for machine in world.everybody:
            machine.wanted = False
            machine.begin_stop()
        world.pass_time(30)
        assert world.time.now < BEGIN
        assert not world.oracle.violations, world.oracle.violations
        return Pool(
            {m.name: (m.profile / profile.KEYSLOT).read_bytes() for m in world.everybody},
            {m.name: m.disk.image() for m in world.everybody},
            stolen,
        )


def _named(devices: tuple[int, ...]) -> str:
    return "-".join(map(str, devices))


def _person(world: SimulatedWorld, name: str, many: int) -> list[Machine]:
    """Somebody with so many devices, all of which run and are linked to each other."""
    made = [world.machine(name)]
    made += [world.adopt(made[0]) for _ in range(1, many)]
    for machine in made:
        machine.create()
        machine.begin_start()
        world.until(lambda machine=machine: machine.node)  # type: ignore[misc]
    for new in made[1:]:
        join_devices(made[0], new)
        world.until(lambda new=new: new.owner == name)  # type: ignore[misc]
    own = list(combinations(made, 2))
    world.until(lambda: all(world.linked(*pair) for pair in own), 2000)
    return made
