"""All checks with what they check, and running a number of cases of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from onionchat.protocol.identity.roster import fold
from onionchat.protocol.journal.memory import MemoryJournal
from onionchat.protocol.rooms.marks import Marks
from onionchat.protocol.rooms.self_state import SelfState
from properties import accounts, journals, marks, states
from properties.case import Broken, Case


@dataclass(frozen=True)
class Check:
    """One property, what it is checked on, and its share of all cases."""

    name: str
    run: Callable[[Case, Any], None]
    subject: Any
    share: int

    def case(self, number: int) -> None:
        """Raises: Broken, with the case that shows it."""
        try:
            self.run(Case(self.name, number), self.subject)
        except Broken as broken:
            raise Broken(f"{self.name}, case {number}: {broken}") from None


def _checks(
    area: str, found: Sequence[Callable[[Case, Any], None]], subject: object, share: int
) -> list[Check]:
    return [Check(f"{area} {run.__name__}", run, subject, share) for run in found]


CHECKS = (
    *_checks("journals", journals.CHECKS, MemoryJournal, 20),
    # A case of an account makes and checks ten times as many signatures.
    *_checks("accounts", accounts.CHECKS, fold, 3),
    *_checks("states", states.CHECKS, SelfState, 2),
    *_checks("marks", marks.CHECKS, Marks, 4),
)
"""The shares add up to 100."""


def run(cases: int, first: int = 0) -> dict[str, int]:
    """Run so many cases in all, numbers from `first` on; how many of each check.

    Raises:
        Broken: the first case that shows that a property does not hold.
    """
    ran: dict[str, int] = {}
    for check in CHECKS:
        ran[check.name] = -(-cases * check.share // 100)
        for number in range(first, first + ran[check.name]):
            check.case(number)
    return ran
