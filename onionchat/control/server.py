"""The control API's Unix socket: who may connect, how much they may ask, whom to tell what happens.

What lives here: connections, their bounds, the files of the socket and the token. What may not:
what a method does (`methods`), how a line looks (`rpc`).

Bounds, so that no client can hold up or fill the node: 32 connections; 10 s until `hello`; 64
requests of one client at work, then its lines wait unread; 1000 lines or 16 MiB not read by the
client, then it is told so and disconnected.
"""

from __future__ import annotations

import hmac
import os
import socket
import stat
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Final, Literal
from typing import Protocol as TypingProtocol

from twisted.internet.defer import CancelledError, Deferred, maybeDeferred
from twisted.internet.endpoints import UNIXServerEndpoint
from twisted.internet.interfaces import IDelayedCall, IListeningPort, IPushProducer
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from onionchat import __version__
from onionchat.errors import (
    ApiVersionUnknown,
    ClientTooSlow,
    InternalError,
    InvalidRequest,
    NotAuthorised,
    OnionchatError,
    ProfileInUse,
    Stopping,
    Unavailable,
    UnsafePermissions,
)
from onionchat.node.events import ContactChanged, NodeEvent
from onionchat.protocol.crypto.rng import Rng
from onionchat.views import Arrived, MessageAdded

from . import rpc, schema
from .address import RunFolder, write_private
from .methods import excerpt

MAX_CONNECTIONS: Final = 32
HELLO_SECONDS: Final = 10.0
MAX_AT_WORK: Final = 64
MAX_UNREAD: Final = 1000
MAX_UNREAD_BYTES: Final = 16 * 1024 * 1024
GOODBYE_SECONDS: Final = 2.0
"""How long a client may take to read the last lines before it is cut off."""

TOKEN_BYTES: Final = 32
ALL_EVENTS: Final = frozenset(schema.event_name(event) for event in schema.EVENTS) - {"arrived"}
"""What a client is told that names none: "arrived" would only say once more that something did."""
_SOCKET_MODE: Final = 0o600

_log = Logger()


class Answering(TypingProtocol):
    """What stands behind the door: an open node (`methods`) or a locked one (`locked`)."""

    async def answer(self, request: schema.Request[schema.R_co]) -> schema.R_co:
        """Carry out a request. Raises the named errors."""

    @property
    def wiped(self) -> bool:
        """Whether the profile was destroyed, so that its node must end."""

    def subscribe(self, listener: Callable[[NodeEvent], None]) -> Callable[[], None]:
        """Have events told from now on; returns what ends that."""


@implementer(IPushProducer)
class ControlConnection(Protocol):
    """One client. It is the producer of its own transport, which tells it when the client lags."""

    transport: Any  # a stream server's: ITransport, IConsumer and IPushProducer in one

    def __init__(self, server: ControlServer) -> None:
        self._server = server
        self._lines = rpc.Lines(schema.MAX_LINE_BYTES)
        self._pieces: deque[bytes] = deque()
        """What came in and is not split yet; reading is paused while there is too much to do."""
        self._split: Iterator[bytes] | None = None
        self._working = False
        self._at_work = 0
        self._waits: set[Deferred[None]] = set()
        self._welcome = False
        self._closing = False
        self._wanted: frozenset[str] = frozenset()
        """Names of the events that the client subscribed."""
        self._lagging = False
        self._unread: deque[bytes] = deque()
        self._unread_bytes = 0
        self._deadline: IDelayedCall | None = None

    # --- Twisted's side

    def connectionMade(self) -> None:
        """A client came."""
        self.transport.registerProducer(self, True)
        self._deadline = self._server.call_later(HELLO_SECONDS, self._no_hello)
        if not self._server.admit(self):
            error = Unavailable("Too many programs are connected to this node.")
            self.say_goodbye("refused", error)

    def dataReceived(self, data: bytes) -> None:
        """The client wrote something."""
        if not self._closing:
            self._pieces.append(data)
            self._work()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """The client is gone; what it asked for is still done, but nobody waits any more."""
        self._closing = True
        self._cancel_deadline()
        self._pieces.clear()
        self._unread.clear()
        for wait in list(self._waits):
            wait.cancel()
        self._server.leave(self)

    def pauseProducing(self) -> None:
        """The client reads more slowly than it is told."""
        self._lagging = True
        self._read_or_rest()

    def resumeProducing(self) -> None:
        """The client has read what there was."""
        self._lagging = False
        while self._unread and not self._lagging:
            line = self._unread.popleft()
            self._unread_bytes -= len(line)
            self.transport.write(line)
        self._read_or_rest()
        self._work()

    def stopProducing(self) -> None:
        """The connection breaks; `connectionLost` follows."""

    # --- What comes in

    def _full(self) -> bool:
        return self._lagging or self._at_work >= MAX_AT_WORK

    def _read_or_rest(self) -> None:
        """Read from the client only while there is room for what it may ask."""
        if not self._closing:
            if self._full():
                self.transport.pauseProducing()
            else:
                self.transport.resumeProducing()

    def _work(self) -> None:
        # A request that is answered at once comes back here: a loop, not a recursion.
        if self._working:
            return
        self._working = True
        try:
            while not self._closing and not self._full() and (line := self._next_line()):
                self._take(line)
        except InvalidRequest as error:
            # A line without an end: nothing after it can be understood.
            self._write(rpc.error_line(None, error))
            self.say_goodbye("refused", error)
        finally:
            self._working = False

    def _next_line(self) -> bytes | None:
        while True:
            if self._split is not None:
                line = next(self._split, None)
                if line is not None:
                    return line
                self._split = None
            if not self._pieces:
                return None
            self._split = self._lines.receive(self._pieces.popleft())

    def _take(self, line: bytes) -> None:
        try:
            call = rpc.parse_request(line)
        except rpc.Refusal as refusal:
            if self._welcome:
                self._write(rpc.error_line(refusal.id, refusal.error))
            else:
                self._turn_away(refusal.id, NotAuthorised())
            return
        request = call.request
        if isinstance(request, schema.Hello):
            self._hello(call.id, request)
        elif not self._welcome:
            self._turn_away(call.id, NotAuthorised())
        elif isinstance(request, schema.Subscribe):
            self._wanted = ALL_EVENTS if request.events is None else frozenset(request.events)
            self._write(rpc.result_line(call.id, schema.Nothing()))
        elif isinstance(request, schema.Stop):
            self._write(rpc.result_line(call.id, schema.StopReply(os.getpid())))
            self._server.on_stop()
        else:
            self._begin(call.id, request)

    def _hello(self, id_: int | str, hello: schema.Hello) -> None:
        if not self._server.accepts(hello.token):
            self._turn_away(id_, NotAuthorised())
        elif hello.version != schema.API_VERSION:
            self._turn_away(id_, ApiVersionUnknown())
        else:
            self._welcome = True
            self._cancel_deadline()
            reply = schema.HelloReply(schema.API_VERSION, __version__, os.getpid())
            self._write(rpc.result_line(id_, reply))

    def _turn_away(self, id_: int | str | None, error: OnionchatError) -> None:
        self._write(rpc.error_line(id_, error))
        self.say_goodbye("refused", error)

    def _no_hello(self) -> None:
        self._deadline = None
        self.say_goodbye("refused", NotAuthorised("No token was shown in time."))

    def _begin(self, id_: int | str, request: schema.Request[Any]) -> None:
        self._at_work += 1
        self._read_or_rest()
        answered = Deferred.fromCoroutine(self._answer(id_, request))
        if isinstance(request, schema.WaitDelivered) and not answered.called:
            # The only request that lasts by itself; whoever asked may hang up before.
            self._waits.add(answered)
            answered.addCallback(lambda _: self._waits.discard(answered))

    async def _answer(self, id_: int | str, request: schema.Request[Any]) -> None:
        line = await self._answer_line(id_, request)
        self._at_work -= 1
        if not self._closing:
            self._write(line)
            self._read_or_rest()
            self._work()
        if isinstance(request, schema.Wipe) and self._server.behind.wiped:
            # Whether or not the client is still there.
            self._server.on_stop()

    async def _answer_line(self, id_: int | str, request: schema.Request[Any]) -> bytes:
        try:
            line = rpc.result_line(id_, await self._server.behind.answer(request))
            if len(line) > schema.MAX_REPLY_BYTES:
                raise InternalError("The answer is too large for the control API.")
        except OnionchatError as error:
            return rpc.error_line(id_, error)
        except CancelledError:
            return rpc.error_line(id_, Stopping())
        except Exception as error:  # noqa: BLE001 - a defect must not take the connection along
            # Its text may hold what a person wrote: the log gets the kind and the place.
            _log.error(
                "{method} failed: {kind} at {place}",
                method=request.method,
                kind=type(error).__name__,
                place=_place(error),
            )
            return rpc.error_line(id_, InternalError())
        return line

    # --- What goes out

    def tell(self, name: str, line: bytes) -> None:
        """Send the event of this name, if the client wants it; disconnect a client that lags."""
        if self._closing or name not in self._wanted:
            return
        if len(self._unread) >= MAX_UNREAD or self._unread_bytes > MAX_UNREAD_BYTES:
            self._unread.clear()
            self.say_goodbye("slow", ClientTooSlow())
        else:
            self._write(line)

    def say_goodbye(
        self, reason: Literal["stopping", "slow", "refused"], error: OnionchatError
    ) -> None:
        """Tell the client why and hang up; what it has not read after two seconds is lost."""
        if self._closing:
            return
        self._closing = True
        self._cancel_deadline()
        closing = schema.Closing(reason, str(error))
        self.transport.unregisterProducer()
        for line in (*self._unread, rpc.notification_line("closing", closing)):
            self.transport.write(line)
        self._unread.clear()
        self._deadline = self._server.call_later(GOODBYE_SECONDS, self._cut_off)
        self.transport.loseConnection()

    def _cut_off(self) -> None:
        self._deadline = None
        self.transport.abortConnection()

    def _write(self, line: bytes) -> None:
        if self._lagging or self._unread:
            self._unread.append(line)
            self._unread_bytes += len(line)
        else:
            self.transport.write(line)

    def _cancel_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class ControlServer(Factory):
    """The door of one node.

    `on_stop` is called when a client asks the node to stop (or to destroy its profile), after the
    answer was written.
    """

    noisy = False

    def __init__(
        self,
        reactor: Any,  # noqa: ANN401 - IReactorTime and IReactorUNIX, which cannot be typed together
        behind: Answering,
        folder: RunFolder,
        *,
        rng: Rng,
        on_stop: Callable[[], None],
    ) -> None:
        self.behind = behind
        self.on_stop: Final = on_stop
        self._reactor = reactor
        self._folder = folder
        self._token = rng.random_bytes(TOKEN_BYTES).hex()
        self._connections: set[ControlConnection] = set()
        self._port: IListeningPort | None = None
        self._token_is_ours = False
        self._unsubscribe: Callable[[], None] | None = None
        self._empty: Deferred[None] | None = None

    async def start(self) -> None:
        """Write the token and listen.

        Raises `ProfileInUse` when a node answers at the socket, `UnsafePermissions` when something
        else than a socket is there.
        """
        self._remove_stale_socket()
        write_private(self._folder.token, self._token)
        if self._folder.owner:
            # Once more: a node that ended just now took its own away.
            write_private(self._folder.owner_file, self._folder.owner)
        self._token_is_ours = True
        endpoint = UNIXServerEndpoint(
            self._reactor, os.fspath(self._folder.socket), mode=_SOCKET_MODE
        )
        self._port = await endpoint.listen(self)
        self._unsubscribe = self.behind.subscribe(self.publish)

    def put_behind(self, behind: Answering) -> None:
        """From now on have requests answered by another one, over the same connections."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = behind.subscribe(self.publish)
        self.behind = behind

    async def close(self) -> None:
        """Tell every client, hang up, remove socket and token. Does not stop the node."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        if self._port is not None:
            port, self._port = self._port, None
            try:
                await maybeDeferred(port.stopListening)
            except FileNotFoundError:
                _log.warn("The control socket was removed by somebody else.")
        if self._token_is_ours:
            # Not when another node was found here: it still needs its own.
            self._token_is_ours = False
            self._folder.token.unlink(missing_ok=True)
            self._folder.owner_file.unlink(missing_ok=True)
        for connection in list(self._connections):
            connection.say_goodbye("stopping", Stopping())
        if self._connections:
            empty: Deferred[None] = Deferred()
            self._empty = empty
            await empty

    def buildProtocol(self, addr: object) -> ControlConnection:
        """One connection."""
        return ControlConnection(self)

    def publish(self, event: NodeEvent) -> None:
        """Tell the subscribers what happened."""
        if self._connections:
            name = schema.event_name(type(event))
            if isinstance(event, ContactChanged):
                event = ContactChanged(excerpt(event.contact))
            line = rpc.notification_line("event", event)
            for connection in list(self._connections):
                connection.tell(name, line)
            if isinstance(event, MessageAdded) and not event.message.mine:
                self.publish(Arrived())

    def accepts(self, token: str) -> bool:
        """Whether this is the token of this run, found out in constant time."""
        return hmac.compare_digest(token.encode(), self._token.encode())

    def admit(self, connection: ControlConnection) -> bool:
        """Count a new connection; false when there are too many, or the node is stopping."""
        room = len(self._connections) < MAX_CONNECTIONS and self._empty is None
        self._connections.add(connection)
        return room

    def leave(self, connection: ControlConnection) -> None:
        """A connection has ended."""
        self._connections.discard(connection)
        if self._empty is not None and not self._connections:
            empty, self._empty = self._empty, None
            empty.callback(None)

    def call_later(self, seconds: float, function: Callable[[], None]) -> IDelayedCall:
        """A deadline of a connection."""
        call: IDelayedCall = self._reactor.callLater(seconds, function)
        return call

    def _remove_stale_socket(self) -> None:
        path = self._folder.socket
        try:
            if not stat.S_ISSOCK(path.lstat().st_mode):
                raise UnsafePermissions("There is something else where the node's socket belongs.")
        except FileNotFoundError:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.setblocking(False)
            if probe.connect_ex(os.fspath(path)) == 0:
                raise ProfileInUse
        path.unlink()


def _place(error: BaseException) -> str:
    """The last place in the project that an exception went through."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if f"{os.sep}onionchat{os.sep}" in frame.filename
    ]
    return f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else "?"
