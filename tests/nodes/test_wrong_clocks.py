"""A clock wrong by hours or days: who is told, and when."""

import pytest

from onionchat.node.events import Warned

HOUR = 3_600_000


def clocks(person):
    return person.do(person.api.status()).clock


def warnings(person):
    return [event.sentence for event in person.events if isinstance(event, Warned)]


def talk(world, alice, bob, rounds=2):
    for _ in range(rounds):
        world.pass_time(30)
        sent = alice.send("Bob", "question").id
        world.until(lambda sent=sent: sent in [m.id for m in bob.history("Alice")], 30)
        world.pass_time(30)
        sent = bob.send("Alice", "answer").id
        world.until(lambda sent=sent: sent in [m.id for m in alice.history("Bob")], 30)


@pytest.mark.parametrize(
    ("hours", "words"), [(72, "3 days ahead"), (-5, "5 hours behind")], ids=["ahead", "behind"]
)
def test_a_wrong_clock_is_told_on_both_sides(world, friends, hours, words):
    """Neither status nor doctor nor log said anything."""
    alice, bob = friends
    alice.wall.offset = hours * HOUR
    talk(world, alice, bob)
    assert words in clocks(alice)
    assert "Bob" in clocks(alice)
    assert "Alice" in clocks(bob)
    assert clocks(alice) in warnings(alice)
    assert len([s for s in warnings(bob) if "clock" in s]) == 1
    (check,) = [check for check in alice.do(alice.api.doctor()) if check.name == "clock"]
    assert not check.ok and words in check.sentence
    # Set right.
    alice.wall.offset = 0
    talk(world, alice, bob)
    assert clocks(alice) is None
    assert clocks(bob) is None


def test_right_clocks_and_messages_that_were_written_long_ago_are_no_trouble(world, friends):
    alice, bob = friends
    alice.stop()
    for number in range(40):
        bob.send("Alice", f"{number}")
        world.pass_time(600)
    alice.start()
    world.until(lambda: len(alice.texts("Bob")) == 40, 700)
    talk(world, alice, bob)
    assert clocks(alice) is None
    assert clocks(bob) is None
    assert not [s for s in [*warnings(alice), *warnings(bob)] if "clock" in s]
