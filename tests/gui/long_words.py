"""Words that are 40 % longer, and what they would not fit into.

What lives here: a language made of them, and the look at every text and control that a window
shows. What may not: windows.
"""

import re
from math import ceil

from PySide6.QtCore import QPoint, Qt, QTranslator
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QStyle,
    QStyleOptionFrame,
    QWidget,
)

from onionchat_gui.views.line import Line

WORD = re.compile(r"(?<![%\w`.*])[A-Za-z]{2,}(?![`\w])")
LONGER = 0.4
TOLERANCE = 1
"""A pixel of rounding."""


def longer(text):
    """Every word 40 % longer, in brackets whose loss would show; placeholders stay."""
    words = WORD.sub(lambda word: word[0] + "ö" * ceil(LONGER * len(word[0])), text)
    return f"[{words}]" if words.strip() else words


class LongerWords(QTranslator):
    """Stands for a language with long words."""

    def isEmpty(self):
        return False

    def translate(self, context, source, disambiguation=None, n=-1):
        return longer(source)


def clipped(window):
    """What of the window's texts is cut off, as sentences."""
    return [
        f"{type(widget).__name__} “{text[:60]}” {why}"
        for widget, text in _texts(window)
        if (why := _why(widget))
    ]


def unreachable(window):
    """Which of the window's controls cannot be seen, as sentences, and which show next to nothing.

    A list is of use from two lines of text on.
    """
    found = []
    for widget in window.findChildren(QWidget):
        stops = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if not stops or not widget.isVisible():
            continue
        rolls = isinstance(widget, QAbstractScrollArea)
        least = 2 * widget.fontMetrics().lineSpacing() if rolls else 1
        why = _outside(widget)
        if not why and min(widget.width(), widget.height()) < least:
            why = f"has {widget.width()} × {widget.height()} pixels"
        if why:
            found.append(f"{type(widget).__name__} “{widget.accessibleName()}” {why}")
    return found


def too_large(window, width, height):
    """Which dialogs and menus are larger than a screen, as sentences."""
    return [
        f"{type(widget).__name__} has {widget.width()} × {widget.height()} pixels"
        for widget in window.findChildren(QWidget)
        if widget.isWindow()
        and widget.isVisible()
        and (widget.width() > width or widget.height() > height)
    ]


def _texts(window):
    said = {
        QLabel: QLabel.text,
        QAbstractButton: QAbstractButton.text,
        QComboBox: QComboBox.currentText,
        QLineEdit: QLineEdit.placeholderText,
    }
    for kind, what in said.items():
        for widget in window.findChildren(kind):
            text = what(widget)
            if isinstance(widget.parentWidget(), QLineEdit):
                # A drawing in a field; its words are for who points at it.
                continue
            if text.strip() and widget.isVisible():
                yield widget, text


def _why(widget: QWidget):
    if widget.hasHeightForWidth():
        wanted = widget.heightForWidth(widget.width())
        if wanted > widget.height() + TOLERANCE:
            return f"needs {wanted} pixels of height and has {widget.height()}"
        word = _longest_word(widget)
        if isinstance(widget, QLabel) and word > widget.contentsRect().width() + TOLERANCE:
            return f"has a word of {word} pixels in {widget.contentsRect().width()}"
    elif isinstance(widget, QLineEdit):
        style = QStyleOptionFrame()
        widget.initStyleOption(style)
        room = (
            widget.style()
            .subElementRect(QStyle.SubElement.SE_LineEditContents, style, widget)
            .width()
        )
        wanted = widget.fontMetrics().horizontalAdvance(widget.placeholderText())
        if wanted > room + TOLERANCE:
            return f"needs {wanted} pixels for its hint and has {room}"
    elif not isinstance(widget, Line):
        wanted, has = widget.sizeHint(), widget.size()
        if wanted.width() > has.width() + TOLERANCE:
            return f"needs {wanted.width()} pixels of width and has {has.width()}"
        if wanted.height() > has.height() + TOLERANCE:
            return f"needs {wanted.height()} pixels of height and has {has.height()}"
    return _outside(widget)


def _longest_word(label):
    metrics = label.fontMetrics()
    words = re.split(r"[\s\N{ZERO WIDTH SPACE}-]", label.text())
    return max((metrics.horizontalAdvance(word) for word in words), default=0)


def _outside(widget):
    """Whether it lies beyond what can be seen; down and up a scroll area leads there."""
    area = widget.parentWidget()
    rolls = False
    while area is not None:
        left = widget.mapTo(area, QPoint(0, 0)).x()
        right = left + widget.width()
        if left < -TOLERANCE or right > area.width() + TOLERANCE:
            return f"lies from {left} to {right} of {area.width()} pixels of {area.objectName()}"
        if not rolls:
            top = widget.mapTo(area, QPoint(0, 0)).y()
            if top < -TOLERANCE or top + widget.height() > area.height() + TOLERANCE:
                return f"ends at {top + widget.height()} of {area.height()} pixels of height"
        rolls = rolls or _is_rolled(area)
        if area.isWindow():
            return ""
        area = area.parentWidget()
    return ""


def _is_rolled(widget):
    view = widget.parentWidget()
    above = view.parentWidget() if view is not None else None
    return (
        isinstance(above, QScrollArea)
        and above.widget() is widget
        and above.verticalScrollBarPolicy() != Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    )
