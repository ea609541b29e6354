"""How much of the disk others may fill.

What lives here: the limits, and asking them before anything of a contact is stored. What may not:
what the person writes, which is never limited.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from onionchat.errors import DiskFull
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

AGAIN_SECONDS: Final = 300.0
"""A random part of this after the new day begins, a contact that sent too much is tried again."""

_ROW: Final = 128
"""What an entry costs beside header and body: signature, ids, the row and its indexes."""

_DAY: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Sated:
    """A contact has had its share; `until` is when it has a new one, None for never."""

    until: Millis | None


def judge(
    tx: Transaction, contact: ContactNo, received: Iterable[SignedEntry], now: Millis
) -> Sated | None:
    """To be asked before entries of a contact are stored: None if there is room for them.

    Raises:
        DiskFull: what is free is for the person alone.
    """
    if scarce(tx):
        raise DiskFull
    today, total = intake.taken(tx, contact, now // _DAY)
    more = _size(received)
    if more and total + more > MAX_TOTAL:
        return Sated(None)
    if more and today + more > MAX_DAY:
        return Sated(Millis((now // _DAY + 1) * _DAY))
    return None


def scarce(tx: Transaction) -> bool:
    """Whether what is free on the disk is for the person alone."""
    free, size = intake.room(tx)
    return free < min(KEPT_FREE, size // 20)


def sentence(name: str, sated: Sated) -> str:
    """What the person is told of it, once."""
    if sated.until is None:
        return (
            f"{name} has filled all that one contact may fill of this disk "
            f"({MAX_TOTAL // 1024**3} GiB): nothing more of it is taken. What you write still goes "
            "out; `block` or `remove` ends it."
        )
    until = datetime.fromtimestamp(sated.until / 1000, UTC)
    return (
        f"{name} has sent more than a contact's share of a day ({MAX_DAY // 1024**2} MiB): nothing "
        f"more of it is taken until {until:%Y-%m-%d %H:%M} UTC, then it comes by itself. What you "
        "write still goes out."
    )


def charge(
    tx: Transaction, contact: ContactNo, accepted: Iterable[SignedEntry], now: Millis
) -> None:
    """These are stored."""
    size = _size(accepted)
    if size:
        intake.charge(tx, contact, now // _DAY, size)


def _size(entries: Iterable[SignedEntry]) -> int:
    return sum(len(entry.header_bytes) + len(entry.body or b"") + _ROW for entry in entries)
