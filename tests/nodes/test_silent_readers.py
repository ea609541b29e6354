"""Contacts that ask and do not read: what waits for them is bounded.

Finding 3 of the security audit: 11 kB of `Want` and `Shared` without any credit made 17.8 MB wait.
"""

import os

import pytest

from onionchat.errors import FloodRefused
from onionchat.node import contact_link
from onionchat.protocol.sync.messages import Shared, Want, encode_message

TEXT = "x" * 60_000


def newest_link(person):
    (links,) = person.node.delivery._links.values()
    return links[-1]


@pytest.fixture
def ends(world, friends):
    """Alice's link, and Bob's whose channel reads nothing from now on."""
    alice, bob = friends
    bob.send("Alice", TEXT)
    world.until(lambda: alice.texts("Bob") == [TEXT], 60)
    world.pass_time(5)
    hers, his = newest_link(alice), newest_link(bob)
    his.live.core.pause(his._channel)
    return hers, his


def backlog(link):
    return link.live.core.backlog(link._channel)


def test_finding_3_answers_wait_while_nobody_reads_them(world, friends, ends):
    alice, bob = friends
    hers, his = ends
    wanted = encode_message(Want([bytes.fromhex(bob.history("Alice")[0].id)]))
    most = 0
    for _ in range(300):
        if hers._gone or his._gone:
            break
        his.live.send(his._channel, wanted)
        his.live.flush()
        world.pass_time(0.1)
        most = max(most, 0 if hers._gone else backlog(hers))
    assert most < 512 * 1024
    assert hers._gone, "who asks for more than is promised is cut off"
    world.until(lambda: world.linked(alice, bob), 300)


def test_finding_3_what_is_wanted_comes_once_there_is_room(world, friends, ends):
    _alice, bob = friends
    hers, his = ends
    entry = bytes.fromhex(bob.history("Alice")[0].id)
    for _ in range(20):
        his.live.send(his._channel, encode_message(Want([entry])))
        his.live.flush()
        world.pass_time(0.1)
    before = his.session._received
    his.live.core.resume(his._channel)
    his.live.flush()
    world.pass_time(10)
    assert backlog(hers) == 0
    assert his.session._received - before >= 1 or his._gone


def fill(link):
    """Say more than the other side takes, none of which it reads."""
    for _ in range(40):
        link.live.send(link._channel, os.urandom(100_000))
    link.pump()


def test_finding_3_a_link_on_which_too_much_waits_ends(world, friends, ends):
    alice, bob = friends
    hers, _his = ends
    fill(hers)
    # This side ends it, before the other one finds anything wrong.
    assert isinstance(hers.live._error, FloodRefused)
    world.pass_time(1)
    assert hers._gone
    world.until(lambda: world.linked(alice, bob), 300)


def test_finding_3_the_anti_test_without_the_bound_it_goes_on(ends, monkeypatch):
    monkeypatch.setattr(contact_link, "MAX_BACKLOG", float("inf"))
    hers, _his = ends
    fill(hers)
    assert hers.live._error is None
    assert not hers._gone


def test_finding_3_journals_that_nobody_shares_are_answered_so_often(world, friends, ends):
    hers, his = ends
    for _ in range(2000):
        if his._gone:
            break
        his.live.send(his._channel, encode_message(Shared(os.urandom(8), {})))
        his.live.flush()
        world.pass_time(0.01)
    world.pass_time(1)
    assert hers._gone
