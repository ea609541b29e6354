"""The control API from a front end's side: a core without input or output, and a blocking client.

What lives here: `ClientCore`, which a window can drive from its own loop, and `Client`, a blocking
socket for the command line and for scripts. What may not: Twisted, Qt, or any knowledge of a front
end. Errors that the node answers with are raised as the classes of `onionchat.errors`.
"""

from __future__ import annotations

import os
import select
import socket
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from onionchat.errors import (
    ApiVersionUnknown,
    InvalidText,
    NodeNotRunning,
    OnionchatError,
    Stopping,
    TimedOut,
)
from onionchat.views import NodeEvent

from . import address, rpc
from .schema import API_VERSION, MAX_REPLY_BYTES, Closing, Hello, HelloReply, Request

R = TypeVar("R")

CALL_TIMEOUT: Final = 60.0
"""Seconds to wait for an answer: a busy disk takes long, a node that hangs must not."""

_CHUNK: Final = 64 * 1024


class ClientCore:
    """One connection to a node as bytes in, answers and notifications out.

    Bounded by the node: its lines have at most `MAX_REPLY_BYTES`.
    """

    def __init__(self) -> None:
        self._lines = rpc.Lines(MAX_REPLY_BYTES)
        self._last_id = 0
        self._waiting: dict[int, Request[Any]] = {}
        self._out = bytearray()
        self._answers: dict[int, Any | OnionchatError] = {}
        self._notifications: deque[NodeEvent | Closing] = deque()

    def ask(self, request: Request[Any]) -> int:
        """Put a request into `bytes_to_send`; returns the number that its answer will have.

        Raises `InvalidText` when a text in it cannot be written as UTF-8.
        """
        try:
            line = rpc.request_line(self._last_id + 1, request)
        except UnicodeEncodeError:
            raise InvalidText from None
        self._last_id += 1
        self._waiting[self._last_id] = request
        self._out += line
        return self._last_id

    def bytes_to_send(self) -> bytes:
        """What goes to the node now."""
        data = bytes(self._out)
        self._out.clear()
        return data

    def receive(self, data: bytes) -> None:
        """Take what came from the node.

        Raises `InvalidJson` or `InvalidRequest` when it is nothing that a node sends, and the
        node's error when it refused a line as a whole.
        """
        for line in self._lines.receive(data):
            message = rpc.parse_message(line)
            match message:
                case rpc.Result(id=int(number), raw=raw) if number in self._waiting:
                    request = self._waiting.pop(number)
                    try:
                        self._answers[number] = rpc.result_of(request, raw)
                    except OnionchatError as error:
                        self._answers[number] = error
                case rpc.Failure(id=int(number), error=failure) if number in self._waiting:
                    del self._waiting[number]
                    self._answers[number] = rpc.exception_of(failure)
                case rpc.Failure(id=None, error=failure):
                    raise rpc.exception_of(failure)
                case rpc.Notification(params=params):
                    self._notifications.append(params)

    def answered(self, number: int) -> bool:
        """Whether the answer to request `number` is there."""
        return number in self._answers

    def answer(self, number: int) -> Any:  # noqa: ANN401 - the type is known to whoever asked
        """Take the answer to request `number`; raises the error that it may be."""
        answer = self._answers.pop(number)
        if isinstance(answer, OnionchatError):
            raise answer
        return answer

    def next_notification(self) -> NodeEvent | Closing | None:
        """Take the oldest event that was not taken yet; None without one."""
        return self._notifications.popleft() if self._notifications else None


class Client:
    """A blocking connection to a node that accepted our token."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._core = ClientCore()
        self.node: HelloReply | None = None
        """What the node said of itself."""

    @classmethod
    def connect(cls, profile: Path, *, timeout: float = 10.0) -> Self:
        """Connect to the node of `profile`.

        Raises `NodeNotRunning`, `UnsafePermissions` (somebody else could have put the socket
        there), `NotAuthorised`, `ApiVersionUnknown`, `TimedOut`.
        """
        try:
            folder = address.find(profile, os.environ)
            if folder is None:
                raise NodeNotRunning
            token = address.read_private(folder.token)
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(timeout)
            try:
                connection.connect(os.fspath(folder.socket))
            except OSError:
                connection.close()
                raise
        except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError):
            raise NodeNotRunning from None
        except TimeoutError:
            raise TimedOut("The node does not answer.") from None
        except OSError as error:
            raise NodeNotRunning(f"The node cannot be reached: {error.strerror}.") from None
        client = cls(connection)
        try:
            client.hello(token, timeout=timeout)
        except BaseException:
            client.close()
            raise
        return client

    def hello(self, token: str, *, timeout: float = 10.0) -> None:
        """Show the token, agree on the version. Raises `NotAuthorised`, `ApiVersionUnknown`."""
        self.node = self.call(Hello(token=token.strip(), version=API_VERSION), timeout=timeout)
        if self.node.version != API_VERSION:
            raise ApiVersionUnknown

    def call(self, request: Request[R], *, timeout: float = CALL_TIMEOUT) -> R:
        """Ask the node and wait for the answer, at most `timeout` seconds.

        Raises the error that the node answers with, `TimedOut` without an answer (it may still be
        carried out), and `Stopping` when the node ends meanwhile.
        """
        number = self._core.ask(request)
        self._send(timeout)
        while not self._core.answered(number):
            if not self._read(timeout):
                raise Stopping("The node ended before it answered.")
        result: R = self._core.answer(number)
        return result

    def events(self) -> Iterator[NodeEvent | Closing]:
        """What happens, as subscribed before; waits for each, ends when the node closes.

        The last one is a `Closing` unless the node was killed.
        """
        while True:
            while (event := self._core.next_notification()) is not None:
                yield event
                if isinstance(event, Closing):
                    return
            if not self._read(None):
                return

    def pending_events(self) -> Iterator[NodeEvent | Closing]:
        """What happened until now, without waiting. Raises `Stopping` at the end of the stream."""
        while select.select([self._connection], [], [], 0)[0]:
            if not self._read(None):
                # The reason may have come just before.
                yield from self._pending()
                raise Stopping("The node ended.")
        yield from self._pending()

    def _pending(self) -> Iterator[NodeEvent | Closing]:
        while (event := self._core.next_notification()) is not None:
            yield event

    def fileno(self) -> int:
        """The socket's descriptor, to wait for."""
        return self._connection.fileno()

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _send(self, timeout: float) -> None:
        self._connection.settimeout(timeout)
        try:
            self._connection.sendall(self._core.bytes_to_send())
        except TimeoutError:
            raise TimedOut("The node does not answer.") from None
        except OSError:
            # It closed, and what it said before that is worth more than "broken pipe".
            while self._read(timeout):
                pass
            raise Stopping("The node closed the connection.") from None

    def _read(self, timeout: float | None) -> bool:
        """Read once, waiting; false at the end of the stream."""
        self._connection.settimeout(timeout)
        try:
            data = self._connection.recv(_CHUNK)
        except TimeoutError:
            raise TimedOut("The node does not answer.") from None
        except ConnectionResetError:
            return False
        self._core.receive(data)
        return bool(data)
