"""Telling front ends of contact requests: each once, one a second.

What lives here: the queue of those that are to be told. What may not: storing them
(`acquaintance`), and how many may wait for the person (`store.invites`).

Whoever has a standing link can ask as often as it likes. However fast a hundred requests come, what
rings and pops up comes at a pace that a person can bear.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.python.failure import Failure

from onionchat.errors import UnknownRequest
from onionchat.node.changes import Bus, RequestStored
from onionchat.node.dbthread import Db
from onionchat.node.events import RequestReceived
from onionchat.node.invitations import request_view
from onionchat.store import invites
from onionchat.store.invites import RequestState
from onionchat.store.transaction import RequestNo, Transaction
from onionchat.views import RequestView

PACE_SECONDS: Final = 1.0
"""From one event to the next at least."""


class Arrivals:
    """Tells of requests over the bus.

    Args:
        unexpected: given what failed.
    """

    def __init__(
        self, clock: IReactorTime, db: Db, bus: Bus, unexpected: Callable[[Failure], None]
    ) -> None:
        self._clock = clock
        self._db = db
        self._bus = bus
        self._unexpected = unexpected
        self._waiting: deque[RequestNo] = deque()
        self._asking = False
        self._pause: IDelayedCall | None = None
        bus.subscribe(RequestStored, self._stored)

    def stop(self) -> None:
        """Tell nothing more."""
        self._waiting.clear()
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None

    def _stored(self, event: RequestStored) -> None:
        self._waiting.append(event.request)
        self._go_on()

    def _go_on(self) -> None:
        if self._pause is not None or self._asking or not self._waiting:
            return
        self._asking = True
        among = tuple(self._waiting)
        self._db.run(lambda tx: _first(tx, among)).addBoth(self._asked, len(among))

    def _asked(self, found: tuple[int, RequestView] | Failure | None, among: int) -> None:
        self._asking = False
        if isinstance(found, Failure):
            self._waiting.clear()
            self._unexpected(found)
            return
        if not self._waiting:
            return  # stopped meanwhile
        for _ in range(among if found is None else found[0] + 1):
            self._waiting.popleft()
        if found is not None:
            self._pause = self._clock.callLater(PACE_SECONDS, self._paused)
            self._bus.publish(RequestReceived(found[1]))
        self._go_on()

    def _paused(self) -> None:
        self._pause = None
        self._go_on()


def _first(tx: Transaction, numbers: tuple[RequestNo, ...]) -> tuple[int, RequestView] | None:
    """The first of these that still waits for the person, and its place among them."""
    for place, number in enumerate(numbers):
        try:
            found = invites.request(tx, number)
        except UnknownRequest:
            continue  # answered, and forgotten since
        if found.state is RequestState.WAITING:
            return place, request_view(tx, found)
    return None
