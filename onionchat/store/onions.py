"""Contact onions: at most eight services, whose client-authorisation slots contacts get.

What lives here: keys, slots, and the rule by which contacts are spread over services
(docs/spec/09-contacts.md). What may not: publishing them (net/), when to move somebody (node/).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from onionchat.errors import TooManyOnions
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.crypto.rng import Rng
from onionchat.store.transaction import ContactNo, OnionNo, Row, Transaction
from onionchat.types import Millis, OnionKey

MAX_ONIONS: Final = 8
"""Contact onions one device keeps; tor does not carry many more (docs/spec/09-contacts.md)."""

SLOTS: Final = 16
"""Slots made and authorised at once: a descriptor is padded to 16 clients anyhow."""


@dataclass(frozen=True, slots=True)
class Onion:
    """One contact onion in use."""

    number: OnionNo
    group: int
    """0 to 7; a fresh service that takes an old one's place keeps its group."""
    key: SigningKey
    exclusive: bool
    """For one contact alone, by the person's wish."""
    created: Millis


@dataclass(frozen=True, slots=True)
class Slot:
    """One client that a contact onion authorises."""

    onion: OnionNo
    position: int
    secret: AgreementKey
    contact: ContactNo | None


def in_use(tx: Transaction) -> list[Onion]:
    """The onions to publish, by group."""
    return [
        _onion(row)
        for row in tx.rows(
            "SELECT id, number, seed, exclusive, created FROM onions WHERE retired IS NULL"
            " ORDER BY number"
        )
    ]


def get(tx: Transaction, number: OnionNo) -> Onion:
    """The onion of that number, if it is in use. Raises KeyError."""
    row = tx.row(
        "SELECT id, number, seed, exclusive, created FROM onions WHERE id = ? AND retired IS NULL",
        number,
    )
    if row is None:
        raise KeyError(number)
    return _onion(row)


def slots(tx: Transaction, onion: OnionNo) -> list[Slot]:
    """All slots of an onion, taken or free, in order."""
    return [
        _slot(row)
        for row in tx.rows(
            "SELECT onion, position, secret, contact FROM slots WHERE onion = ? ORDER BY position",
            onion,
        )
    ]


def slot_of(tx: Transaction, contact: ContactNo) -> Slot | None:
    """The slot of a contact (unique index)."""
    row = tx.row("SELECT onion, position, secret, contact FROM slots WHERE contact = ?", contact)
    return _slot(row) if row else None


def having_their_own(tx: Transaction) -> set[ContactNo]:
    """The contacts who are served at an onion that nobody else knows."""
    return {
        row[0]
        for row in tx.rows(
            "SELECT s.contact FROM slots AS s JOIN onions AS o ON o.id = s.onion"
            " WHERE o.exclusive = 1 AND o.retired IS NULL AND s.contact IS NOT NULL"
        )
    }


def contacts_of(tx: Transaction, onion: OnionNo) -> list[ContactNo]:
    """Who is served at an onion."""
    return [
        row[0]
        for row in tx.rows(
            "SELECT contact FROM slots WHERE onion = ? AND contact IS NOT NULL ORDER BY position",
            onion,
        )
    ]


def ensure(tx: Transaction, rng: Rng, now: Millis) -> None:
    """Have at least one shared onion: it is up before there is a contact to serve."""
    if not any(not onion.exclusive for onion in in_use(tx)):
        group = _free_group(tx)
        if group is not None:
            _make(tx, group, rng, now, exclusive=False)


def assign(tx: Transaction, contact: ContactNo, rng: Rng, now: Millis) -> Slot:
    """The contact's slot; one is assigned if it has none.

    The least full shared onion with a free slot gets it. If all have their 16, a new onion is made;
    if there are eight, the least full one gets 16 more slots, which republishes its descriptor.

    Raises:
        TooManyOnions: every onion belongs to one contact alone.
    """
    present = slot_of(tx, contact)
    if present is not None:
        return present
    shared = tx.rows(
        "SELECT o.id, COUNT(s.contact), COUNT(s.id), COALESCE(MAX(s.position), -1) + 1"
        " FROM onions AS o"
        " LEFT JOIN slots AS s ON s.onion = o.id"
        " WHERE o.retired IS NULL AND o.exclusive = 0 GROUP BY o.id ORDER BY 2, o.number"
    )
    free = [row for row in shared if row[1] < row[2]]
    below = [row for row in free if row[1] < SLOTS]
    if below:
        onion = OnionNo(below[0][0])
    elif (group := _free_group(tx)) is not None:
        onion = _make(tx, group, rng, now, exclusive=False)
    elif free:
        onion = OnionNo(free[0][0])
    elif shared:
        onion = OnionNo(shared[0][0])
        _add_slots(tx, onion, shared[0][3], SLOTS, rng)
    else:
        raise TooManyOnions
    return _take(tx, onion, contact)


def assign_alone(tx: Transaction, contact: ContactNo, rng: Rng, now: Millis) -> Slot:
    """Move a contact to an onion that it shares with nobody; nothing changes if it has one.

    Raises:
        TooManyOnions: no group is free, or only the last one, which the other contacts need.
    """
    present = slot_of(tx, contact)
    if present is not None and get(tx, present.onion).exclusive:
        return present
    used = in_use(tx)
    group = _free_group(tx)
    shared = any(not onion.exclusive for onion in used)
    if group is None or (not shared and len(used) == MAX_ONIONS - 1):
        raise TooManyOnions
    release(tx, contact)
    return _take(tx, _make(tx, group, rng, now, exclusive=True), contact)


def release(tx: Transaction, contact: ContactNo) -> None:
    """Take a contact's slot away; nobody else ever gets it, because two contacts who compare must
    not find one secret. It stays authorised until the onion is published anew or replaced.
    """
    tx.execute("DELETE FROM slots WHERE contact = ?", contact)


def replace(
    tx: Transaction, onion: OnionNo, without: Collection[ContactNo], rng: Rng, now: Millis
) -> OnionNo | None:
    """Retire an onion; its contacts but those of `without` move to a fresh one of the same group.

    Returns the fresh onion; None if nobody is left to be served there.
    Raises KeyError if `onion` is not in use.
    """
    old = get(tx, onion)
    staying = [contact for contact in contacts_of(tx, onion) if contact not in without]
    tx.execute("UPDATE onions SET retired = ?, seed = x'' WHERE id = ?", now, onion)
    tx.execute("DELETE FROM slots WHERE onion = ?", onion)
    if not staying:
        return None
    fresh = _make(tx, old.group, rng, now, exclusive=old.exclusive, slots=len(staying))
    for contact in staying:
        _take(tx, fresh, contact)
    return fresh


def _free_group(tx: Transaction) -> int | None:
    used = {row[0] for row in tx.rows("SELECT number FROM onions WHERE retired IS NULL")}
    return next((group for group in range(MAX_ONIONS) if group not in used), None)


def _make(
    tx: Transaction, group: int, rng: Rng, now: Millis, *, exclusive: bool, slots: int = SLOTS
) -> OnionNo:
    key = SigningKey.generate(rng)
    onion = OnionNo(
        tx.insert(
            "INSERT INTO onions (number, public_key, seed, exclusive, created)"
            " VALUES (?, ?, ?, ?, ?)",
            group,
            OnionKey(key.public),
            key.seed,
            exclusive,
            now,
        )
    )
    _add_slots(tx, onion, 0, -(-slots // SLOTS) * SLOTS, rng)
    return onion


def _add_slots(tx: Transaction, onion: OnionNo, first: int, count: int, rng: Rng) -> None:
    tx.execute_many(
        "INSERT INTO slots (onion, position, secret) VALUES (?, ?, ?)",
        [
            (onion, position, AgreementKey.generate(rng).seed)
            for position in range(first, first + count)
        ],
    )


def _take(tx: Transaction, onion: OnionNo, contact: ContactNo) -> Slot:
    tx.execute(
        "UPDATE slots SET contact = ? WHERE id ="
        " (SELECT id FROM slots WHERE onion = ? AND contact IS NULL ORDER BY position LIMIT 1)",
        contact,
        onion,
    )
    slot = slot_of(tx, contact)
    assert slot is not None
    return slot


def _onion(row: Row) -> Onion:
    return Onion(row[0], row[1], SigningKey(row[2]), bool(row[3]), row[4])


def _slot(row: Row) -> Slot:
    return Slot(row[0], row[1], AgreementKey(row[2]), row[3])
