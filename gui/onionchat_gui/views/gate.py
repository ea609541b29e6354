"""What stands before a profile: a title, a sentence, the field for the passphrase, a button.

What lives here: the form that `lock_page` and `start_page` share. What may not: whom to ask, and
what is said.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from onionchat_gui import theme
from onionchat_gui.theme import Theme

from .column import Column
from .page_frame import Button, Warning, label
from .secret_field import SecretField

_WIDEST: Final = 380


class Gate(QWidget):
    """A column in the middle of the window. Enter in the field is the button."""

    def __init__(self, look: Theme, title: str, working: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setObjectName("empty")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = label(title)
        self.title.setFont(look.font(theme.TITLE, bold=True))
        self.saying = label("", "dim")
        for words in (self.title, self.saying):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.problem = Warning(look)
        self.passphrase = SecretField(self.tr("Passphrase"), says=self.problem)
        self.passphrase.setPlaceholderText(self.tr("Passphrase"))
        self.button = Button(look, "", "lock-open", primary=True)
        self.working = QProgressBar()
        self.working.setRange(0, 0)
        self.working.setTextVisible(False)
        self.working.setAccessibleName(working)
        column = Column(_WIDEST)
        self.middle = QVBoxLayout(column)
        self.middle.setSpacing(theme.M)
        for part in (
            self.title,
            self.saying,
            self.passphrase,
            self.problem,
            self.button,
            self.working,
        ):
            self.middle.addWidget(part)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(column, 100)
        across.addStretch(1)
        rows = QVBoxLayout(self)
        rows.addStretch(2)
        rows.addLayout(across)
        rows.addStretch(3)
        self.button.clicked.connect(self.go)
        self.passphrase.returnPressed.connect(self.go)

    def go(self) -> None:
        """Do what the button says."""
        raise NotImplementedError

    def take(self) -> str:
        """What was typed. The box keeps it no longer than needed, nor its history of undoing."""
        secret = self.passphrase.text()
        self.passphrase.clear()
        return secret
