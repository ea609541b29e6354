"""Putting texts into the clipboard, marked for programs that keep a history of it.

What lives here: the mark. What may not: which text it is. Programs that keep histories may heed it
(Klipper does, and those that learned from it); none has to.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QMimeData, QStringListModel
from PySide6.QtGui import QGuiApplication

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
