"""What a contact states of itself is judged without regard to whom else we know (goal P4).

Finding 6b of the security audit: a contact that stated the link key of somebody else's device was
cut off by who knew that person, and by nobody else.
"""

import pytest

from onionchat.node import journals
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.identity.statements import build_add, build_revoke, consent
from onionchat.protocol.journal.entry import EntryKind
from onionchat.protocol.journal.ids import account_journal
from onionchat.store import contacts, personas
from onionchat.store import journals as stored
from onionchat.testing.rng import SeededRng
from onionchat.types import DeviceKey


@pytest.fixture
def mallory(world):
    return world.person("Mallory")


@pytest.mark.parametrize("knows", [True, False], ids=["who knows Ann", "who does not"])
def test_finding_6b_a_link_key_of_somebody_else_is_taken_in_by_everybody(world, mallory, knows):
    victim, ann = world.person("Victim"), world.person("Ann")
    world.befriend(ann, world.person("Zed") if not knows else victim)
    world.befriend(victim, mallory)
    friend = victim if knows else next(p for p in world.people if p.name == "Zed")
    card = next(card for card in friend.api.directory.all() if card.petname == "Ann")
    stolen = card.devices[0].link_key

    def state(tx):
        persona = personas.get(tx, contacts.everyone(tx)[0].persona)
        device, author = SigningKey.generate(SeededRng(9)), DeviceKey(persona.device.public)
        agreed = consent(persona.account_id, author, device, stolen)
        journal = stored.get(tx, account_journal(persona.account_id))
        body = build_add(device.public, stolen, agreed)
        journals.append(tx, journal, persona.device, EntryKind.ROSTER, body, 0)

    mallory.read(state)
    world.pass_time(60)
    card = next(card for card in victim.api.directory.all() if card.petname == "Mallory")
    assert len(card.devices) == 2
    assert world.linked(victim, mallory)
    # It opens nothing: Ann is still Ann, and reached.
    friend.send("Ann", "are you there?")
    world.until(lambda: ann.texts(friend.name) == ["are you there?"], 60)


def test_a_device_whose_adder_was_revoked_from_before_that_on_is_none_any_more(world, mallory):
    """Found by the properties of merging: a roster can lose a device that was never rightly added,
    and what is kept of a contact's devices went on naming it as active.
    """
    victim = world.person("Victim")
    world.befriend(victim, mallory)
    second, third = (SigningKey.generate(SeededRng(n)) for n in (8, 9))

    def persona_and_journal(tx):
        persona = personas.get(tx, contacts.everyone(tx)[0].persona)
        return persona, stored.get(tx, account_journal(persona.account_id))

    def add(tx, author, device, mark):
        persona, journal = persona_and_journal(tx)
        link = AgreementKey(bytes([mark]) * 32).public
        agreed = consent(persona.account_id, DeviceKey(author.public), device, link)
        body = build_add(DeviceKey(device.public), link, agreed)
        journals.append(tx, journal, author, EntryKind.ROSTER, body, 0)

    def additions(tx):
        add(tx, persona_and_journal(tx)[0].device, second, 1)
        add(tx, second, third, 2)

    def revocation(tx):
        persona, journal = persona_and_journal(tx)
        body = build_revoke(persona.account_id, DeviceKey(second.public), {})
        journals.append(tx, journal, persona.device, EntryKind.ROSTER, body, 0)

    def active():
        card = next(card for card in victim.api.directory.all() if card.petname == "Mallory")
        return {device.device_key for device in card.devices if device.active}

    mallory.read(additions)
    world.pass_time(60)
    assert {second.public, third.public} < active()
    mallory.read(revocation)
    world.pass_time(60)
    assert len(active()) == 1
    assert not {second.public, third.public} & active()
