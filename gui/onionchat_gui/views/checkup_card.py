"""The card that looks at what commonly goes wrong, and says what it found.

What lives here: the card. What may not: the judgement (`viewmodels.checkup`, the node).
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.checkup import Checkup, Finding

from .page_frame import Button, Sign, Warning, label


class CheckupCard(QObject):
    """Fills a card of a page."""

    def __init__(self, model: Checkup, look: Theme, card: QVBoxLayout) -> None:
        super().__init__(model)
        self._model = model
        self._look = look
        card.addWidget(
            label(
                self.tr(
                    "Looks whether the messages on this device are sound, whether there is room for"
                    " more, and whether something hinders their delivery."
                ),
                "dim",
            )
        )
        self.button = Button(look, self.tr("Look now"), "refresh-cw")
        self.problem = Warning(look)
        self.found = QWidget()
        self._rows = QVBoxLayout(self.found)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(theme.S)
        card.addWidget(self.found)
        card.addWidget(self.problem)
        card.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self.button.clicked.connect(model.look)
        model.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        self.button.setEnabled(not self._model.busy)
        self.button.setText(self.tr("Looking…") if self._model.busy else self.tr("Look now"))
        self.problem.say(self._model.problem)
        while (item := self._rows.takeAt(0)) is not None:
            if (shown := item.widget()) is not None:
                shown.hide()
                shown.deleteLater()
        for finding in self._model.findings:
            self._rows.addWidget(self._row(finding))
        self.found.setVisible(bool(self._model.findings))

    def _row(self, finding: Finding) -> QWidget:
        picture, role = ("circle-check", "good")
        if finding.wrong:
            picture, role = "triangle-alert", "danger"
        elif finding.note:
            picture, role = "info", "text_dim"
        made = QWidget()
        title = label(finding.title)
        title.setFont(self._look.font(bold=True))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(title)
        words.addWidget(label(finding.sentence, "danger" if finding.wrong else "dim"))
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.M)
        row.addWidget(Sign(self._look, picture, role), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        return made
