"""About one contact: names, trust, safety words, reachability, blocking, removing.

What lives here: the page. What may not: what any of it does (`viewmodels.contact`).
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
)

from onionchat.displayable import displayable, displayable_line
from onionchat.views import ContactView
from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.contact import VISIBILITIES, Contact, Field
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.remarks import TIMERS, timer_title
from onionchat_gui.viewmodels.sentences import worded
from onionchat_gui.viewmodels.words import trust_meaning

from . import clearing, questions
from .boxes import LineBox
from .choices import Group, Select, lead_tab
from .contact_notes import ContactNotes
from .flow import EvenLayout, FlowLayout
from .marks import RadioButton
from .page_frame import Button, Code, PageFrame, Sign, Warning, label
from .standing import Chip, trust_picture

WORDS_IN_A_ROW = 3


class ContactPage(PageFrame):
    """What there is to know and to do about one contact."""

    def __init__(self, desk: Desk, look: Theme, contact: str) -> None:
        super().__init__(desk, look)
        self._desk = desk
        self.title.setText(self.tr("Contact"))
        found = desk.conversations.contact(contact)
        self.model = Contact(desk.node, contact, found, self)
        self.problems = {field: Warning(look) for field in Field}
        self._head()
        self._names()
        self._trust()
        self._reach()
        self._messages()
        self._end()
        self.finish()
        self.model.changed.connect(self._show)
        self.model.words_changed.connect(self._show_words)
        self.model.failed.connect(self._fail)
        self.model.said.connect(desk.noticed)
        self.model.emptied.connect(partial(desk.emptied, contact))
        self.model.removed.connect(self._removed)
        desk.conversations.dataChanged.connect(self._show)
        desk.conversations.loaded.connect(self._told)
        self._typed_name = found.name if found is not None else ""
        self.name.setText(self._typed_name)
        self.setFocusProxy(self.back)
        self._show()
        self.model.count()
        if self.model.has_words:
            self.model.load_words()

    # --- The cards -------------------------------------------------------------------------------

    def _head(self) -> None:
        card = self.card()
        self.petname = label()
        self.petname.setFont(self._look.font(theme.TITLE, bold=True))
        self.suggested = label("", "dim")
        self.state = Chip(self._look)
        self.queued = label("", "dim")
        self.lookalike = Warning(self._look)
        self.problem = Warning(self._look)
        words = QVBoxLayout()
        words.setSpacing(theme.XS)
        for part in (self.petname, self.suggested, self.state, self.queued):
            words.addWidget(part)
        row = QHBoxLayout()
        row.setSpacing(theme.L)
        row.addWidget(Sign(self._look, "user", "text_dim", 48), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        card.addLayout(row)
        self.write = Button(self._look, self.tr("Write a message"), "message-circle")
        self.write.clicked.connect(
            lambda: self._desk.open_page("conversation", self.model.id),
        )
        self.write.setVisible(False)
        buttons = FlowLayout(theme.S)
        buttons.addWidget(self.write)
        card.addLayout(buttons)
        card.addWidget(self.lookalike)
        card.addWidget(self.problem)

    def _names(self) -> None:
        card = self.card(self.tr("Your name for this contact"))
        card.addWidget(label(self.tr("Only you see it. It stays on this device."), "dim"))
        self.name = LineBox(says=self.problems[Field.NAME])
        self.name.setAccessibleName(self.tr("Your name for this contact"))
        self.save_name = Button(self._look, self.tr("Save"), "check")
        row = QHBoxLayout()
        row.setSpacing(theme.S)
        row.addWidget(self.name, 1)
        row.addWidget(self.save_name)
        card.addLayout(row)
        card.addWidget(self.problems[Field.NAME])
        self.name.textChanged.connect(self._name_typed)
        self.name.returnPressed.connect(self._rename)
        self.save_name.clicked.connect(self._rename)

    def _trust(self) -> None:
        card = self.card(self.tr("Is it really this person?"))
        self.trust_sign = Sign(self._look, "shield", "text_dim", 24)
        self.trust = label()
        self.trust.setFont(self._look.font(bold=True))
        self.trust_meaning = label("", "dim")
        words = QVBoxLayout()
        words.setSpacing(theme.XS)
        words.addWidget(self.trust)
        words.addWidget(self.trust_meaning)
        row = QHBoxLayout()
        row.setSpacing(theme.M)
        row.addWidget(self.trust_sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        card.addLayout(row)
        self.notes = ContactNotes(self._look)
        card.addWidget(self.notes)
        self.words = QFrame()
        inside = QVBoxLayout(self.words)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(theme.M)
        inside.addWidget(
            label(
                self.tr(
                    "Both of you see the same safety words if nobody sits between you. Compare"
                    " them where nobody can imitate your friend: when you meet, or in a call in"
                    " which you know the voice."
                )
            )
        )
        self.grid = EvenLayout(WORDS_IN_A_ROW, theme.S)
        self.code = Code(self.tr("The safety words as a QR code, for your contact's device"))
        inside.addLayout(self.grid)
        inside.addWidget(self.code, 0, Qt.AlignmentFlag.AlignHCenter)
        self.same = Button(
            self._look, self.tr("All words are the same"), "shield-check", primary=True
        )
        self.same.clicked.connect(self.model.matches)
        buttons = FlowLayout(theme.S)
        buttons.addWidget(self.same)
        inside.addLayout(buttons)
        # Where one looked when it was compared: the shield is far above.
        self.done = label("", "good")
        self.done.hide()
        self._compares = False
        inside.addWidget(self.done)
        self.heard_hint = label(
            self.tr("Or type the words that your contact reads out, and let them be compared."),
            "dim",
        )
        self.heard = LineBox(says=self.problems[Field.WORDS])
        self.heard.setAccessibleName(self.tr("The safety words that your contact reads out"))
        self.heard.setPlaceholderText(self.tr("Safety words"))
        self.compare = Button(self._look, self.tr("Compare"))
        self.heard.returnPressed.connect(self._compare)
        self.compare.clicked.connect(self._compare)
        typing = QHBoxLayout()
        typing.setSpacing(theme.S)
        typing.addWidget(self.heard, 1)
        typing.addWidget(self.compare)
        inside.addWidget(self.heard_hint)
        inside.addLayout(typing)
        self.words.hide()
        card.addWidget(self.words)
        card.addWidget(self.problems[Field.WORDS])

    def _reach(self) -> None:
        card = self.card(self.tr("Can this contact reach you?"))
        names = {
            "online": (
                self.tr("Yes, while this device is online"),
                self.tr("Your contact sees when you are online."),
            ),
            "hidden": (
                self.tr("No, only this device calls"),
                self.tr(
                    "Your contact cannot see when you are online. Messages arrive when your"
                    " device calls and the other one is online."
                ),
            ),
        }
        self.reach = QButtonGroup(self)
        self.reach_buttons: dict[str, RadioButton] = {}
        group = Group(self.tr("Can this contact reach you?"))
        group.column.setSpacing(theme.M)
        for visibility in VISIBILITIES:
            title, meaning = names[visibility]
            button = RadioButton(title)
            button.setAccessibleDescription(meaning)
            button.clicked.connect(partial(self._set_visibility, visibility))
            self.reach.addButton(button)
            self.reach_buttons[visibility] = button
            group.column.addWidget(button)
            hint = label(meaning, "dim")
            hint.setContentsMargins(theme.XL, 0, 0, 0)
            group.column.addWidget(hint)
        card.addWidget(group)
        card.addWidget(self.problems[Field.VISIBILITY])
        onion = label(self.tr("An address of its own"))
        onion.setFont(self._look.font(bold=True))
        self.onion_meaning = label("", "dim")
        self.onion = Button(self._look, self.tr("Give an own address"), "route")
        self.onion.clicked.connect(self.model.own_onion)
        buttons = FlowLayout(theme.S)
        buttons.addWidget(self.onion)
        card.addWidget(onion)
        card.addWidget(self.onion_meaning)
        card.addLayout(buttons)

    def _messages(self) -> None:
        card = self.card(self.tr("Messages"))
        self.timer = Select(
            self._look,
            self.tr("Disappearing messages"),
            [(seconds, timer_title(seconds)) for seconds in TIMERS],
        )
        self.timer.picked.connect(self.model.set_timer)
        title = label(self.tr("Disappearing messages"))
        title.setFont(self._look.font(bold=True))
        card.addWidget(title)
        card.addWidget(
            label(
                self.tr(
                    "What either of you writes from now on disappears so long after it was seen,"
                    " on each device by its own clock. It is an agreement: whoever wants to keep"
                    " something can copy it."
                ),
                "dim",
            )
        )
        buttons = FlowLayout(theme.S)
        buttons.addWidget(self.timer)
        card.addLayout(buttons)
        self.clear = Button(
            self._look, self.tr("Delete the conversation…"), "trash-2", role="danger"
        )
        self.clear.clicked.connect(self._clear)
        buttons = FlowLayout(theme.S)
        buttons.addWidget(self.clear)
        card.addLayout(buttons)
        card.addWidget(self.problems[Field.MESSAGES])

    def _end(self) -> None:
        card = self.card(self.tr("No more contact"))
        self.block = Button(self._look, "", "ban", role="danger")
        self.remove = Button(self._look, "", "trash-2", role="danger")
        self.block.clicked.connect(self._block)
        self.remove.clicked.connect(self._remove)
        buttons = FlowLayout(theme.S)
        buttons.addWidget(self.block)
        buttons.addWidget(self.remove)
        self.end_meaning = label("", "dim")
        card.addWidget(self.end_meaning)
        card.addLayout(buttons)
        card.addWidget(self.problems[Field.ACTION])

    # --- What the person does --------------------------------------------------------------------

    def _name_typed(self) -> None:
        self.problems[Field.NAME].say("")
        self._show_save()

    def _rename(self) -> None:
        if self.save_name.isEnabled():
            self.model.rename(self.name.text())

    def _compare(self) -> None:
        self.model.validate(self.heard.text())

    def _set_visibility(self, visibility: str) -> None:
        self.model.set_visibility(visibility)

    def _block(self) -> None:
        if self.model.blocked:
            self.model.unblock()
            return
        if self.model.view is not None:
            questions.block(self, self.model, self.model.view)

    def _remove(self) -> None:
        if self.model.view is not None:
            questions.remove(self, self.model, self.model.view)

    def _clear(self) -> None:
        if self.model.view is not None:
            clearing.ask(self.model, self.model.view, self._look, self)

    def _removed(self, name: str) -> None:
        self._desk.open_page("")
        self._desk.mention(questions.removed(name))

    # --- What is shown ---------------------------------------------------------------------------

    def _fail(self, field: str, sentence: str) -> None:
        self.problems[Field(field)].say(sentence)
        self._show()

    def _told(self) -> None:
        # What changed while the node was away was told to nobody.
        if self._desk.conversations.current:
            self.model.tell(self._desk.conversations.contact(self.model.id))

    def _show(self) -> None:
        view = self.model.view
        self.area.setEnabled(view is not None)
        if view is None:
            self.petname.setText(self.tr("This contact is not there."))
            return
        free = not self.model.busy
        if not free:
            for problem in self.problems.values():
                problem.say("")
        self.petname.setText(displayable_line(view.name))
        if self.name.text() == self._typed_name:
            self.name.setText(view.name)
        self._typed_name = view.name
        calls_itself = view.suggested_name and view.suggested_name != view.name
        self.suggested.setVisible(bool(calls_itself))
        self.suggested.setText(
            self.tr("Calls itself “%1”").replace("%1", displayable_line(view.suggested_name))
        )
        self.state.show_path(view, self._desk.conversations.path(view))
        self.queued.setVisible(view.queued > 0)
        self.queued.setText(self.tr("%n message(s) wait to be delivered", "", view.queued))
        self.lookalike.say(
            self.tr(
                "The name that this contact gives itself looks like your contact “%1”. Somebody"
                " may want to be taken for that person: compare the safety words."
            ).replace("%1", displayable_line(view.lookalike))
            if view.lookalike
            else ""
        )
        self.problem.say(displayable(worded(view.problem)))
        self.write.setVisible(view.state == "active")
        self._show_trust(view)
        chosen = "hidden" if view.visibility == "hidden" else "online"
        for visibility, button in self.reach_buttons.items():
            button.setChecked(visibility == chosen)
            button.setEnabled(free and not self.model.blocked)
        lead_tab(self.reach)
        self.onion.setVisible(not view.own_onion)
        self.onion.setEnabled(free and view.state == "active")
        self.onion_meaning.setText(
            self.tr("This contact reaches you at an address that no other contact knows.")
            if view.own_onion
            else self.tr(
                "So far this contact knows the address that others know too: two of them could"
                " tell that they know the same person. An own address costs Tor a little more."
            )
        )
        self.timer.show_value(view.disappear, timer_title(view.disappear))
        self.timer.setEnabled(free and view.state == "active")
        self.clear.setEnabled(free and not self.model.waits)
        self.block.setText(self.tr("Unblock") if self.model.blocked else self.tr("Block…"))
        self.block.setVisible(not self.model.waits)
        self.remove.setText(
            self.tr("Take back the request…") if self.model.waits else self.tr("Remove…")
        )
        self.end_meaning.setText(
            self.tr("This contact is blocked: it cannot reach you, nor see when you are online.")
            if self.model.blocked
            else self.tr("Blocking can be undone; removing deletes all messages.")
        )
        self.end_meaning.setVisible(not self.model.waits)
        for control in (self.block, self.remove, self.compare):
            control.setEnabled(free)
        self._show_save()

    def _show_save(self) -> None:
        view = self.model.view
        name = self.name.text()
        changed = view is not None and bool(name.strip()) and name != view.name
        self.save_name.setEnabled(changed and not self.model.busy)

    def _show_trust(self, view: ContactView) -> None:
        meaning = trust_meaning(view.trust)
        self.trust_sign.show_picture(*trust_picture(view.trust))
        self.trust.setText(meaning.word)
        self.trust_meaning.setText(meaning.sentence)
        self.notes.show_contact(view)
        open_ = view.trust == "unvalidated"
        done = self._compares and view.trust == "validated"
        self._compares = open_ or done
        self.done.setVisible(done)
        if done:
            words = self.tr("The words are the same: %1 is validated now.")
            self.done.setText(words.replace("%1", displayable_line(view.name)))
        self.same.setVisible(open_)
        self.same.setEnabled(not self.model.busy and bool(self.model.words))
        for control in (self.heard, self.heard_hint, self.compare):
            control.setVisible(open_)
        if not open_:
            self.heard.clear()

    def _show_words(self) -> None:
        while self.grid.count():
            item = self.grid.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        fixed.setPointSizeF(self._look.font(theme.LARGE).pointSizeF())
        for number, word in enumerate(self.model.words):
            cell = QLabel(f"{number + 1:>2}  {displayable_line(word)}")
            cell.setObjectName("word")
            cell.setFont(fixed)
            cell.setTextFormat(Qt.TextFormat.PlainText)
            cell.setAccessibleName(
                self.tr("Word %1: %2")
                .replace("%1", str(number + 1))
                .replace("%2", displayable_line(word))
            )
            self.grid.addWidget(cell)
        self.code.draw(self.model.svg)
        self.words.setVisible(bool(self.model.words))
        self._show()
