# ruff: noqa: S608 - the parts put together are constants
"""Messages as people see them: pages of a conversation, search results.

What lives here: reading shown entries, with the truth about their delivery. What may not: storing
entries (`entries`), erasing them (`erasing`), what a text means (protocol/rooms).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from onionchat.errors import UnknownMessage
from onionchat.store import journals, search
from onionchat.store.entries import OrderKey
from onionchat.store.transaction import ContactNo, Row, Transaction
from onionchat.types import DeviceKey, EntryId, MessageState, Millis, Seq

_COLUMNS = (
    "e.entry_id, e.journal, e.author, t.text, e.time, e.effective, e.depth, e.kind, e.received,"
    " e.seq, e.body IS NULL, e.shown, e.id"
)
_TEXT = " LEFT JOIN search AS t ON t.rowid = e.id"
_FOUND = f"SELECT {_COLUMNS} FROM search AS t CROSS JOIN entries AS e ON e.id = t.rowid"

# `CROSS JOIN` keeps the order of the loops: one look-up each.
_LOG = (
    "SELECT j.contact, a.mine, COALESCE(d.seq, 0), COALESCE(r.seq, 0), a.device_key"
    " FROM journals AS j CROSS JOIN authors AS a"
    " LEFT JOIN delivered AS d"
    " ON d.contact = j.contact AND d.journal = j.id AND d.author = a.id"
    " LEFT JOIN read_marks AS r"
    " ON r.reader = j.contact AND r.journal = j.id AND r.author = a.id"
    " WHERE j.id = ? AND a.id = ?"
)


class Message(msgspec.Struct, frozen=True, gc=False):
    """One message of a conversation.

    A structure of msgspec, because making fifty of them took longer than finding them.
    """

    entry_id: EntryId
    contact: ContactNo | None
    mine: bool
    text: str | None
    """None: erased, or of a kind that this version cannot show."""
    time: Millis
    """The author's clock."""
    key: OrderKey
    kind: int
    received: Millis
    """When it was stored here."""
    state: MessageState
    """Never SENT: what is on its way only the live link knows."""
    erased: bool
    seq: Seq
    """Its position in its author's log."""
    author: DeviceKey
    shown: bool
    row: int
    """Its row in the table of entries."""
    journal: int

    def __repr__(self) -> str:
        # What was written, and which message it is, stay out of logs.
        return f"Message(contact={self.contact}, seq={self.seq}, state={self.state})"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Messages that follow each other, and whether the conversation goes on at each end."""

    messages: list[Message] = field(repr=False)
    """The oldest first."""
    older: bool
    newer: bool
    nearest: int
    """The place in `messages` of the one that is nearest to what was asked for; 0 if empty."""


def newest(tx: Transaction, contact: ContactNo, limit: int) -> Stretch:
    """The newest `limit` messages."""
    return _backwards(history(tx, contact, limit + 1), limit, newer=False)


def before(tx: Transaction, contact: ContactNo, limit: int, place: EntryId) -> Stretch:
    """The `limit` messages just before `place`. Raises UnknownMessage."""
    return _backwards(history(tx, contact, limit + 1, place), limit, newer=True)


def _backwards(found: list[Message], limit: int, *, newer: bool) -> Stretch:
    last = found[max(0, len(found) - limit) :]
    return Stretch(last, len(found) > limit, newer, nearest=max(0, len(last) - 1))


def after(tx: Transaction, contact: ContactNo, limit: int, place: EntryId) -> Stretch:
    """The `limit` messages just after `place`. Raises UnknownMessage."""
    found = history_after(tx, contact, limit + 1, place)
    return Stretch(found[:limit], older=True, newer=len(found) > limit, nearest=0)


def around(tx: Transaction, contact: ContactNo, limit: int, place: EntryId) -> Stretch:
    """The message `place` with its neighbours, `limit` messages in all, as many of them before it
    as after it (one more after it, if they are not even). Raises UnknownMessage.

    Two stretches of the index, from the middle outwards: O(limit), wherever it is.
    """
    half = (limit - 1) // 2
    old = before(tx, contact, half, place)
    new = after(tx, contact, limit - 1 - half, place)
    found = [*old.messages, get(tx, place), *new.messages]
    return Stretch(found, old.older, new.newer, nearest=len(old.messages))


def history(
    tx: Transaction, contact: ContactNo, limit: int, before: EntryId | None = None
) -> list[Message]:
    """The newest `limit` messages, or those just before the message `before`; oldest first.

    One stretch of the index entries_order, backwards: O(limit).
    Raises UnknownMessage if `before` is not in that conversation.
    """
    key = (2**62, 0, b"") if before is None else _key(tx, contact, before)
    return _page(tx, contact, limit, key, later=False)[::-1]


def history_after(tx: Transaction, contact: ContactNo, limit: int, after: EntryId) -> list[Message]:
    """The `limit` messages just after the message `after`, oldest first. As `history`."""
    return _page(tx, contact, limit, _key(tx, contact, after), later=True)


def get(tx: Transaction, entry_id: EntryId) -> Message:
    """One message. Raises UnknownMessage."""
    tx.write_index()
    rows = tx.rows(
        f"SELECT {_COLUMNS} FROM entries AS e{_TEXT} WHERE e.entry_id = ? AND e.shown = 1", entry_id
    )
    if not rows:
        raise UnknownMessage
    return _messages(tx, rows)[0]


def whatever_became_of(tx: Transaction, entry_id: EntryId) -> Message | None:
    """A message that was here once, also if nobody sees it any more; None if it never was."""
    tx.write_index()
    rows = tx.rows(f"SELECT {_COLUMNS} FROM entries AS e{_TEXT} WHERE e.entry_id = ?", entry_id)
    return _messages(tx, rows)[0] if rows else None


def by_id_prefix(tx: Transaction, first: bytes, last: bytes) -> list[Message]:
    """Up to two messages whose id is in `first` ≤ id ≤ `last` (unique index)."""
    found = tx.rows(
        "SELECT entry_id FROM entries WHERE entry_id BETWEEN ? AND ? AND shown = 1 LIMIT 2",
        first,
        last,
    )
    return [get(tx, row[0]) for row in found]


class Search:
    """The newest messages that hold all words typed (the last as a beginning), in steps that
    others can come between.

    Newest here is "stored last". What is stored while it runs is not found. With `before`, only
    what was stored before that message: the next page of a search. The first step raises
    UnknownMessage if it is not there.
    """

    def __init__(
        self,
        typed: str,
        limit: int,
        contact: ContactNo | None = None,
        before: EntryId | None = None,
    ) -> None:
        self.found: list[Message] = []
        """The newest first; complete after the last step."""
        self._typed = typed
        self._limit = limit
        self._contact = contact
        self._before = before
        self._look: search.Look | None = None

    def step(self, tx: Transaction) -> bool:
        """Go on for some milliseconds; returns whether there may be more to find."""
        if self._look is None:
            return self._begin(tx)
        numbers = self._look.step(tx, self._limit - len(self.found))
        rows = (tx.row(f"{_FOUND} WHERE t.rowid = ?", number) for number in numbers)
        self.found += _messages(tx, [row for row in rows if row is not None])
        return not self._look.over and len(self.found) < self._limit

    def _begin(self, tx: Transaction) -> bool:
        tx.write_index()
        journal = None
        if self._contact is not None:
            direct = journals.direct(tx, self._contact)
            if direct is None:
                return False
            journal = direct.number
        words = search.words(tx, self._typed)
        if words is None:
            return False
        below = search.NEWEST
        if self._before is not None:
            row = tx.row("SELECT id FROM entries WHERE entry_id = ?", self._before)
            if row is None:
                raise UnknownMessage
            below = row[0]
        if search.is_frequent(tx, words):
            self._look = search.Look(words, journal, below)
            return True
        rows = tx.rows(
            f"{_FOUND} WHERE t.search MATCH ? AND t.rowid < ? ORDER BY t.rowid DESC LIMIT ?",
            words.expression(journal),
            below,
            self._limit,
        )
        self.found = _messages(tx, rows)
        return False


def find(
    tx: Transaction, typed: str, limit: int, contact: ContactNo | None = None
) -> list[Message]:
    """All steps of a `Search` at once."""
    found = Search(typed, limit, contact)
    while found.step(tx):
        pass
    return found.found


def queued(tx: Transaction, contact: ContactNo, limit: int) -> list[EntryId]:
    """The oldest `limit` messages of ours that no device of the contact has (index entries_log)."""
    return [
        row[0]
        for row in tx.rows(
            "SELECT e.entry_id FROM journals AS j CROSS JOIN logs AS l ON l.journal = j.id"
            " CROSS JOIN authors AS a ON a.id = l.author AND a.mine = 1 LEFT JOIN delivered AS d"
            " ON d.contact = j.contact AND d.journal = j.id AND d.author = l.author"
            " CROSS JOIN entries AS e ON e.journal = j.id AND e.author = l.author"
            " AND e.seq > COALESCE(d.seq, 0) WHERE j.contact = ? AND e.shown = 1"
            " ORDER BY e.effective, e.depth, e.entry_id LIMIT ?",
            contact,
            limit,
        )
    ]


def _key(tx: Transaction, contact: ContactNo, entry_id: EntryId) -> OrderKey:
    row = tx.row(
        "SELECT e.effective, e.depth, e.entry_id FROM entries AS e"
        " JOIN journals AS j ON j.id = e.journal WHERE e.entry_id = ? AND j.contact = ?",
        entry_id,
        contact,
    )
    if row is None:
        raise UnknownMessage
    return row[0], row[1], row[2]


def _page(
    tx: Transaction, contact: ContactNo, limit: int, key: OrderKey, *, later: bool
) -> list[Message]:
    tx.write_index()
    compare, direction = (">", "ASC") if later else ("<", "DESC")
    return _messages(
        tx,
        tx.rows(
            f"SELECT {_COLUMNS} FROM entries AS e INDEXED BY entries_order{_TEXT}"
            " WHERE e.journal = (SELECT id FROM journals WHERE contact = ? AND kind = ?)"
            f" AND e.shown = 1 AND (e.effective, e.depth, e.entry_id) {compare} (?, ?, ?)"
            f" ORDER BY e.effective {direction}, e.depth {direction}, e.entry_id {direction}"
            " LIMIT ?",
            contact,
            journals.DIRECT,
            *key,
            limit,
        ),
    )


def _messages(tx: Transaction, rows: Iterable[Row]) -> list[Message]:
    """Messages from rows of `_COLUMNS`.

    What holds for all of a log (whose it is, how far it was delivered and read) is looked up once
    for each log: a page has two or a few, and four joins for each row took as long as the search.
    """
    known: dict[tuple[int, int], Row] = {}
    found = []
    for row in rows:
        entry_id, journal, author, text, time, effective, depth, kind, received, *more = row
        seq, erased, shown, number = more
        log = known.get((journal, author))
        if log is None:
            log = tx.row(_LOG, journal, author)
            assert log is not None
            known[journal, author] = log
        contact, mine, delivered, read, device = log
        if not mine:
            state = MessageState.RECEIVED
        elif seq <= read:
            state = MessageState.READ
        elif seq <= delivered:
            state = MessageState.DELIVERED
        else:
            state = MessageState.QUEUED
        found.append(
            Message(
                entry_id,
                contact,
                mine == 1,
                text,
                time,
                (effective, depth, entry_id),
                kind,
                received,
                state,
                erased == 1,
                seq,
                device,
                shown == 1,
                number,
                journal,
            )
        )
    return found
