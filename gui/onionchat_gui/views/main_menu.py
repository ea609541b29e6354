"""The window's menu: its pages, locking, quitting.

What lives here: the lines, each with a drawing and its key. What may not: what they do.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from onionchat_gui import icons
from onionchat_gui.theme import Theme

from .page_frame import ICON
from .shortcuts import Action, in_menu


class MainMenu(QMenu):
    """Opens by the button beside one's own name."""

    def __init__(
        self,
        look: Theme,
        open_page: Callable[[str], object],
        lock: Callable[[], object],
        quit_: Callable[[], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._pictures: list[str] = []
        self._pages: dict[str, QAction] = {}
        for words, picture, page in (
            (in_menu(self.tr("Add a contact"), Action.ADD), "user-plus", "add"),
            (self.tr("Contact requests"), "inbox", "requests"),
            (self.tr("Tor"), "globe", "tor"),
            (in_menu(self.tr("Settings"), Action.SETTINGS), "settings", "settings"),
            (self.tr("Your devices"), "monitor-smartphone", "devices"),
            (self.tr("Profiles"), "users", "profiles"),
            (in_menu(self.tr("Keyboard shortcuts"), Action.SHORTCUTS), "keyboard", "shortcuts"),
            (self.tr("About onionchat"), "info", "about"),
        ):
            self._pages[page] = self._add(words, picture, partial(open_page, page))
        self.addSeparator()
        self._add(in_menu(self.tr("Lock now"), Action.LOCK), "lock", lock)
        self._add(in_menu(self.tr("Quit"), Action.QUIT), "power", quit_)
        look.changed.connect(self._draw)
        self._draw()

    def count(self, requests: int) -> None:
        """So many contact requests wait for an answer."""
        words = self.tr("Contact requests")
        self._pages["requests"].setText(f"{words} ({requests})" if requests else words)

    def _add(self, words: str, picture: str, do: Callable[[], object]) -> QAction:
        self._pictures.append(picture)
        return self.addAction(words, do)

    def _draw(self) -> None:
        lines = [line for line in self.actions() if not line.isSeparator()]
        for line, picture in zip(lines, self._pictures, strict=True):
            line.setIcon(icons.icon(picture, self._look.palette.text_dim, (ICON,)))
            line.setIconVisibleInMenu(True)
