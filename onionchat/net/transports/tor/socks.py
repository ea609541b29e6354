"""Dialling through tor's SOCKS port: a sans-IO client core and the protocol that hands over.

No address is ever resolved here and nothing but onion names is asked for. RFC 1928 and RFC 1929,
with tor's extended error codes (proposal 304).
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Final, cast

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IProtocol, IProtocolFactory, ITCPTransport
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.python.failure import Failure

from onionchat.errors import InvalidInput
from onionchat.net.transports.interface import DialFailed, DialReason

_VERSION: Final = 5
_AUTH_VERSION: Final = 1
_METHOD_PASSWORD: Final = 2
_CONNECT: Final = 1
_DOMAIN: Final = 3
_SUCCEEDED: Final = 0
_MAX_FIELD: Final = 255
_ADDRESS_BYTES: Final = {1: 4, 4: 16}

# Reply codes: RFC 1928 section 6, then tor's own.
_REASONS: Final = {
    0x01: DialReason.OTHER,
    0x02: DialReason.REFUSED,
    0x03: DialReason.NOT_READY,
    0x04: DialReason.NO_DESCRIPTOR,
    0x05: DialReason.REFUSED,
    0x06: DialReason.TIMED_OUT,
    0xF0: DialReason.NO_DESCRIPTOR,
    0xF1: DialReason.BAD_DESCRIPTOR,
    0xF2: DialReason.INTRO_FAILED,
    0xF3: DialReason.RENDEZVOUS_FAILED,
    0xF4: DialReason.NO_CLIENT_AUTH,
    0xF5: DialReason.BAD_CLIENT_AUTH,
    0xF6: DialReason.BAD_ADDRESS,
    0xF7: DialReason.TIMED_OUT,
}


class _Step(Enum):
    METHOD = auto()
    PASSWORD = auto()
    REPLY = auto()
    CONNECTED = auto()
    FAILED = auto()


class SocksCore:
    """One CONNECT request. Feed `receive`, send `bytes_to_send`, look at `connected` and `failure`.

    `isolation` is the password: streams with different ones share no circuit. Memory is bounded:
    a reply has at most 262 bytes, and what follows it is handed over, not kept.

    Raises:
        InvalidInput: host, port or isolation do not fit the protocol.
    """

    def __init__(self, host: str, port: int, isolation: str) -> None:
        name, password = host.encode("ascii", "replace"), isolation.encode("utf-8")
        if not name.endswith(b".onion") or len(name) > _MAX_FIELD:
            raise InvalidInput("Only onion addresses are dialled.")
        if not 0 < len(password) <= _MAX_FIELD:
            raise InvalidInput("The isolation has 1 to 255 bytes.")
        user = b"onionchat"
        self._login = bytes((_AUTH_VERSION, len(user))) + user + bytes((len(password),)) + password
        self._request = (
            bytes((_VERSION, _CONNECT, 0, _DOMAIN, len(name))) + name + port.to_bytes(2, "big")
        )
        self._step = _Step.METHOD
        self._out = bytes((_VERSION, 1, _METHOD_PASSWORD))
        self._buffer = b""
        self.failure: DialReason | None = None

    @property
    def connected(self) -> bool:
        """Whether the stream is there."""
        return self._step is _Step.CONNECTED

    def bytes_to_send(self) -> bytes:
        """What is to be written now."""
        out, self._out = self._out, b""
        return out

    def take_rest(self) -> bytes:
        """Bytes of the stream itself that came with the reply."""
        rest, self._buffer = self._buffer, b""
        return rest

    def receive(self, data: bytes) -> None:
        """Take bytes from tor. Never raises; a reply that is none sets `failure`."""
        if self._step is _Step.FAILED:
            return
        self._buffer += data
        progress = True
        while progress and self._step not in (_Step.CONNECTED, _Step.FAILED):
            if self._step is _Step.REPLY:
                progress = self._reply()
            else:
                progress = self._answer()

    def _answer(self) -> bool:
        """The two answers of two bytes before the reply."""
        if len(self._buffer) < 2:  # noqa: PLR2004
            return False
        answer, self._buffer = self._buffer[:2], self._buffer[2:]
        if self._step is _Step.METHOD:
            if answer != bytes((_VERSION, _METHOD_PASSWORD)):
                return self._fail(DialReason.OTHER)
            self._step, self._out = _Step.PASSWORD, self._login
        else:
            if answer != bytes((_AUTH_VERSION, _SUCCEEDED)):
                return self._fail(DialReason.OTHER)
            self._step, self._out = _Step.REPLY, self._request
        return True

    def _reply(self) -> bool:
        head = 4
        if len(self._buffer) < 2:  # noqa: PLR2004
            return False
        if self._buffer[0] != _VERSION:
            return self._fail(DialReason.OTHER)
        if self._buffer[1] != _SUCCEEDED:
            return self._fail(_REASONS.get(self._buffer[1], DialReason.OTHER))
        if len(self._buffer) <= head:
            return False
        kind = self._buffer[3]
        if kind == _DOMAIN:
            size = 1 + self._buffer[head]
        elif kind in _ADDRESS_BYTES:
            size = _ADDRESS_BYTES[kind]
        else:
            return self._fail(DialReason.OTHER)
        end = head + size + 2
        if len(self._buffer) < end:
            return False
        self._buffer = self._buffer[end:]
        self._step = _Step.CONNECTED
        return True

    def _fail(self, reason: DialReason) -> bool:
        self._step, self._buffer, self._out = _Step.FAILED, b"", b""
        self.failure = reason
        return False


class SocksProtocol(Protocol):
    """Runs a `SocksCore`, then puts the wanted protocol in its own place on the transport."""

    def __init__(self, core: SocksCore, wanted: IProtocolFactory) -> None:
        self._core = core
        self._wanted = wanted
        self.done: Deferred[IProtocol] = Deferred(lambda _: self._drop())

    def connectionMade(self) -> None:
        """Send the greeting."""
        self._flush()

    def dataReceived(self, data: bytes) -> None:
        """Go on; at the end hand the transport over."""
        self._core.receive(data)
        if self._core.failure is not None:
            self._end(DialFailed(self._core.failure))
        elif self._core.connected:
            self._hand_over()
        else:
            self._flush()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """tor closed before it answered."""
        self._end(DialFailed(DialReason.NOT_READY))

    def _flush(self) -> None:
        data = self._core.bytes_to_send()
        if data and self.transport is not None:
            self.transport.write(data)

    def _hand_over(self) -> None:
        transport = self.transport
        if transport is None or self.done.called:
            return
        protocol = self._wanted.buildProtocol(transport.getPeer())
        if protocol is None:
            self._end(DialFailed(DialReason.OTHER))
            return
        done, self.done = self.done, Deferred()
        transport.protocol = protocol  # type: ignore[attr-defined]
        protocol.makeConnection(transport)
        rest = self._core.take_rest()
        if rest:
            protocol.dataReceived(rest)
        done.callback(protocol)

    def _end(self, error: DialFailed) -> None:
        done = self.done
        self._drop()
        if not done.called:
            done.errback(error)

    def _drop(self) -> None:
        if self.transport is not None:
            cast(ITCPTransport, self.transport).abortConnection()


class SocksFactory(Factory):
    """Builds the one `SocksProtocol` of a dial."""

    noisy = False

    def __init__(self, core: SocksCore, wanted: IProtocolFactory) -> None:
        self._made = SocksProtocol(core, wanted)
        self.done = self._made.done
        """Fires with the wanted protocol once the stream is there, or fails with `DialFailed`."""

    def buildProtocol(self, addr: object) -> SocksProtocol:
        """Return the protocol."""
        return self._made
