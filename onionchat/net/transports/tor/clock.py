"""Whether this machine's clock can be right, judged by the times of the network's consensus.

What lives here: a comparison. What may not: what is told of it (`status`), asking tor (`upkeep`).

tor itself says nothing of a clock that is hours wrong while it still finds a consensus to work
with. A consensus is never made before its valid-after, so a clock that shows an earlier time is
behind. One whose valid-until is over may only be old; it tells that the clock is ahead if tor has
had working circuits for a while and yet got no newer one.
"""

from __future__ import annotations

import calendar
import time
from typing import Final

from onionchat.net.transports.tor.events import ConsensusTimes

CLOCK_TOLERANCE_SECONDS: Final = 30 * 60
"""tor lives with less."""

STALE_SECONDS: Final = 15 * 60.0
"""So long after it has circuits a tor that can has fetched a consensus that is valid."""

DAYS_FROM_HOURS: Final = 48
"""From so many hours on a wrong clock is told in days."""

_FORMAT: Final = "%Y-%m-%d %H:%M:%S"


def how_much(seconds: float) -> str:
    """Hours or days in words, for what is that wrong."""
    hours = max(1, round(abs(seconds) / 3600))
    if hours >= DAYS_FROM_HOURS:
        return f"{round(hours / 24)} days"
    return "1 hour" if hours == 1 else f"{hours} hours"


def parse_time(text: str) -> int | None:
    """Seconds since 1970 of a time as tor writes it (UTC); None for anything else."""
    try:
        return calendar.timegm(time.strptime(text.strip(), _FORMAT))
    except ValueError:
        return None


class ConsensusClock:
    """Compares from time to time; remembers since when a consensus has been out of date."""

    def __init__(self) -> None:
        self._stale_since: float | None = None

    def compare(self, times: ConsensusTimes, *, wall: float, now: float, works: bool) -> int | None:
        """By how many seconds the clock is wrong at least, positive: ahead; None if nothing is
        known against it.

        `wall` is the clock (seconds since 1970), `now` the reactor's time, `works` whether tor has
        circuits.
        """
        if wall < times.valid_after - CLOCK_TOLERANCE_SECONDS:
            self._stale_since = None
            return int(wall) - times.valid_after
        if not works or wall <= times.valid_until + CLOCK_TOLERANCE_SECONDS:
            self._stale_since = None
            return None
        if self._stale_since is None:
            self._stale_since = now
        if now - self._stale_since < STALE_SECONDS:
            return None
        return int(wall) - times.valid_until
