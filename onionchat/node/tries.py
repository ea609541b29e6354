"""How often a passphrase may be tried: a pure core.

What lives here: counting wrong ones and the pause that follows. What may not: passphrases, clocks.

It is for whoever sits at an unlocked computer and types into a lock screen. Whoever can read the
profile's files tries as fast as the key derivation lets him; `docs/threat-model.md` says so.
"""

from __future__ import annotations

from typing import Final

FREE: Final = 5
"""Wrong ones in a row without a pause."""

LONGEST: Final = 300.0
"""Seconds of the longest pause; it doubles from one second."""


class Tries:
    """Wrong passphrases in a row. Times are seconds of any steady clock."""

    def __init__(self) -> None:
        self._wrong = 0
        self._open = 0.0

    def pause(self, now: float) -> float:
        """Seconds until the next one may be tried; 0 if it may be now."""
        return max(0.0, self._open - now)

    def wrong(self, now: float) -> None:
        """One was tried and wrong."""
        self._wrong += 1
        if self._wrong >= FREE:
            self._open = now + min(LONGEST, 2.0 ** (self._wrong - FREE))

    def right(self) -> None:
        """One was right: the count begins anew."""
        self._wrong = 0
        self._open = 0.0
