"""Drafts: texts that the person has begun and not sent, one a contact.

What lives here: their rows. What may not: entries; nobody but one's other devices ever gets a draft
(`node.sharing`).

A text that is replaced is overwritten in the database (`secure_delete`).
"""

from __future__ import annotations

from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import Millis


def get(tx: Transaction, contact: ContactNo) -> str:
    """The whole draft; "" if there is none."""
    row = tx.row("SELECT text FROM drafts WHERE contact = ?", contact)
    return "" if row is None else row[0]


def kept(tx: Transaction) -> list[ContactNo]:
    """Contacts to whom something was begun: O(result)."""
    rows = tx.rows("SELECT contact FROM drafts ORDER BY contact")
    return [ContactNo(row[0]) for row in rows]


def put(tx: Transaction, contact: ContactNo, text: str, now: Millis) -> None:
    """Keep `text` instead of what was there; "" forgets it."""
    if not text:
        tx.execute("DELETE FROM drafts WHERE contact = ?", contact)
        return
    tx.execute(
        "INSERT INTO drafts (contact, text, changed) VALUES (?, ?, ?) ON CONFLICT (contact)"
        " DO UPDATE SET text = excluded.text, changed = excluded.changed",
        contact,
        text,
        now,
    )
