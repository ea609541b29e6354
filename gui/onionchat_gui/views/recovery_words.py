"""The recovery words: shown once, and two of them asked back.

What lives here: the two steps of the first run that are about them. What may not: which words are
asked, and whether they are right (`viewmodels.first_run`). They are never put on the clipboard,
whose history other programs keep, and cannot be selected.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout

from onionchat.displayable import displayable_line
from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.first_run import FirstRun

from .flow import EvenLayout
from .page_frame import Button, Warning, label
from .secret_field import SecretField
from .step_card import StepCard

IN_A_ROW: Final = 3


class WordGrid(QFrame):
    """Numbered words in reading order. One stop of Tab; arrows walk through the words, so that a
    screen reader says each.
    """

    def __init__(self, words: tuple[str, ...], look: Theme) -> None:
        super().__init__()
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        fixed.setPointSizeF(look.font(theme.LARGE).pointSizeF())
        self._grid = EvenLayout(IN_A_ROW, theme.S, self)
        self.cells: list[QLabel] = []
        for number, word in enumerate(words):
            cell = QLabel(f"{number + 1:>2}  {displayable_line(word)}")
            cell.setObjectName("word")
            cell.setFont(fixed)
            cell.setTextFormat(Qt.TextFormat.PlainText)
            # With the focus, a label would copy itself on Ctrl+C.
            cell.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
            cell.setAccessibleName(
                self.tr("Word %1: %2")
                .replace("%1", str(number + 1))
                .replace("%2", displayable_line(word))
            )
            self._grid.addWidget(cell)
            self.cells.append(cell)
        self.cells[0].setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """As Qt calls it, for a key that a word does not take."""
        forth = -1 if self.isRightToLeft() else 1
        step = {
            Qt.Key.Key_Left: -forth,
            Qt.Key.Key_Right: forth,
            Qt.Key.Key_Up: -self._grid.columns,
            Qt.Key.Key_Down: self._grid.columns,
        }.get(Qt.Key(event.key()))
        here = next((at for at, cell in enumerate(self.cells) if cell.hasFocus()), None)
        if step is None or here is None:
            super().keyPressEvent(event)
            return
        there = here + step
        if 0 <= there < len(self.cells):
            self.cells[there].setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.cells[there].setFocus()
            self.cells[here].setFocusPolicy(Qt.FocusPolicy.NoFocus)


class WordsCard(StepCard):
    """All words, once."""

    def __init__(self, model: FirstRun, look: Theme) -> None:
        super().__init__(model, look, self.tr("Your recovery words"))
        self.once = label(
            self.tr(
                "Write these %1 words on paper, in this order. You see them only now: they are"
                " stored nowhere and cannot be shown again."
            ).replace("%1", str(len(model.words)))
        )
        self.once.setFont(look.font(bold=True))
        self.column.addWidget(self.once)
        self.explain(
            self.tr(
                "They prove that the account is yours, should this device be stolen. Whoever has"
                " them can take your account over, so keep the paper where nobody finds it. They"
                " do not bring back messages or contacts."
            )
        )
        self.grid = WordGrid(model.words, look)
        self.column.addWidget(self.grid)
        self.main_button(self.tr("I have written them down"))
        self.first = self.grid.cells[0]
        self.first.setAccessibleDescription(self.once.text())

    def go(self) -> None:
        """As `StepCard.go`."""
        self.model.written_down()


class CheckCard(StepCard):
    """Two of the words, as they stand on paper."""

    def __init__(self, model: FirstRun, look: Theme) -> None:
        super().__init__(model, look, self.tr("Are they on paper?"))
        self.explain(self.tr("Look at your paper, and type these two of the words."))
        self.fields: list[SecretField] = []
        self.problem = Warning(look)
        for place in model.places:
            name = self.tr("Word %1").replace("%1", str(place))
            field = SecretField(name, says=self.problem)
            field.reveal(True)
            above = label(name)
            above.setBuddy(field)
            both = QVBoxLayout()
            both.setSpacing(theme.XS)
            both.addWidget(above)
            both.addWidget(field)
            self.column.addLayout(both)
            self.fields.append(field)
            field.textEdited.connect(lambda: self.problem.say(""))
        self.column.addWidget(self.problem)
        self.main_button(self.tr("Finish"))
        self.look_again = Button(look, self.tr("Look at the words again"), "rotate-cw")
        self.look_again.clicked.connect(model.back)
        self.column.addWidget(self.look_again)
        self.first = self.fields[0]

    def go(self) -> None:
        """As `StepCard.go`; from the first field to the second, as long as that is empty."""
        one, other = self.fields
        if one.hasFocus() and one.text() and not other.text():
            other.setFocus()
        else:
            self.model.check(one.text(), other.text())

    def show_state(self) -> None:
        """As `StepCard.show_state`."""
        wrong = self.model.wrong
        places = self.model.places
        if not wrong:
            words = ""
        elif len(wrong) == len(places):
            words = self.tr("Both are other words. You can look at them again.")
        else:
            words = self.tr("Word %1 is another one. You can look at the words again.").replace(
                "%1", str(wrong[0])
            )
        self.problem.say(words)
        if wrong:
            field = self.fields[places.index(wrong[0])]
            field.setFocus()
            field.selectAll()
