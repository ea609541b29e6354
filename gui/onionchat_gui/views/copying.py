"""Putting texts into the clipboard, marked for programs that keep a history of it.

What lives here: the mark, and that nothing goes without it. What may not: which text it is.
Programs that keep histories may heed it (Klipper does, and those that learned from it); none has
to.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QMimeData, QObject, QStringListModel
from PySide6.QtGui import QClipboard, QGuiApplication

MARK: Final = "x-kde-passwordManagerHint"
"""The name under which managers of passwords tell that a text is for no history."""
_SECRET: Final = b"secret"


def copy(text: str) -> None:
    """Put it into the clipboard."""
    QGuiApplication.clipboard().setMimeData(marked(text))


def marked(text: str) -> QMimeData:
    """A text for the clipboard or a selection, and nothing of its looks."""
    # Made by Qt, which deletes it when the program has ended: what Python has made, it would still
    # look for in Python then, and crash.
    model = QStringListModel([""])
    data = model.mimeData([model.index(0)])
    data.clear()
    data.setText(text)
    data.setData(MARK, _SECRET)
    return data


class Marking(QObject):
    """Marks what this program has put into the clipboard or the selection by other ways: Qt's boxes
    of one line and its labels copy by themselves. That is before others can ask for the text, which
    takes a turn of the event loop.
    """

    def __init__(self, clipboard: QClipboard, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clipboard = clipboard
        clipboard.changed.connect(self._changed)

    def _changed(self, mode: QClipboard.Mode) -> None:
        own = {
            QClipboard.Mode.Clipboard: self._clipboard.ownsClipboard,
            QClipboard.Mode.Selection: self._clipboard.ownsSelection,
        }.get(mode)
        if own is None or not own():
            return
        data = self._clipboard.mimeData(mode)
        if data.hasText() and not data.hasFormat(MARK):
            self._clipboard.setMimeData(marked(data.text()), mode)
