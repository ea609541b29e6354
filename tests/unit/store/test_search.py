"""A search in steps finds what the index finds, and no step is long."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onionchat.store import erasing, messages, search

LETTERS = "abé ß-ıİŁ日1"
"""Few, so that beginnings meet words; some change when they are folded."""


@pytest.fixture
def alice(world):
    return world.contact("alice")


@pytest.fixture
def looked(monkeypatch):
    """Every beginning counts as frequent; two messages a step."""
    monkeypatch.setattr(search, "MAX_PAGES", -1)
    monkeypatch.setattr(search, "STEP_ROWS", 2)


def by_index(tx, typed, limit, journal=None):
    """What FTS5 alone says."""
    tx.write_index()
    expression = search.query(tx, typed, journal)
    if expression is None:
        return []
    return [
        row[0]
        for row in tx.rows(
            "SELECT text FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?",
            expression,
            limit,
        )
    ]


def found(tx, typed, limit, contact=None):
    return [message.text for message in messages.find(tx, typed, limit, contact)]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(LETTERS, max_size=6), limit=st.integers(1, 5))
def test_looking_finds_what_the_index_finds(tx, corpus, looked, typed, limit):
    alice, journal = corpus
    assert found(tx, typed, limit) == by_index(tx, typed, limit)
    assert found(tx, typed, limit, alice) == by_index(tx, typed, limit, journal)


@pytest.fixture
def corpus(tx, world, alice):
    """Forty texts of two contacts, the same every time; gives one of them and its journal."""
    world.contact("bob")
    for number in range(40):
        letters = [LETTERS[(number * 7 + place * place * (number + 3)) % 11] for place in range(9)]
        world.say("alice" if number % 3 else "bob", "".join(letters) + ".", mine=False)
    (row,) = tx.rows("SELECT id FROM journals WHERE contact = ? AND kind = 'direct'", alice)
    return alice, row[0]


def test_a_step_looks_at_so_many_messages_and_says_that_there_are_more(
    tx, world, alice, monkeypatch
):
    monkeypatch.setattr(search, "MAX_PAGES", -1)
    monkeypatch.setattr(search, "STEP_ROWS", 3)
    for number in range(7):
        world.say("alice", "old" if number == 0 else "new", mine=True)
    going = messages.Search("o", 5)
    steps = [going.step(tx) for _ in range(4)]
    assert steps == [True, True, True, False]
    assert [message.text for message in going.found] == ["old"]


def test_a_step_ends_after_so_much_text(tx, world, alice, monkeypatch):
    monkeypatch.setattr(search, "MAX_PAGES", -1)
    for _ in range(4):
        world.say("alice", "n" * search.STEP_CHARACTERS, mine=True)
    going = messages.Search("o", 5)
    assert sum(iter(lambda: going.step(tx), False)) >= 3
    assert going.found == []


def test_what_is_erased_between_two_steps_is_not_found(tx, world, alice, looked):
    first = world.say("alice", "one", mine=True)
    for _ in range(3):
        world.say("alice", "other", mine=True)
    going = messages.Search("on", 5)
    assert going.step(tx) and going.step(tx)
    erasing.erase(tx, alice, [first.entry_id], 1)
    while going.step(tx):
        pass
    assert going.found == []


def test_what_is_stored_while_it_runs_does_not_disturb_it(tx, world, alice, looked):
    for number in range(5):
        world.say("alice", f"one {number}", mine=True)
    going = messages.Search("on", 9)
    while going.step(tx):
        world.say("alice", "one more", mine=True)
    assert [message.text for message in going.found] == [f"one {n}" for n in (4, 3, 2, 1, 0)]


def test_a_rare_beginning_is_left_to_the_index(tx, world, alice):
    world.say("alice", "few words", mine=True)
    tx.write_index()
    assert not search.is_frequent(tx, search.words(tx, "w"))
    assert not messages.Search("w", 5).step(tx)


def test_the_pages_of_a_frequent_beginning_are_many_and_those_of_a_rare_one_few(tx, world, alice):
    """That is what saves the database from a long step: were all beginnings rare, this fails."""
    for number in range(1500):
        world.say("alice", f"e{number * 7919:x}{number:05} e{number * 104729:x} zebra", mine=True)
    tx.write_index()
    with tx.savepoint():
        pass  # FTS5 writes out what it keeps in memory
    frequent, rare = (search.pages(tx, beginning) for beginning in ("e", "q"))
    assert frequent > 8
    assert rare == 0
    assert search.pages(tx, "") >= frequent
