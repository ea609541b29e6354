"""Settings: who can reach this device, and what contacts see.

What lives here: one card. What may not: what the choices do (`viewmodels.settings`).
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout

from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.settings import RECEIPTS, VISIBILITY, Field, Settings

from .choices import Choice, Choices
from .page_frame import Warning, heading


class Privacy(QObject):
    """Fills a card."""

    def __init__(self, model: Settings, look: Theme, card: QVBoxLayout, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self.choices = {
            VISIBILITY: Choices(
                self.tr("Who can reach this device?"),
                (
                    Choice(
                        "online",
                        self.tr("Contacts and new people"),
                        self.tr("Contacts see when you are online, and your invite links work."),
                    ),
                    Choice(
                        "restricted",
                        self.tr("Contacts only"),
                        self.tr("Invite links do not work until you change this."),
                    ),
                    Choice(
                        "hidden",
                        self.tr("Nobody, only this device calls"),
                        self.tr(
                            "Nobody sees when you are online. Messages arrive when your device"
                            " calls and the other one is online: two hidden people never meet."
                        ),
                    ),
                ),
            ),
            RECEIPTS: Choices(
                self.tr("Read receipts"),
                (
                    Choice("off", self.tr("Do not tell what you have read")),
                    Choice(
                        "on",
                        self.tr("Tell contacts how far you have read"),
                        self.tr("It shows them when you are awake."),
                    ),
                ),
            ),
        }
        self.problems = {field: Warning(look) for field in (Field.VISIBILITY, Field.RECEIPTS)}
        for name, choices in self.choices.items():
            card.addWidget(heading(look, choices.accessibleName()))
            card.addWidget(choices)
            card.addWidget(self.problems[Field(name)])
            choices.setEnabled(False)
            choices.chosen.connect(partial(self._choose, name))
        model.changed.connect(self._show)
        model.failed.connect(self._fail)

    def _choose(self, name: str, value: str) -> None:
        self.problems[Field(name)].say("")
        self._model.choose(name, value)

    def _show(self) -> None:
        for name, choices in self.choices.items():
            choices.setEnabled(name in self._model.values)
            choices.show_value(self._model.values.get(name, ""))

    def _fail(self, field: str, sentence: str) -> None:
        problem = self.problems.get(Field(field))
        if problem is not None:
            problem.say(sentence)
