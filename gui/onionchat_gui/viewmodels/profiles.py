"""The profiles of this user, each with a window of its own.

What lives here: the list, and opening another one. What may not: processes (`window_process`), a
profile's passphrase or contents, which no other window has.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from onionchat.control.profiles import ProfileView
from onionchat.errors import OnionchatError

from .sentences import worded


class Windows(Protocol):
    """The windows of all profiles. Fulfilled by `window_process.WindowProcess` and by fakes."""

    own: Path
    """The folder of this window's profile."""
    language: str
    """What somebody has chosen for this window, as in "de"; empty: the system's."""

    def profiles(self) -> tuple[ProfileView, ...]:
        """The profiles in the default place. Raises UnsafePermissions."""

    def place(self, name: str) -> Path:
        """Where a profile of this name is, or would be. Raises InvalidInput."""

    def open(self, profile: Path, language: str = "") -> bool:
        """Start a window, or bring the one that runs to the front; whether that could be tried. It
        speaks this language, or else that of this window, if none was chosen for its profile.
        """


class Profiles(QObject):
    """What the page of profiles shows and does."""

    changed = Signal()
    """`views` or `problem` is another."""
    refused = Signal(str)
    """The name of a new profile cannot be used: a sentence."""
    opened = Signal(str)
    """A window was asked for; the profile's name."""

    def __init__(self, windows: Windows, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._windows = windows
        self.views: tuple[ProfileView, ...] = ()
        self.problem = ""
        self._loaded = False

    @property
    def elsewhere(self) -> Path | None:
        """The folder of this window's profile, if it is not in the default place."""
        shown = any(self.is_own(view) for view in self.views)
        return None if shown else self._windows.own

    def load(self) -> None:
        """Look what there is. Asks the file system alone: local, and nothing is waited for."""
        try:
            views, problem = self._windows.profiles(), ""
        except OnionchatError as error:
            views, problem = (), worded(error)
        if (views, problem) != (self.views, self.problem) or not self._loaded:
            self._loaded = True
            self.views, self.problem = views, problem
            self.changed.emit()

    def is_own(self, view: ProfileView) -> bool:
        """Whether it is the one of this window."""
        return os.path.realpath(view.path) == os.path.realpath(self._windows.own)

    def open(self, view: ProfileView) -> None:
        """Its window."""
        self._open(view.name, Path(view.path))

    def create(self, name: str) -> None:
        """A window that makes a profile of this name."""
        try:
            place = self._windows.place(name.strip())
        except OnionchatError as error:
            self.refused.emit(worded(error))
            return
        if place.exists():
            self.refused.emit(self.tr("There is a profile with that name already."))
            return
        self._open(place.name, place)

    def _open(self, name: str, place: Path) -> None:
        if self._windows.open(place):
            self.opened.emit(name)
        else:
            self.problem = self.tr("The window could not be started.")
            self.changed.emit()
