"""Puts the window together: node, desk, theme, window.

What lives here: construction, top to bottom. What may not: anything else.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, QSettings, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from onionchat.control import core_dumps

from . import background, failures, icons, translation
from .connection import Connection
from .node_process import NodeProcess
from .one_window import OneWindow, call_first
from .preference_file import PreferenceFile
from .signals import Ending
from .theme import Theme
from .viewmodels.desk import Desk
from .viewmodels.preferences import Preferences
from .views import copying, window_place
from .views.main_window import MainWindow
from .window_process import WindowProcess


def run(profile: Path, options: tuple[str, ...], language: str = "") -> int:
    """Show the window of a profile until it is closed, in `language` if none was chosen for the
    profile. Returns the exit status.
    """
    # Messages stand in this process for hours, and the passphrase before that.
    core_dumps.forbid()
    failures.keep_quiet()
    application = QApplication(["onionchat-gui"])
    one = OneWindow(profile, application)
    if not one.claim(os.environ):
        return _leave_it_to_the_first(profile)
    remember_no_folders()
    copying.Marking(application.clipboard(), application)
    application.setApplicationName("onionchat")
    # Desktops find the entry in their menus, and its picture, by this name.
    application.setDesktopFileName("org.onionchat.Onionchat")
    application.setWindowIcon(icons.application_icon())
    # A hidden window is not the end; `Leaving` says when that is.
    application.setQuitOnLastWindowClosed(False)
    node = Connection(profile, application)
    starter = NodeProcess(profile, options, application)
    preferences = Preferences(PreferenceFile(profile), application)
    # Before any sentence is asked for; another choice holds from the next start on.
    preferences.load()
    wanted = preferences.values.language or language
    spoken = translation.install(application, wanted)
    application.setLayoutDirection(QLocale(spoken).textDirection())
    windows = WindowProcess(profile, options, wanted)
    desk = Desk(
        node,
        starter,
        _now,
        application,
        preferences=preferences,
        windows=windows,
        opener=_browse,
    )
    look = Theme(application)
    window = MainWindow(desk, look)
    window_place.fit(window, preferences)
    window.leaving.ended.connect(application.quit)
    behind = background.attach(application, profile, desk, window, look)
    one.called.connect(behind.show)
    Ending(application).wanted.connect(window.leaving.go)
    # A profile may have been made meanwhile.
    desk.session.changed.connect(lambda: one.claim(os.environ))
    window.show()
    desk.session.open()
    return application.exec()


def remember_no_folders() -> None:
    """Qt's dialogs would write down which folders were looked into, outside of the profile."""
    scope = QSettings.Scope.UserScope
    QSettings.setPath(QSettings.Format.NativeFormat, scope, os.devnull)


def _leave_it_to_the_first(profile: Path) -> int:
    if not call_first(profile, os.environ):
        sys.stderr.write("This profile has a window already, which does not answer.\n")
        return 1
    sys.stdout.write("This profile has a window already; it comes to the front.\n")
    return 0


def _browse(address: str) -> bool:
    return QDesktopServices.openUrl(QUrl(address, QUrl.ParsingMode.StrictMode))


def _now() -> float:
    return QDateTime.currentMSecsSinceEpoch() / 1000
