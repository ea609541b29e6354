"""What happened in one run, as a hash and, if wanted, as lines.

What lives here: `Trace`. What may not: judgement (`invariants`).
"""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Callable
from typing import Final

_LAST: Final = 400
"""Lines that are kept to be shown when a run fails."""


class Trace:
    """Every event of a run in order. Two runs of one plan give the same digest."""

    def __init__(self, now: Callable[[], float], *, every_line: bool = False) -> None:
        self._now = now
        self._hash = hashlib.blake2b(digest_size=16)
        self.lines: deque[str] = deque(maxlen=None if every_line else _LAST)
        self.counts: Counter[str] = Counter()
        """How often each kind of thing happened: what a run was good for."""

    def note(self, line: str) -> None:
        """One thing happened now."""
        stamped = f"{self._now():.6f} {line}"
        self._hash.update(stamped.encode())
        self._hash.update(b"\n")
        self.lines.append(stamped)

    def count(self, kind: str, times: int = 1) -> None:
        """Something of this kind happened."""
        self.counts[kind] += times

    @property
    def digest(self) -> str:
        """The hash of all lines so far, hex."""
        return self._hash.hexdigest()
