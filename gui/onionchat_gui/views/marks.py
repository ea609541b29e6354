"""Boxes to tick and buttons of which one is pressed, whose words wrap where there is little room.

What lives here: the two controls; Qt's have all words in one line, and make the window as wide as
the longest. What may not: what is chosen.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QRadioButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
)

from onionchat_gui import icons
from onionchat_gui.theme import Theme

TICK: Final = 14

if TYPE_CHECKING:
    _Button = QAbstractButton
else:
    # A class of Qt beside another one would make two buttons of one.
    _Button = object


def _lines(button: QAbstractButton, width: int) -> list[str]:
    """Its words in lines of this width, broken at blanks."""
    words = button.text()
    made = QTextLayout(words, button.font())
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WordWrap)
    made.setTextOption(option)
    made.beginLayout()
    lines = []
    while (line := made.createLine()).isValid():
        line.setLineWidth(max(1, width))
        lines.append(words[line.textStart() : line.textStart() + line.textLength()].rstrip())
    made.endLayout()
    return lines


def _around(button: QAbstractButton, option: QStyleOptionButton, element: QStyle.SubElement) -> int:
    """Pixels beside the words: the mark, and the room after it."""
    option.rect = QRect(0, 0, 1000, 100)
    return 1000 - button.style().subElementRect(element, option, button).width()


class _Wraps(_Button):
    """What both have in common; stands before Qt's class."""

    _contents: QStyle.SubElement

    def wrap(self) -> None:
        """Be as high as the words need in the width that there is."""
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def _mark(self) -> int:
        option = QStyleOptionButton()
        option.initFrom(self)
        return _around(self, option, self._contents)

    def heightForWidth(self, width: int) -> int:
        """As Qt asks for it."""
        lines = len(_lines(self, width - self._mark()))
        one = super().sizeHint().height()
        return one + (lines - 1) * self.fontMetrics().lineSpacing()

    def minimumSizeHint(self) -> QSize:
        """As Qt asks for it: room for the longest word."""
        metrics = self.fontMetrics()
        words = self.text().split()
        longest = max((ceil(metrics.horizontalAdvance(word)) for word in words), default=0)
        return QSize(self._mark() + longest + 1, super().sizeHint().height())

    def initStyleOption(self, option: QStyleOptionButton) -> None:
        """As Qt calls it before it paints."""
        super().initStyleOption(option)  # type: ignore[misc]
        option.text = "\n".join(_lines(self, self.width() - self._mark()))


class TickBox(_Wraps, QCheckBox):
    """A box to tick; the tick is one of the window's drawings, as style sheets know none."""

    _contents = QStyle.SubElement.SE_CheckBoxContents

    def __init__(self, look: Theme, words: str) -> None:
        super().__init__(words)
        self.wrap()
        self._look = look
        look.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """As Qt calls it."""
        super().paintEvent(event)
        if not self.isChecked():
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        box = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
        size = QSize(TICK, TICK)
        colour = self._look.palette.on_accent
        tick = icons.pixmap("check", colour, size, self.devicePixelRatioF())
        painter = QPainter(self)
        painter.drawPixmap(
            QRect(box.center() - QRect(0, 0, TICK - 1, TICK - 1).center(), size), tick
        )
        painter.end()


class RadioButton(_Wraps, QRadioButton):
    """One of several."""

    _contents = QStyle.SubElement.SE_RadioButtonContents

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.wrap()
