"""A line of text that ends with "…" where there is no room for all of it.

What lives here: the label, for names and other words whose length nobody here decides: a label of
Qt would make the window wider for them. What may not: texts that wrap (`page_frame.Words`).
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QWidget

_LEAST: Final = "mmmm…"


class Line(QLabel):
    """One line, shown as it is, or as much of it as there is room for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def minimumSizeHint(self) -> QSize:
        """As Qt asks for it: some letters."""
        least = self.fontMetrics().horizontalAdvance(_LEAST)
        hint = super().minimumSizeHint()
        return QSize(min(least, hint.width()), hint.height())

    def shown(self) -> str:
        """What of the text is painted."""
        return self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.contentsRect().width()
        )

    def paintEvent(self, _: QPaintEvent) -> None:
        """As Qt calls it."""
        painter = QPainter(self)
        place = self.style().visualAlignment(self.layoutDirection(), self.alignment())
        self.style().drawItemText(
            painter,
            self.contentsRect(),
            place.value,
            self.palette(),
            self.isEnabled(),
            self.shown(),
            QPalette.ColorRole.WindowText,
        )
        painter.end()
