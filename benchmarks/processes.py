"""What a running process costs, as Linux counts it."""

from __future__ import annotations

import re
import shutil
import subprocess
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


def moved_bytes(pid: int) -> int:
    """Bytes written and read on the TCP connections that the process has now; 0 without `ss`.

    tor's own count leaves out what goes to addresses of this machine.
    """
    program = shutil.which("ss")
    if program is None:
        return 0
    listed = subprocess.run([program, "-tinpHO"], capture_output=True, text=True, check=True).stdout
    ours = [line for line in listed.splitlines() if f"pid={pid}," in line]
    counted = (re.findall(r"\bbytes_(?:acked|received):(\d+)", line) for line in ours)
    return sum(int(number) for numbers in counted for number in numbers)


def _kib(path: Path, name: str) -> int:
    return next(int(line.split()[1]) for line in path.read_text().splitlines() if name in line)
