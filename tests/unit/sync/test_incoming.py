"""The receiving half alone: where a batch ends decides nothing."""

import attrs
import pytest

from onionchat.protocol.crypto.keys import SigningKey
from onionchat.protocol.journal.entry import NO_ENTRY, SignedEntry, sign_entry
from onionchat.protocol.journal.memory import MemoryJournal, anybody
from onionchat.protocol.sync.incoming import PENDING_SECONDS, Incoming
from onionchat.types import EntryId, JournalId, Millis

ROOM = JournalId(b"\x0f" * 32)
EVE, BOB, CAROL = (SigningKey(bytes([n]) * 32) for n in (1, 2, 3))


class Receiver:
    """A journal that is fed by `Incoming` alone, and commits at once what that hands out."""

    def __init__(self) -> None:
        self.incoming = Incoming()
        self.journal = MemoryJournal(ROOM)
        self.commits = 0

    def take(self, *entries: SignedEntry) -> None:
        todo = self.incoming.accept(ROOM, [(one, len(one.to_bytes())) for one in entries])
        while todo:
            self.commits += 1
            outcome = self.journal.receive(todo, anybody)
            todo = self.incoming.committed(
                ROOM,
                self.journal.frontier,
                {one.entry.id: one.missing for one in outcome.waiting},
                {one.id for one in outcome.unproven},
                {one.entry.id for one in outcome.rejected},
                0.0,
            )


def entry(key: SigningKey, seq: int, previous: EntryId, *parents: EntryId) -> SignedEntry:
    return sign_entry(key, ROOM, seq, previous, tuple(sorted(parents)), Millis(0), 16, b"x")


def badly_signed(one: SignedEntry) -> SignedEntry:
    return attrs.evolve(one, signature=bytes(64))


def batchings(entries: list[SignedEntry]) -> list[list[list[SignedEntry]]]:
    """All ways to cut a list into parts."""
    if not entries:
        return [[]]
    return [
        [entries[:size], *rest]
        for size in range(1, len(entries) + 1)
        for rest in batchings(entries[size:])
    ]


def answered_log() -> list[SignedEntry]:
    """Eve signs her first entries badly; Bob and Carol had them signed well, and answered; the
    signature that vouches for all of it comes last.
    """
    first = entry(EVE, 1, NO_ENTRY)
    bob = entry(BOB, 1, NO_ENTRY, first.id)
    second = entry(EVE, 2, first.id, bob.id)
    carol = entry(CAROL, 1, NO_ENTRY, bob.id, second.id)
    last = entry(EVE, 3, second.id, carol.id)
    return [badly_signed(first), bob, badly_signed(second), carol, last]


@pytest.mark.parametrize(
    "batches", batchings(answered_log()), ids=lambda b: "+".join(map(str, map(len, b)))
)
def test_what_others_answered_to_an_unproven_entry_does_not_cut_them_off(batches):
    """Found by the properties of merging: the vouching signature may rest on an answer to what it
    vouches for, and whether it was believed depended on where a batch ended.
    """
    receiver = Receiver()
    for batch in batches:
        receiver.take(*batch)
    assert len(receiver.journal) == 5
    assert receiver.incoming.deadline() is None
    receiver.incoming.expire(2 * PENDING_SECONDS)
    assert receiver.incoming.refusals() == []


def test_what_nothing_vouches_for_is_not_tried_for_ever():
    receiver = Receiver()
    for one in [*answered_log()[:4], badly_signed(answered_log()[4])]:
        receiver.take(one)
    assert len(receiver.journal) == 0
    assert receiver.commits <= 10
    receiver.incoming.expire(2 * PENDING_SECONDS)
    assert {log[1] for log in receiver.incoming.refusals()} == {
        EVE.public,
        BOB.public,
        CAROL.public,
    }


def test_two_badly_signed_logs_that_answer_each_other_are_settled_together():
    eve = [entry(EVE, 1, NO_ENTRY)]
    bob = [entry(BOB, 1, NO_ENTRY, eve[0].id)]
    eve.append(entry(EVE, 2, eve[0].id, bob[0].id))
    bob.append(entry(BOB, 2, bob[0].id, eve[1].id))
    carol = entry(CAROL, 1, NO_ENTRY, bob[1].id)
    receiver = Receiver()
    for one in (badly_signed(eve[0]), badly_signed(bob[0]), carol, bob[1], eve[1]):
        receiver.take(one)
    assert len(receiver.journal) == 5
    assert receiver.incoming.deadline() is None
