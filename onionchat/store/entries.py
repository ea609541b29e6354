# ruff: noqa: S608 - the parts put together are constants
"""Entries of journals: storing them, and finding them by id.

What lives here: the bytes as received, and what orders them. What may not: decoding or judging them
(protocol/journal, protocol/rooms), runs and orders (`logs`), what people see (`messages`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from onionchat.errors import BadChain, ForkedLog
from onionchat.protocol.journal.entry import EntryKind
from onionchat.store import journals, lines
from onionchat.store.journals import Journal
from onionchat.store.lines import SUMMARY_CHARACTERS
from onionchat.store.search import scope
from onionchat.store.transaction import ContactNo, Row, Transaction
from onionchat.types import DeviceKey, EntryId, JournalId, Millis, Seq

OrderKey = tuple[int, int, bytes]
"""(effective, depth, id): what a journal is ordered by (docs/spec/06-journal.md)."""

FIRST_KEY: Final[OrderKey] = (-1, 0, b"")
"""Below every entry's key."""

KEPT_KINDS: Final = (EntryKind.DELETION, EntryKind.TIMER)
"""Entries that say nothing that could be read, but that others have to hear of: their bodies are
not erased with the conversation."""

_FIXED_BYTES: Final = 128
"""What one entry counts for beside header and body: signature, lengths, and the cost of a row."""

COLUMNS = (
    "a.device_key, e.seq, e.entry_id, e.header, e.signature, e.body, e.kind, e.time, e.effective,"
    " e.depth, e.shown, e.received"
)
"""What `stored` reads, of entries AS e and authors AS a."""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry that was validated and may be stored."""

    journal: JournalId = field(repr=False)
    author: DeviceKey = field(repr=False)
    seq: Seq
    entry_id: EntryId = field(repr=False)
    header: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    body: bytes | None = field(repr=False)
    previous: EntryId | None = field(repr=False)
    """The author's entry before; None for the first."""
    parents: tuple[EntryId, ...] = field(repr=False)
    kind: int
    time: Millis
    effective: Millis
    depth: int
    received: Millis
    shown: bool
    """Whether people see it as a message."""
    text: str | None = field(default=None, repr=False)
    """What people see and search; None if this version cannot show it."""
    reply_to: EntryId | None = field(default=None, repr=False)
    """The message that it answers."""

    @property
    def key(self) -> OrderKey:
        """What it is ordered by."""
        return self.effective, self.depth, self.entry_id


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry as stored; the body is None once it was erased or never came."""

    author: DeviceKey = field(repr=False)
    seq: Seq
    entry_id: EntryId = field(repr=False)
    header: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    body: bytes | None = field(repr=False)
    kind: int
    time: Millis
    effective: Millis
    depth: int
    shown: bool
    received: Millis

    @property
    def key(self) -> OrderKey:
        """What it is ordered by."""
        return self.effective, self.depth, self.entry_id

    @property
    def size(self) -> int:
        """Bytes that it counts for in limits of reading."""
        return len(self.header) + len(self.body or b"") + _FIXED_BYTES


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands: all that its children need to know."""

    journal: JournalId = field(repr=False)
    author: DeviceKey = field(repr=False)
    seq: Seq
    entry_id: EntryId = field(repr=False)
    effective: Millis
    depth: int


def insert(tx: Transaction, entries: Sequence[NewEntry]) -> list[NewEntry]:
    """Store entries in causal order; returns those that were not here yet, as they are kept.

    Logs, heads, the search index and the chat list follow. Of what the person erased, by id or as
    part of a conversation, the body is not stored, and it is no message. Many entries in one call
    are several times cheaper than one by one.

    Raises:
        KeyError: the journal is not kept here (`journals.ensure`).
        BadChain: an entry does not continue its log.
        ForkedLog: another entry is at that position. Nothing of this call is stored.
    """
    with tx.savepoint():
        batch = _Batch(tx)
        added = [kept for entry in entries if (kept := batch.add(entry)) is not None]
        batch.write()
    return added


class _Batch:
    """What one call of `insert` found and will write, so that each log is looked up once."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._journals: dict[JournalId, Journal] = {}
        self._authors: dict[DeviceKey, tuple[int, bool]] = {}
        self._tips: dict[tuple[int, int], tuple[int, bytes]] = {}
        self._replies: list[tuple[int, bytes]] = []
        self._begun: dict[tuple[int, int], int] = {}
        self._marks: dict[tuple[int, int], int] = {}
        self._heads: dict[int, dict[bytes, None]] = {}
        self._covered: dict[int, list[bytes]] = {}
        self._rows: list[tuple[int | bytes | None, ...]] = []
        self._ids: dict[tuple[int, int, int], bytes] = {}
        self._lines: dict[ContactNo, _Line] = {}
        self._erased = tx.row("SELECT 1 FROM erased LIMIT 1") is not None
        self._clears = tx.row("SELECT 1 FROM cleared LIMIT 1") is not None
        self._cleared: dict[tuple[int, int], int] = {}
        last = tx.row("SELECT seq FROM sqlite_sequence WHERE name = 'entries'")
        self._next = last[0] + 1 if last else 1

    def add(self, entry: NewEntry) -> NewEntry | None:
        journal = self._journals.get(entry.journal)
        if journal is None:
            journal = self._journals[entry.journal] = journals.get(self._tx, entry.journal)
        author = self._authors.get(entry.author)
        if author is None:
            author = self._authors[entry.author] = journals.author(self._tx, entry.author)
        log = journal.number, author[0]
        tip = self._tips.get(log) or self._tip(log)
        if entry.seq <= tip[0]:
            if self._id_at(*log, entry.seq) != entry.entry_id:
                raise ForkedLog
            return None
        if entry.seq != tip[0] + 1 or (entry.previous or b"") != tip[1]:
            raise BadChain
        self._tips[log] = entry.seq, entry.entry_id
        self._begun.setdefault(log, entry.seq)
        self._ids[(*log, entry.seq)] = entry.entry_id
        self._cover(journal.number, entry)
        if self._is_erased(log, entry):
            if entry.kind in KEPT_KINDS:
                entry = replace(entry, shown=False)
            else:
                entry = replace(entry, shown=False, body=None, text=None, reply_to=None)
        self._store(journal, author, entry)
        return entry

    def _is_erased(self, log: tuple[int, int], entry: NewEntry) -> bool:
        if self._erased and is_erased(self._tx, log[0], entry.entry_id):
            return True
        if not self._clears:
            return False
        upto = self._cleared.get(log)
        if upto is None:
            row = self._tx.row("SELECT seq FROM cleared WHERE journal = ? AND author = ?", *log)
            upto = self._cleared[log] = row[0] if row else 0
        if entry.seq > upto:
            return False
        if entry.kind not in KEPT_KINDS:
            self._tx.execute(
                "INSERT INTO erased (journal, entry_id, at) VALUES (?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                log[0],
                entry.entry_id,
                entry.received,
            )
        return True

    def _tip(self, log: tuple[int, int]) -> tuple[int, bytes]:
        row = self._tx.row("SELECT seq, entry_id FROM logs WHERE journal = ? AND author = ?", *log)
        return (row[0], row[1]) if row else (0, b"")

    def _id_at(self, journal: int, author: int, seq: int) -> bytes:
        if (journal, author, seq) in self._ids:
            return self._ids[journal, author, seq]
        row = self._tx.row(
            "SELECT entry_id FROM entries WHERE journal = ? AND author = ? AND seq = ?",
            journal,
            author,
            seq,
        )
        assert row is not None  # logs are contiguous
        return bytes(row[0])

    def _cover(self, journal: int, entry: NewEntry) -> None:
        new = self._heads.setdefault(journal, {})
        covered = self._covered.setdefault(journal, [])
        for parent in (*entry.parents, *([entry.previous] if entry.previous else [])):
            if parent in new:
                del new[parent]
            else:
                covered.append(parent)
        new[entry.entry_id] = None

    def _store(self, journal: Journal, author: tuple[int, bool], entry: NewEntry) -> None:
        number, self._next = self._next, self._next + 1
        self._rows.append(
            (
                number,
                journal.number,
                author[0],
                entry.seq,
                entry.kind,
                entry.shown,
                entry.time,
                entry.effective,
                entry.depth,
                entry.received,
                entry.entry_id,
                entry.header,
                entry.signature,
                entry.body,
            )
        )
        if entry.text is not None:
            self._tx.index_text(number, scope(journal.number), entry.text)
        if entry.reply_to is not None:
            self._replies.append((number, entry.reply_to))
        if entry.shown and journal.contact is not None:
            line = self._lines.setdefault(journal.contact, _Line())
            mark = self._mark(journal, author)
            line.add(entry, entry.text or "", mine=author[1], new=entry.seq > mark)

    def _mark(self, journal: Journal, author: tuple[int, bool]) -> int:
        """Up to where this log is delivered (ours) or read (theirs)."""
        log = journal.number, author[0]
        if log not in self._marks:
            assert journal.contact is not None
            self._marks[log] = lines.mark(self._tx, journal.contact, *log, mine=author[1])
        return self._marks[log]

    def write(self) -> None:
        if not self._rows:
            return
        tx = self._tx
        tx.execute_many(
            "INSERT INTO entries (id, journal, author, seq, kind, shown, time, effective, depth,"
            " received, entry_id, header, signature, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            self._rows,
        )
        tx.execute_many("INSERT INTO replies (entry, target) VALUES (?, ?)", self._replies)
        tx.execute_many(
            "INSERT INTO logs (journal, author, seq, entry_id) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (journal, author) DO UPDATE"
            " SET seq = excluded.seq, entry_id = excluded.entry_id",
            [(*log, *tip) for log, tip in self._tips.items()],
        )
        # Nothing is left to do where all before was done.
        tx.execute_many(
            "UPDATE cleared SET done = MIN(seq, ?) WHERE journal = ? AND author = ? AND done = ?",
            [
                (self._tips[log][0], *log, self._begun[log] - 1)
                for log, upto in self._cleared.items()
                if upto
            ],
        )
        for journal, covered in self._covered.items():
            tx.execute_many(
                "DELETE FROM heads WHERE journal = ? AND entry_id = ?",
                [(journal, parent) for parent in covered],
            )
            tx.execute_many(
                "INSERT INTO heads (journal, entry_id) VALUES (?, ?)",
                [(journal, head) for head in self._heads[journal]],
            )
        for contact, line in self._lines.items():
            line.write(tx, contact)


class _Line:
    """How a contact's line of the chat list changes."""

    def __init__(self) -> None:
        self._unread = 0
        self._queued = 0
        self._newest: NewEntry | None = None
        self._text = ""
        self._mine = False

    def add(self, entry: NewEntry, text: str, *, mine: bool, new: bool) -> None:
        if new and mine:
            self._queued += 1
        elif new:
            self._unread += 1
        if self._newest is None or entry.key > self._newest.key:
            self._newest, self._text, self._mine = entry, text, mine

    def write(self, tx: Transaction, contact: ContactNo) -> None:
        tx.execute(
            "UPDATE summaries SET unread = unread + ?, queued = queued + ? WHERE contact = ?",
            self._unread,
            self._queued,
            contact,
        )
        newest = self._newest
        assert newest is not None
        tx.execute(
            "UPDATE summaries SET last_effective = ?1, last_depth = ?2, last_entry_id = ?3,"
            " last_time = ?4, last_text = ?5, last_mine = ?6 WHERE contact = ?7"
            " AND (last_effective, last_depth, last_entry_id) < (?1, ?2, ?3)",
            *newest.key,
            newest.time,
            self._text[:SUMMARY_CHARACTERS],
            self._mine,
            contact,
        )


def get(tx: Transaction, entry_id: EntryId) -> StoredEntry | None:
    """The entry with that id (unique index)."""
    row = tx.row(
        f"SELECT {COLUMNS} FROM entries AS e JOIN authors AS a ON a.id = e.author"
        " WHERE e.entry_id = ?",
        entry_id,
    )
    return stored(row) if row else None


def places(tx: Transaction, ids: Iterable[EntryId]) -> dict[EntryId, Place]:
    """Where those of `ids` stand that are here; one look-up each (unique index)."""
    found = {}
    for entry_id in ids:
        row = tx.row(
            "SELECT j.journal_id, a.device_key, e.seq, e.entry_id, e.effective, e.depth"
            " FROM entries AS e JOIN journals AS j ON j.id = e.journal"
            " JOIN authors AS a ON a.id = e.author WHERE e.entry_id = ?",
            entry_id,
        )
        if row is not None:
            found[entry_id] = Place(*row)
    return found


def is_erased(tx: Transaction, journal: int, entry_id: EntryId) -> bool:
    """Whether the person erased that entry's body in that journal."""
    found = tx.row("SELECT 1 FROM erased WHERE journal = ? AND entry_id = ?", journal, entry_id)
    return found is not None


def stored(row: Row) -> StoredEntry:
    """An entry from a row of `COLUMNS`."""
    author, seq, entry_id, header, signature, body, kind, time, effective, depth, shown, at = row
    return StoredEntry(
        author=author,
        seq=seq,
        entry_id=entry_id,
        header=header,
        signature=signature,
        body=body,
        kind=kind,
        time=time,
        effective=effective,
        depth=depth,
        shown=bool(shown),
        received=at,
    )
