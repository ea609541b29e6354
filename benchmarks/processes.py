"""What a running process costs, as Linux counts it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Usage:
    """Since the process began. `wakeups`: its threads gave up the processor and got it again."""

    cpu_seconds: float
    wakeups: int


def usage(pid: int) -> Usage:
    """What the process has used so far."""
    cpu = wakeups = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        cpu += int((task / "schedstat").read_text().split()[0])
        for line in (task / "status").read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches:"):
                wakeups += int(line.split()[1])
    return Usage(cpu / 1e9, wakeups)


def resident(pid: int) -> float:
    """Resident memory in MB (10^6 bytes)."""
    return _kib(Path(f"/proc/{pid}/status"), "VmRSS:") * 1024 / 1e6


def proportional(pid: int) -> float:
    """Resident memory in MB, shared pages divided among who shares them; 0 if nobody may look."""
    try:
        return _kib(Path(f"/proc/{pid}/smaps_rollup"), "Pss:") * 1024 / 1e6
    except PermissionError:
        return 0.0


def _kib(path: Path, name: str) -> int:
    return next(int(line.split()[1]) for line in path.read_text().splitlines() if name in line)
