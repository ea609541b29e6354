"""`python -m onionchat.testing.trouble [--trials N] [--faults A,B] [--unguarded] [--verbose]`."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any, cast

from twisted.internet import task
from twisted.internet.defer import Deferred
from twisted.logger import ILogObserver, LogEvent, eventAsText, globalLogPublisher
from zope.interface import implementer

from onionchat.testing.arguments import positive
from onionchat.testing.trouble.faults import FAULTS, RARE
from onionchat.testing.trouble.subject import TroubleReactor
from onionchat.testing.trouble.trial import PROMISED_SECONDS, Pair, Trial, network, pair


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m onionchat.testing.trouble", description="Faults happen to a tor."
    )
    parser.add_argument("--trials", type=positive, default=20, help="default: %(default)s")
    known = ", ".join([*FAULTS, *RARE])
    parser.add_argument("--faults", default=",".join(FAULTS), help=f"of {known}; by commas")
    parser.add_argument(
        "--unguarded", action="store_true", help="with the watchdog asleep: what tor does alone"
    )
    parser.add_argument("--verbose", action="store_true", help="print what the watchdog does")
    return parser


def _show(number: int, trial: Trial) -> None:
    took = "given up" if trial.seconds is None else f"{trial.seconds:6.1f} s"
    word = "kept" if trial.kept else "NOT KEPT"
    failed = ", ".join(f"{trial.reasons.count(r)} {r}" for r in dict.fromkeys(trial.reasons))
    load = os.getloadavg()[0]
    print(
        f"{number:3} {trial.fault:12} {took}  (circuit {trial.circuit:.2f} s)  {word:8}"
        f"  load {load:.1f}  {failed}",
        flush=True,
    )


async def _run(
    reactor: TroubleReactor, rounds: Sequence[Sequence[str]], guarded: bool
) -> list[Trial]:
    trials: list[Trial] = []
    with (
        tempfile.TemporaryDirectory(prefix="trouble-") as folder,
        network(Path(folder) / "n") as lab,
    ):
        for number, names in enumerate(rounds):
            base = Path(folder) / str(number)
            base.mkdir(mode=0o700)
            made = await pair(reactor, base, lab.client_torrc, lab.client_seed, guarded=guarded)
            try:
                if not made.subject.tor_clock:
                    print("there is no C compiler: tor's own clock does not leap")
                await _round(made, names, trials)
            finally:
                await made.stop()
    return trials


async def _round(made: Pair, names: Sequence[str], trials: list[Trial]) -> None:
    faults = {**FAULTS, **RARE}
    for name in names:
        try:
            trial = await made.trial(name, faults[name])
        except TimeoutError as late:
            print(f"    {name:12} {late}")
            return
        trials.append(trial)
        _show(len(trials), trial)


def main(arguments: Sequence[str]) -> None:
    """Run trials; the exit status is 1 if a promise was not kept."""
    options = _parser().parse_args(arguments)
    wanted = options.faults.split(",")
    unknown = set(wanted) - {*FAULTS, *RARE}
    if unknown:
        sys.exit(f"no such fault: {', '.join(sorted(unknown))}")
    names = list(islice(cycle(wanted), options.trials))
    rounds = [names[at : at + len(wanted)] for at in range(0, len(names), len(wanted))]
    if options.verbose:
        globalLogPublisher.addObserver(_print_event)

    def run(reactor: Any) -> Deferred[None]:  # noqa: ANN401 - as `task.react` gives it
        return Deferred.fromCoroutine(_main(cast(TroubleReactor, reactor), rounds, options))

    task.react(run, ())


@implementer(ILogObserver)
def _print_event(event: LogEvent) -> None:
    if str(event.get("log_namespace", "")).startswith("onionchat.net"):
        print("   ", eventAsText(event, includeSystem=False), flush=True)


async def _main(
    reactor: TroubleReactor, rounds: Sequence[Sequence[str]], options: argparse.Namespace
) -> None:
    trials = await _run(reactor, rounds, not options.unguarded)
    kept = sum(trial.kept for trial in trials)
    print(
        f"{kept} of {options.trials} within {PROMISED_SECONDS:.0f} s and one building of a circuit"
    )
    print(
        json.dumps([{"fault": t.fault, "circuit": t.circuit, "seconds": t.seconds} for t in trials])
    )
    if kept < options.trials:
        raise SystemExit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
