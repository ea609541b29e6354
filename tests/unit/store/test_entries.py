"""Entries: logs, heads, orders, runs, forks."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onionchat.errors import BadChain, ForkedLog
from onionchat.store import entries, frontiers, journals, logs
from onionchat.store.database import Database
from onionchat.types import DeviceKey

from .conftest import World, key32, make_entry

JOURNAL = key32("journal")
ALICE = key32("alice")
BOB = key32("bob")


@pytest.fixture
def journal(tx):
    journals.ensure(tx, JOURNAL, "direct")
    return JOURNAL


def chain(journal, author, count, *, first=1, previous=None, time=1000, **more):
    """A contiguous run of a log."""
    made = []
    for seq in range(first, first + count):
        made.append(
            make_entry(journal, author, seq, previous=previous, time=time + seq, depth=seq, **more)
        )
        previous = made[-1].entry_id
    return made


def test_an_entry_comes_back_as_it_was_received(tx, journal):
    (entry,) = chain(journal, ALICE, 1, body=b"\x00body")
    assert entries.insert(tx, [entry]) == [entry]
    stored = entries.get(tx, entry.entry_id)
    assert (stored.header, stored.signature, stored.body) == (
        entry.header,
        entry.signature,
        b"\x00body",
    )
    assert stored.key == entry.key
    assert logs.at(tx, journal, ALICE, 1) == stored
    assert logs.at(tx, journal, ALICE, 2) is None
    assert entries.get(tx, key32("unknown")) is None


def test_a_journal_that_is_not_kept_takes_nothing(tx):
    with pytest.raises(KeyError):
        entries.insert(tx, chain(key32("other"), ALICE, 1))
    assert journals.find(tx, key32("other")) is None


def test_a_journal_is_kept_once(tx, world):
    alice = world.contact("alice")
    first = journals.ensure(tx, JOURNAL, "account", alice)
    assert journals.ensure(tx, JOURNAL, "account", alice) == first
    assert [kept.kind for kept in journals.of_contact(tx, alice)] == ["direct", "account"]


def test_a_journal_can_be_shared_later(tx, world, journal):
    alice = world.contact("alice")
    journals.share_with(tx, journal, alice)
    assert [kept.kind for kept in journals.of_contact(tx, alice)] == ["direct", "direct"]
    with pytest.raises(KeyError):
        journals.share_with(tx, key32("other"), alice)


def test_duplicates_are_dropped(tx, journal):
    run = chain(journal, ALICE, 3)
    assert entries.insert(tx, run[:2]) == run[:2]
    assert entries.insert(tx, run) == run[2:]
    assert entries.insert(tx, [run[2], run[2]]) == []


def test_duplicates_within_one_call_are_dropped(tx, journal):
    run = chain(journal, ALICE, 2)
    assert entries.insert(tx, [*run, run[0]]) == run


def test_a_gap_or_another_predecessor_is_refused_and_undoes_the_call(tx, journal):
    run = chain(journal, ALICE, 3)
    for wrong in ([run[1]], [run[0], run[2]], [make_entry(journal, ALICE, 1, previous=BOB)]):
        with pytest.raises(BadChain):
            entries.insert(tx, wrong)
    assert frontiers.frontier(tx, journal) == {}
    assert entries.insert(tx, run) == run


def test_another_entry_at_a_position_is_a_fork_and_undoes_the_call(tx, journal):
    run = chain(journal, ALICE, 2)
    entries.insert(tx, run[:1])
    other = make_entry(journal, ALICE, 1, salt="other")
    with pytest.raises(ForkedLog):
        entries.insert(tx, [run[1], other])
    assert frontiers.frontier(tx, journal) == {ALICE: 1}
    fork = logs.Fork(journal, ALICE, 1, other.header, other.signature, 77)
    assert logs.add_fork(tx, fork)
    assert not logs.add_fork(tx, fork)
    assert logs.forks(tx) == [fork]


def test_heads_are_the_entries_that_nobody_names(tx, journal):
    a1, a2 = chain(journal, ALICE, 2)
    b1 = make_entry(journal, BOB, 1)
    entries.insert(tx, [a1, b1])
    assert {h.entry_id for h in logs.heads(tx, journal)} == {a1.entry_id, b1.entry_id}
    entries.insert(tx, [a2])
    assert {h.entry_id for h in logs.heads(tx, journal)} == {a2.entry_id, b1.entry_id}
    b2 = make_entry(journal, BOB, 2, previous=b1.entry_id, parents=[a2.entry_id])
    entries.insert(tx, [b2])
    (head,) = logs.heads(tx, journal)
    assert (head.entry_id, head.author, head.seq) == (b2.entry_id, BOB, 2)
    assert logs.heads(tx, key32("other")) == []


def test_places_tell_what_children_need(tx, journal):
    (a1,) = chain(journal, ALICE, 1)
    entries.insert(tx, [a1])
    found = entries.places(tx, [a1.entry_id, key32("unknown")])
    assert found == {
        a1.entry_id: entries.Place(journal, ALICE, 1, a1.entry_id, a1.effective, a1.depth)
    }


def test_the_tip_is_what_the_next_entry_follows(tx, journal):
    run = chain(journal, ALICE, 3)
    entries.insert(tx, run)
    found = frontiers.tip(tx, journal, ALICE)
    assert found == frontiers.Tip(3, run[2].entry_id, run[2].effective, 3)
    assert frontiers.tip(tx, journal, BOB) is None


def test_a_run_stops_at_its_limits_but_gives_at_least_one(tx, journal):
    run = chain(journal, ALICE, 5, body=bytes(1000))
    entries.insert(tx, run)

    def read(first, **limits):
        return [entry.seq for entry in logs.run(tx, journal, ALICE, first, **limits)]

    assert read(1) == [1, 2, 3, 4, 5]
    assert read(4) == [4, 5]
    assert read(6) == []
    assert read(2, max_bytes=1) == [2]
    assert read(1, max_bytes=3000) == [1, 2]
    assert read(1, max_entries=3) == [1, 2, 3]
    assert logs.run(tx, key32("other"), ALICE, 1) == []
    assert logs.run(tx, journal, BOB, 1) == []


def test_what_somebody_lacks_comes_in_causal_order_in_pieces(tx, journal):
    a = chain(journal, ALICE, 4, time=1000)
    b = chain(journal, BOB, 4, time=1001)
    entries.insert(tx, [*a, *b])
    have: dict[DeviceKey, int] = {ALICE: 1}
    seen = []
    while piece := logs.lacking(tx, journal, have, max_bytes=1, max_entries=2):
        for entry in piece:
            assert entry.seq == have.get(entry.author, 0) + 1
            have[entry.author] = entry.seq
            seen.append(entry.key)
    assert seen == sorted(seen)
    assert have == frontiers.frontier(tx, journal) == {ALICE: 4, BOB: 4}
    # A peer that claims more than there is lacks nothing.
    assert logs.lacking(tx, journal, {ALICE: 99, BOB: 99}, max_bytes=1) == []
    assert logs.lacking(tx, key32("other"), {}, max_bytes=1) == []


def test_the_order_has_hidden_entries_too(tx, journal):
    a = chain(journal, ALICE, 3, time=1000, shown=False)
    b = chain(journal, BOB, 3, time=1000)
    entries.insert(tx, [*a, *b])
    whole = sorted(entry.key for entry in (*a, *b))
    assert [entry.key for entry in logs.ordered(tx, journal)] == whole
    assert [entry.key for entry in logs.ordered(tx, journal, whole[1], 2)] == whole[2:4]
    assert logs.ordered(tx, key32("other")) == []


def test_parts_of_logs_come_merged_in_causal_order(tx, journal):
    a = chain(journal, ALICE, 4, time=1000)
    b = chain(journal, BOB, 4, time=1000)
    entries.insert(tx, [*a, *b])
    wanted = {ALICE: (2, 3), BOB: (4, 9), key32("nobody"): (1, 5)}
    found = logs.ranges(tx, journal, wanted, max_bytes=10**9)
    assert [e.key for e in found] == sorted(e.key for e in (a[1], a[2], b[3]))
    assert len(logs.ranges(tx, journal, wanted, max_bytes=1)) == 1
    assert logs.ranges(tx, key32("other"), wanted, max_bytes=1) == []


# --- against a model ----------------------------------------------------------------------------

AUTHORS = [key32(n) for n in range(3)]

actions = st.lists(
    st.tuples(
        st.sampled_from(range(len(AUTHORS))),
        st.integers(0, 5),  # how much later than the parents' time
        st.booleans(),  # names the heads as parents
        st.booleans(),  # shown
        st.booleans(),  # starts a new call
    ),
    max_size=25,
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(actions, st.integers(0, 2**32))
def test_any_history_reads_like_the_model(database: Database, script, number):
    """The database against dicts: frontier, heads, both orders, what is lacking."""
    journal = key32(f"model {number}")
    model, tips, heads, batch = {}, {}, set(), []

    def step(tx):
        journals.ensure(tx, journal, "direct")
        for author, later, names, shown, flush in script:
            key = AUTHORS[author]
            previous = tips.get(key)
            parents = [h for h in heads if h != previous] if names else []
            known = [model[e] for e in [*parents, *([previous] if previous else [])]]
            effective = max((e.effective for e in known), default=1000) + later
            entry = make_entry(
                journal,
                key,
                model[previous].seq + 1 if previous else 1,
                previous=previous,
                parents=parents,
                time=effective,
                depth=1 + max((e.depth for e in known), default=0),
                shown=shown,
                salt=str(number),
            )
            model[entry.entry_id] = entry
            tips[key] = entry.entry_id
            heads.difference_update([*parents, previous])
            heads.add(entry.entry_id)
            batch.append(entry)
            if flush:
                assert entries.insert(tx, batch) == batch
                batch.clear()
        assert entries.insert(tx, batch) == batch
        order = sorted(model.values(), key=lambda e: e.key)
        assert [e.entry_id for e in logs.ordered(tx, journal)] == [e.entry_id for e in order]
        assert frontiers.frontier(tx, journal) == {k: model[t].seq for k, t in tips.items()}
        assert {h.entry_id for h in logs.heads(tx, journal)} == heads
        for key in AUTHORS:
            have = {key: 2}
            lacking = [e for e in order if e.seq > have.get(e.author, 0)]
            found = logs.lacking(tx, journal, have, max_bytes=10**9)
            assert [e.entry_id for e in found] == [e.entry_id for e in lacking]
        raise ZeroDivisionError  # leave the database as it was for the next example

    (outcome,) = database.run_group([step]).outcomes
    if not isinstance(outcome.error, ZeroDivisionError):
        raise outcome.error


def test_the_queries_walk_their_indices(tx, world: World):
    """A page, a run and a look-up never scan the entries and never sort them."""
    alice = world.contact("alice")
    for number in range(3):
        world.say("alice", f"text {number}", mine=False)
    from onionchat.store import messages

    plans = []
    connection = tx._connection
    statements = []
    connection.set_exec_trace(lambda _c, sql, values: statements.append((sql, values)) or True)
    middle = messages.history(tx, alice, 50)[1].entry_id
    messages.around(tx, alice, 50, middle)
    messages.find(tx, "text", 50, alice)
    messages.queued(tx, alice, 5)
    logs.ordered(tx, key32("direct alice"))
    logs.lacking(tx, key32("direct alice"), {}, max_bytes=1)
    frontiers.frontier(tx, key32("direct alice"))
    frontiers.read_by_person(tx, alice)
    connection.set_exec_trace(None)
    for sql, values in statements:
        if sql.startswith("SELECT"):
            plan = connection.execute("EXPLAIN QUERY PLAN " + sql, values).fetchall()
            plans += [(row[3], sql) for row in plan]
    assert plans
    scans = {text for text, _ in plans if text.startswith("SCAN e")}
    assert scans == set()
    sorts = {sql for text, sql in plans if "TEMP B-TREE" in text and "seq > COALESCE" not in sql}
    assert sorts == set()
