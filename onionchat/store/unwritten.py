"""What waits to be written into the `self` journal, in order.

What lives here: rows. What may not: when it is safe to write them (node/).
A body that is written is overwritten here (`secure_delete`).
"""

from __future__ import annotations

from collections.abc import Callable

from onionchat.store.transaction import Transaction
from onionchat.types import Millis


def add(tx: Transaction, body: bytes, time: Millis) -> None:
    """Keep the body of an entry, and when the person did what it says."""
    tx.execute("INSERT INTO unwritten (body, time) VALUES (?, ?)", body, time)


def take(tx: Transaction) -> list[tuple[bytes, Millis]]:
    """All that waits, the oldest first; it waits no more."""
    waiting = [(row[0], row[1]) for row in tx.rows("SELECT body, time FROM unwritten ORDER BY id")]
    if waiting:
        tx.execute("DELETE FROM unwritten")
    return waiting


def forget(tx: Transaction, doomed: Callable[[bytes], bool]) -> None:
    """Erase the bodies that are `doomed`."""
    rows = [(row[0],) for row in tx.rows("SELECT id, body FROM unwritten") if doomed(row[1])]
    tx.execute_many("DELETE FROM unwritten WHERE id = ?", rows)
