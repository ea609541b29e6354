"""How fast this machine is just now, beside the one that limits of time are meant for.

What lives here: a piece of work of known length. What may not: limits.

A limit such as "1 ms of processor time" is one of a machine of our day. A slower one, or one whose
neighbours take its caches, would fail every such test; so what is measured is divided by how much
longer known work takes at the same time.
"""

from __future__ import annotations

import time
from typing import Final

KNOWN_SECONDS: Final = 0.0025
"""What `known_work` takes on the machine that the limits are meant for."""


def known_work() -> float:
    """How long a piece of plain Python takes now, in seconds of this thread's processor time."""
    begin = time.thread_time()
    total = 0
    for number in range(60_000):
        total += number & 3
    return time.thread_time() - begin


def slowness(tries: int = 1) -> float:
    """How many times as long as there things take here now, in the best of the tries; 1 or more."""
    return max(1.0, min(known_work() for _ in range(tries)) / KNOWN_SECONDS)
