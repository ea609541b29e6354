"""Messages that disappear: by each reader's own clock, through restarts and jumps of clocks."""

import pytest

from onionchat.errors import InvalidInput
from onionchat.protocol.journal.entry import EntryKind
from onionchat.protocol.rooms.bodies import encode_timer
from onionchat.protocol.sync.messages import Entries, encode_message
from onionchat.views import MessageChanged, MessagesDeleted

MINUTE = 60
HOUR = 3600
DAY = 86400


def settle(world):
    world.pass_time(5)


def timer(person, contact, seconds):
    return person.do(person.api.set_timer(contact, seconds))


def read(person, contact):
    person.do(person.api.mark_read(contact, None))


def said(person, contact):
    """The texts, timers left out."""
    return [m.text for m in person.history(contact) if m.kind == "text"]


def test_a_message_disappears_a_while_after_it_was_seen(world, friends):
    alice, bob = friends
    alice.send("Bob", "stays")
    assert timer(alice, "Bob", HOUR).disappear == HOUR
    sent = alice.send("Bob", "goes")
    assert (sent.lifetime, sent.disappears) == (HOUR, None)
    settle(world)
    assert alice.history("Bob")[-1].disappears == pytest.approx(sent.time + HOUR, abs=5)
    assert bob.contact("Alice").disappear == HOUR
    (line,) = [m for m in bob.history("Alice") if m.kind == "timer"]
    assert (line.timer, line.note) == (
        HOUR,
        "From here on messages disappear 1 hour after they were seen.",
    )
    waiting = bob.history("Alice")[-1]
    assert (waiting.lifetime, waiting.disappears) == (HOUR, None)
    # It was not seen yet: it waits, while the writer's own is gone.
    world.pass_time(HOUR)
    assert said(alice, "Bob") == ["stays"]
    assert said(bob, "Alice") == ["stays", "goes"]
    assert [e.ids for e in alice.told(MessagesDeleted)] == [(sent.id,)]
    world.pass_time(DAY)
    read(bob, "Alice")
    assert bob.history("Alice")[-1].disappears == pytest.approx(
        bob.wall.millis() / 1000 + HOUR, abs=5
    )
    assert [e.message.id for e in bob.told(MessageChanged)] == [sent.id]
    world.pass_time(HOUR - MINUTE)
    assert said(bob, "Alice") == ["stays", "goes"]
    world.pass_time(MINUTE + 1)
    assert said(bob, "Alice") == ["stays"]
    for person in (alice, bob):
        assert not person.do(person.api.search("goes", contact=None, limit=9))
        assert person.do(person.api.doctor())


def test_either_side_sets_the_timer_and_the_last_one_applies(world, friends):
    alice, bob = friends
    timer(alice, "Bob", HOUR)
    settle(world)
    timer(bob, "Alice", DAY)
    settle(world)
    assert alice.contact("Bob").disappear == bob.contact("Alice").disappear == DAY
    assert alice.send("Bob", "x").lifetime == DAY
    timer(alice, "Bob", 0)
    settle(world)
    assert bob.send("Alice", "y").lifetime is None
    before = len(alice.history("Bob"))
    timer(alice, "Bob", 0)
    assert len(alice.history("Bob")) == before, "what is set already is not said again"


@pytest.mark.parametrize("seconds", [1, 299, 4 * 7 * DAY + 1])
def test_other_timers_are_refused(world, friends, seconds):
    alice, _bob = friends
    with pytest.raises(InvalidInput):
        timer(alice, "Bob", seconds)


def test_what_became_due_while_nothing_ran_is_gone_before_anything_is_shown(world, friends):
    alice, bob = friends
    timer(alice, "Bob", HOUR)
    alice.send("Bob", "goes")
    settle(world)
    read(bob, "Alice")
    bob.stop()
    world.pass_time(2 * HOUR)
    bob.start()
    assert said(bob, "Alice") == []


def test_the_time_goes_on_through_restarts(world, friends):
    alice, bob = friends
    timer(alice, "Bob", HOUR)
    alice.send("Bob", "goes")
    settle(world)
    read(bob, "Alice")
    for _ in range(3):
        world.pass_time(15 * MINUTE)
        bob.restart()
    assert said(bob, "Alice") == ["goes"]
    world.pass_time(16 * MINUTE)
    assert said(bob, "Alice") == []


def test_a_clock_that_is_set_back_lets_nothing_live_longer(world, friends):
    alice, _bob = friends
    timer(alice, "Bob", HOUR)
    alice.send("Bob", "goes")
    world.pass_time(10 * MINUTE)
    alice.wall.offset = -DAY * 1000
    world.pass_time(52 * MINUTE)
    assert said(alice, "Bob") == []


def test_a_clock_that_is_set_back_while_nothing_runs_lets_it_live_its_own_time_at_most(
    world, friends
):
    alice, _bob = friends
    timer(alice, "Bob", HOUR)
    alice.send("Bob", "goes")
    settle(world)
    alice.stop()
    alice.wall.offset = -30 * DAY * 1000
    alice.start()
    assert said(alice, "Bob") == ["goes"]
    world.pass_time(HOUR + 1)
    assert said(alice, "Bob") == []


def test_a_clock_that_is_set_forward_or_a_computer_that_slept_is_noticed(world, friends):
    alice, _bob = friends
    timer(alice, "Bob", DAY)
    alice.send("Bob", "goes")
    world.pass_time(10 * MINUTE)
    alice.wall.offset = 2 * DAY * 1000
    world.pass_time(MINUTE + 1)
    assert said(alice, "Bob") == []


def test_without_anything_that_disappears_no_clock_is_looked_at(world, friends):
    alice, _bob = friends
    alice.send("Bob", "stays")
    settle(world)
    assert alice.api.disappearing._call is None


def test_a_timer_that_comes_late_applies_to_what_the_other_side_had_not_seen(world, friends):
    """Both write while they are apart: what comes after the timer in the order disappears on both
    sides."""
    alice, bob = friends
    alice.send("Bob", "0")
    settle(world)
    world.part(alice, bob)
    timer(bob, "Alice", HOUR)
    world.pass_time(10)
    alice.send("Bob", "after it, without knowing")
    world.heal(alice, bob)
    world.until(lambda: alice.history("Bob")[-1].state == "delivered", 900)
    settle(world)
    assert alice.history("Bob")[-1].lifetime == HOUR
    assert bob.history("Alice")[-1].lifetime == HOUR
    assert alice.history("Bob")[0].lifetime is None
    world.pass_time(HOUR)
    assert said(alice, "Bob") == ["0"]


def test_a_contact_cannot_make_an_old_conversation_vanish_by_a_backdated_timer(world, mallory):
    victim = mallory.victim
    victim.send("Mallory", "mine")
    settle(world)
    peer, channel = mallory.sync()
    backdated = mallory.entry(kind=EntryKind.TIMER, body=encode_timer(300), time=1000)
    peer.say(channel, encode_message(Entries([backdated])))
    settle(world)
    first, second = victim.history("Mallory")
    assert (first.kind, second.text) == ("timer", "mine")
    world.pass_time(HOUR)
    assert said(victim, "Mallory") == ["mine"]


def test_what_was_not_delivered_does_not_disappear_before_it_was_sent(world, friends):
    alice, bob = friends
    timer(alice, "Bob", HOUR)
    settle(world)
    bob.stop()
    alice.send("Bob", "waits")
    world.pass_time(3 * DAY)
    assert said(alice, "Bob") == ["waits"]
    bob.start()
    world.until(lambda: said(bob, "Alice") == ["waits"], DAY)
    settle(world)
    world.pass_time(HOUR)
    assert said(alice, "Bob") == []
    assert said(bob, "Alice") == ["waits"]


def test_edits_go_with_the_message(world, friends):
    alice, bob = friends
    timer(alice, "Bob", HOUR)
    sent = alice.send("Bob", "goes")
    settle(world)
    read(bob, "Alice")
    alice.do(alice.api.edit("Bob", sent.id, "goes as well"))
    settle(world)
    world.pass_time(HOUR)
    assert said(alice, "Bob") == said(bob, "Alice") == []
    assert not bob.do(bob.api.search("well", contact=None, limit=9))
