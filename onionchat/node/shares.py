"""How much of this node's work one contact may cause while others talk to the person.

What lives here: the account of work of each contact, as pure logic, and what work is taken to cost.
What may not: stopping to read from a link (`live_link`), committing in pieces (`batches`).

Work is counted by a fixed tariff instead of being measured: so it is the same in a simulation, and
a machine that is slow for a moment punishes nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from onionchat.protocol.journal.entry import SignedEntry
from onionchat.store.transaction import ContactNo

SHARE: Final = 1 / 32
"""Seconds of work in a second that one contact may cause while others talk: 370 short texts, or 100
kB of long ones. Whoever writes by hand stays far below it. With twice as much, one in twenty of the
others' messages would meet some of it (goal X4)."""

AT_ONCE: Final = 0.05
"""Seconds of work that a contact may cause without a pause when it was quiet: 500 short texts."""

TALKING_SECONDS: Final = 60.0
"""How long after a message a conversation counts as going on."""

LONGEST_REST: Final = 2.0
"""Seconds for which nothing is read from a link at most: a peer that gets no answer for
`liveness.MIN_WAIT` gives the link up."""

MESSAGE_COST: Final = 20e-6
"""Seconds of work that a message of a link makes, whatever is in it …"""

BYTE_COST: Final = 10e-9
"""… and each byte of it …"""

ENTRY_COST: Final = 40e-6
"""… and each entry that it brings: validated, stored, shown …"""

TEXT_COST: Final = 300e-9
"""… and each byte of that: twice what it takes to make short words searchable, because one long
text is work of ten milliseconds in one piece."""

DOUBT_COST: Final = 100e-6
"""… and each entry that is not taken: signatures are verified one by one then."""


def cost(entry: SignedEntry) -> float:
    """Seconds of work that committing an entry makes."""
    return ENTRY_COST + TEXT_COST * (len(entry.header_bytes) + len(entry.body or b""))


def cost_of(entries: Iterable[SignedEntry]) -> float:
    """The same of several."""
    return sum(map(cost, entries))


@dataclass(slots=True)
class _Account:
    debt: float = 0.0
    """Seconds of work that were caused and not paid yet by time."""
    at: float = 0.0
    """When that was so."""


class Shares:
    """Who caused how much work. `now` is monotonic seconds."""

    def __init__(self) -> None:
        self._accounts: dict[ContactNo, _Account] = {}
        self._talked: dict[ContactNo, float] = {}
        """When each conversation last went on, the latest last."""

    def talked(self, contact: ContactNo, now: float) -> None:
        """A message of a conversation was stored, of whichever side."""
        self._talked.pop(contact, None)
        self._talked[contact] = now

    def crowded(self, contact: ContactNo, now: float) -> bool:
        """Whether others wait if this contact causes much work: somebody else talks, and does not
        cause much itself. Two who both catch up need not wait for each other."""
        for other in reversed(self._talked):
            if now - self._talked[other] > TALKING_SECONDS:
                return False
            if other != contact and self._debt(other, now) <= AT_ONCE:
                return True
        return False

    def charge(self, contact: ContactNo, work: float, now: float) -> float:
        """A contact caused so many seconds of work; returns for how many seconds nothing is to be
        read from it."""
        debt = self._debt(contact, now) + work
        crowded = self.crowded(contact, now)
        if not crowded:
            # What it did while nobody minded is not held against it for long.
            debt = min(debt, 2 * AT_ONCE)
        self._accounts[contact] = _Account(debt, now)
        if not crowded or debt <= AT_ONCE:
            return 0.0
        return min((debt - AT_ONCE) / SHARE, LONGEST_REST)

    def forget(self, contact: ContactNo) -> None:
        """A contact is gone."""
        self._accounts.pop(contact, None)
        self._talked.pop(contact, None)

    def _debt(self, contact: ContactNo, now: float) -> float:
        account = self._accounts.get(contact)
        if account is None:
            return 0.0
        return max(0.0, account.debt - SHARE * (now - account.at))
