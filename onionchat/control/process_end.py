"""Waiting for the end of a process that somebody else has started.

What lives here: that alone. What may not: asking it to end. It blocks.
"""

from __future__ import annotations

import os
import select
import time
from typing import Final

_POLL_SECONDS: Final = 0.05


class EndOf:
    """The end of a process that is not our child."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        # Opened before it is asked to end, so that the number cannot mean another process then.
        # Only Linux has this; elsewhere the process is looked for.
        opener = getattr(os, "pidfd_open", None)
        try:
            self._descriptor = None if opener is None else opener(pid)
        except OSError:
            self._descriptor = None

    def wait(self, seconds: float) -> bool:
        """Whether it ended in time."""
        if self._descriptor is not None:
            return bool(select.select([self._descriptor], [], [], seconds)[0])
        until = time.monotonic() + seconds  # noqa: TID251 - it blocks, and has no clock
        while time.monotonic() < until:  # noqa: TID251
            try:
                os.kill(self._pid, 0)
            except ProcessLookupError:
                return True
            time.sleep(_POLL_SECONDS)
        return False
