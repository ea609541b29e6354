"""The icon in the desktop's tray: unread messages, and a way back to a hidden window.

What lives here: the icon, its menu, and how a notification is shown, by the desktop or by the icon.
What may not: whether and what is told (`viewmodels.notifications`), names, texts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from PySide6.QtCore import QObject, QRect, QSize, Qt, SignalInstance
from PySide6.QtGui import QFont, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from onionchat_gui import icons
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.notifications import TITLE, Kind, Notification, Notifications

_SIZES: Final = (16, 22, 24, 32, 48, 64)
_MOST: Final = 9
"""A larger number cannot be read in a tray."""
_MARK: Final = 0.62
"""Part of the icon that the mark covers."""
_DIGITS: Final = 0.75
"""Part of the mark that its digits are high."""


class Icon(Protocol):
    """A `QSystemTrayIcon`, or what stands for it in a test."""

    activated: SignalInstance
    messageClicked: SignalInstance

    def setIcon(self, icon: QIcon, /) -> None:
        """The picture."""

    def setToolTip(self, tip: str, /) -> None:
        """What it says when somebody points at it."""

    def setContextMenu(self, menu: QMenu, /) -> None:
        """Its menu."""

    def isVisible(self) -> bool:
        """Whether it is asked for."""

    def show(self) -> None:
        """Ask for it."""

    def showMessage(self, title: str, msg: str, icon: QIcon, /) -> None:
        """A notification."""


class Desktop(Protocol):
    """A `freedesktop.Notifier`, or what stands for it in a test."""

    clicked: SignalInstance

    def show(self, notification: Notification, failed: Callable[[], object]) -> None:
        """In the place of the one of its kind; `failed` is called, later, if that is in vain."""

    def withdraw(self, kind: str) -> None:
        """Take it away."""


class Tray(QObject):
    """Icon, menu and notifications. Everywhere the icon may be missing: not every desktop has a
    tray.
    """

    def __init__(
        self,
        notifications: Notifications,
        look: Theme,
        icon: Icon | None,
        desktop: Desktop | None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._notifications = notifications
        self._look = look
        self._icon = icon
        self._desktop = desktop
        self._unread = 0
        self._told = Kind.MESSAGES
        self.menu = QMenu()
        notifications.told.connect(self._tell)
        notifications.withdrawn.connect(self._withdraw)
        notifications.waiting_changed.connect(self._draw)
        if desktop is not None:
            desktop.clicked.connect(notifications.open)
        if icon is not None:
            icon.setContextMenu(self.menu)
            icon.activated.connect(self._activated)
            icon.messageClicked.connect(lambda: notifications.open(self._told))
            self._draw()
            icon.show()

    @property
    def available(self) -> bool:
        """Whether there is an icon by which a hidden window is found again."""
        return self._icon is not None and self._icon.isVisible()

    def add(self, words: str, do: Callable[[], object]) -> None:
        """A line of the menu, below the others."""
        self.menu.addAction(words, do)

    def show_unread(self, unread: int) -> None:
        """How many messages are not read."""
        self._unread = unread
        self._draw()

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason != QSystemTrayIcon.ActivationReason.Context:
            self._notifications.wanted.emit()

    def _tell(self, told: Notification) -> None:
        if self._desktop is not None:
            self._desktop.show(told, lambda: self._tell_instead(told))
        else:
            self._tell_by_icon(told)

    def _tell_instead(self, told: Notification) -> None:
        # The answer took a while. Meanwhile it was withdrawn perhaps: the window is locked, say.
        if self._notifications.stands(told):
            self._tell_by_icon(told)

    def _tell_by_icon(self, told: Notification) -> None:
        if self._icon is not None:
            self._told = told.kind
            # Qt takes nothing back that an icon has said, and desktops keep it in their lists.
            title, body = (TITLE, told.unnamed) if told.named else (told.title, told.body)
            self._icon.showMessage(title, body, icons.application_icon())

    def _withdraw(self, kind: str) -> None:
        if self._desktop is not None:
            self._desktop.withdraw(kind)

    def _draw(self) -> None:
        if self._icon is None:
            return
        waits = self._notifications.waiting
        self._icon.setIcon(marked(self._look, self._unread, waits=waits))
        if self._unread:
            words = self.tr("onionchat: %n unread message(s)", "", self._unread)
        elif waits:
            words = self.tr("onionchat: something new")
        else:
            words = "onionchat"
        self._icon.setToolTip(words)


def marked(look: Theme, unread: int, *, waits: bool = False) -> QIcon:
    """The program's icon with a count, or a dot where there is something that cannot be counted."""
    if not unread and not waits:
        return icons.application_icon()
    made = QIcon()
    for size in _SIZES:
        drawn = icons.pixmap(icons.APPLICATION, "", QSize(size, size))
        _mark(drawn, look, unread)
        made.addPixmap(drawn)
    return made


def _mark(drawn: QPixmap, look: Theme, unread: int) -> None:
    side = round(drawn.width() * _MARK)
    corner = QRect(drawn.width() - side, drawn.height() - side, side, side)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # Not the accent's colour: that is nearly the icon's.
    painter.setPen(look.colour("side"))
    painter.setBrush(look.colour("danger"))
    painter.drawEllipse(corner.adjusted(1, 1, -1, -1))
    if unread:
        font = QFont(look.font(bold=True))
        font.setPixelSize(max(1, round(side * _DIGITS)))
        painter.setFont(font)
        words = str(unread) if unread <= _MOST else "+"
        painter.drawText(corner, Qt.AlignmentFlag.AlignCenter, words)
    painter.end()
