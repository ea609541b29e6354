"""What is shown while there is nothing to show: locked, starting, connecting, failed.

What lives here: one page for all of them. What may not: the first run, which is a page of its own.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.session import Phase, Session

from .boxes import left_out
from .column import Column
from .page_frame import Button
from .secret_field import SecretField

_WIDEST: Final = 360


class StartPage(QWidget):
    """Asks for the passphrase when it is needed, and says what goes on."""

    def __init__(self, session: Session, look: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("empty")
        self._session = session
        self._title = QLabel("onionchat", self)
        self._title.setFont(look.font(theme.TITLE, bold=True))
        self.saying = QLabel(self)
        self.problem = QLabel(self)
        self.problem.setProperty("role", "danger")
        for label in (self._title, self.saying, self.problem):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
        self.passphrase = SecretField(self.tr("Passphrase"), parent=self)
        self.passphrase.setPlaceholderText(self.tr("Passphrase"))
        self.button = Button(look, "", primary=True)
        self.button.setParent(self)
        self.anew = QPushButton(self.tr("Begin anew"), self)
        self._busy = QProgressBar(self)
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setAccessibleName(self.tr("Working"))
        # A column of texts that wrap would squeeze them.
        for control in (self.passphrase, self.button, self.anew):
            control.setMinimumHeight(self.fontMetrics().height() + 2 * theme.M)
        column = Column(_WIDEST)
        middle = QVBoxLayout(column)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(theme.M)
        for part in (
            self._title,
            self.saying,
            self.passphrase,
            self.problem,
            self.button,
            self.anew,
            self._busy,
        ):
            middle.addWidget(part)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(column, 100)
        across.addStretch(1)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.addLayout(across)
        outer.addStretch(3)
        self.button.clicked.connect(self._go)
        self.anew.clicked.connect(session.begin_anew)
        self.passphrase.returnPressed.connect(self._go)
        self.passphrase.shortened.connect(self._shortened)
        session.changed.connect(self._show)
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """As Qt calls it: one can type at once, also where the node has ended."""
        super().showEvent(event)
        if self._session.phase == Phase.LOCKED:
            self.passphrase.setFocus()

    def _go(self) -> None:
        if self._session.phase != Phase.LOCKED:
            self._session.open()
            return
        secret = self.passphrase.text()
        # The box keeps it no longer than needed, nor its history of undoing.
        self.passphrase.clear()
        if secret:
            self._session.unlock(secret)

    def _shortened(self) -> None:
        self.problem.setText(left_out())
        self.problem.show()

    def _show(self) -> None:
        phase = self._session.phase
        locked = phase == Phase.LOCKED
        if not locked:
            # What was typed half is for nobody who comes later.
            self.passphrase.clear()
        self.saying.setText(
            {
                Phase.NO_PROFILE: self.tr(
                    "This profile cannot be opened. You can begin anew: the old messages are put"
                    " aside, nothing is deleted."
                ),
                Phase.LOCKED: self.tr("Your messages are encrypted. The passphrase opens them."),
                Phase.STARTING: self.tr("Opening the profile…"),
                Phase.CONNECTING: self.tr("Connecting to the node…"),
                Phase.FAILED: self.tr("The node cannot be used."),
            }.get(phase, "")
        )
        self.problem.setText(self._session.sentence)
        self.problem.setVisible(bool(self._session.sentence))
        self.passphrase.setVisible(locked)
        self.button.setVisible(locked or phase in (Phase.FAILED, Phase.NO_PROFILE))
        self.anew.setVisible(phase == Phase.NO_PROFILE)
        self.button.setText(self.tr("Open") if locked else self.tr("Try again"))
        self._busy.setVisible(phase in (Phase.STARTING, Phase.CONNECTING))
        if locked and self.isVisible():
            self.passphrase.setFocus()
