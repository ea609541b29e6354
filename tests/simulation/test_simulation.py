"""The simulator in its short form: seeds that must be sound, planted bugs that must be found.

The long form is `make simulate` (docs/simulator.md).
"""

import os
import subprocess
import sys
from collections import Counter

import pytest

from onionchat.testing.simulation.campaign import run_jobs, run_seeds, shrunk
from onionchat.testing.simulation.plan import make_plan
from onionchat.testing.simulation.planted import PLANTED
from onionchat.testing.simulation.run import simulator
from onionchat.testing.simulation.shrink import signature, smallest

pytestmark = pytest.mark.slow

PROCESSES = 2
SEEDS = range(1, 101)
FASTER_THAN_REAL = 1000

FOUND_BY = {
    "acknowledge-before-commit": 3,
    "drop-last-entry-of-batch": 1,
    "full-disk-acknowledged": 40,
    "delivered-on-send": 1,
    "delivered-is-on-its-way-again": 1,
    "repeats-are-news": 1,
    "read-beyond-what-was-read": 1,
    "forget-outbox": 1,
    "forget-what-came-while-loading": 5,
    "window-never-reopened": 14,
    "renewal-loses-a-record": 7,
    "unreadable-records-are-passed-over": 5,
    "replayed-records-are-accepted": 5,
    "silent-links-stay": 2,
    "order-by-time-alone": 1,
    "backdating-is-believed": 8,
    "forks-are-ignored": 2,
    "numbers-used-again-after-restore": 26,
    "gaps-are-accepted": 10,
    "taken-back-texts-are-kept": 259,
    "taken-back-texts-are-not-looked-for": 37,
    "blocked-contacts-are-served": 12,
    "quota-ignored": 2,
    "strangers-without-limit": 2,
    "synchronous-off": 17,
    "synchronous-normal": 17,
    "no-rollback-journal": 4,
    "deletion-for-everyone-is-ignored": 84,
    "what-is-said-of-deleted-messages-is-kept": 244,
    "devices-believe-whoever-came-last": 3,
    "equal-marks-stay-by-arrival": 207,
    "nobody-is-taken-into-personas": 3,
    "devices-hear-of-no-commits": 6,
    "own-acknowledgements-are-delivery": 6,
    "removing-stays-on-one-device": 12,
    "what-is-said-of-removed-contacts-is-kept": 63,
    "blocking-stays-on-one-device": 3,
    "other-devices-texts-are-the-contacts": 3,
    "contacts-are-told-of-the-self-account": 3,
}
"""For each planted bug a seed that finds it: `make simulate PLANTED=1` searches the first ones."""

DIGESTS = """
from onionchat.testing.simulation.plan import make_plan
from onionchat.testing.simulation.run import simulator
with simulator() as runner:
    for seed in (2, 4, 11, 16, 20):
        print(seed, runner.run(make_plan(seed)).digest)
"""


def test_a_block_of_seeds_is_sound_and_busy_and_fast():
    """One test, because tests of one module may run in several processes."""
    outcomes = list(run_seeds(SEEDS, PROCESSES))
    assert [(o.plan.seed, o.violations) for o in outcomes if not o.sound] == []
    assert len({outcome.digest for outcome in outcomes}) == len(outcomes)
    # No seed does nothing, and every kind of fault has its share.
    assert all(o.counts["messages committed"] for o in outcomes)
    counts = sum((o.counts for o in outcomes), Counter())
    for kind in ("deaths of machines", "deaths of processes", "writes torn", "answer DiskFull"):
        assert counts[kind] > 10, kind
    for kind in ("restore", "rollback", "forks found", "state read", "streams replayed", "clock"):
        assert counts[kind], kind
    virtual = sum(outcome.virtual for outcome in outcomes)
    assert virtual / sum(outcome.real for outcome in outcomes) > FASTER_THAN_REAL


def test_one_seed_gives_one_trace_in_every_process():
    def traces(hash_seed):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        command = [sys.executable, "-c", DIGESTS]
        return subprocess.run(command, env=environment, capture_output=True, check=True).stdout

    one, other = traces("1"), traces("2")
    assert one == other
    assert len(set(one.split())) == 10


def test_a_second_simulator_of_one_process_has_disks_of_its_own():
    """Its nodes once called the disks of the first one, which were gone: a crash, or no start."""
    digests = set()
    for _ in range(2):
        with simulator() as runner:
            digests.add(runner.run(make_plan(2).only(())).digest)
    assert len(digests) == 1


@pytest.mark.parametrize(
    ("seed", "steps"),
    [
        # A writer and its reader are both moved back: nobody has the writer's third entry any more,
        # so another one may have its number.
        (20053, "9,14,16"),
        # Whoever made an invite died before its person had the link in hand.
        (20, "15,16"),
        # Whoever unblocked somebody died before that was stored.
        (86, "22,28,29"),
    ],
)
def test_what_looked_like_a_violation_and_was_the_simulators_own_fault(seed, steps):
    # In a process of its own: one process has one set of virtual disks.
    command = [sys.executable, "-m", "onionchat.testing.simulation"]
    done = subprocess.run(
        [*command, "--first", str(seed), "--only", steps],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_every_planted_bug_is_found():
    assert FOUND_BY.keys() == PLANTED.keys()
    assert len(PLANTED) >= 15
    jobs = [(seed, bug) for bug, seed in FOUND_BY.items()]
    outcomes = list(zip(jobs, run_jobs(jobs, PROCESSES), strict=True))
    assert [bug for (_, bug), outcome in outcomes if outcome.sound] == []
    # What was planted is found, and not that it fits the code no more.
    broken = ("TypeError", "AttributeError", "NameError", "KeyError")
    assert [
        (bug, outcome.violations[0])
        for (_, bug), outcome in outcomes
        if any(name in outcome.violations[0] for name in broken)
    ] == []


# --- shrinking ------------------------------------------------------------------------------------


def test_shrinking_leaves_what_is_needed_and_nothing_else():
    needed = {3, 17, 18}
    assert set(smallest(range(30), lambda kept: needed <= set(kept))) == needed
    assert smallest(range(30), lambda _kept: True) == ()


def test_shrinking_ends_when_its_runs_are_used_up():
    tried = []

    def fails(kept):
        tried.append(kept)
        return len(kept) > 20

    assert len(smallest(range(100), fails, tries=10)) > 20
    assert len(tried) < 10


def test_a_failing_seed_becomes_a_small_one_that_fails_the_same_way():
    bug = "delivered-on-send"
    plan = make_plan(FOUND_BY[bug])
    with simulator() as runner:
        found = runner.run(plan, bug).violations[0]
        numbers = shrunk(runner, plan, found, bug)
        again = runner.run(plan.only(numbers), bug)
    assert len(numbers) <= 3 < len(plan.steps)
    assert signature(again.violations[0]) == signature(found)
