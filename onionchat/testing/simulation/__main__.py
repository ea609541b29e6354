"""`python -m onionchat.testing.simulation`: what `make simulate` runs.

What lives here: arguments and what is printed. What may not: anything else.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from typing import Final

from onionchat.testing.arguments import minutes, not_negative, one_of, positive
from onionchat.testing.interruption import held, run
from onionchat.testing.simulation.campaign import SEARCH, Totals, run_seeds, search, shrunk
from onionchat.testing.simulation.plan import Plan, make_plan
from onionchat.testing.simulation.planted import PLANTED
from onionchat.testing.simulation.run import Outcome, simulator

_SHOWN_LINES = 40

SEEDS: Final = 500
"""How many, where nothing else is asked for."""

MANY = 100_000
"""More seeds than a run by the clock gets through."""


def main() -> int:
    """Run what was asked for; returns the exit status."""
    asked = _arguments()
    if asked.planted is not None:
        return _search(asked.planted, asked.first, asked.jobs)
    if asked.only is not None or asked.trace:
        return _replay(asked.plan, asked.bug, trace=asked.trace)
    return _campaign(asked)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make simulate", description=__doc__)
    parser.add_argument("--seeds", type=positive, help=f"how many seeds ({SEEDS})")
    parser.add_argument("--minutes", type=minutes, help="as many seeds as these allow, instead")
    parser.add_argument("--first", type=not_negative, default=1, help="the first of them (1)")
    parser.add_argument("--jobs", type=positive, default=os.cpu_count() or 1, help="processes")
    parser.add_argument(
        "--only",
        type=_steps,
        metavar="STEPS",
        help='of the first seed only these: 3,8,9; or "none"',
    )
    parser.add_argument("--trace", action="store_true", help="print all that happens in it")
    parser.add_argument("--bug", type=one_of("bug", PLANTED), help="put a bug into the code")
    parser.add_argument(
        "--planted",
        nargs="?",
        const="all",
        metavar="BUG",
        type=one_of("bug", ["all", *PLANTED]),
        help=f"search each planted bug within {SEARCH} seeds",
    )
    asked = parser.parse_args()
    _refuse_what_would_be_ignored(parser, asked)
    asked.plan = make_plan(asked.first)
    if asked.only is not None:
        steps = len(asked.plan.steps)
        if missing := [str(number) for number in asked.only if number >= steps]:
            parser.error(
                f"seed {asked.first} has the steps 0 to {steps - 1}, not {', '.join(missing)}"
            )
        asked.plan = asked.plan.only(asked.only)
    return asked


def _refuse_what_would_be_ignored(
    parser: argparse.ArgumentParser, asked: argparse.Namespace
) -> None:
    """Whoever asks for two things at once shall not believe that both were done."""
    given = [
        name
        for name in ("planted", "only", "trace", "seeds", "minutes", "bug")
        if getattr(asked, name) not in (None, False)
    ]
    together = ({"only", "trace", "bug"}, {"seeds", "bug"}, {"minutes", "bug"}, {"planted"})
    if not any(set(given) <= allowed for allowed in together):
        hint = "; --only and --trace show one seed, that of --first"
        parser.error(
            f"not together: {', '.join('--' + name for name in given)}"
            + hint * bool({"only", "trace"} & {*given})
        )


def _steps(text: str) -> tuple[int, ...]:
    return () if text == "none" else tuple(not_negative(number) for number in text.split(","))


def _campaign(asked: argparse.Namespace) -> int:
    began = time.monotonic()
    totals = Totals()
    seeds = (asked.seeds or SEEDS) if asked.minutes is None else MANY
    for outcome in run_seeds(range(asked.first, asked.first + seeds), asked.jobs, asked.bug):
        totals.add(outcome)
        if not outcome.sound:
            print(f"seed {outcome.plan.seed}: {outcome.violations[0]}", flush=True)
        if asked.minutes is not None and time.monotonic() - began > 60 * asked.minutes:
            break
    _report(totals, time.monotonic() - began, asked.jobs)
    if totals.failed:
        _explain(min(totals.failed, key=lambda found: len(found.plan.steps)), asked.bug)
    return 1 if totals.failed or totals.missing else 0


def _report(totals: Totals, real: float, jobs: int) -> None:
    print(
        f"{totals.seeds} seeds, {len(totals.failed)} failed; {totals.virtual / 3600:.1f} virtual"
        f" hours in {real:.1f} s ({totals.cpu:.1f} s of CPU in {jobs} processes): "
        f"{totals.virtual / max(totals.cpu, 0.001):,.0f} times real time per core"
    )
    happened = Counter(totals.counts)
    impossible = {kind: happened.pop(kind) for kind in list(happened) if "(impossible)" in kind}
    print("happened: " + ", ".join(f"{kind} {times}" for kind, times in sorted(happened.items())))
    print(f"steps that were not possible: {sum(impossible.values())}")
    for kind in totals.missing:
        print(f"NEVER HAPPENED: {kind}")


def _explain(outcome: Outcome, bug: str | None) -> None:
    """The smallest trace that shows the same, and how to see it again."""
    plan = outcome.plan
    print(f"\nshrinking seed {plan.seed} ({len(plan.steps)} steps) …", flush=True)
    with simulator() as runner:
        numbers = shrunk(runner, plan, outcome.violations[0], bug)
        with held():
            again = runner.run(plan.only(numbers), bug)
    print(f"{len(numbers)} steps show it; {len(plan.devices)} people", end="")
    print(", the last one's device is stolen" if plan.thief else "")
    for number in numbers:
        print(f"  {number:>3}  {plan.steps[number]}")
    for line in again.lines[-_SHOWN_LINES:]:
        print(f"    {line}")
    for violation in again.violations or outcome.violations:
        print(f"violated: {violation}")
    only = ",".join(map(str, numbers)) or "none"
    more = f" BUG={bug}" if bug else ""
    print(f"\nto see it again: make simulate FIRST_SEED={plan.seed} ONLY={only}{more}")


def _replay(plan: Plan, bug: str | None, *, trace: bool) -> int:
    with simulator() as runner, held():
        outcome = runner.run(plan, bug, every_line=True)
    for line in outcome.lines if trace or not outcome.sound else ():
        print(line)
    for violation in outcome.violations:
        print(f"violated: {violation}")
    print(f"seed {plan.seed}, {len(plan.steps)} steps: trace {outcome.digest}")
    return 0 if outcome.sound else 1


def _search(name: str, first: int, jobs: int) -> int:
    missed = 0
    for bug in PLANTED if name == "all" else [name]:
        found = search(bug, jobs, first)
        if found is None:
            missed += 1
            print(f"{bug}: NOT FOUND within {SEARCH} seeds", flush=True)
        else:
            print(f"{bug}: seed {found[0]}: {found[1]}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(run(main))
