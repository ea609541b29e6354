"""What the steps of the first run have in common: a title, texts, and the way on.

What lives here: the frame of one step. What may not: anything of one step.
"""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.first_run import FirstRun

from .page_frame import Button, Words, label


class StepCard(QFrame):
    """One step. `first` has the focus when it is shown."""

    first: QWidget
    main: Button
    """Goes on."""

    def __init__(self, model: FirstRun, look: Theme, title: str) -> None:
        super().__init__()
        self.setObjectName("card")
        self.model = model
        self._look = look
        self.texts: list[Words] = []
        self.title = label()
        self.title.setFont(look.font(theme.TITLE, bold=True))
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.XL)
        self.column.setSpacing(theme.L)
        self.column.addWidget(self.title)
        self.name_it(title)

    def go(self) -> None:
        """On to the next step, as Enter and the main button do."""
        raise NotImplementedError

    def show_state(self) -> None:
        """The model changed, within this step."""

    def name_it(self, title: str) -> None:
        """Its title, also for screen readers."""
        self.title.setText(title)
        self.setAccessibleName(title)

    def explain(self, words: str) -> Words:
        """A text below what is there."""
        made = label(words)
        self.texts.append(made)
        self.column.addWidget(made)
        return made

    def main_button(self, words: str) -> None:
        """The button that goes on, below what is there."""
        self.main = Button(self._look, words, primary=True)
        self.main.clicked.connect(self.go)
        self.column.addSpacing(theme.S)
        self.column.addWidget(self.main)
