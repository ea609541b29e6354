"""Adding a contact: by somebody's link or QR code, or by a link of one's own.

What lives here: the page. What may not: what a link is (the node's), reading codes
(`code_sources`).
"""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
)

from onionchat.control.schema import InviteReply
from onionchat.displayable import displayable_line
from onionchat.types import MAX_GREETING_BYTES
from onionchat.views import InviteView
from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.invites import Invites
from onionchat_gui.viewmodels.sentences import worded
from onionchat_gui.viewmodels.when import moment

from . import copying
from .boxes import LineBox, TextBox
from .choices import Group, Select, lead_tab
from .code_sources import CodeSources
from .flow import FlowLayout
from .marks import RadioButton
from .page_frame import Button, Code, PageFrame, Sign, Warning, confirm, label

HOUR: Final = 3600
DAY: Final = 24 * HOUR

LINES: Final = 3
MAIL: Final = 16 * 1024
"""Bytes of a mail with a link in it; a link alone has about 200."""

INVITE: Final = "invite"
"""The place on the page to which one can be led: one's own invites."""


class AddPage(PageFrame):
    """Two ways to a new contact."""

    def __init__(self, desk: Desk, look: Theme, place: str = "") -> None:
        super().__init__(desk, look)
        leads = place == INVITE
        self.title.setText(self.tr("Invite somebody") if leads else self.tr("Add a contact"))
        self._desk = desk
        self.model = desk.adding
        self.invites = Invites(desk.node, desk.now, self)
        # Who came to invite somebody begins with that.
        link, own = (self._by_link,), (self._by_invite, self._outstanding)
        for card in (*own, *link) if leads else (*link, *own):
            card()
        self.finish()
        self.model.changed.connect(self._show)
        self.model.failed.connect(self.problem.say)
        self.model.added.connect(self._added)
        self.invites.changed.connect(self._show_invites)
        self.invites.failed.connect(self.invite_problem.say)
        self.lead_to(self.make if leads else self.link)
        self._show()
        self._show_invites()
        self.invites.load()

    # --- The cards -------------------------------------------------------------------------------

    def _by_link(self) -> None:
        card = self.card(self.tr("Somebody gave you a link or a QR code"))
        self.problem = Warning(self._look)
        self.link = _lines(MAIL, self, self.problem)
        self.link.setPlaceholderText(self.tr("Paste the link here"))
        self.link.setAccessibleName(self.tr("Invite link"))
        card.addWidget(self.link)
        self.sources = CodeSources(self._look, self.model, self.problem.say)
        card.addWidget(self.sources)
        card.addWidget(self.problem)
        self.found = label("", "good")
        card.addWidget(self.found)
        self.name_problem = Warning(self._look)
        self.name = LineBox(says=self.name_problem)
        self.name.setPlaceholderText(self.tr("Your name for this contact (optional)"))
        self.name.setAccessibleName(self.tr("Your name for this contact"))
        card.addWidget(self.name)
        card.addWidget(self.name_problem)
        self.room = Warning(self._look)
        self.greeting = _lines(MAX_GREETING_BYTES, self, self.room)
        self.greeting.setPlaceholderText(self.tr("A few words, so that the other knows you"))
        self.greeting.setAccessibleName(self.tr("Greeting"))
        card.addWidget(self.greeting)
        card.addWidget(self.room)
        self.add = Button(self._look, self.tr("Send the request"), "user-plus", primary=True)
        last = FlowLayout(theme.S)
        last.addWidget(self.add)
        card.addLayout(last)
        self.name.setText(self.model.name)
        self.greeting.setPlainText(self.model.greeting)
        self.link.textChanged.connect(self._typed)
        self.name.textChanged.connect(self._named)
        self.greeting.textChanged.connect(self._greeted)
        self.add.clicked.connect(self._add)

    def _by_invite(self) -> None:
        card = self.card(self.tr("Give somebody a link of yours"))
        self.once = RadioButton(self.tr("For one person"))
        self.standing = RadioButton(self.tr("For many, each waits for your answer"))
        self.once.setChecked(True)
        self.kinds = QButtonGroup(self)
        group = Group(self.tr("Give somebody a link of yours"))
        group.column.setSpacing(theme.M)
        for kind in (self.once, self.standing):
            self.kinds.addButton(kind)
            group.column.addWidget(kind)
        card.addWidget(group)
        self.lifetime = Select(self._look, self.tr("How long the link can be used"), ())
        self.make = Button(self._look, self.tr("Make a link"), "plus", primary=True)
        self.lifetime.setMinimumHeight(self.make.sizeHint().height())
        row = FlowLayout(theme.S)
        row.addWidget(self.lifetime)
        row.addWidget(self.make)
        card.addLayout(row)
        self.invite_problem = Warning(self._look)
        card.addWidget(self.invite_problem)
        self.made = QFrame()
        inside = QVBoxLayout(self.made)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(theme.M)
        self.code = Code(self.tr("Your invite link as a QR code"))
        centre = QHBoxLayout()
        centre.addStretch(1)
        centre.addWidget(self.code)
        centre.addStretch(1)
        inside.addLayout(centre)
        self.made_about = label("", "dim")
        inside.addWidget(self.made_about)
        self.made_link = LineBox()
        self.made_link.setReadOnly(True)
        self.made_link.setAccessibleName(self.tr("Your invite link"))
        self.copy = Button(self._look, self.tr("Copy the link"), "copy")
        line = QHBoxLayout()
        line.setSpacing(theme.S)
        line.addWidget(self.made_link, 1)
        line.addWidget(self.copy)
        inside.addLayout(line)
        inside.addWidget(
            label(self.tr("Whoever has the link can ask you: send it on a way you trust."), "dim")
        )
        card.addWidget(self.made)
        self.used = label(
            self.tr(
                "Somebody has used this link and is your contact now. It works for nobody else."
            ),
            "good",
        )
        card.addWidget(self.used)
        self.once.toggled.connect(self._lifetimes)
        self.make.clicked.connect(self._make)
        self.copy.clicked.connect(lambda: self._copy(self.made_link.text()))
        self._lifetimes()

    def _outstanding(self) -> None:
        card = self.card(self.tr("Links that can still be used"))
        self.none = label(self.tr("None."), "dim")
        card.addWidget(self.none)
        self.rows = QGridLayout()
        self.rows.setHorizontalSpacing(theme.S)
        self.rows.setVerticalSpacing(theme.S)
        self.rows.setColumnStretch(1, 1)
        card.addLayout(self.rows)

    # --- What the person does --------------------------------------------------------------------

    def _typed(self) -> None:
        self.problem.say("")
        self.model.set_link(self.link.toPlainText())

    def _named(self, name: str) -> None:
        self.name_problem.say("")
        self.model.name = name

    def _greeted(self) -> None:
        self.model.greeting = self.greeting.toPlainText()
        self._show()

    def _add(self) -> None:
        self.problem.say("")
        self.model.add(name=self.name.text(), greeting=self.greeting.toPlainText())

    def _added(self, contact: str) -> None:
        self.name.clear()
        self.greeting.clear()
        self._desk.open_page("contact", contact)

    def _make(self) -> None:
        self.invite_problem.say("")
        self.invites.make(standing=self.standing.isChecked(), lifetime=self.lifetime.currentData())

    def _copy(self, link: str) -> None:
        copying.copy(link)
        self._desk.mention(self.tr("The link was copied."))

    def _revoke(self, invite: InviteView) -> None:
        confirm(
            self,
            self.tr("Withdraw this link?"),
            self.tr("Nobody can use it any more, and it cannot be brought back."),
            self.tr("Withdraw"),
            partial(self.invites.revoke, invite.id),
        )

    # --- What is shown ---------------------------------------------------------------------------

    def _lifetimes(self) -> None:
        lead_tab(self.kinds)
        self.lifetime.clear()
        for words, seconds in (
            (self.tr("for a week"), 7 * DAY),
            (self.tr("for a day"), DAY),
            (self.tr("for an hour"), HOUR),
            (self.tr("for 30 days"), 30 * DAY),
        ):
            self.lifetime.addItem(words, float(seconds))
        if self.standing.isChecked():
            self.lifetime.insertItem(0, self.tr("until you withdraw it"), None)
            self.lifetime.setCurrentIndex(0)

    def _show(self) -> None:
        model = self.model
        if model.link != self.link.toPlainText().strip():
            self.link.setPlainText(model.link)
        self.found.setVisible(model.found is not None)
        if model.found is not None:
            kind = (
                self.tr("A link for many: its maker answers each request")
                if model.found.standing
                else self.tr("A link for one person")
            )
            self.found.setText(f"{kind} · {self._expiry(model.found.expires)}")
        over = -model.room(self.greeting.toPlainText())
        self.room.say(
            self.tr("The greeting is too long by %n byte(s).", "", over) if over > 0 else ""
        )
        ready = bool(model.link) and not model.wrong and not model.busy
        self.add.setEnabled(ready and over <= 0)
        self.sources.allow(not model.busy)

    def _show_invites(self) -> None:
        self.make.setEnabled(not self.invites.busy)
        shown = self.invites.shown
        self.made.setVisible(shown is not None)
        self.used.setVisible(self.invites.used)
        if shown is not None:
            self._show_made(shown)
        while self.rows.count():
            item = self.rows.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.none.setVisible(not self.invites.outstanding)
        middle = Qt.AlignmentFlag.AlignVCenter
        for row, invite in enumerate(self.invites.outstanding):
            what = self._about(invite)
            copy = Button(self._look, "", "copy")
            copy.setFlat(True)
            copy.setToolTip(self.tr("Copy the link"))
            copy.setAccessibleName(self.tr("Copy the link") + ": " + what)
            copy.clicked.connect(partial(self._copy, invite.link))
            revoke = Button(self._look, "", "trash-2", role="danger")
            revoke.setFlat(True)
            revoke.setToolTip(self.tr("Withdraw the link"))
            revoke.setAccessibleName(self.tr("Withdraw the link") + ": " + what)
            revoke.clicked.connect(partial(self._revoke, invite))
            self.rows.addWidget(
                Sign(self._look, "users" if invite.standing else "user", "text_dim"), row, 0, middle
            )
            self.rows.addWidget(label(what), row, 1)
            self.rows.addWidget(copy, row, 2)
            self.rows.addWidget(revoke, row, 3)

    def _show_made(self, shown: InviteReply) -> None:
        self.code.draw(shown.svg)
        self.made_about.setText(self._about(shown.invite))
        if self.made_link.text() != shown.invite.link:
            self.made_link.setText(shown.invite.link)
            self.made_link.setCursorPosition(0)

    def _about(self, invite: InviteView) -> str:
        kind = self.tr("For many people") if invite.standing else self.tr("For one person")
        parts = [kind, self._expiry(invite.expires)]
        if invite.note:
            parts.append(displayable_line(worded(invite.note)))
        return " · ".join(parts)

    def _expiry(self, expires: float | None) -> str:
        if expires is None:
            return self.tr("can be used until it is withdrawn")
        if expires <= self._desk.now():
            return self.tr("has expired")
        # A time, which is the same on both sides and stays true while one looks at it.
        return self.tr("can be used until %1").replace("%1", moment(expires))


def _lines(most: int, page: PageFrame, says: Warning) -> TextBox:
    """A box for a text of some lines."""
    box = TextBox(most, says=says)
    box.setFixedHeight(page.fontMetrics().lineSpacing() * LINES + 2 * theme.L)
    return box
