"""Settings: another passphrase.

What lives here: one card. What may not: what makes a passphrase good, and changing it
(`viewmodels.passphrase_change`).
"""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QProgressBar, QVBoxLayout

from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.passphrase_change import Field, PassphraseChange

from .flow import FlowLayout
from .page_frame import Button, Warning, heading, label
from .secret_field import SecretField
from .strength_meter import StrengthMeter


class PassphraseCard(QObject):
    """Fills a card."""

    def __init__(self, desk: Desk, look: Theme, card: QVBoxLayout, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self.model = PassphraseChange(desk.node, self)
        card.addWidget(
            label(
                self.tr(
                    "It opens this profile, and nobody can replace it for you. Backups that you"
                    " have made keep the passphrase of then."
                ),
                "dim",
            )
        )
        names = {
            Field.OLD: self.tr("Passphrase until now"),
            Field.NEW: self.tr("New passphrase"),
            Field.AGAIN: self.tr("The new passphrase again"),
        }
        self.boxes: dict[Field, SecretField] = {}
        self.problems: dict[Field, Warning] = {}
        self.meter = StrengthMeter(self.model.new, look)
        for field, name in names.items():
            self.problems[field] = Warning(look)
            box = SecretField(name, says=self.problems[field])
            box.returnPressed.connect(self._change)
            self.boxes[field] = box
            box.textEdited.connect(self._typed)
            card.addWidget(heading(look, name))
            card.addWidget(box)
            card.addWidget(self.problems[field])
            if field == Field.NEW:
                card.addWidget(self.meter)
        self.button = Button(look, self.tr("Change the passphrase"), "key-round")
        self.button.clicked.connect(self._change)
        buttons = FlowLayout(theme.S)
        buttons.addWidget(self.button)
        card.addLayout(buttons)
        self.working = QProgressBar()
        self.working.setRange(0, 0)
        self.working.setTextVisible(False)
        self.working.setAccessibleName(self.tr("The passphrase is being changed"))
        card.addWidget(self.working)
        self.done = label(self.tr("The passphrase is changed."), "good")
        self.done.hide()
        card.addWidget(self.done)
        # After the meter, which has said it in words then.
        self.model.new.rated.connect(self._rated)
        self.model.changed.connect(self._show)
        self.model.failed.connect(self._fail)
        self.model.done.connect(self._changed)
        self._show()

    def _typed(self) -> None:
        self.done.hide()
        for problem in self.problems.values():
            problem.say("")
        status = self._desk.session.status
        own = (status.name,) if status is not None else ()
        self.model.new.typed(self.boxes[Field.NEW].text(), own)

    def _change(self) -> None:
        self.done.hide()
        for problem in self.problems.values():
            problem.say("")
        texts = [self.boxes[field].text() for field in (Field.OLD, Field.NEW, Field.AGAIN)]
        self.model.change(*texts)

    def _changed(self) -> None:
        for box in self.boxes.values():
            # And its history of undoing.
            box.clear()
        self.model.new.typed("")
        self.done.show()

    def _rated(self) -> None:
        self.boxes[Field.NEW].setAccessibleDescription(self.meter.words.text())

    def _show(self) -> None:
        free = not self.model.busy
        for box in self.boxes.values():
            box.setEnabled(free)
        self.button.setEnabled(free)
        self.working.setVisible(not free)

    def _fail(self, field: str, sentence: str) -> None:
        self.problems[Field(field)].say(sentence)
        box = self.boxes[Field(field)]
        box.setFocus()
        box.selectAll()
