"""One of several: buttons with what each means below, and a list that opens.

What lives here: the two controls of choices, and what holds buttons together. What may not: what is
chosen.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Final, NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QGroupBox,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
)

from onionchat_gui import icons, theme
from onionchat_gui.theme import Theme

from .marks import RadioButton
from .page_frame import label

_ARROW: Final = 16


class Choice(NamedTuple):
    """A value, what it is called, and what it costs."""

    value: str
    title: str
    meaning: str = ""


def lead_tab(group: QButtonGroup) -> None:
    """Let Tab stop at the button that holds; arrow keys lead on to the others.

    Qt sees to that only when a person presses one.
    """
    for button in group.buttons():
        held = button.isChecked()
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if held else Qt.FocusPolicy.ClickFocus)


class Group(QGroupBox):
    """What belongs together, and what that is: a screen reader says it to whoever comes in."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)


class Choices(Group):
    """Buttons below each other, of which one is pressed."""

    chosen = Signal(str)
    """The person pressed this one."""

    def __init__(self, name: str, choices: Iterable[Choice]) -> None:
        super().__init__(name)
        column = self.column
        column.setSpacing(theme.S)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, RadioButton] = {}
        for value, title, meaning in choices:
            button = RadioButton(title)
            button.setAccessibleDescription(meaning)
            button.clicked.connect(partial(self.chosen.emit, value))
            self._group.addButton(button)
            self.buttons[value] = button
            column.addWidget(button)
            if meaning:
                # Not a margin, which stays at the left when the window is mirrored.
                row = QHBoxLayout()
                row.addSpacing(theme.XL)
                row.addWidget(label(meaning, "dim"), 1)
                column.addLayout(row)

    def show_value(self, value: str) -> None:
        """This one holds; of a value that is none of them, nothing is pressed."""
        if value not in self.buttons:
            return
        self.buttons[value].setChecked(True)
        lead_tab(self._group)


class Select(QComboBox):
    """A list of choices that opens. Turning the wheel on the way through a page changes nothing."""

    picked = Signal(object)
    """The person chose this value."""

    def __init__(self, look: Theme, name: str, choices: Iterable[tuple[object, str]]) -> None:
        super().__init__()
        self._look = look
        self.setAccessibleName(name)
        self.view().setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        # Choices may come later, and the longest of them is to be read.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for value, title in choices:
            self.addItem(title, value)
        self.activated.connect(lambda place: self.picked.emit(self.itemData(place)))

    def show_value(self, value: object, title: str) -> None:
        """This one holds; `title` is for one that is not in the list yet."""
        place = self.findData(value)
        if place < 0:
            self.addItem(title, value)
            place = self.count() - 1
        self.setCurrentIndex(place)

    def paintEvent(self, event: QPaintEvent) -> None:
        """As Qt calls it: the arrow in the colour of the text, which a style sheet cannot have."""
        super().paintEvent(event)
        colour = self._look.palette.text_dim
        drawing = icons.pixmap(
            "chevron-down", colour, QSize(_ARROW, _ARROW), self.devicePixelRatioF()
        )
        left = theme.S if self.isRightToLeft() else self.width() - _ARROW - theme.S
        painter = QPainter(self)
        painter.drawPixmap(left, (self.height() - _ARROW) // 2, drawing)
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """As Qt calls it: the page scrolls."""
        event.ignore()
