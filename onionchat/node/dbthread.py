"""`await db.run(function)`: blocking store functions on one thread, several to one commit.

What lives here: the queue between the reactor and the database thread. Functions that wait together
share one transaction, each in a savepoint of its own; results and events come back to the reactor
in the order of the commits, never before the commit returned. What may not: SQL.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorFromThreads
from twisted.logger import Logger
from twisted.python.failure import Failure

from onionchat.errors import InternalError, OnionchatError, Stopping
from onionchat.node.changes import StoreBroken
from onionchat.store.database import Database, Transaction

log = Logger()

T = TypeVar("T")

MAX_GROUP: Final = 256
"""Functions to one commit: enough for full speed (store.md), few enough that none waits long."""

Publish = Callable[[object], None]


class Db(Protocol):
    """What services need of the database."""

    def run(self, function: Callable[[Transaction], T]) -> Deferred[T]:
        """Run `function` in a transaction. Fires after the commit, events having been published.

        A failure of `function` undoes what it did and nothing else, and comes back as it is.
        """

    def exclusive(self, function: Callable[[Database], T]) -> Deferred[T]:
        """Run `function` on the database itself, between commits (backup, checks)."""


class RunningDb(Db, Protocol):
    """A database with a beginning and an end: what a node is given to own."""

    def start(self) -> Deferred[None]:
        """Open it; fails with the error of opening."""

    def stop(self) -> Deferred[None]:
        """Finish what waits and close it."""


MakeDb = Callable[[Callable[[], Database], Publish], RunningDb]
"""Makes the runner of a node's database from how to open it and whom to tell of its events."""


@dataclass(frozen=True, slots=True)
class _Job:
    function: Callable[[Any], Any]
    deferred: Deferred[Any]
    exclusive: bool


class DbThread:
    """One `Database` on a thread of its own.

    When a commit fails in a way that nothing foresaw, its functions and all later ones fail with
    that error, and `StoreBroken` is published: the node has to end.

    Args:
        reactor: where results and events are delivered.
        open_database: called on the thread; it may block and raise named errors.
        publish: called in the reactor with each event of a commit, before its results.
    """

    def __init__(
        self,
        reactor: IReactorFromThreads,
        open_database: Callable[[], Database],
        publish: Publish,
    ) -> None:
        self._reactor = reactor
        self._open = open_database
        self._publish = publish
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._opened: Deferred[None] = Deferred()
        self._closed: Deferred[None] = Deferred()
        self._stopping = False
        self._broken: OnionchatError | None = None
        self._thread = threading.Thread(target=self._work, name="database", daemon=True)

    def start(self) -> Deferred[None]:
        """Open the database; fires when it is open, fails with the error of `open_database`."""
        self._thread.start()
        return self._opened

    def run(self, function: Callable[[Transaction], T]) -> Deferred[T]:
        """See `Db.run`. Raises (through the Deferred) Stopping after `stop`."""
        return self._enqueue(function, exclusive=False)

    def exclusive(self, function: Callable[[Database], T]) -> Deferred[T]:
        """See `Db.exclusive`."""
        return self._enqueue(function, exclusive=True)

    def stop(self) -> Deferred[None]:
        """Finish what waits, close the database, end the thread."""
        if not self._stopping:
            self._stopping = True
            self._queue.put(None)
        return self._closed

    def _enqueue(self, function: Callable[[Any], T], *, exclusive: bool) -> Deferred[T]:
        deferred: Deferred[T] = Deferred()
        if self._stopping:
            deferred.errback(Stopping())
        else:
            self._queue.put(_Job(function, deferred, exclusive))
        return deferred

    # --- on the database thread -------------------------------------------------------------

    def _work(self) -> None:
        try:
            database = self._open()
        except BaseException:  # noqa: BLE001 - delivered whole to the caller of start()
            self._reactor.callFromThread(self._opened.errback, Failure())
            self._reactor.callFromThread(self._closed.callback, None)
            return
        self._reactor.callFromThread(self._opened.callback, None)
        more = True
        while more:
            group, more = self._next_group()
            self._run(database, group)
        try:
            database.close()
        except BaseException:  # noqa: BLE001 - delivered whole to the caller of stop()
            self._reactor.callFromThread(self._closed.errback, Failure())
        else:
            self._reactor.callFromThread(self._closed.callback, None)

    def _next_group(self) -> tuple[list[_Job], bool]:
        """Wait for a job; take those that wait with it, up to an exclusive one."""
        group: list[_Job] = []
        job = self._queue.get()
        while job is not None:
            group.append(job)
            if job.exclusive or len(group) >= MAX_GROUP:
                return group, True
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                return group, True
        return group, False

    def _run(self, database: Database, group: list[_Job]) -> None:
        last = group.pop() if group and group[-1].exclusive else None
        if group and self._broken is None:
            try:
                done = database.run_group([job.function for job in group])
            except BaseException as error:  # noqa: BLE001 - delivered whole, to all who wait
                self._break(error)
        if self._broken is not None:
            failed = [*group, *([] if last is None else [last])]
            outcomes = [Failure(self._broken) for _ in failed]
            self._reactor.callFromThread(self._arrive, failed, outcomes, ())
            return
        if group:
            outcomes = [
                outcome.value if outcome.error is None else Failure(outcome.error)
                for outcome in done.outcomes
            ]
            self._reactor.callFromThread(self._arrive, group, outcomes, done.events)
        if last is not None:
            try:
                outcome = last.function(database)
            except BaseException:  # noqa: BLE001 - delivered whole to the caller
                outcome = Failure()
            self._reactor.callFromThread(self._arrive, [last], [outcome], ())

    def _break(self, error: BaseException) -> None:
        """Nothing is known of the database any more: no function runs on it from now on."""
        self._broken = error if isinstance(error, OnionchatError) else InternalError()
        log.failure("the database failed in an unexpected way", Failure(error))
        self._reactor.callFromThread(self._publish, StoreBroken(self._broken))

    # --- back in the reactor ----------------------------------------------------------------

    def _arrive(self, jobs: list[_Job], outcomes: list[Any], events: Sequence[object]) -> None:
        for event in events:
            self._publish(event)
        for job, outcome in zip(jobs, outcomes, strict=True):
            if isinstance(outcome, Failure):
                job.deferred.errback(outcome)
            else:
                job.deferred.callback(outcome)
