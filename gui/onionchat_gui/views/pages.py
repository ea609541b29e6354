"""The table of pages: a name and what makes the page. A new page is a file and a line here.

What lives here: `PAGES` and the page that says "not there yet". What may not: pages themselves,
which are imported when they are first opened, so that they cost nothing at the start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.desk import Desk

Factory = Callable[[Desk, Theme, str], QWidget]
"""Makes a page: the desk, the theme, and the id of the contact that it is about, a place on it (the
page says which there are), or nothing."""


def _conversation(desk: Desk, look: Theme, contact: str) -> QWidget:
    from .conversation_page import ConversationPage

    return ConversationPage(desk, look, contact)


def _empty(desk: Desk, look: Theme, contact: str) -> QWidget:
    from .welcome_page import WelcomePage

    return WelcomePage(desk, look)


def _contact(desk: Desk, look: Theme, contact: str) -> QWidget:
    from .contact_page import ContactPage

    return ContactPage(desk, look, contact)


def _add(desk: Desk, look: Theme, contact: str) -> QWidget:
    from .add_page import AddPage

    return AddPage(desk, look, contact)


def _requests(desk: Desk, look: Theme, contact: str) -> QWidget:
    from .requests_page import RequestsPage

    return RequestsPage(desk, look)


def _search(desk: Desk, look: Theme, contact: str) -> QWidget:
    from .search_page import SearchPage

    return SearchPage(desk, look)


def _shortcuts(desk: Desk, look: Theme, contact: str) -> QWidget:
    from .shortcuts_page import ShortcutsPage

    return ShortcutsPage(desk, look)


def _about(desk: Desk, look: Theme, contact: str) -> QWidget:
    from .about_page import AboutPage

    return AboutPage(desk, look)


def _tor(desk: Desk, look: Theme, contact: str) -> QWidget:
    from .tor_page import TorPage

    return TorPage(desk, look, contact)


def _profiles(desk: Desk, look: Theme, contact: str) -> QWidget:
    from .profiles_page import ProfilesPage

    return _later(desk, look, contact) if desk.windows is None else ProfilesPage(desk, look)


def _settings(desk: Desk, look: Theme, contact: str) -> QWidget:
    from .settings_page import SettingsPage

    return SettingsPage(desk, look)


def _devices(desk: Desk, look: Theme, contact: str) -> QWidget:
    from .devices_page import DevicesPage

    return DevicesPage(desk, look)


def _join(desk: Desk, look: Theme, contact: str) -> QWidget:
    from .join_page import JoinPage

    return JoinPage(desk, look)


def _later(desk: Desk, look: Theme, contact: str) -> QWidget:
    return _Sentence(QCoreApplication.translate("pages", "This page is not there yet."))


PAGES: Final[dict[str, Factory]] = {
    "": _empty,
    "about": _about,
    "add": _add,
    "contact": _contact,
    "conversation": _conversation,
    "devices": _devices,
    "join": _join,
    "profiles": _profiles,
    "requests": _requests,
    "search": _search,
    "settings": _settings,
    "shortcuts": _shortcuts,
    "tor": _tor,
}
"""What `Desk.open_page` can open."""


class _Sentence(QWidget):
    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.setObjectName("empty")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setText(sentence)
        label.setProperty("role", "dim")
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        QVBoxLayout(self).addWidget(label)
