"""Search as one types: contacts whose name matches, and messages that the node finds.

What lives here: the rows, when the node is asked, which answer counts. What may not: finding
messages, which the node does, and where the page stands among the others (`desk`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, Final

from msgspec.structs import replace
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from onionchat.control import schema
from onionchat.displayable import displayable_line
from onionchat.errors import OnionchatError
from onionchat.views import (
    ContactRemoved,
    MessageAdded,
    MessageChanged,
    MessagesDeleted,
    MessageView,
)
from onionchat_gui.node import Node

from . import when
from .conversations import Conversations
from .marking import Marked, Words
from .sentences import worded

Index = QModelIndex | QPersistentModelIndex

PAUSE_MILLIS: Final = 120
"""The node is asked when nothing was typed for so long."""
PAGE: Final = 50
MAX_MESSAGES: Final = 500
"""Messages shown; to see others, type more."""
MAX_CONTACTS: Final = 8
"""Contacts shown, so that messages are seen too; those with the latest conversations."""
NEAR: Final = 10
"""Rows to the last one at which the next page is asked for."""
MAX_TEXT: Final = schema.MAX_SEARCH


class SearchRole(IntEnum):
    """What a row says."""

    FOUND = Qt.ItemDataRole.UserRole + 1
    """The `Found`."""
    MARKED = Qt.ItemDataRole.UserRole + 2
    """The name of a contact or the piece of a message that is shown, as `Marked`."""
    FIRST = Qt.ItemDataRole.UserRole + 3
    """Whether it is the first of its kind: a heading stands above it."""


class State(StrEnum):
    """How far the answer is."""

    EMPTY = "empty"
    """There is nothing to look for."""
    ASKING = "asking"
    """The messages shown, if any, are those of an earlier text."""
    DONE = "done"
    FAILED = "failed"


@dataclass(slots=True)
class Found:
    """One contact, or one message."""

    contact: str
    """Id of the contact, in whose conversation the message is."""
    message: MessageView | None = None
    words: Words | None = None
    """Those by which it was found."""
    marked: Marked | None = None
    """Made when the row is first seen: of a long text no more is kept than that."""

    @property
    def id(self) -> str:
        """The same for the same thing, in every answer."""
        return self.message.id if self.message is not None else self.contact


class Search(QAbstractListModel):
    """What was typed, and what was found: contacts first, then messages, newest first."""

    changed = Signal()
    """What is said about the rows is another, or the contact."""
    text_changed = Signal(str)
    """`text` is another, by typing or otherwise."""
    chosen = Signal(int)
    """The row that Enter opens is another; -1 without one."""
    opened = Signal(str, str)
    """The person wants this contact's conversation, and in it this message, or nothing."""

    def __init__(
        self, node: Node, conversations: Conversations, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._node = node
        self._conversations = conversations
        self.text = ""
        self.contact = ""
        """Id of the contact in whose conversation to look; nothing for all conversations."""
        self.state = State.EMPTY
        self.problem = ""
        """Why there is no answer: a sentence."""
        self.more = False
        """There are older messages than those shown, and they can be had."""
        self.cut = False
        """There are older ones, and no more are shown."""
        self.fresh = 0
        """Messages that came since the answer and have the words, too."""
        self.matching = 0
        """Contacts whose name matches; `MAX_CONTACTS` of them are shown."""
        self._contacts: list[Found] = []
        self._messages: list[Found] = []
        self._chosen = ""
        self._asking: tuple[str, str] | None = None
        self._answered: tuple[str, str] | None = None
        self.pause = QTimer(self, singleShot=True, interval=PAUSE_MILLIS)
        self.pause.timeout.connect(self.ask)
        node.happened.connect(self._happened)
        node.joined.connect(self._joined)
        for told in (
            conversations.modelReset,
            conversations.rowsInserted,
            conversations.rowsRemoved,
            conversations.dataChanged,
        ):
            told.connect(self._match_contacts)

    # --- What the person does --------------------------------------------------------------------

    def type(self, text: str) -> None:
        """The field's text is this now."""
        text = text[:MAX_TEXT]
        if text == self.text:
            return
        self.text = text
        self._begin_anew()
        self.text_changed.emit(text)

    def within(self, contact: str) -> None:
        """Look in this contact's conversation only, or in all."""
        if contact != self.contact:
            self.contact = contact
            self._forget_messages()
            self._begin_anew()

    def clear(self) -> None:
        """The search is over: nothing of it stays."""
        self.contact = ""
        if self.text:
            self.type("")
        else:
            self._begin_anew()

    def want_more(self) -> None:
        """The person comes near the last row."""
        if self.more and self._asking is None and self.state == State.DONE:
            self._ask(before=self._messages[-1].id)

    def move(self, by: int) -> None:
        """Choose a row further down (or up)."""
        self.choose(max(0, min(self.row + by, self.rowCount() - 1)))

    def choose(self, row: int) -> None:
        """Enter opens this row from now on."""
        if not 0 <= row < self.rowCount():
            return
        self._chosen = self._found(row).id
        self.chosen.emit(row)
        if row >= self.rowCount() - NEAR:
            self.want_more()

    @property
    def row(self) -> int:
        """The row that Enter opens; -1 without one."""
        rows = range(self.rowCount())
        first = 0 if rows else -1
        return next((row for row in rows if self._found(row).id == self._chosen), first)

    def enter(self) -> None:
        """Open the chosen row; if its answer is not there yet, ask at once."""
        row = self.row
        if row >= 0 and (self.state == State.DONE or self._found(row).message is None):
            self.open(row)
        else:
            self.ask()

    def open(self, row: int) -> None:
        """Open what was found."""
        if 0 <= row < self.rowCount():
            self.choose(row)
            found = self._found(row)
            self.opened.emit(found.contact, found.message.id if found.message is not None else "")

    def ask(self) -> None:
        """Ask the node now: after a pause, or since the person wants to know it anew."""
        self.pause.stop()
        if self._asking is None and self._wanted()[0]:
            if self.state == State.FAILED:
                self.state, self.problem = State.ASKING, ""
                self.changed.emit()
            self._ask()

    # --- Asking ----------------------------------------------------------------------------------

    def _wanted(self) -> tuple[str, str]:
        """The words to ask for, and of which contact. A space at the end counts: it ends a word."""
        text = self.text.lstrip()
        # A lone surrogate has no UTF-8 and stands in no text.
        return text.encode(errors="replace").decode(), self.contact

    def _begin_anew(self) -> None:
        """The text or the contact is another."""
        self.pause.stop()
        self._chosen = ""
        self.problem, self.fresh = "", 0
        if self._wanted()[0]:
            self.state = State.ASKING
            self.pause.start()
        else:
            self.state = State.EMPTY
            self._forget_messages()
        self._match_contacts()
        self.changed.emit()
        self.chosen.emit(self.row)

    def _ask(self, before: str | None = None) -> None:
        wanted = self._wanted()
        words, contact = wanted
        self._asking = wanted

        def told(page: schema.Page) -> None:
            if self._counts(wanted):
                self._told(page, further=before is not None)

        def failed(error: OnionchatError) -> None:
            if self._counts(wanted):
                self.state, self.problem = State.FAILED, worded(error)
                self.changed.emit()

        request = schema.Search(words=words, contact=contact or None, limit=PAGE, before=before)
        self._node.ask(self, request, told, failed)

    def _counts(self, asked: tuple[str, str]) -> bool:
        """Whether this answer is still wanted; if not, what is wanted now is asked for."""
        self._asking = None
        if asked == self._wanted():
            return True
        if not self.pause.isActive():
            self.ask()
        return False

    def _told(self, page: schema.Page, *, further: bool) -> None:
        # No pause is to bring the same answer again.
        self.pause.stop()
        words = Words(self.text)
        known = {found.id for found in self._messages} if further else set()
        new = [Found(view.contact, view, words) for view in page.messages if view.id not in known]
        if further:
            new = new[: MAX_MESSAGES - len(self._messages)]
            if new:
                first = self.rowCount()
                self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
                self._messages += new
                self.endInsertRows()
        else:
            self.beginResetModel()
            self._messages = new
            self.endResetModel()
            self._answered, self.fresh = self._wanted(), 0
        self.cut = page.more and len(self._messages) >= MAX_MESSAGES
        self.more = page.more and bool(new) and not self.cut
        self.state = State.DONE
        self.changed.emit()
        self.chosen.emit(self.row)

    def _joined(self) -> None:
        if self.state == State.FAILED:
            self.ask()

    # --- What happens ----------------------------------------------------------------------------

    def _match_contacts(self) -> None:
        """Contacts whose name has all the words as beginnings; nobody is asked for them."""
        if not (self.text or self._contacts):
            return
        words = Words(self.text, every_accent=True, beginnings=True)
        people = self._conversations.everybody() if words and not self.contact else ()
        matching = [person for person in people if words.all_in(person.name)]
        self.matching = len(matching)
        new = [
            Found(person.id, None, None, words.marked(person.name))
            for person in matching[:MAX_CONTACTS]
        ]
        if new == self._contacts:
            return
        self.beginResetModel()
        self._contacts = new
        self.endResetModel()
        self.changed.emit()
        self.chosen.emit(self.row)

    def _forget_messages(self) -> None:
        self._answered, self.more, self.cut = None, False, False
        if self._messages:
            self.beginResetModel()
            self._messages = []
            self.endResetModel()

    def _happened(self, events: tuple[object, ...]) -> None:
        if self._answered is None:
            return
        gone = {event.contact for event in events if isinstance(event, ContactRemoved)}
        if gone:
            self.beginResetModel()
            self._messages = [found for found in self._messages if found.contact not in gone]
            self.endResetModel()
            self.chosen.emit(self.row)
        text, contact = self._answered
        words = Words(text)
        self._follow(events, words)
        # The node decides what is found; this only says that it is worth asking again.
        fresh = sum(
            words.all_in(event.message.text)
            for event in events
            if isinstance(event, MessageAdded) and contact in ("", event.message.contact)
        )
        if fresh or gone:
            self.fresh += fresh
            self.changed.emit()

    def _follow(self, events: tuple[object, ...], words: Words) -> None:
        """What was deleted is no longer found; nor what was edited and lacks the words now."""
        gone: set[str] = set()
        changed: dict[str, MessageView] = {}
        for event in events:
            if isinstance(event, MessagesDeleted):
                gone |= set(event.ids)
            elif isinstance(event, MessageChanged):
                changed[event.message.id] = event.message
                if not words.all_in(event.message.text):
                    gone.add(event.message.id)
        for row in reversed(range(self.rowCount())):
            found = self._found(row)
            if found.message is None:
                continue
            if found.id in gone:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._messages[row - len(self._contacts)]
                self.endRemoveRows()
                self.chosen.emit(self.row)
            elif found.id in changed:
                found.message, found.words, found.marked = changed[found.id], words, None
                self.dataChanged.emit(self.index(row), self.index(row))
        # Without a last one there is nothing before which to ask.
        self.more = self.more and bool(self._messages)

    # --- The model -------------------------------------------------------------------------------

    def _found(self, row: int) -> Found:
        contacts = len(self._contacts)
        return self._contacts[row] if row < contacts else self._messages[row - contacts]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """As Qt asks for it."""
        return 0 if parent.isValid() else len(self._contacts) + len(self._messages)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """As Qt asks for it; see `SearchRole`."""
        row = index.row()
        if not 0 <= row < self.rowCount():
            return None
        found = self._found(row)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.name(found)
            case SearchRole.FOUND:
                return found
            case SearchRole.MARKED:
                return _marked(found)
            case SearchRole.FIRST:
                return row in (0, len(self._contacts))
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._sentence(found)
        return None

    def name(self, found: Found) -> str:
        """The contact's name as it is now."""
        person = self._conversations.contact(found.contact)
        if person is not None:
            return displayable_line(person.name)
        return displayable_line(found.message.author) if found.message is not None else ""

    def _sentence(self, found: Found) -> str:
        name, text = self.name(found), _marked(found).text
        if found.message is None:
            return self.tr("Contact: %1").replace("%1", name)
        who = name
        if found.message.mine:
            who = self.tr("You to %1").replace("%1", name)
        time = f"{when.full_day(found.message.time)}, {when.clock(found.message.time)}"
        return f"{who}: {text}, {time}"


def _marked(found: Found) -> Marked:
    if found.marked is None:
        assert found.message is not None and found.words is not None
        found.marked = found.words.snippet(found.message.text)
        found.message = replace(found.message, text="")
    return found.marked
