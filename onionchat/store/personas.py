# ruff: noqa: S608 - the parts put together are constants
"""Our own personas: the accounts that contacts see, and the self account that nobody sees.

What lives here: their keys. What may not: statements and rosters, which are entries of journals.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.store.transaction import PersonaNo, Row, Transaction
from onionchat.types import AccountId, DeviceKey, LinkKey, Millis

_COLUMNS = "id, account_id, is_self, device_seed, link_seed, recovery_box, created, admitted"


@dataclass(frozen=True, slots=True)
class Persona:
    """One account of ours (docs/spec/03-identity.md)."""

    number: PersonaNo
    account_id: AccountId = field(repr=False)
    is_self: bool
    device: SigningKey
    link: AgreementKey
    recovery_box: bytes = field(repr=False)
    """The recovery key's secret, sealed to the recovery phrase."""
    created: Millis
    admitted: bool = True
    """Whether this device's keys stand in its roster: another device may have made it."""


def add(
    tx: Transaction,
    *,
    account_id: AccountId,
    device: SigningKey,
    link: AgreementKey,
    recovery_box: bytes,
    created: Millis,
    is_self: bool = False,
    admitted: bool = True,
) -> PersonaNo:
    """Store a new persona. Its device key is an author of ours from now on."""
    number = tx.insert(
        "INSERT INTO personas (account_id, is_self, device_key, device_seed, link_key, link_seed,"
        " recovery_box, created, admitted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        account_id,
        is_self,
        device.public,
        device.seed,
        link.public,
        link.seed,
        recovery_box,
        created,
        admitted,
    )
    tx.execute(
        "INSERT INTO authors (device_key, mine) VALUES (?, 1)"
        " ON CONFLICT (device_key) DO UPDATE SET mine = 1",
        device.public,
    )
    return PersonaNo(number)


def get(tx: Transaction, number: PersonaNo) -> Persona:
    """The persona of that number. Raises KeyError."""
    row = tx.row(f"SELECT {_COLUMNS} FROM personas WHERE id = ?", number)
    if row is None:
        raise KeyError(number)
    return _persona(row)


def device_key(tx: Transaction, number: PersonaNo) -> DeviceKey:
    """By which key this device writes in a persona. Raises KeyError."""
    row = tx.row("SELECT device_key FROM personas WHERE id = ?", number)
    if row is None:
        raise KeyError(number)
    return DeviceKey(row[0])


def self_account(tx: Transaction) -> Persona | None:
    """The self account; None before `init` made it."""
    row = tx.row(f"SELECT {_COLUMNS} FROM personas WHERE is_self = 1")
    return _persona(row) if row else None


def by_account(tx: Transaction, account_id: AccountId) -> Persona | None:
    """The persona with that account id."""
    row = tx.row(f"SELECT {_COLUMNS} FROM personas WHERE account_id = ?", account_id)
    return _persona(row) if row else None


def by_link_key(tx: Transaction, link_key: LinkKey) -> Persona | None:
    """The persona that is dialled with that key."""
    row = tx.row(f"SELECT {_COLUMNS} FROM personas WHERE link_key = ?", link_key)
    return _persona(row) if row else None


def by_device_key(tx: Transaction, device_key: DeviceKey) -> Persona | None:
    """The persona whose device here signs with that key."""
    row = tx.row(f"SELECT {_COLUMNS} FROM personas WHERE device_key = ?", device_key)
    return _persona(row) if row else None


def keep_recovery_box(tx: Transaction, number: PersonaNo, box: bytes) -> None:
    """Keep the sealed recovery secret of a persona that another device made; never another one
    instead of what is here."""
    tx.execute(
        "UPDATE personas SET recovery_box = ? WHERE id = ? AND recovery_box = x''", box, number
    )


def admit(tx: Transaction, number: PersonaNo) -> None:
    """This device's keys stand in the persona's roster now."""
    tx.execute("UPDATE personas SET admitted = 1 WHERE id = ?", number)


def outside(tx: Transaction) -> set[PersonaNo]:
    """The personas in whose roster this device does not stand yet: O(personas)."""
    return {PersonaNo(row[0]) for row in tx.rows("SELECT id FROM personas WHERE admitted = 0")}


def may_sign(tx: Transaction, device_key: DeviceKey) -> bool:
    """Whether that device of ours stands in the roster of its persona."""
    return (
        tx.row("SELECT 1 FROM personas WHERE device_key = ? AND admitted = 0", device_key) is None
    )


def everyone(tx: Transaction) -> list[Persona]:
    """All personas, the oldest first."""
    return [_persona(row) for row in tx.rows(f"SELECT {_COLUMNS} FROM personas ORDER BY id")]


def _persona(row: Row) -> Persona:
    number, account_id, is_self, device_seed, link_seed, recovery_box, created, admitted = row
    return Persona(
        number=number,
        account_id=account_id,
        is_self=bool(is_self),
        device=SigningKey(device_seed),
        link=AgreementKey(link_seed),
        recovery_box=recovery_box,
        created=created,
        admitted=bool(admitted),
    )
