# ruff: noqa: S608 - the parts put together are constants
"""Erasing messages for good: one, or all of the logs of a conversation up to some position.

What lives here: which bytes go. What may not: who asked for it, who is to be told (node/deletion).

Erased content is overwritten (`secure_delete`, for the search index as well); headers and order
stay. `Database.reclaim`, after the commit, removes the old pages from the write-ahead log. What is
to be erased and is not here yet is erased as it arrives (`entries.insert`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from onionchat.protocol.journal.entry import EntryKind
from onionchat.store import journals, lines
from onionchat.store.entries import KEPT_KINDS
from onionchat.store.journals import Journal
from onionchat.store.transaction import ContactNo, Row, Transaction
from onionchat.types import DeviceKey, EntryId, Millis, Seq

CHUNK: Final = 250
"""Messages that are erased in one transaction: less than a tenth of a second."""

_SAID_SQL: Final = (
    f"target = ? AND journal = ? AND kind IN ({EntryKind.EDIT:d}, {EntryKind.REACTION:d})"
)
"""What goes with the message that it is about. A request to delete it stays."""


def erase(tx: Transaction, contact: ContactNo, ids: Iterable[EntryId], now: Millis) -> int:
    """Erase in a conversation the bodies and texts of messages, with all edits of and reactions to
    them; returns how many were here. That there was a message stays visible.

    Their ids stay on a blacklist, so that nobody brings the bodies back. Twice does no harm.
    """
    tx.write_index()
    place = _place(tx, contact)
    return sum(_erase(tx, place, entry_id, now) is not None for entry_id in ids)


def hide(tx: Transaction, whose: ContactNo, ids: Iterable[EntryId], now: Millis) -> list[EntryId]:
    """As `erase`, and nobody sees any more that there were messages; returns those that had been
    seen until now."""
    tx.write_index()
    place = _place(tx, whose)
    hidden: list[EntryId] = []
    renew: dict[int, ContactNo] = {}
    for entry_id in ids:
        row = _erase(tx, place, entry_id, now)
        if row is None:
            continue
        number, journal, author, seq, shown, mine, contact, last, _ = row
        tx.execute("DELETE FROM expiring WHERE entry = ?", number)
        if not shown:
            continue
        hidden.append(entry_id)
        tx.execute("UPDATE entries SET shown = 0 WHERE id = ?", number)
        if contact is None:
            continue
        if seq > lines.mark(tx, contact, journal, author, mine=bool(mine)):
            lines.uncount(tx, contact, **{"queued" if mine else "unread": 1})
        if last == entry_id:
            renew[journal] = contact
    for journal, contact in renew.items():
        lines.renew(tx, journal, contact)
    return hidden


def strip(tx: Transaction, rows: Iterable[int], now: Millis) -> None:
    """Erase the bodies of entries that are no messages themselves, by their rows."""
    for row in rows:
        tx.execute(
            "INSERT INTO erased (journal, entry_id, at)"
            " SELECT journal, entry_id, ? FROM entries WHERE id = ? ON CONFLICT DO NOTHING",
            now,
            row,
        )
        tx.execute("UPDATE entries SET body = NULL WHERE id = ?", row)
        tx.execute("DELETE FROM hollow WHERE entry = ?", row)


def _place(tx: Transaction, contact: ContactNo) -> int:
    """The number of the conversation's journal: nothing outside of it is ever erased."""
    journal = journals.direct(tx, contact)
    if journal is None:
        raise KeyError("no conversation with this contact")
    return journal.number


def _erase(tx: Transaction, place: int, entry_id: EntryId, now: Millis) -> Row | None:
    """What `hide` needs to know of the message; None if it is not here, in that journal."""
    row = tx.row(
        "SELECT e.id, e.journal, e.author, e.seq, e.shown, a.mine, j.contact, s.last_entry_id,"
        " e.kind FROM entries AS e JOIN authors AS a ON a.id = e.author"
        " JOIN journals AS j ON j.id = e.journal LEFT JOIN summaries AS s ON s.contact = j.contact"
        " WHERE e.entry_id = ? AND e.journal = ?",
        entry_id,
        place,
    )
    if row is not None and row[8] in KEPT_KINDS:
        return row
    tx.execute(
        "INSERT INTO erased (journal, entry_id, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        place,
        entry_id,
        now,
    )
    tx.execute("DELETE FROM withdrawn WHERE journal = ? AND entry_id = ?", place, entry_id)
    said = tx.rows(f"SELECT entry FROM marks WHERE {_SAID_SQL}", entry_id, place)
    if said:
        strip(tx, [row[0] for row in said], now)
        tx.execute(f"DELETE FROM marks WHERE {_SAID_SQL}", entry_id, place)
    if row is None:
        return None
    tx.execute("DELETE FROM search WHERE rowid = ?", row[0])
    tx.execute("UPDATE entries SET body = NULL WHERE id = ?", row[0])
    tx.execute("DELETE FROM replies WHERE entry = ?", row[0])
    # Nobody is asked for it any more.
    tx.execute("DELETE FROM hollow WHERE entry = ?", row[0])
    if row[7] == entry_id:
        tx.execute("UPDATE summaries SET last_text = '' WHERE last_entry_id = ?", entry_id)
    return row


# --- whole conversations --------------------------------------------------------------------------


def positions_before(
    tx: Transaction, journal: Journal, before: Millis | None
) -> dict[DeviceKey, Seq]:
    """Up to where each log was written before a time (None: all of it), as the order has it."""
    if before is None:
        rows = tx.rows(
            "SELECT a.device_key, l.seq FROM logs AS l JOIN authors AS a ON a.id = l.author"
            " WHERE l.journal = ?",
            journal.number,
        )
    else:
        # In a log effective times never fall.
        rows = tx.rows(
            "SELECT a.device_key, MAX(e.seq) FROM entries AS e JOIN authors AS a ON a.id = e.author"
            " WHERE e.journal = ? AND e.effective < ? GROUP BY e.author",
            journal.number,
            before,
        )
    return {DeviceKey(key): Seq(seq) for key, seq in rows if seq}


def own_bodies(
    tx: Transaction, journal: Journal, before: Millis | None, limit: int
) -> list[EntryId]:
    """Messages of ours before a time (None: all) that are not erased, the oldest of each log."""
    return [
        EntryId(row[0])
        for row in tx.rows(
            "SELECT e.entry_id FROM logs AS l CROSS JOIN authors AS a"
            " ON a.id = l.author AND a.mine = 1 CROSS JOIN entries AS e"
            " ON e.journal = l.journal AND e.author = l.author WHERE l.journal = ?"
            " AND e.shown = 1 AND e.body IS NOT NULL AND e.kind <> ? AND e.effective < ? LIMIT ?",
            journal.number,
            EntryKind.TIMER,
            2**62 if before is None else before,
            limit,
        )
    ]


def clear(tx: Transaction, journal: Journal, upto: Mapping[DeviceKey, Seq]) -> dict[DeviceKey, Seq]:
    """From now on what logs hold up to these positions is to be erased, also what arrives later.

    Returns up to where that holds by now. `clear_some` does it.
    """
    for key, seq in upto.items():
        tx.execute(
            "INSERT INTO cleared (journal, author, seq, done) VALUES (?, ?, ?, 0)"
            " ON CONFLICT (journal, author) DO UPDATE SET seq = MAX(seq, excluded.seq)",
            journal.number,
            journals.author(tx, key)[0],
            seq,
        )
    return {
        DeviceKey(key): Seq(seq)
        for key, seq in tx.rows(
            "SELECT a.device_key, c.seq FROM cleared AS c JOIN authors AS a ON a.id = c.author"
            " WHERE c.journal = ? ORDER BY a.device_key",
            journal.number,
        )
    }


def hidden(tx: Transaction, journal: Journal) -> list[EntryId]:
    """The messages of a conversation that were erased one by one without a trace, and are not
    among what `clear` named; in the order of their coming: O(erased bodies)."""
    return [
        EntryId(row[0])
        for row in tx.rows(
            "SELECT e.entry_id FROM erased AS d CROSS JOIN entries AS e ON e.entry_id = d.entry_id"
            " LEFT JOIN cleared AS c ON c.journal = e.journal AND c.author = e.author"
            " WHERE d.journal = ?1 AND e.journal = ?1 AND e.shown = 0 AND e.kind = ?2"
            " AND e.seq > COALESCE(c.seq, 0)"
            " ORDER BY e.id",
            journal.number,
            EntryKind.TEXT,
        )
    ]


def drop_withdrawn(tx: Transaction, journal: Journal, before: Millis | None) -> None:
    """Messages that wait to be written again are not."""
    tx.execute(
        "DELETE FROM withdrawn WHERE journal = ? AND time < ?",
        journal.number,
        2**62 if before is None else before,
    )


def clear_some(
    tx: Transaction, journal: Journal, now: Millis, limit: int = CHUNK
) -> list[EntryId] | None:
    """Erase up to `limit` of the entries that `clear` said are to go; returns the messages among
    them that had been seen until now, None once there is nothing left."""
    log = tx.row(
        "SELECT c.author, c.done, MIN(c.seq, l.seq) FROM cleared AS c"
        " JOIN logs AS l ON l.journal = c.journal AND l.author = c.author"
        " WHERE c.journal = ? AND c.done < MIN(c.seq, l.seq) LIMIT 1",
        journal.number,
    )
    if log is None:
        return None
    rows = tx.rows(
        "SELECT seq, id, entry_id, kind, shown FROM entries WHERE journal = ? AND author = ?"
        " AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
        journal.number,
        *log,
        limit,
    )
    assert journal.contact is not None
    hidden = hide(tx, journal.contact, [EntryId(row[2]) for row in rows if row[4]], now)
    # What names no message that is here goes by itself, and so does what counts no more: nobody
    # sees it, but it is on the disk.
    rest = [row[1] for row in rows if not row[4] and row[3] not in KEPT_KINDS]
    strip(tx, rest, now)
    tx.execute_many(
        "DELETE FROM marks WHERE journal = ? AND entry = ?", [(journal.number, row) for row in rest]
    )
    tx.execute_many("DELETE FROM replies WHERE entry = ?", [(row,) for row in rest])
    tx.execute_many("DELETE FROM expiring WHERE entry = ?", [(row,) for row in rest])
    tx.execute(
        "UPDATE cleared SET done = ? WHERE journal = ? AND author = ?",
        rows[-1][0],
        journal.number,
        log[0],
    )
    return hidden


def unfinished(tx: Transaction) -> list[ContactNo]:
    """The contacts whose conversation is not cleared yet as far as it is to be."""
    return [
        ContactNo(row[0])
        for row in tx.rows(
            "SELECT DISTINCT j.contact FROM cleared AS c JOIN journals AS j ON j.id = c.journal"
            " JOIN logs AS l ON l.journal = c.journal AND l.author = c.author"
            " WHERE c.done < MIN(c.seq, l.seq) AND j.contact IS NOT NULL"
        )
    ]
