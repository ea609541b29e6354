"""Carrying out one plan, and what came of it.

What lives here: `Simulator`, which runs plans in this process, and `Outcome`. What may not: many
seeds at a time (`campaign`).
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from twisted.logger import ILogObserver, LogEvent, LogLevel, globalLogPublisher
from zope.interface import implementer

from onionchat.testing.simulation import endings
from onionchat.testing.simulation.adversary import Thief
from onionchat.testing.simulation.environment import Machines, simulated
from onionchat.testing.simulation.plan import Plan
from onionchat.testing.simulation.planted import planted
from onionchat.testing.simulation.steps import Steps
from onionchat.testing.simulation.world import BEGIN, Pools, SimulatedWorld


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one run."""

    plan: Plan = field(repr=False)
    digest: str
    violations: tuple[str, ...]
    virtual: float
    """Seconds of virtual time."""
    real: float
    """Seconds of this process."""
    counts: Counter[str] = field(repr=False)
    lines: tuple[str, ...] = field(repr=False)

    @property
    def sound(self) -> bool:
        """Whether every invariant held."""
        return not self.violations


class Simulator:
    """Runs plans one after the other in this process.

    Args:
        folder: for the profiles of this process.
        place: for what several processes of one campaign share; by default nobody else is there.
    """

    def __init__(self, machines: Machines, folder: Path, place: Path | None = None) -> None:
        self._machines = machines
        self._pools = Pools(machines, folder, place or folder)

    def run(self, plan: Plan, bug: str | None = None, *, every_line: bool = False) -> Outcome:
        """Carry out a plan, to the end or to the first violation, perhaps with a planted bug."""
        # Friends meet without the bug.
        self._pools.get(plan.devices)
        with planted(bug):
            return self._run(plan, every_line=every_line)

    def _run(self, plan: Plan, *, every_line: bool) -> Outcome:
        began = time.process_time()
        world = self._pools.world(plan.devices, plan.seed, every_line=every_line)
        with _watched_log(world):
            try:
                self._carry_out(plan, world)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
                where = traceback.extract_tb(error.__traceback__)[-1]
                place = f"{Path(where.filename).name}:{where.lineno}"
                world.oracle.fail(f"{type(error).__name__} at {place}: {error}")
                world.trace.lines.extend(traceback.format_exc().splitlines())
        world.trace.count("writes torn", sum(machine.disk.torn for machine in world.everybody))
        outcome = Outcome(
            plan,
            world.trace.digest,
            tuple(world.oracle.violations),
            world.time.now - BEGIN,
            time.process_time() - began,
            world.trace.counts,
            tuple(world.trace.lines),
        )
        _forget(world)
        return outcome

    def _carry_out(self, plan: Plan, world: SimulatedWorld) -> None:
        thief = None
        if plan.thief:
            stolen = self._pools.get(plan.devices).stolen
            thief = Thief(world, world.everybody[-1].name, stolen)
            world.everybody[-1].wanted = False
        for machine in world.everybody:
            if machine.wanted:
                machine.begin_start()
        steps = Steps(world, thief)
        world.pass_time(3.0)
        for step in plan.steps:
            steps.do(step)
            world.pass_time(step.wait)
            world.oracle.look()
            if world.oracle.violations:
                return
        endings.settle(steps)
        if not world.oracle.violations:
            endings.check(world)
        if not world.oracle.violations:
            endings.silence(world)


@contextmanager
def folder() -> Iterator[Path]:
    """A folder in memory, where there is one, while the block runs."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
    place = memory if memory.is_dir() else None
    with tempfile.TemporaryDirectory(dir=place, prefix="onionchat-") as made:
        yield Path(made)


@contextmanager
def simulator() -> Iterator[Simulator]:
    """A simulator for this process while the block runs."""
    with folder() as made, simulated() as them:
        try:
            yield Simulator(them, made)
        finally:
            gc.unfreeze()


@contextmanager
def _watched_log(world: SimulatedWorld) -> Iterator[None]:
    """What is logged as a failure is a violation."""

    @implementer(ILogObserver)
    def observer(event: LogEvent) -> None:
        if event.get("log_level") in (LogLevel.critical, LogLevel.error):
            failure = event.get("log_failure")
            text = event.get("log_format") or ""
            world.oracle.fail(f"logged: {text} {getattr(failure, 'value', '')!r}")
            if failure is not None:
                world.trace.lines.extend(failure.getTraceback().splitlines())

    globalLogPublisher.addObserver(observer)
    try:
        yield
    finally:
        globalLogPublisher.removeObserver(observer)


def _forget(world: SimulatedWorld) -> None:
    """Let go of a world. What its dead processes waited for wakes now, and must not be heard."""
    for machine in world.everybody:
        if machine.reactor is not None:
            machine.reactor.kill()
        machine.disk.dead = True
        if machine.db is not None:
            machine.db.kill()
    heard, sys.unraisablehook = sys.unraisablehook, lambda _: None
    try:
        world.people.clear()
        world.everybody.clear()
        world.time._queue.clear()
        gc.collect()
    finally:
        sys.unraisablehook = heard
