"""The card "Link a new device": a code to scan, a link, and the digits that the new device shows.

What lives here: the card. What may not: the list of devices (`devices_page`).
"""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from onionchat.displayable import displayable_line
from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.desk import Desk

from . import copying
from .boxes import LineBox
from .flow import FlowLayout
from .page_frame import Button, Code, PageFrame, Warning, label

_MINUTE = 60


class LinkCard(QObject):
    """Fills a card."""

    def __init__(self, desk: Desk, look: Theme, card: QVBoxLayout, page: PageFrame) -> None:
        super().__init__(page)
        self._page = page
        self._desk = desk
        self.model = desk.linking
        self.how = label(
            self.tr(
                "Make a profile on the new device, and choose “This is another device of mine”"
                " there. It has to run while you do this."
            ),
            "dim",
        )
        card.addWidget(self.how)
        self.make = Button(look, self.tr("Make a link"), "qr-code", primary=True)
        first = FlowLayout(theme.S)
        first.addWidget(self.make)
        card.addLayout(first)
        self.out = QFrame()
        card.addWidget(self.out)
        self._fill_out(look)
        self.problem = Warning(look)
        card.addWidget(self.problem)
        self.done = QFrame()
        card.addWidget(self.done)
        self._fill_done(look)
        self.make.clicked.connect(self._make)
        self.copy.clicked.connect(self._copy)
        self.confirm.clicked.connect(self._confirm)
        self.code.returnPressed.connect(self._confirm)
        self.code.textEdited.connect(lambda: self.problem.say(""))
        self.cancel.clicked.connect(self._cancel)
        self.finish.clicked.connect(self.model.finish)
        self.model.changed.connect(self._show)
        self.model.ticked.connect(self._show_left)
        self.model.failed.connect(self._failed)
        self._show()

    def _fill_out(self, look: Theme) -> None:
        inside = _inside(self.out)
        self.picture = Code(self.tr("The link as a QR code"))
        centre = QHBoxLayout()
        centre.addStretch(1)
        centre.addWidget(self.picture)
        centre.addStretch(1)
        inside.addLayout(centre)
        self.left = label("", "dim")
        inside.addWidget(self.left)
        self.link = LineBox()
        self.link.setReadOnly(True)
        self.link.setAccessibleName(self.tr("Link for the new device"))
        inside.addWidget(self.link)
        inside.addWidget(
            label(
                self.tr(
                    "Scan the code with the new device, or give it the link. Nobody comes in by"
                    " the link alone: you type a code here first."
                ),
                "dim",
            )
        )
        self.copy = Button(look, self.tr("Copy the link"), "copy")
        self.cancel = Button(look, self.tr("Take the link back"), "x")
        row = FlowLayout(theme.S)
        row.addWidget(self.copy)
        row.addWidget(self.cancel)
        inside.addLayout(row)
        self.waits = label()
        self.waits.setFont(look.font(bold=True))
        inside.addWidget(self.waits)
        self.code = LineBox()
        self.code.setFont(digits(look))
        self.code.setAccessibleName(self.tr("Code that the new device shows"))
        inside.addWidget(self.code)
        self.confirm = Button(look, self.tr("Take this device in"), "check", primary=True)
        last = FlowLayout(theme.S)
        last.addWidget(self.confirm)
        inside.addLayout(last)

    def _fill_done(self, look: Theme) -> None:
        inside = _inside(self.done)
        self.taken = label("", "good")
        self.words = label()
        self.words.setFont(digits(look))
        self.finish = Button(look, self.tr("They are the same"), "check")
        inside.addWidget(self.taken)
        inside.addWidget(self.words)
        row = FlowLayout(theme.S)
        row.addWidget(self.finish)
        inside.addLayout(row)

    def _make(self) -> None:
        self.problem.say("")
        self.code.clear()
        self.model.make()

    def _copy(self) -> None:
        copying.copy(self.link.text())
        self._desk.mention(self.tr("The link was copied."))

    def _confirm(self) -> None:
        if self.code.text().strip():
            self.problem.say("")
            self.model.confirm(self.code.text())

    def _cancel(self) -> None:
        self.problem.say("")
        self.model.cancel()

    def _failed(self, sentence: str) -> None:
        self.problem.say(sentence)
        if self.code.isVisible():
            self.code.setFocus()
            self.code.selectAll()

    def _show(self) -> None:
        model = self.model
        # What had the focus and goes gives it to what comes.
        ending = self.out if model.link is None else self.make
        had_focus = ending.isVisible() and has_focus(ending)
        self.make.setVisible(model.link is None and model.linked is None)
        self.make.setEnabled(not model.busy)
        self.how.setVisible(model.linked is None)
        self.out.setVisible(model.link is not None)
        self.done.setVisible(model.linked is not None)
        if model.link is not None:
            self.picture.draw(model.link.svg)
            if self.link.text() != model.link.link:
                self.link.setText(model.link.link)
                self.link.setCursorPosition(0)
            self._show_left()
            self._show_waiting()
        else:
            # Nothing of it stays, not even where nobody sees it.
            self.link.clear()
            self.picture.draw("")
            self.code.clear()
        if model.linked is not None:
            name = displayable_line(model.linked.name)
            self.taken.setText(
                self.tr(
                    "“%1” is a device of yours now. Both devices show the same six words; if the"
                    " other shows others, put it out at once:"
                ).replace("%1", name)
            )
            self.words.setText("  ".join(model.linked.words))
        if had_focus:
            self._begin().setFocus()

    def _begin(self) -> QWidget:
        if self.model.linked is not None:
            return self.finish
        return self.make if self.model.link is None else self.copy

    def _show_waiting(self) -> None:
        waiting = self.model.waiting
        if self.model.busy:
            words = self.tr("The device is being taken in…")
        elif not waiting:
            words = self.tr("Waiting for the new device…")
        elif waiting == 1:
            words = self.tr("A device shows a code. Type the eight digits here:")
        else:
            words = self.tr(
                "%n device(s) show a code; somebody else may have seen the link. Type the digits"
                " of your own:",
                "",
                waiting,
            )
        self.waits.setText(words)
        had_none = self.code.isHidden()
        self.code.setVisible(waiting > 0)
        self.confirm.setVisible(waiting > 0)
        self.code.setReadOnly(self.model.busy)
        self.confirm.setEnabled(not self.model.busy)
        if waiting and had_none and self.out.isVisible():
            self.code.setFocus()
            self._page.reveal(self.confirm)

    def _show_left(self) -> None:
        minutes, seconds = divmod(self.model.left, _MINUTE)
        self.left.setText(
            self.tr("Can be used once, for %1 more minutes.").replace(
                "%1", f"{minutes}:{seconds:02}"
            )
        )


def has_focus(part: QWidget) -> bool:
    """Whether it, or what is in it, has the focus."""
    focus = QApplication.focusWidget()
    return part is focus or (focus is not None and part.isAncestorOf(focus))


def _inside(frame: QFrame) -> QVBoxLayout:
    made = QVBoxLayout(frame)
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(theme.M)
    return made


def digits(look: Theme) -> QFont:
    """Large letters of one width, to be compared and typed."""
    fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    fixed.setPointSizeF(look.font(theme.LARGE).pointSizeF())
    return fixed
