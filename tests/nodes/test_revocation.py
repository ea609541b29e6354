"""Putting a device out, whole nodes: what becomes of the account, of contacts, of what it signs
(docs/devices.md, "Putting a device out")."""

import pytest

from onionchat.errors import (
    ContactCompromised,
    DevicePutOut,
    InvalidInput,
    NotSenior,
    OnlyDevice,
    UnknownDevice,
)
from onionchat.node import eviction, journals
from onionchat.node.revocation import Revocation
from onionchat.protocol.identity.recovery import phrase_from_seed
from onionchat.protocol.identity.statements import Revoke, decode_statement
from onionchat.protocol.journal.ids import account_journal
from onionchat.store import contacts, logs, moves, onions, personas
from onionchat.testing.devices import acquaint
from onionchat.views import Warned

SOON = 60
LATER = 3600


@pytest.fixture
def home(world, both, bob):
    """Alice's two devices, and Bob, who is a contact of both and linked to both."""
    alice, laptop = both
    world.befriend(alice, bob)
    acquaint(laptop, "Bob")
    world.until(lambda: world.has_link(laptop, bob) and devices_of(bob, "Alice") == 2, 1200)
    return alice, laptop, bob


def devices_of(person, name):
    """How many active devices somebody knows of a contact."""

    def work(tx):
        contact = contacts.by_petname(tx, name)
        return sum(device.active for device in contacts.devices(tx, contact.number))

    return person.read(work)


def revoke(by, which, recovery=None):
    return by.do(by.api.revoke_device(which, recovery=recovery))


def own_id(device):
    return device.self_key().hex()


def members(device, name):
    """The persona for a contact as this device's roster has it: keys and whether they are in."""

    def work(tx):
        contact = contacts.by_petname(tx, name)
        known = journals.roster(tx, personas.get(tx, contact.persona).account_id)
        return {key: member.active for key, member in known.devices.items()}

    return device.read(work)


def states(device):
    return [view.state for view in device.do(device.api.devices())]


# --- a junior device is put out -------------------------------------------------------------------


def test_what_it_writes_later_counts_nowhere_and_what_it_wrote_stands_everywhere(world, home):
    alice, laptop, bob = home
    laptop.send("Bob", "before")
    world.until(lambda: alice.texts("Bob") == bob.texts("Alice") == ["before"], SOON)
    said = revoke(alice, "Device 2")
    assert (said.contacts, said.senior, said.waiting) == (1, 0, 0)
    assert (said.device.state, said.device.name) == ("revoked", "Device 2")
    assert states(alice) == ["active", "revoked"]
    world.until(lambda: devices_of(bob, "Alice") == 1, SOON)
    assert [item.kind for item in bob.contact("Alice").news][-1] == "removed"
    world.pass_time(5)
    assert not laptop.links() and not alice.own_links() and not laptop.own_links()
    laptop.send("Bob", "after")
    world.pass_time(LATER)
    bob.send("Alice", "to whom?")
    world.until(lambda: alice.texts("Bob") == ["before", "to whom?"], SOON)
    world.pass_time(LATER)
    assert bob.texts("Alice") == ["before", "to whom?"]
    assert laptop.texts("Bob") == ["before", "after"]
    assert not laptop.links() and not laptop.own_links()
    for person in (alice, bob, laptop):
        person.restart()
    world.pass_time(LATER)
    assert bob.texts("Alice") == alice.texts("Bob") == ["before", "to whom?"]
    assert not laptop.links() and not laptop.own_links()


def test_a_text_that_reached_a_contact_before_the_news_is_shown_no_more(world, home):
    """Beyond the epilogue nothing counts, when it came and how it is dated."""
    alice, laptop, bob = home
    world.part(alice, laptop)
    world.part(alice, bob)
    laptop.send("Bob", "a thief's")
    world.until(lambda: bob.texts("Alice") == ["a thief's"], SOON)
    assert bob.contact("Alice").unread == 1
    revoke(alice, "Device 2")
    world.heal(alice, bob)
    world.until(lambda: devices_of(bob, "Alice") == 1, LATER)
    assert bob.texts("Alice") == []
    assert bob.contact("Alice").unread == 0
    assert bob.do(bob.api.search("thief", contact=None, limit=9)) == []
    world.until(lambda: world.linked(alice, bob), LATER)
    bob.send("Alice", "who was that?")
    world.until(lambda: alice.texts("Bob") == ["who was that?"], LATER)


def test_all_addresses_that_it_knew_are_moved_at_once(world, home, carol):
    alice, laptop, bob = home
    world.befriend(alice, carol)
    acquaint(laptop, "Carol")
    before = {onion.key.public for onion in alice.read(onions.in_use)}
    theirs = {onion.key.public for onion in bob.read(onions.in_use)}
    revoke(alice, "Device 2")
    after = {onion.key.public for onion in alice.read(onions.in_use)}
    assert not before & after
    assert alice.read(moves.next_due) is None
    world.until(lambda: world.linked(alice, bob) and world.linked(alice, carol), LATER)
    for friend in (bob, carol):
        world.until(lambda friend=friend: known_onions(friend, "Alice") <= after, LATER)
    # The contact moves as well: the device knew where it is.
    assert not theirs & {onion.key.public for onion in bob.read(onions.in_use)}
    alice.send("Bob", "still there?")
    world.until(lambda: bob.texts("Alice") == ["still there?"], LATER)


def known_onions(person, name):
    def work(tx):
        contact = contacts.by_petname(tx, name)
        return {one.onion_key for one in contacts.devices(tx, contact.number) if one.active}

    return person.read(work)


def test_the_others_hear_of_it_and_do_not_say_it_again(world, home):
    """Several statements would be several ends, and the earliest would count."""
    alice, laptop, bob = home
    phone = world.device(alice, "Phone")
    acquaint(phone, "Bob")
    world.until(lambda: devices_of(bob, "Alice") == 3, LATER)
    revoke(laptop, "Device 3")
    world.until(lambda: states(alice) == ["active", "active", "revoked"], SOON)
    world.until(lambda: devices_of(bob, "Alice") == 2, SOON)
    world.pass_time(SOON)
    assert revocations(bob, "Alice") == 1
    assert any("put out" in warned.sentence for warned in alice.told(Warned))
    alice.restart()
    laptop.restart()
    world.pass_time(SOON)
    assert revocations(bob, "Alice") == 1
    assert members(alice, "Bob") == members(laptop, "Bob")


def test_what_the_words_are_asked_for_is_said_by_the_device_where_they_are_typed(
    world, both, bob, monkeypatch
):
    """Also in personas where another device could by its own word."""
    alice, laptop = both
    phone = world.device(alice, "Phone")
    world.until(lambda: world.joined(laptop, phone), LATER)
    world.part(laptop, phone)
    world.part(laptop, alice)
    world.befriend(phone, bob)
    acquaint(alice, "Bob")
    world.heal(laptop, phone)
    world.heal(laptop, alice)
    acquaint(laptop, "Bob")
    world.until(lambda: devices_of(bob, "Phone") == 3, LATER)
    world.until(lambda: world.joined(laptop, phone), LATER)

    async def nothing(_self):
        return

    with monkeypatch.context() as slow:
        slow.setattr(Revocation, "resume", nothing)
        revoke(laptop, "Device 1", " ".join(alice.words))
        world.until(lambda: states(phone) == ["revoked", "active", "active"], LATER)
        world.pass_time(SOON)
    phone.restart()
    laptop.restart()
    world.until(lambda: devices_of(bob, "Phone") == 2, LATER)
    world.pass_time(LATER)
    assert revocations(bob, "Phone") == 1


def revocations(person, name):
    def work(tx):
        account = contacts.by_petname(tx, name).account_id
        bodies = (entry.body for entry in logs.ordered(tx, account_journal(account)))
        return sum(isinstance(decode_statement(body), Revoke) for body in bodies if body)

    return person.read(work)


# --- who may do it --------------------------------------------------------------------------------


def phrase(person):
    return " ".join(person.words)


def test_a_junior_device_does_not_put_out_a_senior_one(world, home):
    alice, laptop, bob = home
    with pytest.raises(NotSenior):
        revoke(laptop, "Device 1")
    with pytest.raises(UnknownDevice):
        revoke(laptop, "Device 9")
    world.pass_time(SOON)
    assert states(alice) == states(laptop) == ["active", "active"]
    assert devices_of(bob, "Alice") == 2


def test_the_recovery_words_put_out_the_senior_one_on_whichever_device_they_are_typed(world, home):
    alice, laptop, bob = home
    alice.send("Bob", "from the first one")
    world.until(lambda: laptop.texts("Bob") == bob.texts("Alice") == ["from the first one"], SOON)
    said = revoke(laptop, "Device 1", phrase(alice).upper())
    assert (said.contacts, said.senior, said.waiting) == (1, 0, 0)
    world.until(lambda: devices_of(bob, "Alice") == 1, SOON)
    world.pass_time(5)
    assert not alice.links() and not laptop.own_links()
    alice.send("Bob", "a thief's")
    laptop.send("Bob", "I am still here")
    seen = ["from the first one", "I am still here"]
    world.until(lambda: bob.texts("Alice") == laptop.texts("Bob") == seen, LATER)
    world.pass_time(LATER)
    assert bob.texts("Alice") == seen


@pytest.mark.parametrize("typed", ["word " * 24, "too few", phrase_from_seed(b"other".ljust(32))])
def test_wrong_words_change_nothing_and_the_right_ones_do_it_then(world, home, typed):
    alice, laptop, bob = home
    with pytest.raises(InvalidInput) as refused:
        revoke(laptop, "Device 1", typed)
    assert not set(typed.split()) & set(refused.value.args[0].split()) - {"word", "too", "few"}
    assert states(laptop) == ["active", "active"]
    world.pass_time(SOON)
    assert devices_of(bob, "Alice") == 2
    revoke(laptop, "Device 1", phrase(alice))
    world.until(lambda: devices_of(bob, "Alice") == 1, SOON)


def test_where_the_junior_device_founded_the_persona_the_words_settle_it(world, both, bob):
    alice, laptop = both
    world.befriend(laptop, bob)
    acquaint(alice, "Bob")
    world.until(lambda: devices_of(bob, "Laptop") == 2, SOON)
    said = revoke(alice, "Device 2")
    assert (said.contacts, said.senior, said.waiting) == (0, 1, 0)
    world.pass_time(SOON)
    assert devices_of(bob, "Laptop") == 2
    said = revoke(alice, "Device 2", phrase(alice))
    assert (said.contacts, said.senior, said.waiting) == (1, 0, 0)
    world.until(lambda: devices_of(bob, "Laptop") == 1, LATER)
    alice.send("Bob", "it is me")
    world.until(lambda: bob.texts("Laptop") == ["it is me"], LATER)
    laptop.send("Bob", "a thief's")
    world.pass_time(LATER)
    assert bob.texts("Laptop") == ["it is me"]


def test_a_thief_with_the_junior_device_does_not_put_out_the_senior_one_anywhere(world, home):
    """Whatever his program says: the statement is void, and proof."""
    alice, laptop, bob = home
    force(laptop, alice)
    world.until(lambda: bob.contact("Alice").trust == "compromised", SOON)
    assert devices_of(bob, "Alice") == 2
    assert states(alice) == states(laptop) == ["active", "active"]
    revoke(alice, "Device 2")
    world.until(lambda: devices_of(bob, "Alice") == 1, SOON)
    assert states(alice) == ["active", "revoked"]
    with pytest.raises(ContactCompromised):
        bob.send("Alice", "not without a word")
    bob.do(bob.api.send("Alice", "all the same", anyway=True))
    world.until(lambda: alice.texts("Bob") == ["all the same"], LATER)


def force(by, other):
    """`by` says in the self account and in every persona that `other` is to go, allowed or not."""
    key = other.self_key()

    def work(tx):
        own = personas.self_account(tx)
        household = journals.roster(tx, own.account_id)
        for persona in personas.everyone(tx):
            if persona.is_self:
                eviction.end(tx, persona, key, by.wall.millis())
            for theirs in (
                () if persona.is_self else eviction.active_keys(tx, persona, household, key)
            ):
                eviction.end(tx, persona, theirs, by.wall.millis())

    by.read(work)


def test_two_devices_that_put_each_other_out_at_once_end_the_same_everywhere(world, home):
    alice, laptop, bob = home
    phone = world.device(alice, "Phone")
    acquaint(phone, "Bob")
    world.until(lambda: devices_of(bob, "Alice") == 3, LATER)
    world.part(alice, laptop)
    revoke(alice, "Device 2")
    force(laptop, alice)
    world.heal(alice, laptop)
    world.until(lambda: devices_of(bob, "Alice") == 2, LATER)
    world.until(lambda: states(phone) == ["active", "revoked", "active"], LATER)
    assert states(alice) == ["active", "revoked", "active"]
    world.until(lambda: members(phone, "Bob") == members(alice, "Bob"), LATER)
    assert sorted(members(alice, "Bob").values()) == [False, True, True]
    alice.send("Bob", "still here")
    phone.send("Bob", "and here")
    world.until(lambda: set(bob.texts("Alice")) == {"still here", "and here"}, LATER)


# --- leaving --------------------------------------------------------------------------------------


def test_a_device_that_leaves_says_so_everywhere_and_then_nothing_more(world, home):
    alice, laptop, bob = home
    laptop.send("Bob", "my last word")
    said = revoke(laptop, "Device 2")
    assert said.device.this
    assert said.contacts == 1
    world.until(lambda: devices_of(bob, "Alice") == 1, SOON)
    world.until(lambda: states(alice) == ["active", "revoked"], SOON)
    world.until(lambda: bob.texts("Alice") == alice.texts("Bob") == ["my last word"], SOON)
    with pytest.raises(DevicePutOut):
        laptop.send("Bob", "one more")
    with pytest.raises(DevicePutOut):
        revoke(laptop, "Device 1")
    world.pass_time(LATER)
    assert not laptop.links() and not laptop.own_links()
    laptop.restart()
    assert laptop.texts("Bob") == ["my last word"]
    assert bob.texts("Alice") == alice.texts("Bob") == ["my last word"]


def test_the_last_device_does_not_leave(alice):
    with pytest.raises(OnlyDevice):
        revoke(alice, "Device 1")


# --- what is left undone --------------------------------------------------------------------------


def test_what_a_crash_left_undone_is_done_at_the_next_start(world, home, monkeypatch):
    alice, _laptop, bob = home

    async def nothing(_self):
        return

    monkeypatch.setattr(Revocation, "resume", nothing)
    monkeypatch.setattr(Revocation, "_move", nothing)
    revoke(alice, "Device 2")
    monkeypatch.undo()
    assert devices_of(bob, "Alice") == 2
    alice.kill()
    alice.start()
    world.until(lambda: devices_of(bob, "Alice") == 1, LATER)
    assert alice.read(moves.next_due) is None


def test_so_is_what_the_recovery_key_signed_without_being_asked_for_the_words_again(
    world, home, monkeypatch
):
    alice, laptop, bob = home

    async def nothing(_self):
        return

    monkeypatch.setattr(Revocation, "resume", nothing)
    revoke(laptop, "Device 1", phrase(alice))
    monkeypatch.undo()
    laptop.kill()
    assert devices_of(bob, "Alice") == 2
    laptop.start()
    world.until(lambda: devices_of(bob, "Alice") == 1, LATER)


def test_personas_are_done_in_pieces(world, home, carol, monkeypatch):
    alice, laptop, bob = home
    world.befriend(alice, carol)
    acquaint(laptop, "Carol")
    world.until(lambda: devices_of(carol, "Alice") == 2, LATER)
    monkeypatch.setattr("onionchat.node.revocation.AT_ONCE", 1)
    assert revoke(alice, "Device 2").contacts == 2
    for friend in (bob, carol):
        world.until(lambda friend=friend: devices_of(friend, "Alice") == 1, LATER)


# --- what comes later -----------------------------------------------------------------------------


def test_a_persona_that_comes_later_and_still_holds_it_is_settled_as_well(world, both, bob):
    """By the device that can, if the one on which it was asked is junior there."""
    alice, laptop = both
    phone = world.device(alice, "Phone")
    world.until(lambda: world.joined(laptop, phone), LATER)
    world.part(alice, laptop)
    world.part(alice, phone)
    world.part(alice, bob)
    world.befriend(laptop, bob)
    acquaint(phone, "Bob")
    world.until(lambda: devices_of(bob, "Laptop") == 2, LATER)
    revoke(alice, "Device 3")
    for other in (laptop, phone, bob):
        world.heal(alice, other)
    acquaint(alice, "Bob")
    world.until(lambda: states(laptop) == ["active", "active", "revoked"], LATER)
    world.until(lambda: members(alice, "Bob") == members(laptop, "Bob"), LATER)
    world.until(lambda: sorted(members(alice, "Bob").values()) == [False, True, True], LATER)
    world.until(lambda: devices_of(bob, "Laptop") == 2, LATER)
    assert revocations(bob, "Laptop") == 1


def test_what_counts_after_all_is_shown_again(world, home):
    """A thief with the first device puts out the laptop; whoever has the words ends the thief's
    from before that on, and the laptop was never out."""
    alice, laptop, bob = home
    phone = world.device(alice, "Phone")
    acquaint(phone, "Bob")
    world.until(lambda: devices_of(bob, "Alice") == 3, LATER)
    for other in (alice, bob, laptop):
        world.part(phone, other)
    world.part(alice, laptop)
    world.part(alice, bob)
    laptop.send("Bob", "honest")
    world.until(lambda: bob.texts("Alice") == ["honest"], SOON)
    revoke(alice, "Device 2")
    world.heal(alice, bob)
    world.until(lambda: devices_of(bob, "Alice") == 2, LATER)
    assert bob.texts("Alice") == []
    assert bob.contact("Alice").unread == 0
    revoke(phone, "Device 1", phrase(alice))
    world.part(alice, bob)
    for other in (bob, laptop):
        world.heal(phone, other)
    world.until(lambda: bob.texts("Alice") == ["honest"], LATER)
    assert devices_of(bob, "Alice") == 2
    assert [found.text for found in bob.do(bob.api.search("honest", contact=None, limit=9))] == [
        "honest"
    ]
    assert bob.contact("Alice").unread == 1
    laptop.send("Bob", "and again")
    world.until(lambda: bob.texts("Alice") == ["honest", "and again"], LATER)
    world.until(lambda: phone.texts("Bob") == ["honest", "and again"], LATER)


# --- what it said of other messages ---------------------------------------------------------------


def test_its_edits_and_reactions_beyond_the_end_count_no_more(world, home):
    alice, laptop, bob = home
    laptop.send("Bob", "as it was")
    bob.send("Alice", "funny?")
    world.until(lambda: len(alice.texts("Bob")) == len(bob.texts("Alice")) == 2, SOON)
    world.until(lambda: len(laptop.texts("Bob")) == 2, SOON)
    world.part(alice, laptop)
    world.part(alice, bob)
    ids = {message.text: message.id for message in laptop.history("Bob")}
    laptop.do(laptop.api.edit("Bob", ids["as it was"], "twisted"))
    laptop.do(laptop.api.react("Bob", ids["funny?"], "\N{PILE OF POO}"))
    world.until(lambda: "twisted" in bob.texts("Alice"), SOON)
    world.until(lambda: reactions(bob), SOON)
    revoke(alice, "Device 2")
    world.heal(alice, bob)
    world.until(lambda: devices_of(bob, "Alice") == 1, LATER)
    assert sorted(bob.texts("Alice")) == ["as it was", "funny?"]
    assert not reactions(bob)
    assert len(bob.do(bob.api.search("was", contact=None, limit=9))) == 1


def reactions(person):
    return [one for message in person.history("Alice") for one in message.reactions]


# --- a copy whose other device is lost ------------------------------------------------------------


def test_a_restored_copy_puts_out_the_only_other_device_without_ever_meeting_it(
    world, home, folder
):
    """Nobody else could have more of what it wrote in the account."""
    alice, laptop, bob = home
    alice.do(alice.api.backup(str(folder / "backup")))
    alice.stop()
    laptop.stop()
    for file in alice.profile.glob("onionchat.db-*"):
        file.unlink()
    for file in (folder / "backup").iterdir():
        (alice.profile / file.name).write_bytes(file.read_bytes())
    alice.start()
    said = revoke(alice, "Device 2")
    assert said.device.state == "revoked"
    world.until(lambda: devices_of(bob, "Alice") == 1, LATER)
    alice.send("Bob", "still me")
    world.until(lambda: bob.texts("Alice") == ["still me"], LATER)
