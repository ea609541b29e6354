"""Settings: the panic key, and destroying the profile.

What lives here: one card. What may not: destroying (`viewmodels.wiping`).
"""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout

from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.desk import Desk

from .boxes import LineBox
from .choices import Choice, Choices
from .flow import FlowLayout
from .page_frame import Button, Warning, heading, label
from .shortcuts import KEYS, Action, native

OFF, ON = "off", "on"


class DangerCard(QObject):
    """Fills a card."""

    def __init__(self, desk: Desk, look: Theme, card: QVBoxLayout, parent: QObject) -> None:
        super().__init__(parent)
        self._wiping, self._preferences = desk.wiping, desk.preferences
        card.addWidget(heading(look, self.tr("Destroy this profile")))
        card.addWidget(
            label(
                self.tr(
                    "All messages, contacts and keys on this device are destroyed for good. Your"
                    " recovery phrase and backups are not reached, and your contacts keep what they"
                    " have; they are told nothing."
                ),
                "dim",
            )
        )
        self.problem = Warning(look)
        self.word = LineBox(says=self.problem)
        # What has to be typed; the node's own word is not translated.
        self._wanted = self.tr("wipe")
        asked = self.tr("Type “%1” to destroy it").replace("%1", self._wanted)
        self.word.setPlaceholderText(asked)
        self.word.setAccessibleName(asked)
        self.destroy = Button(look, self.tr("Destroy"), "trash-2", role="danger")
        # Below each other: side by side, the hint would not have room in a narrow window.
        card.addWidget(self.word)
        buttons = FlowLayout(theme.S)
        buttons.addWidget(self.destroy)
        card.addLayout(buttons)
        card.addWidget(self.problem)
        self.panic = Choices(
            self.tr("Panic key"),
            (
                Choice(OFF, self.tr("Off")),
                Choice(
                    ON,
                    self.tr("On: %1").replace("%1", native(KEYS[Action.PANIC][0])),
                    self.tr(
                        "Pressed twice within five seconds, it destroys this profile: without a"
                        " word and without your passphrase, also while the window is locked."
                        " Whoever sits at your computer can do it too."
                    ),
                ),
            ),
        )
        card.addWidget(heading(look, self.panic.accessibleName()))
        card.addWidget(self.panic)
        self.word.textChanged.connect(self._show)
        self.word.textChanged.connect(lambda: self.problem.say(""))
        self.word.returnPressed.connect(self._destroy)
        self.destroy.clicked.connect(self._destroy)
        self.panic.chosen.connect(self._choose)
        self._wiping.changed.connect(self._show)
        self._wiping.failed.connect(self.problem.say)
        self._preferences.changed.connect(self._show)
        self._show()

    def _right(self) -> bool:
        return self.word.text().strip().casefold() == self._wanted.casefold()

    def _destroy(self) -> None:
        if self._right():
            self.problem.say("")
            self._wiping.wipe()
        elif self.word.text().strip():
            self.problem.say(self.word.accessibleName())

    def _choose(self, value: str) -> None:
        self._preferences.change(panic_key=value == ON)

    def _show(self) -> None:
        free = not self._wiping.busy
        self.word.setEnabled(free)
        self.destroy.setEnabled(free and self._right())
        self.panic.show_value(ON if self._preferences.values.panic_key else OFF)
