"""Messages that count no more, or again: the device that wrote them was put out, or was not after
all.

What lives here: what is shown of one log of a conversation, with everything that is kept in step
with it. Bodies stay, and nothing is erased. What may not: up to where a log counts (the roster).
"""

from __future__ import annotations

from onionchat.store import lines, marks
from onionchat.store.entries import StoredEntry, is_erased
from onionchat.store.journals import Journal, find_author
from onionchat.store.logs import run
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import DeviceKey, EntryId, Millis, Seq


def hide(
    tx: Transaction,
    journal: Journal,
    contact: ContactNo,
    author: DeviceKey,
    after: int,
    now: Millis,
) -> tuple[list[EntryId], list[EntryId]]:
    """Show nothing of a log beyond the position `after`; returns the messages that are not shown
    any more, and those of which it had said something.

    What disappears does so all the same; of what nobody has seen yet the time begins, for nobody
    ever will.
    """
    number = find_author(tx, author)
    if number is None:
        return [], []
    tx.write_index()
    log = journal.number, number
    mine = tx.row("SELECT mine FROM authors WHERE id = ?", number) == (1,)
    rows = tx.rows(
        "SELECT id, entry_id, seq FROM entries WHERE journal = ? AND author = ? AND seq > ?"
        " AND shown = 1 ORDER BY seq",
        *log,
        after,
    )
    for row, _, _ in rows:
        tx.execute("UPDATE entries SET shown = 0 WHERE id = ?", row)
        tx.execute("DELETE FROM search WHERE rowid = ?", row)
        tx.execute(
            "UPDATE expiring SET due = COALESCE(due, ? + 1000 * seconds) WHERE entry = ?", now, row
        )
    counted = lines.mark(tx, contact, *log, mine=mine)
    new = sum(seq > counted for _, _, seq in rows)
    lines.uncount(tx, contact, **{"queued" if mine else "unread": new})
    beyond = (
        "journal = ? AND entry IN"
        " (SELECT id FROM entries WHERE journal = ? AND author = ? AND seq > ?)"
    )
    place = journal.number, *log, after
    said = tx.rows(f"SELECT DISTINCT target FROM marks WHERE {beyond}", *place)  # noqa: S608
    tx.execute(f"DELETE FROM marks WHERE {beyond}", *place)  # noqa: S608
    tx.execute(f"DELETE FROM timers WHERE {beyond}", *place)  # noqa: S608
    if rows:
        lines.renew(tx, journal.number, contact)
    return [EntryId(row[1]) for row in rows], [EntryId(row[0]) for row in said]


def hidden(
    tx: Transaction, journal: Journal, author: DeviceKey, after: int, upto: int
) -> list[StoredEntry]:
    """What of a stretch of a log could count and is not shown: what was erased is not among it."""
    number = find_author(tx, author)
    cleared = tx.row(
        "SELECT seq FROM cleared WHERE journal = ? AND author = ?", journal.number, number
    )
    return [
        entry
        for entry in run(tx, journal.journal_id, author, Seq(after + 1), upto=upto)
        if not entry.shown
        and entry.body is not None
        and (cleared is None or entry.seq > cleared[0])
        and not is_erased(tx, journal.number, entry.entry_id)
    ]


def show(
    tx: Transaction,
    journal: Journal,
    contact: ContactNo,
    entry: EntryId,
    text: str | None,
    reply_to: EntryId | None,
) -> None:
    """A message counts again, or for the first time."""
    row = tx.row(
        "SELECT e.id, e.author, e.seq, a.mine FROM entries AS e JOIN authors AS a"
        " ON a.id = e.author WHERE e.entry_id = ?",
        entry,
    )
    assert row is not None
    number, author, seq, mine = row
    tx.execute("UPDATE entries SET shown = 1 WHERE id = ?", number)
    if text is not None:
        marks.show(tx, number, journal.number, contact, text)
    if reply_to is not None:
        tx.execute(
            "INSERT INTO replies (entry, target) VALUES (?, ?) ON CONFLICT DO NOTHING",
            number,
            reply_to,
        )
    if seq > lines.mark(tx, contact, journal.number, author, mine=bool(mine)):
        lines.uncount(tx, contact, **{"queued" if mine else "unread": -1})
    lines.renew(tx, journal.number, contact)
