"""Where a message is written: Enter sends, Shift+Enter begins a line.

What lives here: the text box and the button. What may not: sending (`viewmodels.conversation`).
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QWidget

from onionchat_gui import theme

_MOST_LINES: Final = 8


class _Box(QPlainTextEdit):
    submitted = Signal()

    def event(self, event: QEvent) -> bool:
        # At the end of the text there is nothing for Ctrl+End to do here: it is the messages'.
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.matches(QKeySequence.StandardKey.MoveToEndOfDocument)
            and self.textCursor().atEnd()
        ):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.submitted.emit()
            return
        super().keyPressEvent(event)


class Composer(QFrame):
    """A box that grows with its text, and a button."""

    submitted = Signal(str)
    typed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("composer")
        self.box = _Box(self)
        self.box.setPlaceholderText(self.tr("Write a message"))
        self.box.setAccessibleName(self.tr("Message"))
        self.box.setTabChangesFocus(True)
        self.box.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.button = QPushButton(self.tr("Send"), self)
        self.button.setProperty("primary", True)
        self.button.setEnabled(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.M, theme.S, theme.M, theme.S)
        row.setSpacing(theme.S)
        row.addWidget(self.box, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignBottom)
        self.box.submitted.connect(self.submit)
        self.button.clicked.connect(self.submit)
        self.box.textChanged.connect(self._changed)
        self._fit()

    def submit(self) -> None:
        """Hand the text over, if there is any."""
        text = self.box.toPlainText()
        if text.strip():
            self.box.clear()
            self.submitted.emit(text)

    def set_text(self, text: str) -> None:
        """Put a draft into the box."""
        self.box.setPlainText(text)
        self.box.moveCursor(self.box.textCursor().MoveOperation.End)

    def _changed(self) -> None:
        text = self.box.toPlainText()
        self.button.setEnabled(bool(text.strip()))
        self.typed.emit(text)
        self._fit()

    def _fit(self) -> None:
        lines = max(1, min(_MOST_LINES, int(self.box.document().size().height())))
        line = self.box.fontMetrics().lineSpacing()
        margins = 2 * theme.S + 2 * int(self.box.document().documentMargin()) + 4
        self.box.setFixedHeight(lines * line + margins)
