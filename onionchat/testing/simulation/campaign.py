"""Many seeds in several processes, and what they were good for.

What lives here: `run_seeds`, `search` for planted bugs, `shrunk`, and the report. What may not:
what a run does.
"""

from __future__ import annotations

import multiprocessing
import signal
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Final

from onionchat.testing.interruption import held
from onionchat.testing.simulation.environment import simulated
from onionchat.testing.simulation.plan import Plan, make_plan
from onionchat.testing.simulation.run import Outcome, Simulator, folder
from onionchat.testing.simulation.shrink import signature, smallest

FULL: Final = 500
"""With so many seeds everything in `NEEDED` must have happened."""

SEARCH: Final = 300
"""Seeds within which a planted bug must be found."""

NEEDED: Final = (
    *("write", "read", "receipts", "visibility", "block", "unblock", "ownonion", "validate"),
    *("edit", "react", "delete", "everyone"),
    *("join", "rename", "stop", "kill", "night", "clock"),
    *("crash", "power", "ioerror", "full", "backup", "restore", "snapshot", "rollback"),
    *("relapses", "texts written again", "names"),
    *("cut", "silence", "part", "flap", "offline", "slow", "tamper", "streams replayed", "double"),
    *(f"tampered: {kind}" for kind in ("flip", "drop", "double", "swap", "cut", "insert")),
    *("fork", "backdate", "future", "skip", "flood", "orphans", "replayed", "oversized"),
    *("malformed", "liar", "honest", "foreign", "batch"),
    *("deaths of processes", "deaths of machines", "writes torn", "forks found"),
    *("answer DiskFull", "nodes ended by a failing store", "messages committed"),
    *("petname", "draft", "quarrel", "remove", "adopt", "link", "devices that joined by a code"),
    *("rush", "state sent", "state delivered", "state read", "creation interrupted"),
)
"""What a campaign is worth nothing without."""

_context = multiprocessing.get_context("spawn")
"""Fresh processes: a forked one would inherit what its parent has registered at SQLite (virtual
disks that are gone by then), its threads' locks and its reactor's signal handlers."""

_mine: list[Simulator] = []
_open = ExitStack()


@dataclass(eq=False)
class Totals:
    """What a campaign came to."""

    seeds: int = 0
    virtual: float = 0.0
    cpu: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    failed: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """One more run."""
        self.seeds += 1
        self.virtual += outcome.virtual
        self.cpu += outcome.real
        self.counts.update(outcome.counts)
        if not outcome.sound:
            self.failed.append(outcome)

    @property
    def missing(self) -> list[str]:
        """What has not happened though it should have."""
        return [] if self.seeds < FULL else [kind for kind in NEEDED if not self.counts[kind]]


def _begin(place: Path) -> None:
    made = Path(tempfile.mkdtemp(dir=place))
    _mine[:] = [Simulator(_open.enter_context(simulated()), made, place)]


def _run(job: tuple[int, str | None]) -> Outcome:
    seed, bug = job
    return _mine[0].run(make_plan(seed), bug)


def run_jobs(jobs: Sequence[tuple[int, str | None]], processes: int) -> Iterator[Outcome]:
    """Run seeds, each with a planted bug or none; outcomes come in the same order."""
    # Processes that are ended at once clean up nothing: their folders are in one of ours.
    with folder() as place:
        # Ctrl-C is for this process, which ends them. They must hear SIGTERM: it is how.
        # The tracker's start would undo the mask.
        resource_tracker.ensure_running()
        with held(signal.SIGINT):
            pool = _context.Pool(processes, _begin, (place,))
        with pool:
            yield from pool.imap(_run, jobs)


def run_seeds(seeds: Sequence[int], processes: int, bug: str | None = None) -> Iterator[Outcome]:
    """Run seeds, all with a planted bug or none."""
    yield from run_jobs([(seed, bug) for seed in seeds], processes)


def search(bug: str, jobs: int, first: int = 1, seeds: int = SEARCH) -> tuple[int, str] | None:
    """The first seed that finds a planted bug, and by which violation; None if none does."""
    for outcome in run_seeds(range(first, first + seeds), jobs, bug):
        if not outcome.sound:
            return outcome.plan.seed, outcome.violations[0]
    return None


def shrunk(
    runner: Simulator, plan: Plan, violation: str, bug: str | None = None
) -> tuple[int, ...]:
    """The numbers of the fewest steps that fail in the same way."""
    wanted = signature(violation)

    def fails(numbers: tuple[int, ...]) -> bool:
        with held():
            outcome = runner.run(plan.only(numbers), bug)
        return any(signature(found) == wanted for found in outcome.violations)

    return smallest(range(len(plan.steps)), fails)
