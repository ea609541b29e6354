"""Own logs that may be longer elsewhere than here: this profile is a restored copy.

What lives here: noticing a copy, and remembering contacts for whom nothing may be signed until one
of their devices has said how far it has our logs and we have that (docs/store.md, "Copies").
Whoever signs one number twice has forked its log, which no contact accepts.
What may not: fetching (that is the ordinary sync).
"""

from __future__ import annotations

from typing import Final

from onionchat.errors import RestoredBackup
from onionchat.store import contacts, settings
from onionchat.store.backup import COPIED
from onionchat.store.transaction import ContactNo, Transaction

_PLACE: Final = "profile.place"
_UNSURE: Final = "unsure/"


def notice(tx: Transaction, place: bytes) -> bool:
    """Compare the place of the profile's files with where they were; returns whether it is a copy.

    To be called before anything is signed. In a copy all contacts become unsure.
    """
    known = settings.get(tx, _PLACE)
    copied = settings.get(tx, COPIED) is not None or (known is not None and known != place)
    settings.put(tx, _PLACE, place)
    settings.put(tx, COPIED, None)
    if copied:
        for contact in contacts.everyone(tx):
            doubt(tx, contact.number)
    return copied


def doubt(tx: Transaction, contact: ContactNo) -> None:
    """A contact may have more of our logs than is here."""
    settings.put(tx, _key(contact), b"1")


def is_unsure(tx: Transaction, contact: ContactNo | None) -> bool:
    """Whether nothing may be signed in journals that are shared with a contact."""
    return contact is not None and settings.get(tx, _key(contact)) is not None


def unsure(tx: Transaction) -> set[ContactNo]:
    """All contacts for whom nothing may be signed."""
    return {ContactNo(int(key.removeprefix(_UNSURE))) for key in settings.beginning(tx, _UNSURE)}


def trust(tx: Transaction, contact: ContactNo) -> None:
    """All that the contact has of our logs is here."""
    settings.put(tx, _key(contact), None)


def require_sure(tx: Transaction, contact: ContactNo | None) -> None:
    """Raises RestoredBackup while nothing may be signed."""
    if is_unsure(tx, contact):
        raise RestoredBackup


def _key(contact: ContactNo) -> str:
    return f"{_UNSURE}{contact}"
