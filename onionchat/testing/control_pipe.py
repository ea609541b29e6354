"""A control connection without sockets and reactor: client and server call each other.

What lives here: `ControlPipe`, a stand-in for a connected socket whose other end is a real
`ControlConnection`. What may not: a second way to answer requests.
"""

from __future__ import annotations

from typing import Final

from twisted.internet.interfaces import IPushProducer
from twisted.internet.task import Clock

from onionchat.control.server import ControlConnection, ControlServer

PATIENCE: Final = 3600
"""Virtual seconds that `recv` lets pass before it gives up."""


class ControlPipe:
    """What `Client` needs of a socket. Waiting lets virtual time pass, a second a step."""

    def __init__(self, server: ControlServer, clock: Clock) -> None:
        self._clock = clock
        self.transport = PipeTransport()
        self.connection: ControlConnection = server.buildProtocol(None)
        self.connection.transport = self.transport
        self.connection.connectionMade()
        self._timeout: float | None = None

    def settimeout(self, seconds: float | None) -> None:
        """How long `recv` waits."""
        self._timeout = seconds

    def sendall(self, data: bytes) -> None:
        """To the server."""
        if self.transport.disconnecting:
            raise BrokenPipeError
        self.connection.dataReceived(data)

    def recv(self, size: int) -> bytes:
        """From the server; raises `TimeoutError` when nothing comes."""
        for _ in range(PATIENCE if self._timeout is None else int(self._timeout) + 1):
            data = self.transport.take()
            if data or self.transport.disconnecting:
                return data
            self._clock.advance(1)
        raise TimeoutError

    def close(self) -> None:
        """Hang up."""
        self.connection.connectionLost()


class PipeTransport:
    """Keeps what the server writes; `full` makes it say that the reader lags, as a socket does."""

    def __init__(self) -> None:
        self.written = bytearray()
        self.full = False
        self.reading = True
        self.disconnecting = False
        self.aborted = False
        self.producer: IPushProducer | None = None

    def write(self, data: bytes) -> None:
        """Keep `data`."""
        self.written += data
        if self.full and self.producer is not None:
            self.producer.pauseProducing()

    def take(self) -> bytes:
        """What was written since last time."""
        data = bytes(self.written)
        self.written.clear()
        return data

    def registerProducer(self, producer: IPushProducer, streaming: bool) -> None:
        """Remember whom to pause."""
        self.producer = producer

    def unregisterProducer(self) -> None:
        """Nobody is to be paused any more."""
        self.producer = None

    def pauseProducing(self) -> None:
        """Read no more."""
        self.reading = False

    def resumeProducing(self) -> None:
        """Read on."""
        self.reading = True

    def loseConnection(self) -> None:
        """End when all is written."""
        self.disconnecting = True

    def abortConnection(self) -> None:
        """End now."""
        self.disconnecting = self.aborted = True
