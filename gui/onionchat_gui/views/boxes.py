"""Boxes to write in: of what is pasted comes as much as fits, and that is said.

What lives here: the bound. Qt lays a line out as it comes, in a time that grows with the square of
its length: a megabyte without a blank in the clipboard would hold the window up for minutes. What
may not: what a text is for, and whether the node takes it.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QMimeData, QSize, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from onionchat_gui.viewmodels import room

from . import copying
from .page_frame import Warning

LINE: Final = 4096
"""Characters of a line. That is more than the node takes of a name or a passphrase, so what is too
long for it is refused with a sentence, and no part of it is taken for the whole."""


_EDGE: Final = 2
"""Pixels beside the text of a line, which Qt keeps free."""

UNLEARNED: Final = Qt.InputMethodHint.ImhSensitiveData
"""Input methods shall not learn what is written here. They may go on suggesting words, without
which some languages cannot be written."""


def left_out() -> str:
    """What is said below a box in which not all of a text has room."""
    return QCoreApplication.translate(
        "boxes", "What you pasted is too long for this field; its end was left out."
    )


class LineBox(QLineEdit):
    """A box for one line."""

    shortened = Signal()
    """More was pasted than fits."""

    def __init__(
        self, text: str = "", *, says: Warning | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self.setMaxLength(LINE)
        self.setInputMethodHints(UNLEARNED)
        # After `textChanged`, with which pages take back what they said of the text before.
        self.inputRejected.connect(self.shortened, Qt.ConnectionType.QueuedConnection)
        if says is not None:
            self.shortened.connect(lambda: says.say(left_out()))

    def minimumSizeHint(self) -> QSize:
        """As Qt asks for it: its hint can be read."""
        least = super().minimumSizeHint()
        metrics = self.fontMetrics()
        around = least.width() - metrics.maxWidth() + 2 * _EDGE
        hint = metrics.horizontalAdvance(self.placeholderText())
        return QSize(max(least.width(), around + hint), least.height())


class _Lines(QPlainTextEdit):
    """What is copied out of it by keys or mouse is marked as by `copying.copy`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)

    def createMimeDataFromSelection(self) -> QMimeData:
        """As Qt calls it."""
        return copying.marked(self.textCursor().selection().toPlainText())


class ReadBox(_Lines):
    """A box whose text can be read and selected, no more. Tab leaves it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )


class TextBox(_Lines):
    """A box for lines; `most` bytes of UTF-8 come into it by pasting. Tab leaves it."""

    shortened = Signal()
    """More was pasted than fits."""

    def __init__(
        self, most: int, *, says: Warning | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._most = most
        self.setInputMethodHints(self.inputMethodHints() | UNLEARNED)
        if says is not None:
            self.shortened.connect(lambda: says.say(left_out()))

    def insertFromMimeData(self, source: QMimeData) -> None:
        """As Qt calls it: paste as plain text, as much as fits."""
        text = source.text()
        cursor = self.textCursor()
        start, end = sorted((cursor.anchor(), cursor.position()))
        fits = room.fitting(text, _without(self.toPlainText(), start, end), self._most)
        cursor.insertText(fits)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()
        if len(fits) < len(text):
            self.shortened.emit()


def _without(text: str, start: int, end: int) -> str:
    """`text` without a stretch that is counted as Qt counts, in units of UTF-16."""
    if start == end:
        return text
    units = text.encode("utf-16-le", "surrogatepass")
    return (units[: 2 * start] + units[2 * end :]).decode("utf-16-le", "replace")
