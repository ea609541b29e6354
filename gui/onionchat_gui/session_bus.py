"""The bus of the desktop's session: Qt's local socket around `bus_wire`.

What lives here: connecting, greeting, calling, losing. What may not: what is said over it. Nothing
waits, and nothing that comes from the bus gets out as an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalSocket

from .bus_wire import Answer, Call, Heard, NoBus, Place, Wire

BUS: Final = "org.freedesktop.DBus"
BUS_PATH: Final = "/org/freedesktop/DBus"
PATIENCE_MILLIS: Final = 5000
"""From connecting to the end of the greeting."""
_READ_BYTES: Final = 16 * 1024
"""As much is taken at once from a bus that floods: the window goes on in between."""

Then = Callable[[Answer | None], object]
"""Takes the answer, or nothing where the bus was lost before it."""


def of_bus(member: str, signature: str | None = None, *body: str) -> Call:
    """A call to the bus itself."""
    return Call(BUS, BUS_PATH, BUS, member, signature, body)


class SessionBus(QObject):
    """One bus. Call `join`; `ready` or `lost` tells how it went, later."""

    ready = Signal()
    """Calls are answered from now on."""
    lost = Signal()
    """There is no bus, or it does not let us in, or it is gone. All calls were answered before."""
    heard = Signal(object)
    """A `Heard`: a signal that somebody asked the bus for, or that was sent to us."""

    def __init__(self, places: Sequence[Place], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.greeted = False
        """Whether calls are answered."""
        self._places = places
        self._rest: list[Place] = []
        """Where nobody has looked yet."""
        self._busy = False
        self._wire: Wire | None = None
        self._waiting: dict[int, Then] = {}
        # One for all connections: a socket is not deleted while one of its own signals is running.
        self._link = QLocalSocket(self)
        self._link.setReadBufferSize(_READ_BYTES)
        self._link.connected.connect(self._send)
        self._link.readyRead.connect(self._read)
        self._link.disconnected.connect(self._failed)
        self._link.errorOccurred.connect(self._failed)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MILLIS)
        self._patience.timeout.connect(self._failed)

    def join(self) -> None:
        """Connect, unless that is done or under way."""
        if not self._busy:
            self._busy = True
            self._rest = list(self._places)
            QTimer.singleShot(0, self, self._try)

    def call(self, call: Call, then: Then) -> None:
        """`then` is called once, not before this returns. Only where it is `greeted`."""
        assert self._wire is not None
        self._waiting[self._wire.call(call)] = then
        self._send()

    def tell(self, call: Call) -> None:
        """A call whose answer is of no interest. Only where it is `greeted`."""
        assert self._wire is not None
        self._wire.call(call, answered=False)
        self._send()

    def _try(self) -> None:
        if not self._rest:
            self._busy = False
            self.lost.emit()
            return
        place = self._rest.pop(0)
        self._wire = Wire()
        self._waiting[self._wire.call(of_bus("Hello"))] = self._welcomed
        self._patience.start()
        option = QLocalSocket.SocketOption
        abstract = option.AbstractNamespaceOption if place.abstract else option.NoOptions
        self._link.setSocketOptions(abstract)
        self._link.connectToServer(place.name)

    def _welcomed(self, answer: Answer | None) -> None:
        if answer is None:
            return
        if answer.failed:
            self._failed()
            return
        self._patience.stop()
        self.greeted = True
        self.ready.emit()

    def _send(self) -> None:
        if self._wire is not None:
            self._link.write(self._wire.bytes_to_send())
            # Not only when the loop runs again: when the window closes, it does not.
            self._link.flush()

    def _read(self) -> None:
        wire = self._wire
        if wire is None:
            return
        try:
            events = wire.receive(bytes(self._link.readAll().data()))
        except NoBus:
            self._failed()
            return
        for event in events:
            if self._wire is not wire:
                return
            if isinstance(event, Heard):
                self.heard.emit(event)
            elif (then := self._waiting.pop(event.serial, None)) is not None:
                then(event)
        if self._wire is wire:
            self._send()

    def _failed(self, _: object = None) -> None:
        if self._wire is None:
            return
        self._wire = None
        self._patience.stop()
        self._link.abort()
        waiting, self._waiting = self._waiting, {}
        if self.greeted:
            # Whoever is asked again looks everywhere again.
            self.greeted = False
            self._rest = []
        for then in waiting.values():
            then(None)
        QTimer.singleShot(0, self, self._try)
