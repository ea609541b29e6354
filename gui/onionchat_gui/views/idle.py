"""Notices that somebody is there: keys, mouse, wheel and touch in the program's windows.

What lives here: one filter of events at each window that gets the focus. What may not: what follows
from idleness (`viewmodels.lock`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication, QWindow

_SIGNS: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
    }
)


class Presence(QObject):
    """Calls `touched` at each sign. A window is watched from when it has the focus first.

    At the windows and not at the application: there each event of each widget would pass.
    """

    def __init__(self, touched: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._touched = touched
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.focusWindowChanged.connect(self.watch)
        self.watch(application.focusWindow())

    def watch(self, window: QWindow | None) -> None:
        """Look at this window, too. Once more does no harm: Qt keeps a filter once."""
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """As Qt calls it; lets everything pass."""
        if event.type() in _SIGNS:
            self._touched()
        return False
