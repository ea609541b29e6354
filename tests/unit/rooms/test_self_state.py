"""The self journal's state is the same on all of a person's devices."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onionchat.protocol.journal.order import OrderKey
from onionchat.protocol.rooms.bodies import Put
from onionchat.protocol.rooms.self_state import SelfState

keys = st.sampled_from([("a",), ("a", "b"), ("a", "c"), ("b",)])
entries = st.dictionaries(
    st.builds(OrderKey, st.integers(0, 3), st.integers(0, 3), st.binary(min_size=1, max_size=1)),
    st.builds(Put, keys, st.none() | st.binary(max_size=1)),
    max_size=12,
).map(lambda found: list(found.items()))


def state(*puts):
    made = SelfState()
    for order, put in puts:
        made.apply(order, put)
    return made


def merged(*states):
    made = SelfState()
    for one in states:
        made.merge(one)
    return made


@given(entries, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(puts, random):
    arrived = puts * 2
    random.shuffle(arrived)
    made = state(*arrived)
    assert made == state(*puts)
    last = {put.key: put.value for _, put in sorted(puts, key=lambda found: found[0])}
    assert {key: made.get(*key) for key in last} == last
    assert dict(made.under()) == {k: v for k, v in last.items() if v is not None}


@given(entries, entries, entries)
def test_merging_is_commutative_associative_and_idempotent(one, two, three):
    # One entry has one content, wherever it is.
    known = dict([*one, *two, *three])
    a, b, c = (state(*((order, known[order]) for order, _ in p)) for p in (one, two, three))
    assert merged(a, b) == merged(b, a)
    assert merged(a, merged(b, c)) == merged(merged(a, b), c)
    assert merged(a, a) == a == merged(a, SelfState())


@given(entries)
def test_a_change_is_told_exactly_when_the_value_changes(puts):
    made = SelfState()
    for order, put in puts:
        before = made.get(*put.key)
        assert made.apply(order, put) == (made.get(*put.key) != before)


def test_a_removed_value_does_not_come_back_with_a_late_entry():
    made = state(
        (OrderKey(2, 1, b"x"), Put(("a",), None)), (OrderKey(1, 1, b"y"), Put(("a",), b"v"))
    )
    assert made.get("a") is None
    assert len(made) == 0
    assert made.apply(OrderKey(3, 1, b"z"), Put(("a",), b"w"))
    assert len(made) == 1


def test_looking_under_a_prefix():
    made = state(
        (OrderKey(1, 1, b"1"), Put(("contact", "b"), b"2")),
        (OrderKey(1, 1, b"2"), Put(("contact", "a", "name"), b"1")),
        (OrderKey(1, 1, b"3"), Put(("setting",), b"3")),
        (OrderKey(1, 1, b"4"), Put(("contact", "c"), None)),
    )
    assert list(made.under("contact")) == [
        (("contact", "a", "name"), b"1"),
        (("contact", "b"), b"2"),
    ]


def test_it_is_no_key_of_a_map():
    assert SelfState() != {}
    with pytest.raises(TypeError):
        hash(SelfState())
