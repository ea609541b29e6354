"""The steps of a run, made from its seed alone.

What lives here: `Step`, `Plan`, and chances. What may not: doing them (`steps`). A step says all
about itself, so that any of them can be left out and the others stay what they are.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
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
    """One run: how many people who know each other, whether the last one is a thief, and what
    happens."""

    seed: int
    people: int
    thief: bool
    steps: tuple[Step, ...]

    def only(self, numbers: tuple[int, ...]) -> Plan:
        """The same with these steps alone."""
        kept = tuple(self.steps[number] for number in numbers if number < len(self.steps))
        return Plan(self.seed, self.people, self.thief, kept)


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
"""In one of so many seeds, and where nobody is moved back in time, people also edit and delete."""

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

_SIZES: Final = (2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 6, 12)
_WAITS: Final = (0.0, 0.003, 0.05, 0.3, 1.0, 2.0, 6.0, 20.0, 90.0)
_STEPS: Final = (14, 34)


def friendships(people: int) -> list[tuple[int, int]]:
    """Who knows whom among so many."""
    if people <= EVERYBODY:
        return [(one, other) for other in range(people) for one in range(other)]
    pairs = ((one, (one + step) % people) for step in (1, 3) for one in range(people))
    return sorted({(min(pair), max(pair)) for pair in pairs})


def make_plan(seed: int) -> Plan:
    """The plan of a seed."""
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
    return Plan(seed, people, thief, tuple(steps))
