"""A node with more contacts than it dials at once."""

from onionchat.node.dialing import WIDTH


def test_whoever_does_not_fit_among_the_first_dials_is_dialled_as_soon_as_one_has_its_link(world):
    alice = world.person("Alice")
    friends = [world.person(f"Friend {number}") for number in range(WIDTH + 4)]
    for friend in friends:
        world.befriend(alice, friend)
        # They only take calls.
        friend.node._peers._schedule.want = lambda *_, **__: None
    alice.restart()
    world.until(lambda: len(alice.links()) == len(friends), 20)
