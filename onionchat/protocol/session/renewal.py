"""When the keys of a session are to be renewed (docs/spec/04-session.md, "Renewal").

What lives here: the clock and the byte count of one pair of keys. What may not: the keys
(`records.Session`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from onionchat.protocol.crypto.rng import Rng

_EARLY: Final = 10


@dataclass(frozen=True, slots=True)
class RenewalLimits:
    """How long keys are used."""

    seconds: float = 600.0
    """From the first message of a channel under them."""
    size: int = 2**30
    """Bytes of records in both directions."""
    grace: float = 60.0
    """Seconds that a renewal may take before the link is closed."""
    spread: float = 0.5
    """Up to this part of `seconds`, by chance, a renewal begins earlier: links that were last used
    together (a message to everybody, a start) do not all work in the same minute."""


class KeyAge:
    """Counts for one pair of keys. Keys that carried no message need no renewal."""

    __slots__ = ("_early", "_limits", "_made_at", "_reached_at", "_rng", "_used_at")

    def __init__(self, limits: RenewalLimits, now: float, rng: Rng) -> None:
        self._limits = limits
        self._rng = rng
        self.renewed(now)

    def renewed(self, now: float) -> None:
        """There are new keys."""
        self._made_at = now
        self._used_at: float | None = None
        self._reached_at: float | None = None
        self._early = self._rng.uniform(0.0, self._limits.spread * self._limits.seconds)

    def used(self, now: float) -> None:
        """A message of a channel was sent or received under these keys."""
        if self._used_at is None:
            self._used_at = now

    def carried(self, size: int, now: float) -> None:
        """`size` bytes went through under these keys so far."""
        if self._reached_at is None and size >= self._limits.size:
            self._reached_at = now

    def due_at(self) -> float | None:
        """When the renewal of these keys is to begin; None while they are unused."""
        limit = self._limit_at()
        if limit is None or self._reached_at is not None:
            return limit
        return limit - self._early

    def _limit_at(self) -> float | None:
        """Until when these keys may be used."""
        if self._reached_at is not None:
            return self._reached_at
        return None if self._used_at is None else self._used_at + self._limits.seconds

    def over_at(self) -> float | None:
        """When the link is closed because nobody renewed them."""
        limit = self._limit_at()
        return None if limit is None else limit + self._limits.grace

    def too_early(self, size: int, now: float) -> bool:
        """Whether a peer that renews now does so only to make work: no honest one comes close."""
        limits = self._limits
        return now - self._made_at < limits.seconds / _EARLY and size < limits.size // _EARLY
