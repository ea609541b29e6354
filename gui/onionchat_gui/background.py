"""What of the program is outside of its window: tray icon, notifications, the end of the session.

What lives here: tying them to the window. What may not: decisions, which view models make.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from .bus_wire import places
from .freedesktop import Notifier
from .left_behind import LeftBehind
from .session_bus import SessionBus
from .theme import Theme
from .viewmodels.desk import Desk
from .viewmodels.notifications import Notifications
from .views.main_window import MainWindow
from .views.tray import Desktop, Icon, Tray


class Background(QObject):
    """Lets a window be hidden and found again."""

    def __init__(
        self,
        desk: Desk,
        window: MainWindow,
        look: Theme,
        icon: Icon | None,
        desktop: Desktop | None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self.notifications = Notifications(desk, self)
        self.tray = Tray(self.notifications, look, icon, desktop, self)
        self.tray.add(QCoreApplication.translate("Background", "Show"), self.show)
        self.tray.add(QCoreApplication.translate("Background", "Lock now"), desk.lock.lock)
        self.tray.add(QCoreApplication.translate("Background", "Quit"), self._quit)
        self.notifications.wanted.connect(self.show)
        desk.conversations.unread_changed.connect(self.tray.show_unread)
        window.leaving.ended.connect(self.notifications.end)
        window.leaving.comes_back = lambda: self.tray.available

    def look(self, state: Qt.ApplicationState) -> None:
        """Whether a window of the program has the focus."""
        self.notifications.look(state == Qt.ApplicationState.ApplicationActive)

    def show(self) -> None:
        """Bring the window back, from wherever it is."""
        state = self._window.windowState() & ~Qt.WindowState.WindowMinimized
        self._window.setWindowState(state)
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()

    def _quit(self) -> None:
        # There may be a question, which is in the window.
        self.show()
        self._window.leaving.close(quits=True)


def attach(
    application: QApplication, profile: Path, desk: Desk, window: MainWindow, look: Theme
) -> Background:
    """The background of the real program, with what this desktop has."""
    icon = QSystemTrayIcon(application) if QSystemTrayIcon.isSystemTrayAvailable() else None
    made = Background(desk, window, look, icon, _desktop(application, profile), application)
    application.applicationStateChanged.connect(made.look)
    made.look(application.applicationState())
    # The desktop ends the session: it is not kept waiting, and nothing that was typed is lost.
    application.commitDataRequest.connect(desk.store_drafts)
    application.aboutToQuit.connect(made.notifications.end)
    return made


def _desktop(application: QApplication, profile: Path) -> Desktop | None:
    if not sys.platform.startswith("linux"):
        return None
    bus = SessionBus(places(os.environ), application)
    words = QCoreApplication.translate("Background", "Show")
    return Notifier(bus, LeftBehind(profile), words, application)
