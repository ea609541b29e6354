"""The search field: what is typed is looked for; arrows and Enter are for what was found.

What lives here: one field, the same on every page. What may not: what was found (`search_page`).
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from onionchat_gui import icons, theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.search import MAX_TEXT

from .boxes import UNLEARNED

_SIGN: Final = 16
_A_PAGE: Final = 8
STEPS: Final = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -_A_PAGE,
    Qt.Key.Key_PageDown: _A_PAGE,
}
"""Rows by which a key chooses further."""


class SearchField(QLineEdit):
    """Where one types what one looks for."""

    def __init__(self, desk: Desk, look: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._look = look
        self.setPlaceholderText(self.tr("Search"))
        self.setAccessibleName(self.tr("Search in all conversations"))
        self.setMaxLength(MAX_TEXT)
        self.setInputMethodHints(UNLEARNED)
        self.empty = QAction(self.tr("Clear the search (Esc)"), self)
        self.empty.setVisible(False)
        self.empty.triggered.connect(self.clear)
        self.addAction(self.empty, QLineEdit.ActionPosition.TrailingPosition)
        look.changed.connect(self._draw)
        self._draw()
        self.textEdited.connect(self._edited)
        self.textChanged.connect(self._changed)
        desk.search.text_changed.connect(self._follow)
        desk.search.changed.connect(self._name)

    def begin(self) -> None:
        """Write here now; what stands here is replaced by it."""
        self.setFocus()
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """As Qt calls it: what is for the results goes there."""
        search = self._desk.search
        if event.key() in STEPS:
            search.move(STEPS[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            search.enter()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """As Qt calls it: the drawing stands before the words, and is no control."""
        super().paintEvent(event)
        painter = QPainter(self)
        size = QSize(_SIGN, _SIGN)
        colour = self._look.palette.text_dim
        left = self.width() - theme.M - _SIGN if self.isRightToLeft() else theme.M
        drawn = icons.pixmap("search", colour, size, self.devicePixelRatioF())
        painter.drawPixmap(left, (self.height() - _SIGN) // 2, drawn)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        """As Qt calls it: the drawing stands where reading begins."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._draw()

    def _draw(self) -> None:
        room = _SIGN + theme.XS
        left, right = (0, room) if self.isRightToLeft() else (room, 0)
        self.setTextMargins(left, 0, right, 0)
        self.empty.setIcon(icons.icon("x", self._look.palette.text_dim, (_SIGN,)))

    def _edited(self, text: str) -> None:
        self._desk.search_for(text)
        # Another page may have come, and one goes on typing.
        self.setFocus()

    def _changed(self, text: str) -> None:
        self.empty.setVisible(bool(text))
        # Cleared by its button, which is no typing to Qt.
        if not text and self._desk.search.text:
            self._edited(text)

    def _follow(self, text: str) -> None:
        if text != self.text():
            self.setText(text)

    def _name(self) -> None:
        if self._desk.search.contact:
            self.setAccessibleName(self.tr("Search in this conversation"))
        else:
            self.setAccessibleName(self.tr("Search in all conversations"))
