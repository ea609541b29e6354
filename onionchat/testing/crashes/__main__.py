"""`python -m onionchat.testing.crashes`: what `make crash` runs, kills first, then failing disks.

What lives here: the arguments of both, checked before the first of them takes minutes. What may
not: anything else.
"""

from __future__ import annotations

import argparse
import sys

from onionchat.testing.arguments import one_of, positive
from onionchat.testing.crashes import cycles, points
from onionchat.testing.interruption import run


def main() -> int:
    """Run what was asked for; returns the exit status."""
    parser = argparse.ArgumentParser(prog="make crash", description=__doc__)
    parser.add_argument("--cycles", type=positive, default=cycles.CYCLES, help="processes killed")
    parser.add_argument("--stride", type=positive, default=1, help="every so many changes (1: all)")
    parser.add_argument(
        "--way",
        type=one_of("way", [way.name for way in points.WAYS]),
        help="no kills, and of the ways in which a disk fails this one",
    )
    asked = parser.parse_args()
    if asked.way is not None:
        return points.one_way(asked.way, asked.stride)
    return cycles.report(asked.cycles) or points.all_ways(asked.stride)


if __name__ == "__main__":
    sys.exit(run(main))
