"""The question before the window closes, in the window itself.

What lives here: the question and its answers. What may not: what follows (`viewmodels.leaving`).
"""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.leaving import Leaving, Step
from onionchat_gui.viewmodels.preferences import Closing

from .column import Column
from .flow import FlowLayout
from .marks import TickBox
from .page_frame import Button, Warning, label
from .roll import roll_in

_WIDEST = 520


class LeavingPage(QWidget):
    """Whether messages are to be received without the window."""

    def __init__(self, leaving: Leaving, look: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._leaving = leaving
        self.title = label(self.tr("Keep receiving messages in the background?"))
        self.title.setFont(look.font(theme.LARGE, bold=True))
        self.about = label(
            self.tr(
                "Without the window, onionchat can go on running: messages arrive, and what you"
                " sent is delivered. If you stop it, nobody reaches you before you open it again;"
                " what is sent to you meanwhile waits with its sender."
            )
        )
        self.loss = Warning(look)
        self.remember = TickBox(look, self.tr("Do not ask again (the settings change it)"))
        self.keep = Button(look, self.tr("Keep receiving"), "inbox", primary=True)
        self.stop = Button(look, self.tr("Stop and close"), "power")
        self.cancel = Button(look, self.tr("Cancel"), "x")
        self.working = QProgressBar()
        self.working.setRange(0, 0)
        self.working.setTextVisible(False)
        self.working.setAccessibleName(self.tr("onionchat is closing"))
        buttons = FlowLayout(theme.S)
        for button in (self.keep, self.stop, self.cancel):
            buttons.addWidget(button)
        card = Column(_WIDEST)
        card.setObjectName("card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.XL)
        inside.setSpacing(theme.L)
        for part in (self.title, self.about, self.loss, self.remember):
            inside.addWidget(part)
        inside.addLayout(buttons)
        inside.addWidget(self.working)
        roll_in(self, card)
        self.keep.clicked.connect(lambda: self._answer(Closing.KEEP))
        self.stop.clicked.connect(lambda: self._answer(Closing.STOP))
        self.cancel.clicked.connect(leaving.cancel)
        leaving.changed.connect(self._show)
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """As Qt calls it: one can answer at once, and in reading order."""
        super().showEvent(event)
        order = (self.remember, self.keep, self.stop, self.cancel)
        for one, next_one in zip(order, order[1:], strict=False):
            self.setTabOrder(one, next_one)
        self.keep.setFocus()

    def _answer(self, choice: Closing) -> None:
        self._leaving.answer(choice, remember=self.remember.isChecked())

    def _show(self) -> None:
        asked = self._leaving.step == Step.ASKED
        for control in (self.remember, self.keep, self.stop, self.cancel):
            control.setEnabled(asked)
        self.working.setVisible(not asked)
        if asked:
            self.loss.say(
                self.tr(
                    "Something that you wrote could not be stored or sent. It is lost if the window"
                    " closes now."
                )
                if self._leaving.loses
                else ""
            )
