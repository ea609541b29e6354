# ruff: noqa: S608 - the parts put together are constants
"""Messages as people see them: pages of a conversation, search results, erasing.

What lives here: reading and erasing shown entries, with the truth about their delivery. What may
not: storing entries (`entries`), what a text means (protocol/rooms).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from onionchat.errors import UnknownMessage
from onionchat.store import journals, search
from onionchat.store.entries import OrderKey
from onionchat.store.transaction import ContactNo, Row, Transaction
from onionchat.types import EntryId, MessageState, Millis, Seq

# `CROSS JOIN` keeps the order of the loops: the entry or the hit first, then one look-up each.
_COLUMNS = (
    "e.entry_id, j.contact, a.mine, t.text, e.time, e.effective, e.depth, e.kind, e.received,"
    " e.seq, COALESCE(d.seq, 0), COALESCE(r.seq, 0), e.body IS NULL"
)
_JOINS = (
    " CROSS JOIN authors AS a ON a.id = e.author"
    " LEFT JOIN delivered AS d"
    " ON d.contact = j.contact AND d.journal = e.journal AND d.author = e.author"
    " LEFT JOIN read_marks AS r"
    " ON r.reader = j.contact AND r.journal = e.journal AND r.author = e.author"
)
_TEXT = " LEFT JOIN search AS t ON t.rowid = e.id"


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation."""

    entry_id: EntryId = field(repr=False)
    contact: ContactNo | None
    mine: bool
    text: str | None = field(repr=False)
    """None: erased, or of a kind that this version cannot show."""
    time: Millis
    """The author's clock."""
    key: OrderKey = field(repr=False)
    kind: int
    received: Millis
    """When it was stored here."""
    state: MessageState
    """Never SENT: what is on its way only the live link knows."""
    erased: bool
    seq: Seq
    """Its position in its author's log."""


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
    row = tx.row(
        f"SELECT {_COLUMNS} FROM entries AS e CROSS JOIN journals AS j ON j.id = e.journal"
        f"{_JOINS}{_TEXT} WHERE e.entry_id = ? AND e.shown = 1",
        entry_id,
    )
    if row is None:
        raise UnknownMessage
    return _message(row)


def by_id_prefix(tx: Transaction, first: bytes, last: bytes) -> list[Message]:
    """Up to two messages whose id is in `first` ≤ id ≤ `last` (unique index)."""
    found = tx.rows(
        "SELECT entry_id FROM entries WHERE entry_id BETWEEN ? AND ? AND shown = 1 LIMIT 2",
        first,
        last,
    )
    return [get(tx, row[0]) for row in found]


def find(
    tx: Transaction, typed: str, limit: int, contact: ContactNo | None = None
) -> list[Message]:
    """The newest `limit` messages that hold all words typed (the last as a beginning).

    Newest here is "stored last": the index is walked backwards and left at the limit.
    """
    tx.write_index()
    journal = None
    if contact is not None:
        direct = journals.direct(tx, contact)
        if direct is None:
            return []
        journal = direct.number
    expression = search.query(tx, typed, journal)
    if expression is None:
        return []
    return [
        _message(row)
        for row in tx.rows(
            f"SELECT {_COLUMNS} FROM search AS t CROSS JOIN entries AS e ON e.id = t.rowid"
            f" CROSS JOIN journals AS j ON j.id = e.journal{_JOINS}"
            " WHERE t.search MATCH ? ORDER BY t.rowid DESC LIMIT ?",
            expression,
            limit,
        )
    ]


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


def erase(tx: Transaction, ids: Iterable[EntryId], now: Millis) -> int:
    """Erase the bodies and texts of messages for good; returns how many were here.

    Their ids stay on a blacklist, so that nobody brings the bodies back; headers and order stay.
    `Database.reclaim`, after the commit, removes the old pages from the log as well.
    """
    tx.write_index()
    count = 0
    for entry_id in ids:
        tx.execute(
            "INSERT INTO deleted (entry_id, at) VALUES (?, ?) ON CONFLICT DO NOTHING", entry_id, now
        )
        row = tx.row("SELECT id FROM entries WHERE entry_id = ?", entry_id)
        if row is None:
            continue
        count += 1
        tx.execute("DELETE FROM search WHERE rowid = ?", row[0])
        tx.execute("UPDATE entries SET body = NULL WHERE id = ?", row[0])
        tx.execute("UPDATE summaries SET last_text = '' WHERE last_entry_id = ?", entry_id)
    return count


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
    return [
        _message(row)
        for row in tx.rows(
            f"SELECT {_COLUMNS} FROM journals AS j"
            f" CROSS JOIN entries AS e INDEXED BY entries_order ON e.journal = j.id{_JOINS}{_TEXT}"
            " WHERE j.id = (SELECT id FROM journals WHERE contact = ? AND kind = ?)"
            f" AND e.shown = 1 AND (e.effective, e.depth, e.entry_id) {compare} (?, ?, ?)"
            f" ORDER BY e.effective {direction}, e.depth {direction}, e.entry_id {direction}"
            " LIMIT ?",
            contact,
            journals.DIRECT,
            *key,
            limit,
        )
    ]


def _message(row: Row) -> Message:
    mine, seq, delivered, read = bool(row[2]), row[9], row[10], row[11]
    if not mine:
        state = MessageState.RECEIVED
    elif seq <= read:
        state = MessageState.READ
    elif seq <= delivered:
        state = MessageState.DELIVERED
    else:
        state = MessageState.QUEUED
    return Message(
        entry_id=row[0],
        contact=row[1],
        mine=mine,
        text=row[3],
        time=row[4],
        key=(row[5], row[6], row[0]),
        kind=row[7],
        received=row[8],
        state=state,
        erased=bool(row[12]),
        seq=Seq(seq),
    )
