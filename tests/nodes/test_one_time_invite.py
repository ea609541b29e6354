"""Two people become contacts by a one-time invite, whatever happens in between."""

import pytest

from onionchat.errors import (
    DeviceLinkRefused,
    InvalidLink,
    LinkChecksumWrong,
    LinkExpired,
    LinkToSelf,
    LinkVersionUnknown,
    NameTaken,
    TooManyInvites,
    UnknownInvite,
)
from onionchat.testing.nodes import Person, World
from onionchat.views import ContactChanged, RequestReceived, Warned


def warnings(person: Person) -> list[str]:
    return [event.sentence for event in person.told(Warned)]


def test_the_request_is_accepted_by_itself_and_both_are_contacts(world, alice, bob):
    bob.add(alice.invite())
    world.until(lambda: world.linked(alice, bob))
    assert alice.states() == {"Bob": "active"}
    assert bob.states() == {"Alice": "active"}
    assert alice.told(RequestReceived) == []
    assert alice.do(alice.api.requests()) == []


def test_a_link_can_be_looked_at_without_following_it(world, alice, bob):
    link = alice.invite()
    found = bob.do(bob.api.check_link(f"Here it is: {link}"))
    assert not found.standing
    assert found.expires is not None
    assert bob.states() == {}
    with pytest.raises(LinkToSelf):
        alice.do(alice.api.check_link(link))
    with pytest.raises(InvalidLink):
        bob.do(bob.api.check_link("no link"))
    bob.add(link)
    world.until(lambda: world.linked(alice, bob))


def test_the_greeting_is_shown_to_whom_it_was_said(world, alice, bob):
    bob.add(alice.invite(), greeting="We met on the ferry")
    world.until(lambda: world.linked(alice, bob))
    assert alice.contact("Bob").greeting == "We met on the ferry"
    assert bob.contact("Alice").greeting == ""


def test_both_front_ends_are_told(world, friends):
    alice, bob = friends
    assert any(e.contact.state == "active" for e in alice.told(ContactChanged))
    assert [e.contact.state for e in bob.told(ContactChanged)][0] == "outgoing"
    assert [e.contact.state for e in bob.told(ContactChanged)][-1] == "active"


def test_before_the_other_answered_the_contact_waits_under_a_stand_in(world, alice, bob):
    link = alice.invite()
    alice.stop()
    assert bob.add(link).name == "New contact"
    assert bob.states() == {"New contact": "outgoing"}


def test_the_name_that_the_person_gives_wins_over_the_one_that_the_other_says(world, alice, bob):
    bob.add(alice.invite(), "Alice from work")
    world.until(lambda: bob.states() == {"Alice from work": "active"})
    assert bob.contacts()[0].suggested_name == "Alice"


def test_a_given_name_wins_also_if_it_begins_like_the_one_of_somebody_unnamed(world, alice, bob):
    bob.add(alice.invite(), "New contact from work")
    world.until(lambda: bob.states() == {"New contact from work": "active"})


@pytest.mark.parametrize("name", ["me", "Me", "m\u0435", "You"])
def test_finding_32_nobody_calls_himself_like_the_person(world, alice, name):
    """The prompt says "me" of one's own messages."""
    alice.add(world.person(name).invite())
    world.until(lambda: list(alice.states()) == [f"{name} 2"])


def test_a_name_like_another_ones_is_flagged_on_both_ways(world, alice, bob, carol):
    world.befriend(alice, bob)
    impostor = world.person("B\u043eb")  # a Cyrillic o
    impostor.add(alice.invite())
    world.until(lambda: len(alice.contacts()) == 2)
    assert {view.lookalike for view in alice.contacts()} == {"Bob", "B\u043eb"}


def test_two_people_of_one_name_are_told_apart(world, alice, bob):
    other = Person(world, "Bob", world.folder / "other bob")
    world.people.append(other)
    other.create()
    world.befriend(alice, bob)
    other.start()
    other.add(alice.invite())
    world.until(lambda: len(alice.contacts()) == 2)
    assert alice.states() == {"Bob": "active", "Bob 2": "active"}


def test_a_name_that_somebody_has_is_refused(world, friends, carol):
    alice, _bob = friends
    with pytest.raises(NameTaken):
        alice.add(carol.invite(), "Bob")
    assert alice.states() == {"Bob": "active"}


def test_the_second_person_with_the_same_link_hears_that_it_was_used(world, alice, bob, carol):
    link = alice.invite()
    # Both have it before either reaches Alice, so the onion is still up for the second.
    alice.stop()
    bob.add(link)
    carol.add(link)
    alice.start()
    world.until(
        lambda: sorted([*bob.states().values(), *carol.states().values()]) == ["active", "expired"],
        700,
    )
    assert len(alice.contacts()) == 1
    loser = bob if "expired" in bob.states().values() else carol
    assert [s for s in warnings(loser) if "used" in s]


def test_the_same_link_twice_is_one_contact(world, alice, bob):
    link = alice.invite()
    first = bob.add(link)
    assert bob.add(link).id == first.id
    world.until(lambda: bob.states() == {"Alice": "active"})
    assert bob.add(link).id == first.id
    assert len(bob.contacts()) == 1


def test_a_link_added_again_says_so_and_the_name_that_is_given_wins(world, alice, bob, carol):
    """The name was silently ignored."""
    link = alice.invite()
    first = bob.add(link, "Alice 2")
    assert first.problem is None
    again = bob.add(link)
    assert (again.id, again.name) == (first.id, "Alice 2")
    assert "used already" in again.problem
    world.until(lambda: bob.states() == {"Alice 2": "active"})
    named = bob.add(link, "Sister")
    assert (named.id, named.name) == (first.id, "Sister")
    assert "used already" in named.problem
    assert "Alice 2" in named.problem
    assert bob.states() == {"Sister": "active"}
    bob.add(carol.invite(), "Carol")
    with pytest.raises(NameTaken):
        bob.add(link, "Carol")
    assert set(bob.states()) == {"Sister", "Carol"}


def test_after_use_the_invite_and_its_onion_are_gone(world, friends):
    alice, _bob = friends
    world.pass_time(60)
    assert alice.do(alice.api.invites()) == []
    services = alice.do(alice.api.status()).tor.services
    assert services == 1


def test_a_revoked_invite_cannot_be_used(world, alice, bob):
    view = alice.do(alice.api.invite(standing=False, lifetime=None))
    bob.stop()
    alice.do(alice.api.revoke_invite(view.id))
    bob.start()
    bob.add(view.link)
    world.pass_time(120)
    assert alice.contacts() == []
    assert bob.contacts()[0].state == "outgoing"
    assert "cannot be reached" in bob.contacts()[0].problem
    assert alice.do(alice.api.invites()) == []
    with pytest.raises(UnknownInvite):
        alice.do(alice.api.revoke_invite(view.id))


def test_an_expired_link_is_refused_at_once(world, alice, bob):
    link = alice.invite(lifetime=60)
    world.pass_time(3600)
    with pytest.raises(LinkExpired):
        bob.add(link)
    assert bob.contacts() == []


def test_an_invite_that_expires_while_it_is_followed_ends_on_both_sides(world, alice, bob):
    link = alice.invite(lifetime=600)
    alice.stop()
    bob.add(link)
    world.pass_time(3600)
    assert list(bob.states().values()) == ["expired"]
    alice.start()
    world.pass_time(60)
    assert alice.contacts() == []
    assert alice.do(alice.api.invites()) == []


def test_the_makers_clock_decides_when_an_invite_is_over(world, alice, bob):
    """Bob's clock is a day late; Alice refuses him."""
    link = alice.invite(lifetime=600)
    bob.wall.offset = -24 * 3600 * 1000
    world.part(alice, bob)
    bob.add(link)
    world.pass_time(595)
    world.heal(alice, bob)
    world.pass_time(1300)
    assert list(bob.states().values()) in (["expired"], ["outgoing"])
    assert alice.contacts() == []


def test_an_own_link_is_refused(alice):
    with pytest.raises(LinkToSelf):
        alice.add(alice.invite())
    with pytest.raises(LinkToSelf):
        alice.add(alice.invite(standing=True))


def test_a_wrong_character_is_told_by_the_checksum(alice, bob):
    link = alice.invite()
    for place in range(len("onionchat:") + 4, len(link), 17):
        other = "a" if link[place].lower() != "a" else "b"
        with pytest.raises((LinkChecksumWrong, LinkVersionUnknown, DeviceLinkRefused)) as caught:
            bob.add(link[:place] + other + link[place + 1 :])
        assert str(caught.value)
    with pytest.raises(LinkChecksumWrong):
        bob.add(link[:-3])
    assert bob.contacts() == []


@pytest.mark.parametrize(
    "text", ["", "hello", "https://example.org/", "onionchat:", "onion" * 2000]
)
def test_what_is_no_link_is_refused(bob, text):
    with pytest.raises(InvalidLink):
        bob.add(text)


def test_only_so_many_invites_are_outstanding(alice):
    for _ in range(16):
        alice.invite()
    with pytest.raises(TooManyInvites):
        alice.invite()


# --- the node ends in the middle ------------------------------------------------------------------


def one_contact_each(alice: Person, bob: Person) -> bool:
    return alice.states() == {"Bob": "active"} and bob.states() == {"Alice": "active"}


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("victim", ["Alice", "Bob"])
@pytest.mark.parametrize("noticed", [True, False], ids=["noticed", "silently"])
def test_a_node_killed_at_any_commit_of_the_exchange_still_ends_in_one_contact(
    folder, moment, victim, noticed
):
    """Each commit of the victim is its last one once."""
    number = 0
    while kill_at(number + 1, folder / str(number), moment, victim, noticed=noticed):
        number += 1
    assert number > 3


def kill_at(number, folder, moment, victim, *, noticed) -> bool:
    """Whether the exchange came so far."""
    world = World(folder, seed=number)
    alice, bob = world.person("Alice"), world.person("Bob")
    person = alice if victim == "Alice" else bob
    link = alice.invite()
    killed = []
    last = person.db.commits + number

    def end(count: int) -> None:
        if count == last:
            killed.append(count)
            person.kill(noticed=noticed)

    setattr(person.db, moment, end)
    bob.begin(bob.api.add(link, name=None, greeting=""))
    world.pass_time(20)
    if not killed:
        setattr(person.db, moment, lambda _count: None)
    else:
        person.start()
        if not bob.contacts():
            bob.add(link)
    world.until(lambda: one_contact_each(alice, bob), 1500)
    alice.send("Bob", "it works")
    world.until(lambda: bob.texts("Alice") == ["it works"], 700)
    world.end()
    return bool(killed)
