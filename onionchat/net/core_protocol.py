"""The one Twisted protocol that drives a sans-IO core: bytes in, bytes out, one timer.

No decisions here: what to send and what bytes mean is the core's business, what events mean the
owner's. Writing is by pull: the core is asked for bytes only when the transport can take them, so
that an urgent frame never waits behind bulk that was handed over long ago.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar, cast

from twisted.internet.interfaces import (
    IConsumer,
    IDelayedCall,
    IPushProducer,
    IReactorTime,
    ITCPTransport,
)
from twisted.internet.protocol import Protocol as TwistedProtocol
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from zope.interface import implementer

from onionchat.errors import ProtocolViolation, Unavailable

WRITE_BYTES = 16 * 1024
"""How much the core is asked for at once: about one full record."""

EventT = TypeVar("EventT")
EventT_co = TypeVar("EventT_co", covariant=True)


class StreamTransport(ITCPTransport, IConsumer, IPushProducer):
    """What Twisted's stream transports are, Unix sockets included: they can be aborted, tell a
    producer when their buffer is empty, and are producers of what they read.
    """


class ByteCore(Protocol[EventT_co]):
    """A sans-IO core: bytes and time in; bytes, events and a deadline out."""

    def receive(self, data: bytes, now: float) -> None:
        """Take bytes from the peer. Raises `ProtocolViolation`; the core is of no use after it."""

    def bytes_to_send(self, limit: int) -> bytes:
        """The next bytes for the peer, about `limit` of them at most; b"" when there are none."""

    def deadline(self) -> float | None:
        """When `on_deadline` is due, or None."""

    def on_deadline(self, now: float) -> None:
        """The deadline has passed. May raise a named error, which ends the connection."""

    def next_event(self) -> EventT_co | None:
        """The oldest event that was not fetched yet, or None."""


@implementer(IPushProducer)
class CoreProtocol(TwistedProtocol, Generic[EventT]):
    """Connects a `ByteCore` to a Twisted transport.

    `on_event(event)` is called for each event, in order; it may call `flush`, `close` or the core.
    `on_lost(error)` is called once at the end: with the peer's `ProtocolViolation`, or None when
    the connection just ended.
    """

    def __init__(
        self,
        core: ByteCore[EventT],
        clock: IReactorTime,
        on_event: Callable[[EventT], None],
        on_lost: Callable[[Exception | None], None],
    ) -> None:
        self.core = core
        self._clock = clock
        self._on_event = on_event
        self._on_lost = on_lost
        self._timer: IDelayedCall | None = None
        self._timer_at: float | None = None
        self._resting: IDelayedCall | None = None
        self._stream: StreamTransport | None = None
        self._may_write = False
        self._closing = False
        self._delivering = False
        self._error: Exception | None = None

    # --- called by Twisted -----------------------------------------------------------------------

    def connectionMade(self) -> None:
        """Start: what the core has to say first goes out."""
        self._stream = cast(StreamTransport, self.transport)
        self._may_write = True
        self._stream.registerProducer(self, True)
        self.flush()

    def dataReceived(self, data: bytes) -> None:
        """Hand bytes to the core and send what it answers. After `close` they are dropped."""
        if self._closing:
            return
        try:
            self.core.receive(data, self._clock.seconds())
        except ProtocolViolation as violation:
            # What was valid before the bad bytes still counts.
            self._deliver()
            self._abort(violation)
            return
        self.flush()

    def resumeProducing(self) -> None:
        """The transport's buffer is empty again."""
        self._may_write = True
        self.flush()

    def pauseProducing(self) -> None:
        """The transport's buffer is full."""
        self._may_write = False

    def stopProducing(self) -> None:
        """The transport is gone; `connectionLost` follows."""
        self._may_write = False

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """The connection ended, from either side."""
        self._stream = None
        self._may_write = False
        self._closing = True
        self._set_timer(None)
        if self._resting is not None:
            self._resting.cancel()
            self._resting = None
        self._on_lost(self._error)

    # --- called by the owner ---------------------------------------------------------------------

    def flush(self) -> None:
        """Deliver events, write what the core has, set its timer. Call after using the core."""
        self._deliver()
        self._write()
        # Making bytes is what empties backlogs and ends a link that was shut down.
        self._deliver()
        self._set_timer(None if self._closing or self._stream is None else self.core.deadline())

    def rest(self, seconds: float) -> None:
        """Read nothing for so long: what the peer sends waits on its side of the transport.

        Writing and the timer go on. A rest during a rest lasts until the later end of both.
        """
        if self._stream is None or self._closing:
            return
        if self._resting is None:
            self._stream.pauseProducing()
            self._resting = self._clock.callLater(seconds, self._read_again)
        elif self._clock.seconds() + seconds > self._resting.getTime():
            self._resting.reset(seconds)

    def close(self) -> None:
        """End the connection after what the core has to say now has been written."""
        if self._closing:
            return
        self._drain()
        self._closing = True
        self._set_timer(None)
        if self._stream is not None:
            self._stream.unregisterProducer()
            self._stream.loseConnection()

    def abort(self) -> None:
        """End the connection at once, without another byte."""
        self._abort(None)

    # --- inside ----------------------------------------------------------------------------------

    def _deliver(self) -> None:
        # An owner's `on_event` may call `flush`: the outer loop delivers what came of it.
        if self._delivering:
            return
        self._delivering = True
        try:
            while (event := self.core.next_event()) is not None:
                self._on_event(event)
        finally:
            self._delivering = False

    def _write(self) -> None:
        while self._may_write and not self._closing and self._stream is not None:
            data = self.core.bytes_to_send(WRITE_BYTES)
            if not data:
                return
            # A full buffer calls `pauseProducing` from within `write`.
            self._stream.write(data)

    def _drain(self) -> None:
        """Write one portion even if the buffer is full: the core's parting words."""
        if self._stream is not None:
            data = self.core.bytes_to_send(WRITE_BYTES)
            if data:
                self._stream.write(data)

    def _abort(self, error: Exception | None) -> None:
        if self._error is None:
            self._error = error
        self._closing = True
        self._set_timer(None)
        if self._stream is not None:
            self._stream.abortConnection()

    def _read_again(self) -> None:
        self._resting = None
        if self._stream is not None:
            self._stream.resumeProducing()

    def _set_timer(self, at: float | None) -> None:
        if at == self._timer_at:
            return
        self._timer_at = at
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self._timer = (
            None
            if at is None
            else self._clock.callLater(max(0.0, at - self._clock.seconds()), self._fire)
        )

    def _fire(self) -> None:
        self._timer = self._timer_at = None
        try:
            self.core.on_deadline(self._clock.seconds())
        except (ProtocolViolation, Unavailable) as error:
            self._deliver()
            self._abort(error)
            return
        self.flush()
