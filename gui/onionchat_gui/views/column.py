"""A column that is as wide as lines are read with ease, whatever the size of the type is.

What lives here: the width. What may not: what stands in the column.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QFrame, QWidget

USUAL_LINE: Final = 14
"""Pixels from line to line for which widths are meant; larger type makes them wider."""


class Column(QFrame):
    """No wider than `widest` pixels at the usual size of type, unless a word or button is."""

    def __init__(self, widest: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._widest = widest
        self._fit()

    def event(self, event: QEvent) -> bool:
        """As Qt calls it: another font, or other things inside."""
        done = super().event(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.LayoutRequest):
            self._fit()
        return done

    def _fit(self) -> None:
        wide = self._widest * self.fontMetrics().lineSpacing() // USUAL_LINE
        layout = self.layout()
        if layout is not None:
            wide = max(wide, layout.minimumSize().width())
        self.setMaximumWidth(wide)
