# ruff: noqa: S608 - the parts put together are constants
"""Entries that are here without their bodies, though nobody here erased them.

What lives here: which they are, and putting a body in its place once somebody has it. What may not:
whether it is the right one (protocol/journal), asking for it (protocol/sync).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from onionchat.protocol.journal.entry import parse_header
from onionchat.protocol.sync.seeking import MAX_SOUGHT, Hollow
from onionchat.store import journals, lines
from onionchat.store.entries import NewEntry
from onionchat.store.search import scope
from onionchat.store.transaction import Transaction
from onionchat.types import DeviceKey, EntryId, JournalId

_ERASED: Final = (
    "EXISTS (SELECT 1 FROM erased AS d WHERE d.journal = e.journal AND d.entry_id = e.entry_id)"
)


def note(tx: Transaction, ids: Iterable[EntryId]) -> list[Hollow]:
    """These came without their bodies; returns what to ask others for. What the person erased is
    none of them.
    """
    found: list[Hollow] = []
    for entry_id in ids:
        row = tx.row(
            "SELECT e.id, e.journal FROM entries AS e WHERE e.entry_id = ?1 AND e.body IS NULL"
            f" AND NOT {_ERASED}",
            entry_id,
        )
        if row is not None:
            tx.execute("INSERT INTO hollow (entry, journal) VALUES (?, ?)", *row)
            found += _read(tx, "e.id = ?", row[0])
    return found


def of(tx: Transaction, kept: Collection[JournalId]) -> list[Hollow]:
    """The newest that are missing in these journals, at most `MAX_SOUGHT`."""
    found: list[Hollow] = []
    if tx.row("SELECT 1 FROM hollow LIMIT 1") is None:
        return found
    for journal_id in kept:
        journal = journals.find(tx, journal_id)
        if journal is not None:
            found += _read(tx, "h.journal = ?", journal.number)
    return found[:MAX_SOUGHT]


def _read(tx: Transaction, where: str, value: int) -> list[Hollow]:
    return [
        Hollow(
            JournalId(row[0]),
            DeviceKey(row[1]),
            row[2],
            EntryId(row[3]),
            parse_header(row[4]).body_size,
        )
        for row in tx.rows(
            "SELECT j.journal_id, a.device_key, e.seq, e.entry_id, e.header FROM hollow AS h"
            " JOIN entries AS e ON e.id = h.entry JOIN journals AS j ON j.id = e.journal"
            f" JOIN authors AS a ON a.id = e.author WHERE {where}"
            f" AND NOT {_ERASED}"
            " ORDER BY e.id DESC LIMIT ?",
            value,
            MAX_SOUGHT,
        )
    ]


def awaited(tx: Transaction, ids: Collection[EntryId]) -> set[EntryId]:
    """Those whose bodies are missing here."""
    if not ids or tx.row("SELECT 1 FROM hollow LIMIT 1") is None:
        return set()
    return {
        entry_id
        for entry_id in ids
        if tx.row(
            "SELECT 1 FROM hollow AS h JOIN entries AS e ON e.id = h.entry WHERE e.entry_id = ?",
            entry_id,
        )
    }


def fill(tx: Transaction, entry: NewEntry) -> bool:
    """Put the body of an awaited entry in its place, as `entries.insert` would have stored it.

    Returns False, and awaits it no more, if the person erased it meanwhile.
    """
    row = tx.row(
        "SELECT e.id, e.journal, e.author, a.mine, j.contact, e.seq,"
        f" {_ERASED} OR EXISTS (SELECT 1 FROM cleared AS c WHERE c.journal = e.journal"
        " AND c.author = e.author AND c.seq >= e.seq)"
        " FROM entries AS e JOIN authors AS a ON a.id = e.author"
        " JOIN journals AS j ON j.id = e.journal WHERE e.entry_id = ?",
        entry.entry_id,
    )
    assert row is not None
    number, journal, author, mine, contact, seq, erased = row
    tx.execute("DELETE FROM hollow WHERE entry = ?", number)
    if erased:
        return False
    tx.execute(
        "UPDATE entries SET body = ?, shown = ? WHERE id = ?", entry.body, entry.shown, number
    )
    if entry.text is not None:
        tx.index_text(number, scope(journal), entry.text)
    if entry.reply_to is not None:
        tx.execute("INSERT INTO replies (entry, target) VALUES (?, ?)", number, entry.reply_to)
    if entry.shown and contact is not None:
        tx.write_index()
        if seq > lines.mark(tx, contact, journal, author, mine=bool(mine)):
            lines.uncount(tx, contact, **{"queued" if mine else "unread": -1})
        lines.renew(tx, journal, contact)
    return True
