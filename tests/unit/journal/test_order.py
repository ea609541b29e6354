"""Everybody who has the same entries shows the same order."""

import random

from hypothesis import given
from hypothesis import strategies as st

from onionchat.protocol.crypto.keys import SigningKey
from onionchat.protocol.journal.entry import NO_ENTRY, SignedEntry, sign_entry
from onionchat.protocol.journal.memory import MemoryJournal
from onionchat.protocol.journal.order import FAR_AHEAD, OrderKey, is_far_ahead, order_key
from onionchat.types import DeviceKey, EntryId, JournalId, Millis

JOURNAL = JournalId(b"\x0f" * 32)
KEYS = [SigningKey(bytes([n]) * 32) for n in range(1, 5)]

# Who writes next, with which clock, and which replicas meet before.
histories = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 6), st.sets(st.integers(0, 3), max_size=3)),
    max_size=14,
)


def written(history) -> list[SignedEntry]:
    """What four devices wrote that met now and then; in an order that respects ancestors."""
    replicas = [MemoryJournal(JOURNAL) for _ in KEYS]
    everything: list[SignedEntry] = []
    for who, time, met in history:
        for other in met:
            replicas[who].receive(list(replicas[other]))
        everything.append(replicas[who].append(KEYS[who], Millis(time), 16, b"x"))
    return everything


def replica(entries: list[SignedEntry]) -> MemoryJournal:
    journal = MemoryJournal(JOURNAL)
    outcome = journal.receive(entries)
    assert len(outcome.accepted) + len(outcome.duplicates) == len(entries)
    return journal


def shuffled(entries: list[SignedEntry], chance: random.Random) -> list[SignedEntry]:
    """Any order in which ancestors come first."""
    left, done, result = list(entries), set(), []
    while left:
        free = [entry for entry in left if done.issuperset(entry.ancestors)]
        entry = chance.choice(free)
        left.remove(entry)
        done.add(entry.id)
        result.append(entry)
    return result


def keys_of(journal: MemoryJournal) -> list[OrderKey | None]:
    return [journal.key_of(entry.id) for entry in journal]


@given(histories, st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_order(history, chance):
    entries = written(history)
    assert keys_of(replica(shuffled(entries, chance))) == keys_of(replica(entries))


@given(histories)
def test_a_child_comes_after_everything_that_its_author_had_seen(history):
    journal = replica(written(history))
    places = {entry.id: place for place, entry in enumerate(journal)}
    for entry in journal:
        for ancestor in entry.ancestors:
            assert places[ancestor] < places[entry.id]


@given(histories, st.randoms(use_true_random=False))
def test_appending_never_changes_the_key_of_an_earlier_entry(history, chance):
    journal, before = MemoryJournal(JOURNAL), {}
    for entry in shuffled(written(history), chance):
        journal.receive([entry])
        assert before.items() <= (now := {e.id: journal.key_of(e.id) for e in journal}).items()
        before = now


@given(histories, st.randoms(use_true_random=False))
def test_merging_is_commutative_associative_and_idempotent(history, chance):
    entries = written(history)

    def some() -> list[SignedEntry]:
        """A replica's content: closed under "has seen"."""
        return shuffled(entries, chance)[: chance.randint(0, len(entries))]

    def merged(*parts: list[SignedEntry]) -> list[OrderKey | None]:
        journal = MemoryJournal(JOURNAL)
        for part in parts:
            journal.receive(part)
        return keys_of(journal)

    a, b, c = some(), some(), some()
    ab = list(replica_of(a, b))
    bc = list(replica_of(b, c))
    assert merged(a, b) == merged(b, a)
    assert merged(ab, c) == merged(a, bc)
    assert merged(a, a) == merged(a)


def replica_of(*parts: list[SignedEntry]) -> MemoryJournal:
    journal = MemoryJournal(JOURNAL)
    for part in parts:
        journal.receive(part)
    return journal


def test_a_clock_that_is_behind_does_not_put_an_answer_before_its_question():
    question, answer = EntryId(b"\xff" * 32), EntryId(b"\x01" * 32)
    first = order_key(5000, question, [])
    second = order_key(1000, answer, [first])
    assert first == (5000, 1, question)
    assert second == (5000, 2, answer)
    assert second > first


def test_without_ancestors_time_decides_then_depth_then_id():
    low, high = EntryId(b"\x01" * 32), EntryId(b"\x02" * 32)
    assert order_key(1, high, []) < order_key(2, low, [])
    assert order_key(2, high, []) < order_key(2, low, [order_key(1, low, [])])
    assert order_key(2, low, []) < order_key(2, high, [])


def test_a_time_more_than_ten_minutes_ahead_is_marked():
    assert not is_far_ahead(1000 + FAR_AHEAD, 1000)
    assert is_far_ahead(1001 + FAR_AHEAD, 1000)


def test_parents_are_the_other_heads_and_the_rest_stays():
    journal = MemoryJournal(JOURNAL)
    writers = [SigningKey(bytes([0, n]) * 16) for n in range(20)]
    firsts = [sign_entry(key, JOURNAL, 1, NO_ENTRY, (), Millis(0), 16, b"") for key in writers]
    journal.receive(firsts)
    assert journal.heads == {entry.id for entry in firsts}
    own = firsts[3].id
    entry = journal.append(writers[3], Millis(1), 16, b"")
    others = sorted(journal_id.id for journal_id in firsts if journal_id.id != own)
    assert entry.previous == own
    assert entry.header.parents == tuple(others[:16])
    assert journal.heads == {entry.id, *others[16:]}
    again = journal.append(writers[3], Millis(2), 16, b"")
    assert journal.heads == {again.id}


def test_a_journal_in_memory_answers_what_it_has():
    journal = MemoryJournal(JOURNAL)
    nobody = DeviceKey(b"\x00" * 32)
    one = journal.append(KEYS[0], Millis(10), 16, b"one")
    two = journal.append(KEYS[1], Millis(5), 16, b"two")
    assert [len(journal), list(journal)] == [2, [one, two]]
    assert journal.frontier == {one.author: 1, two.author: 1}
    assert journal.get(one.id) == one
    assert journal.get(NO_ENTRY) is None
    assert journal.head_of(nobody) is journal.id_at(nobody, 1) is None
    assert journal.id_at(one.author, 0) is journal.id_at(one.author, 2) is None
    assert journal.header_at(one.author, 2) is None


def test_reading_ranges_gives_parents_first_and_stops_at_the_limit():
    journal = MemoryJournal(JOURNAL)
    entries = [journal.append(KEYS[n % 2], Millis(9 - n), 16, b"x") for n in range(8)]
    everything = [(DeviceKey(KEYS[n].public), 1, 99) for n in range(3)]
    assert journal.read(everything, 10**6) == entries
    assert journal.read([(entries[0].author, 2, 3)], 10**6) == [entries[2], entries[4]]
    size = len(entries[0].to_bytes())
    assert journal.read(everything, 1) == entries[:1]
    assert journal.read(everything, size) == entries[:1]
    two = size + len(entries[1].to_bytes())
    assert journal.read(everything, two) == entries[:2]
    assert journal.read(everything, two - 1) == entries[:1]
    assert journal.read([], 10**6) == []
