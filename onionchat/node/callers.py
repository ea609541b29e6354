"""How often a contact may call: each call makes our tor build a circuit, and whoever can have many
built learns where we are (docs/tor.md, "Guards of the second layer").

What lives here: the budget, as pure logic. What may not: taking the door away (`onions`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from onionchat.store.transaction import ContactNo

CALLS_AT_ONCE: Final = 12
"""Calls that a contact has when it was quiet for long. A link that breaks is dialled by both sides,
so whoever behaves uses a few an hour even on a bad day."""

SECONDS_PER_CALL: Final = 600.0
"""How long it takes to get one more: six an hour in the long run."""


MUTE_PRICE: Final = 0.5
"""What a call costs that shows no key, at an onion where nobody else can call. Less, because a
circuit that breaks too early looks the same. (Our own test calls do not count.)"""


MOST_SAVED: Final = 6
"""Calls, at most, that somebody who was shut out again and again must have saved to be let in: each
time takes the onion off tor and puts it back, which costs others seconds and tor some twenty
circuits."""


@dataclass(slots=True)
class _Account:
    calls: float
    """What is left, up to `CALLS_AT_ONCE`."""
    at: float
    """When that was so."""
    shut: bool = False
    times: int = 0
    """How often it was shut out since it last had all calls."""

    @property
    def needed(self) -> int:
        """The calls that it must have to be let in again."""
        return min(1 << min(max(0, self.times - 1), MOST_SAVED), MOST_SAVED)


class CallBudget:
    """Who has called how often. `now` is monotonic seconds."""

    def __init__(self) -> None:
        self._accounts: dict[ContactNo, _Account] = {}

    def called(self, contact: ContactNo, now: float, price: float = 1.0) -> bool:
        """A contact called; returns whether that was its last call for now, so that `shut_out`
        has changed."""
        account = self._accounts.setdefault(contact, _Account(CALLS_AT_ONCE, now))
        self._refill(account, now)
        account.calls = max(0.0, account.calls - price)
        if account.shut or account.calls >= 1:
            return False
        account.shut = True
        account.times += 1
        return True

    def shut_out(self, now: float) -> frozenset[ContactNo]:
        """Those who may not call now."""
        for contact, account in list(self._accounts.items()):
            self._refill(account, now)
            if account.calls >= CALLS_AT_ONCE:
                del self._accounts[contact]
        return frozenset(contact for contact, account in self._accounts.items() if account.shut)

    def next_change(self, now: float) -> float | None:
        """Seconds until the first of them may call again, None if there is none."""
        waits = [
            (account.needed - account.calls) * SECONDS_PER_CALL - (now - account.at)
            for account in self._accounts.values()
            if account.shut
        ]
        return max(0.0, min(waits)) if waits else None

    @staticmethod
    def _refill(account: _Account, now: float) -> None:
        more = max(0.0, now - account.at) / SECONDS_PER_CALL
        account.calls, account.at = min(CALLS_AT_ONCE, account.calls + more), now
        if account.calls >= CALLS_AT_ONCE:
            account.times = 0
        if account.calls >= account.needed:
            account.shut = False
