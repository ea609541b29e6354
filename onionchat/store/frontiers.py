"""Who has what: our logs, what peers told of theirs, what is delivered and read.

What lives here: numbers per log. What may not: entries themselves, the exchange (protocol/sync).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from onionchat.errors import FloodRefused
from onionchat.store import journals
from onionchat.store.journals import Journal
from onionchat.store.transaction import ContactNo, Row, Transaction
from onionchat.types import DeviceKey, EntryId, JournalId, Millis, Seq

MAX_AUTHORS: Final = 256
"""Logs of one journal that a peer may tell of; it chooses the keys, so there is a bound."""

PIECE: Final = 4000
"""Messages of a log that are marked as read in one transaction: 10 to 25 ms, by what is in memory.
"""

STEPS: Final = 256
"""Of each log, how many of a device's newest acknowledgements are kept with their times."""

_PERSON: Final = 0
"""The reader who is the person here."""


@dataclass(frozen=True, slots=True)
class Tip:
    """The newest entry of a log."""

    seq: Seq
    entry_id: EntryId = field(repr=False)
    effective: Millis
    depth: int


def frontier(tx: Transaction, journal: JournalId) -> dict[DeviceKey, Seq]:
    """The highest position of each log of a journal: O(logs)."""
    return dict(
        tx.rows(
            "SELECT a.device_key, l.seq FROM journals AS j JOIN logs AS l ON l.journal = j.id"
            " JOIN authors AS a ON a.id = l.author WHERE j.journal_id = ?",
            journal,
        )
    )


def has_entries(tx: Transaction, journal: JournalId) -> bool:
    """Whether anything of a journal is here."""
    return (
        tx.row(
            "SELECT 1 FROM journals AS j JOIN logs AS l ON l.journal = j.id"
            " WHERE j.journal_id = ? LIMIT 1",
            journal,
        )
        is not None
    )


def positions(tx: Transaction, journal: JournalId) -> dict[DeviceKey, tuple[Seq, EntryId]]:
    """As `frontier`, with the entries that are there."""
    return {
        key: (seq, entry_id)
        for key, seq, entry_id in tx.rows(
            "SELECT a.device_key, l.seq, l.entry_id FROM journals AS j JOIN logs AS l"
            " ON l.journal = j.id JOIN authors AS a ON a.id = l.author WHERE j.journal_id = ?",
            journal,
        )
    }


def tip(tx: Transaction, journal: JournalId, author: DeviceKey) -> Tip | None:
    """The newest entry of a log: what the author's next entry follows."""
    row = tx.row(
        "SELECT l.seq, l.entry_id, e.effective, e.depth FROM journals AS j"
        " JOIN authors AS a ON a.device_key = ? JOIN logs AS l"
        " ON l.journal = j.id AND l.author = a.id JOIN entries AS e ON e.entry_id = l.entry_id"
        " WHERE j.journal_id = ?",
        author,
        journal,
    )
    return Tip(*row) if row else None


# --- what a device of a peer has ----------------------------------------------------------------

Known = Mapping[DeviceKey, tuple[int, bytes]]
"""How far logs are known, each with the beginning of that entry's id."""


def sync_bookmark(
    tx: Transaction, peer: DeviceKey, journal: JournalId
) -> tuple[Known, Known] | None:
    """What the last link to a device agreed on for a journal; None if there was none.

    Returns:
        Up to where the device knows that entries are here, and up to where they are there.
    """
    place = tx.row(
        "SELECT b.peer, b.journal FROM authors AS a JOIN journals AS j ON j.journal_id = ?"
        " JOIN bookmarks AS b ON b.peer = a.id AND b.journal = j.id WHERE a.device_key = ?",
        journal,
        peer,
    )
    if place is None:
        return None
    logs = tx.rows(
        "SELECT a.device_key, b.told, b.told_tag, b.theirs, b.theirs_tag FROM bookmark_logs AS b"
        " JOIN authors AS a ON a.id = b.author WHERE b.peer = ? AND b.journal = ?",
        *place,
    )
    return (
        {key: (seq, tag) for key, seq, tag, _, _ in logs if seq},
        {key: (seq, tag) for key, _, _, seq, tag in logs if seq},
    )


def put_sync_bookmark(
    tx: Transaction,
    peer: DeviceKey,
    journal: JournalId,
    told: Known,
    theirs: Known,
) -> None:
    """Keep what a link to a device agreed on, instead of what the one before did.

    Raises:
        FloodRefused: more than `MAX_AUTHORS` logs.
        KeyError: the journal is not kept here.
    """
    keys = told.keys() | theirs.keys()
    if len(keys) > MAX_AUTHORS:
        raise FloodRefused
    place = journals.author(tx, peer)[0], journals.get(tx, journal).number
    tx.execute("INSERT INTO bookmarks (peer, journal) VALUES (?, ?) ON CONFLICT DO NOTHING", *place)
    tx.execute("DELETE FROM bookmark_logs WHERE peer = ? AND journal = ?", *place)
    tx.execute_many(
        "INSERT INTO bookmark_logs (peer, journal, author, told, told_tag, theirs, theirs_tag)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *place,
                journals.author(tx, key)[0],
                *told.get(key, (0, b"")),
                *theirs.get(key, (0, b"")),
            )
            for key in sorted(keys)
        ],
    )


def arrived(
    tx: Transaction,
    peer: DeviceKey,
    journal: JournalId,
    reached: Mapping[DeviceKey, Seq],
    at: Millis,
) -> None:
    """A device says that it has these logs up to there. Of each log the newest `STEPS` are kept."""
    place = journals.author(tx, peer)[0], journals.get(tx, journal).number
    for key, seq in reached.items():
        log = *place, journals.author(tx, key)[0]
        row = tx.row(
            "SELECT MAX(seq) FROM arrivals WHERE peer = ? AND journal = ? AND author = ?", *log
        )
        if row is not None and row[0] is not None and row[0] >= seq:
            continue
        tx.execute(
            "INSERT INTO arrivals (peer, journal, author, seq, at) VALUES (?, ?, ?, ?, ?)",
            *log,
            seq,
            at,
        )
        tx.execute(
            "DELETE FROM arrivals WHERE peer = ? AND journal = ? AND author = ? AND seq <="
            " (SELECT seq FROM arrivals WHERE peer = ? AND journal = ? AND author = ?"
            " ORDER BY seq DESC LIMIT 1 OFFSET ?)",
            *log,
            *log,
            STEPS,
        )


def reached_by(tx: Transaction, peer: DeviceKey, journal: JournalId) -> dict[DeviceKey, Seq]:
    """How far a device said that it has the logs of a journal."""
    return dict(
        tx.rows(
            "SELECT a.device_key, MAX(r.seq) FROM authors AS p JOIN journals AS j"
            " ON j.journal_id = ? JOIN arrivals AS r ON r.peer = p.id AND r.journal = j.id"
            " JOIN authors AS a ON a.id = r.author WHERE p.device_key = ? GROUP BY r.author",
            journal,
            peer,
        )
    )


def arrival(
    tx: Transaction, peer: DeviceKey, journal: JournalId, author: DeviceKey, seq: Seq
) -> Millis | None:
    """When a device said that it has that entry: 0 if that is long ago, None if it never did."""
    steps = tx.rows(
        "SELECT r.seq, r.at FROM authors AS p JOIN journals AS j ON j.journal_id = ?"
        " JOIN authors AS a ON a.device_key = ? JOIN arrivals AS r ON r.peer = p.id"
        " AND r.journal = j.id AND r.author = a.id WHERE p.device_key = ? ORDER BY r.seq",
        journal,
        author,
        peer,
    )
    for place, (reached, at) in enumerate(steps):
        if reached >= seq:
            # Those before the oldest step that is kept may have come at any time before it.
            forgotten = place == 0 and len(steps) >= STEPS
            return Millis(0) if forgotten else at
    return None


# --- what became of our messages, and of theirs -------------------------------------------------


def acknowledge(
    tx: Transaction, contact: ContactNo, journal: JournalId, acknowledged: Mapping[DeviceKey, Seq]
) -> list[EntryId]:
    """A device of the contact has these logs up to these positions on its disk.

    Returns our messages that are delivered by it and were not before, in the order of their logs.
    Positions of other authors, and beyond what we wrote, change nothing here. O(newly delivered).
    """
    kept = journals.find(tx, journal)
    if kept is None:
        return []
    delivered: list[EntryId] = []
    for key, seq in acknowledged.items():
        log = _own_log(tx, kept, key)
        if log is None:
            continue
        author, last = log
        row = tx.row(
            "SELECT seq FROM delivered WHERE contact = ? AND journal = ? AND author = ?",
            contact,
            kept.number,
            author,
        )
        before, now = (row[0] if row else 0), min(seq, last)
        if now <= before:
            continue
        tx.execute(
            "INSERT INTO delivered (contact, journal, author, seq) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (contact, journal, author) DO UPDATE SET seq = excluded.seq",
            contact,
            kept.number,
            author,
            now,
        )
        delivered += _shown(tx, kept, author, before, now)
    if kept.contact == contact:
        tx.execute(
            "UPDATE summaries SET queued = queued - ? WHERE contact = ?", len(delivered), contact
        )
    return delivered


def acknowledged(tx: Transaction, contact: ContactNo, journal: JournalId) -> dict[DeviceKey, Seq]:
    """Up to where any device of the contact has our logs of a journal."""
    return dict(
        tx.rows(
            "SELECT a.device_key, d.seq FROM journals AS j JOIN delivered AS d ON d.journal = j.id"
            " JOIN authors AS a ON a.id = d.author WHERE j.journal_id = ? AND d.contact = ?",
            journal,
            contact,
        )
    )


def reached(tx: Transaction, contact: ContactNo, journal: JournalId) -> dict[DeviceKey, Seq]:
    """As `acknowledged`, with all logs that our devices write there: 0 where nothing was."""
    return dict(
        tx.rows(
            "SELECT a.device_key, COALESCE(d.seq, 0) FROM journals AS j"
            " JOIN logs AS l ON l.journal = j.id"
            " JOIN authors AS a ON a.id = l.author AND a.mine = 1 LEFT JOIN delivered AS d"
            " ON d.contact = ? AND d.journal = j.id AND d.author = l.author"
            " WHERE j.journal_id = ?",
            contact,
            journal,
        )
    )


def read_by_contact(
    tx: Transaction, contact: ContactNo, journal: JournalId, author: DeviceKey, seq: Seq
) -> list[EntryId]:
    """The contact tells that it read a log of ours up to `seq`.

    What is read is delivered. Returns our messages that are read by it and were not before.
    """
    acknowledge(tx, contact, journal, {author: seq})
    kept = journals.find(tx, journal)
    log = _own_log(tx, kept, author) if kept else None
    if kept is None or log is None:
        return []
    before, now = _advance_mark(tx, contact, kept, log[0], min(seq, log[1]))
    return _shown(tx, kept, log[0], before, now)


def first_unread(tx: Transaction, contact: ContactNo) -> EntryId | None:
    """The first message of a conversation that the person has not read; None if all are read.

    O(the contact's logs): in each, what follows its mark (index entries_log).
    """
    kept = journals.direct(tx, contact)
    if kept is None:
        return None
    found: list[Row] = []
    for (author,) in tx.rows(
        "SELECT l.author FROM logs AS l JOIN authors AS a ON a.id = l.author"
        " WHERE l.journal = ? AND a.mine = 0",
        kept.number,
    ):
        row = tx.row(
            "SELECT effective, depth, entry_id FROM entries"
            " WHERE journal = ? AND author = ? AND seq > ? AND shown = 1 ORDER BY seq LIMIT 1",
            kept.number,
            author,
            _mark(tx, _PERSON, kept, author),
        )
        if row is not None:
            found.append(row)
    return min(found)[2] if found else None


def read_by_person(
    tx: Transaction, contact: ContactNo, upto: EntryId | None = None
) -> dict[DeviceKey, Seq]:
    """The person has read the conversation with a contact up to the message `upto`, or all of it.

    Returns how far each of the contact's logs is read, where that changed. All of it is O(the
    contact's logs). Up to a message it is O(`PIECE`), and has to be done again until nothing
    changes: it walks the logs from the old mark (index entries_log), because in a log keys grow
    with positions.
    """
    kept = journals.direct(tx, contact)
    if kept is None:
        return {}
    logs = tx.rows(
        "SELECT l.author, a.device_key, l.seq FROM logs AS l JOIN authors AS a ON a.id = l.author"
        " WHERE l.journal = ? AND a.mine = 0",
        kept.number,
    )
    if upto is None:
        unread = [log for log in logs if _mark(tx, _PERSON, kept, log[0]) < log[2]]
        for author, _, last in unread:
            _advance_mark(tx, _PERSON, kept, author, last)
        tx.execute("UPDATE summaries SET unread = 0 WHERE contact = ? AND unread > 0", contact)
        return {key: last for _, key, last in unread}
    limit = tx.row(
        "SELECT effective, depth, entry_id FROM entries WHERE entry_id = ? AND journal = ?",
        upto,
        kept.number,
    )
    if limit is None:
        return {}
    marks: dict[DeviceKey, Seq] = {}
    for author, key, _ in logs:
        mark = _mark(tx, _PERSON, kept, author)
        row = tx.row(
            "SELECT COALESCE(MAX(seq), 0), COALESCE(SUM(shown), 0) FROM entries"
            " WHERE journal = ? AND author = ? AND seq > ? AND seq <= ?"
            " AND (effective, depth, entry_id) <= (?, ?, ?)",
            kept.number,
            author,
            mark,
            mark + PIECE,
            *limit,
        )
        assert row is not None
        if row[0] > mark:
            _advance_mark(tx, _PERSON, kept, author, row[0])
            tx.execute(
                "UPDATE summaries SET unread = unread - ? WHERE contact = ?", row[1], contact
            )
            marks[key] = row[0]
    return marks


def read_elsewhere(tx: Transaction, contact: ContactNo, author: DeviceKey, seq: Seq) -> None:
    """The person has read a log of the contact up to `seq` on another device; what comes later and
    is not beyond it is read when it comes. O(newly read)."""
    kept = journals.direct(tx, contact)
    if kept is None:
        return
    number, mine = journals.author(tx, author)
    before, now = _advance_mark(tx, _PERSON, kept, number, seq)
    if not mine and now > before:
        tx.execute(
            "UPDATE summaries SET unread = unread - (SELECT COUNT(*) FROM entries WHERE journal = ?"
            " AND author = ? AND seq > ? AND seq <= ? AND shown = 1) WHERE contact = ?",
            kept.number,
            number,
            before,
            now,
            contact,
        )


def person_read(tx: Transaction, contact: ContactNo) -> dict[DeviceKey, Seq]:
    """How far the person has read the logs of the contact in their conversation."""
    kept = journals.direct(tx, contact)
    if kept is None:
        return {}
    return dict(
        tx.rows(
            "SELECT a.device_key, r.seq FROM read_marks AS r JOIN authors AS a ON a.id = r.author"
            " WHERE r.reader = ? AND r.journal = ?",
            _PERSON,
            kept.number,
        )
    )


def _own_log(tx: Transaction, journal: Journal, author: DeviceKey) -> tuple[int, int] | None:
    row = tx.row(
        "SELECT l.author, l.seq FROM authors AS a JOIN logs AS l ON l.author = a.id"
        " WHERE a.device_key = ? AND a.mine = 1 AND l.journal = ?",
        author,
        journal.number,
    )
    return (row[0], row[1]) if row else None


def _shown(tx: Transaction, journal: Journal, author: int, after: int, upto: int) -> list[EntryId]:
    return [
        row[0]
        for row in tx.rows(
            "SELECT entry_id FROM entries WHERE journal = ? AND author = ? AND seq > ?"
            " AND seq <= ? AND shown = 1 ORDER BY seq",
            journal.number,
            author,
            after,
            upto,
        )
    ]


def _mark(tx: Transaction, reader: int, journal: Journal, author: int) -> int:
    row = tx.row(
        "SELECT seq FROM read_marks WHERE reader = ? AND journal = ? AND author = ?",
        reader,
        journal.number,
        author,
    )
    return row[0] if row else 0


def _advance_mark(
    tx: Transaction, reader: int, journal: Journal, author: int, seq: int
) -> tuple[int, int]:
    before = _mark(tx, reader, journal, author)
    now = max(before, seq)
    tx.execute(
        "INSERT INTO read_marks (reader, journal, author, seq) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (reader, journal, author) DO UPDATE SET seq = excluded.seq",
        reader,
        journal.number,
        author,
        now,
    )
    return before, now
