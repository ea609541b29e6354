"""Where a message is written: Enter sends, Shift+Enter begins a line.

What lives here: the text box and its buttons, and what is said when a text does not fit into one
message. What may not: sending (`viewmodels.conversation`), choosing emoji (`emoji_picker`).
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QLocale, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from onionchat.types import MAX_TEXT_BYTES
from onionchat_gui import icons, theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels import room
from onionchat_gui.viewmodels.preferences import Preferences

from .boxes import TextBox
from .emoji_picker import EmojiPicker
from .page_frame import ICON, Button, label

_MOST_LINES: Final = 8


class _Box(TextBox):
    submitted = Signal()
    upward = Signal()
    """Up was pressed where nothing is written."""
    resized = Signal()
    """Its letters have another size, or its lines another width."""

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

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.resized.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.resized.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.submitted.emit()
            return
        if event.key() == Qt.Key.Key_Up and not event.modifiers() and self.document().isEmpty():
            self.upward.emit()
            return
        super().keyPressEvent(event)


class Composer(QFrame):
    """A box that grows with its text, and a button."""

    submitted = Signal(str)
    typed = Signal(str)

    def __init__(
        self, look: Theme, preferences: Preferences, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self._preferences = look, preferences
        self.setObjectName("composer")
        self.box = _Box(MAX_TEXT_BYTES, parent=self)
        self.box.setPlaceholderText(self.tr("Write a message"))
        self.box.setAccessibleName(self.tr("Message"))
        self.box.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.button = Button(look, self.tr("Send"), primary=True)
        self.button.setParent(self)
        self.button.setEnabled(False)
        self.smile = QToolButton(self)
        self.smile.setAccessibleName(self.tr("Choose an emoji"))
        self.smile.setToolTip(self.tr("Choose an emoji"))
        self.smile.setIconSize(QSize(ICON, ICON))
        # Made in reading order, which is Tab's: writing, emoji, sending.
        QWidget.setTabOrder(self.box, self.smile)
        QWidget.setTabOrder(self.smile, self.button)
        self.says = label("", "dim")
        self.says.hide()
        self._pasted = False
        row = QHBoxLayout()
        row.setSpacing(theme.S)
        row.addWidget(self.box, 1)
        row.addWidget(self.smile, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.M, theme.S, theme.M, theme.S)
        column.setSpacing(theme.XS)
        column.addLayout(row)
        column.addWidget(self.says)
        self.box.shortened.connect(self._shortened)
        self.smile.clicked.connect(self._choose_emoji)
        look.changed.connect(self._draw)
        self._draw()
        self.box.submitted.connect(self.submit)
        self.button.clicked.connect(self.submit)
        self.box.textChanged.connect(self._changed)
        self.box.resized.connect(self._fit)
        self._fit()

    def submit(self) -> None:
        """Hand the text over, if there is any."""
        text = self.box.toPlainText()
        if text.strip() and not room.of(text).is_over:
            self.box.clear()
            self.submitted.emit(text)

    def set_text(self, text: str) -> None:
        """Put a draft into the box."""
        self.box.setPlainText(text)
        self.box.moveCursor(self.box.textCursor().MoveOperation.End)

    def show_editing(self, editing: bool) -> None:
        """Say what the button does."""
        self.button.setText(self.tr("Save") if editing else self.tr("Send"))

    def _changed(self) -> None:
        text = self.box.toPlainText()
        taken = room.of(text)
        self.button.setEnabled(bool(text.strip()) and not taken.is_over)
        self._pasted = self._pasted and taken.is_near
        self._say(taken)
        self.typed.emit(text)
        self._fit()

    def _shortened(self) -> None:
        self._pasted = True
        self._say(room.of(self.box.toPlainText()))

    def _say(self, taken: room.Room) -> None:
        """What the person has to know of a text's size; below the box, where it happened."""
        if taken.is_over:
            words = self.tr("Too long for one message: %1 of %2 kB. Send it in parts.")
        elif self._pasted:
            words = self.tr("What you pasted does not fit into one message; its end was left out.")
        elif taken.is_near:
            words = self.tr("Nearly as long as one message can be: %1 of %2 kB.")
        else:
            words = ""
        most = QLocale().toString(MAX_TEXT_BYTES / room.KIB, "f", 0)
        used = QLocale().toString(taken.used / room.KIB, "f", 1)
        self.says.setText(words.replace("%1", used).replace("%2", most))
        role = "danger" if taken.is_over else "dim"
        if self.says.property("role") != role:
            self.says.setProperty("role", role)
            self.says.style().polish(self.says)
        self.says.setVisible(bool(words))

    def _draw(self) -> None:
        self.smile.setIcon(icons.icon("smile", self._look.palette.text, (ICON,)))

    def _choose_emoji(self) -> None:
        picker = EmojiPicker(self._preferences, self._look, self)
        picker.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picker.chosen.connect(self._insert)
        picker.pop_up(self.smile)

    def _insert(self, emoji: str) -> None:
        self.box.setFocus()
        self.box.insertPlainText(emoji)

    def _fit(self) -> None:
        lines = max(1, min(_MOST_LINES, int(self.box.document().size().height())))
        line = self.box.fontMetrics().lineSpacing()
        margins = 2 * theme.S + 2 * int(self.box.document().documentMargin()) + 4
        self.box.setFixedHeight(lines * line + margins)
