"""A revoked device gets no session and keeps none (spec 03): whoever has it may be a thief.

Found by a reviewer: a device that was revoked while it was linked went on getting texts until its
next start.
"""

from dataclasses import replace

from onionchat.node import journals
from onionchat.node.delivery import Delivery
from onionchat.node.directory import Card
from onionchat.node.live_link import LiveLink
from onionchat.protocol.identity.statements import build_revoke
from onionchat.protocol.journal.entry import EntryKind
from onionchat.protocol.journal.ids import account_journal
from onionchat.protocol.rooms.bodies import encode_text
from onionchat.store import contacts, moves, personas
from onionchat.store import journals as stored
from onionchat.types import DeviceKey


def revoke_own_device(person):
    """The account's only device ends itself, as a thief's tool might write it, and stays linked."""

    def work(tx):
        persona = personas.get(tx, contacts.everyone(tx)[0].persona)
        journal = stored.get(tx, account_journal(persona.account_id))
        revoked = build_revoke(persona.account_id, DeviceKey(persona.device.public), {})
        journals.append(tx, journal, persona.device, EntryKind.ROSTER, revoked, 0)

    person.read(work)


def active(person):
    return person.read(
        lambda tx: [
            device.active for device in contacts.devices(tx, contacts.everyone(tx)[0].number)
        ]
    )


def revoked_while_linked(world, friends):
    """Returns the texts that the revoked device has got after hours."""
    alice, bob = friends
    alice.send("Bob", "before")
    world.until(lambda: bob.texts("Alice") == ["before"], 60)
    revoke_own_device(bob)
    world.until(lambda: active(alice) == [False], 60)
    world.pass_time(1)
    alice.send("Bob", "after")
    world.pass_time(4 * 3600)
    alice.send("Bob", "long after")
    world.pass_time(60)
    return bob.texts("Alice")


def test_a_device_that_is_revoked_while_linked_gets_nothing_any_more(world, friends):
    assert revoked_while_linked(world, friends) == ["before"]
    alice, _bob = friends
    assert not alice.contact("Bob").connected


def test_the_anti_test_its_link_would_stay(world, friends, monkeypatch):
    monkeypatch.setattr(Delivery, "drop_others", lambda *_: None)
    assert revoked_while_linked(world, friends) == ["before", "after", "long after"]


SECRET = "in the same commit"


def said_with_the_revocation(world, friends, monkeypatch):
    """How often a text is said to the revoked device that is written in the commit that ends it:
    the links are told of both before anything else is read."""
    alice, bob = friends
    real, send, said = journals.refresh_devices, LiveLink.send, []

    def and_write(tx, number, now):
        real(tx, number, now)
        if [device.active for device in contacts.devices(tx, number)] == [False]:
            persona = personas.get(tx, contacts.get(tx, number).persona)
            direct = stored.direct(tx, number)
            text = encode_text(SECRET)
            journals.append(tx, direct, persona.device, EntryKind.TEXT, text, 0)

    def noted(link, channel, data, **more):
        said.append(data)
        return send(link, channel, data, **more)

    revoke_own_device(bob)
    monkeypatch.setattr(journals, "refresh_devices", and_write)
    monkeypatch.setattr(LiveLink, "send", noted)
    world.until(lambda: active(alice) == [False], 60)
    world.pass_time(60)
    assert alice.texts("Bob") == [SECRET]
    return sum(SECRET.encode() in data for data in said)


def test_what_is_committed_with_the_revocation_is_not_said_to_it(world, friends, monkeypatch):
    assert said_with_the_revocation(world, friends, monkeypatch) == 0


def test_the_anti_test_once_the_contact_was_read_anew_is_too_late(world, friends, monkeypatch):
    monkeypatch.setattr(journals, "DevicesEnded", lambda *_: object())
    assert said_with_the_revocation(world, friends, monkeypatch) == 1


def test_a_revoked_device_is_none_of_the_card():
    """Also where another check stands behind this one."""
    key, link_key = DeviceKey(b"d" * 32), b"l" * 32
    device = contacts.ContactDevice(1, key, link_key, None, None, 0, 0, active=True)
    card = Card(1, "", "", None, None, b"", b"", None, None, (device,), None, 0)
    assert card.device_of(link_key) is device
    assert card.active == {device.device_key}
    ended = replace(card, devices=(replace(device, active=False),))
    assert ended.device_of(link_key) is None
    assert ended.active == frozenset()


def test_it_does_not_come_in_again(world, friends, monkeypatch):
    """It goes on calling, with a key that was right once, and would find us where we were."""
    monkeypatch.setattr(moves, "due", lambda *_: None)
    alice, bob = friends
    revoke_own_device(bob)
    world.until(lambda: active(alice) == [False], 60)
    world.cut(alice, bob)
    world.pass_time(3600)
    assert not alice.contact("Bob").connected
    assert not bob.contact("Alice").connected


def test_the_anti_test_a_node_that_asks_for_the_right_key_alone_lets_it_in(
    world, friends, monkeypatch
):
    def of_any_state(card, link_key):
        return next((it for it in card.devices if it.link_key == link_key), None)

    def all_of_them(card):
        return frozenset(device.device_key for device in card.devices)

    monkeypatch.setattr(moves, "due", lambda *_: None)
    monkeypatch.setattr(Card, "device_of", of_any_state)
    monkeypatch.setattr(Card, "active", property(all_of_them))
    alice, bob = friends
    revoke_own_device(bob)
    world.until(lambda: active(alice) == [False], 60)
    world.cut(alice, bob)
    world.pass_time(3600)
    assert alice.contact("Bob").connected
