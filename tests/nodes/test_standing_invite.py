"""A standing invite: requests wait for the person, who may answer in every way."""

import pytest

from onionchat.errors import ContactNotReady, NameTaken, UnknownContact, UnknownRequest
from onionchat.store import invites
from onionchat.testing.nodes import Person, World
from onionchat.views import RequestReceived, Warned


@pytest.fixture
def asked(world: World, alice: Person, bob: Person) -> tuple[Person, Person]:
    """Bob has asked Alice by her standing invite."""
    bob.add(alice.invite(standing=True), greeting="It is me, Bob")
    world.until(lambda: bob.states() == {"New contact": "requested"})
    return alice, bob


def request_id(person: Person) -> str:
    (found,) = person.do(person.api.requests())
    return found.id


def test_a_request_waits_and_is_shown_with_name_and_greeting(world, asked):
    alice, _bob = asked
    (found,) = alice.do(alice.api.requests())
    assert (found.name, found.greeting, found.lookalike) == ("Bob", "It is me, Bob", None)
    assert [event.request.id for event in alice.told(RequestReceived)] == [found.id]
    assert alice.contacts() == []
    assert alice.do(alice.api.status()).requests == 1


def test_the_asker_cannot_write_before_the_answer(asked):
    _alice, bob = asked
    with pytest.raises(ContactNotReady):
        bob.send("New contact", "hello?")


def test_accepting_makes_contacts_at_once_by_calling_back(world, asked):
    alice, bob = asked
    view = alice.do(alice.api.accept(request_id(alice), name="Bobby"))
    assert (view.name, view.state) == ("Bobby", "active")
    world.until(lambda: bob.states() == {"Alice": "active"}, 10)
    bob.send("Alice", "thank you")
    world.until(lambda: alice.texts("Bobby") == ["thank you"])
    assert alice.do(alice.api.requests()) == []


def test_whoever_took_a_request_back_is_no_contact_that_merely_is_offline(world, asked):
    alice, bob = asked
    bob.do(bob.api.cancel("New contact"))
    view = alice.do(alice.api.accept(request_id(alice), name="Bobby"))
    assert view.problem is not None and view.problem.startswith("Your answer has not arrived")
    world.pass_time(600)
    assert alice.contact("Bobby").problem == view.problem


def test_once_the_acceptance_was_taken_nothing_is_said_of_it(world, asked):
    alice, bob = asked
    alice.do(alice.api.accept(request_id(alice), name="Bobby"))
    world.until(lambda: bob.states() == {"Alice": "active"}, 10)
    world.until(lambda: alice.contact("Bobby").problem is None, 60)
    bob.stop()
    world.pass_time(60)
    assert "answer" not in (alice.contact("Bobby").problem or "")


def test_the_invite_stays_for_others(world, asked, carol):
    alice, _bob = asked
    (invite,) = alice.do(alice.api.invites())
    alice.do(alice.api.accept(request_id(alice), name=None))
    carol.add(invite.link)
    world.until(lambda: len(alice.do(alice.api.requests())) == 1)
    alice.do(alice.api.accept(request_id(alice), name=None))
    world.until(lambda: carol.states() == {"Alice": "active"})
    assert alice.states() == {"Bob": "active", "Carol": "active"}


def test_a_name_that_is_taken_is_refused_and_the_request_still_waits(world, asked, carol):
    alice, _bob = asked
    world.befriend(alice, carol)
    with pytest.raises(NameTaken):
        alice.do(alice.api.accept(request_id(alice), name="Carol"))
    assert alice.do(alice.api.accept(request_id(alice), name="Robert")).name == "Robert"


def test_a_request_can_be_answered_once(world, asked):
    alice, _bob = asked
    number = request_id(alice)
    alice.do(alice.api.accept(number, name=None))
    for again in (alice.api.accept(number, name=None), alice.api.decline(number)):
        with pytest.raises(UnknownRequest):
            alice.do(again)
    with pytest.raises(UnknownRequest):
        alice.do(alice.api.accept("r999", name=None))
    with pytest.raises(UnknownRequest):
        alice.do(alice.api.accept("nonsense", name=None))


def test_a_declined_asker_is_told_when_it_asks_again(world, asked):
    alice, bob = asked
    alice.do(alice.api.decline(request_id(alice)))
    world.until(lambda: bob.states() == {"New contact": "declined"})
    assert [e.sentence for e in bob.told(Warned) if "declined" in e.sentence]
    with pytest.raises(ContactNotReady):
        bob.send("New contact", "please")
    world.pass_time(60)
    assert alice.contacts() == []
    assert bob.transport.network.connections("alice", "bob") == 0


def test_a_blocked_asker_learns_nothing(world, asked):
    alice, bob = asked
    assert alice.do(alice.api.block(request_id(alice))).state == "blocked"
    world.pass_time(300)
    assert bob.states() == {"New contact": "requested"}
    assert alice.do(alice.api.requests()) == []
    assert alice.contacts() == []
    with pytest.raises(UnknownContact):
        alice.do(alice.api.block("r1"))


def test_requests_survive_a_restart_of_both(world, asked):
    alice, bob = asked
    alice.restart()
    bob.restart()
    alice.do(alice.api.accept(request_id(alice), name=None))
    world.until(lambda: bob.states() == {"Alice": "active"})


def test_when_alice_cannot_call_back_bob_asks_again(world, asked):
    alice, bob = asked
    unpublish(bob)
    alice.do(alice.api.accept(request_id(alice), name=None))
    world.until(lambda: bob.states() == {"Alice": "active"}, 200)


def test_when_bob_cannot_ask_again_alice_calls_back(world, asked):
    alice, bob = asked
    # The invite is gone: only the call back is left, and it must work all the same.
    (invite,) = alice.do(alice.api.invites())
    alice.do(alice.api.revoke_invite(invite.id))
    alice.do(alice.api.accept(request_id(alice), name=None))
    world.until(lambda: bob.states() == {"Alice": "active"}, 60)


def test_a_call_back_waits_until_the_asker_is_there(world, asked):
    alice, bob = asked
    (invite,) = alice.do(alice.api.invites())
    alice.do(alice.api.revoke_invite(invite.id))
    bob.stop()
    alice.do(alice.api.accept(request_id(alice), name=None))
    alice.send("Bob", "welcome")
    world.pass_time(3600)
    alice.restart()
    world.pass_time(3600)
    bob.start()
    world.until(lambda: bob.states() == {"Alice": "active"}, 700)
    world.until(lambda: bob.texts("Alice") == ["welcome"], 700)


def unpublish(person: Person) -> None:
    """Let nobody reach a person's onion services."""
    for service in person.transport._services:
        person.world.network.services.pop(service.spec.onion_key, None)


def fills(alice) -> None:
    """As many strangers ask by the oldest link as may wait."""

    def fill(tx):
        for number in range(100):
            invites.add_request(
                tx,
                device_key=bytes([number]) * 32,
                account_id=bytes([number]) * 32,
                link_key=bytes([number]) * 32,
                invite=invites.published(tx)[0].number,
                name=f"Stranger {number}",
                greeting="",
                message=b"?",
                received=1,
            )

    alice.read(fill)


def test_at_most_so_many_requests_wait(world, alice, bob):
    """What a stranger with the link can fill is bounded."""
    link = alice.invite(standing=True)
    fills(alice)
    bob.add(link)
    world.pass_time(60)
    assert len(alice.do(alice.api.requests())) == 100
    assert list(bob.states().values()) in (["outgoing"], ["requested"])
    # Bob asks again by himself, and gets his turn when there is room.
    for waiting in alice.do(alice.api.requests())[:5]:
        alice.do(alice.api.decline(waiting.id))
    world.until(lambda: len(alice.do(alice.api.requests())) == 96, 700)


@pytest.mark.parametrize("standing", [True, False], ids=["standing", "one-time"])
def test_finding_29_whoever_fills_one_link_neither_shuts_another_nor_sees_it(
    world, alice, bob, standing
):
    """The bound was one for all links: a flood of one kept friends out who had another, and showed
    who tried both that they are one person's.
    """
    alice.invite(standing=True)
    other = alice.invite(standing=standing)
    fills(alice)
    bob.add(other)
    wanted = "requested" if standing else "active"
    world.until(lambda: list(bob.states().values()) == [wanted], 60)


def test_two_people_who_follow_each_others_links_become_contacts(world, alice, bob):
    """Crossing requests end in contacts on both sides that can talk."""
    first, second = alice.invite(), bob.invite()
    alice.add(second, "Bob")
    bob.add(first, "Alice")
    world.pass_time(60)
    assert set(alice.states().values()) == set(bob.states().values()) == {"active"}
    alice.send("Bob", "hello")
    world.until(
        lambda: "hello" in [text for view in bob.contacts() for text in bob.texts(view.name)]
    )
