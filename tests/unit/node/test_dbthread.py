"""The queue to the database: what becomes of results when something fails that nobody foresaw."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from twisted.python.failure import Failure

from onionchat.errors import InternalError, OnionchatError, StorageFailed
from onionchat.node.changes import Bus, StoreBroken
from onionchat.node.dbthread import DbThread
from onionchat.store.database import Group, Outcome


class Hands:
    """A reactor's `callFromThread`, and a turn of it."""

    def __init__(self) -> None:
        self.calls: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []
        self.came = threading.Condition()

    def callFromThread(self, call: Callable[..., Any], *args: Any) -> None:
        with self.came:
            self.calls.append((call, args))
            self.came.notify()

    def until(self, true: Callable[[], object]) -> None:
        while not true():
            with self.came:
                assert self.came.wait_for(lambda: self.calls, 60), "nothing came from the thread"
                call, args = self.calls.pop(0)
            call(*args)


class FakeDatabase:
    """Runs functions without a transaction; breaks when told so."""

    def __init__(self) -> None:
        self.breaks: BaseException | None = None
        self.closed = False
        self.events: tuple[object, ...] = ()

    def run_group(self, steps: list[Callable[[Any], object]]) -> Group:
        if self.breaks is not None:
            raise self.breaks
        return Group(tuple(Outcome(value=step(None)) for step in steps), self.events)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def database() -> FakeDatabase:
    return FakeDatabase()


def run(db: DbThread, hands: Hands, work: Callable[[Any], object]) -> object:
    """The result of one function, or its error."""
    found: list[object] = []
    db.run(work).addCallbacks(found.append, lambda failure: found.append(failure.value))
    hands.until(lambda: found)
    return found[0]


def stop(db: DbThread, hands: Hands) -> None:
    ended: list[object] = []
    db.stop().addBoth(ended.append)
    hands.until(lambda: ended)
    assert ended == [None]


def test_a_listener_that_fails_takes_nothing_from_others_nor_from_the_results(
    hands: Hands, database: FakeDatabase, flush_logged_errors: Callable[..., list[Failure]]
) -> None:
    bus = Bus()
    heard: list[str] = []
    bus.subscribe(str, lambda _: heard[5])
    bus.subscribe(str, heard.append)
    database.events = ("changed",)
    db = DbThread(hands, lambda: database, bus.publish)  # type: ignore[arg-type,return-value]
    db.start()
    assert run(db, hands, lambda _: 7) == 7
    assert heard == ["changed"]
    assert run(db, hands, lambda _: 8) == 8
    stop(db, hands)
    assert len(flush_logged_errors(IndexError)) == 2


@pytest.mark.parametrize(
    ("breaks", "named"), [(MemoryError(), InternalError), (StorageFailed(), StorageFailed)]
)
def test_an_unforeseen_failure_of_a_commit_fails_all_that_waits_and_says_so(
    hands: Hands,
    database: FakeDatabase,
    breaks: BaseException,
    named: type[OnionchatError],
    flush_logged_errors: Callable[..., list[Failure]],
) -> None:
    told: list[object] = []
    db = DbThread(hands, lambda: database, told.append)  # type: ignore[arg-type,return-value]
    db.start()
    database.breaks = breaks
    assert isinstance(run(db, hands, lambda _: 1), named)
    (event,) = told
    assert isinstance(event, StoreBroken)
    assert isinstance(event.error, named)
    database.breaks = None
    assert isinstance(run(db, hands, lambda _: 2), named), "nothing is trusted any more"
    later: list[object] = []
    db.exclusive(lambda _: 3).addErrback(later.append)
    hands.until(lambda: later)
    stop(db, hands)
    assert database.closed
    assert len(flush_logged_errors(type(breaks))) == 1
