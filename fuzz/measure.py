"""What one input costs, and whether that is within the goal (R3: 50 ms and 8 MiB).

What lives here: the three checks of an input. What may not: where inputs come from.

Measured are the thread's CPU time, not the wall's, and memory in two ways: what Python allocates
(tracemalloc, exact, but slow) and how far the process's resident peak rises (also what libraries
allocate). Both are noisy in a process that does other things: a garbage collection, a coverage
tracer. So what is over a limit is measured again, alone in a fresh process, and only what is over
it there, in the better of several tries, counts. The limit of time is one of a machine of our day:
a slower one, or one whose neighbours take its caches, is told by a piece of work of known length
that is timed beside each try.
"""

from __future__ import annotations

import gc
import os
import resource
import subprocess
import sys
import tempfile
import time
import tracemalloc
from dataclasses import dataclass
from pathlib import Path

import msgspec

from fuzz.target import Target
from onionchat.testing.pace import slowness

MAX_SECONDS = 0.05
MAX_BYTES = 8 * 1024 * 1024
HANG_SECONDS = 60
"""By the wall's clock, when an input measured alone is given up: also on a machine that is busy."""

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with an input."""

    target: str
    what: str
    data: bytes

    def __str__(self) -> str:
        return f"{self.target}: {self.what} ({len(self.data)} bytes: {self.data[:40].hex()}…)"


class Cost(msgspec.Struct):
    """Of one input: seconds of CPU, bytes of Python objects, bytes of resident peak, the error."""

    seconds: float = 0.0
    traced: int = 0
    resident: int = 0
    error: str = ""

    def over(self) -> str:
        """Which limit it exceeds, empty for none."""
        if self.error:
            return self.error
        if self.seconds > MAX_SECONDS:
            return f"{self.seconds * 1000:.0f} ms of CPU"
        if self.traced > MAX_BYTES:
            return f"{self.traced / 2**20:.1f} MiB of Python objects"
        if self.resident > MAX_BYTES:
            return f"{self.resident / 2**20:.1f} MiB of resident memory"
        return ""


def run_once(target: Target, data: bytes) -> str:
    """Run an input; returns the error that was not declared, empty if all is well."""
    try:
        target.run(data)
    except target.declared:
        return ""
    except Exception as error:  # noqa: BLE001 - finding these is what it is for
        return f"{type(error).__name__} is not declared"
    return ""


def timed(target: Target, data: bytes) -> Cost:
    """Run it and take the time."""
    begin = time.thread_time()
    error = run_once(target, data)
    return Cost(seconds=time.thread_time() - begin, error=error)


def traced(target: Target, data: bytes) -> Cost:
    """Run it and count what Python allocates. tracemalloc must be running."""
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    error = run_once(target, data)
    return Cost(traced=tracemalloc.get_traced_memory()[1] - before, error=error)


def peak_bytes() -> int:
    """The resident peak of this process since `reset_peak`."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def reset_peak() -> None:
    """Forget the peak so far: it is what is resident now (proc(5), clear_refs)."""
    with open("/proc/self/clear_refs", "wb", buffering=0) as file:
        file.write(b"5")


def alone(target: Target, data: bytes) -> Cost:
    """What the input costs in a fresh process that does nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "input"
        path.write_bytes(data)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("COV_")}
        try:
            done = subprocess.run(
                [sys.executable, "-m", "fuzz.replay", "--json", target.name, str(path)],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                timeout=HANG_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Cost(error="hangs")
    if done.returncode != 0:
        return Cost(error=f"ends the process (status {done.returncode})")
    return msgspec.json.decode(done.stdout, type=Cost)


def timed_fairly(target: Target, data: bytes) -> float:
    """The seconds of CPU of one run, as the machine that the limit is meant for would take."""
    before = slowness()
    seconds = timed(target, data).seconds
    return seconds / min(before, slowness())


def measure_here(target: Target, data: bytes) -> Cost:
    """All of it, in this process, which should be a fresh one. Caches are filled first."""
    small = next(iter(target.seeds()), b"")
    for warm in (small, small, b""):
        run_once(target, warm)
    gc.collect()
    reset_peak()
    before = peak_bytes()
    cost = timed(target, data)
    cost.resident = max(0, peak_bytes() - before)
    cost.seconds = min(cost.seconds, *(timed_fairly(target, data) for _ in range(6)))
    tracemalloc.start()
    run_once(target, small)
    cost.traced = traced(target, data).traced
    tracemalloc.stop()
    return cost


def check(target: Target, data: bytes) -> Finding | None:
    """Judge one input, by its time and error here, and again alone if it looks bad."""
    return judged(target, data, timed(target, data))


def judged(target: Target, data: bytes, cost: Cost) -> Finding | None:
    """The finding that a cost measured here amounts to, if it is confirmed alone."""
    if not cost.over():
        return None
    confirmed = cost if cost.error else alone(target, data)
    what = confirmed.over()
    return Finding(target.name, what, data) if what else None
