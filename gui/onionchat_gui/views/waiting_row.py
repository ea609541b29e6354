"""The row above the conversations that says how many contact requests wait.

What lives here: how it looks, and its words. What may not: the requests (`viewmodels.requests`).
"""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.desk import Desk

from .page_frame import Button


class WaitingRow(QWidget):
    """A button to the page that answers them; not there while nobody waits."""

    def __init__(self, desk: Desk, look: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._requests = desk.requests
        self.button = Button(look, "", "inbox", role="accent")
        self.button.setObjectName("waiting")
        self.button.clicked.connect(lambda: desk.open_page("requests"))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.S, 0, theme.S, theme.S)
        column.addWidget(self.button)
        desk.requests.changed.connect(self._show)
        self._show()

    def words(self) -> str:
        """How many wait, as it is said wherever it is; nothing without any."""
        number = len(self._requests.waiting)
        return self.tr("%n contact request(s)", "", number) if number else ""

    def _show(self) -> None:
        self.button.setText(self.words())
        self.setVisible(bool(self._requests.waiting))
