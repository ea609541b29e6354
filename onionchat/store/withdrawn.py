"""Own entries that were taken back, because a contact has others for their numbers.

What lives here: undoing the end of one own log, and keeping its messages until they are written
again. What may not: deciding that (node/own_logs).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from onionchat.store import journals, lines
from onionchat.store.journals import DIRECT, Journal
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import DeviceKey, EntryId, JournalId, Millis, Seq


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A message, or what was said of one, that waits to be written again."""

    journal: JournalId = field(repr=False)
    entry_id: EntryId = field(repr=False)
    """Of the entry that it was."""
    kind: int
    time: Millis
    """When the person wrote it."""
    body: bytes = field(repr=False)


def take_back(
    tx: Transaction,
    journal: Journal,
    author: DeviceKey,
    first: Seq,
    heads: Iterable[EntryId],
    *,
    hidden: bool = False,
) -> list[EntryId]:
    """Remove an own log from position `first` on; what it said in a conversation (`hidden`: in any
    journal) is kept as `Withdrawn`. Returns the messages that it said something of.

    `heads` are the entries that the removed ones named, themselves left out: they may be heads
    again. One too many does no harm, the next entry names it.
    """
    tx.write_index()
    number = journals.find_author(tx, author)
    log = journal.number, number
    rows = tx.rows(
        "SELECT id, entry_id, kind, shown, time, body FROM entries"
        " WHERE journal = ? AND author = ? AND seq >= ? ORDER BY seq",
        *log,
        first,
    )
    tx.execute_many(
        "INSERT INTO withdrawn (journal, entry_id, kind, time, body) VALUES (?, ?, ?, ?, ?)",
        [
            (journal.number, entry_id, kind, time, body)
            for _, entry_id, kind, _, time, body in rows
            if (journal.kind == DIRECT or hidden) and body is not None
        ],
    )
    numbers = [(row[0],) for row in rows]
    edited = tx.rows(
        "SELECT DISTINCT m.target FROM entries AS e JOIN marks AS m"
        " ON m.journal = e.journal AND m.entry = e.id"
        " WHERE e.journal = ? AND e.author = ? AND e.seq >= ?",
        *log,
        first,
    )
    tx.execute_many(
        "DELETE FROM marks WHERE journal = ? AND entry = ?",
        [(journal.number, row[0]) for row in rows],
    )
    tx.execute_many("DELETE FROM replies WHERE entry = ?", numbers)
    tx.execute_many("DELETE FROM expiring WHERE entry = ?", numbers)
    tx.execute_many(
        "DELETE FROM timers WHERE journal = ? AND entry = ?",
        [(journal.number, row[0]) for row in rows],
    )
    tx.execute_many("DELETE FROM search WHERE rowid = ?", numbers)
    tx.execute_many(
        "DELETE FROM heads WHERE journal = ? AND entry_id = ?",
        [(journal.number, row[1]) for row in rows],
    )
    tx.execute("DELETE FROM entries WHERE journal = ? AND author = ? AND seq >= ?", *log, first)
    tx.execute_many(
        "INSERT INTO heads (journal, entry_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(journal.number, head) for head in heads],
    )
    tx.execute("DELETE FROM logs WHERE journal = ? AND author = ?", *log)
    tx.execute(
        "INSERT INTO logs (journal, author, seq, entry_id) SELECT journal, author, seq, entry_id"
        " FROM entries WHERE journal = ? AND author = ? AND seq = ?",
        *log,
        first - 1,
    )
    # What was agreed on with those who know of the removed entries holds no more.
    tx.execute(
        "DELETE FROM bookmark_logs WHERE journal = ? AND author = ? AND MAX(told, theirs) >= ?",
        *log,
        first,
    )
    tx.execute("DELETE FROM arrivals WHERE journal = ? AND author = ? AND seq >= ?", *log, first)
    if journal.contact is not None:
        removed = sum(row[3] for row in rows)
        lines.uncount(tx, journal.contact, queued=removed)
        if removed:
            lines.renew(tx, journal.number, journal.contact)
    return [EntryId(row[0]) for row in edited]


def waiting(tx: Transaction, contact: ContactNo) -> list[Withdrawn]:
    """What waits to be written again to a contact, the oldest first."""
    return [
        Withdrawn(*row)
        for row in tx.rows(
            "SELECT j.journal_id, w.entry_id, w.kind, w.time, w.body FROM withdrawn AS w"
            " JOIN journals AS j ON j.id = w.journal WHERE j.contact = ? ORDER BY w.id",
            contact,
        )
    ]


def forget(tx: Transaction, contact: ContactNo) -> None:
    """It is written again."""
    tx.execute(
        "DELETE FROM withdrawn WHERE journal IN (SELECT id FROM journals WHERE contact = ?)",
        contact,
    )
