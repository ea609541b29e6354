"""A node with more contacts than it dials at once, or than it keeps rosters of in memory."""

from onionchat.node import journals
from onionchat.node.dialing import WIDTH


class Largest(dict):
    """Remembers how many there were at most."""

    most = 0

    def __setitem__(self, key, value):
        super().__setitem__(key, value)
        self.most = max(self.most, len(self))


def test_whoever_does_not_fit_among_the_first_dials_is_dialled_as_soon_as_one_has_its_link(world):
    alice = world.person("Alice")
    friends = [world.person(f"Friend {number}") for number in range(WIDTH + 4)]
    for friend in friends:
        world.befriend(alice, friend)
        # They only take calls.
        friend.node._peers._schedule.want = lambda *_, **__: None
    alice.restart()
    world.until(lambda: len(alice.links()) == len(friends), 20)


def test_rosters_beyond_the_bound_are_not_kept_in_memory(world, monkeypatch):
    kept = Largest()
    monkeypatch.setattr(journals, "_rosters", kept)
    monkeypatch.setattr(journals, "MAX_ROSTERS", 3)
    alice = world.person("Alice")
    for number in range(3):
        # Each makes two accounts more: the contact's, and our own towards it.
        world.befriend(alice, world.person(f"Friend {number}"))
    assert kept.most == 3
    assert len(kept) <= 3
