"""The way of one tor into its network, which can be cut: a SOCKS 5 proxy on loopback.

tor is told to make its connections through it (`Socks5Proxy`). It knows nothing of tor.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Final, cast

from twisted.internet.address import IPv4Address
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint
from twisted.internet.error import ConnectError
from twisted.internet.interfaces import (
    IAddress,
    IConsumer,
    IListeningPort,
    IProtocol,
    IPushProducer,
    IReactorTCP,
    IReactorTime,
    ITCPTransport,
)
from twisted.internet.protocol import Factory, Protocol, ServerFactory, connectionDone
from twisted.python.failure import Failure

_GREETING: Final = b"\x05\x01\x00"
_IPV4: Final = b"\x05\x01\x00\x01"
_REQUEST_BYTES: Final = 10
_ACCEPTED: Final = b"\x05\x00\x00\x01" + bytes(6)
_REFUSED: Final = b"\x05\x05\x00\x01" + bytes(6)
_CONNECT_SECONDS: Final = 30.0


class GateReactor(IReactorTCP, IReactorTime):
    """What a gate needs of a reactor."""


class _Stream(ITCPTransport, IConsumer, IPushProducer):
    """A TCP transport of Twisted's, which can be paused."""


class Way(Enum):
    """What becomes of connections."""

    OPEN = auto()
    REFUSED = auto()
    """Those that are there break, new ones are refused: a network that is switched off."""
    SILENT = auto()
    """No byte passes, none is lost: packets vanish, and are sent again when the way is open."""


class Gate:
    """Listens on a port of 127.0.0.1; `close` ends it with all its connections."""

    def __init__(self, reactor: GateReactor) -> None:
        self.reactor = reactor
        self.way = Way.OPEN
        self.pairs: set[_Near] = set()
        self.made = 0
        """Connections that were asked for since the gate is there."""
        self._factory = _NearFactory(self)
        self._listener: IListeningPort | None = self._listen(0)
        self.port: int = cast(IPv4Address, self._listener.getHost()).port

    async def set(self, way: Way) -> None:
        """Open or cut the way."""
        self.way = way
        if way is Way.REFUSED:
            await self._deaf()
            self.reset()
            return
        if self._listener is None:
            self._listener = self._listen(self.port)
        for pair in list(self.pairs):
            pair.hold(way is Way.SILENT)

    def reset(self) -> None:
        """Break all connections that are there."""
        for pair in list(self.pairs):
            pair.abort()

    def lose(self) -> int:
        """Let no byte pass on the present connections any more, without ending them; how many.

        What a router does that was restarted: it knows of no connection, and says nothing.
        """
        lost = list(self.pairs)
        for pair in lost:
            pair.hold(True)
            self.pairs.discard(pair)
        return len(lost)

    async def close(self) -> None:
        """End everything."""
        await self._deaf()
        self.reset()

    def _listen(self, port: int) -> IListeningPort:
        return self.reactor.listenTCP(port, self._factory, interface="127.0.0.1")

    async def _deaf(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            stopping = listener.stopListening()
            if stopping is not None:
                await stopping


class _NearFactory(ServerFactory):
    noisy = False

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def buildProtocol(self, addr: IAddress) -> Protocol | None:  # type: ignore[override]
        """tor connects."""
        return _Near(self._gate)


class _Near(Protocol):
    """tor's end: greeting, request, then bytes."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._buffer = b""
        self._greeted = False
        self._asked = False
        self._far: _Far | None = None
        self._dial: Deferred[IProtocol] | None = None
        self._held = False

    @property
    def stream(self) -> _Stream:
        """The connection itself."""
        return cast(_Stream, self.transport)

    def connectionMade(self) -> None:
        """A new connection, which may be one into a cut network."""
        self._gate.made += 1
        self._gate.pairs.add(self)
        self.stream.setTcpNoDelay(True)
        self.hold(self._gate.way is Way.SILENT)

    def hold(self, held: bool) -> None:
        """Read from neither end, or again."""
        if held is self._held:
            return
        self._held = held
        for end in (self, self._far):
            if end is not None:
                (end.stream.pauseProducing if held else end.stream.resumeProducing)()

    def abort(self) -> None:
        """Break both ends."""
        self.stream.abortConnection()

    def dataReceived(self, data: bytes) -> None:
        """Negotiate, then pass on."""
        if self._far is not None:
            self._far.stream.write(data)
            return
        self._buffer += data
        if not self._greeted and self._buffer.startswith(_GREETING):
            self._greeted = True
            self._buffer = self._buffer[len(_GREETING) :]
            self.stream.write(b"\x05\x00")
        if self._greeted and not self._asked and len(self._buffer) >= _REQUEST_BYTES:
            self._asked = True
            self._connect(self._buffer[:_REQUEST_BYTES])
            self._buffer = self._buffer[_REQUEST_BYTES:]

    def _connect(self, request: bytes) -> None:
        host = ".".join(str(byte) for byte in request[4:8])
        port = int.from_bytes(request[8:], "big")
        if not request.startswith(_IPV4):
            self._refuse()
            return
        endpoint = TCP4ClientEndpoint(self._gate.reactor, host, port, timeout=_CONNECT_SECONDS)
        factory = Factory.forProtocol(lambda: _Far(self))
        factory.noisy = False
        dial = self._dial = endpoint.connect(factory)
        dial.addErrback(self._failed)

    def joined(self, far: _Far) -> None:
        """The other end is there."""
        self._far = far
        if self._held:
            far.stream.pauseProducing()
        self.stream.write(_ACCEPTED)
        if self._buffer:
            far.stream.write(self._buffer)

    def _failed(self, failure: Failure) -> None:
        failure.trap(ConnectError, CancelledError)
        if failure.check(ConnectError):
            self._refuse()

    def _refuse(self) -> None:
        self.stream.write(_REFUSED)
        self.stream.loseConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """tor ended it, or the gate."""
        self._gate.pairs.discard(self)
        if self._dial is not None:
            self._dial.cancel()
        if self._far is not None:
            self._far.stream.abortConnection()


class _Far(Protocol):
    """The relay's end."""

    def __init__(self, near: _Near) -> None:
        self._near = near

    @property
    def stream(self) -> _Stream:
        """The connection itself."""
        return cast(_Stream, self.transport)

    def connectionMade(self) -> None:
        """The relay took the connection."""
        self.stream.setTcpNoDelay(True)
        self._near.joined(self)

    def dataReceived(self, data: bytes) -> None:
        """Pass on."""
        self._near.stream.write(data)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """The relay ended it."""
        self._near.stream.loseConnection()
