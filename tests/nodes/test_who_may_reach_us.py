"""Blocking, hiding, onions of one's own: who can see and reach a device, tried over the network."""

import pytest
from twisted.internet.defer import Deferred

from onionchat.errors import ContactBlocked, ContactNotReady, InvalidInput, TooManyOnions
from onionchat.net.transports.interface import Address, DialReason
from onionchat.net.transports.memory import MemoryTransport
from onionchat.testing.nodes import Person, World


@pytest.fixture
def three(world: World, alice: Person, bob: Person, carol: Person) -> tuple[Person, ...]:
    """Bob and Carol are contacts of Alice, in one onion group."""
    world.befriend(alice, bob)
    world.befriend(alice, carol)
    world.pass_time(30)
    return alice, bob, carol


def online(person: Person) -> bool:
    return person.do(person.api.status()).online


def test_a_contact_can_be_reached_at_its_address_alone(world, three):
    alice, bob, _carol = three
    address = bob.address_of("Alice")
    assert bob.knock(address) is None
    assert bob.knock(Address(address.onion_key, None)) is DialReason.NO_CLIENT_AUTH
    assert online(alice)


def test_contacts_of_one_group_have_one_onion_and_different_secrets(three):
    _alice, bob, carol = three
    one, other = bob.address_of("Alice"), carol.address_of("Alice")
    assert one.onion_key == other.onion_key
    assert one.access_secret != other.access_secret


def test_a_blocked_contact_neither_reaches_nor_sees_the_device(world, three):
    alice, bob, _carol = three
    address = bob.address_of("Alice")
    assert alice.do(alice.api.block("Bob")).state == "blocked"
    world.pass_time(5)
    assert not world.linked(alice, bob)
    assert bob.links() == set()
    assert bob.knock(address) is DialReason.NO_DESCRIPTOR
    assert bob.address_of("Alice") == address, "it does not learn the new one"
    bob.send("Alice", "hello?")
    world.pass_time(1300)
    assert alice.texts("Bob") == []
    assert [m.state for m in bob.history("Alice")] == ["queued"]
    with pytest.raises(ContactBlocked):
        alice.send("Bob", "no")
    assert alice.contact("Bob").state == "blocked"


def test_no_connection_is_missed_with_a_blocked_contact(world, friends):
    """That it could not be reached was still shown for somebody who was blocked."""
    alice, bob = friends
    bob.stop()
    world.pass_time(60)
    assert alice.contact("Bob").problem
    assert alice.do(alice.api.block("Bob")).problem is None
    assert alice.contact("Bob").problem is None
    # What was known before is old by now.
    assert alice.do(alice.api.unblock("Bob")).problem is None


def test_the_others_of_the_group_move_and_are_reached_before_and_after_they_know(world, three):
    alice, bob, carol = three
    before = carol.address_of("Alice")
    alice.do(alice.api.block("Bob"))
    world.until(lambda: carol.address_of("Alice") != before, 20)
    assert carol.knock(carol.address_of("Alice")) is None
    carol.restart()
    world.until(lambda: world.linked(alice, carol), 20)
    assert online(alice)


def test_who_was_away_when_the_group_moved_is_dialled(world, three):
    alice, bob, carol = three
    carol.stop()
    alice.do(alice.api.block("Bob"))
    world.pass_time(60)
    alice.send("Carol", "we moved")
    carol.start()
    world.until(lambda: carol.texts("Alice") == ["we moved"], 700)
    alice.stop()
    world.pass_time(60)
    alice.start()
    carol.send("Alice", "I see")
    world.until(lambda: "I see" in alice.texts("Carol"), 60)


def test_an_unblocked_contact_is_one_again(world, three):
    alice, bob, _carol = three
    alice.do(alice.api.block("Bob"))
    bob.send("Alice", "are you angry?")
    world.pass_time(3600)
    assert alice.do(alice.api.unblock("Bob")).state == "active"
    world.until(lambda: alice.texts("Bob") == ["are you angry?"], 60)
    alice.send("Bob", "not any more")
    world.until(lambda: "not any more" in bob.texts("Alice"), 60)


def test_blocking_the_only_contact_leaves_the_device_online_for_the_next(world, friends):
    alice, _bob = friends
    alice.do(alice.api.block("Bob"))
    world.pass_time(5)
    assert online(alice)


def test_blocking_twice_is_blocking_once_and_survives_a_restart(world, friends):
    alice, bob = friends
    alice.do(alice.api.block("Bob"))
    assert alice.do(alice.api.block("Bob")).state == "blocked"
    alice.restart()
    bob.restart()
    world.pass_time(600)
    assert not world.linked(alice, bob)
    assert bob.links() == alice.links() == set()


def test_a_request_that_was_not_answered_yet_cannot_be_unblocked_into_a_contact(world, bob, carol):
    bob.add(carol.invite(standing=True), "Carol")
    with pytest.raises(ContactNotReady):
        bob.do(bob.api.unblock("Carol"))


def test_a_tor_that_takes_its_time_to_withdraw_confuses_nothing(world, three, monkeypatch):
    """Changes that come while a service is being withdrawn wait for their turn."""
    alice, bob, carol = three
    withdraw = MemoryTransport.withdraw

    def slowly(self, service):
        done = Deferred()
        world.time.callLater(3, lambda: withdraw(self, service).chainDeferred(done))
        return done

    monkeypatch.setattr(MemoryTransport, "withdraw", slowly)
    alice.do(alice.api.own_onion("Bob"))
    world.pass_time(1)
    alice.do(alice.api.rename("Carol", "Caroline"))
    alice.invite()
    world.pass_time(30)
    assert online(alice)
    assert carol.knock(carol.address_of("Alice")) is None
    assert bob.knock(bob.address_of("Alice")) is None
    status = alice.do(alice.api.status()).tor
    assert status.services == status.services_published == 3


# --- visibility -----------------------------------------------------------------------------------


def test_hidden_from_all_nobody_finds_the_device_and_it_still_dials(world, three):
    alice, bob, carol = three
    address = bob.address_of("Alice")
    alice.do(alice.api.set_visibility("hidden", contact=None))
    world.pass_time(1)
    assert bob.knock(address) is DialReason.NO_DESCRIPTOR
    assert not online(alice)
    bob.restart()
    alice.send("Bob", "I see you")
    world.until(lambda: bob.texts("Alice") == ["I see you"], 60)
    alice.do(alice.api.set_visibility("online", contact=None))
    world.pass_time(1)
    assert bob.knock(address) is None
    assert online(alice)


def test_restricted_hides_the_invites_alone(world, three):
    alice, bob, _carol = three
    dave = world.person("Dave")
    link = alice.invite()
    alice.do(alice.api.set_visibility("restricted", contact=None))
    dave.add(link)
    world.pass_time(60)
    assert list(dave.states().values()) == ["outgoing"]
    assert bob.knock(bob.address_of("Alice")) is None
    alice.do(alice.api.set_visibility("online", contact=None))
    world.until(lambda: dave.states() == {"Alice": "active"}, 700)


@pytest.mark.parametrize("visibility", ["restricted", "hidden"])
def test_who_makes_a_link_that_nobody_can_use_now_is_told(alice, visibility):
    assert alice.do(alice.api.invite(standing=False, lifetime=None)).note is None
    alice.do(alice.api.set_visibility(visibility, contact=None))
    made = alice.do(alice.api.invite(standing=False, lifetime=None))
    assert made.note is not None and made.note.startswith("Nobody can use this link now")
    assert all(view.note == made.note for view in alice.do(alice.api.invites()))
    alice.do(alice.api.set_visibility("online", contact=None))
    assert {view.note for view in alice.do(alice.api.invites())} == {None}


def test_visibility_is_kept_over_a_restart(world, friends):
    alice, bob = friends
    address = bob.address_of("Alice")
    alice.do(alice.api.set_visibility("hidden", contact=None))
    alice.restart()
    world.pass_time(1)
    assert bob.knock(address) is DialReason.NO_DESCRIPTOR
    assert alice.do(alice.api.status()).visibility == "hidden"


def test_hidden_from_one_contact_the_others_still_find_the_device(world, three):
    alice, bob, carol = three
    address = bob.address_of("Alice")
    alice.do(alice.api.set_visibility("hidden", contact="Bob"))
    world.pass_time(30)
    assert bob.knock(address) is DialReason.NO_DESCRIPTOR
    assert carol.knock(carol.address_of("Alice")) is None
    bob.restart()
    world.pass_time(1)
    alice.send("Bob", "hidden, not gone")
    world.until(lambda: bob.texts("Alice") == ["hidden, not gone"], 60)
    assert alice.contact("Bob").visibility == "hidden"
    alice.do(alice.api.set_visibility("online", contact="Bob"))
    world.until(lambda: bob.knock(bob.address_of("Alice")) is None, 60)


def test_other_words_for_visibility_are_refused(alice):
    with pytest.raises(InvalidInput):
        alice.do(alice.api.set_visibility("invisible", contact=None))


# --- an onion of one's own ------------------------------------------------------------------------


def test_a_contact_can_have_an_onion_that_nobody_shares(world, three):
    alice, bob, carol = three
    shared = bob.address_of("Alice")
    assert alice.do(alice.api.own_onion("Bob")).own_onion
    world.until(lambda: bob.address_of("Alice").onion_key != shared.onion_key, 30)
    assert carol.address_of("Alice").onion_key == shared.onion_key
    assert bob.knock(shared) is not None, "the old place is shut"
    bob.restart()
    world.until(lambda: world.linked(alice, bob), 60)
    assert bob.knock(bob.address_of("Alice")) is None
    assert alice.do(alice.api.own_onion("Bob")).own_onion


def test_there_are_only_so_many_onions(world, alice):
    people = [world.person(f"Person {number}") for number in range(8)]
    for person in people:
        world.befriend(alice, person)
    for person in people[:7]:
        alice.do(alice.api.own_onion(person.name))
    with pytest.raises(TooManyOnions):
        alice.do(alice.api.own_onion(people[7].name))
    assert not alice.contact("Person 7").own_onion
