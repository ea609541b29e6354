"""A transport that fails while services change."""

from twisted.internet.defer import Deferred

from onionchat.protocol.contacts.invite import parse_link


def test_what_changed_while_an_update_failed_is_carried_out(
    world, alice, flush_logged_errors, monkeypatch
):
    view = alice.do(alice.api.invite(standing=True, lifetime=None))
    world.pass_time(1)
    publish = alice.transport.publish
    monkeypatch.setattr(alice.transport, "publish", lambda *_: fail_once(monkeypatch, alice))

    def fail_once(patch, person):
        patch.setattr(person.transport, "publish", publish)
        # Something else changes just now.
        person.node._onions.refresh()
        raise RuntimeError("tor said no")

    link = alice.invite()
    world.pass_time(1)
    assert len(flush_logged_errors(RuntimeError)) == 1
    assert parse_link(link).onion_key in world.network.services
    assert parse_link(view.link).onion_key in world.network.services


def test_while_tor_is_slow_nothing_that_was_withdrawn_comes_back(world, alice, monkeypatch):
    """A block that is committed while an older plan waits for tor is not undone by it."""
    first, second = (alice.do(alice.api.invite(standing=True, lifetime=None)) for _ in range(2))
    world.pass_time(1)
    withdraw = alice.transport.withdraw
    slow: list[Deferred[None]] = []

    def withdraw_slowly(service):
        withdraw(service)
        slow.append(Deferred())
        return slow[-1]

    monkeypatch.setattr(alice.transport, "withdraw", withdraw_slowly)
    alice.do(alice.api.revoke_invite(first.id))
    world.pass_time(1)
    third = alice.do(alice.api.invite(standing=True, lifetime=None))
    alice.do(alice.api.revoke_invite(second.id))
    alice.do(alice.api.revoke_invite(third.id))
    world.pass_time(1)
    while slow:
        slow.pop(0).callback(None)
        world.pass_time(1)
    up = world.network.services
    assert not {parse_link(view.link).onion_key for view in (first, second, third)} & set(up)
