"""What happens to a subject: each fault begins, lasts, and is over when its function returns."""

from __future__ import annotations

import os
import signal
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from onionchat.testing.trouble.gate import Way
from onionchat.testing.trouble.subject import Subject, TroubleReactor, sleep

CUT_SECONDS: Final = 20.0
LONG_CUT_SECONDS: Final = 600.0
STOP_SECONDS: Final = 60.0
LEAP_SECONDS: Final = 2 * 3600.0

Fault = Callable[[TroubleReactor, Subject], Awaitable[None]]


def _pid(subject: Subject) -> int:
    pid = subject.transport.tor_pid
    if pid is None:
        raise RuntimeError("the subject's tor does not run")
    return pid


async def guards_dropped(reactor: TroubleReactor, subject: Subject) -> None:
    """tor forgets its guards, and its connections to relays break."""
    with subject.control() as control:
        control.command("DROPGUARDS")
    subject.gate.reset()


async def connections_lost(reactor: TroubleReactor, subject: Subject) -> None:
    """The router forgets all connections: nothing passes on them, and nobody is told."""
    subject.gate.lose()


def cut(way: Way, seconds: float) -> Fault:
    """The network is gone for so long."""

    async def happen(reactor: TroubleReactor, subject: Subject) -> None:
        await subject.gate.set(way)
        await sleep(reactor, seconds)
        await subject.gate.set(Way.OPEN)

    return happen


def suspended(seconds: float) -> Fault:
    """tor does not run for so long."""

    async def happen(reactor: TroubleReactor, subject: Subject) -> None:
        pid = _pid(subject)
        os.kill(pid, signal.SIGSTOP)
        await sleep(reactor, seconds)
        os.kill(pid, signal.SIGCONT)

    return happen


async def killed(reactor: TroubleReactor, subject: Subject) -> None:
    """tor is killed."""
    os.kill(_pid(subject), signal.SIGKILL)


def leap(seconds: float) -> Fault:
    """The clock is set."""

    async def happen(reactor: TroubleReactor, subject: Subject) -> None:
        subject.set_clock(seconds)

    return happen


FAULTS: Final[Mapping[str, Fault]] = {
    "guards": guards_dropped,
    "cut": cut(Way.REFUSED, CUT_SECONDS),
    "ahead": leap(LEAP_SECONDS),
    "suspended": suspended(STOP_SECONDS),
    "silent": cut(Way.SILENT, CUT_SECONDS),
    "behind": leap(-LEAP_SECONDS),
    "killed": killed,
}
"""A round of faults, which one pair goes through. The kill is the last one on purpose: directories
then hold the announcement of a clock that was ahead, and refuse the new tor's."""

RARE: Final[Mapping[str, Fault]] = {
    "long-cut": cut(Way.REFUSED, LONG_CUT_SECONDS),
    "long-silent": cut(Way.SILENT, LONG_CUT_SECONDS),
    "lost": connections_lost,
}
"""Beside them, by name only: they take long, or nobody promises anything."""
