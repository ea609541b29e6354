"""Layouts that put things side by side as long as there is room, then begin a new row.

What lives here: the geometry. What may not: what is laid out.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Rows of items in reading direction, each as wide as it wants to be."""

    def __init__(self, spacing: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = spacing
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """As Qt calls it."""
        self._items.append(item)

    def count(self) -> int:
        """As Qt asks for it."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """As Qt asks for it."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """As Qt asks for it."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """It needs no more room than its rows."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Less width is more rows."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As Qt asks for it."""
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, area: QRect) -> None:
        """As Qt calls it."""
        super().setGeometry(area)
        self._arrange(area, move=True)

    def sizeHint(self) -> QSize:
        """As Qt asks for it."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """Room for the widest item."""
        size = QSize()
        for item in self._items:
            if not item.isEmpty():
                size = size.expandedTo(item.minimumSize())
        return size

    def _arrange(self, area: QRect, *, move: bool) -> int:
        x = y = row = 0
        parent = self.parentWidget()
        mirrored = parent is not None and parent.layoutDirection() == Qt.LayoutDirection.RightToLeft
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint().boundedTo(QSize(area.width(), item.sizeHint().height()))
            if x and x + size.width() > area.width():
                x, y, row = 0, y + row + self._gap, 0
            if move:
                left = area.right() + 1 - x - size.width() if mirrored else area.x() + x
                item.setGeometry(QRect(QPoint(left, area.y() + y), size))
            x += size.width() + self._gap
            row = max(row, size.height())
        return y + row


class EvenLayout(FlowLayout):
    """The same in columns of one width: as many as there is room for, and no more than `most`."""

    def __init__(self, most: int, spacing: int, parent: QWidget | None = None) -> None:
        super().__init__(spacing, parent)
        self._most = most
        self.columns = most

    def sizeHint(self) -> QSize:
        """As Qt asks for it: all columns."""
        least = self.minimumSize()
        return QSize(self._most * (least.width() + self._gap) - self._gap, least.height())

    def _arrange(self, area: QRect, *, move: bool) -> int:
        widest = self.minimumSize().width() + self._gap
        columns = max(1, min(self._most, (area.width() + self._gap) // max(1, widest)))
        wide = (area.width() + self._gap) // columns - self._gap
        high = max((item.sizeHint().height() for item in self._items), default=0)
        parent = self.parentWidget()
        mirrored = parent is not None and parent.layoutDirection() == Qt.LayoutDirection.RightToLeft
        if move:
            self.columns = columns
            for number, item in enumerate(self._items):
                row, column = divmod(number, columns)
                at = columns - 1 - column if mirrored else column
                left = area.x() + at * (wide + self._gap)
                item.setGeometry(QRect(left, area.y() + row * (high + self._gap), wide, high))
        rows = -(-len(self._items) // columns)
        return max(0, rows * (high + self._gap) - self._gap)
