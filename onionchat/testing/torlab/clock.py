"""Time for the private network: the current time, deadlines and waiting for a condition.

The only module of the package that asks the system for the time (but for ``shaping``, which runs
as a program of its own). Nothing here waits for a fixed time as a means of synchronisation.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

__all__ = ["Deadline", "epoch", "utc_now", "wait_until"]

_POLL_SECONDS = 0.02


def epoch() -> float:
    """Return the seconds since 1970, as tor counts them for its votes."""
    return time.time()


def utc_now() -> datetime:
    """Return the current time in UTC, as the documents of the directory state it."""
    return datetime.now(tz=UTC)


class Deadline:
    """A point in time, `seconds` from now, that a series of waits shares."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._started = self._now()

    @staticmethod
    def _now() -> float:
        return time.monotonic()

    def elapsed(self) -> float:
        """Return the seconds since this deadline was made."""
        return self._now() - self._started

    def remaining(self) -> float:
        """Return the seconds that are left, 0 when the deadline has passed."""
        return max(0.0, self.seconds - self.elapsed())

    def expired(self) -> bool:
        """Tell whether the deadline has passed."""
        return self.remaining() <= 0


def wait_until(condition: Callable[[], bool], deadline: Deadline) -> bool:
    """Ask `condition` again and again; return True once it holds, False after `deadline`.

    Whatever `condition` raises is passed on.
    """
    while not condition():
        if deadline.expired():
            return False
        time.sleep(_POLL_SECONDS)
    return True
