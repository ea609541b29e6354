"""Putting a device out of the account: what it means, the recovery words if they are needed.

What lives here: the part of the page "devices" that asks. What may not: asking the node, the list.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from onionchat.displayable import displayable_line
from onionchat.views import DeviceView, RevokedView
from onionchat_gui import theme
from onionchat_gui.theme import Theme

from .flow import FlowLayout
from .page_frame import Button, Warning, heading, label
from .secret_field import SecretField

PHRASE: Final = 24
"""Recovery words."""


class PutOutQuestion(QFrame):
    """Asks before it is done, for it cannot be undone."""

    wanted = Signal(str, str)
    """Put out the device with this id; the recovery words, or nothing."""
    left = Signal()
    """It is not to be done."""

    def __init__(self, look: Theme) -> None:
        super().__init__()
        self._device = ""
        self._needs_words = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.M)
        self.question = heading(look, "")
        self.meaning = label()
        self.why_words = label("", "dim")
        self.problem = Warning(look)
        self.words = SecretField(self.tr("Your 24 recovery words"), says=self.problem)
        self.words.setPlaceholderText(self.tr("Your 24 recovery words"))
        for part in (self.question, self.meaning, self.why_words, self.words, self.problem):
            column.addWidget(part)
        self.yes = Button(look, self.tr("Put it out for good"), "ban", role="danger")
        self.no = Button(look, self.tr("Leave it in"), "x")
        row = FlowLayout(theme.S)
        row.addWidget(self.yes)
        row.addWidget(self.no)
        column.addLayout(row)
        self.yes.clicked.connect(self._put_out)
        self.words.returnPressed.connect(self._put_out)
        self.words.textChanged.connect(self._typed)
        self.no.clicked.connect(self.left)
        self.hide()

    def ask(self, view: DeviceView, *, senior: bool, again: bool = False) -> None:
        """About this device. A `senior` one needs the recovery words; `again`: it was put out, and
        only with them is it out everywhere.
        """
        self._device, self._needs_words = view.id, senior or again
        name = displayable_line(view.name)
        if view.this:
            self.question.setText(self.tr("Leave your account with this device?"))
            self.meaning.setText(
                self.tr(
                    "This device keeps what it has, can say nothing any more, and gets nothing."
                    " Leave it running until your other devices have heard of it."
                )
            )
        else:
            self.question.setText(self.tr("Put “%1” out of your account?").replace("%1", name))
            self.meaning.setText(
                self.tr(
                    "It keeps what it has, and gets nothing more. Your contacts hear that it does"
                    " not belong to you any more, and your addresses change. This cannot be undone;"
                    " the device can only be linked anew. Standing invite links that it made"
                    " cannot be taken back from here."
                )
            )
        if again:
            why = self.tr("With some contacts only your recovery words put it out:")
        else:
            why = self.tr("That device is senior to this one, so your recovery words are needed:")
        self.why_words.setText(why)
        self.why_words.setVisible(self._needs_words)
        self.words.setVisible(self._needs_words)
        self.words.clear()
        self.problem.say("")
        self._typed()
        self.show()

    def begin(self) -> QWidget:
        """What has the focus first; never what does it."""
        return self.words if self._needs_words else self.no

    def end(self) -> None:
        """Nothing of the words stays."""
        self.words.clear()
        self.hide()

    def allow(self, allowed: bool) -> None:
        """Whether it can be pressed."""
        self.words.setReadOnly(not allowed)
        self.yes.setEnabled(allowed and self._complete())

    def _complete(self) -> bool:
        return not self._needs_words or len(self.words.text().split()) == PHRASE

    def _typed(self) -> None:
        self.problem.say("")
        self.yes.setEnabled(self._complete())

    def _put_out(self) -> None:
        if self.yes.isEnabled():
            self.wanted.emit(self._device, self.words.text() if self._needs_words else "")


class Outcome(QFrame):
    """What became of a device that was put out."""

    def __init__(self, look: Theme) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.M)
        self.words = label("", "good")
        self.more = Warning(look)
        self.again = Button(look, self.tr("Use the recovery words…"), "key-round")
        row = FlowLayout(theme.S)
        row.addWidget(self.again)
        column.addWidget(self.words)
        column.addWidget(self.more)
        column.addLayout(row)
        self.hide()

    def tell(self, gone: RevokedView) -> None:
        """This happened."""
        name = displayable_line(gone.device.name)
        said = [self.tr("“%1” is none of your devices any more.").replace("%1", name)]
        if gone.contacts:
            said.append(self.tr("It is out with %n contact(s).", "", gone.contacts))
        self.words.setText(" ".join(said))
        more = []
        if gone.waiting:
            more.append(
                self.tr(
                    "With %n contact(s) it will be, as soon as one of your devices may say so"
                    " there.",
                    "",
                    gone.waiting,
                )
            )
        if gone.senior:
            more.append(
                self.tr(
                    "With %n contact(s) it is the senior device, so that only your recovery words"
                    " put it out there.",
                    "",
                    gone.senior,
                )
            )
        self.more.say(" ".join(more))
        self.again.setVisible(gone.senior > 0)
        self.show()
