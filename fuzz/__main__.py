"""All targets, or one, for so many minutes, side by side on the cores.

python -m fuzz --minutes 20 [--target NAME] [--jobs N]

First the broken decoders of `planted.py`: a fuzzer that does not find those finds nothing.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from fuzz.measure import ROOT
from fuzz.planted import TARGETS as PLANTED
from fuzz.targets import TARGETS
from onionchat.testing.arguments import minutes, one_of, positive
from onionchat.testing.interruption import Crew, end
from onionchat.testing.interruption import run as run_program

LEAST_SECONDS = 5
STARTING = 3
"""Seconds that a process takes to load and to write its end."""

PLANTED_SECONDS = 120
"""At most, by the clock, and so on a busy machine: a run ends with its first finding's line."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one process did."""

    target: str
    seconds: float
    executions: int
    covered: int
    findings: tuple[str, ...]


def fuzz(crew: Crew, target: str, seconds: int, *, until_found: bool = False) -> Run:
    """Fuzz one target in a process of its own."""
    begin = time.monotonic()
    findings, executions, covered, tail = [], 0, 0, []
    with crew.process(
        [sys.executable, "-m", "fuzz.one", target, str(seconds)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            tail = [*tail[-20:], line]
            if line.startswith("FINDING ") or "Test unit written to" in line:
                findings.append(line.strip())
                if until_found:
                    end(process, signal.SIGKILL)
            elif found := re.search(r"#(\d+)\t.*cov: (\d+)", line):
                executions, covered = int(found[1]), max(covered, int(found[2]))
            elif found := re.match(r"stat::number_of_executed_units: *(\d+)", line):
                executions = int(found[1])
        status = process.wait()
    if status != 0 and not findings:
        findings.append(f"ended with status {status}:\n" + "".join(tail))
    return Run(target, time.monotonic() - begin, executions, covered, tuple(findings))


def self_check(jobs: int) -> bool:
    """Whether the planted faults are found."""
    with Crew(jobs) as crew:
        runs = crew.map(lambda name: fuzz(crew, name, PLANTED_SECONDS, until_found=True), PLANTED)
    missed = [run.target for run in runs if not run.findings]
    print(f"planted faults found: {len(PLANTED) - len(missed)} of {len(PLANTED)}", flush=True)
    for name in missed:
        print(f"  not found: {name}", flush=True)
    return not missed


HEAD = f"{'target':20}{'seconds':>9}{'executions':>12}{'a second':>10}{'edges':>8}  findings"


def row(run: Run) -> str:
    """One line of the report."""
    rate = run.executions / max(run.seconds, 1)
    return (
        f"{run.target:20}{run.seconds:9.0f}{run.executions:12}{rate:10.0f}{run.covered:8}"
        f"  {len(run.findings)}"
    )


def report(runs: Sequence[Run]) -> None:
    """The sums, and each finding with the command that shows it again."""
    print(f"{'all':20}{sum(r.seconds for r in runs):9.0f}{sum(r.executions for r in runs):12}")
    for run in runs:
        for finding in run.findings:
            print(f"\n{run.target}: {finding}")
            path = finding.rsplit(" ", 1)[-1]
            print(f"  replay: .venv/bin/python -m fuzz.replay --raise {run.target} {path}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=minutes, default=5.0, help="in all, by the clock")
    parser.add_argument("--target", type=one_of("target", TARGETS), help="only this one")
    parser.add_argument("--jobs", type=positive, default=os.cpu_count() or 1)
    parser.add_argument("--no-self-check", dest="check", action="store_false")
    chosen = parser.parse_args()
    names = [chosen.target] if chosen.target else list(TARGETS)
    jobs = min(chosen.jobs, len(names))
    if chosen.check and not self_check(chosen.jobs):
        return 1
    share = int(chosen.minutes * 60 * jobs / len(names))
    seconds = max(LEAST_SECONDS, share - STARTING)
    print(HEAD, flush=True)

    def one(name: str) -> Run:
        run = fuzz(crew, name, seconds)
        if not crew.ended:
            print(row(run), flush=True)
        return run

    with Crew(jobs) as crew:
        runs = crew.map(one, names)
    report(runs)
    return 1 if any(run.findings for run in runs) else 0


if __name__ == "__main__":
    sys.exit(run_program(main))
