"""The strip above the conversations: why nothing leaves just now, and where to look.

What lives here: how it looks. What may not: when it is shown (`main_window`).
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from onionchat_gui import theme
from onionchat_gui.theme import Theme

from .page_frame import Button, label


class Strip(QFrame):
    """A sentence, and a button if a page says more."""

    def __init__(self, look: Theme, more: Callable[[], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self._words = label()
        self.button = Button(look, self.tr("Open Tor page"), "globe")
        self.button.clicked.connect(more)
        side = QHBoxLayout()
        side.addWidget(self.button)
        side.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.L, theme.S, theme.L, theme.S)
        column.setSpacing(theme.S)
        column.addWidget(self._words)
        column.addLayout(side)
        self.hide()

    def text(self) -> str:
        """What it says."""
        return self._words.text()

    def say(self, words: str, role: str, *, more: bool = False) -> None:
        """Show a sentence; nothing hides it."""
        self._words.setProperty("role", role)
        # Qt looks at properties only when it is told to.
        self._words.style().polish(self._words)
        self._words.setText(words)
        self.button.setVisible(more)
        self.setVisible(bool(words))
