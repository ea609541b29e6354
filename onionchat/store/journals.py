# ruff: noqa: S608 - the parts put together are constants
"""Numbers of journals and authors: the two dictionaries that entries refer to.

What lives here: ids of 32 bytes turned into small numbers and back. What may not: entries.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import DeviceKey, JournalId

ACCOUNT = "account"
"""Kind of the journal that says who an account is."""

SELF = "self"
"""Kind of the journal that one's own devices share."""

DIRECT = "direct"
"""Kind of the journal that a conversation of two is."""


@dataclass(frozen=True, slots=True)
class Journal:
    """One journal that this device keeps."""

    number: int
    journal_id: JournalId = field(repr=False)
    kind: str
    """account, self, direct or room (docs/spec/06-journal.md)."""
    contact: ContactNo | None
    """With whom it is shared; both accounts' journals and the direct one have the contact's."""


_COLUMNS = "id, journal_id, kind, contact"


def ensure(
    tx: Transaction, journal_id: JournalId, kind: str, contact: ContactNo | None = None
) -> Journal:
    """Keep a journal from now on; returns what there is if it is kept already."""
    tx.execute(
        "INSERT INTO journals (journal_id, kind, contact) VALUES (?, ?, ?)"
        " ON CONFLICT (journal_id) DO NOTHING",
        journal_id,
        kind,
        contact,
    )
    return get(tx, journal_id)


def share_with(tx: Transaction, journal_id: JournalId, contact: ContactNo) -> None:
    """From now on a journal is shared with a contact. Raises KeyError if it is not kept."""
    if not tx.execute("UPDATE journals SET contact = ? WHERE journal_id = ?", contact, journal_id):
        raise KeyError("no such journal")


def get(tx: Transaction, journal_id: JournalId) -> Journal:
    """The journal with that id. Raises KeyError."""
    found = find(tx, journal_id)
    if found is None:
        raise KeyError("no such journal")
    return found


def find(tx: Transaction, journal_id: JournalId) -> Journal | None:
    """The journal with that id, or None (unique index)."""
    row = tx.row(f"SELECT {_COLUMNS} FROM journals WHERE journal_id = ?", journal_id)
    return Journal(*row) if row else None


def of_contact(tx: Transaction, contact: ContactNo) -> list[Journal]:
    """The journals shared with a contact (index journals_contact)."""
    return [
        Journal(*row)
        for row in tx.rows(
            f"SELECT {_COLUMNS} FROM journals WHERE contact = ? ORDER BY id", contact
        )
    ]


def direct(tx: Transaction, contact: ContactNo) -> Journal | None:
    """The conversation with a contact; None before both accounts are known."""
    row = tx.row(f"SELECT {_COLUMNS} FROM journals WHERE contact = ? AND kind = ?", contact, DIRECT)
    return Journal(*row) if row else None


def author(tx: Transaction, device_key: DeviceKey) -> tuple[int, bool]:
    """The number of an author, made if need be, and whether it is a device of ours."""
    row = tx.row("SELECT id, mine FROM authors WHERE device_key = ?", device_key)
    if row is not None:
        return row[0], bool(row[1])
    return tx.insert("INSERT INTO authors (device_key, mine) VALUES (?, 0)", device_key), False


def find_author(tx: Transaction, device_key: DeviceKey) -> int | None:
    """The number of an author, None if it never occurred."""
    row = tx.row("SELECT id FROM authors WHERE device_key = ?", device_key)
    return row[0] if row else None


def ours_among(tx: Transaction, keys: Iterable[DeviceKey]) -> set[DeviceKey]:
    """Those of `keys` that are devices of ours, this one or others (unique index)."""
    return {
        key
        for key in keys
        if tx.row("SELECT 1 FROM authors WHERE device_key = ? AND mine = 1", key) is not None
    }


def mark_own(tx: Transaction, device_key: DeviceKey) -> None:
    """Count a device as ours: another one of the person's. Before its first entry is stored."""
    tx.execute(
        "INSERT INTO authors (device_key, mine) VALUES (?, 1)"
        " ON CONFLICT (device_key) DO UPDATE SET mine = 1",
        device_key,
    )
