"""One process that fuzzes one target; `make fuzz` starts these.

    python -m fuzz.one TARGET SECONDS

What lives here: the loop with atheris (libFuzzer) around it. What may not: judging (`measure`).

A finding does not end the run: it is written to `.cache/fuzz/crashes/TARGET/`, once for each kind,
and the process goes on. An input that hangs or takes the process with it ends it; libFuzzer writes
that one there, too.
"""

from __future__ import annotations

import argparse
import sys
import time
import tracemalloc
from pathlib import Path

import atheris

# Before anything of the program is imported, so that the fuzzer sees its branches.
with atheris.instrument_imports(include=["onionchat", "fuzz.planted"]):
    from fuzz import corpus, measure, planted
    from fuzz.target import Target
    from fuzz.targets import find

assert planted.TARGETS  # imported here, so that it is instrumented as well
CRASHES = measure.ROOT / ".cache" / "fuzz" / "crashes"
SAMPLED = 64
"""Every so many inputs Python's memory is counted, too, which takes several times as long."""

REST = 5.0
"""Seconds between two inputs that are measured alone: instrumented code is slow, and looks it."""


class Loop:
    """What is done with each input."""

    def __init__(self, target: Target, folder: Path) -> None:
        self._target = target
        self._folder = folder
        self._kinds: set[str] = set()
        self._count = 0
        self._patience = measure.MAX_SECONDS
        self._measured_at = 0.0

    def input(self, data: bytes) -> None:
        self._count += 1
        sampled = self._count % SAMPLED == 0
        measure.reset_peak()
        before = measure.peak_bytes()
        if sampled:
            tracemalloc.start()
        cost = measure.timed(self._target, data)
        if sampled:
            cost.traced = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            cost.seconds = 0.0  # that of tracemalloc
        cost.resident = measure.peak_bytes() - before
        if cost.error:
            self._found(cost.error, data)
        elif cost.seconds > self._patience or cost.over() and cost.seconds <= measure.MAX_SECONDS:
            self._measure(data, cost)

    def _measure(self, data: bytes, cost: measure.Cost) -> None:
        now = time.monotonic()
        if now - self._measured_at < REST and self._measured_at:
            return
        finding = measure.judged(self._target, data, cost)
        self._measured_at = time.monotonic()
        if finding is not None:
            self._found(finding.what, data)
        elif cost.seconds > self._patience:
            # Slow here, fast alone: the next one has to be slower to be worth a look.
            self._patience = cost.seconds * 1.2

    def _found(self, what: str, data: bytes) -> None:
        kind = "".join(c for c in what if not c.isdigit())
        if kind in self._kinds:
            return
        self._kinds.add(kind)
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / corpus.name_of(data)
        path.write_bytes(data)
        print(f"FINDING {what}: {path}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target")
    parser.add_argument("seconds", type=int)
    chosen = parser.parse_args()
    target = find(chosen.target)
    found, crashes = corpus.FOUND / target.name, CRASHES / target.name
    seeds = corpus.FOUND.with_name("seeds") / target.name
    for folder in (found, crashes, seeds):
        folder.mkdir(parents=True, exist_ok=True)
    for data in (*target.seeds(), *corpus.committed(target)):
        (seeds / corpus.name_of(data)).write_bytes(data)
    arguments = [
        sys.argv[0],
        str(found),
        str(seeds),
        f"-max_total_time={chosen.seconds}",
        f"-max_len={target.max_size}",
        "-timeout=10",
        "-rss_limit_mb=2048",
        "-print_final_stats=1",
        "-close_fd_mask=0",
        f"-artifact_prefix={crashes}/",
    ]
    atheris.Setup(arguments, Loop(target, crashes).input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
