"""`python -m benchmarks [--report] [NAME…]`: run the named benchmarks, or all quick ones."""

from __future__ import annotations

import importlib
import os
import sys

NAMES = (
    "micro",
    "wire",
    "reconcile",
    "backfill",
    "abuse",
    "latency",
    "goodput",
    "reachable",
    "footprint",
    "idle",
    "window",
)
"""The quick ones first."""

LONG: tuple[str, ...] = ("onions", "large", "live", "requests", "storm", "vanguards")
"""Run only if they are named."""

REPORT = "--report"
"""Whoever only wants figures, for instance of another machine, is not failed by a missed goal."""

BYTECODE = ".cache/bytecode"
"""An installed program has its bytecode; without, every start would compile the sources."""


def main(arguments: list[str]) -> int:
    """Run and print; 1 if a goal is not met, unless with `--report`, 2 for an unknown name."""
    judged = REPORT not in arguments
    names = [name for name in arguments if name != REPORT]
    unknown = [name for name in names if name not in (*NAMES, *LONG)]
    if unknown:
        print(
            f"no such benchmark: {', '.join(unknown)}; there are {', '.join((*NAMES, *LONG))}",
            file=sys.stderr,
        )
        return 2
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = os.path.abspath(BYTECODE)
    missed: list[str] = []
    for name in names or NAMES:
        report = importlib.import_module(f"benchmarks.{name}").run()
        print(report.show(), flush=True)
        missed += report.missed
    if missed and judged:
        print(f"not met: {'; '.join(missed)}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
