"""Other windows: each profile has a process of its own.

What lives here: starting one. What may not: knowing what becomes of it; it is nobody's child.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QProcess, QProcessEnvironment

import onionchat_gui
from onionchat.control import launch, profiles
from onionchat.control.profiles import ProfileView

from .activation import ACTIVATION

MODULE = "onionchat_gui"


class WindowProcess:
    """A `viewmodels.profiles.Windows`."""

    def __init__(self, own: Path, options: tuple[str, ...], language: str = "") -> None:
        self.own = own
        self.language = language
        self._options = options

    def profiles(self) -> tuple[ProfileView, ...]:
        """As `Windows.profiles`."""
        return profiles.listed(os.environ)

    def place(self, name: str) -> Path:
        """As `Windows.place`."""
        return profiles.named(name, os.environ)

    def open(self, profile: Path, language: str = "") -> bool:
        """As `Windows.open`: detached, so that it outlives this window."""
        process = QProcess()
        process.setProgram(sys.executable)
        # -P: the folder in which the person happens to be must not offer modules.
        language = language or self.language
        spoken = [f"--language={language}"] if language else []
        process.setArguments(["-P", "-m", MODULE, f"--profile={profile}", *self._options, *spoken])
        environment = QProcessEnvironment()
        for name, value in launch.daemon_environment().items():
            environment.insert(name, value)
        ours = str(Path(onionchat_gui.__file__).parents[1])
        paths = environment.value("PYTHONPATH")
        environment.insert("PYTHONPATH", os.pathsep.join((paths, ours)))
        # For this window, once.
        environment.remove(ACTIVATION)
        process.setProcessEnvironment(environment)
        # PySide6 says that it returns two values, and some versions return the first alone.
        started: object = process.startDetached()
        return bool(started[0] if isinstance(started, tuple) else started)
