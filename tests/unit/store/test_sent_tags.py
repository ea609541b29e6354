"""Tags of `send`: which message one stands for, for a day and of a bounded number."""

import pytest

from onionchat.store import forget, sent_tags
from onionchat.store.sent_tags import KEPT_MILLIS

from .conftest import key32


def tags(tx):
    return [row[0] for row in tx.rows("SELECT tag FROM sent_tags ORDER BY id")]


def test_a_tag_stands_for_its_message_with_its_contact_only(tx, world):
    alice, bob = world.contact("alice"), world.contact("bob")
    sent_tags.put(tx, alice, "tag", key32("one"), 1)
    sent_tags.put(tx, bob, "tag", key32("two"), 1)
    assert sent_tags.find(tx, alice, "tag", 2) == key32("one")
    assert sent_tags.find(tx, bob, "tag", 2) == key32("two")
    assert sent_tags.find(tx, alice, "Tag", 2) is None


def test_it_is_known_for_a_day_and_gone_with_the_next_one(tx, world):
    alice = world.contact("alice")
    sent_tags.put(tx, alice, "old", key32("one"), 1000)
    assert sent_tags.find(tx, alice, "old", 999 + KEPT_MILLIS) == key32("one")
    assert sent_tags.find(tx, alice, "old", 1000 + KEPT_MILLIS) is None
    sent_tags.put(tx, alice, "new", key32("two"), 1000 + KEPT_MILLIS)
    assert tags(tx) == ["new"]


@pytest.mark.parametrize("step", [1, -1, 0])
def test_the_oldest_go_first_whatever_the_clock_does(tx, world, monkeypatch, step):
    monkeypatch.setattr(sent_tags, "MAX_TAGS", 3)
    alice = world.contact("alice")
    for number in range(6):
        sent_tags.put(tx, alice, f"{number}", key32(number), 100 + step * number)
    assert tags(tx) == ["3", "4", "5"]


def test_a_message_that_is_written_again_keeps_its_tag(tx, world):
    alice, bob = world.contact("alice"), world.contact("bob")
    sent_tags.put(tx, alice, "tag", key32("old"), 1)
    sent_tags.put(tx, bob, "tag", key32("old"), 1)
    sent_tags.follow(tx, alice, key32("old"), key32("new"))
    assert sent_tags.find(tx, alice, "tag", 2) == key32("new")
    assert sent_tags.find(tx, bob, "tag", 2) == key32("old")


def test_a_contact_that_is_removed_takes_its_tags_along(tx, world):
    world.persona("me", is_self=True)
    alice = world.contact("alice")
    sent_tags.put(tx, alice, "tag", key32("one"), 1)
    forget.contact(tx, alice)
    assert tags(tx) == []
