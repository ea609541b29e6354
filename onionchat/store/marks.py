"""What was said of messages: edits, reactions, deletions for everyone; which text answers which.

What lives here: rows by the message that they are about. What may not: what is in force
(protocol/rooms/marks), whether a deletion is honoured (node/).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from onionchat.store.entries import OrderKey
from onionchat.store.lines import SUMMARY_CHARACTERS
from onionchat.store.search import scope
from onionchat.store.transaction import ContactNo, Row, Transaction
from onionchat.types import EntryId, Millis

_KEY: Final = "target = ? AND journal = ? AND mine = ? AND kind = ?"


@dataclass(frozen=True, slots=True)
class Mark:
    """One entry that says something of a message."""

    mine: bool
    """Whether our account said it."""
    kind: int
    key: OrderKey
    entry: int
    """Its row."""
    emoji: str = field(default="", repr=False)
    arrived: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """What a text said once."""

    body: bytes | None = field(repr=False)
    kind: int
    time: Millis
    """The author's clock."""


def put(tx: Transaction, journal: int, target: EntryId, mark: Mark) -> None:
    """Keep what an entry says of a message, here or not."""
    effective, depth, entry_id = mark.key
    tx.execute(
        "INSERT INTO marks (target, journal, mine, kind, effective, depth, entry_id, entry, emoji)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        target,
        journal,
        mark.mine,
        mark.kind,
        effective,
        depth,
        entry_id,
        mark.entry,
        mark.emoji,
    )


def there_are(tx: Transaction, journal: int) -> bool:
    """Whether anything was said of any message of a journal."""
    return tx.row("SELECT 1 FROM marks WHERE journal = ? LIMIT 1", journal) is not None


def of(tx: Transaction, journal: int, target: EntryId, kinds: tuple[int, ...]) -> list[Mark]:
    """What can matter of what was said of a message: of each account and each of `kinds` the first
    and the last in order. A look-up each, however much was said.
    """
    if tx.row("SELECT 1 FROM marks WHERE target = ? AND journal = ? LIMIT 1", target, journal):
        return [
            mark
            for mine in (0, 1)
            for kind in kinds
            for direction in ("ASC", "DESC")
            if (mark := _end(tx, (target, journal, mine, kind), direction)) is not None
        ]
    return []


def _end(tx: Transaction, place: tuple[bytes, int, int, int], direction: str) -> Mark | None:
    row = tx.row(
        "SELECT effective, depth, entry_id, entry, emoji, arrived FROM marks"  # noqa: S608 - constants
        f" WHERE {_KEY} ORDER BY effective {direction}, depth {direction}, entry_id {direction}"
        " LIMIT 1",
        *place,
    )
    if row is None:
        return None
    effective, depth, entry_id, entry, emoji, arrived = row
    _, _, mine, kind = place
    return Mark(mine == 1, kind, (effective, depth, entry_id), entry, emoji, arrived == 1)


def versions(
    tx: Transaction, journal: int, target: EntryId, kind: int, limit: int, *, mine: bool
) -> list[Version]:
    """What a text said, the oldest first: the text itself and the newest `limit` edits (`kind`) by
    its author's account."""
    rows = tx.rows(
        "SELECT e.body, e.kind, e.time FROM marks AS m JOIN entries AS e ON e.id = m.entry"  # noqa: S608
        f" WHERE m.{_KEY.replace('AND ', 'AND m.')}"
        " ORDER BY m.effective DESC, m.depth DESC, m.entry_id DESC LIMIT ?",
        target,
        journal,
        mine,
        kind,
        limit,
    )
    first = tx.rows("SELECT body, kind, time FROM entries WHERE entry_id = ?", target)
    return [Version(*row) for row in (*first, *reversed(rows))]


def written_at(tx: Transaction, entry: int) -> Millis:
    """When the author of an entry wrote it, by its clock."""
    row = tx.row("SELECT time FROM entries WHERE id = ?", entry)
    assert row is not None
    return Millis(row[0])


def body_of(tx: Transaction, entry: int) -> bytes | None:
    """The body of an entry by its row."""
    row = tx.row("SELECT body FROM entries WHERE id = ?", entry)
    return row[0] if row else None


def show(tx: Transaction, row: int, journal: int, contact: ContactNo, text: str) -> None:
    """A message says `text` from now on, wherever it is shown or searched."""
    tx.write_index()
    tx.execute("DELETE FROM search WHERE rowid = ?", row)
    tx.execute(
        "INSERT INTO search (rowid, scope, text) VALUES (?, ?, ?)", row, scope(journal), text
    )
    tx.execute(
        "UPDATE summaries SET last_text = ? WHERE contact = ?"
        " AND last_entry_id = (SELECT entry_id FROM entries WHERE id = ?)",
        text[:SUMMARY_CHARACTERS],
        contact,
        row,
    )


@dataclass(frozen=True, slots=True)
class Target:
    """The message that something is said of."""

    row: int
    kind: int
    mine: bool
    shown: bool
    body: bytes | None = field(repr=False)


def target(tx: Transaction, journal: int, entry_id: EntryId) -> Target | None:
    """The entry of that id in a conversation; None if it is not here (or of another one)."""
    row = tx.row(
        "SELECT e.id, e.kind, a.mine, e.shown, e.body FROM entries AS e"
        " JOIN authors AS a ON a.id = e.author WHERE e.entry_id = ? AND e.journal = ?",
        entry_id,
        journal,
    )
    if row is None:
        return None
    return Target(row[0], row[1], row[2] == 1, row[3] == 1, row[4])


def row_of(tx: Transaction, entry_id: EntryId) -> int:
    """The row of an entry that is here."""
    row = tx.row("SELECT id FROM entries WHERE entry_id = ?", entry_id)
    assert row is not None
    return int(row[0])


# --- deletions of ours ----------------------------------------------------------------------------


def arrived(tx: Transaction, journal: int, contact: ContactNo) -> list[EntryId]:
    """The messages whose deletion we asked for and that a device of the contact has heard of now.

    O(requests under way), by the index marks_asked.
    """
    rows: list[Row] = tx.rows(
        "SELECT m.target, m.effective, m.depth, m.entry_id, e.author, e.seq FROM marks AS m"
        " JOIN entries AS e ON e.id = m.entry"
        " JOIN delivered AS d ON d.contact = ? AND d.journal = m.journal AND d.author = e.author"
        " WHERE m.journal = ? AND m.kind = 19 AND m.mine = 1 AND m.arrived = 0 AND e.seq <= d.seq",
        contact,
        journal,
    )
    tx.execute_many(
        "UPDATE marks SET arrived = 1 WHERE target = ? AND journal = ? AND mine = 1 AND kind = 19"
        " AND effective = ? AND depth = ? AND entry_id = ?",
        [(row[0], journal, *row[1:4]) for row in rows],
    )
    return [EntryId(row[0]) for row in rows]


# --- replies --------------------------------------------------------------------------------------


def there_are_replies(tx: Transaction) -> bool:
    """Whether any message answers another one."""
    return tx.row("SELECT 1 FROM replies LIMIT 1") is not None


def reply_of(tx: Transaction, row: int) -> EntryId | None:
    """Which message the one of that row answers."""
    found = tx.row("SELECT target FROM replies WHERE entry = ?", row)
    return None if found is None else EntryId(found[0])
