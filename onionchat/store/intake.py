"""How much contacts have had us store, and how much room there is.

What lives here: counting bytes per contact and day, and asking the file system. What may not: the
limits (node/quota).
"""

from __future__ import annotations

import os

from onionchat.store.transaction import ContactNo, Transaction


def taken(tx: Transaction, contact: ContactNo, day: int) -> tuple[int, int]:
    """Bytes that were taken from a contact on a day, and in all."""
    row = tx.row("SELECT day, bytes, total FROM intake WHERE contact = ?", contact)
    if row is None:
        return 0, 0
    return (row[1] if row[0] == day else 0), row[2]


def charge(tx: Transaction, contact: ContactNo, day: int, size: int) -> None:
    """So many more bytes were taken from a contact."""
    today, total = taken(tx, contact, day)
    tx.execute(
        "INSERT INTO intake (contact, day, bytes, total) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (contact) DO UPDATE SET day = excluded.day, bytes = excluded.bytes,"
        " total = excluded.total",
        contact,
        day,
        today + size,
        total + size,
    )


def room(tx: Transaction) -> tuple[int, int]:
    """Bytes that are free where the database is, and of how many."""
    row = tx.row("SELECT file FROM pragma_database_list WHERE name = 'main'")
    assert row is not None
    found = os.statvfs(row[0])
    return found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize
