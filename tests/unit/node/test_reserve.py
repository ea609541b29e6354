"""At which of two addresses a dial goes."""

import pytest

from onionchat.node.reserve import RESERVE_AFTER, Turns


@pytest.fixture
def turns() -> Turns[str]:
    return Turns()


def test_a_peer_that_never_failed_is_where_it_says(turns: Turns[str]) -> None:
    assert not any(turns.reserve("bob", now) for now in (0.0, 1e6, 2e6))


def test_after_long_failing_every_second_dial_goes_to_the_reserve(turns: Turns[str]) -> None:
    turns.failed("bob", 100.0)
    turns.failed("bob", 600.0)
    assert not turns.reserve("bob", 100.0 + RESERVE_AFTER - 1)
    late = 100.0 + RESERVE_AFTER
    assert [turns.reserve("bob", late) for _ in range(4)] == [False, True, False, True]
    assert not turns.reserve("carol", late)


def test_who_was_apart_for_long_before_needs_no_failures(turns: Turns[str]) -> None:
    turns.long_apart("bob")
    turns.failed("bob", 1.0)
    assert [turns.reserve("bob", 2.0) for _ in range(2)] == [False, True]


def test_a_link_ends_it(turns: Turns[str]) -> None:
    turns.long_apart("bob")
    assert not turns.reserve("bob", 0.0)
    turns.met("bob")
    turns.failed("bob", 50.0)
    assert not turns.reserve("bob", 60.0)
    assert [turns.reserve("bob", 50.0 + RESERVE_AFTER) for _ in range(2)] == [False, True]


def test_a_peer_whose_entrances_are_gone_is_sought_at_the_reserve_next(turns: Turns[str]) -> None:
    turns.failed("bob", 1.0, entrances_gone=True)
    assert turns.reserve("bob", 2.0)
    turns.failed("bob", 3.0)
    assert not turns.reserve("bob", 4.0)
    turns.failed("bob", 5.0, entrances_gone=True)
    assert turns.reserve("bob", 6.0)
    assert not turns.reserve("carol", 6.0)
    turns.met("bob")
    turns.failed("bob", 7.0)
    assert not turns.reserve("bob", 8.0)
