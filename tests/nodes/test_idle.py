"""Goal N3: a node with nothing to say is quiet."""

from onionchat.net.transports.memory_end import MemoryEnd
from onionchat.testing.nodes import World

CONTACTS = 20
MINUTES = 10


def test_a_node_with_20_contacts_wakes_rarely_and_says_little(world: World, monkeypatch):
    alice = world.person("Alice")
    friends = [world.person(f"Friend {number}") for number in range(CONTACTS)]
    for friend in friends:
        world.befriend(alice, friend)
    world.pass_time(60)
    written = {"bytes": 0}
    write = MemoryEnd.write

    def counted(self: MemoryEnd, data: bytes) -> None:
        written["bytes"] += len(data)
        write(self, data)

    monkeypatch.setattr(MemoryEnd, "write", counted)
    calls, dials = alice.reactor.calls, world.network.dials
    world.pass_time(MINUTES * 60)
    assert len(alice.links()) == CONTACTS
    assert world.network.dials == dials
    assert alice.reactor.calls - calls <= MINUTES * 60
    # What all 21 nodes wrote; Alice's part of it is at most half.
    assert written["bytes"] / 2 <= 100 * MINUTES * 60


def test_a_node_whose_20_contacts_are_away_dials_rarely(world: World):
    alice = world.person("Alice")
    friends = [world.person(f"Friend {number}") for number in range(CONTACTS)]
    for friend in friends:
        world.befriend(alice, friend)
    for friend in friends:
        friend.stop()
    world.pass_time(3600)
    calls, dials = alice.reactor.calls, world.network.dials
    world.pass_time(MINUTES * 60)
    assert world.network.dials - dials <= 2 * CONTACTS
    assert alice.reactor.calls - calls <= MINUTES * 60


def test_two_who_lose_each_other_together_do_not_make_a_storm(world: World, friends):
    alice, bob = friends
    dials = world.network.dials
    for _ in range(10):
        world.cut(alice, bob)
        world.until(lambda: world.linked(alice, bob), 90)
        world.pass_time(10)
    assert world.network.dials - dials <= 20
    assert world.network.connections("alice", "bob") == 1
