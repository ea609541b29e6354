"""What is known of one message: when, in which state, at which devices, its id.

What lives here: one small dialog. What may not: the message's text.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from shiboken6 import isValid

from onionchat.displayable import displayable, displayable_line
from onionchat.views import MessageInfoView, VersionView
from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels import remarks, when, whereabouts
from onionchat_gui.viewmodels.message_row import Local, Row
from onionchat_gui.viewmodels.words import message_state

from .boxes import ReadBox
from .page_frame import Button, Words, label
from .roll import fit, rolling

_WIDTH = 420
_LINES = 6
_VERSIONS, _SHOWN = 20, 500
"""Versions that are shown, and characters of each: a hostile text costs milliseconds."""


class MessageDetails(QDialog):
    """About one message."""

    def __init__(self, row: Row, look: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("About this message"))
        self.setMinimumWidth(_WIDTH)
        self.facts: list[tuple[str, str]] = []
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.XL)
        self._column.setSpacing(theme.XS)
        view = row.view
        author = self.tr("You") if view.mine else displayable_line(view.author)
        self._fact(self.tr("From"), author)
        self._fact(self.tr("Written"), _moment(view.time))
        if view.received is not None:
            self._fact(self.tr("Arrived here"), _moment(view.received))
        if view.mine:
            self._fact(self.tr("State"), message_state(view.state))
        if row.problem:
            self._fact(self.tr("Why it was not sent"), row.problem)
        if row.quote is not None:
            said = f"{row.quote.who}: {row.quote.line}" if row.quote.who else row.quote.line
            self._fact(self.tr("In answer to"), said)
        for reaction in view.reactions:
            who = displayable_line(reaction.author)
            words = self.tr("Your reaction") if reaction.mine else self.tr("Reaction of %1")
            self._fact(words.replace("%1", who), remarks.emoji_of(reaction.emoji))
        if view.edited is not None:
            self._fact(self.tr("Edited"), _moment(view.edited))
            self.versions = ReadBox()
            self.versions.setAccessibleName(self.tr("What it said before"))
            self.versions.setFixedHeight(_LINES * self.versions.fontMetrics().lineSpacing())
            self._column.addSpacing(theme.S)
            self._column.addWidget(label(self.tr("What it said before"), "dim"))
            self._column.addWidget(self.versions)
        if row.left:
            end = remarks.end(view, when.moment(view.disappears or 0))
            self._fact(self.tr("Does not stay"), end)
        if row.remark:
            self._fact(self.tr("Note"), row.remark)
        if view.state not in (Local.SENDING, Local.FAILED):
            # Filled as soon as the node has said it; made here, for Tab goes in this order.
            self.theirs = self._place(self.tr("At the contact's devices"))
            self.own = self._place(self.tr("At your devices"))
            self._number(view.id)
        self.close_it = Button(look, self.tr("Close"), primary=True)
        self.close_it.setDefault(True)
        self.close_it.clicked.connect(self.accept)
        below = QHBoxLayout()
        below.addStretch(1)
        below.addWidget(self.close_it)
        self._column.addStretch(1)
        rolling(self, inside, below, _WIDTH)
        self._inside, self._below = inside, below
        self.close_it.setFocus()

    def show_where(self, info: MessageInfoView | None) -> None:
        """What the node says of where the message is; None: it cannot say that now."""
        if not isValid(self):
            return
        theirs = [self.tr("not known now")] if info is None else whereabouts.theirs(info)
        self._fill(self.theirs, theirs)
        self._fill(self.own, [] if info is None else whereabouts.own(info))
        fit(self, self._inside, self._below, self.width())

    def show_versions(self, versions: tuple[VersionView, ...]) -> None:
        """What the node says that it said before, the newest first; the beginning of each."""
        if isValid(self):
            before = versions[:-1][: -_VERSIONS - 1 : -1]
            self.versions.setPlainText(
                "\n\n".join(
                    f"{_moment(version.time)}\n{displayable(version.text[:_SHOWN])}"
                    for version in before
                )
            )

    def _number(self, id_: str) -> None:
        name = self.tr("Number of the message")
        self.facts.append((name, id_))
        self._column.addSpacing(theme.S)
        self._column.addWidget(label(name, "dim"))
        # Not a label, which would put places to break at into what is copied.
        self.number = QLineEdit(id_)
        self.number.setReadOnly(True)
        self.number.setCursorPosition(0)
        self.number.setAccessibleName(name)
        self._column.addWidget(self.number)

    def _place(self, name: str) -> tuple[Words, Words]:
        above, words = label(name, "dim"), _selectable()
        for part in (above, words):
            part.hide()
            self._column.addWidget(part)
        return above, words

    def _fill(self, place: tuple[Words, Words], lines: list[str]) -> None:
        above, words = place
        text = "\n".join(lines)
        above.setContentsMargins(0, theme.S, 0, 0)
        words.setText(text)
        words.setAccessibleName(f"{above.text()}: {text}")
        if lines:
            self.facts.append((above.text(), text))
        for part in place:
            part.setVisible(bool(lines))

    def _fact(self, name: str, value: str) -> None:
        self.facts.append((name, value))
        if len(self.facts) > 1:
            self._column.addSpacing(theme.S)
        self._column.addWidget(label(name, "dim"))
        words = _selectable(value)
        words.setAccessibleName(f"{name}: {value}")
        self._column.addWidget(words)


def _selectable(value: str = "") -> Words:
    made = label(value)
    made.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return made


def _moment(seconds: float) -> str:
    return f"{when.full_day(seconds)}, {when.clock(seconds)}"
