"""Erasing messages here, whoever of the person's devices was asked to.

What lives here: functions on the database thread that erase and tell of it. They are idempotent,
and what is not here yet is erased as it arrives. What may not: the bytes (`store.erasing`),
requests of the person (`deletion`) and of contacts (`folding`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from onionchat.node.changes import ContactUpdated, Erased, MessagesGone
from onionchat.store import erasing
from onionchat.store import journals as stored
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import DeviceKey, EntryId, Millis, Seq


def erase_one(tx: Transaction, contact: ContactNo, entry: EntryId, now: Millis) -> None:
    """Erase a message of a conversation without a trace, also one that has not arrived yet."""
    erase(tx, contact, (entry,), now)


def clear_through(
    tx: Transaction, contact: ContactNo, upto: Mapping[DeviceKey, Seq]
) -> dict[DeviceKey, Seq]:
    """From now on a conversation is to be erased up to these positions of its logs; what arrives
    of that later is not kept. `erase_through` erases what is here.

    Returns up to where that holds by now: the highest position of each log that was ever named.
    """
    journal = stored.direct(tx, contact)
    return {} if journal is None else erasing.clear(tx, journal, upto)


def erase_through(tx: Transaction, contact: ContactNo, now: Millis) -> int | None:
    """Erase some hundred entries of what `clear_through` named; to be repeated in transactions of
    their own until None comes. Returns how many messages there were among them."""
    journal = stored.direct(tx, contact)
    hidden = None if journal is None else erasing.clear_some(tx, journal, now)
    if hidden is not None:
        _tell(tx, contact, hidden)
    return None if hidden is None else len(hidden)


def erase(
    tx: Transaction, contact: ContactNo, ids: Sequence[EntryId], now: Millis
) -> list[EntryId]:
    """As `erase_one`, several; returns those that were to be seen until now."""
    if stored.direct(tx, contact) is None:
        return []
    hidden = erasing.hide(tx, contact, ids, now)
    _tell(tx, contact, hidden)
    return hidden


def _tell(tx: Transaction, contact: ContactNo, hidden: Sequence[EntryId]) -> None:
    tx.emit(Erased())
    if hidden:
        tx.emit(MessagesGone(contact, tuple(hidden)))
        tx.emit(ContactUpdated(contact))
