"""A batch in pieces comes out as it would have in one."""

from collections import deque

import pytest

from onionchat.node import batches, household
from onionchat.node.batches import Batches
from onionchat.node.journals import Taken
from onionchat.node.own_logs import Source
from onionchat.node.quota import Sated
from onionchat.node.shares import cost_of
from onionchat.protocol.crypto.keys import SigningKey
from onionchat.protocol.journal.entry import NO_ENTRY, EntryKind, from_parts, sign_entry
from onionchat.protocol.journal.memory import MemoryJournal
from onionchat.protocol.journal.validate import Outcome
from onionchat.store.transaction import ContactNo
from onionchat.testing.rng import SeededRng
from onionchat.types import JournalId, Millis

JOURNAL = JournalId(bytes(range(32)))
KEY = SigningKey(bytes(32))


def log(count, *, size=1, bad=()):
    """Entries of one log; the signatures of those with the numbers `bad` do not hold."""
    previous, made = NO_ENTRY, []
    for seq in range(1, count + 1):
        entry = sign_entry(KEY, JOURNAL, seq, previous, (), 1, EntryKind.TEXT, bytes(size))
        previous = entry.id
        if seq in bad:
            entry = from_parts(entry.header_bytes, bytes(64), entry.body)
        made.append(entry)
    return made


class Bench:
    """The database thread, a journal in it, and a crowd that waits or does not."""

    def __init__(self, monkeypatch):
        self.journal = MemoryJournal(JOURNAL)
        self.jobs = deque()
        self.pieces, self.charged, self.answers = [], [], []
        self.crowded = True
        self.spurned_from = None
        self.rest, self.rests = 0.0, []
        monkeypatch.setattr(household, "take", self.take)
        self.batches = Batches(
            SeededRng(1),
            Source(ContactNo(1)),
            lambda work, answer: self.jobs.append((work, answer)),
            lambda: self.crowded,
            self.charge,
            lambda seconds, call: self.rests.append((seconds, call)),
        )

    def charge(self, entries, doubtful):
        self.charged.append((len(entries), doubtful))
        return self.rest

    def take(self, _tx, journal, received, _now, _rng, spoiled, _source):
        self.pieces.append(list(received))
        if self.spurned_from is not None and len(self.pieces) > self.spurned_from:
            return Taken(Outcome(), {}, tuple(entry.id for entry in received), Sated(None))
        outcome = self.journal.receive(received, lambda _: None, spoiled)
        return Taken(outcome, {"journal": journal, "pieces": len(self.pieces)})

    def commit(self, entries):
        self.batches.commit(JOURNAL, entries, frozenset(), Millis(0), self.answers.append)

    def work(self):
        while self.jobs:
            job, answer = self.jobs.popleft()
            answer(job(None))


@pytest.fixture
def bench(monkeypatch):
    return Bench(monkeypatch)


def ids(outcome):
    return {
        "accepted": [item.entry.id for item in outcome.accepted],
        "waiting": {item.entry.id for item in outcome.waiting},
        "unproven": {entry.id for entry in outcome.unproven},
        "rejected": {item.entry.id for item in outcome.rejected},
    }


def whole(entries):
    """What comes out of one batch."""
    return ids(MemoryJournal(JOURNAL).receive(entries, lambda _: None))


def test_while_nobody_waits_a_batch_is_one_commit_and_the_next_need_not_wait(bench):
    bench.crowded = False
    entries = log(500)
    bench.commit(entries[:300])
    bench.commit(entries[300:])
    assert len(bench.jobs) == 2
    bench.work()
    assert [len(piece) for piece in bench.pieces] == [300, 200]
    assert [len(answer.outcome.accepted) for answer in bench.answers] == [300, 200]


def test_while_others_wait_it_is_committed_piece_by_piece_and_answered_once(bench):
    entries = log(500)
    bench.commit(entries[:300])
    bench.commit(entries[300:])
    assert len(bench.jobs) == 1
    bench.work()
    assert len(bench.pieces) > 4
    assert max(map(cost_of, bench.pieces)) <= batches.PIECE
    assert [entry for piece in bench.pieces for entry in piece] == entries
    assert [len(answer.outcome.accepted) for answer in bench.answers] == [300, 200]
    assert bench.answers[1].frontier["pieces"] == len(bench.pieces)
    assert sum(count for count, _ in bench.charged) == 500


def test_one_piece_at_a_time_waits_for_the_database(bench):
    bench.commit(log(300))
    while bench.jobs:
        assert len(bench.jobs) == 1
        job, answer = bench.jobs.popleft()
        answer(job(None))
    assert len(bench.answers) == 1


def test_a_contact_that_has_to_rest_does_so_after_each_piece(bench):
    bench.rest = 0.5
    entries = log(200)
    bench.commit(entries[:100])
    bench.commit(entries[100:])
    bench.work()
    while bench.rests:
        assert not bench.jobs
        ((seconds, call),) = bench.rests
        assert seconds == 0.5
        bench.rests.clear()
        call()
        bench.work()
    assert [entry for piece in bench.pieces for entry in piece] == entries
    assert len(bench.pieces) > 4
    assert len(bench.answers) == 2


def test_when_the_others_have_gone_the_rest_is_one_commit(bench):
    bench.commit(log(300))
    bench.crowded = False
    bench.work()
    assert len(bench.pieces) == 2


def test_a_long_text_is_a_piece_of_its_own(bench):
    bench.commit(log(3, size=60_000))
    bench.work()
    assert [len(piece) for piece in bench.pieces] == [1, 1, 1]


@pytest.mark.parametrize(
    "bad",
    [
        range(1, 300),  # the last signature vouches for all
        range(20, 300),
        range(290, 301),  # nothing vouches for the end
        range(1, 301),
        range(1, 301, 2),
    ],
)
def test_what_only_a_later_entry_vouches_for_is_taken_as_in_one_batch(bench, bad):
    entries = log(300, bad=bad)
    bench.commit(entries)
    bench.work()
    assert ids(bench.answers[0].outcome) == whole(entries)


def test_a_peer_that_proves_nothing_is_not_tried_again_with_each_piece(bench):
    entries = log(300, bad=range(1, 301))
    bench.commit(entries)
    bench.work()
    assert sum(map(len, bench.pieces)) <= 3 * 300
    assert bench.charged[0][1] > 0


def test_who_had_its_share_of_the_disk_in_the_middle_is_told(bench):
    bench.spurned_from = 1
    entries = log(300)
    bench.commit(entries)
    bench.work()
    (answer,) = bench.answers
    assert answer.sated == Sated(None)
    accepted = len(answer.outcome.accepted)
    assert answer.spurned == tuple(entry.id for entry in entries[accepted:])
