"""`python -m properties [--cases N] [--first K]`: run so many cases in all.

A case that breaks a property is named by its check and number; the same number shows it again.
"""

from __future__ import annotations

import argparse
import sys
import time

from onionchat.testing.arguments import not_negative, one_of, positive
from onionchat.testing.interruption import run as run_program
from properties.case import Broken
from properties.suite import CHECKS, Check, run


def main(arguments: list[str]) -> int:
    """0 if all properties hold, 1 if not."""
    parser = argparse.ArgumentParser(prog="python -m properties", description=__doc__)
    parser.add_argument("--cases", type=positive, default=100_000, help="cases in all (100000)")
    parser.add_argument("--first", type=not_negative, default=0, help="the first number (0)")
    parser.add_argument("--only", type=_case, help="one check and one case: CHECK:NUMBER")
    given = parser.parse_args(arguments)
    start = time.monotonic()
    try:
        if given.only:
            check, number = given.only
            check.case(number)
            print(f"{check.name}:{number} holds")
            return 0
        ran = run(given.cases, given.first)
    except Broken as broken:
        print(f"BROKEN: {broken}", file=sys.stderr)
        return 1
    for name, count in ran.items():
        print(f"{name:22} {count:>8,} cases")
    print(f"{sum(ran.values()):,} cases in {time.monotonic() - start:.0f} s: all properties hold")
    return 0


def _case(text: str) -> tuple[Check, int]:
    name, _, number = text.rpartition(":")
    checks = {check.name: check for check in CHECKS}
    return checks[one_of("check", checks)(name)], not_negative(number)


if __name__ == "__main__":
    sys.exit(run_program(lambda: main(sys.argv[1:])))
