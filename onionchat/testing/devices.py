"""Several devices of one person on the databases of running nodes, without the exchanges that make
them.

What lives here: making two profiles devices of one account, giving one of them a contact of the
other, and looking into their self account. What may not: expectations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from onionchat.node import accounts, journals, onions, own_devices
from onionchat.node.changes import ContactUpdated
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.identity.statements import build_add, build_revoke, consent
from onionchat.protocol.journal.ids import account_journal, direct_journal, self_journal
from onionchat.protocol.linking.account_entries import read_account
from onionchat.protocol.rooms.bodies import decode_put
from onionchat.store import contacts, logs, personas
from onionchat.store import journals as stored
from onionchat.store.contacts import Contact, ContactState
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


def acquaint(old: Person, new: Person, name: str) -> None:
    """Give `new` a contact of `old`, of the same name, with keys of its own in the persona, to
    which `old` adds it. What both journals of accounts say it gets over the link."""
    rng = SeededRng(f"{new.profile.name} {name}")
    device, link = SigningKey.generate(rng), AgreementKey.generate(rng)

    def told(tx: Transaction) -> tuple[AccountId, AccountId]:
        contact = _contact(tx, name)
        assert contact.account_id is not None
        return personas.get(tx, contact.persona).account_id, contact.account_id

    ours, theirs = old.read(told)
    now = old.wall.millis()

    def make(tx: Transaction) -> None:
        persona = personas.add(
            tx, account_id=ours, device=device, link=link, recovery_box=b"", created=now
        )
        number = contacts.add(
            tx,
            public_id=rng.random_bytes(16),
            persona=persona,
            petname=name,
            created=now,
            state=ContactState.ACTIVE,
            account_id=theirs,
        )
        stored.ensure(tx, account_journal(ours), stored.ACCOUNT, number)
        stored.ensure(tx, account_journal(theirs), stored.ACCOUNT, number)
        stored.ensure(tx, direct_journal(ours, theirs), stored.DIRECT, number)
        tx.emit(ContactUpdated(number))

    def add(tx: Transaction) -> None:
        persona = personas.by_account(tx, ours)
        assert persona is not None
        link_key = LinkKey(link.public)
        signed = consent(ours, DeviceKey(persona.device.public), device, link_key)
        statement = build_add(DeviceKey(device.public), link_key, signed)
        accounts.state(tx, persona, statement, now)

    new.read(make)
    old.read(add)


def admitted(device: Person, name: str) -> bool:
    """Whether, as far as it knows, a device is a member of its persona for a contact."""

    def work(tx: Transaction) -> bool:
        persona = personas.get(tx, _contact(tx, name).persona)
        roster = journals.roster(tx, persona.account_id)
        return roster is not None and roster.active(DeviceKey(persona.device.public))

    return device.read(work)


def announce(device: Person, name: str) -> None:
    """Let a device state where a contact finds it."""
    now, rng = device.wall.millis(), SeededRng(f"{device.profile.name} {name} onion")
    device.read(lambda tx: onions.place(tx, _contact(tx, name).number, rng, now))


def _self_account(tx: Transaction) -> Persona:
    return accounts.load(tx).persona


def _contact(tx: Transaction, name: str) -> Contact:
    found = contacts.by_petname(tx, name)
    assert found is not None
    return found
