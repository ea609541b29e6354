"""Somebody at the real window: what a person does and sees there.

What lives here: the window of a profile as `application.run` makes it, clicks, keys, words on
buttons, rows. What may not: view models, requests, nodes; expectations are tests.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QShortcut, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QMessageBox, QWidget

from onionchat_gui.connection import Connection
from onionchat_gui.node_process import NodeProcess
from onionchat_gui.preference_file import PreferenceFile
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.leaving import Step
from onionchat_gui.viewmodels.message_rows import MessageRole
from onionchat_gui.viewmodels.preferences import Preferences
from onionchat_gui.viewmodels.session import Phase
from onionchat_gui.views.main_window import MainWindow

PATIENCE = 30_000
"""Milliseconds until something never happens; on a busy machine a process takes its time."""


class AtWindow:
    """Somebody with a profile. `options` are the daemon's, for a node that the window starts."""

    patience = PATIENCE

    def __init__(
        self, profile: Path, look: Theme, qtbot: Any, options: tuple[str, ...] = ()
    ) -> None:
        self.profile = profile
        self._look = look
        self._qtbot = qtbot
        self._options = options
        self._holder: QObject | None = None

    # --- The window ------------------------------------------------------------------------------

    def open_window(self) -> None:
        """As `application.run` makes it."""
        self._holder = holder = QObject()
        preferences = Preferences(PreferenceFile(self.profile), holder)
        # The one before was closed a moment ago: nobody is asked for a passphrase.
        preferences.change(left=time.time())
        node = Connection(self.profile, holder)
        starter = NodeProcess(self.profile, self._options, holder)
        self.desk = Desk(node, starter, time.time, holder, preferences=preferences)
        self.window = MainWindow(self.desk, self._look)
        self.window.show()
        self._qtbot.waitExposed(self.window)
        self.desk.session.open()

    def until_inside(self) -> None:
        """Wait until the window shows the conversations."""
        self.until(lambda: self.desk.session.phase == Phase.READY)

    def close_window(self) -> None:
        """As the button of the desktop does it; the node goes on."""
        self.window.close()
        self.press("Keep receiving")
        self.until(lambda: self.window.leaving.step == Step.ENDED)
        self.drop_window()

    def drop_window(self) -> None:
        """It is gone, whatever state it is in."""
        if self._holder is not None:
            self.window.deleteLater()
            self._holder.deleteLater()
            self._holder = None

    # --- What a person does ----------------------------------------------------------------------

    @property
    def page(self) -> Any:
        """The page that is open."""
        return self.window.pages.currentWidget()

    def until(self, condition: Callable[[], Any]) -> None:
        """Let both windows live until something is seen."""
        self._qtbot.waitUntil(lambda: bool(condition()), timeout=self.patience)

    def choose(self, words: str) -> None:
        """Choose an entry of the menu."""
        menu = self.window.menu_button.menu()
        # Without its key, or how many wait there.
        named = {action.text().split("\t")[0].split(" (")[0]: action for action in menu.actions()}
        entry = named[words]
        entry.trigger()

    def press(self, words: str, inside: QWidget | None = None) -> None:
        """Click the button with these words, as soon as it is there and can be clicked."""

        def there() -> list[QAbstractButton]:
            return [
                button
                for button in (inside or self.window).findChildren(QAbstractButton)
                if words in (button.text(), button.accessibleName())
                and button.isVisibleTo(self.window)
                and button.isEnabled()
            ]

        self.until(there)
        self._qtbot.mouseClick(there()[0], Qt.MouseButton.LeftButton)

    def confirm(self, words: str) -> None:
        """Click this button of the question that was asked."""
        (box,) = (box for box in self.window.findChildren(QMessageBox) if box.isVisible())
        (button,) = (button for button in box.buttons() if button.text() == words)
        self._qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def type(self, into: QWidget, text: str) -> None:
        """Type a text."""
        self._qtbot.keyClicks(into, text)

    def key(self, into: QWidget, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        """Press a key."""
        self._qtbot.keyClick(into, key, *modifiers)

    def shortcut(self, key: Qt.Key) -> None:
        """Press a key with Ctrl, in the window that one looks at.

        Some keys are for the whole program, which has one window; here two people share it.
        """
        others = [
            shortcut
            for window in QApplication.topLevelWidgets()
            if isinstance(window, MainWindow) and window is not self.window
            for shortcut in window.findChildren(QShortcut)
        ]
        for shortcut in others:
            shortcut.setEnabled(False)
        self.window.activateWindow()
        self.until(self.window.isActiveWindow)
        self._qtbot.keyClick(self.window, key, Qt.KeyboardModifier.ControlModifier)
        for shortcut in others:
            shortcut.setEnabled(True)

    def paste(self, into: QWidget, text: str) -> None:
        """Paste what somebody gave one in another program."""
        QGuiApplication.clipboard().setText(text)
        self._qtbot.keyClick(into, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    def open(self, name: str) -> None:
        """Click a conversation, as soon as it is in the list."""
        rows = self.window.list.model()
        self.until(lambda: name in self.names())
        index = rows.index(self.names().index(name), 0)
        self.window.list.scrollTo(index)
        at = self.window.list.visualRect(index).center()
        self._qtbot.mouseClick(self.window.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
        self.until(lambda: hasattr(self.page, "composer"))

    def write(self, text: str) -> None:
        """Write in the conversation that is open, and press Enter."""
        self.type(self.page.composer.box, text)
        self.key(self.page.composer.box, Qt.Key.Key_Return)

    # --- What a person sees ----------------------------------------------------------------------

    def names(self) -> list[str]:
        """The conversations, from above."""
        rows = self.window.list.model()
        return [rows.index(row, 0).data() for row in range(rows.rowCount())]

    def row(self, name: str) -> str:
        """What a screen reader says of a conversation in the list."""
        index = self.window.list.model().index(self.names().index(name), 0)
        return str(index.data(Qt.ItemDataRole.AccessibleTextRole))

    def messages(self) -> list[tuple[str, str]]:
        """Text and state of each message of the conversation that is open."""
        rows = self.page.messages.model()
        found = (rows.index(row, 0).data(MessageRole.ROW) for row in range(rows.rowCount()))
        return [(row.text, row.view.state) for row in found]

    def texts(self) -> list[str]:
        """The texts alone."""
        return [text for text, _ in self.messages()]

    def strip(self) -> str:
        """The sentence above the conversations."""
        return self.window._strip.text() if self.window._strip.isVisible() else ""
