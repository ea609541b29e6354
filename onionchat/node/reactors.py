"""What a node needs of the reactor: one type, and a clock that nobody sets."""

from __future__ import annotations

import time
from typing import Any

from twisted.internet.interfaces import IReactorFromThreads, IReactorThreads

from onionchat.net.transports.tor.run import TorReactor


class NodeReactor(TorReactor, IReactorThreads, IReactorFromThreads):
    """The real reactor; tests give one that plays the parts they use."""


def steady_seconds() -> float:
    """Seconds since some moment before the node's start, the time in suspend included.

    Unlike the time of day nobody can set it.
    """
    # Linux alone has the first.
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def make_steady(reactor: Any) -> None:  # noqa: ANN401 - the module-like object of Twisted
    """Let a reactor that has no timers yet count by `steady_seconds`.

    Twisted's reactors count by the time of day: when that is set back by two hours, every timer of
    the node waits two hours longer, and no link, dial or repair happens meanwhile.
    """
    reactor.seconds = steady_seconds
