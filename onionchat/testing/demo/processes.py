"""What Linux tells of processes: their children, whether they live, what stands in their arguments.

What lives here: reading /proc. What may not: anything of onionchat.
"""

from __future__ import annotations

import os
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")


def _stat(pid: int) -> list[str]:
    """Name, state, parent and the rest; empty when there is no such process."""
    with suppress(OSError):
        before, _, after = (_PROC / str(pid) / "stat").read_text().rpartition(")")
        return [before.partition("(")[2], *after.split()]
    return []


def children(pid: int) -> list[tuple[int, str]]:
    """Process id and name of all descendants of a process."""
    below: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for entry in os.listdir(_PROC):
        if entry.isdigit() and (stat := _stat(int(entry))):
            below[int(stat[2])].append((int(entry), stat[0]))
    found: list[tuple[int, str]] = []
    waiting = [pid]
    while waiting:
        next_ones = below[waiting.pop()]
        found += next_ones
        waiting += [child for child, _ in next_ones]
    return found


def lives(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not waited for does not."""
    stat = _stat(pid)
    return bool(stat) and stat[1] not in ("Z", "X")


def arguments(pid: int) -> bytes:
    """The arguments of a process, each ended by a zero byte; empty when there is none."""
    with suppress(OSError):
        return (_PROC / str(pid) / "cmdline").read_bytes()
    return b""


def visible(pid: int) -> bytes:
    """What other processes can read of one: arguments, environment, name, where it is."""
    found = b""
    for name in ("cmdline", "environ", "comm"):
        with suppress(OSError):
            found += (_PROC / str(pid) / name).read_bytes() + b"\n"
    return found
