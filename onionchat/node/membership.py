"""Which of the person's devices are in which persona: each device consents, a member adds it.

What lives here: the reaction to changes of rosters and of the `self` journal, idempotent, in the
same transaction (docs/devices.md, "Personas on every device"). What may not: making personas
(`accounts`, `household`), who is a device of the person at all.
"""

from __future__ import annotations

from onionchat.errors import RestoredBackup
from onionchat.node import accounts, eviction, journals, onions, sharing
from onionchat.node.changes import ContactUpdated
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.identity.roster import MAX_DEVICES, Roster
from onionchat.protocol.rooms.household import Consent
from onionchat.store import contacts, personas
from onionchat.store.contacts import Contact, ContactState
from onionchat.store.personas import Persona
from onionchat.store.transaction import PersonaNo, Transaction
from onionchat.types import DeviceKey, LinkKey, Millis


def to_settle(tx: Transaction) -> list[PersonaNo]:
    """The personas for which there may be something to do: none if there never was another
    device."""
    if contacts.own(tx) is None:
        return []
    return [persona.number for persona in personas.everyone(tx) if not persona.is_self]


def settle_one(tx: Transaction, number: PersonaNo, rng: Rng, now: Millis) -> None:
    """Do `settle` for the persona of that number, if it is there."""
    try:
        persona = personas.get(tx, number)
    except KeyError:
        return
    settle(tx, persona, rng, now)


def settle_all(tx: Transaction, rng: Rng, now: Millis) -> None:
    """Do `settle` for every persona: the person's devices are others now. O(personas)."""
    for number in to_settle(tx):
        settle_one(tx, number, rng, now)


def settle(tx: Transaction, persona: Persona, rng: Rng, now: Millis) -> None:
    """Do what is this device's to do for one persona: consent, begin to use it, add others."""
    own = personas.self_account(tx)
    known = journals.roster(tx, persona.account_id)
    household = None if own is None else journals.roster(tx, own.account_id)
    if own is None or known is None or household is None:
        return
    eviction.settle(tx, persona, own, household, now)
    this = DeviceKey(persona.device.public)
    if this not in known.devices:
        _consent(tx, persona, own, known, now)
        return
    if not persona.admitted:
        _begin(tx, persona, rng, now)
    # Who was not added by a consent says which device it is all the same.
    sharing.share_member(tx, persona, (), now)
    if not known.active(this):
        return
    for device in household.devices.values():
        if device.active and device.key != own.device.public:
            for consent in eviction.consents_of(tx, persona.account_id, device.key):
                _add(tx, persona, consent, now)


def _consent(tx: Transaction, persona: Persona, own: Persona, known: Roster, now: Millis) -> None:
    """Agree to be added by whoever is a member now."""
    authors = {key for key, device in known.devices.items() if device.active}
    if authors:
        sharing.share_member(tx, persona, authors, now)


def _begin(tx: Transaction, persona: Persona, rng: Rng, now: Millis) -> None:
    """This device stands in the roster now: it may sign, and says where it is found."""
    personas.admit(tx, persona.number)
    contact = contacts.by_persona(tx, persona.number)
    if contact is None:
        return
    announce(tx, contact, rng, now)
    tx.emit(ContactUpdated(contact.number))


def announce(tx: Transaction, contact: Contact, rng: Rng, now: Millis) -> None:
    """Let a contact find this device, as far as the person wants it to."""
    if contact.state is ContactState.ACTIVE and onions.serves(tx, contact.number):
        onions.place(tx, contact.number, rng, now)
        onions.restate(tx, contact.number, now)


def _add(tx: Transaction, persona: Persona, consent: Consent, now: Millis) -> None:
    """Take another device in, unless somebody did already."""
    known = journals.roster(tx, persona.account_id)
    assert known is not None
    device = DeviceKey(consent.device_key)
    if (
        device in known.known
        or len(known.known) >= MAX_DEVICES
        or known.device(LinkKey(consent.link_key)) is not None
    ):
        return
    statement = consent.statement(persona.account_id, DeviceKey(persona.device.public))
    if statement is None:
        return
    try:
        accounts.state(tx, persona, statement, now)
    except RestoredBackup:
        return  # whoever meets the contact first, or this device later, adds it
