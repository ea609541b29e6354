"""People with the real window over a real node: everything but the network, which is Unix sockets.

What lives here: `Person` (a profile, its node as a process, its window), and what a person does and
sees: words on buttons, keys, rows. What may not: view models, requests; expectations are tests.

A node is `onionchatd` itself, store and control socket and all, with `testing.socket_transport` in
place of tor. It runs in a process of its own: Twisted's reactor and Qt's loop share none.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, Qt
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget

from onionchat.control import launch, schema
from onionchat.control.client import Client
from onionchat.testing.nodes import PASSPHRASE
from onionchat.testing.socket_daemon import SOCKETS
from onionchat.testing.torlab.process import bound_to_us
from onionchat_gui.connection import Connection
from onionchat_gui.node_process import NodeProcess
from onionchat_gui.preference_file import PreferenceFile
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.leaving import Step
from onionchat_gui.viewmodels.messages import MessageRole
from onionchat_gui.viewmodels.preferences import Preferences
from onionchat_gui.viewmodels.session import Phase
from onionchat_gui.views.main_window import MainWindow

PATIENCE = 30_000
"""Milliseconds until something never happens; on a busy machine a process takes its time."""

DAEMON = "onionchat.testing.socket_daemon"


class Person:
    """Somebody at a window. Made from a profile that is copied, so that no test sees another's."""

    def __init__(self, folder: Path, made: Path, sockets: Path, look: Theme, qtbot: Any) -> None:
        self.profile = folder / made.name
        shutil.copytree(made, self.profile)
        self._secret = folder / f"{made.name}-passphrase"
        self._secret.touch(0o600)
        self._secret.write_text(PASSPHRASE + "\n")
        self._sockets = sockets
        self._look = look
        self._qtbot = qtbot
        self._holder: QObject | None = None
        self.node: subprocess.Popen[bytes] | None = None

    # --- The node --------------------------------------------------------------------------------

    def start_node(self) -> None:
        """Start it; it dies with this process. Returns before it answers: the window waits."""
        self.until_ready(self.begin_node())

    def begin_node(self) -> int:
        """The same, and do not wait: a descriptor for `until_ready`."""
        told, tells = os.pipe()
        self.node = subprocess.Popen(
            [
                *bound_to_us(),
                *(sys.executable, "-m", DAEMON, "node", f"--profile={self.profile}"),
                *(f"--passphrase-file={self._secret}", f"--ready-fd={tells}"),
            ],
            env={**launch.daemon_environment(), SOCKETS: str(self._sockets)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=(tells,),
        )
        os.close(tells)
        return told

    def until_ready(self, told: int) -> None:
        """Wait until the node answers."""
        assert self.node is not None and self.node.stderr is not None
        with open(told) as pipe:
            word = pipe.read()
        if word.strip() != "ready":
            raise AssertionError(self.node.stderr.read().decode())

    def set(self, name: str, value: str) -> None:
        """Change a setting of the node."""
        with Client.connect(self.profile) as client:
            client.call(schema.Set(name=name, value=value))

    def freeze(self) -> None:
        """Let the node do nothing: what it is sent lies in its socket."""
        assert self.node is not None
        self.node.send_signal(signal.SIGSTOP)

    def kill_node(self) -> None:
        """`kill -9`."""
        if self.node is not None:
            self.node.kill()
            self.node.communicate()
            self.node = None

    # --- The window ------------------------------------------------------------------------------

    def open_window(self) -> None:
        """As `application.run` makes it."""
        self._holder = holder = QObject()
        preferences = Preferences(PreferenceFile(self.profile), holder)
        node = Connection(self.profile, holder)
        starter = NodeProcess(self.profile, (), holder)
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
        self._drop_window()

    def _drop_window(self) -> None:
        if self._holder is not None:
            self.window.deleteLater()
            self._holder.deleteLater()
            self._holder = None

    def leave(self) -> None:
        """Nothing stays, whatever state it is in."""
        self._drop_window()
        self.kill_node()

    # --- What a person does ----------------------------------------------------------------------

    @property
    def page(self) -> Any:
        """The page that is open."""
        return self.window.pages.currentWidget()

    def until(self, condition: Callable[[], Any]) -> None:
        """Let both windows live until something is seen."""
        self._qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE)

    def choose(self, words: str) -> None:
        """Choose an entry of the menu."""
        menu = self.window.menu_button.menu()
        (entry,) = (action for action in menu.actions() if action.text() == words)
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
