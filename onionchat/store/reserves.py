"""Who may not know where we are: moves that contacts have not acknowledged, and when each contact
was last linked.

What lives here: two numbers per contact. What may not: what follows from them (`node.reserve`).
"""

from __future__ import annotations

from dataclasses import dataclass

from onionchat.errors import UnknownContact
from onionchat.store.contacts import ContactState
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import Millis, Seq

SETTLED = Seq(0)
"""The contact knows where it is served, or was never served anywhere else."""


@dataclass(frozen=True, slots=True)
class Served:
    """An active contact, or one's own other devices, with a slot at a contact onion."""

    contact: ContactNo
    moved: Seq
    """Position of the statement of the address in our log, unless the contact has it."""


def linked(tx: Transaction, contact: ContactNo, now: Millis) -> None:
    """There is a link to the contact, or was until now."""
    tx.execute("UPDATE contacts SET linked = ? WHERE id = ?", now, contact)


def last_link(tx: Transaction, contact: ContactNo) -> Millis:
    """When the contact was last linked; before the first link, when it was made.

    Raises UnknownContact.
    """
    row = tx.row("SELECT MAX(linked, created) FROM contacts WHERE id = ?", contact)
    if row is None:
        raise UnknownContact
    return Millis(row[0])


def put_moved(tx: Transaction, contact: ContactNo, seq: Seq) -> None:
    """The contact is served elsewhere since our statement number `seq`, or has it (`SETTLED`)."""
    tx.execute("UPDATE contacts SET moved = ? WHERE id = ?", seq, contact)


def moved(tx: Transaction, contact: ContactNo) -> Seq:
    """Our statement that the contact has to know, `SETTLED` if none. Raises UnknownContact."""
    row = tx.row("SELECT moved FROM contacts WHERE id = ?", contact)
    if row is None:
        raise UnknownContact
    return Seq(row[0])


def served(tx: Transaction) -> list[Served]:
    """All active contacts with a slot, and one's own other devices, the most recently linked first:
    O(contacts)."""
    return [
        Served(row[0], row[1])
        for row in tx.rows(
            "SELECT c.id, c.moved FROM contacts AS c JOIN slots AS s ON s.contact = c.id"
            " WHERE c.state IN (?, ?) ORDER BY c.linked DESC, c.id DESC",
            ContactState.ACTIVE,
            ContactState.OWN,
        )
    ]
