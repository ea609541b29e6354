"""What is said of messages is kept in whatever order it comes, and goes with the message."""

import itertools

import pytest

from onionchat.errors import UnknownMessage
from onionchat.node import folding, found
from onionchat.protocol.journal.entry import EntryKind
from onionchat.protocol.rooms.bodies import (
    encode_deletion,
    encode_edit,
    encode_reaction,
    encode_text,
)
from onionchat.store import contacts, entries, erasing, expiring, journals, messages

from .conftest import key32, make_entry

TALK = key32("direct alice")


@pytest.fixture
def alice(world):
    return world.contact("alice")


def said(device, time, kind, body, text=None):
    """The only entry of a device of Alice's."""
    shown = kind == EntryKind.TEXT
    return make_entry(
        TALK, key32(device), 1, time=time, kind=kind, body=body, text=text, shown=shown
    )


TEXT = said("one", 1000, EntryKind.TEXT, encode_text("first"), "first")
SAID = (
    TEXT,
    said("two", 2000, EntryKind.EDIT, encode_edit(TEXT.entry_id, "second")),
    said("three", 3000, EntryKind.EDIT, encode_edit(TEXT.entry_id, "third")),
    said("four", 3000, EntryKind.REACTION, encode_reaction(TEXT.entry_id, "+")),
)
DELETION = said("five", 4000, EntryKind.DELETION, encode_deletion([TEXT.entry_id]))


def take(tx, alice, *entries_):
    journal = journals.direct(tx, alice)
    folding.fold(tx, journal, entries.insert(tx, entries_), 5000)


@pytest.mark.parametrize("order", list(itertools.permutations(SAID)))
def test_any_order_of_arrival_shows_the_same(tx, alice, order):
    for entry in order:
        take(tx, alice, entry)
    (message,) = found.page(tx, messages.history(tx, alice, 9))
    assert message.message.text == "third"
    assert message.edited == 3000
    assert message.reactions == ((False, "+"),)
    assert [m.text for m in messages.find(tx, "third", 9)] == ["third"]
    assert not messages.find(tx, "first", 9) and not messages.find(tx, "second", 9)
    assert contacts.summary(tx, alice).last_text == "third"
    assert contacts.summary(tx, alice).unread == 1


@pytest.mark.parametrize("order", list(itertools.permutations((*SAID, DELETION)))[::5])
def test_what_its_author_deletes_is_gone_in_any_order_of_arrival(tx, alice, order):
    for entry in order:
        take(tx, alice, entry)
    (message,) = found.page(tx, messages.history(tx, alice, 9))
    assert (message.message.text, message.message.erased, message.asked) == (None, True, True)
    assert message.reactions == () and message.edited is None
    bodies = {row[0]: row[1] for row in tx.rows("SELECT kind, body FROM entries")}
    assert [kind for kind, body in bodies.items() if body is not None] == [EntryKind.DELETION]
    assert not messages.find(tx, "third", 9)


@pytest.mark.parametrize("order", list(itertools.permutations(SAID))[::3])
def test_what_is_erased_here_stays_erased_in_any_order_of_arrival(tx, alice, order):
    erasing.hide(tx, alice, [TEXT.entry_id], 1)
    for entry in order:
        take(tx, alice, entry)
    assert messages.history(tx, alice, 9) == []
    assert not tx.rows("SELECT 1 FROM entries WHERE body IS NOT NULL")
    assert contacts.summary(tx, alice).unread == 0
    with pytest.raises(UnknownMessage):
        found.get(tx, TEXT.entry_id)


def test_clearing_covers_what_arrives_later_and_nothing_beyond(tx, world, alice):
    journal = journals.direct(tx, alice)
    author = key32("device of alice")
    first = [world.say("alice", f"{n}", mine=False) for n in range(3)]
    assert erasing.clear(tx, journal, {author: 5}) == {author: 5}
    hidden = []
    while (some := erasing.clear_some(tx, journal, 1, limit=2)) is not None:
        hidden += some
    assert hidden == [entry.entry_id for entry in first]
    for n in range(3, 7):
        world.say("alice", f"{n}", mine=False)
    assert erasing.unfinished(tx) == []
    assert [m.text for m in messages.history(tx, alice, 9)] == ["5", "6"]
    assert contacts.summary(tx, alice).unread == 2


def test_the_timer_that_applies_is_the_last_one_before_a_message(tx, world, alice):
    number = journals.direct(tx, alice).number
    row = world.say("alice", "x", mine=True)
    entry = tx.row("SELECT id FROM entries WHERE entry_id = ?", row.entry_id)[0]
    for time, seconds in ((300, 30), (100, 10), (200, 0)):
        expiring.set_timer(tx, number, (time, 1, key32(time)), entry, seconds)
    found_at = [expiring.timer_at(tx, number, (time, 0, b"")) for time in (50, 150, 250, 350)]
    assert found_at == [0, 10, 0, 30]
    assert expiring.timer_at(tx, number) == 30
    assert expiring.timers(tx) == {alice: 30}
