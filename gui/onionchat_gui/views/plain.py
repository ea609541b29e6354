"""Texts of others where Qt would guess whether they are HTML.

What lives here: tooltips, which cannot be told. What may not: labels, which can
(`Qt.TextFormat.PlainText`).
"""

from __future__ import annotations

from PySide6.QtGui import Qt

from onionchat.displayable import displayable


def tooltip(words: str) -> str:
    """What `setToolTip` shows as these words, whatever they look like; wrapped."""
    if not words:
        return ""
    # Otherwise no line breaks at its blanks, and a sentence is as wide as the screen.
    return Qt.convertFromPlainText(displayable(words), Qt.WhiteSpaceMode.WhiteSpaceNormal)
