"""A button that is a drawing and opens a menu.

What lives here: how it looks. What may not: what is in the menu.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolButton, QWidget

from onionchat_gui import icons, theme
from onionchat_gui.theme import Theme

from .page_frame import ICON

_MOST: Final = 9
"""A larger number would cover the lines."""


class MenuButton(QToolButton):
    """Three lines in the colour of the text, and in their corner how much waits in the menu."""

    def __init__(self, look: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._waiting = 0
        self.setIconSize(QSize(ICON, ICON))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        look.changed.connect(self._draw)
        self._draw()

    def count(self, waiting: int, words: str) -> None:
        """So much waits, and what it is, for those who point at it or hear it."""
        self._waiting = waiting
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """As Qt calls it."""
        super().paintEvent(event)
        if not self._waiting:
            return
        number = str(self._waiting) if self._waiting <= _MOST else f"{_MOST}+"
        font = self._look.font(theme.SMALL, bold=True)
        metrics = QFontMetrics(font)
        high = min(metrics.height(), self.height())
        wide = min(max(high, metrics.horizontalAdvance(number) + theme.S), self.width())
        left = 0 if self.isRightToLeft() else self.width() - wide
        mark = QRect(left, 0, wide, high)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour("accent"))
        painter.drawRoundedRect(mark, high / 2, high / 2)
        painter.setFont(font)
        painter.setPen(self._look.colour("on_accent"))
        painter.drawText(mark, Qt.AlignmentFlag.AlignCenter, number)
        painter.end()

    def _draw(self) -> None:
        self.setIcon(icons.icon("menu", self._look.palette.text, (ICON,)))
