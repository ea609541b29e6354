"""Notifications by the desktop portal of Linux, over the session's D-Bus.

What lives here: one interface, `org.freedesktop.portal.Notification`. What may not: what a
notification says, and trays, which are the way where there is no portal.

The portal takes plain strings. The older `org.freedesktop.Notifications` wants a number without a
sign, which PySide6 has no way to send.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import SLOT, QObject, Signal, Slot
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher

SERVICE: Final = "org.freedesktop.portal.Desktop"
PATH: Final = "/org/freedesktop/portal/desktop"
INTERFACE: Final = "org.freedesktop.portal.Notification"
_ACTION: Final = "open"
_CALL_MILLIS: Final = 25_000
"""Where nobody used the portal yet, it is started by the question."""


class Portal(QObject):
    """Shows notifications where there is a portal; finds out by itself, without waiting."""

    clicked = Signal(str)
    """The name of a notification."""

    def __init__(
        self,
        bus: QDBusConnection,
        owner: str = "",
        names: tuple[str, ...] = (),
        parent: QObject | None = None,
    ) -> None:
        """`owner`: whose the notifications are, over all its windows; of one before, which was
        killed perhaps, those with `names` are taken away.
        """
        super().__init__(parent)
        self._bus = bus
        self.available = False
        # Each profile has names of its own.
        self._prefix = f"{owner or os.getpid()}-"
        self._names = names if owner else ()
        if not bus.isConnected():
            return
        slot = SLOT("_invoked(QDBusMessage)")
        # PySide6 says that it wants bytes here, and takes none.
        bus.connect(SERVICE, PATH, INTERFACE, "ActionInvoked", self, slot)  # type: ignore[call-overload]
        question = QDBusMessage.createMethodCall(
            SERVICE, PATH, "org.freedesktop.DBus.Properties", "Get"
        )
        question.setArguments([INTERFACE, "version"])
        self._call(question, self._found)

    def show(self, name: str, title: str, body: str, failed: Callable[[], object]) -> None:
        """Show it in the place of the one with the same name."""
        message = QDBusMessage.createMethodCall(SERVICE, PATH, INTERFACE, "AddNotification")
        fields = {"title": title, "body": body, "default-action": _ACTION}
        message.setArguments([self._prefix + name, fields])
        self._call(message, lambda worked: None if worked else failed())

    def withdraw(self, name: str) -> None:
        """Take it away, if it is still there."""
        if self.available:
            message = QDBusMessage.createMethodCall(SERVICE, PATH, INTERFACE, "RemoveNotification")
            message.setArguments([self._prefix + name])
            self._call(message, lambda _: None)

    def _call(self, message: QDBusMessage, then: Callable[[bool], object]) -> None:
        watcher = QDBusPendingCallWatcher(self._bus.asyncCall(message, _CALL_MILLIS), self)

        def finished() -> None:
            watcher.deleteLater()
            then(not watcher.isError())

        watcher.finished.connect(finished)

    def _found(self, found: bool) -> None:
        self.available = found
        for name in self._names:
            self.withdraw(name)

    @Slot(QDBusMessage)
    def _invoked(self, message: QDBusMessage) -> None:
        name, action, *_ = [*message.arguments(), "", ""]
        if action == _ACTION and str(name).startswith(self._prefix):
            self.clicked.emit(str(name).removeprefix(self._prefix))
