"""The node over its control socket: Qt's local socket around `control.client.ClientCore`.

What lives here: connecting, greeting, asking, telling, and connecting again. What may not: what a
request means, anything that is shown, starting a node.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from PySide6.QtCore import QObject, QTimer
from PySide6.QtNetwork import QLocalSocket
from shiboken6 import isValid

from onionchat.control import address
from onionchat.control.client import ClientCore
from onionchat.control.schema import API_VERSION, Closing, Hello, HelloReply, Request, Subscribe
from onionchat.errors import ApiVersionUnknown, NodeNotRunning, OnionchatError, Stopping, TimedOut
from onionchat.views import Arrived, NodeEvent

from .node import FRAME_MILLIS, Node

R = TypeVar("R")
Then = Callable[[Any], None]
Failed = Callable[[OnionchatError], None]

RETRY_MILLIS: Final = (200, 500, 1000, 2000, 5000)
"""Pauses between tries to get a lost connection back; the last one goes on."""

MAX_TOLD: Final = 16
"""Events told together: what a window does with so many takes less than a frame."""

GREETING_MILLIS: Final = 10_000
"""From connecting to the end of the greeting; a node that hangs must not be waited for silently."""


class Connection(Node):
    """One node, found through its profile. Call `join` once; it comes back by itself after that.

    Nothing blocks: even the file of the token is read only when the socket is there.
    """

    def __init__(self, profile: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._profile = profile
        # One for all connections: a socket is not deleted while one of its own signals is running.
        self._link = QLocalSocket(self)
        self._link.connected.connect(self._greet)
        self._link.readyRead.connect(self._read)
        self._link.disconnected.connect(self._lost)
        self._link.errorOccurred.connect(self._lost)
        self._socket: QLocalSocket | None = None
        """The same, while it is used."""
        self._token = ""
        self._core = ClientCore()
        self._waiting: dict[int, tuple[QObject, Then, Failed]] = {}
        self._greeted = False
        self._discreet = False
        self._tries = 0
        self._why: OnionchatError | None = None
        self._heard: deque[NodeEvent | _Answer] = deque()
        # The first event of a burst is told at once, what follows within the frame together.
        self._frame = QTimer(self, singleShot=True, interval=FRAME_MILLIS)
        self._frame.timeout.connect(self._tell)
        self._patience = QTimer(self, singleShot=True, interval=GREETING_MILLIS)
        self._patience.timeout.connect(self._not_greeted)
        self._retry = QTimer(self, singleShot=True)
        self._retry.timeout.connect(self.join)

    def join(self) -> None:
        """Connect, unless that is done or under way; `joined` or `parted` tells how it went."""
        self._retry.stop()
        if self._socket is not None:
            return
        try:
            folder = address.find(self._profile, os.environ)
            if folder is None:
                raise NodeNotRunning
            token = address.read_private(folder.token)
        except OnionchatError as error:
            self._part_later(error)
            return
        except OSError:
            self._part_later(NodeNotRunning())
            return
        self._core = ClientCore()
        self._why = None
        self._socket = self._link
        self._token = token
        self._patience.start()
        self._link.connectToServer(os.fspath(folder.socket))

    def leave(self) -> None:
        """Hang up and stay away."""
        self._retry.stop()
        self._drop(NodeNotRunning())

    def try_again(self) -> None:
        """Come back after a pause, longer with each try in vain; `joined` begins anew."""
        pause = RETRY_MILLIS[min(self._tries, len(RETRY_MILLIS) - 1)]
        self._tries += 1
        self._retry.start(pause)

    def set_discreet(self, discreet: bool) -> None:
        """As `Node.set_discreet`."""
        if discreet == self._discreet:
            return
        self._discreet = discreet
        if discreet:
            self._heard = deque(one for one in self._heard if isinstance(one, Arrived | _Answer))
        if self._greeted:
            self._subscribe()

    def ask(
        self,
        owner: QObject,
        request: Request[R],
        then: Callable[[R], None],
        failed: Callable[[OnionchatError], None],
    ) -> None:
        """As `Node.ask`."""
        if not self._greeted:
            error = Stopping() if self._socket is not None else NodeNotRunning()
            self._fail_later(owner, failed, error)
            return
        self._ask(owner, request, then, failed)

    def _ask(
        self, owner: QObject, request: Request[R], then: Callable[[R], None], failed: Failed
    ) -> None:
        try:
            number = self._core.ask(request)
        except OnionchatError as error:
            self._fail_later(owner, failed, error)
            return
        self._waiting[number] = (owner, cast(Then, then), failed)
        assert self._socket is not None
        self._socket.write(self._core.bytes_to_send())
        # Not only when the loop runs again: when the window closes, it does not.
        self._socket.flush()

    def _greet(self) -> None:
        token, self._token = self._token.strip(), ""
        self._ask(self, Hello(token=token, version=API_VERSION), self._greeting, self._refused)

    def _greeting(self, reply: HelloReply) -> None:
        if reply.version != API_VERSION:
            self._refused(ApiVersionUnknown())
            return
        # Subscribed first: what happens from here on is told, so no answer can be outdated.
        self._subscribe()

    def _subscribe(self) -> None:
        discreet = self._discreet
        wanted = Subscribe(events=("arrived",)) if discreet else Subscribe()
        self._ask(self, wanted, lambda _: self._subscribed(discreet), self._refused)

    def _subscribed(self, discreet: bool) -> None:
        if self._greeted:
            return
        if discreet != self._discreet:
            # Locked or unlocked while the greeting was under way.
            self._subscribe()
            return
        self._patience.stop()
        self._greeted = True
        self._tries = 0
        self.joined.emit()

    def _not_greeted(self) -> None:
        self._drop(TimedOut("The node does not answer."))

    def _refused(self, error: OnionchatError) -> None:
        self._drop(error)

    def _read(self) -> None:
        socket = self._socket
        if socket is None:
            return
        # Line by line: an answer is given before what came after it is told, and after what came
        # before it, so a list that was asked for never takes back what an event has added since.
        for line in bytes(socket.readAll().data()).splitlines(keepends=True):
            try:
                self._core.receive(line)
            except OnionchatError as error:
                self._drop(error)
                return
            self._gather()
            self._answer()
            if self._socket is not socket:
                return
        if self._heard and not self._frame.isActive():
            self._tell()

    def _answer(self) -> None:
        for number in [n for n in self._waiting if self._core.answered(n)]:
            owner, then, failed = self._waiting.pop(number)
            try:
                reply = self._core.answer(number)
            except OnionchatError as error:
                answer = _Answer(owner, failed, error)
            else:
                answer = _Answer(owner, then, reply)
            if self._heard:
                self._heard.append(answer)
            else:
                answer.give()

    def _gather(self) -> None:
        while (event := self._core.next_notification()) is not None:
            if isinstance(event, Closing):
                self._why = Stopping(event.sentence)
            elif not self._discreet or isinstance(event, Arrived):
                # What was on its way when the window was locked is not for it any more.
                self._heard.append(event)

    def _tell(self) -> None:
        """Tell what was heard, in its order; of a burst a part in each frame, so that none is
        late."""
        if not self._heard:
            return
        self._frame.start()
        events: list[NodeEvent] = []
        room = MAX_TOLD
        while self._heard and room:
            one = self._heard.popleft()
            room -= 1
            if isinstance(one, _Answer):
                self._emit(events)
                events = []
                one.give()
            else:
                events.append(one)
        self._emit(events)

    def _emit(self, events: list[NodeEvent]) -> None:
        if events:
            self.happened.emit(tuple(events))

    def _lost(self, _: object = None) -> None:
        if self._socket is None:
            return
        if self._socket.state() == QLocalSocket.LocalSocketState.ConnectedState:
            # An error that the socket survived.
            return
        unsaid = Stopping("The node ended.") if self._greeted else NodeNotRunning()
        self._drop(self._why or unsaid)

    def _drop(self, error: OnionchatError) -> None:
        socket, self._socket = self._socket, None
        if socket is None:
            return
        self._greeted = False
        self._patience.stop()
        while self._heard:
            self._tell()
        self._frame.stop()
        if socket.state() != QLocalSocket.LocalSocketState.UnconnectedState:
            socket.abort()
        waiting, self._waiting = self._waiting, {}
        for owner, _, failed in waiting.values():
            _call(owner, failed, Stopping("The node ended before it answered."))
        self.parted.emit(error)

    def _part_later(self, error: OnionchatError) -> None:
        QTimer.singleShot(0, self, lambda: self.parted.emit(error))

    def _fail_later(self, owner: QObject, failed: Failed, error: OnionchatError) -> None:
        QTimer.singleShot(0, self, lambda: _call(owner, failed, error))


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a request led to, whose turn has not come."""

    owner: QObject
    continuation: Callable[[Any], None]
    value: Any

    def give(self) -> None:
        _call(self.owner, self.continuation, self.value)


def _call(owner: QObject, continuation: Callable[[R], None], value: R) -> None:
    # The telling of events before an answer may have closed the page that asked for it.
    if isValid(owner):
        continuation(value)
