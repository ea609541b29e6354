"""Reserve onions: who gets one, and when a contact is looked for at its own
(docs/spec/09-contacts.md).

What lives here: noting moves until they are acknowledged, the services that follow, and `Turns`,
which decides at which of two addresses a dial goes. What may not: publishing (`onions`), dialling
(`peers`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final, Generic, TypeAlias, TypeVar

from onionchat.net.transports.interface import Address, ServiceSpec
from onionchat.node import restored
from onionchat.protocol.contacts.reserve import reserve_onion
from onionchat.protocol.crypto.keys import AgreementKey
from onionchat.protocol.journal.ids import account_journal
from onionchat.store import contacts, frontiers, personas, reserves
from onionchat.store.contacts import ContactDevice, ContactState
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import AccountId, DeviceKey

MAX_RESERVES: Final = 8
"""Reserve onions at once: tor carries few services (docs/tor.md)."""

RESERVE_STREAMS: Final = 4
"""Streams that one circuit may open at a reserve onion: one contact knows it."""

RESERVE_AFTER: Final = 600.0
"""Seconds without a link after which a contact is dialled at its reserve onion, too."""

P = TypeVar("P")

_Host: TypeAlias = AccountId | DeviceKey


# --- hosting, on the database thread --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hosted:
    """A reserve onion that is to be up."""

    contact: ContactNo
    spec: ServiceSpec
    static: AgreementKey = field(repr=False)
    """Our link key towards the contact."""


def moved(tx: Transaction, contact: ContactNo) -> None:
    """The newest statement in our log for a contact says that it is served elsewhere than the one
    before did."""
    persona = personas.get(tx, contacts.get(tx, contact).persona)
    journal = account_journal(persona.account_id)
    tip = frontiers.tip(tx, journal, DeviceKey(persona.device.public))
    assert tip is not None
    reserves.put_moved(tx, contact, tip.seq)


def acknowledged(tx: Transaction, contact: ContactNo) -> bool:
    """A contact has acknowledged something: whether that was the move that it had to know."""
    seq = reserves.moved(tx, contact)
    if seq == reserves.SETTLED:
        return False
    persona = personas.get(tx, contacts.get(tx, contact).persona)
    known = frontiers.acknowledged(tx, contact, account_journal(persona.account_id))
    if known.get(DeviceKey(persona.device.public), 0) < seq:
        return False
    reserves.put_moved(tx, contact, reserves.SETTLED)
    return True


def waiting(tx: Transaction, refused: Collection[ContactNo] = ()) -> list[ContactNo]:
    """Contacts that may not know where they are served, the most recently linked first, and after
    them those whom the transport cannot serve where they look (`refused`).

    In a restored copy nobody knows what was stated after it, so all count until they were met.
    """
    unsure = restored.unsure(tx)
    astray = [
        (served.moved != reserves.SETTLED or served.contact in unsure, served.contact)
        for served in reserves.served(tx)
    ]
    lost = [contact for moved, contact in astray if moved]
    return lost + [contact for moved, contact in astray if not moved and contact in refused]


def hosted(tx: Transaction, apart: Collection[ContactNo]) -> list[Hosted]:
    """The reserve onions for contacts that are `apart`, the most important first, `MAX_RESERVES` at
    most.

    Each contact's newest device comes before any contact's second one: no contact takes the places
    of others by stating many devices.
    """
    found: list[tuple[int, int, ContactNo, _Host, AgreementKey, ContactDevice]] = []
    place = 0
    for number in apart:
        active = [device for device in contacts.devices(tx, number) if device.active]
        if not active:
            continue
        contact = contacts.get(tx, number)
        persona = personas.get(tx, contact.persona)
        # Between one's own devices the account is the same at both ends.
        host = (
            DeviceKey(persona.device.public)
            if contact.state is ContactState.OWN
            else persona.account_id
        )
        found += [
            (rank, place, number, host, persona.link, device)
            for rank, device in enumerate(reversed(active[-MAX_RESERVES:]))
        ]
        place += 1
        if place == MAX_RESERVES:
            break  # their newest devices take all places
    chosen = sorted(found, key=lambda item: item[:2])[:MAX_RESERVES]
    return [
        _hosted(number, rank, host, link, device) for rank, _, number, host, link, device in chosen
    ]


def _hosted(
    number: ContactNo, rank: int, host: _Host, link: AgreementKey, device: ContactDevice
) -> Hosted:
    keys = reserve_onion(link, device.link_key, host)
    spec = ServiceSpec(
        key=keys.onion,
        authorised=(keys.access.public,),
        test_secret=keys.access.seed,
        name=f"reserve onion {number}.{rank}",
        max_streams=RESERVE_STREAMS,
    )
    return Hosted(number, spec, link)


# --- dialling -------------------------------------------------------------------------------------


def address_of(link: AgreementKey, account: AccountId | None, device: ContactDevice) -> Address:
    """Where a device is when it cannot be where it says: a contact's, who has that account, or
    (None) an own one."""
    keys = reserve_onion(link, device.link_key, device.device_key if account is None else account)
    return Address(keys.onion.public, keys.access.seed)


class Turns(Generic[P]):
    """Whether a dial goes to a peer's reserve address: each second one, once it was apart for
    long or its address led to entrances that are gone. `P` names a peer."""

    def __init__(self) -> None:
        self._apart: dict[P, float] = {}
        self._gone: set[P] = set()
        self._second: set[P] = set()

    def long_apart(self, peer: P) -> None:
        """There was no link for `RESERVE_AFTER` before anything was dialled."""
        self._apart[peer] = float("-inf")

    def failed(self, peer: P, now: float, *, entrances_gone: bool = False) -> None:
        """A dial ended without a link. `entrances_gone`: the peer is announced, but where it says
        nobody takes calls for it; it has just gone off, or cannot announce itself anew."""
        self._apart.setdefault(peer, now)
        if entrances_gone and peer not in self._gone:
            self._gone.add(peer)
            # The next dial is the second one.
            self._second.add(peer)

    def met(self, peer: P) -> None:
        """There is a link, or the peer is nobody's target any more."""
        self._apart.pop(peer, None)
        self._gone.discard(peer)
        self._second.discard(peer)

    def reserve(self, peer: P, now: float) -> bool:
        """Whether the dial that begins now goes to the reserve address; asked once for each."""
        if peer not in self._gone and now - self._apart.get(peer, now) < RESERVE_AFTER:
            return False
        self._second ^= {peer}
        return peer not in self._second
