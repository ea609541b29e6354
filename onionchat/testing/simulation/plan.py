"""The steps of a run, made from its seed alone.

What lives here: `Step`, `Plan`, and chances. What may not: doing them (`steps`). A step says all
about itself, so that any of them can be left out and the others stay what they are.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import combinations
from typing import Final


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens, and how long nothing else does after it (virtual seconds)."""

    what: str
    who: int
    whom: int
    salt: int
    """Decides all that the step leaves open."""
    wait: float

    def __str__(self) -> str:
        return f"{self.what:<12} {self.who:>2} {self.whom:>2}  {self.salt:08x}  wait {self.wait:g}"


@dataclass(frozen=True, slots=True)
class Plan:
    """One run: people who know each other with so many devices each, whether the last one is a
    thief, and what happens. Steps name devices: the first person's, the second one's and so on."""

    seed: int
    devices: tuple[int, ...]
    thief: bool
    steps: tuple[Step, ...]

    def only(self, numbers: tuple[int, ...]) -> Plan:
        """The same with these steps alone."""
        kept = tuple(self.steps[number] for number in numbers if number < len(self.steps))
        return Plan(self.seed, self.devices, self.thief, kept)

    @property
    def alone(self) -> bool:
        """Whether nobody begins with more than one device."""
        return all(number == 1 for number in self.devices)


EVERYBODY: Final = 4
"""Up to so many people all know each other; more know their neighbours in a ring."""

_TALK: Final = {"write": 30, "read": 8, "rush": 3, "receipts": 2}
_LIFE: Final = {"stop": 2, "kill": 3, "visibility": 2, "night": 1}
_NETWORK: Final = {
    "cut": 5,
    "silence": 4,
    "part": 4,
    "flap": 2,
    "offline": 3,
    "slow": 3,
    "tamper": 8,
    "replay": 2,
    "double": 2,
}
_DISK: Final = {
    "crash": 7,
    "power": 9,
    "ioerror": 3,
    "full": 3,
    "backup": 4,
    "restore": 4,
    "snapshot": 4,
    "rollback": 4,
    "relapse": 4,
}
_DEATHS: Final = {"crash": 7, "power": 9, "ioerror": 3, "full": 3, "kill": 4}
_CLOCK: Final = {"clock": 8, "night": 3}
_PEOPLE: Final = {"block": 4, "unblock": 7, "ownonion": 2, "validate": 6, "rename": 1, "join": 3}
_THIEF: Final = {
    "fork": 4,
    "backdate": 4,
    "future": 2,
    "skip": 3,
    "flood": 3,
    "orphans": 2,
    "replayed": 3,
    "oversized": 3,
    "malformed": 3,
    "liar": 3,
    "names": 3,
    "honest": 6,
    "foreign": 3,
    "batch": 3,
}

_REMARKS: Final = {"edit": 8, "react": 8, "delete": 6, "everyone": 6}
_REMARKING: Final = 5
"""In one of so many seeds, where nobody is moved back in time, people also edit and delete."""

_THEMES: Final = (
    (_NETWORK,),
    (_DISK,),
    (_NETWORK, _DISK),
    (_CLOCK, _NETWORK),
    (_PEOPLE, _NETWORK),
    (_THIEF, _NETWORK),
    (_THIEF, _DISK),
    (_NETWORK, _DISK, _CLOCK, _PEOPLE),
)

EVERY: Final = 3
"""One of so many seeds is about people with several devices."""

CIRCLE: Final = 3
"""So many people with several devices all know each other; more know the first one alone."""

_HOUSEHOLD: Final = {
    "petname": 6,
    "quarrel": 4,
    "block": 3,
    "unblock": 4,
    "validate": 2,
    "draft": 2,
    "remove": 3,
    "join": 2,
    "adopt": 1,
    "link": 2,
}
_WITHIN: Final = ("quarrel",)
"""What is done to two devices of one person."""
_HOUSEHOLD_THEMES: Final = (
    (_NETWORK,),
    (_DEATHS,),
    (_NETWORK, _DEATHS),
    (_CLOCK, _NETWORK),
    (),
)
_HOUSEHOLDS: Final = (
    *((2, 1),) * 8,
    *((2, 2),) * 6,
    *((3, 1),) * 4,
    *((2, 1, 1),) * 4,
    *((2, 2, 2),) * 2,
    *((3, 2),) * 2,
    (3, 3, 1),
    (3, 3, 3, 3, 3),
)
"""Small ones mostly: what two devices and one contact do not show is rare."""
_HOUSEHOLD_STEPS: Final = (10, 26)

_SIZES: Final = (2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 6, 12)
_WAITS: Final = (0.0, 0.003, 0.05, 0.3, 1.0, 2.0, 6.0, 20.0, 90.0)
_STEPS: Final = (14, 34)


def friendships(people: int) -> list[tuple[int, int]]:
    """Who knows whom among so many."""
    if people <= EVERYBODY:
        return [(one, other) for other in range(people) for one in range(other)]
    pairs = ((one, (one + step) % people) for step in (1, 3) for one in range(people))
    return sorted({(min(pair), max(pair)) for pair in pairs})


def device_pairs(devices: tuple[int, ...]) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Which devices are of people who know each other, and which are of one person."""
    owners = [person for person, number in enumerate(devices) for _ in range(number)]
    known = set(conversations(devices))
    pairs = list(combinations(range(len(owners)), 2))
    return (
        [(one, other) for one, other in pairs if (owners[one], owners[other]) in known],
        [(one, other) for one, other in pairs if owners[one] == owners[other]],
    )


def conversations(devices: tuple[int, ...]) -> list[tuple[int, int]]:
    """Who knows whom among people with so many devices each."""
    if all(number == 1 for number in devices):
        return friendships(len(devices))
    pairs = [(0, other) for other in range(1, len(devices))]
    if len(devices) == CIRCLE:
        pairs.append((1, 2))
    return pairs


def make_plan(seed: int) -> Plan:
    """The plan of a seed: every third one is about people with several devices."""
    return _many_devices(seed) if seed % EVERY == 0 else _one_device(seed)


def _many_devices(seed: int) -> Plan:
    chance = random.Random(f"onionchat simulation of devices {seed}")
    devices = chance.choice(_HOUSEHOLDS)
    kinds: dict[str, int] = dict(_TALK)
    for part in (_LIFE, _HOUSEHOLD, *chance.choice(_HOUSEHOLD_THEMES)):
        for what, weight in part.items():
            kinds[what] = kinds.get(what, 0) + weight
    if seed % _REMARKING == _REMARKING - 1:
        kinds |= _REMARKS
    pairs, own = device_pairs(devices)
    steps = []
    if chance.getrandbits(1):
        steps.append(Step("receipts", 0, 0, 0, 0.0))
    for _ in range(chance.randint(*_HOUSEHOLD_STEPS)):
        (what,) = chance.choices(list(kinds), list(kinds.values()))
        within = what in _WITHIN or (what in _NETWORK and chance.randrange(3) == 0)
        who, whom = chance.choice(own if within else pairs)
        if chance.getrandbits(1):
            who, whom = whom, who
        steps.append(Step(what, who, whom, chance.getrandbits(32), chance.choice(_WAITS)))
    return Plan(seed, devices, False, tuple(steps))


def _one_device(seed: int) -> Plan:
    chance = random.Random(f"onionchat simulation {seed}")
    theme = chance.choice(_THEMES)
    people = chance.choice(_SIZES)
    thief = _THIEF in theme
    if thief:
        people = max(people, 3)
    kinds: dict[str, int] = dict(_TALK)
    for part in (_LIFE, *theme):
        for what, weight in part.items():
            kinds[what] = kinds.get(what, 0) + weight
    if seed % _REMARKING == _REMARKING - 1 and _DISK not in theme and not thief:
        kinds |= _REMARKS
    pairs = friendships(people)
    # A thief knows those whom the owner of its device knows.
    victims = [pair for pair in pairs if pair[1] == people - 1]
    if thief:
        pairs = [pair for pair in pairs if pair[1] != people - 1]
    steps = []
    if chance.getrandbits(1):
        # Everybody tells how far they have read.
        steps += [Step("receipts", one, 0, 0, 0.0) for one in range(people - thief)]
    for _ in range(chance.randint(*_STEPS)):
        (what,) = chance.choices(list(kinds), list(kinds.values()))
        who, whom = chance.choice(victims if what in _THIEF else pairs)
        if chance.getrandbits(1) and what not in _THIEF:
            who, whom = whom, who
        steps.append(Step(what, who, whom, chance.getrandbits(32), chance.choice(_WAITS)))
    return Plan(seed, (1,) * people, thief, tuple(steps))
