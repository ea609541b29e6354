"""This profile becomes another device of an account: link, name, code, words.

What lives here: the page. What may not: the other device's side (`device_link_card`).
"""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QVBoxLayout, QWidget

from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.joining import ALL, NONE, Stage

from .add_page import LINES, MAIL
from .boxes import LineBox, TextBox
from .choices import Select
from .code_sources import CodeSources
from .device_link_card import digits, has_focus
from .flow import FlowLayout
from .page_frame import Button, PageFrame, Warning, heading, label

WEEK, MONTH, YEAR = 7, 30, 365
"""Days of history."""
LARGE: Final = 1.6
"""The code, as against the title of a page: it is read from the other device's place."""


class JoinPage(PageFrame):
    """From nothing to a device of the account."""

    def __init__(self, desk: Desk, look: Theme) -> None:
        super().__init__(desk, look)
        self._desk = desk
        self.model = desk.joining
        self.title.setText(self.tr("This is another device of mine"))
        self._ask()
        self._wait()
        self._end()
        self.finish()
        self.model.changed.connect(self._show)
        self.model.failed.connect(self.problem.say)
        self.lead_to(self.link)
        self._show()
        self.model.look()

    def _part(self, title: str) -> tuple[QWidget, QVBoxLayout]:
        column = self.card(title)
        card = column.parentWidget()
        assert card is not None, "a card holds its column"
        return card, column

    def _ask(self) -> None:
        self.asks, card = self._part(self.tr("Join the account of your other device"))
        card.addWidget(
            label(
                self.tr(
                    "On the other device, choose “Your devices” in the menu and make a link. This"
                    " profile then has the contacts and messages of that account. The recovery"
                    " words that you wrote down for this profile are void then: those of the"
                    " account count."
                )
            )
        )
        self.problem = Warning(self._look)
        self.link = TextBox(MAIL, says=self.problem)
        self.link.setFixedHeight(self.fontMetrics().lineSpacing() * LINES + 2 * theme.L)
        self.link.setPlaceholderText(self.tr("Paste the link of the other device here"))
        self.link.setAccessibleName(self.tr("Link of the other device"))
        card.addWidget(self.link)
        self.sources = CodeSources(self._look, self.model, self.problem.say)
        card.addWidget(self.sources)
        self.name = LineBox(self.model.name, says=self.problem)
        self.name.setPlaceholderText(self.tr("Name of this device, only for you"))
        self.name.setAccessibleName(self.tr("Name of this device"))
        card.addWidget(self.name)
        above = label(self.tr("Messages from before:"))
        self.history = Select(
            self._look,
            self.tr("Messages from before"),
            (
                (ALL, self.tr("all")),
                (self.model.since(YEAR), self.tr("of the last year")),
                (self.model.since(MONTH), self.tr("of the last 30 days")),
                (self.model.since(WEEK), self.tr("of the last week")),
                (NONE, self.tr("none")),
            ),
        )
        above.setBuddy(self.history)
        card.addWidget(above)
        card.addWidget(self.history)
        card.addWidget(self.problem)
        self.join = Button(self._look, self.tr("Link this device"), "link", primary=True)
        last = FlowLayout(theme.S)
        last.addWidget(self.join)
        card.addLayout(last)
        self.link.textChanged.connect(self._typed)
        self.name.textChanged.connect(self._named)
        self.name.returnPressed.connect(self._join)
        self.join.clicked.connect(self._join)

    def _wait(self) -> None:
        self.waits, card = self._part("")
        self.stage = heading(self._look, "")
        card.addWidget(self.stage)
        self.code = label()
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        fixed.setPointSizeF(self._look.font(theme.TITLE).pointSizeF() * LARGE)
        fixed.setBold(True)
        self.code.setFont(fixed)
        card.addWidget(self.code)
        self.why = label("", "dim")
        card.addWidget(self.why)
        self.other = Button(self._look, self.tr("Use another link"), "link")
        last = FlowLayout(theme.S)
        last.addWidget(self.other)
        card.addLayout(last)
        self.other.clicked.connect(self.model.give_up)

    def _end(self) -> None:
        self.ends, card = self._part("")
        card.addWidget(label(self.tr("This is a device of your account now."), "good"))
        self.same = label(self.tr("Both devices show the same six words:"))
        card.addWidget(self.same)
        self.words = label()
        self.words.setFont(digits(self._look))
        card.addWidget(self.words)
        self.differ = label(
            self.tr(
                "If the other device shows others, or none, somebody came in between: put this"
                " device out there, and destroy this profile."
            ),
            "dim",
        )
        card.addWidget(self.differ)
        card.addWidget(
            label(
                self.tr(
                    "The recovery words that were shown for this profile are void: destroy that"
                    " paper. Those of your account count. Contacts and messages come as soon as"
                    " both devices are connected."
                )
            )
        )
        self.done = Button(self._look, self.tr("Finish"), "check", primary=True)
        last = FlowLayout(theme.S)
        last.addWidget(self.done)
        card.addLayout(last)
        self.done.clicked.connect(lambda: self._desk.open_page(""))

    def _typed(self) -> None:
        self.problem.say("")
        self.model.set_link(self.link.toPlainText())

    def _named(self, name: str) -> None:
        self.problem.say("")
        self.model.set_name(name)

    def _join(self) -> None:
        self.problem.say("")
        self.model.join(self.history.currentData())

    def _show(self) -> None:
        model = self.model
        had_focus = has_focus(self)
        if model.link != self.link.toPlainText().strip():
            self.link.setPlainText(model.link)
        ready = bool(model.link and model.name.strip()) and not model.busy
        self.join.setEnabled(ready)
        self.sources.allow(not model.busy)
        shown = {Stage.ASKED: self.asks, Stage.LINKED: self.ends}.get(model.stage, self.waits)
        for part in (self.asks, self.waits, self.ends):
            part.setVisible(part is shown)
        self._show_stage()
        for part in (self.same, self.words, self.differ):
            part.setVisible(bool(model.words))
        self.words.setText("  ".join(model.words))
        if had_focus and not has_focus(self):
            # What had it is gone.
            self._first(shown).setFocus()

    def _first(self, part: QWidget) -> QWidget:
        if part is self.waits:
            return self.back if self.model.stage == Stage.CONFIRMED else self.other
        return self.done if part is self.ends else self.link

    def _show_stage(self) -> None:
        model = self.model
        if model.stage == Stage.CODE:
            words = self.tr("Type this code on the other device:")
        elif model.stage == Stage.CONFIRMED:
            words = self.tr("The code is right. Taking over the account…")
        else:
            words = self.tr("Calling the other device over Tor; that can take a minute…")
        self.stage.setText(words)
        self.code.setText(model.code)
        # A screen reader shall say digits, and no number of millions.
        self.code.setAccessibleName(" ".join(model.code.replace(" ", "")))
        self.code.setVisible(model.stage == Stage.CODE)
        self.why.setText(model.why)
        self.why.setVisible(model.stage == Stage.CALLING and bool(model.why))
        self.other.setVisible(model.stage != Stage.CONFIRMED)
