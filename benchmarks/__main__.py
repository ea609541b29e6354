"""`python -m benchmarks [NAME…]`: run the named benchmarks, or all."""

from __future__ import annotations

import importlib
import sys

NAMES = ("latency", "reachable", "footprint")


def main(arguments: list[str]) -> int:
    """Run and print; 2 for an unknown name."""
    unknown = [name for name in arguments if name not in NAMES]
    if unknown:
        print(
            f"no such benchmark: {', '.join(unknown)}; there are {', '.join(NAMES)}",
            file=sys.stderr,
        )
        return 2
    for name in arguments or NAMES:
        print(importlib.import_module(f"benchmarks.{name}").run().show(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
