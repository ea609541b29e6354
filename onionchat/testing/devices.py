"""Several devices of one person on the databases of running nodes, without the exchanges that make
them.

What lives here: making two profiles devices of one account, giving one of them a contact of the
other, and looking into their self account. What may not: expectations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from onionchat.node import accounts, journals, own_devices
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.identity.statements import build_revoke, consent
from onionchat.protocol.journal.ids import self_journal
from onionchat.protocol.linking.account_entries import read_account
from onionchat.protocol.rooms.bodies import decode_put
from onionchat.store import contacts, logs, personas
from onionchat.store.personas import Persona
from onionchat.store.transaction import Transaction
from onionchat.testing.rng import SeededRng
from onionchat.types import AccountId, DeviceKey, LinkKey

if TYPE_CHECKING:
    from onionchat.testing.nodes import Person


def join_devices(old: Person, new: Person) -> None:
    """Make the fresh profile `new` a device of `old`'s account, on the databases of both running
    nodes, as the exchange of `device join` would (docs/spec/10-linking.md).
    """
    world = old.world
    rng = SeededRng(f"{world.seed} {old.profile.name} {new.profile.name} device")
    device, link = SigningKey.generate(rng), AgreementKey.generate(rng)
    key, link_key = DeviceKey(device.public), LinkKey(link.public)
    facts = old.read(own_devices.facts)
    account = read_account(facts.entries).account
    signed = consent(account, facts.author, device, link_key)
    entries = old.read(
        lambda tx: own_devices.admit(
            tx, rng, device_key=key, link_key=link_key, consent=signed, now=old.wall.millis()
        )
    )
    new.read(
        lambda tx: own_devices.become(
            tx,
            rng,
            account=read_account(entries),
            device=device,
            link=link,
            recovery_public=facts.recovery_public,
            name=facts.name,
            now=new.wall.millis(),
        )
    )


def self_account(device: Person) -> AccountId:
    """The self account of which a device is."""
    return device.read(_self_account).account_id


def share(device: Person, key: tuple[str, ...], value: bytes | None) -> None:
    """Put something into the self journal."""
    now = device.wall.millis()
    device.read(lambda tx: accounts.share(tx, key, value, now))


def said(device: Person) -> list[tuple[str, ...]]:
    """The keys of what stands in the self journal, in its order."""

    def work(tx: Transaction) -> list[tuple[str, ...]]:
        journal = self_journal(_self_account(tx).account_id)
        bodies = (entry.body for entry in logs.ordered(tx, journal))
        return [decode_put(body).key for body in bodies if body is not None]

    return device.read(work)


def revoke(device: Person, key: DeviceKey) -> None:
    """`device` ends another one, by its key in the self account."""
    now = device.wall.millis()

    def work(tx: Transaction) -> None:
        account, own = _self_account(tx), contacts.own(tx)
        assert own is not None
        accounts.state(tx, account, build_revoke(account.account_id, key, {}), now)
        journals.refresh_devices(tx, own.number, now)

    device.read(work)


def acquaint(new: Person, name: str) -> None:
    """Let time pass until a device has a contact that another one made, and may write to it."""
    new.world.until(lambda: admitted(new, name), 1200)


def admitted(device: Person, name: str) -> bool:
    """Whether a device knows the contact and, as far as it knows, is a member of its persona."""

    def work(tx: Transaction) -> bool:
        contact = contacts.by_petname(tx, name)
        return contact is not None and personas.get(tx, contact.persona).admitted

    return device.read(work)


def _self_account(tx: Transaction) -> Persona:
    return accounts.load(tx).persona
