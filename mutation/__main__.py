"""`python -m mutation [--children N] [PATH…]`: mutate, print figures, judge."""

from __future__ import annotations

import argparse
import sys
import time

from mutation import declarations, functions
from mutation.results import Score, below, judge, load_explanations, table
from mutation.slices import SLICES, module_name


def main(arguments: list[str]) -> int:
    """0 if enough of every module is killed and all that survives is explained; 2: no such path."""
    parser = argparse.ArgumentParser(prog="python -m mutation", description=__doc__)
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders; default: all")
    parser.add_argument("--children", type=int, default=2, help="processes at a time")
    given = parser.parse_args(arguments)
    paths = tuple(path.rstrip("/") for path in given.paths)
    chosen = [(part, modules) for part in SLICES if (modules := part.modules(paths))]
    if not chosen:
        print(f"nothing to mutate in {', '.join(paths)}", file=sys.stderr)
        return 2
    explanations = load_explanations()
    bad = False
    everything: dict[str, Score] = {}
    for part, modules in chosen:
        start = time.monotonic()
        scores = functions.run(part, modules, given.children)
        middle = time.monotonic()
        for module, score in declarations.run(part, modules).items():
            _add(scores[module], score)
        stale = judge(scores, explanations, map(module_name, modules))
        scores = {module: score for module, score in scores.items() if score.counted}
        everything |= scores
        took = f"{middle - start:.0f} s functions, {time.monotonic() - middle:.0f} s declarations"
        print(f"\n{part.name}: {took}\n{table(scores)}")
        for score in (score for _, score in sorted(scores.items())):
            for mutant in score.survived:
                print(f"survived: {mutant.function}\n  - {mutant.old}\n  + {mutant.new}")
        for one in stale:
            bad = True
            print(f"explained but not found among the survivors: {one}")
        sys.stdout.flush()
    weak = below(everything)
    if len(chosen) > 1:
        print(f"\n{table(everything)}")
    for module in weak:
        print(f"too few killed: {module}")
    return int(bad or bool(weak))


def _add(to: Score, score: Score) -> None:
    to.killed += score.killed
    to.timeouts += score.timeouts
    to.survived += score.survived


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        # Not by `onionchat.testing.interruption`: the package must not be imported here (`forks`).
        print("interrupted", file=sys.stderr)
        sys.exit(130)
