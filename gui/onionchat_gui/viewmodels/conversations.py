"""The list of conversations: every contact, the latest conversation first.

What lives here: the model made of `contacts` and kept by events. What may not: how a row looks.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from functools import partial
from typing import Any, Final

from msgspec.structs import replace
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from onionchat.control import schema
from onionchat.displayable import displayable_line
from onionchat.errors import OnionchatError
from onionchat.views import (
    ConnectionChanged,
    ContactChanged,
    ContactRemoved,
    ContactView,
    MessageAdded,
)
from onionchat_gui.node import Node, ignore

from .sentences import worded
from .words import contact_state, path_meaning, trust_meaning

Index = QModelIndex | QPersistentModelIndex

MAX_MOVES: Final = 16
"""Rows moved one by one; when more change their place at once, the order is told as a whole."""


class ConversationRole(IntEnum):
    """What a row says beside its name (`DisplayRole`)."""

    CONTACT = Qt.ItemDataRole.UserRole + 1
    """The whole `ContactView`."""
    LINE = Qt.ItemDataRole.UserRole + 2
    """The last message in one line, safe to show."""
    PATH = Qt.ItemDataRole.UserRole + 3
    """As `Conversations.path`."""


class Conversations(QAbstractListModel):
    """All contacts in the order of their conversations. A batch of events is one change."""

    reading_begins = Signal(str, str)
    """A conversation is opened that had something unread: its contact, and the first such message.
    """
    failed = Signal(str)
    """A conversation could not be marked as read: a sentence."""
    loaded = Signal()
    """The list is there, the first time or anew."""
    not_loaded = Signal(object)
    """The list could not be had: an `OnionchatError`."""
    unread_changed = Signal(int)
    """Unread messages in all conversations."""

    def __init__(self, node: Node, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._node = node
        self._contacts: list[ContactView] = []
        self._shown: str | None = None
        self._attentive = True
        self._current = False
        self._unread = 0
        self._generation = 0
        node.happened.connect(self._happened)
        node.parted.connect(self._parted)

    @property
    def current(self) -> bool:
        """Whether a node tells what changes; else this is what it said last."""
        return self._current

    def path(self, contact: ContactView) -> bool | None:
        """Whether a contact is connected; None while nobody can know."""
        return contact.connected if self._current else None

    def load(self) -> None:
        """Ask for the whole list, after each time the node was joined."""
        generation = self._generation

        def told(contacts: tuple[ContactView, ...]) -> None:
            if generation == self._generation:
                self._current = True
                self._told(contacts)

        self._node.ask(self, schema.Contacts(), told, self.not_loaded.emit)

    def clear(self) -> None:
        """Forget everything, and what was asked for and not answered yet: it is locked."""
        self._generation += 1
        self._current = False
        self._told(())

    def contact(self, contact: str) -> ContactView | None:
        """The contact with this id."""
        return next((found for found in self._contacts if found.id == contact), None)

    def everybody(self) -> tuple[ContactView, ...]:
        """All contacts in their order."""
        return tuple(self._contacts)

    def row(self, contact: str) -> int:
        """The row of this contact; -1 without one."""
        rows = (row for row, found in enumerate(self._contacts) if found.id == contact)
        return next(rows, -1)

    @property
    def seen(self) -> str | None:
        """The conversation that is open before the person's eyes: what comes there is read."""
        return self._shown if self._attentive else None

    def look(self, attentive: bool) -> None:
        """Whether the window is before the person's eyes, or hidden or behind others."""
        self._attentive = attentive
        self.show(self._shown)

    def show(self, contact: str | None) -> None:
        """This conversation is open now, or none."""
        self._shown = contact
        contact = self.seen
        found = self.contact(contact) if contact is not None else None
        if found is not None and found.unread:
            # Before all of it counts as read.
            request = schema.FirstUnread(contact=found.id)
            self._node.ask(self, request, partial(self._first_unread, found.id), ignore)
            self._read(found.id)

    def mark_read(self, contact: str) -> None:
        """The person has read all of a conversation that is not open."""
        found = self.contact(contact)
        if found is not None and found.unread:
            self._read(contact)

    def _first_unread(self, contact: str, reply: schema.FirstUnreadReply) -> None:
        if reply.id is not None:
            self.reading_begins.emit(contact, reply.id)

    def _read(self, contact: str) -> None:
        self._node.ask(self, schema.MarkRead(contact=contact), ignore, self._not_read)
        found = self.contact(contact)
        assert found is not None
        self._apply({contact: replace(found, unread=0)}, ())

    def _not_read(self, error: OnionchatError) -> None:
        # Nothing is lost by it: the count comes back with the next list.
        self.failed.emit(worded(error))

    # --- The model -------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """As Qt asks for it."""
        return 0 if parent.isValid() else len(self._contacts)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """As Qt asks for it; see `ConversationRole`."""
        if not 0 <= index.row() < len(self._contacts):
            return None
        contact = self._contacts[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return displayable_line(contact.name)
            case ConversationRole.CONTACT:
                return contact
            case ConversationRole.LINE:
                return displayable_line(contact.draft or contact.last_text or contact.greeting)
            case ConversationRole.PATH:
                return self.path(contact)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._sentence(contact)
        return None

    def _sentence(self, contact: ContactView) -> str:
        parts = [displayable_line(contact.name)]
        if contact.unread:
            parts.append(self.tr("%n unread", "", contact.unread))
        if contact.last_text:
            parts.append(displayable_line(contact.last_text))
        if state := contact_state(contact.state):
            parts.append(state)
        parts.append(path_meaning(self.path(contact)).word)
        parts.append(trust_meaning(contact.trust).word)
        return ", ".join(parts)

    # --- What the node says ----------------------------------------------------------------------

    def _parted(self, _: OnionchatError) -> None:
        self._current = False
        self._contacts = [replace(contact, connected=False) for contact in self._contacts]
        if self._contacts:
            self.dataChanged.emit(self.index(0), self.index(len(self._contacts) - 1))

    def _told(self, contacts: tuple[ContactView, ...]) -> None:
        self.beginResetModel()
        self._contacts = sorted(contacts, key=_place)
        self.endResetModel()
        if self._shown is not None:
            # What came while the node was away stands before the person's eyes.
            self.show(self._shown)
        self._count()
        self.loaded.emit()

    def _happened(self, events: tuple[object, ...]) -> None:
        changed: dict[str, ContactView] = {}
        removed: set[str] = set()
        known = {contact.id: contact for contact in self._contacts} if events else {}
        for event in events:
            match event:
                case MessageAdded(message=message):
                    old = changed.get(message.contact) or known.get(message.contact)
                    if old is not None:
                        fresh = not message.mine and message.contact != self.seen
                        changed[old.id] = replace(
                            old,
                            last_text=message.text[: schema.MAX_EXCERPT],
                            last_time=message.time,
                            unread=old.unread + fresh,
                        )
                case ContactChanged(contact=contact):
                    changed[contact.id] = contact
                case ConnectionChanged(contact=id_, connected=connected):
                    old = changed.get(id_) or known.get(id_)
                    if old is not None:
                        # What stood in the way does not any more; the node tells what does now.
                        changed[id_] = replace(old, connected=connected, problem=None)
                case ContactRemoved(contact=id_):
                    changed.pop(id_, None)
                    removed.add(id_)
        if changed or removed:
            self._apply(changed, removed)
        seen = self.seen
        if seen is not None and any(
            isinstance(event, MessageAdded)
            and event.message.contact == seen
            and not event.message.mine
            for event in events
        ):
            self._node.ask(self, schema.MarkRead(contact=seen), ignore, self._not_read)

    def _apply(self, changed: dict[str, ContactView], removed: Iterable[str]) -> None:
        for id_ in removed:
            row = self.row(id_)
            if row >= 0:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._contacts[row]
                self.endRemoveRows()
        rows = {contact.id: row for row, contact in enumerate(self._contacts)}
        new = [contact for id_, contact in changed.items() if id_ not in rows]
        moved = []
        for id_, contact in changed.items():
            if id_ not in rows:
                continue
            stays = _place(self._contacts[rows[id_]]) == _place(contact)
            self._contacts[rows[id_]] = contact
            if not stays:
                moved.append(id_)
        if len(moved) > MAX_MOVES:
            self._sort()
        else:
            for id_ in moved:
                self._move(id_)
        for row in sorted(self.row(id_) for id_ in changed if id_ in rows):
            index = self.index(row)
            self.dataChanged.emit(index, index)
        for contact in new:
            row = self._row_for(contact)
            self.beginInsertRows(QModelIndex(), row, row)
            self._contacts.insert(row, contact)
            self.endInsertRows()
        self._count()

    def _row_for(self, contact: ContactView) -> int:
        place = _place(contact)
        others = (row for row, other in enumerate(self._contacts) if _place(other) > place)
        return next(others, len(self._contacts))

    def _move(self, id_: str) -> None:
        row = self.row(id_)
        contact = self._contacts[row]
        place = _place(contact)
        to = sum(_place(other) < place for other in self._contacts if other is not contact)
        if to == row:
            return
        # Qt counts the target before the row is taken out.
        self.beginMoveRows(QModelIndex(), row, row, QModelIndex(), to if to < row else to + 1)
        self._contacts.insert(to, self._contacts.pop(row))
        self.endMoveRows()

    def _sort(self) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        kept = [self._contacts[index.row()].id for index in before]
        self._contacts.sort(key=_place)
        rows = {contact.id: row for row, contact in enumerate(self._contacts)}
        self.changePersistentIndexList(before, [self.index(rows[id_]) for id_ in kept])
        self.layoutChanged.emit()

    def _count(self) -> None:
        unread = sum(contact.unread for contact in self._contacts)
        if unread != self._unread:
            self._unread = unread
            self.unread_changed.emit(unread)


def _place(contact: ContactView) -> tuple[float, str]:
    """Where a contact stands: the latest first, and always the same order."""
    return -(contact.last_time or contact.created), contact.id
