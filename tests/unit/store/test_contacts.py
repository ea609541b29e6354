"""Contacts and personas: names, states, devices."""

import pytest

from onionchat.errors import NameTaken, UnknownContact
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.store import contacts, personas
from onionchat.store.contacts import ContactDevice, ContactState
from onionchat.types import Trust, Visibility

from .conftest import key32


def test_a_new_contact_is_outgoing_unvalidated_and_not_hidden_from(tx, world):
    number = world.contact("Alice", suggested_name="al", greeting="hi")
    found = contacts.get(tx, number)
    assert (found.state, found.trust, found.visibility, found.verified, found.account_id) == (
        ContactState.OUTGOING,
        Trust.UNVALIDATED,
        Visibility.ONLINE,
        None,
        None,
    )
    assert (found.petname, found.suggested_name, found.greeting) == ("Alice", "al", "hi")
    assert contacts.by_petname(tx, "aLICE") == found
    assert contacts.by_persona(tx, found.persona) == found
    assert contacts.everyone(tx) == [found]


def test_petnames_are_unique_whatever_their_capitals(tx, world):
    world.contact("Alice")
    bob = world.contact("Bob")
    carol = world.persona("carol")
    with pytest.raises(NameTaken):
        contacts.add(tx, public_id=b"1", persona=carol, petname="ALICE", created=1)
    with pytest.raises(NameTaken):
        contacts.rename(tx, bob, "alice")
    contacts.rename(tx, bob, "BOB")
    assert contacts.get(tx, bob).petname == "BOB"
    assert len(contacts.chat_list(tx)) == 2


def test_another_clash_than_the_name_is_a_mistake_of_ours(tx, world):
    number = world.contact("Alice")
    persona = contacts.get(tx, number).persona
    with pytest.raises(Exception, match="UNIQUE"):
        contacts.add(tx, public_id=b"1", persona=persona, petname="other", created=1)


def test_everything_that_changes_can_be_changed(tx, world):
    number = world.contact("Alice")
    contacts.set_state(tx, number, ContactState.ACTIVE)
    contacts.set_account(tx, number, key32("account"))
    contacts.set_suggested_name(tx, number, "new")
    contacts.set_trust(tx, number, Trust.VALIDATED, 77)
    contacts.set_visibility(tx, number, Visibility.HIDDEN)
    found = contacts.get(tx, number)
    assert (found.state, found.suggested_name, found.trust, found.verified, found.visibility) == (
        ContactState.ACTIVE,
        "new",
        Trust.VALIDATED,
        77,
        Visibility.HIDDEN,
    )
    assert contacts.by_account(tx, key32("account")) == found


def test_unknown_contacts_are_named_so(tx):
    for call in (
        lambda: contacts.get(tx, 5),
        lambda: contacts.rename(tx, 5, "x"),
        lambda: contacts.set_state(tx, 5, ContactState.ACTIVE),
    ):
        with pytest.raises(UnknownContact):
            call()
    assert contacts.by_petname(tx, "x") is None
    assert contacts.by_account(tx, key32("x")) is None


def test_an_id_prefix_finds_none_one_or_says_that_there_are_more(tx, world):
    for name in ("a", "b", "c"):
        world.contact(name)
    public_id = contacts.by_petname(tx, "a").public_id
    (found,) = contacts.by_id_prefix(tx, public_id[:4] + bytes(12), public_id[:4] + b"\xff" * 12)
    assert found.petname == "a"
    assert len(contacts.by_id_prefix(tx, bytes(16), b"\xff" * 16)) == 2
    assert contacts.by_id_prefix(tx, bytes(16), bytes(16)) == []


def device(contact, name, **more):
    values = {
        "onion_key": key32(f"onion {name}"),
        "access_secret": key32(f"access {name}"),
        "port": 80,
        "capabilities": 0,
        "active": True,
    }
    return ContactDevice(
        contact=contact, device_key=key32(name), link_key=key32(f"link {name}"), **(values | more)
    )


def test_devices_are_kept_as_the_roster_says_now(tx, world):
    alice = world.contact("alice", state=ContactState.ACTIVE)
    phone = device(alice, "phone", onion_key=None, access_secret=None)
    laptop = device(alice, "laptop")
    contacts.put_device(tx, phone)
    contacts.put_device(tx, laptop)
    assert contacts.devices(tx, alice) == [phone, laptop]
    phone = device(alice, "phone", port=81, active=False)
    contacts.put_device(tx, phone)
    assert contacts.devices(tx, alice) == [phone, laptop]
    assert contacts.active_devices(tx) == [laptop]


def test_only_active_contacts_are_dialled(tx, world):
    alice = world.contact("alice", state=ContactState.BLOCKED)
    contacts.put_device(tx, device(alice, "phone"))
    assert contacts.active_devices(tx) == []


def test_finding_6b_a_contact_may_state_the_keys_of_another_one_s_device(tx, world):
    """It takes nothing over, and learns nothing of the other one by an error."""
    alice, mallory = world.contact("alice"), world.contact("mallory")
    phone, same = device(alice, "phone"), device(mallory, "phone", port=666)
    contacts.put_device(tx, phone)
    contacts.put_device(tx, same)
    assert contacts.devices(tx, alice) == [phone]
    assert contacts.devices(tx, mallory) == [same]


def test_personas_come_back_with_their_keys(tx, world):
    assert personas.self_account(tx) is None
    own = world.persona("self", is_self=True)
    number = world.persona("alice")
    found = personas.get(tx, number)
    assert isinstance(found.device, SigningKey)
    assert isinstance(found.link, AgreementKey)
    assert found.device.seed == key32("device for alice")
    assert found.link.seed == key32("link for alice")
    for other in (
        personas.by_account(tx, key32("account for alice")),
        personas.by_link_key(tx, found.link.public),
        personas.by_device_key(tx, found.device.public),
    ):
        assert other.number == number
    assert personas.self_account(tx).number == own
    assert [persona.number for persona in personas.everyone(tx)] == [own, number]


def test_unknown_personas(tx):
    with pytest.raises(KeyError):
        personas.get(tx, 5)
    assert personas.by_account(tx, key32("x")) is None
    assert personas.by_link_key(tx, key32("x")) is None
    assert personas.by_device_key(tx, key32("x")) is None


def test_there_is_one_self_account(tx, world):
    world.persona("self", is_self=True)
    with pytest.raises(Exception, match="UNIQUE"):
        world.persona("other self", is_self=True)


def test_rows_show_no_secret_name_or_text(tx, world):
    number = world.contact("Alice", suggested_name="suggested", greeting="greeting")
    world.say("Alice", "the text", mine=True)
    contacts.put_device(tx, device(number, "phone"))
    from onionchat.store import entries, logs, messages

    rows = [
        contacts.get(tx, number),
        contacts.summary(tx, number),
        *contacts.devices(tx, number),
        *personas.everyone(tx),
        *messages.history(tx, number, 5),
        *logs.ordered(tx, key32("direct Alice")),
        *logs.heads(tx, key32("direct Alice")),
        entries.NewEntry,
    ]
    shown = " ".join(map(repr, rows))
    for secret in ("Alice", "suggested", "greeting", "the text", "header", "x00", "\\x"):
        assert secret not in shown
