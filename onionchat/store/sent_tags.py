"""Tags of `send`: which message a tag stands for, so that asking again makes no second one.

What lives here: their rows, for a day and of a bounded number. What may not: what is done about a
repeated request (node/repeats). A tag never leaves this device.
"""

from __future__ import annotations

from typing import Final

from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import EntryId, Millis

KEPT_MILLIS: Final = 24 * 3600 * 1000
"""How long a tag is known, by the clock of this computer."""

MAX_TAGS: Final = 10_000
"""Tags kept; the oldest go first."""


def find(tx: Transaction, contact: ContactNo, tag: str, now: Millis) -> EntryId | None:
    """The message for which a tag was used, if it is not forgotten."""
    row = tx.row(
        "SELECT entry_id FROM sent_tags WHERE contact = ? AND tag = ? AND at > ?",
        contact,
        tag,
        now - KEPT_MILLIS,
    )
    return None if row is None else EntryId(row[0])


def put(tx: Transaction, contact: ContactNo, tag: str, entry: EntryId, now: Millis) -> None:
    """A tag stands for a message from now on; what is too old or too much is forgotten."""
    tx.execute("DELETE FROM sent_tags WHERE at <= ?", now - KEPT_MILLIS)
    tx.execute(
        "INSERT INTO sent_tags (contact, tag, entry_id, at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (contact, tag) DO UPDATE SET entry_id = excluded.entry_id, at = excluded.at",
        contact,
        tag,
        entry,
        now,
    )
    # Row numbers grow, whatever the clock does.
    tx.execute("DELETE FROM sent_tags WHERE id <= (SELECT MAX(id) FROM sent_tags) - ?", MAX_TAGS)


def follow(tx: Transaction, contact: ContactNo, old: EntryId, new: EntryId) -> None:
    """A message was written again: its tag stands for the new entry."""
    tx.execute(
        "UPDATE sent_tags SET entry_id = ? WHERE contact = ? AND entry_id = ?", new, contact, old
    )
