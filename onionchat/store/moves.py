"""Contact onions that have to give way to fresh ones: somebody knows them who should not.

What lives here: remembering which, until it is done. What may not: moving them (`node.onions`).
"""

from __future__ import annotations

from typing import Final

from onionchat.store import contacts, onions, settings
from onionchat.store.transaction import ContactNo, OnionNo, Transaction

_DUE: Final = "move/"


def due(tx: Transaction, contact: ContactNo) -> None:
    """The onion at which a contact is served has to give way."""
    slot = onions.slot_of(tx, contact)
    if slot is not None:
        _put(tx, slot.onion)


def all_due(tx: Transaction) -> None:
    """All of them have."""
    for onion in onions.in_use(tx):
        _put(tx, onion.number)


def next_due(tx: Transaction) -> OnionNo | None:
    """The one to move next, that of one's own other devices before all others; None if there is
    none."""
    found = {OnionNo(int(key.removeprefix(_DUE))) for key in settings.beginning(tx, _DUE)}
    own = contacts.own(tx)
    slot = None if own is None else onions.slot_of(tx, own.number)
    if slot is not None and slot.onion in found:
        return slot.onion
    return min(found, default=None)


def done(tx: Transaction, onion: OnionNo) -> None:
    """It was moved, or is none any more."""
    settings.put(tx, f"{_DUE}{onion}", None)


def _put(tx: Transaction, onion: OnionNo) -> None:
    settings.put(tx, f"{_DUE}{onion}", b"1")
