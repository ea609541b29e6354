"""What a locked window shows: that it is locked, and the field that opens it.

What lives here: one page without any content. What may not: asking (`viewmodels.lock`), and the
page for a node that does not run (`start_page`).
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.lock import Lock

from .gate import Gate
from .page_frame import Sign


class LockPage(Gate):
    """Asks for the passphrase; while it must not be tried, says how long."""

    def __init__(self, lock: Lock, look: Theme, parent: QWidget | None = None) -> None:
        super().__init__(
            look, self.tr("onionchat is locked"), self.tr("The passphrase is being tried"), parent
        )
        self._lock = lock
        self.saying.setText(self.tr("Messages go on arriving. Your passphrase shows them again."))
        self.button.setText(self.tr("Unlock"))
        self.middle.insertWidget(
            0, Sign(look, "lock", "accent", 48), 0, Qt.AlignmentFlag.AlignHCenter
        )
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

    def go(self) -> None:
        """As `Gate.go`."""
        if not self._lock.busy and not self._lock.wait:
            self._lock.unlock(self.take())

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
