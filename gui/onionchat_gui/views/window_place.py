"""Where the window stands and how large it is, from one start to the next.

What lives here: pixels, and whether they are on a screen. What may not: what is in the window.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from onionchat_gui.viewmodels.preferences import MAX_PIXELS, Preferences

from .sides import Sides

_BAR: Final = 40
_FRAME: Final = 16
_HOLD: Final = 120
"""So much of a window's upper edge is seen, in height and width, that one can draw it further; what
a desktop draws around a window is not more than `_FRAME` and `_BAR`."""


def restore(window: QWidget, sides: Sides, preferences: Preferences) -> None:
    """Before the window is shown. A place that is on no screen any more is not used."""
    values = preferences.values
    if values.list_width is not None:
        sides.keep_list(values.list_width)
    if values.size is None:
        return
    size = QSize(*values.size)
    place = QPoint(*values.place) if values.place is not None else None
    screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    if place is not None and can_be_held(QRect(place, size), screens):
        window.move(place)
    else:
        # No larger than the screen on which the desktop will put it.
        size = size.boundedTo(QGuiApplication.primaryScreen().availableSize())
    window.resize(size)
    if values.maximized:
        window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)


def fit(window: QWidget, preferences: Preferences) -> None:
    """Before the window is shown for the first time: with the frame that the desktop draws around
    it, it is no larger than the screen, which large type makes small.
    """
    if preferences.values.size is None:
        room = QGuiApplication.primaryScreen().availableSize() - QSize(_FRAME, _BAR)
        window.resize(window.size().boundedTo(room))


def store(window: QWidget, sides: Sides, preferences: Preferences) -> None:
    """Before the window is gone. What was maximized has a size for afterwards, too."""
    usual = window.normalGeometry() if window.isMaximized() else window.geometry()
    place = usual.topLeft() if window.isMaximized() else window.pos()
    knows = not QGuiApplication.platformName().startswith("wayland")
    fits = max(abs(place.x()), abs(place.y())) <= MAX_PIXELS
    now = {
        "size": (min(usual.width(), MAX_PIXELS), min(usual.height(), MAX_PIXELS)),
        # Where it stands, Wayland tells no program.
        "place": (place.x(), place.y()) if knows and fits else None,
        "maximized": window.isMaximized(),
        "list_width": min(sides.list_width, MAX_PIXELS),
    }
    if usual.isValid() and any(getattr(preferences.values, name) != now[name] for name in now):
        preferences.change(**now)


def can_be_held(window: QRect, screens: list[QRect]) -> bool:
    """Whether enough of a window's upper edge is on one of the screens."""
    bar = QRect(window.topLeft(), QSize(window.width(), _BAR))
    return any(
        seen.width() >= min(_HOLD, window.width()) and seen.height() >= _BAR
        for seen in (bar.intersected(screen) for screen in screens)
    )
