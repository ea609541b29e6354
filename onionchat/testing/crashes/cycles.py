"""Killing a process that stores things, again and again, at moments left to chance.

    python -m onionchat.testing.crashes.cycles --cycles 1000 [--seed 1]

What lives here: the child, the parent that kills it, the comparison. What may not: what is stored
(`life`). The child is forked, so that a cycle takes milliseconds; SIGKILL takes it as it would any
process. What the kernel has taken of its writes survives; for lost power see `points`.

The child tells through a pipe that the profile is open, and then what is acknowledged, after each
commit. The moment of its end is counted from one of the first commits, or from the opening, so that
most ends hit work however slow the machine is; in every `OPENING`-th cycle from the beginning of
the process, so that some hit the opening.
Anti-tests use `early`: it tells before the commit, and the check must then find something lost.
"""

from __future__ import annotations

import argparse
import gc
import os
import select
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from onionchat.protocol.crypto.rng import Rng
from onionchat.store.database import Database
from onionchat.store.transaction import Transaction
from onionchat.testing.arguments import positive
from onionchat.testing.crashes.life import Broken, Fact, Life, Step, Template
from onionchat.testing.interruption import held
from onionchat.testing.interruption import run as run_program
from onionchat.testing.rng import SeededRng

CYCLES: Final = 1000
"""How many, where nothing else is asked for."""

MAX_GROUP: Final = 8
"""Operations to a commit, at most."""

FIRST_COMMITS: Final = 5
"""The time of a process is counted from the opened profile, or from the first, second, third or
fourth commit, as chance has it."""

LONGEST: Final = 0.04
"""Seconds from there to its end, at most."""

OPENING: Final = 8
"""Every so many cycles the time is counted from the beginning of the process."""

SLOWEST: Final = 60.0
"""Seconds within which a profile is open or a commit done, on any machine."""

OPENED: Final = b"open\n"

LIVES: Final = 40
"""Cycles on one profile; then a fresh one, so that it stays small."""

DEEP: Final = 4
"""Every so many cycles the whole database is read."""

RECLAIM: Final = 16
"""Every so many commits freed pages are given back."""


@dataclass(slots=True)
class Tally:
    """What a run did."""

    cycles: int = 0
    commits: int = 0
    facts: int = 0
    opening: int = 0
    """Processes that were killed while still opening."""
    died: int = 0
    """Processes that were killed before their first commit, those that were opening included."""


def run(
    folder: Path,
    cycles: int,
    seed: int,
    *,
    early: bool = False,
    tell: Callable[[str], None] = print,
) -> Tally:
    """Kill and check so many times.

    Raises:
        Broken: a promise was not kept; the sentence says in which cycle.
    """
    rng = SeededRng(f"crash cycles {seed}")
    template = Template.make(folder / "people")
    tally = Tally()
    life, known, number = template.copy(folder / "life"), dict[str, str](), 0
    gc.freeze()
    for cycle in range(1, cycles + 1):
        if cycle % LIVES == 0:
            life.check(known)
            shutil.rmtree(life.folder)
            life, known = template.copy(folder / "life"), {}
        number += 1000
        with held():
            # Else the child would end by itself, or a check take our end for a fault of the store.
            opened, told = _cycle(life, number, rng, early=early, opening=cycle % OPENING == 0)
        tally.cycles += 1
        tally.opening += not opened
        tally.commits += len(told)
        tally.died += not told
        for facts in told:
            tally.facts += len(facts)
            try:
                _learn(known, facts)
            except Broken as broken:
                raise Broken(f"cycle {cycle} of seed {seed}: {broken}") from None
        try:
            with held():
                life.check(known, deep=cycle % DEEP == 0)
        except Broken as broken:
            raise Broken(f"cycle {cycle} of seed {seed}: {broken}") from None
        if cycle % 100 == 0:
            tell(f"{cycle} cycles, {tally.commits} commits, {tally.facts} facts acknowledged")
    return tally


def _learn(known: dict[str, str], facts: Sequence[Fact]) -> None:
    """Remember what was told. A number of our own log means one entry for ever."""
    for fact in facts:
        before = known.get(fact.what)
        if before is not None and before != fact.value and fact.what.startswith(("own", "theirs")):
            raise Broken(f"one number, two entries: {fact.what}")
        known[fact.what] = fact.value


def _cycle(
    life: Life, number: int, rng: Rng, *, early: bool, opening: bool
) -> tuple[bool, list[list[Fact]]]:
    """One process, killed; whether it had opened the profile, and what it told, by commits.

    With `opening` the kill does not wait for the profile to be open.
    """
    read_end, write_end = os.pipe()
    seed = rng.random_bytes(8)
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.close(read_end)
            _child(life, number, SeededRng(seed), write_end, early=early)
            status = 0
        finally:
            # Whatever happens: nothing of the parent's may run in here.
            os._exit(status)
    os.close(write_end)
    lines = 0 if opening else 1 + int(rng.uniform(0, FIRST_COMMITS))
    lifetime = rng.uniform(0, LONGEST)
    received = bytearray()
    try:
        while received.count(b"\n") < lines:
            if not _listen(read_end, received, SLOWEST):
                raise Broken(f"the process that stores is stuck for {SLOWEST:.0f} seconds")
        until = time.monotonic() + lifetime
        while (left := until - time.monotonic()) > 0:
            _listen(read_end, received, left)
        os.kill(pid, signal.SIGKILL)
        while part := os.read(read_end, 65536):
            received += part
    finally:
        os.kill(pid, signal.SIGKILL)
        os.close(read_end)
        os.waitpid(pid, 0)
    opened = received.startswith(OPENED)
    told = bytes(received.removeprefix(OPENED)).split(b"\n")[:-1]
    return opened, [msgspec.json.decode(line, type=list[Fact]) for line in told]


def _listen(read_end: int, received: bytearray, seconds: float) -> bool:
    """Add what a process tells next; whether it did within so many seconds.

    Raises:
        Broken: it ended by itself.
    """
    if not select.select([read_end], [], [], seconds)[0]:
        return False
    part = os.read(read_end, 65536)
    if not part:
        raise Broken("the process that stores ended by itself")
    received += part
    return True


def _child(life: Life, number: int, rng: Rng, out: int, *, early: bool) -> None:
    """Store until killed. One line tells that the profile is open, one each commit's facts."""
    database = life.open()
    os.write(out, OPENED)
    commits = 0
    while True:
        steps = []
        for _ in range(1 + int(rng.uniform(0, MAX_GROUP))):
            number += 1
            steps.append(life.step(number, rng))
        if early:
            _too_early(database, steps, out)
            continue
        group = database.run_group(steps)
        facts: list[Fact] = []
        for outcome in group.outcomes:
            if outcome.error is not None:
                raise outcome.error
            facts += outcome.value
        _tell(out, facts)
        commits += 1
        if commits % RECLAIM == 0:
            database.reclaim()


def _too_early(database: Database, steps: Sequence[Step], out: int) -> None:
    """The planted fault: tells what is not on disk yet."""

    def run(tx: Transaction) -> None:
        _tell(out, [fact for step in steps for fact in step(tx)])

    database.run(run)


def _tell(out: int, facts: Sequence[Fact]) -> None:
    os.write(out, msgspec.json.encode(facts) + b"\n")


def main() -> int:
    """`python -m onionchat.testing.crashes.cycles`."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--cycles", type=positive, default=CYCLES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--early", action="store_true", help="the planted fault: must be found")
    chosen = parser.parse_args()
    return report(chosen.cycles, chosen.seed, early=chosen.early)


def report(cycles: int, seed: int = 1, *, early: bool = False) -> int:
    """`run`, and print what came of it; returns the exit status."""
    begin = time.monotonic()
    # Here, not in /tmp, which is memory on many machines.
    os.makedirs(".cache", exist_ok=True)
    with tempfile.TemporaryDirectory(dir=".cache") as folder:
        try:
            tally = run(Path(folder), cycles, seed, early=early)
        except Broken as broken:
            print(f"BROKEN: {broken}")
            return 1
    print(
        f"{tally.cycles} processes killed in {time.monotonic() - begin:.0f} s (seed {seed}):"
        f" {tally.commits} commits, {tally.facts} facts acknowledged, {tally.died} killed before"
        f" their first commit, {tally.opening} of them while opening; none lost, none doubled,"
        " no number used twice, database sound"
    )
    return 0


if __name__ == "__main__":
    sys.exit(run_program(main))
