"""One authenticated connection to tor's control port, over txtorcon's protocol object.

Raw commands with a time limit, events as parsed values, the end reported once. What commands mean
is known to their users (`onions`, `guards`, …).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, cast

from twisted.internet.defer import CancelledError, Deferred, TimeoutError
from twisted.internet.error import ConnectError
from twisted.internet.interfaces import IReactorTime, IStreamClientEndpoint
from twisted.internet.protocol import Factory, connectionDone
from twisted.logger import Logger
from twisted.python.failure import Failure
from txtorcon.torcontrolprotocol import (
    TorControlProtocol,
    TorDisconnectError,
    TorProtocolError,
)

from onionchat.errors import InvalidInput, TorFailed
from onionchat.net.transports.tor.events import TorEvent, parse_event

COMMAND_SECONDS: Final = 30.0
"""tor answers every command that we use at once; longer means it hangs."""

CONNECT_SECONDS: Final = 20.0
MAX_REPLY_BYTES: Final = 32 * 1024 * 1024
"""A whole reply, lines together; the public consensus is about 3 MB."""

UNRECOGNISED: Final = frozenset({510, 512, 513, 552})
"""tor does not know a command, or one of its arguments."""

_REPLY_LINE = re.compile(rb"\d{3}[ +-]")
_log = Logger()


class CommandRefused(TorFailed):
    """tor answered with an error; `status` is its code (control-spec section 4)."""

    def __init__(self, status: int) -> None:
        super().__init__("Tor refused a control command.")
        self.status = status


class _Wire(TorControlProtocol):  # type: ignore[misc]
    """txtorcon's protocol, made to survive lines that tor should not send."""

    def __init__(self, password: Callable[[], str] | None = None) -> None:
        super().__init__(password)
        # The old way to learn of the end, of no use here: without it txtorcon leaves it alone.
        self.on_disconnect = None
        self.on_end: Callable[[], None] | None = None
        self._reply_bytes = 0

    def lineReceived(self, line: bytes) -> None:
        idle = self.fsm.state is self.state_idle
        self._reply_bytes = len(line) if idle else self._reply_bytes + len(line)
        if self._reply_bytes > MAX_REPLY_BYTES or (idle and not _REPLY_LINE.match(line)):
            self._drop()
            return
        try:
            # tor quotes file names and versions of others as they are; txtorcon wants ASCII.
            super().lineReceived(line.decode("ascii", "backslashreplace").encode("ascii"))
        except (RuntimeError, ValueError, LookupError, AttributeError):
            self._drop()

    def lineLengthExceeded(self, line: bytes) -> None:
        self._drop()

    def _drop(self) -> None:
        _log.warn("tor's control connection sent something that is no reply")
        self.transport.abortConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        super().connectionLost(reason)
        if self.on_end is not None:
            self.on_end()


class _WireFactory(Factory):
    noisy = False

    def __init__(self, password: str | None) -> None:
        self._password = password

    def buildProtocol(self, addr: object) -> _Wire:
        password = self._password
        return _Wire(None if password is None else lambda: password)


class Control:
    """An authenticated control connection. `on_lost` is called once when it ends by itself."""

    def __init__(self, wire: _Wire, clock: IReactorTime) -> None:
        self._wire = wire
        self._clock = clock
        self._closing = False
        self.on_lost: Callable[[], None] | None = None
        wire.on_end = self._ended

    @property
    def version(self) -> str:
        """What tor calls its version."""
        return str(self._wire.version)

    async def command(
        self,
        line: str,
        *,
        on_line: Callable[[str], None] | None = None,
        seconds: float | None = None,
    ) -> str:
        """Send one command and return the reply without its codes.

        With `on_line` each line of a long reply goes there instead.

        Raises:
            CommandRefused: tor answered with an error.
            TorFailed: the connection ended, or there was no answer in time.
            InvalidInput: `line` holds more than one line, or is not ASCII.
        """
        if not line.isascii() or not line.isprintable():
            raise InvalidInput("A control command is one line of printable ASCII.")
        if self._closing:
            raise TorFailed("The control connection to Tor is closed.")
        answer: Deferred[str] = self._wire.queue_command(line, on_line)
        answer.addTimeout(seconds or COMMAND_SECONDS, self._clock)
        try:
            return str(await answer)
        except TorProtocolError as error:
            raise CommandRefused(int(error.code)) from None
        except (TorDisconnectError, TimeoutError, CancelledError):
            # Without the original: its text is the command, which can hold keys.
            raise TorFailed("Tor does not answer on its control connection.") from None

    async def getinfo(self, key: str) -> str:
        """The value of one GETINFO key. Raises as `command`."""
        reply = await self.command(f"GETINFO {key}")
        return reply.removeprefix(f"{key}=").strip()

    async def subscribe(self, names: Sequence[str], listener: Callable[[TorEvent], None]) -> None:
        """Ask for events; unknown ones are left out. Raises as `command`."""
        for name in names:
            if name in self._wire.valid_events:
                self._wire.valid_events[name].listen(_parsing(name, listener))
                self._wire.events[name] = self._wire.valid_events[name]
        await self.command("SETEVENTS " + " ".join(self._wire.events))

    def close(self) -> None:
        """End the connection; `on_lost` is not called."""
        self._closing = True
        self.on_lost = None
        if self._wire.transport is not None:
            self._wire.transport.abortConnection()

    def _ended(self) -> None:
        self._closing = True
        on_lost, self.on_lost = self.on_lost, None
        if on_lost is not None:
            on_lost()


def _parsing(name: str, listener: Callable[[TorEvent], None]) -> Callable[[str], None]:
    def parse(data: str) -> None:
        event = parse_event(name, data)
        if event is not None:
            listener(event)

    return parse


async def connect_control(
    endpoint: IStreamClientEndpoint, clock: IReactorTime, *, password: str | None = None
) -> Control:
    """Connect and authenticate (by cookie, or `password`, or nothing if tor asks for nothing).

    Raises:
        ConnectionRefused, FileNotFound as `ConnectError`: nobody listens (yet).
        TorFailed: authentication failed or took too long.
    """
    wire = cast(_Wire, await endpoint.connect(_WireFactory(password)))
    ready: Deferred[object] = wire.post_bootstrap
    ready.addTimeout(CONNECT_SECONDS, clock)
    try:
        await ready
    except ConnectError:
        raise
    except Exception:  # noqa: BLE001 - txtorcon raises bare RuntimeErrors with file names in them
        wire.transport.abortConnection()
        raise TorFailed("Tor does not let this node control it (authentication failed).") from None
    return Control(wire, clock)
