"""What a locked window shows: that it is locked, and the field that opens it.

What lives here: one page without any content. What may not: asking (`viewmodels.lock`), and the
page for a node that does not run (`start_page`).
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.lock import Lock

from .column import Column
from .page_frame import Button, Sign, Warning, label
from .secret_field import SecretField

_WIDEST = 380


class LockPage(QWidget):
    """Asks for the passphrase; while it must not be tried, says how long."""

    def __init__(self, lock: Lock, look: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("empty")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._lock = lock
        self.title = label(self.tr("onionchat is locked"))
        self.title.setFont(look.font(theme.TITLE, bold=True))
        self.title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.saying = label(
            self.tr("Messages go on arriving. Your passphrase shows them again."), "dim"
        )
        self.saying.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.problem = Warning(look)
        self.passphrase = SecretField(self.tr("Passphrase"), says=self.problem)
        self.passphrase.setPlaceholderText(self.tr("Passphrase"))
        self.button = Button(look, self.tr("Unlock"), "lock-open", primary=True)
        self.working = QProgressBar()
        self.working.setRange(0, 0)
        self.working.setTextVisible(False)
        self.working.setAccessibleName(self.tr("The passphrase is being tried"))
        column = Column(_WIDEST)
        middle = QVBoxLayout(column)
        middle.setSpacing(theme.M)
        middle.addWidget(Sign(look, "lock", "accent", 48), 0, Qt.AlignmentFlag.AlignHCenter)
        for part in (
            self.title,
            self.saying,
            self.passphrase,
            self.problem,
            self.button,
            self.working,
        ):
            middle.addWidget(part)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(column, 100)
        across.addStretch(1)
        rows = QVBoxLayout(self)
        rows.addStretch(2)
        rows.addLayout(across)
        rows.addStretch(3)
        self.button.clicked.connect(self._go)
        self.passphrase.returnPressed.connect(self._go)
        lock.changed.connect(self._show)
        self.setFocusProxy(self.passphrase)
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """As Qt calls it: one can type at once."""
        super().showEvent(event)
        self.passphrase.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """As Qt calls it: what was typed half is for nobody who comes later."""
        super().hideEvent(event)
        self.passphrase.clear()

    def _go(self) -> None:
        if self._lock.busy or self._lock.wait:
            return
        secret = self.passphrase.text()
        # The box keeps it no longer than needed, nor its history of undoing.
        self.passphrase.clear()
        self._lock.unlock(secret)

    def _show(self) -> None:
        wait, busy = self._lock.wait, self._lock.busy
        free = not wait and not busy
        had = self.passphrase.isEnabled()
        self.passphrase.setEnabled(free)
        self.button.setEnabled(free)
        self.working.setVisible(busy)
        if wait:
            self.problem.say(
                self.tr("Too many wrong passphrases. Try again in %n second(s).", "", wait)
            )
        else:
            self.problem.say(self._lock.sentence)
        if free and not had and self.isVisible():
            self.passphrase.setFocus()
