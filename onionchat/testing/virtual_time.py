"""A reactor without real time or threads: time moves only when a test says so.

What lives here: `VirtualTime`, the queue of delayed calls of a whole world, and `VirtualReactor`,
one node's part of it, which dies with the node. What may not: networks, nodes.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Coroutine
from itertools import count
from typing import Any, Final, TypeVar

from twisted.internet.base import DelayedCall
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.python.failure import Failure
from zope.interface import implementer

from onionchat.types import Millis

T = TypeVar("T")

EPOCH: Final = 1_800_000_000_000
"""What the clock on the wall says at the beginning, milliseconds since 1970."""


class Stuck(AssertionError):
    """What a test waited for did not come within the time that it granted."""


@implementer(IReactorTime)
class VirtualTime:
    """Delayed calls in the order of their times, and of their making at the same time."""

    def __init__(self) -> None:
        self.now = 0.0
        self.fired = 0
        """Calls made so far: wake-ups."""
        self._order = count()
        self._queue: list[tuple[float, int, DelayedCall]] = []

    def seconds(self) -> float:
        """The time, in seconds since the beginning."""
        return self.now

    def callLater(  # noqa: D102
        self, delay: float, callable: Callable[..., Any], *args: object, **kwargs: object
    ) -> IDelayedCall:
        made = DelayedCall(
            self.now + delay, callable, args, kwargs, _nothing, self._again, seconds=self.seconds
        )
        self._again(made)
        return made

    def getDelayedCalls(self) -> list[IDelayedCall]:  # noqa: D102
        return [call for _, _, call in self._queue if call.active()]

    def step(self, limit: float) -> bool:
        """Make the next call that is due by `limit`; returns whether there was one."""
        while self._queue:
            at, _, call = self._queue[0]
            if at > limit:
                break
            heapq.heappop(self._queue)
            if not call.active():
                continue
            if call.getTime() != at:
                if call.getTime() > at:
                    # Put off: Twisted's own `reset` leaves the queue as it is then.
                    self._again(call)
                continue
            self.now = max(self.now, at)
            self.fired += 1
            call.called = 1
            call.func(*call.args, **call.kw)
            return True
        return False

    def advance(self, seconds: float) -> None:
        """Let so much time pass."""
        limit = self.now + seconds
        while self.step(limit):
            pass
        self.now = limit

    def until(self, true: Callable[[], object], seconds: float = 120.0) -> None:
        """Let time pass until something holds. Raises Stuck."""
        limit = self.now + seconds
        while not true():
            if not self.step(limit):
                self.now = limit
                if true():
                    return
                raise Stuck(f"not within {seconds:g} virtual seconds")

    def result(
        self, waited: Deferred[T] | Coroutine[Deferred[Any], Any, T], seconds: float = 120.0
    ) -> T:
        """Let time pass until a Deferred or coroutine has a result, and return or raise it."""
        deferred = waited if isinstance(waited, Deferred) else Deferred.fromCoroutine(waited)
        results: list[Any] = []
        deferred.addBoth(results.append)
        self.until(lambda: results, seconds)
        if isinstance(results[0], Failure):
            results[0].raiseException()
        found: T = results[0]
        return found

    def _again(self, call: DelayedCall) -> None:
        heapq.heappush(self._queue, (call.getTime(), next(self._order), call))


def _nothing(_call: object) -> None:
    """A cancelled call stays in the queue and is passed over."""


class VirtualReactor:
    """What a node needs of a reactor, in virtual time. After `kill` nothing of it happens."""

    def __init__(self, time: VirtualTime) -> None:
        self.time = time
        self.calls = 0
        """Delayed calls that were made: how often this node woke up by a timer."""
        self._alive = True

    def seconds(self) -> float:
        """See `IReactorTime`."""
        return self.time.seconds()

    def callLater(  # noqa: D102
        self, delay: float, call: Callable[..., Any], *args: object, **kw: object
    ) -> IDelayedCall:
        def made() -> None:
            if self._alive:
                self.calls += 1
                call(*args, **kw)

        return self.time.callLater(delay, made)

    def callFromThread(self, call: Callable[..., Any], *args: object, **kw: object) -> None:
        """See `IReactorFromThreads`: at once, as there are no threads."""
        if self._alive:
            call(*args, **kw)

    def getThreadPool(self) -> VirtualReactor:
        """See `IReactorThreads`: this is its own pool."""
        return self

    def callInThreadWithCallback(
        self, done: Callable[[bool, object], None], work: Callable[[], object]
    ) -> None:
        """See `ThreadPool`: at once."""
        try:
            result = work()
        except BaseException:  # noqa: BLE001 - delivered whole to the caller
            done(False, Failure())
        else:
            done(True, result)

    @property
    def alive(self) -> bool:
        """Whether the node was not killed."""
        return self._alive

    def kill(self) -> None:
        """Let nothing happen any more: the process is gone."""
        self._alive = False


class VirtualWall:
    """The time of day in virtual time; `offset` (milliseconds) sets it wrong."""

    def __init__(self, time: VirtualTime) -> None:
        self._time = time
        self.offset = 0

    def millis(self) -> Millis:
        """Milliseconds since 1970 UTC."""
        return Millis(EPOCH + int(self._time.now * 1000) + self.offset)
