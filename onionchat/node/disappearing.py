"""Disappearing messages: erasing what is due, by this computer's clock.

What lives here: when the next one is due, and clocks that jump. What may not: which timer applies
to which message (`folding`), the bytes (`store.erasing`).

The time of a message begins when it is seen here (ours: when a device of the contact has it; before
that it would be gone before it was sent) and runs by the wall
clock, also while nothing runs. Two rules for a clock that is not right:

* Set back while the node runs, by more than a second: what is due is due that much earlier.
* Whatever it says at the start: nothing is due later than its whole time from now.

Set forward, messages disappear early: whether a computer slept or its clock was wrong nobody can
tell, and what should be gone must not stay. So also a computer that sleeps is asked what time it is
every minute, as long as anything is due some time.
"""

from __future__ import annotations

from typing import Any, Final

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime

from onionchat.node import erasure
from onionchat.node.changes import Bus, DueChanged
from onionchat.node.dbthread import Db
from onionchat.node.wallclock import WallClock
from onionchat.store import erasing, expiring
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import EntryId, Millis

LOOK_SECONDS: Final = 60.0
"""How often the wall clock is looked at while something is due some time."""

JUMP_MILLIS: Final = 1000
"""So far back a clock is set, and does not just run slowly."""

RETRY_SECONDS: Final = 5.0
"""After the disk failed."""


class Disappearing:
    """Erases messages when their time is over."""

    def __init__(self, clock: IReactorTime, wall: WallClock, db: Db, bus: Bus) -> None:
        self._clock = clock
        self._wall = wall
        self._db = db
        self._bus = bus
        self._call: IDelayedCall | None = None
        self._busy = False
        self._again = False
        self._stopped = False
        self._base = 0
        bus.subscribe(DueChanged, lambda _event: self._look())

    async def start(self) -> None:
        """Erase what became due while nothing ran; to be called before anything is shown."""
        now = self._wall.millis()
        self._base = self._measure()
        await self._db.run(lambda tx: expiring.bound(tx, now))
        self._busy = True
        await self._work()

    def stop(self) -> None:
        """Wait no more."""
        self._stopped = True
        if self._call is not None and self._call.active():
            self._call.cancel()

    def _measure(self) -> int:
        """What the wall clock would say at the reactor's beginning: changes when it is set."""
        return self._wall.millis() - int(self._clock.seconds() * 1000)

    def _look(self) -> None:
        """See what is due; one look at a time."""
        if self._stopped:
            return
        if self._busy:
            self._again = True
            return
        self._busy = True
        Deferred.fromCoroutine(self._work()).addErrback(self._failed)

    def _failed(self, failure: Any) -> None:  # noqa: ANN401 - Twisted's own
        self._busy = False
        self._wait(RETRY_SECONDS)
        self._bus.unwaited("messages that are due could not be erased")(failure)

    async def _work(self) -> None:
        await self._adjust()
        more = True
        while more and not self._stopped:
            now = self._wall.millis()
            more = await self._db.run(lambda tx, now=now: _erase_due(tx, now))  # type: ignore[misc]
        due = await self._db.run(expiring.next_due)
        self._busy = False
        if self._again:
            self._again = False
            self._look()
        elif due is not None:
            self._wait(min(LOOK_SECONDS, max(0.0, (due - self._wall.millis()) / 1000)))

    async def _adjust(self) -> None:
        back = self._base - self._measure()
        if back > JUMP_MILLIS:
            self._base -= back
            await self._db.run(lambda tx: expiring.shift(tx, -back))
        elif back < 0:
            self._base -= back

    def _wait(self, seconds: float) -> None:
        if self._call is not None and self._call.active():
            self._call.cancel()
        if not self._stopped:
            self._call = self._clock.callLater(seconds, self._look)


def _erase_due(tx: Transaction, now: Millis) -> bool:
    """Erase some of what is due; returns whether there may be more."""
    found = expiring.due(tx, now, erasing.CHUNK)
    contacts: dict[ContactNo, list[EntryId]] = {}
    for contact, entry in found:
        contacts.setdefault(contact, []).append(entry)
    for contact, ids in contacts.items():
        erasure.erase(tx, contact, ids, now)
    return len(found) == erasing.CHUNK
