"""Taking back the end of an own log (finding 1): nothing of it is left but the texts."""

import pytest

from onionchat.store import contacts, erasing, frontiers, journals, logs, messages, withdrawn

from .conftest import key32


@pytest.fixture
def alice(world):
    return world.contact("alice")


def take_back(tx, world, alice, first, heads=()):
    journal = journals.direct(tx, alice)
    withdrawn.take_back(tx, journal, world.own_key("alice"), first, heads)


def state(tx, alice):
    """All that people or peers are shown of a conversation."""
    journal = key32("direct alice")
    return (
        messages.history(tx, alice, 99),
        contacts.summary(tx, alice),
        frontiers.positions(tx, journal),
        {place.entry_id for place in logs.heads(tx, journal)},
        messages.find(tx, "text", 99),
        messages.queued(tx, alice, 99),
    )


@pytest.mark.parametrize("kept", [0, 1, 3])
def test_it_is_as_if_it_had_not_been_written(tx, world, alice, kept):
    for n in range(kept):
        world.say("alice", f"text {n}", mine=True)
    before = state(tx, alice)
    later = [world.say("alice", f"text {n}", mine=True) for n in range(kept, 5)]
    take_back(tx, world, alice, kept + 1, [later[0].previous] if kept else [])
    assert state(tx, alice) == before
    found = withdrawn.waiting(tx, alice)
    assert [message.body for message in found] == [f"text {n}".encode() for n in range(kept, 5)]
    assert [message.time for message in found] == [entry.time for entry in later]
    assert [message.entry_id for message in found] == [entry.entry_id for entry in later]
    withdrawn.forget(tx, alice)
    assert withdrawn.waiting(tx, alice) == []


def test_erased_texts_do_not_come_back(tx, world, alice):
    entry = world.say("alice", "secret", mine=True)
    erasing.erase(tx, alice, [entry.entry_id], 5)
    take_back(tx, world, alice, 1)
    assert withdrawn.waiting(tx, alice) == []


def test_what_was_agreed_on_about_it_is_forgotten(tx, world, alice):
    for n in range(3):
        world.say("alice", f"text {n}", mine=True)
    journal, mine, phone = key32("direct alice"), world.own_key("alice"), key32("phone")
    other = {key32("x"): (9, b"id of 9")}
    frontiers.put_sync_bookmark(tx, phone, journal, {mine: (3, b"id of 3"), **other}, other)
    take_back(tx, world, alice, 3)
    assert frontiers.sync_bookmark(tx, phone, journal) == (other, other)
    frontiers.put_sync_bookmark(tx, phone, journal, {mine: (2, b"id of 2")}, {})
    take_back(tx, world, alice, 3)
    assert frontiers.sync_bookmark(tx, phone, journal) == ({mine: (2, b"id of 2")}, {})
