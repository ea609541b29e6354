"""The time of day as an object, so that tests and the simulator decide what it is."""

from __future__ import annotations

import time
from typing import Protocol

from onionchat.types import Millis


class WallClock(Protocol):
    """Says what time it is; may jump."""

    def millis(self) -> Millis:
        """Milliseconds since 1970 UTC."""


class SystemWallClock:
    """The machine's clock."""

    def millis(self) -> Millis:
        """Milliseconds since 1970 UTC."""
        return Millis(time.time_ns() // 1_000_000)
