"""Own logs that may be longer elsewhere than here: this profile is a restored copy.

What lives here: noticing a copy, and remembering contacts for whom nothing may be signed until one
of their devices has said how far it has our logs and we have that (docs/store.md, "Copies").
Whoever signs one number twice has forked its log, which no contact accepts.

The row of one's own other devices is in doubt like a contact: it stands for the journals of the
self account. Beyond that, one of these devices may have entries of ours in the journals of a
contact that the contact itself has not: its *claim* puts the contact in doubt until that device has
given them back, or is revoked.
What may not: fetching (that is the ordinary sync).
"""

from __future__ import annotations

from typing import Final

from onionchat.errors import RestoredBackup
from onionchat.store import contacts, settings
from onionchat.store.backup import COPIED
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import DeviceKey

_PLACE: Final = "profile.place"
_UNSURE: Final = "unsure/"
_CLAIM: Final = "claim/"
_EXPECTED: Final = "copy/"


def notice(tx: Transaction, place: bytes) -> bool:
    """Compare the place of the profile's files with where they were; returns whether it is a copy.

    To be called before anything is signed. In a copy all contacts become unsure.
    """
    known = settings.get(tx, _PLACE)
    copied = settings.get(tx, COPIED) is not None or (known is not None and known != place)
    settings.put(tx, _PLACE, place)
    settings.put(tx, COPIED, None)
    if copied:
        own = contacts.own(tx)
        for row in (*contacts.everyone(tx), *(() if own is None else (own,))):
            doubt(tx, row.number)
            settings.put(tx, f"{_EXPECTED}{row.number}", b"1")
    return copied


def expected(tx: Transaction, row: ContactNo) -> bool:
    """Whether it is no surprise that a row has entries of ours that are not here: this is known to
    be a copy, and has not met that row since."""
    return settings.get(tx, f"{_EXPECTED}{row}") is not None


def doubt(tx: Transaction, contact: ContactNo) -> None:
    """A contact may have more of our logs than is here."""
    settings.put(tx, _key(contact), b"1")


def is_unsure(tx: Transaction, contact: ContactNo | None) -> bool:
    """Whether nothing may be signed in journals that are shared with a contact."""
    if contact is None:
        return False
    return settings.get(tx, _key(contact)) is not None or bool(
        settings.beginning(tx, f"{_CLAIM}{contact}/")
    )


def unsure(tx: Transaction) -> set[ContactNo]:
    """All contacts for whom nothing may be signed."""
    return {
        ContactNo(int(key.removeprefix(_UNSURE))) for key in settings.beginning(tx, _UNSURE)
    } | {contact for contact, _ in _claims(tx)}


def trust(tx: Transaction, contact: ContactNo) -> None:
    """All that the contact has of our logs is here."""
    settings.put(tx, _key(contact), None)
    settings.put(tx, f"{_EXPECTED}{contact}", None)


def claim(tx: Transaction, contact: ContactNo, device: DeviceKey) -> None:
    """One of our other devices has more of our logs for a contact than is here."""
    settings.put(tx, f"{_CLAIM}{contact}/{device.hex()}", b"1")


def claims_of(tx: Transaction, device: DeviceKey) -> set[ContactNo]:
    """The contacts that are in doubt because of what this device of ours has."""
    return {contact for contact, of in _claims(tx) if of == device}


def settle(tx: Transaction, device: DeviceKey) -> set[ContactNo]:
    """All that this device of ours has of our logs is here, or it is none of ours any more.

    Returns the contacts that were in doubt because of it.
    """
    settled = claims_of(tx, device)
    for contact in settled:
        settings.put(tx, f"{_CLAIM}{contact}/{device.hex()}", None)
    return settled


def forget(tx: Transaction, contact: ContactNo) -> None:
    """The contact is gone, and what was in doubt with it."""
    trust(tx, contact)
    for key in settings.beginning(tx, f"{_CLAIM}{contact}/"):
        settings.put(tx, key, None)


def _claims(tx: Transaction) -> list[tuple[ContactNo, DeviceKey]]:
    found = []
    for key in settings.beginning(tx, _CLAIM):
        contact, device = key.removeprefix(_CLAIM).split("/")
        found.append((ContactNo(int(contact)), DeviceKey(bytes.fromhex(device))))
    return found


def require_sure(tx: Transaction, contact: ContactNo | None) -> None:
    """Raises RestoredBackup while nothing may be signed."""
    if is_unsure(tx, contact):
        raise RestoredBackup


def _key(contact: ContactNo) -> str:
    return f"{_UNSURE}{contact}"
