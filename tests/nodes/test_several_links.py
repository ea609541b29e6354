"""A contact with several links at once, from one device or several, has none of them once blocked.

A reviewer's planted fault that nothing found: only the first of them ended.
"""

import pytest

from onionchat.node.delivery import Delivery
from onionchat.node.directory import load
from onionchat.protocol.link.events import ByeReason
from onionchat.store import contacts
from onionchat.testing.rng import SeededRng
from onionchat.testing.scripted_peer import ScriptedPeer, steal


@pytest.fixture
def victim_and_name(friends):
    """Who does not close doubles, and what it calls the other one."""
    alice, bob = friends
    senior = alice.read(lambda tx: load(tx, contacts.everyone(tx)[0].number).senior)
    return (bob, "Alice") if senior else (alice, "Bob")


@pytest.fixture
def links(world, friends, victim_and_name):
    """Two links to the victim, with the other one's keys in the hands of a script."""
    victim, name = victim_and_name
    (other,) = (person for person in friends if person is not victim)
    keys = other.read(steal)
    other.stop()
    made = []
    for number in range(2):
        transport = world.network.transport(f"script {number}")
        world.time.result(transport.start())
        peer = ScriptedPeer(transport, world.time, SeededRng(number))
        peer.call(keys)
        peer.open("sync")
        made.append(peer)
    world.pass_time(1)
    (present,) = victim.node.delivery._links.values()
    assert len(present) == 2
    return made


def test_blocking_ends_every_link(world, victim_and_name, links):
    victim, name = victim_and_name
    victim.do(victim.api.block(name))
    world.pass_time(3)
    assert all(peer.lost or peer.closed for peer in links)
    assert not victim.node.delivery._links


def test_the_anti_test_a_node_that_ends_the_first_alone(world, victim_and_name, links, monkeypatch):
    ended = []

    def first_alone(delivery, contact):
        if not ended:
            ended.append(delivery._links[contact][0])
            ended[0].live.close(ByeReason.STOPPING)

    monkeypatch.setattr(Delivery, "drop", first_alone)
    victim, name = victim_and_name
    victim.do(victim.api.block(name))
    world.pass_time(3)
    assert not all(peer.lost or peer.closed for peer in links)
