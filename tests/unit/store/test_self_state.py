"""The `self` journal's state as rows."""

from hypothesis import given
from hypothesis import strategies as st

from onionchat.protocol.journal.order import OrderKey
from onionchat.protocol.rooms.self_state import Held
from onionchat.store import self_state

ORDER = OrderKey(5, 2, bytes(32))
parts = st.lists(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=4),
    min_size=1,
    max_size=3,
).map(tuple)


def test_what_was_put_is_there_until_it_is_forgotten(tx):
    assert self_state.get(tx, ("a",)) is None
    assert self_state.value(tx, ("a",)) is None
    held = Held(ORDER, b"value")
    self_state.put(tx, ("a",), held)
    assert self_state.get(tx, ("a",)) == held
    assert self_state.value(tx, ("a",)) == b"value"
    self_state.put(tx, ("a",), Held(ORDER, None))
    assert self_state.get(tx, ("a",)) == Held(ORDER, None)
    self_state.forget(tx, "a")
    assert self_state.get(tx, ("a",)) is None


def test_looking_under_a_beginning(tx):
    keys = [("a", "b"), ("a", "b", "c"), ("a/b",), ("ab", "c"), ("a", "ü/~")]
    for key in keys:
        self_state.put(tx, key, Held(ORDER, "/".join(key).encode()))
    self_state.put(tx, ("a", "gone"), Held(ORDER, None))
    found = self_state.under(tx, "a")
    assert sorted(key for key, _ in found) == sorted([("a", "b"), ("a", "b", "c"), ("a", "ü/~")])
    assert dict(found)["a", "ü/~"] == "a/ü/~".encode()
    assert self_state.under(tx, "a", "b") == [(("a", "b", "c"), b"a/b/c")]
    self_state.forget(tx, "a", "b")
    assert [key for key, _ in self_state.under(tx, "a")] == [("a", "ü/~")]
    assert self_state.value(tx, ("ab", "c")) == b"ab/c"


@given(parts, parts)
def test_each_key_is_written_in_its_own_way(one, other):
    assert (self_state._written(one) == self_state._written(other)) == (one == other)
    assert self_state._written((*one, "x")).startswith(self_state._written(one) + "/")


def test_an_erased_body_leaves_its_header(tx, world):
    world.contact("Bob")
    entry = world.say("Bob", "hello", mine=True)
    for _ in range(2):
        self_state.erase_body(tx, entry.entry_id, 7)
    row = tx.row("SELECT header, body FROM entries WHERE entry_id = ?", entry.entry_id)
    assert row == (entry.header, None)
    assert tx.rows("SELECT entry_id, at FROM erased") == [(entry.entry_id, 7)]
    self_state.erase_body(tx, b"x" * 32, 7)
    assert len(tx.rows("SELECT 1 FROM erased")) == 1
