"""Failing the disk at every write, truncation and sync of a scripted life.

    python -m onionchat.testing.crashes.points [--stride 1] [--way full]

What lives here: playing the script with a `Disk` that fails at the k-th change, and the check after
it. What may not: the disk (`testing.disk`), what is stored (`life`).

Ways in which it fails:

* `full once`     the k-th change is refused, later ones are not: the node goes on
* `full`          from the k-th on nothing can be written: a full disk
* `broken`        the same with an input/output error: a disk that was unplugged
* `power`         at the k-th change the power goes: what was not synced is kept or lost by whole
                  writes, as chance has it
* `torn`          the same by sectors of 512 bytes: half a write may be there
* `lost`          the same, and nothing that was not synced is there

After each the profile is opened on a sound disk and checked; then the script goes on for a while,
and it is checked again.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import apsw

from onionchat.errors import OnionchatError
from onionchat.store.database import Database
from onionchat.testing.arguments import one_of, positive
from onionchat.testing.crashes.life import Broken, Fact, Life, Template
from onionchat.testing.disk import Disk
from onionchat.testing.interruption import Crew, held, run
from onionchat.testing.rng import SeededRng

OPERATIONS: Final = 200
GROUPS: Final = (8, 16, 1, 24, 2)
"""Operations to a commit, in turns."""

AFTERWARDS: Final = 3
"""Commits that are still tried once the disk has failed, and that follow the recovery."""

RECLAIM: Final = 5
"""Every so many commits freed pages are given back, which also copies and cuts the log."""

FIRST: Final = 16
"""Changes at the beginning of which a thinned run leaves out none: opening writes, too."""

SECTOR: Final = 512

VFS: Final = "crashes"


@dataclass(frozen=True, slots=True)
class Way:
    """How the disk fails."""

    name: str
    error: type[apsw.Error]
    for_good: bool = True
    cut: bool = False
    keep: float = 0.0
    """With `cut`: how likely an unsynced write stays."""
    sector: int = 0
    """With `cut`: bytes that stay or go together; 0 for whole writes."""


WAYS: Final = (
    Way("full once", apsw.FullError, for_good=False),
    Way("full", apsw.FullError),
    Way("broken", apsw.IOError),
    Way("power", apsw.IOError, cut=True, keep=0.5),
    Way("torn", apsw.IOError, cut=True, keep=0.5, sector=SECTOR),
    Way("lost", apsw.IOError, cut=True),
)


class Play:
    """One playing of the script."""

    def __init__(self, life: Life, operations: int) -> None:
        self._life = life
        self._operations = operations
        self.known: dict[str, str] = {}
        self.failed = 0
        self._done = 0

    def script(self) -> Iterator[tuple[int, list[int]]]:
        """The number of each commit and of its operations."""
        number = commit = 0
        while number < self._operations:
            size = min(GROUPS[commit % len(GROUPS)], self._operations - number)
            yield commit, list(range(number, number + size))
            number += size
            commit += 1

    def run(
        self,
        *,
        vfs: str = "unix",
        synchronous: int = 2,
        commits: int = 10**6,
        after_failure: int = 10**6,
        sound: bool = False,
    ) -> None:
        """Play on from where the last run ended, so many commits, and so many after a failure.

        A failing commit only counts, but not if the disk is `sound`.

        Raises:
            Broken: something failed on a sound disk.
        """
        try:
            database = self._life.open(vfs=vfs)
        except (OnionchatError, apsw.Error) as error:
            self._fail(error, sound)
            return
        try:
            database.connection.pragma("synchronous", synchronous)
            for commit, numbers in self.script():
                if numbers[-1] < self._done:
                    continue
                if commits == 0 or after_failure == 0:
                    break
                commits -= 1
                after_failure -= bool(self.failed)
                self._commit(database, numbers, sound)
                if commit % RECLAIM == RECLAIM - 1:
                    try:
                        database.reclaim()
                    except OnionchatError as error:
                        self._fail(error, sound)
        finally:
            database.close()

    def _commit(self, database: Database, numbers: Sequence[int], sound: bool) -> None:
        steps = [self._life.step(n, SeededRng(f"operation {n}")) for n in numbers]
        self._done = numbers[-1] + 1
        for outcome in database.run_group(steps).outcomes:
            if outcome.error is not None:
                self._fail(outcome.error, sound)
                continue
            facts: list[Fact] = outcome.value
            for fact in facts:
                before = self.known.setdefault(fact.what, fact.value)
                if before != fact.value and fact.what.startswith(("own", "theirs")):
                    raise Broken(f"one number, two entries: {fact.what}")

    def _fail(self, error: Exception, sound: bool) -> None:
        self.failed += 1
        if sound:
            raise Broken(f"a sound disk, and yet: {type(error).__name__}") from error


def count(template: Template, folder: Path, disk: Disk, operations: int = OPERATIONS) -> int:
    """How many changes the script makes on a sound disk, on which nothing may fail."""
    life = template.copy(folder)
    play = Play(life, operations)
    disk.arm(0)
    disk.unsynced.clear()
    play.run(vfs=VFS, sound=True)
    changes = disk.count
    life.check(play.known)
    shutil.rmtree(folder)
    return changes


def point(
    template: Template,
    folder: Path,
    disk: Disk,
    way: Way,
    number: int,
    *,
    operations: int = OPERATIONS,
    synchronous: int = 2,
) -> None:
    """Fail at one change, open again, check, go on, check.

    Raises:
        Broken: a promise was not kept.
    """
    life = template.copy(folder)
    play = Play(life, operations)
    disk.unsynced.clear()
    disk.arm(number, error=way.error, for_good=way.for_good)
    play.run(vfs=VFS, synchronous=synchronous, after_failure=AFTERWARDS)
    if way.cut:
        rng = SeededRng(f"{way.name} {number}")
        disk.power_cut(lambda: rng.uniform(0, 1) < way.keep, sector=way.sector)
    disk.arm(0)
    try:
        # With the same disk, which is sound again: it only defines what is synced, and is quick.
        life.check(play.known, vfs=VFS)
        play.run(vfs=VFS, sound=True, commits=AFTERWARDS)
        life.check(play.known, vfs=VFS)
    except Broken as broken:
        raise Broken(f"{way.name} at change {number}: {broken}") from None
    finally:
        shutil.rmtree(folder)


def numbers_of(total: int, stride: int) -> list[int]:
    """The first changes, then every `stride`-th, and the last."""
    return sorted({*range(1, min(total, FIRST) + 1), *range(1, total + 1, stride), total})


def every_point(
    template: Template, folder: Path, disk: Disk, way: Way, numbers: Sequence[int]
) -> int:
    """All of these points; prints those that do not recover, and returns how many they are."""
    begin = time.monotonic()
    wrong = 0
    for number in numbers:
        try:
            with held():
                # The store would take our end for a failure of the disk.
                point(template, folder, disk, way, number)
        except Broken as broken:
            wrong += 1
            print(f"BROKEN: {broken}", flush=True)
    print(f"{way.name:10} {len(numbers)} points, {time.monotonic() - begin:.0f} s", flush=True)
    return wrong


def all_ways(stride: int) -> int:
    """Every way in a process of its own, side by side; returns the exit status."""
    command = [sys.executable, "-m", "onionchat.testing.crashes.points", "--stride", str(stride)]
    with Crew(os.cpu_count() or 1) as crew:

        def recovers(way: Way) -> bool:
            with crew.process([*command, "--way", way.name]) as process:
                return process.wait() == 0

        recovered = crew.map(recovers, WAYS)
    print("all points recover" if all(recovered) else "some points do not recover")
    return 0 if all(recovered) else 1


def one_way(name: str, stride: int) -> int:
    """One way, here; returns the exit status."""
    (way,) = (way for way in WAYS if way.name == name)
    disk = Disk(VFS)
    # Here, not in /tmp, which is memory on many machines.
    os.makedirs(".cache", exist_ok=True)
    with tempfile.TemporaryDirectory(dir=".cache") as place:
        folder = Path(place)
        with held():
            template = Template.make(folder / "people")
            total = count(template, folder / "life", disk)
        numbers = numbers_of(total, stride)
        print(
            f"{way.name}: {len(numbers)} of {total} changes of {OPERATIONS} operations", flush=True
        )
        wrong = every_point(template, folder / "life", disk, way, numbers)
    disk.unregister()
    return 1 if wrong else 0


def main() -> int:
    """`python -m onionchat.testing.crashes.points`."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--stride", type=positive, default=1, help="every so many changes (1: all)")
    parser.add_argument("--way", type=one_of("way", [way.name for way in WAYS]), help="only this")
    chosen = parser.parse_args()
    return all_ways(chosen.stride) if chosen.way is None else one_way(chosen.way, chosen.stride)


if __name__ == "__main__":
    sys.exit(run(main))
