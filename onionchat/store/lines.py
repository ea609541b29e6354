"""The line of the chat list, kept in step with what happens to stored messages.

What lives here: what a message counts for in it, and making its text anew. What may not: deciding
what happens to messages.
"""

from __future__ import annotations

from typing import Final

from onionchat.store.transaction import ContactNo, Transaction

SUMMARY_CHARACTERS: Final = 200
"""How much of the newest message the chat list keeps."""


def mark(tx: Transaction, contact: ContactNo, journal: int, author: int, *, mine: bool) -> int:
    """Up to where a log is delivered (ours) or read by the person (theirs): what is beyond counts
    as queued or unread."""
    if mine:
        row = tx.row(
            "SELECT seq FROM delivered WHERE contact = ? AND journal = ? AND author = ?",
            contact,
            journal,
            author,
        )
    else:
        row = tx.row(
            "SELECT seq FROM read_marks WHERE reader = 0 AND journal = ? AND author = ?",
            journal,
            author,
        )
    return row[0] if row else 0


def uncount(tx: Transaction, contact: ContactNo, *, queued: int = 0, unread: int = 0) -> None:
    """So many messages that were counted are no messages any more."""
    if queued or unread:
        tx.execute(
            "UPDATE summaries SET queued = queued - ?, unread = unread - ? WHERE contact = ?",
            queued,
            unread,
            contact,
        )


def renew(tx: Transaction, journal: int, contact: ContactNo) -> None:
    """Make the line say what the newest message is that is left (index entries_order)."""
    newest = tx.row(
        "SELECT e.effective, e.depth, e.entry_id, e.time, COALESCE(t.text, ''), a.mine"
        " FROM entries AS e INDEXED BY entries_order JOIN authors AS a ON a.id = e.author"
        " LEFT JOIN search AS t ON t.rowid = e.id WHERE e.journal = ? AND e.shown = 1"
        " ORDER BY e.effective DESC, e.depth DESC, e.entry_id DESC LIMIT 1",
        journal,
    )
    effective, depth, entry_id, time, text, mine = newest or (0, 0, b"", 0, "", 0)
    tx.execute(
        "UPDATE summaries SET last_effective = ?, last_depth = ?, last_entry_id = ?,"
        " last_time = ?, last_text = ?, last_mine = ? WHERE contact = ?",
        effective,
        depth,
        entry_id,
        time,
        text[:SUMMARY_CHARACTERS],
        mine,
        contact,
    )
