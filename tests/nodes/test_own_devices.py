"""Two devices of one person: the own row, own links, and what travels on them
(docs/devices.md, "The own row")."""

import pytest

from onionchat.errors import BadSignature, NotPermitted, ProfileNotFresh
from onionchat.node import journals, onions, own_devices, reserve, shared_journals
from onionchat.node.contact_link import ContactLink
from onionchat.node.delivery import Delivery
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.identity.recovery import BOX_SIZE
from onionchat.protocol.identity.statements import consent
from onionchat.protocol.rooms.household import RECOVERY_BOX, device_name
from onionchat.store import contacts, intake, personas
from onionchat.testing.devices import (
    acquaint,
    join_devices,
    revoke,
    said,
    self_account,
    share,
)
from onionchat.testing.rng import SeededRng
from onionchat.testing.virtual_time import Stuck
from onionchat.types import DeviceKey
from onionchat.views import ConnectionChanged, ContactChanged, MessageAdded

# --- the account, and the row ---------------------------------------------------------------------


def test_two_devices_of_one_account_find_each_other(world, both):
    alice, laptop = both
    assert alice.do(alice.api.status()).account == laptop.do(laptop.api.status()).account
    assert laptop.do(laptop.api.status()).name == "Alice"


def test_a_person_with_one_device_has_no_row(alice):
    assert alice.read(contacts.own) is None


def test_the_row_is_no_contact(world, both):
    """Not in the list, not found by anything that can be typed, not counted, not told of."""
    for device in both:
        row = device.read(contacts.own)
        assert device.contacts() == () or device.contacts() == []
        status = device.do(device.api.status())
        assert (status.contacts, status.connected, status.queued) == (0, 0, 0)
        assert device.told(ConnectionChanged) == []
        assert device.told(ContactChanged) == []
        for found in (contacts.everyone, contacts.petnames, contacts.chat_list):
            assert device.read(found) == []
        assert device.read(lambda tx: contacts.by_petname(tx, "")) is None
        assert device.read(lambda tx, row=row: contacts.by_account(tx, row.account_id)) is None
        assert device.read(lambda tx, row=row: contacts.by_persona(tx, row.persona)) is None
        span = row.public_id, row.public_id
        assert device.read(lambda tx, span=span: contacts.by_id_prefix(tx, *span)) == []
        assert device.api.directory.all() == []


def recovery_box(device):
    return device.read(lambda tx: personas.self_account(tx).recovery_box)


def test_each_device_can_open_the_recovery_secret_by_the_phrase(world, both):
    """Also one that was linked by another than the first."""
    alice, laptop = both
    box = recovery_box(alice)
    world.until(lambda: recovery_box(laptop) == box, 30)
    phone = world.device(laptop, "Phone")
    world.until(lambda: recovery_box(phone) == box, 60)
    assert len(box) == BOX_SIZE


def test_what_another_device_calls_the_recovery_secret_counts_for_nothing(world, both, monkeypatch):
    """Or a thief of one device could see to it that the phrase opens nothing."""
    alice, laptop = both
    phone = world.device(alice, "Phone")
    world.part(phone, alice)
    share(laptop, RECOVERY_BOX, bytes(BOX_SIZE))
    world.pass_time(10)
    box = recovery_box(alice)
    assert len(set(box)) > 1
    world.heal(phone, alice)
    world.until(lambda: recovery_box(phone) == box, 600)


def test_its_onion_is_known_to_no_contact(world, three):
    alice, laptop, bob = three
    own = alice.read(contacts.own)
    (stated,) = laptop.read(lambda tx: contacts.devices(tx, contacts.own(tx).number))
    world.pass_time(5)
    known = bob.read(lambda tx: contacts.devices(tx, contacts.everyone(tx)[0].number))
    assert len({device.onion_key for device in (stated, *known)}) == 3
    assert own is not None


def test_only_a_fresh_profile_becomes_a_device(world, alice, bob, carol):
    world.befriend(bob, carol)
    with pytest.raises(ProfileNotFresh):
        join_devices(alice, bob)


def test_a_device_is_of_one_account(world, both, carol):
    _, laptop = both
    with pytest.raises(ProfileNotFresh):
        join_devices(carol, laptop)


def test_nobody_is_added_without_consent(alice):
    device = SigningKey.generate(SeededRng("device"))
    link = AgreementKey.generate(SeededRng("link"))

    def work(tx):
        own_devices.admit(
            tx,
            SeededRng("x"),
            device_key=DeviceKey(device.public),
            link_key=link.public,
            consent=bytes(64),
            now=alice.wall.millis(),
        )

    with pytest.raises(BadSignature):
        alice.read(work)
    assert alice.read(contacts.own) is None


def test_asked_again_nothing_is_added_twice(both):
    alice, laptop = both
    account = self_account(alice)
    keys = laptop.read(
        lambda tx: (
            personas.self_account(tx).device.public,
            personas.self_account(tx).link.public,
        )
    )
    before = alice.read(lambda tx: journals.account_entries(tx, account))
    again = alice.read(
        lambda tx: own_devices.admit(
            tx, SeededRng("x"), device_key=keys[0], link_key=keys[1], consent=b"", now=0
        )
    )
    assert list(again) == before


def test_a_link_key_is_of_one_device(both):
    """Whoever else claims it is refused, also with consent."""
    alice, laptop = both
    other = SigningKey.generate(SeededRng("other"))
    account = self_account(alice)
    author = alice.read(lambda tx: personas.self_account(tx).device.public)
    taken = laptop.read(lambda tx: personas.self_account(tx).link.public)
    signed = consent(account, author, other, taken)
    with pytest.raises(NotPermitted):
        alice.read(
            lambda tx: own_devices.admit(
                tx, SeededRng("x"), device_key=other.public, link_key=taken, consent=signed, now=0
            )
        )


# --- links ----------------------------------------------------------------------------------------


def test_a_link_that_breaks_is_made_anew(world, both):
    alice, laptop = both
    assert world.cut(alice, laptop)
    world.until(lambda: not world.joined(alice, laptop), 5)
    world.until(lambda: world.joined(alice, laptop), 60)


def test_two_links_at_once_become_one(world, both):
    """The side with the lower device key closes doubles, whoever dialled."""
    alice, laptop = both
    for _ in range(5):
        world.cut(alice, laptop)
        world.until(lambda: world.joined(alice, laptop), 60)
        world.pass_time(3)
        row = alice.read(contacts.own).number
        assert len(alice.api.delivery._links[row]) == 1


def test_they_find_each_other_after_a_restart_of_both(world, both):
    alice, laptop = both
    alice.stop()
    laptop.stop()
    laptop.start()
    alice.start()
    world.until(lambda: world.joined(alice, laptop), 60)


def test_of_three_devices_each_has_a_link_to_each(world, both):
    alice, laptop = both
    phone = world.device(laptop, "Phone")
    devices = (alice, laptop, phone)
    world.until(lambda: all(len(device.own_links()) == 2 for device in devices), 120)
    world.cut(alice, phone)
    world.until(lambda: len(alice.own_links()) == 1, 5)
    world.until(lambda: all(len(device.own_links()) == 2 for device in devices), 60)


def test_a_revoked_device_gets_no_link(world, both):
    alice, laptop = both
    revoke(alice, laptop.self_key())
    world.pass_time(1)
    assert alice.own_links() == frozenset()
    world.pass_time(3600)
    assert alice.own_links() == laptop.own_links() == frozenset()


def both_move(world, both):
    """Both devices are at other onions than they stated, before they were linked again."""
    alice, laptop = both
    alice.stop()
    laptop.stop()
    for device, name in ((alice, "a"), (laptop, "b")):
        world.network.partition("alice", "laptop")
        device.start()

        def move(tx, name=name, device=device):
            number = contacts.own(tx).number
            onions.shut_out(tx, number, SeededRng(name), device.wall.millis())
            onions.place_alone(tx, number, SeededRng(name), device.wall.millis())

        device.read(move)
    world.pass_time(60)
    world.network.heal("alice", "laptop")


def test_they_meet_at_reserve_onions_when_both_have_moved(world, both):
    both_move(world, both)
    world.until(lambda: world.joined(*both), 3600)


def test_the_anti_test_hosted_under_the_account_they_would_not(world, both, monkeypatch):
    """It is the same at both ends, so both would host one onion and dial it at themselves."""
    real = reserve.address_of
    account = self_account(both[0])
    monkeypatch.setattr(reserve, "address_of", lambda link, _, device: real(link, account, device))
    both_move(world, both)
    with pytest.raises(Stuck):
        world.until(lambda: world.joined(*both), 3600)


# --- the self journal -----------------------------------------------------------------------------


def test_the_self_journal_syncs_both_ways(world, both):
    alice, laptop = both
    share(alice, ("a",), b"1")
    share(laptop, ("b",), b"2")
    world.until(lambda: said(alice) == said(laptop) and ("b",) in said(alice), 30)
    assert ("a",) in said(laptop)


def test_what_was_put_while_apart_comes_with_the_next_link(world, both):
    alice, laptop = both
    world.part(alice, laptop)
    share(alice, ("a",), b"1")
    share(laptop, ("b",), b"2")
    alice.restart()
    world.pass_time(60)
    world.heal(alice, laptop)
    world.until(lambda: {("a",), ("b",)} <= set(said(alice)), 1200)
    world.until(lambda: said(alice) == said(laptop), 60)


# --- conversations --------------------------------------------------------------------------------


def test_what_a_contact_writes_reaches_both_devices(world, three):
    alice, laptop, bob = three
    bob.send("Alice", "hello")
    world.until(lambda: laptop.texts("Bob") == ["hello"], 60)
    assert laptop.contact("Bob").unread == 1
    assert not laptop.contact("Bob").connected


def test_what_was_written_before_comes_as_well(world, both, bob):
    alice, laptop = both
    world.part(laptop, bob)
    world.part(laptop, alice)
    world.befriend(alice, bob)
    bob.send("Alice", "early")
    alice.send("Bob", "earlier still")
    world.until(lambda: len(alice.texts("Bob")) == 2, 60)
    world.heal(laptop, alice)
    acquaint(laptop, "Bob")
    world.until(lambda: laptop.texts("Bob") == alice.texts("Bob"), 60)
    assert [m.mine for m in laptop.history("Bob")] == [m.mine for m in alice.history("Bob")]


def test_what_a_contact_has_answered_it_has(world, both, bob):
    """A new device is told of no acknowledgements; but whoever names a message has it, and all
    before it, whoever of us wrote it."""
    alice, laptop = both
    world.part(laptop, bob)
    world.part(laptop, alice)
    world.befriend(alice, bob)
    tablet = world.device(alice, "Tablet")
    world.part(tablet, bob)
    world.part(tablet, laptop)
    acquaint(tablet, "Bob")
    tablet.send("Bob", "one")
    world.until(lambda: alice.texts("Bob") == ["one"], 60)
    alice.send("Bob", "two")
    world.until(lambda: bob.texts("Alice") == ["one", "two"], 60)
    bob.send("Alice", "three")
    world.until(lambda: len(alice.texts("Bob")) == 3, 60)
    world.part(alice, bob)
    world.cut(alice, bob)
    alice.send("Bob", "four")
    world.heal(laptop, alice)
    acquaint(laptop, "Bob")
    world.until(lambda: len(laptop.texts("Bob")) == 4, 60)
    found = [message.state for message in laptop.history("Bob")]
    assert found == ["delivered", "delivered", "received", "queued"]
    assert laptop.contact("Bob").queued == 1


def test_what_one_device_writes_the_other_shows_as_ones_own(world, three):
    alice, laptop, bob = three
    laptop.send("Bob", "from the laptop")
    world.until(lambda: alice.texts("Bob") == bob.texts("Alice") == ["from the laptop"], 60)
    (message,) = alice.history("Bob")
    assert message.mine
    (told,) = [event for event in alice.told(MessageAdded)]
    assert told.message.mine
    world.until(lambda: alice.history("Bob")[0].state == "delivered", 30)
    assert alice.contact("Bob").unread == 0


def test_an_own_device_that_has_a_message_does_not_deliver_it(world, three):
    """Only the contact does."""
    alice, laptop, bob = three
    world.part(alice, bob)
    alice.send("Bob", "hello")
    world.until(lambda: laptop.texts("Bob") == ["hello"], 60)
    world.pass_time(10)
    assert alice.history("Bob")[0].state == "queued"
    assert alice.contact("Bob").queued == laptop.contact("Bob").queued == 1
    world.heal(alice, bob)
    world.until(lambda: alice.history("Bob")[0].state == "delivered", 1200)
    assert alice.contact("Bob").queued == 0


def test_what_a_relay_brings_is_nobodys_debt(world, three):
    alice, laptop, bob = three
    bob.send("Alice", "hello")
    world.until(lambda: laptop.texts("Bob") == ["hello"], 60)
    alice.send("Bob", "hi")
    laptop.send("Bob", "ho")
    world.until(lambda: len(laptop.texts("Bob")) == len(alice.texts("Bob")) == 3, 60)
    world.pass_time(5)

    def taken(tx):
        day = laptop.wall.millis() // 86_400_000
        return [
            intake.taken(tx, row.number, day) for row in (contacts.own(tx), *contacts.everyone(tx))
        ]

    assert laptop.read(taken) == [(0, 0), (0, 0)]


def test_a_conversation_goes_on_with_either_device(world, three):
    """Also once the contact has links to both, and each message comes by two ways."""
    alice, laptop, bob = three
    world.heal(laptop, bob)
    world.until(lambda: world.linked(laptop, bob) or "Bob" in laptop.links(), 1200)
    for number in range(4):
        for writer, to in ((alice, "Bob"), (laptop, "Bob"), (bob, "Alice")):
            writer.send(to, f"{number} by {writer.profile.name}")
    everybody = ((alice, "Bob"), (laptop, "Bob"), (bob, "Alice"))
    world.until(lambda: all(len(person.texts(to)) == 12 for person, to in everybody), 60)
    assert alice.texts("Bob") == laptop.texts("Bob") == bob.texts("Alice")
    world.until(
        lambda: all(
            message.state in ("delivered", "received")
            for person, to in everybody
            for message in person.history(to)
        ),
        60,
    )
    alice.stop()
    bob.send("Alice", "while the old one is off")
    laptop.send("Bob", "and back")
    world.until(lambda: len(laptop.texts("Bob")) == len(bob.texts("Alice")) == 14, 60)
    alice.start()
    world.until(lambda: alice.texts("Bob") == laptop.texts("Bob"), 120)


def test_a_contact_that_is_removed_is_not_shared_any_more(world, three):
    alice, laptop, bob = three
    alice.do(alice.api.remove("Bob"))
    bob.send("Alice", "hello?")
    world.until(lambda: laptop.contacts() == [], 60)
    share(laptop, ("still", "here"), b"1")
    world.until(lambda: ("still", "here") in said(alice), 60)
    assert world.joined(alice, laptop)
    assert alice.contacts() == []


# --- what comes before what -----------------------------------------------------------------------


def comes_back(world, three):
    """A third device knows Bob; while it is off, a fourth is added and writes. It comes back, and
    gets both from the first one."""
    alice, laptop, bob = three
    phone = world.device(alice, "Phone")
    world.part(phone, bob)
    world.part(phone, laptop)
    acquaint(phone, "Bob")
    bob.send("Alice", "hello")
    world.until(lambda: phone.texts("Bob") == ["hello"], 60)
    phone.stop()
    tablet = world.device(alice, "Tablet")
    world.part(phone, tablet)
    acquaint(tablet, "Bob")
    tablet.send("Bob", "from a device that the phone has never heard of")
    world.until(lambda: len(alice.texts("Bob")) == 2, 60)
    phone.start()
    world.until(lambda: len(phone.texts("Bob")) == 2, 300)


@pytest.fixture
def violations(monkeypatch):
    found = []
    monkeypatch.setattr(Delivery, "violation", lambda _, link, error: found.append(type(error)))
    return found


def test_who_may_write_comes_before_what_was_written(world, three, violations):
    comes_back(world, three)
    assert violations == []


def test_what_came_too_early_comes_again(world, three, monkeypatch, violations):
    """In the other order it is refused at first, and a new link brings it."""
    monkeypatch.setattr(shared_journals, "_FIRST", shared_journals._FIRST[::-1])
    comes_back(world, three)
    assert set(violations) == {NotPermitted}


def test_the_anti_test_a_link_that_does_not_begin_anew_never_brings_it(
    world, three, monkeypatch, violations
):
    monkeypatch.setattr(shared_journals, "_FIRST", shared_journals._FIRST[::-1])
    monkeypatch.setattr(ContactLink, "_look_at_strangers", lambda *_: None)
    with pytest.raises(Stuck):
        comes_back(world, three)


def test_a_name_that_a_device_of_another_make_says_is_made_fit_to_be_shown(world, both):
    """Whoever has one device must not keep the person from seeing, and putting out, that device."""
    alice, laptop = both
    share(laptop, device_name(laptop.self_key()), b"\xff\x1b[2Jlap\ntop")
    world.pass_time(10)
    names = [device.name for device in alice.do(alice.api.devices())]
    assert len(names) == 2
    assert all(name.isprintable() for name in names)
    share(laptop, device_name(laptop.self_key()), b"\n")
    world.pass_time(10)
    assert "Device 2" in [device.name for device in alice.do(alice.api.devices())]
