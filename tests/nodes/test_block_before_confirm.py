"""Blocking somebody who has our link, but never said that it has our acceptance."""

import pytest

from onionchat.errors import InvalidInput
from onionchat.node import acquaintance, invitations, peers
from onionchat.protocol.contacts.introduction import introduce
from onionchat.protocol.contacts.invite import parse_link
from onionchat.protocol.contacts.messages import (
    Accept,
    Pending,
    Reason,
    Refuse,
    Request,
    encode_message,
)
from onionchat.store import contacts, invites, personas
from onionchat.testing.nodes import Person, World
from onionchat.testing.rng import SeededRng
from onionchat.views import Warned


@pytest.fixture
def mallory(world: World, monkeypatch) -> Person:
    """Somebody who takes an `Accept` and keeps silent."""
    person = world.person("Mallory")
    silent = person.node.exchanges

    def following(live, contact, message, accepted):
        owner = type(silent).following(silent, live, contact, message, accepted)
        monkeypatch.setattr(owner, "store", lambda action: None)
        return owner

    monkeypatch.setattr(silent, "following", following)
    return person


def calls_back(person: Person, to: Person) -> list[float]:
    """When a person dials another one from now on."""
    made: list[float] = []
    dial = person.transport.dial
    network = person.world.network

    def noted(address, *rest, **more):
        service = network.services.get(address.onion_key)
        if service is None or service.owner is to.transport:
            made.append(person.world.time.now)
        return dial(address, *rest, **more)

    person.transport.dial = noted
    return made


def test_whoever_was_blocked_before_it_confirmed_is_not_called_back(world, alice, mallory):
    mallory.add(alice.invite(), "Alice")
    world.until(lambda: alice.states() == {"Mallory": "active"}, 20)
    world.pass_time(300)
    made = calls_back(alice, mallory)
    alice.do(alice.api.block("Mallory"))
    world.pass_time(2)
    made.clear()
    world.pass_time(3600)
    assert made == []
    alice.restart()
    made = calls_back(alice, mallory)
    world.pass_time(3600)
    assert made == []


def test_its_one_time_invite_ends_with_it(world, alice, mallory):
    text = alice.invite()
    onion = parse_link(text).onion_key
    mallory.add(text, "Alice")
    world.until(lambda: alice.states() == {"Mallory": "active"}, 20)
    assert onion in world.network.services
    alice.do(alice.api.block("Mallory"))
    world.pass_time(2)
    assert onion not in world.network.services
    alice.restart()
    world.pass_time(2)
    assert onion not in world.network.services


def test_calls_back_become_rare_and_end(world, alice, mallory):
    mallory.add(alice.invite(), "Alice")
    world.until(lambda: alice.states() == {"Mallory": "active"}, 20)
    made = calls_back(alice, mallory)
    world.pass_time(4 * 3600)
    assert 0 < len(made) <= 2 * 4 * 3600 / peers.LAST_RETRY + 20
    alice.stop()
    mallory.stop()
    world.pass_time(invitations.CALL_BACK_MILLIS / 1000)
    alice.start()
    world.pass_time(5)
    assert alice.read(lambda tx: invites.requests(tx, invites.RequestState.ACCEPTED)) == []


def test_unblocked_it_is_called_back(world, alice, mallory, monkeypatch):
    mallory.add(alice.invite(), "Alice")
    world.until(lambda: alice.states() == {"Mallory": "active"}, 20)
    alice.do(alice.api.block("Mallory"))
    world.pass_time(300)
    alice.do(alice.api.unblock("Mallory"))
    monkeypatch.undo()
    world.until(lambda: world.linked(alice, mallory), 900)


# --- the standing link ----------------------------------------------------------------------------


def test_whoever_blocks_is_told_that_the_standing_link_still_works(world, alice, bob, carol):
    view = alice.do(alice.api.invite(standing=True, lifetime=None))
    bob.add(view.link, "Alice")
    carol.add(view.link, "Alice")
    world.until(lambda: len(alice.do(alice.api.requests())) == 2, 20)
    for request in alice.do(alice.api.requests()):
        if request.name == "Bob":
            alice.do(alice.api.accept(request.id, name=None))
        else:
            note = alice.do(alice.api.block(request.id)).problem
            assert f"onionchat revoke {view.id}" in note
    assert f"onionchat revoke {view.id}" in alice.do(alice.api.block("Bob")).problem
    assert alice.contact("Bob").problem is None, "once is enough"
    alice.do(alice.api.revoke_invite(view.id))
    assert alice.do(alice.api.block("Bob")).problem is None


def test_a_contact_that_came_by_no_standing_link_is_blocked_without_a_remark(world, friends):
    alice, _bob = friends
    assert alice.do(alice.api.block("Bob")).problem is None


# --- one identity at two links --------------------------------------------------------------------


def introduction_of(person: Person, to: str = "Alice"):
    """How somebody introduced itself to a contact."""

    def work(tx):
        contact = contacts.by_petname(tx, to)
        return introduce(acquaintance.introduction_of(tx, personas.get(tx, contact.persona)))

    return person.read(work)


def ask(person: Person, invite, introduction):
    """What an invite of a person answers to a request."""
    rng = SeededRng("ask")
    return person.read(
        lambda tx: acquaintance.answer_request(
            tx, int(invite.id[1:]), introduction, "", b"request", rng, 1
        )
    )


def test_one_identity_at_two_one_time_invites_learns_nothing(world, friends):
    alice, bob = friends
    invite = alice.do(alice.api.invite(standing=False, lifetime=None))
    for _ in range(2):
        assert ask(alice, invite, introduction_of(bob)) == Refuse(Reason.USED)
    assert alice.do(alice.api.invites()) == []
    assert len(alice.contacts()) == 1
    world.pass_time(1)
    assert parse_link(invite.link).onion_key not in world.network.services


def test_one_identity_at_a_standing_invite_waits_like_any_other(world, friends):
    alice, bob = friends
    invite = alice.do(alice.api.invite(standing=True, lifetime=None))
    introduction = introduction_of(bob)

    def message(tx):
        (contact,) = contacts.everyone(tx)
        persona = personas.get(tx, contact.persona)
        return encode_message(Request(acquaintance.introduction_of(tx, persona), ""))

    sent = bob.read(message)
    answer = alice.read(
        lambda tx: acquaintance.answer_request(
            tx, int(invite.id[1:]), introduction, "", sent, SeededRng("x"), 1
        )
    )
    assert answer == Pending()
    (request,) = alice.do(alice.api.requests())
    with pytest.raises(InvalidInput):
        alice.do(alice.api.accept(request.id, name="Bob again"))
    alice.do(alice.api.decline(request.id))
    assert ask(alice, invite, introduction) == Refuse(Reason.DECLINED)


def test_the_same_identity_at_the_same_invite_gets_the_same_answer(world, alice, bob):
    invite = alice.do(alice.api.invite(standing=False, lifetime=None))
    bob.add(invite.link, "Alice")
    world.until(lambda: alice.states() == {"Bob": "active"}, 20)
    answer = ask(alice, invite, introduction_of(bob))
    assert isinstance(answer, Accept)


@pytest.mark.parametrize("whose", ["bob", "own"])
def test_an_acceptance_by_a_known_account_looks_as_if_it_was_stored(world, friends, carol, whose):
    """Carol, or whoever plays her, answers with an account that Alice has met as Bob, or is."""
    alice, bob = friends
    alice.add(carol.invite(standing=True), "Carol")
    world.until(lambda: alice.states()["Carol"] == "requested", 20)
    introduction = introduction_of(bob) if whose == "bob" else introduction_of(alice, "Bob")

    def work(tx):
        number = contacts.by_petname(tx, "Carol").number
        return acquaintance.store_acceptance(tx, number, introduction, SeededRng("x"), 1)

    assert alice.read(work) == introduction.account
    assert alice.states() == {"Bob": "active", "Carol": "declined"}
    assert alice.told(Warned)[-1].sentence == acquaintance.KNOWN_MAKER
