# ruff: noqa: S608 - the parts put together are constants
"""Journals as logs and as one order: runs for synchronisation, heads, folds, proofs of forks.

What lives here: reading many entries with limits. What may not: storing them (`entries`).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from onionchat.store import journals
from onionchat.store.entries import COLUMNS, FIRST_KEY, OrderKey, Place, StoredEntry, stored
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import DeviceKey, JournalId, Millis, Seq

FORK: Final = "fork"
EVICTION: Final = "eviction"

_FORKS: Final = (
    "SELECT j.journal_id, a.device_key, f.seq, f.header, f.signature, f.seen, f.kind"
    " FROM forks AS f JOIN journals AS j ON j.id = f.journal JOIN authors AS a ON a.id = f.author"
)


@dataclass(frozen=True, slots=True)
class Fork:
    """Proof that a device's key is misused: the other entry for a position of its log, or (kind
    `EVICTION`) the entry by which it revokes a device that is senior to it."""

    journal: JournalId = field(repr=False)
    author: DeviceKey = field(repr=False)
    seq: Seq
    header: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    seen: Millis
    kind: str = FORK


def at(tx: Transaction, journal: JournalId, author: DeviceKey, seq: Seq) -> StoredEntry | None:
    """The entry at a position of a log (index entries_log)."""
    return next(iter(run(tx, journal, author, seq, max_entries=1, upto=seq)), None)


def heads(tx: Transaction, journal: JournalId) -> list[Place]:
    """The entries that no other entry names, by id: the parents of whatever is written next."""
    return [
        Place(*row)
        for row in tx.rows(
            "SELECT j.journal_id, a.device_key, e.seq, e.entry_id, e.effective, e.depth"
            " FROM journals AS j JOIN heads AS h ON h.journal = j.id"
            " JOIN entries AS e ON e.entry_id = h.entry_id JOIN authors AS a ON a.id = e.author"
            " WHERE j.journal_id = ? ORDER BY h.entry_id",
            journal,
        )
    ]


def run(
    tx: Transaction,
    journal: JournalId,
    author: DeviceKey,
    first: Seq,
    *,
    max_bytes: int = 2**62,
    max_entries: int = 2**31,
    upto: int = 2**53,
) -> list[StoredEntry]:
    """A log from position `first` on, until `max_bytes` are reached; at least one entry.

    Reads no more rows than it returns, and one (index entries_log).
    """
    kept = journals.find(tx, journal)
    number = journals.find_author(tx, author)
    if kept is None or number is None:
        return []
    return _limited(_log(tx, kept.number, number, first, upto), max_bytes, max_entries)


def lacking(
    tx: Transaction,
    journal: JournalId,
    frontier: Mapping[DeviceKey, Seq],
    *,
    max_bytes: int,
    max_entries: int = 2**31,
) -> list[StoredEntry]:
    """What somebody with `frontier` lacks, in causal order, until `max_bytes` are reached.

    At least one entry if there is one, however large. The logs are merged by key, and a child's key
    is greater than its parents', so that every prefix is whole. In each log it is contiguous: the
    next call takes the frontier advanced by this one's result. O(logs + result).
    """
    kept = journals.find(tx, journal)
    if kept is None:
        return []
    logs = tx.rows(
        "SELECT a.device_key, l.author, l.seq FROM logs AS l JOIN authors AS a ON a.id = l.author"
        " WHERE l.journal = ?",
        kept.number,
    )
    merged = heapq.merge(
        *(
            _log(tx, kept.number, author, frontier.get(key, 0) + 1, seq)
            for key, author, seq in logs
            if frontier.get(key, 0) < seq
        ),
        key=lambda entry: entry.key,
    )
    return _limited(merged, max_bytes, max_entries)


def ranges(
    tx: Transaction,
    journal: JournalId,
    wanted: Mapping[DeviceKey, tuple[Seq, Seq]],
    *,
    max_bytes: int,
) -> list[StoredEntry]:
    """Parts of logs, first and last position of each, in causal order until `max_bytes`.

    As `lacking`: at least one entry if there is one, every prefix whole, each log contiguous.
    """
    kept = journals.find(tx, journal)
    if kept is None:
        return []
    parts = []
    for key, (first, last) in wanted.items():
        author = journals.find_author(tx, key)
        if author is not None:
            parts.append(_log(tx, kept.number, author, first, last))
    return _limited(heapq.merge(*parts, key=lambda entry: entry.key), max_bytes, 2**31)


def ordered(
    tx: Transaction, journal: JournalId, after: OrderKey = FIRST_KEY, limit: int = 2**31
) -> list[StoredEntry]:
    """Entries of a journal in its order, shown or not, beyond the key `after`: for folds.

    Two scans of the index entries_order, merged: O(result).
    """
    kept = journals.find(tx, journal)
    if kept is None:
        return []
    merged = heapq.merge(
        *(
            map(
                stored,
                tx.each(
                    f"SELECT {COLUMNS} FROM entries AS e INDEXED BY entries_order"
                    " CROSS JOIN authors AS a ON a.id = e.author WHERE e.journal = ?"
                    " AND e.shown = ? AND (e.effective, e.depth, e.entry_id) > (?, ?, ?)"
                    " ORDER BY e.effective, e.depth, e.entry_id",
                    kept.number,
                    shown,
                    *after,
                ),
            )
            for shown in (0, 1)
        ),
        key=lambda entry: entry.key,
    )
    return _limited(merged, 2**62, limit)


def size(tx: Transaction, journal: JournalId) -> tuple[int, int]:
    """How many entries a journal has, and the bytes of their headers and bodies: O(entries)."""
    row = tx.row(
        "SELECT COUNT(*), COALESCE(SUM(LENGTH(e.header) + COALESCE(LENGTH(e.body), 0)), 0)"
        " FROM journals AS j JOIN entries AS e ON e.journal = j.id WHERE j.journal_id = ?",
        journal,
    )
    assert row is not None
    return row[0], row[1]


def add_fork(tx: Transaction, fork: Fork, *, again: bool = False) -> bool:
    """Keep a proof; False if one of that log is kept already.

    `again`: another one takes its place, the same does not.
    """
    place = journals.get(tx, fork.journal).number, journals.author(tx, fork.author)[0]
    if again:
        tx.execute(
            "DELETE FROM forks WHERE journal = ? AND author = ? AND (kind, header) <> (?, ?)",
            *place,
            fork.kind,
            fork.header,
        )
    return bool(
        tx.execute(
            "INSERT INTO forks (journal, author, seq, header, signature, seen, kind)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (journal, author) DO NOTHING",
            *place,
            fork.seq,
            fork.header,
            fork.signature,
            fork.seen,
            fork.kind,
        )
    )


def forks(tx: Transaction) -> list[Fork]:
    """All proofs, the oldest first."""
    return [Fork(*row) for row in tx.rows(f"{_FORKS} ORDER BY f.seen, f.journal, f.author")]


def newest_fork(tx: Transaction, contact: ContactNo) -> Fork | None:
    """The newest proof against a contact."""
    row = tx.row(
        f"{_FORKS} WHERE j.contact = ? AND a.mine = 0 ORDER BY f.seen DESC LIMIT 1", contact
    )
    return Fork(*row) if row else None


def _log(
    tx: Transaction, journal: int, author: int, first: int, upto: int
) -> Iterator[StoredEntry]:
    return map(
        stored,
        tx.each(
            f"SELECT {COLUMNS} FROM entries AS e CROSS JOIN authors AS a ON a.id = e.author"
            " WHERE e.journal = ? AND e.author = ? AND e.seq BETWEEN ? AND ? ORDER BY e.seq",
            journal,
            author,
            first,
            upto,
        ),
    )


def _limited(entries: Iterable[StoredEntry], max_bytes: int, max_entries: int) -> list[StoredEntry]:
    result: list[StoredEntry] = []
    size = 0
    for entry in entries:
        size += entry.size
        if result and (size > max_bytes or len(result) >= max_entries):
            break
        result.append(entry)
    return result
