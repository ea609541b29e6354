"""The system's signals, told in Qt's loop: who ends the session ends programs with them.

What lives here: SIGTERM, SIGHUP and SIGINT. What may not: what follows (`viewmodels.leaving`).
"""

from __future__ import annotations

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier, Signal


class Ending(QObject):
    """Tells that this process is to end. Made once, in the main thread."""

    wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Python handles a signal when it next runs, and under Qt's loop that may take long: a byte
        # in a socket wakes it.
        self._out, self._into = socket.socketpair()
        for end in (self._out, self._into):
            end.setblocking(False)
        signal.set_wakeup_fd(self._into.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, _only_wake)
        self._notifier = QSocketNotifier(self._out.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)

    def _read(self) -> None:
        try:
            numbers = self._out.recv(64)
        except BlockingIOError:
            return
        if numbers:
            self.wanted.emit()


def _only_wake(_: int, __: object) -> None:
    """Nothing: the byte is there already."""
