"""Disappearing messages: the timers of conversations, and when which message is due.

What lives here: their rows. What may not: which timer applies to what is already here, waiting
for the time (node/).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from onionchat.protocol.journal.entry import EntryKind
from onionchat.store import journals
from onionchat.store.entries import OrderKey
from onionchat.store.transaction import ContactNo, Row, Transaction
from onionchat.types import DeviceKey, EntryId, Millis


def set_timer(tx: Transaction, journal: int, key: OrderKey, entry: int, seconds: int) -> None:
    """What comes after `key` in a conversation disappears so long after it was seen; 0: stays."""
    tx.execute(
        "INSERT INTO timers (journal, effective, depth, entry_id, entry, seconds)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        journal,
        *key,
        entry,
        seconds,
    )


def timer_at(tx: Transaction, journal: int, key: OrderKey | None = None) -> int:
    """The timer that applies to a message at `key` (None: to the next one); 0 if it stays."""
    row = tx.row(
        "SELECT seconds FROM timers WHERE journal = ? AND (effective, depth, entry_id) < (?, ?, ?)"
        " ORDER BY effective DESC, depth DESC, entry_id DESC LIMIT 1",
        journal,
        *(key or (2**62, 0, b"")),
    )
    return row[0] if row else 0


def is_used(tx: Transaction) -> bool:
    """Whether a timer was ever set anywhere."""
    return tx.row("SELECT 1 FROM timers LIMIT 1") is not None


def has_timers(tx: Transaction, journal: int) -> bool:
    """Whether a timer was ever set in a conversation."""
    return tx.row("SELECT 1 FROM timers WHERE journal = ? LIMIT 1", journal) is not None


def timers(tx: Transaction) -> dict[ContactNo, int]:
    """The timers that apply to the next messages to contacts, where there was ever one."""
    return {
        ContactNo(row[1]): timer_at(tx, row[0])
        for row in tx.rows(
            "SELECT j.id, j.contact FROM journals AS j WHERE j.kind = ?"
            " AND EXISTS (SELECT 1 FROM timers AS t WHERE t.journal = j.id)",
            journals.DIRECT,
        )
    }


def timer_of(tx: Transaction, entry: int) -> int | None:
    """What the entry of that row set; None if it is no timer."""
    row = tx.row(
        "SELECT t.seconds FROM entries AS e JOIN timers AS t ON t.journal = e.journal"
        " AND t.effective = e.effective AND t.depth = e.depth AND t.entry_id = e.entry_id"
        " WHERE e.id = ?",
        entry,
    )
    return row[0] if row else None


def put(tx: Transaction, journal: int, row: int, seconds: int, due: Millis | None) -> None:
    """A message disappears so long after it was seen: at `due`, None if it was not seen yet."""
    tx.execute(
        "INSERT INTO expiring (entry, journal, seconds, due) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (entry) DO UPDATE SET seconds = excluded.seconds, due = excluded.due",
        row,
        journal,
        seconds,
        due,
    )


def stay(tx: Transaction, row: int) -> None:
    """A message does not disappear after all."""
    tx.execute("DELETE FROM expiring WHERE entry = ?", row)


def of(tx: Transaction, row: int) -> tuple[int, Millis | None] | None:
    """After how many seconds and when a message disappears; None if it stays."""
    return tx.row("SELECT seconds, due FROM expiring WHERE entry = ?", row)


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """A message of ours that no device of the contact has."""

    row: int
    key: OrderKey


def on_the_way(tx: Transaction, journal: int, contact: ContactNo, key: OrderKey) -> list[OnTheWay]:
    """Messages of ours after `key`, timers left out, that no device of the contact has."""
    return [
        OnTheWay(row[0], (row[1], row[2], row[3]))
        for row in tx.rows(
            "SELECT e.id, e.effective, e.depth, e.entry_id FROM logs AS l"
            " CROSS JOIN authors AS a ON a.id = l.author AND a.mine = 1"
            " LEFT JOIN delivered AS d"
            " ON d.contact = ? AND d.journal = l.journal AND d.author = l.author"
            " CROSS JOIN entries AS e ON e.journal = l.journal AND e.author = l.author"
            " AND e.seq > COALESCE(d.seq, 0) WHERE l.journal = ? AND e.shown = 1 AND e.kind <> ?"
            " AND (e.effective, e.depth, e.entry_id) > (?, ?, ?)",
            contact,
            journal,
            EntryKind.TIMER,
            *key,
        )
    ]


def seen(
    tx: Transaction, contact: ContactNo, marks: Mapping[DeviceKey, int], now: Millis
) -> list[EntryId]:
    """The person has seen logs of a contact this far: their time begins. O(unseen ones).

    Returns the messages whose time begins.
    """
    kept = journals.direct(tx, contact)
    if kept is None:
        return []
    begun: list[EntryId] = []
    for key, seq in marks.items():
        author = journals.find_author(tx, key)
        rows = tx.rows(
            "SELECT x.entry, e.entry_id FROM expiring AS x JOIN entries AS e ON e.id = x.entry"
            " WHERE x.journal = ? AND x.due IS NULL AND e.author = ? AND e.seq <= ?",
            kept.number,
            author,
            seq,
        )
        begun += _begin(tx, rows, now)
    return begun


def delivered(tx: Transaction, journal: int, contact: ContactNo, now: Millis) -> list[EntryId]:
    """The time of messages of ours begins that a device of the contact has; before, they would be
    gone before they were sent. Returns those whose time begins. O(those under way)."""
    rows = tx.rows(
        "SELECT x.entry, e.entry_id FROM expiring AS x JOIN entries AS e ON e.id = x.entry"
        " JOIN delivered AS d ON d.contact = ? AND d.journal = x.journal AND d.author = e.author"
        " WHERE x.journal = ? AND x.due IS NULL AND e.seq <= d.seq",
        contact,
        journal,
    )
    return _begin(tx, rows, now)


def _begin(tx: Transaction, rows: list[Row], now: Millis) -> list[EntryId]:
    tx.execute_many(
        "UPDATE expiring SET due = ? + 1000 * seconds WHERE entry = ?",
        [(now, row[0]) for row in rows],
    )
    return [EntryId(row[1]) for row in rows]


def next_due(tx: Transaction) -> Millis | None:
    """When the next message disappears (index expiring_due)."""
    row = tx.row("SELECT MIN(due) FROM expiring WHERE due IS NOT NULL")
    return None if row is None or row[0] is None else Millis(row[0])


def due(tx: Transaction, now: Millis, limit: int) -> list[tuple[ContactNo, EntryId]]:
    """The first `limit` messages that are due, with whose conversation they belong to."""
    return [
        (ContactNo(row[0]), EntryId(row[1]))
        for row in tx.rows(
            "SELECT j.contact, e.entry_id FROM expiring AS x JOIN entries AS e ON e.id = x.entry"
            " JOIN journals AS j ON j.id = x.journal"
            " WHERE x.due IS NOT NULL AND x.due <= ? ORDER BY x.due LIMIT ?",
            now,
            limit,
        )
    ]


def shift(tx: Transaction, millis: int) -> None:
    """The clock was set by so many milliseconds: what is due is due so much later (or earlier)."""
    tx.execute("UPDATE expiring SET due = due + ? WHERE due IS NOT NULL", millis)


def bound(tx: Transaction, now: Millis) -> int:
    """Nothing is due later than its own time from now: a clock that was set back while nobody
    looked must not make messages live longer than that. Returns how many were."""
    return tx.execute(
        "UPDATE expiring SET due = ?1 + 1000 * seconds"
        " WHERE due IS NOT NULL AND due > ?1 + 1000 * seconds",
        now,
    )
