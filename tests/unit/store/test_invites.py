"""Invites, requests by them, and invites that are followed."""

import pytest

from onionchat.errors import FloodRefused, UnknownRequest
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.store import invites
from onionchat.store.invites import InviteSecrets, InviteState, Join, RequestState

from .conftest import key32


def add_invite(tx, name, *, expires=0, flags=0):
    secrets = InviteSecrets(
        SigningKey(key32(f"onion {name}")), AgreementKey(key32(f"x {name}")), key32(name)[:16]
    )
    return invites.add_invite(tx, secrets, flags=flags, expires=expires, created=1)


def add_request(tx, invite, name):
    return invites.add_request(
        tx,
        device_key=key32(name),
        account_id=key32(f"account {name}"),
        link_key=key32(f"link {name}"),
        invite=invite,
        name=name,
        greeting="hi",
        message=b"request",
        received=1,
    )


def test_an_invite_comes_back_with_its_secrets(tx):
    number = add_invite(tx, "a", expires=50, flags=1)
    found = invites.invite(tx, number)
    assert (found.state, found.flags, found.expires, found.used_by) == (
        InviteState.UNUSED,
        1,
        50,
        None,
    )
    assert found.secrets.token == key32("a")[:16]
    assert found.secrets.onion.public == found.onion_key
    assert invites.is_own(tx, found.onion_key)
    assert not invites.is_own(tx, key32("somebody else's"))
    with pytest.raises(KeyError):
        invites.invite(tx, 99)


def test_the_first_who_asks_has_a_one_time_invite(tx):
    number = add_invite(tx, "a")
    assert invites.use_invite(tx, number, key32("bob"))
    assert not invites.use_invite(tx, number, key32("eve"))
    assert invites.use_invite(tx, number, key32("bob"))
    assert invites.invite(tx, number).state is InviteState.USED
    assert [invite.number for invite in invites.published(tx)] == [number]
    invites.end_invite(tx, number, InviteState.USED)
    assert invites.published(tx) == []
    assert invites.invite(tx, number).secrets is None
    assert not invites.use_invite(tx, number, key32("eve"))


def test_invites_expire_at_their_time(tx):
    never, soon, later = (add_invite(tx, str(n), expires=n) for n in (0, 10, 20))
    assert invites.expire(tx, 9) == []
    assert invites.expire(tx, 10) == [soon]
    assert invites.invite(tx, soon).secrets is None
    assert [invite.number for invite in invites.invites(tx, InviteState.UNUSED)] == [later, never]
    assert [invite.number for invite in invites.invites(tx)] == [later, soon, never]


def test_a_used_invite_that_nobody_confirmed_goes_when_its_time_is_over(tx):
    number = add_invite(tx, "a", expires=10)
    invites.use_invite(tx, number, key32("bob"))
    assert invites.expire(tx, 10) == [number]
    assert invites.published(tx) == []
    assert invites.invite(tx, number).state is InviteState.USED


def test_the_key_for_calling_back_outlives_the_invite_while_somebody_waits(tx):
    number = add_invite(tx, "a")
    assert invites.call_back_key(tx, number) is not None
    bob, eve = add_request(tx, number, "bob"), add_request(tx, number, "eve")
    invites.end_invite(tx, number, InviteState.REVOKED)
    assert invites.invite(tx, number).secrets is None
    invites.decide(tx, eve.number, RequestState.DECLINED, 5)
    assert invites.call_back_key(tx, number) is not None
    invites.decide(tx, bob.number, RequestState.ACCEPTED, 5)
    assert invites.call_back_key(tx, number) is not None
    invites.decide(tx, bob.number, RequestState.DONE, 6)
    assert invites.call_back_key(tx, number) is None
    assert invites.call_back_key(tx, 99) is None


def test_a_request_is_stored_once_per_device(tx):
    invite = add_invite(tx, "a")
    first = add_request(tx, invite, "bob")
    assert add_request(tx, invite, "bob") == first
    assert invites.requests(tx) == [first]
    assert invites.request_by_device(tx, invite, first.device_key) == first
    assert invites.request_by_device(tx, invite, key32("eve")) is None


def test_one_device_may_ask_by_two_invites(tx):
    one, other = add_invite(tx, "a"), add_invite(tx, "b")
    first, second = add_request(tx, one, "bob"), add_request(tx, other, "bob")
    assert first.number != second.number
    assert invites.request_by_device(tx, one, first.device_key) == first
    assert invites.request_by_device(tx, other, first.device_key) == second


def test_the_key_to_call_back_a_blocked_contact_is_kept_until_it_is_done(tx, world):
    invite = add_invite(tx, "a")
    bob = add_request(tx, invite, "bob")
    invites.end_invite(tx, invite, InviteState.USED)
    contact = world.contact("bob")
    invites.decide(tx, bob.number, RequestState.ACCEPTED, 5, contact)
    invites.decide(tx, bob.number, RequestState.BLOCKED, 6)
    assert invites.call_back_key(tx, invite) is not None
    invites.decide(tx, bob.number, RequestState.DONE, 7)
    assert invites.call_back_key(tx, invite) is None


def test_a_hundred_requests_wait_at_most(tx):
    invite = add_invite(tx, "a")
    for n in range(invites.MAX_WAITING):
        add_request(tx, invite, f"n{n}")
    with pytest.raises(FloodRefused):
        add_request(tx, invite, "one more")
    # Who is already there still gets an answer, and a decision makes room.
    first = add_request(tx, invite, "n0")
    invites.decide(tx, first.number, RequestState.DECLINED, 5)
    add_request(tx, invite, "one more")


def test_a_decision_is_kept_for_whoever_asks_again(tx, world):
    invite = add_invite(tx, "a")
    bob = add_request(tx, invite, "bob")
    number = world.contact("bob")
    invites.decide(tx, bob.number, RequestState.ACCEPTED, 5, number)
    found = add_request(tx, invite, "bob")
    assert (found.state, found.contact, found.message) == (
        RequestState.ACCEPTED,
        number,
        b"request",
    )
    assert invites.request_of(tx, number) == found
    invites.decide(tx, bob.number, RequestState.DONE, 6)
    found = invites.request(tx, bob.number)
    assert (found.state, found.contact, found.message) == (RequestState.DONE, number, b"")
    assert invites.request_of(tx, world.contact("carol")) is None
    with pytest.raises(UnknownRequest):
        invites.decide(tx, 99, RequestState.DONE, 6)
    with pytest.raises(UnknownRequest):
        invites.request(tx, 99)


def test_a_refused_request_can_be_reconsidered(tx):
    bob = add_request(tx, add_invite(tx, "a"), "bob")
    invites.decide(tx, bob.number, RequestState.DECLINED, 5)
    invites.decide(tx, bob.number, RequestState.WAITING, 6)
    assert [found.number for found in invites.requests(tx)] == [bob.number]


def test_refused_requests_do_not_fill_the_disk(tx, monkeypatch):
    monkeypatch.setattr(invites, "MAX_DECIDED", 3)
    invite = add_invite(tx, "a")
    for n in range(6):
        request = add_request(tx, invite, f"n{n}")
        invites.decide(tx, request.number, RequestState.DECLINED, n)
    kept = invites.requests(tx, RequestState.DECLINED)
    assert [request.name for request in kept] == ["n3", "n4", "n5"]


def test_an_invite_that_is_followed_leads_to_one_contact(tx, world):
    alice = world.contact("alice")
    join = Join(alice, key32("onion"), b"link", b"request")
    invites.add_join(tx, join)
    assert invites.joins(tx) == [join]
    assert invites.join_of(tx, alice) == invites.join_by_onion(tx, key32("onion")) == join
    with pytest.raises(Exception, match="UNIQUE"):
        invites.add_join(tx, Join(world.contact("bob"), key32("onion"), b"link", b"request"))
    invites.end_join(tx, alice)
    assert invites.joins(tx) == []
    assert invites.join_of(tx, alice) is None
    assert invites.join_by_onion(tx, key32("onion")) is None


def test_rows_show_no_secrets(tx):
    invite = add_invite(tx, "a")
    shown = repr(invites.invite(tx, invite)) + repr(add_request(tx, invite, "Bob"))
    assert "\\x" not in shown
    assert "Bob" not in shown
