"""What is known of one message: when, in which state, its id.

What lives here: one small dialog. What may not: the message's text.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from onionchat.displayable import displayable_line
from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels import when
from onionchat_gui.viewmodels.message_row import Local, Row
from onionchat_gui.viewmodels.sentences import worded
from onionchat_gui.viewmodels.words import message_state

from .page_frame import Button, label

_WIDTH = 420


class MessageDetails(QDialog):
    """About one message."""

    def __init__(self, row: Row, look: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("About this message"))
        self.setMinimumWidth(_WIDTH)
        self.facts: list[tuple[str, str]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.XL)
        self._column.setSpacing(theme.XS)
        view = row.view
        author = self.tr("You") if view.mine else displayable_line(view.author)
        self._fact(self.tr("From"), author)
        self._fact(self.tr("Written"), _moment(view.time))
        if view.received is not None:
            self._fact(self.tr("Arrived here"), _moment(view.received))
        if view.mine:
            self._fact(self.tr("State"), message_state(view.state))
        if row.problem:
            self._fact(self.tr("Why it was not sent"), row.problem)
        if view.note:
            self._fact(self.tr("Note"), displayable_line(worded(view.note)))
        if view.state not in (Local.SENDING, Local.FAILED):
            self._number(view.id)
        self.close_it = Button(look, self.tr("Close"), primary=True)
        self.close_it.setDefault(True)
        self.close_it.clicked.connect(self.accept)
        below = QHBoxLayout()
        below.addStretch(1)
        below.addWidget(self.close_it)
        self._column.addSpacing(theme.M)
        self._column.addLayout(below)
        self.close_it.setFocus()

    def _number(self, id_: str) -> None:
        name = self.tr("Number of the message")
        self.facts.append((name, id_))
        self._column.addSpacing(theme.S)
        self._column.addWidget(label(name, "dim"))
        # Not a label, which would put places to break at into what is copied.
        self.number = QLineEdit(id_)
        self.number.setReadOnly(True)
        self.number.setCursorPosition(0)
        self.number.setAccessibleName(name)
        self._column.addWidget(self.number)

    def _fact(self, name: str, value: str) -> None:
        self.facts.append((name, value))
        if len(self.facts) > 1:
            self._column.addSpacing(theme.S)
        self._column.addWidget(label(name, "dim"))
        words = label(value)
        words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        words.setAccessibleName(f"{name}: {value}")
        self._column.addWidget(words)


def _moment(seconds: float) -> str:
    return f"{when.full_day(seconds)}, {when.clock(seconds)}"
