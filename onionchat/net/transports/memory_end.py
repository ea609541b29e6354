"""One end of a connection in memory: bytes arrive in order after a delay, never altered.

What lives here: what a protocol sees of its transport. What may not: who is connected with whom,
and faults of the network (`memory`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum, auto
from typing import Final

from twisted.internet.error import ConnectionAborted, ConnectionDone, ConnectionLost
from twisted.internet.interfaces import (
    IAddress,
    IDelayedCall,
    IProtocol,
    IPushProducer,
    IReactorTime,
    ITransport,
)
from twisted.python.failure import Failure
from zope.interface import implementer

BUFFER_BYTES: Final = 64 * 1024
"""What may be under way in one direction before the writer is paused, as in Twisted."""


@implementer(IAddress)
class MemoryAddress:
    """The address of an end; it says nothing."""


class _State(Enum):
    OPEN = auto()
    CLOSING = auto()
    CLOSED = auto()


@implementer(ITransport)
class MemoryEnd:
    """One end of a connection. Offers what Twisted's stream transports offer to a protocol."""

    def __init__(self, clock: IReactorTime, delay: Callable[[], float]) -> None:
        self._clock = clock
        self._delay = delay
        self._peer: MemoryEnd | None = None
        self._state = _State.OPEN
        self._producer: IPushProducer | None = None
        self._paused = False
        self._under_way = 0
        self._last_arrival = 0.0
        self._calls: list[IDelayedCall] = []
        self._reading = True
        self._held: list[bytes | Exception] = []
        self.silent = False
        """Whether what this end sends gets lost without a sign (a half-open connection)."""
        self.protocol: IProtocol | None = None
        self.bytes_sent = 0

    def join(self, peer: MemoryEnd) -> None:
        """Make `peer` the other end."""
        self._peer = peer

    @property
    def connected(self) -> bool:
        """Whether bytes can still be written here."""
        return self._state is _State.OPEN

    # --- what protocols call ---------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        """Send `data`; ignored after the end."""
        if self._state is not _State.OPEN or not data:
            return
        self.bytes_sent += len(data)
        self._under_way += len(data)
        self._after(lambda: self._arrived(data))
        if self._under_way > BUFFER_BYTES and self._producer is not None and not self._paused:
            self._paused = True
            self._producer.pauseProducing()

    def writeSequence(self, iovec: Iterable[bytes]) -> None:  # noqa: D102
        self.write(b"".join(iovec))

    def loseConnection(self) -> None:
        """Close once what was written has arrived."""
        if self._state is not _State.OPEN:
            return
        self._state = _State.CLOSING
        self._after(lambda: self._finish(ConnectionDone()))

    def abortConnection(self) -> None:
        """Close at once; what is under way is lost."""
        if self._state is _State.CLOSED:
            return
        self._cancel()
        self._end(ConnectionAborted())
        peer = self._peer
        if peer is not None and not self.silent:
            self._clock.callLater(self._delay(), peer.lost)

    def registerProducer(self, producer: IPushProducer, streaming: bool) -> None:
        """Take a push producer; pull producers are not used here."""
        if self._state is _State.CLOSED:
            producer.stopProducing()
            return
        if not streaming:
            raise ValueError("only push producers")
        self._producer = producer

    def unregisterProducer(self) -> None:  # noqa: D102
        self._producer = None

    def pauseProducing(self) -> None:
        """Stop reading."""
        self._reading = False

    def resumeProducing(self) -> None:
        """Read again."""
        self._reading = True
        held, self._held = self._held, []
        for item in held:
            self._deliver(item)

    def stopProducing(self) -> None:  # noqa: D102
        self.loseConnection()

    def getPeer(self) -> IAddress:  # noqa: D102
        return MemoryAddress()

    def getHost(self) -> IAddress:  # noqa: D102
        return MemoryAddress()

    # --- what the network does -------------------------------------------------------------------

    def lost(self) -> None:
        """The connection broke, without a goodbye."""
        self._cancel()
        self._end(ConnectionLost())

    def _after(self, call: Callable[[], None]) -> None:
        """Do something at the other end after the delay, but never before what was sent earlier."""
        now = self._clock.seconds()
        at = max(now + self._delay(), self._last_arrival)
        self._last_arrival = at
        self._calls = [pending for pending in self._calls if pending.active()]
        self._calls.append(self._clock.callLater(at - now, call))

    def _arrived(self, data: bytes) -> None:
        self._under_way -= len(data)
        peer = self._peer
        if peer is not None and not self.silent:
            peer._deliver(data)
        if self._under_way == 0 and self._paused and self._state is _State.OPEN:
            self._paused = False
            if self._producer is not None:
                self._producer.resumeProducing()

    def _deliver(self, item: bytes | Exception) -> None:
        if self._state is _State.CLOSED:
            return
        if not self._reading:
            self._held.append(item)
        elif isinstance(item, Exception):
            self._cancel()
            self._end(item)
        elif self.protocol is not None:
            self.protocol.dataReceived(item)

    def _finish(self, why: Exception) -> None:
        peer = self._peer
        self._end(why)
        if peer is not None and not self.silent:
            peer._deliver(ConnectionDone())

    def _end(self, why: Exception) -> None:
        if self._state is _State.CLOSED:
            return
        self._state = _State.CLOSED
        producer, self._producer = self._producer, None
        if producer is not None:
            producer.stopProducing()
        if self.protocol is not None:
            self.protocol.connectionLost(Failure(why))

    def _cancel(self) -> None:
        for call in self._calls:
            if call.active():
                call.cancel()
        self._calls.clear()
