"""What new entries of a conversation mean for its messages.

What lives here: functions on the database thread that keep edits, reactions, deletions for everyone
and timers as they come, in any order, and carry out what they ask for. What is in force is decided
by `protocol.rooms.marks`; what is erased by `store.erasing`. What may not: storing the entries
(`journals`), what the person here asks for (`deletion`, `remarks`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from onionchat.node import preferences
from onionchat.node.changes import ContactUpdated, DueChanged, Erased, MessagesChanged
from onionchat.node.said import SAID_OF_MESSAGES, marks_of
from onionchat.protocol.journal.entry import EntryKind
from onionchat.protocol.rooms.bodies import (
    Deletion,
    Edit,
    Reaction,
    Timer,
    decode_said,
    decode_text,
)
from onionchat.store import entries, erasing, expiring, lines, marks
from onionchat.store import journals as stored
from onionchat.store.entries import NewEntry
from onionchat.store.journals import Journal
from onionchat.store.marks import Mark, Target
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import DeviceKey, EntryId, JournalId, Millis, Seq


def fold(
    tx: Transaction, journal: Journal, counted: Iterable[NewEntry], now: Millis
) -> set[EntryId]:
    """Take in new entries of a conversation that count, as they were stored.

    Returns the messages among them that are more than a text: what is shown with them has to be
    read from the store. Emits what became of older messages.
    """
    folding = _Folding(tx, journal, now)
    for entry in counted:
        folding.take(entry)
    folding.tell()
    return folding.special


def refresh(tx: Transaction, journal: Journal, target: EntryId) -> None:
    """Make a text say again what it says by what is known of it."""
    message = marks.target(tx, journal.number, target)
    if message is not None:
        _refresh(tx, journal, target, message)


def heard(tx: Transaction, contact: ContactNo, journal_id: JournalId, now: Millis) -> None:
    """A device of the contact has more of our log, perhaps: the time of what disappears begins, and
    requests to delete something have arrived."""
    journal = stored.find(tx, journal_id)
    if journal is None or journal.kind != stored.DIRECT or journal.contact != contact:
        return
    asked = marks.arrived(tx, journal.number, contact)
    begun = expiring.delivered(tx, journal.number, contact, now)
    if asked or begun:
        tx.emit(MessagesChanged(contact, (*asked, *begun)))
    if begun:
        tx.emit(DueChanged())


def seen(tx: Transaction, contact: ContactNo, marks: Mapping[DeviceKey, Seq], now: Millis) -> None:
    """The person has seen the logs of a contact this far, here or on another device: the time of
    what disappears begins."""
    begun = expiring.seen(tx, contact, marks, now)
    if begun:
        tx.emit(MessagesChanged(contact, tuple(begun)))
        tx.emit(DueChanged())


def _refresh(tx: Transaction, journal: Journal, target: EntryId, message: Target) -> None:
    if message.kind != EntryKind.TEXT or message.body is None or not message.shown:
        return
    assert journal.contact is not None
    found, _ = marks_of(tx, journal.number, target, mine=message.mine)
    change = found.edit_by(message.mine)
    text = decode_text(message.body).text if change is None else change.edit.text
    marks.show(tx, message.row, journal.number, journal.contact, text)
    tx.emit(ContactUpdated(journal.contact))


class _Folding:
    """One call of `fold`."""

    def __init__(self, tx: Transaction, journal: Journal, now: Millis) -> None:
        assert journal.contact is not None
        self.special: set[EntryId] = set()
        self._tx = tx
        self._journal = journal
        self._contact = journal.contact
        self._now = now
        self._authors: dict[DeviceKey, tuple[int, bool]] = {}
        self._changed: dict[EntryId, None] = {}
        self._new: set[EntryId] = set()
        self._marked = marks.there_are(tx, journal.number)
        self._timed = expiring.has_timers(tx, journal.number)
        self._due = False

    def take(self, entry: NewEntry) -> None:
        said = None
        if entry.kind in SAID_OF_MESSAGES or entry.kind == EntryKind.TIMER:
            said = None if entry.body is None else decode_said(entry.kind, entry.body)
        if isinstance(said, Edit | Reaction):
            self._said(entry, EntryId(said.target), said)
        elif isinstance(said, Deletion):
            row = marks.row_of(self._tx, entry.entry_id)
            for target in map(EntryId, said.targets):
                self._keep(entry, target, row)
                self._honour(target)
        elif isinstance(said, Timer):
            self._set_timer(entry, said.seconds)
        if entry.shown and entry.kind not in SAID_OF_MESSAGES:
            self._message(entry)

    def tell(self) -> None:
        tx, changed = self._tx, [one for one in self._changed if one not in self._new]
        if changed:
            tx.emit(MessagesChanged(self._contact, tuple(changed)))
        if self._due:
            tx.emit(DueChanged())

    def _author(self, entry: NewEntry) -> tuple[int, bool]:
        """The number of the entry's author, and whether it is a device of our account."""
        if entry.author not in self._authors:
            self._authors[entry.author] = stored.author(self._tx, entry.author)
        return self._authors[entry.author]

    # --- what is said of messages

    def _said(self, entry: NewEntry, target: EntryId, said: Edit | Reaction) -> None:
        row = marks.row_of(self._tx, entry.entry_id)
        if entries.is_erased(self._tx, self._journal.number, target):
            erasing.strip(self._tx, [row], self._now)
            self._tx.emit(Erased())
            return
        self._keep(entry, target, row, said.emoji if isinstance(said, Reaction) else "")
        message = marks.target(self._tx, self._journal.number, target)
        if message is not None and isinstance(said, Edit):
            _refresh(self._tx, self._journal, target, message)

    def _keep(self, entry: NewEntry, target: EntryId, row: int, emoji: str = "") -> None:
        mark = Mark(self._author(entry)[1], entry.kind, entry.key, row, emoji)
        marks.put(self._tx, self._journal.number, target, mark)
        self._marked = True
        self._changed[target] = None

    def _honour(self, target: EntryId) -> None:
        """Erase a message if its author asks for that, and if the person here honours it."""
        tx = self._tx
        message = marks.target(tx, self._journal.number, target)
        if message is None or entries.is_erased(tx, self._journal.number, target):
            return
        found, _ = marks_of(tx, self._journal.number, target, mine=message.mine)
        if found.deletion_by(message.mine) is None:
            return
        if message.mine or preferences.get(tx, preferences.HONOUR_DELETION) == "on":
            erasing.erase(tx, self._contact, [target], self._now)
            tx.emit(Erased())
            tx.emit(ContactUpdated(self._contact))

    # --- messages

    def _message(self, entry: NewEntry) -> None:
        tx, number = self._tx, self._journal.number
        self._new.add(entry.entry_id)
        if entry.reply_to is not None or entry.kind == EntryKind.TIMER or entry.body is None:
            self.special.add(entry.entry_id)
        if self._marked and marks.of(tx, number, entry.entry_id, SAID_OF_MESSAGES):
            self.special.add(entry.entry_id)
            refresh(tx, self._journal, entry.entry_id)
            self._honour(entry.entry_id)
        if not self._timed or entry.kind == EntryKind.TIMER:
            return
        seconds = expiring.timer_at(tx, number, entry.key)
        if seconds:
            self.special.add(entry.entry_id)
            author, mine = self._author(entry)
            seen = entry.seq <= lines.mark(tx, self._contact, number, author, mine=mine)
            due = Millis(self._now + 1000 * seconds) if seen else None
            expiring.put(tx, number, marks.row_of(tx, entry.entry_id), seconds, due)
            self._due = self._due or seen

    def _set_timer(self, entry: NewEntry, seconds: int) -> None:
        tx, number = self._tx, self._journal.number
        row = marks.row_of(tx, entry.entry_id)
        expiring.set_timer(tx, number, entry.key, row, seconds)
        self._timed = True
        tx.emit(ContactUpdated(self._contact))
        # What the other side cannot have seen when it set this comes after it for both. Nothing
        # else that is here is touched: a timer could claim to be older than all of it.
        for own in expiring.on_the_way(tx, number, self._contact, entry.key):
            seconds = expiring.timer_at(tx, number, own.key)
            if seconds:
                expiring.put(tx, number, own.row, seconds, None)
            else:
                expiring.stay(tx, own.row)
            self._changed[EntryId(own.key[2])] = None
