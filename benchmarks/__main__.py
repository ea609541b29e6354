"""`python -m benchmarks [NAME…]`: run the named benchmarks, or all quick ones."""

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
)
"""The quick ones first."""

LONG: tuple[str, ...] = ("onions", "large", "live", "requests", "storm", "vanguards")
"""Run only if they are named."""

BYTECODE = ".cache/bytecode"
"""An installed program has its bytecode; without, every start would compile the sources."""


def main(arguments: list[str]) -> int:
    """Run and print; 2 for an unknown name."""
    unknown = [name for name in arguments if name not in (*NAMES, *LONG)]
    if unknown:
        print(
            f"no such benchmark: {', '.join(unknown)}; there are {', '.join((*NAMES, *LONG))}",
            file=sys.stderr,
        )
        return 2
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = os.path.abspath(BYTECODE)
    for name in arguments or NAMES:
        print(importlib.import_module(f"benchmarks.{name}").run().show(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
