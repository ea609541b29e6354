"""What is shown while there is nothing to show: locked, starting, connecting, failed, destroyed.

What lives here: one page for all of them. What may not: the first run, which is a page of its own.
"""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPushButton, QWidget

from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.session import Phase, Session

from .gate import Gate


class StartPage(Gate):
    """Asks for the passphrase when it is needed, and says what goes on."""

    def __init__(self, session: Session, look: Theme, parent: QWidget | None = None) -> None:
        super().__init__(look, "onionchat", self.tr("Working"), parent)
        self._session = session
        self.anew = QPushButton(self.tr("Begin anew"))
        self.middle.insertWidget(self.middle.count() - 1, self.anew)
        # A column of texts that wrap would squeeze them.
        for control in (self.passphrase, self.button, self.anew):
            control.setMinimumHeight(self.fontMetrics().height() + 2 * theme.M)
        self.anew.clicked.connect(session.begin_anew)
        session.changed.connect(self._show)
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """As Qt calls it: one can type at once, also where the node has ended."""
        super().showEvent(event)
        if self._session.phase == Phase.LOCKED:
            self.passphrase.setFocus()

    def go(self) -> None:
        """As `Gate.go`."""
        if self._session.phase != Phase.LOCKED:
            self._session.open()
        elif secret := self.take():
            self._session.unlock(secret)

    def _show(self) -> None:
        phase = self._session.phase
        locked = phase == Phase.LOCKED
        if not locked:
            # What was typed half is for nobody who comes later.
            self.passphrase.clear()
        self.saying.setText(
            {
                Phase.NO_PROFILE: self._no_profile(),
                Phase.LOCKED: self.tr("Your messages are encrypted. The passphrase opens them."),
                Phase.STARTING: self.tr("Opening the profile…"),
                Phase.CONNECTING: self.tr("Connecting to the node…"),
                Phase.FAILED: self.tr("The node cannot be used."),
            }.get(phase, "")
        )
        self.problem.say(self._session.sentence)
        self.passphrase.setVisible(locked)
        self.button.setVisible(locked or phase in (Phase.FAILED, Phase.NO_PROFILE))
        self.anew.setVisible(phase == Phase.NO_PROFILE)
        self.button.show_as(
            *((self.tr("Open"), "lock-open") if locked else (self.tr("Try again"), "refresh-cw"))
        )
        self.working.setVisible(phase in (Phase.STARTING, Phase.CONNECTING))
        if locked and self.isVisible():
            self.passphrase.setFocus()

    def _no_profile(self) -> str:
        if self._session.wiped:
            return self.tr("This profile is destroyed. You can begin anew with another one.")
        return self.tr(
            "This profile cannot be opened. If you had messages here, put its key file back from a"
            " backup. If the program only ended while the profile was being made, there is nothing"
            " in it yet. Beginning anew puts the old files aside; nothing is deleted."
        )
