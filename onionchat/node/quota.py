"""How much of the disk others may fill.

What lives here: the limits, and asking them before anything of a contact is stored. What may not:
what the person writes, which is never limited.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from onionchat.errors import DiskFull, FloodRefused
from onionchat.protocol.journal.entry import SignedEntry
from onionchat.store import intake
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import Millis

MAX_DAY: Final = 64 * 1024 * 1024
"""Bytes of entries that are taken from one contact in one day (UTC): a hundred thousand texts."""

MAX_TOTAL: Final = 4 * 1024 * 1024 * 1024
"""Bytes of entries that are taken from one contact at all."""

KEPT_FREE: Final = 50 * 1024 * 1024
"""Bytes of the disk that contacts leave to the person's own messages; on a small file system, of
which that is much, a twentieth of it."""

PAUSE_SECONDS: Final = 900.0
"""How long a contact that sent too much is not listened to; then it is tried again."""

_ROW: Final = 128
"""What an entry costs beside header and body: signature, ids, the row and its indexes."""

_DAY: Final = 86_400_000


def require_room(
    tx: Transaction, contact: ContactNo, received: Iterable[SignedEntry], now: Millis
) -> None:
    """To be asked before entries of a contact are stored.

    Raises:
        DiskFull: what is free is for the person alone.
        FloodRefused: the contact has had its share for today, or at all.
    """
    free, size = intake.room(tx)
    if free < min(KEPT_FREE, size // 20):
        raise DiskFull
    today, total = intake.taken(tx, contact, now // _DAY)
    more = _size(received)
    if today + more > MAX_DAY or total + more > MAX_TOTAL:
        raise FloodRefused


def charge(
    tx: Transaction, contact: ContactNo, accepted: Iterable[SignedEntry], now: Millis
) -> None:
    """These are stored."""
    size = _size(accepted)
    if size:
        intake.charge(tx, contact, now // _DAY, size)


def _size(entries: Iterable[SignedEntry]) -> int:
    return sum(len(entry.header_bytes) + len(entry.body or b"") + _ROW for entry in entries)
