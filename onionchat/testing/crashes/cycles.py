"""Killing a process that stores things, again and again, at moments left to chance.

    python -m onionchat.testing.crashes.cycles --cycles 1000 [--seed 1]

What lives here: the child, the parent that kills it, the comparison. What may not: what is stored
(`life`). The child is forked, so that a cycle takes milliseconds; SIGKILL takes it as it would any
process. What the kernel has taken of its writes survives; for lost power see `points`.

The child tells what is acknowledged through a pipe, after the commit. Anti-tests use `early`: it
tells before the commit, and the check must then find something lost.
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
from onionchat.testing.crashes.life import Broken, Fact, Life, Step, Template
from onionchat.testing.rng import SeededRng

MAX_GROUP: Final = 8
"""Operations to a commit, at most."""

LONGEST: Final = 0.06
"""Seconds from the beginning of a process to its end, at most: opening takes about 3 ms of them."""

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
    died: int = 0
    """Processes that were killed while opening or before their first commit."""


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
        told = _cycle(life, number, rng, early=early)
        tally.cycles += 1
        tally.commits += len(told)
        tally.died += not told
        for facts in told:
            tally.facts += len(facts)
            try:
                _learn(known, facts)
            except Broken as broken:
                raise Broken(f"cycle {cycle} of seed {seed}: {broken}") from None
        try:
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


def _cycle(life: Life, number: int, rng: Rng, *, early: bool) -> list[list[Fact]]:
    """One process, killed; returns what it told, commit by commit."""
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
    # Early moments are as likely as late ones, since opening is a small part.
    until = time.monotonic() + rng.uniform(0, LONGEST)
    received = bytearray()
    try:
        while (left := until - time.monotonic()) > 0:
            if select.select([read_end], [], [], left)[0]:
                part = os.read(read_end, 65536)
                if not part:
                    raise Broken("the process that stores ended by itself")
                received += part
        os.kill(pid, signal.SIGKILL)
        while part := os.read(read_end, 65536):
            received += part
    finally:
        os.close(read_end)
        os.waitpid(pid, 0)
    lines = bytes(received).split(b"\n")[:-1]
    return [msgspec.json.decode(line, type=list[Fact]) for line in lines]


def _child(life: Life, number: int, rng: Rng, out: int, *, early: bool) -> None:
    """Store until killed. After each commit one line tells its facts."""
    database = life.open()
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
    parser.add_argument("--cycles", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--early", action="store_true", help="the planted fault: must be found")
    chosen = parser.parse_args()
    begin = time.monotonic()
    # Here, not in /tmp, which is memory on many machines.
    os.makedirs(".cache", exist_ok=True)
    with tempfile.TemporaryDirectory(dir=".cache") as folder:
        try:
            tally = run(Path(folder), chosen.cycles, chosen.seed, early=chosen.early)
        except Broken as broken:
            print(f"BROKEN: {broken}")
            return 1
    print(
        f"{tally.cycles} processes killed in {time.monotonic() - begin:.0f} s (seed {chosen.seed}):"
        f" {tally.commits} commits, {tally.facts} facts acknowledged, {tally.died} killed before"
        " their first commit; none lost, none doubled, no number used twice, database sound"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
