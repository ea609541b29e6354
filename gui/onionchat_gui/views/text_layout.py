"""Texts of bubbles in lines: laid out, measured, with their links, and what is under the mouse.

What lives here: Qt's text layout for one text. What may not: bubbles, colours' roles.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QTextCharFormat, QTextLayout, QTextOption

from onionchat_gui.viewmodels.links import Link, turned

_ISOLATE, _END = "\N{LEFT-TO-RIGHT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


def layout(
    text: str,
    font: QFont,
    width: int,
    links: Sequence[Link] = (),
    colour: QColor | None = None,
) -> QTextLayout:
    """A text in lines of at most `width`, broken between words or, where there are none, anywhere;
    in its own direction, whatever the window's is. Links are underlined, in `colour`, and run from
    the left whatever stands around them.
    """
    made = QTextLayout(_isolated(text).replace("\n", "\u2028"), font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    made.setTextOption(option)
    if links:
        made.setFormats([_format(start, end, colour) for start, end in _places(text, links)])
    made.beginLayout()
    height = 0.0
    while (line := made.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, height))
        height += line.height()
    made.endLayout()
    return made


def measure(text: str, font: QFont, width: int) -> QSize:
    """The size of the lines of `layout`."""
    made = layout(text, font, width)
    lines = [made.lineAt(number) for number in range(made.lineCount())]
    wide = max((line.naturalTextWidth() for line in lines), default=0.0)
    return QSize(ceil(wide), ceil(sum(line.height() for line in lines)))


def link_at(made: QTextLayout, text: str, links: Sequence[Link], point: QPointF) -> Link | None:
    """The link of a text under a point of its layout."""
    for number in range(made.lineCount()):
        line = made.lineAt(number)
        if line.naturalTextRect().contains(point):
            at = line.xToCursor(point.x(), line.CursorPosition.CursorOnCharacter)
            places = zip(links, _places(text, links), strict=True)
            return next((link for link, (start, end) in places if start <= at < end), None)
    return None


def _places(text: str, links: Sequence[Link]) -> list[tuple[int, int]]:
    """Where links stand in the layout of a text as Qt counts: in units of UTF-16."""
    found = []
    at = units = 0
    starts = [start for start, _ in turned(text)]
    for link in links:
        # Each was isolated by two signs, before it and after it.
        before = bisect_right(starts, link.start)
        start = units + _units(text[at : link.start])
        at, units = link.end, start + _units(text[link.start : link.end])
        signs = max(0, 2 * before - 1)
        found.append((start + signs, units + signs))
    return found


def _isolated(text: str) -> str:
    """A text whose links no direction around them turns."""
    parts = []
    at = 0
    for start, end in turned(text):
        parts += [text[at:start], _ISOLATE, text[start:end], _END]
        at = end
    return "".join([*parts, text[at:]])


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _format(start: int, end: int, colour: QColor | None) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length = start, end - start
    look = QTextCharFormat()
    look.setFontUnderline(True)
    if colour is not None:
        look.setForeground(colour)
    made.format = look
    return made
