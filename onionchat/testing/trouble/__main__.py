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

from onionchat.testing.trouble.faults import FAULTS, RARE
from onionchat.testing.trouble.subject import TroubleReactor
from onionchat.testing.trouble.trial import PROMISED_SECONDS, Trial, network, pair


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m onionchat.testing.trouble", description="Faults happen to a tor."
    )
    parser.add_argument("--trials", type=int, default=20, help="default: %(default)s")
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


async def _run(reactor: TroubleReactor, names: Sequence[str], guarded: bool) -> list[Trial]:
    trials = []
    faults = {**FAULTS, **RARE}
    with (
        tempfile.TemporaryDirectory(prefix="trouble-") as folder,
        network(Path(folder) / "n") as lab,
    ):
        made = await pair(reactor, Path(folder), lab.client_torrc, lab.client_seed, guarded=guarded)
        try:
            if not made.subject.tor_clock:
                print("there is no C compiler: tor's own clock does not leap")
            for number, name in enumerate(names, 1):
                try:
                    trial = await made.trial(name, faults[name])
                except TimeoutError as late:
                    print(f"{number:3} {name:12} {late}")
                    break
                trials.append(trial)
                _show(number, trial)
        finally:
            await made.stop()
    return trials


def main(arguments: Sequence[str]) -> None:
    """Run trials; the exit status is 1 if a promise was not kept."""
    options = _parser().parse_args(arguments)
    wanted = options.faults.split(",")
    unknown = set(wanted) - {*FAULTS, *RARE}
    if unknown:
        sys.exit(f"no such fault: {', '.join(sorted(unknown))}")
    names = list(islice(cycle(wanted), options.trials))
    if options.verbose:
        globalLogPublisher.addObserver(_print_event)

    def run(reactor: Any) -> Deferred[None]:  # noqa: ANN401 - as `task.react` gives it
        return Deferred.fromCoroutine(_main(cast(TroubleReactor, reactor), names, options))

    task.react(run, ())


@implementer(ILogObserver)
def _print_event(event: LogEvent) -> None:
    if str(event.get("log_namespace", "")).startswith("onionchat.net"):
        print("   ", eventAsText(event, includeSystem=False), flush=True)


async def _main(reactor: TroubleReactor, names: Sequence[str], options: argparse.Namespace) -> None:
    trials = await _run(reactor, names, not options.unguarded)
    kept = sum(trial.kept for trial in trials)
    print(f"{kept} of {len(names)} within {PROMISED_SECONDS:.0f} s and one building of a circuit")
    print(
        json.dumps([{"fault": t.fault, "circuit": t.circuit, "seconds": t.seconds} for t in trials])
    )
    if kept < len(names):
        raise SystemExit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
