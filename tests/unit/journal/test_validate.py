"""What may become part of a journal, and under which name the rest is refused."""

import attrs
import pytest

from onionchat.errors import (
    BadChain,
    BadSignature,
    ForkedLog,
    Malformed,
    NotPermitted,
    ProtocolViolation,
)
from onionchat.protocol.crypto.keys import SigningKey
from onionchat.protocol.journal import validate
from onionchat.protocol.journal.entry import NO_ENTRY, SignedEntry, from_parts, sign_entry
from onionchat.protocol.journal.fork import MAX_FORK_PROOF, ForkProof, SignedHeader, verify_fork
from onionchat.protocol.journal.memory import MemoryJournal, anybody
from onionchat.protocol.journal.validate import (
    Accepted,
    Duplicate,
    Waiting,
    fork_proof,
    validate_batch,
    validate_entry,
)
from onionchat.protocol.wire.codec import decode, encode
from onionchat.types import EntryId, JournalId, Millis

JOURNAL = JournalId(b"\x0f" * 32)
ALICE, BOB, EVE = (SigningKey(bytes([n]) * 32) for n in (1, 2, 3))
UNKNOWN = EntryId(b"\x77" * 32)


def entry(key, seq=1, previous=NO_ENTRY, parents=(), body=b"x", journal=JOURNAL, time=0):
    return sign_entry(key, journal, seq, previous, tuple(parents), Millis(time), 16, body)


def log(key, count: int, body=b"x") -> list[SignedEntry]:
    entries: list[SignedEntry] = []
    for seq in range(1, count + 1):
        entries.append(entry(key, seq, entries[-1].id if entries else NO_ENTRY, body=body))
    return entries


def journal_of(*entries: SignedEntry) -> MemoryJournal:
    journal = MemoryJournal(JOURNAL)
    assert len(journal.receive(entries).accepted) == len(entries)
    return journal


def badly_signed(good: SignedEntry) -> SignedEntry:
    return attrs.evolve(good, signature=bytes(64))


def nobody(_entry: SignedEntry) -> None:
    raise NotPermitted


def not_eve(candidate: SignedEntry) -> None:
    if candidate.author == EVE.public:
        raise NotPermitted


class TestOneEntry:
    def test_the_next_of_a_log_is_accepted_with_its_key(self):
        one, two = log(ALICE, 2)
        verdict = validate_entry(journal_of(one), two, anybody)
        assert verdict == Accepted(two, (0, 2, two.id))

    def test_one_that_is_here_is_a_duplicate(self):
        one, two = log(ALICE, 2)
        assert validate_entry(journal_of(one, two), one, anybody) == Duplicate(one)

    def test_one_of_another_journal_is_not_permitted(self):
        with pytest.raises(NotPermitted):
            validate_entry(journal_of(), entry(ALICE, journal=JournalId(b"\x0e" * 32)), anybody)

    def test_one_that_the_policy_refuses_is_not_permitted(self):
        with pytest.raises(NotPermitted):
            validate_entry(journal_of(), entry(ALICE), nobody)

    def test_one_that_continues_something_else_is_a_bad_chain(self):
        with pytest.raises(BadChain):
            validate_entry(journal_of(*log(ALICE, 1)), entry(ALICE, 2, UNKNOWN), anybody)

    def test_one_that_skips_a_number_but_names_a_known_previous_is_a_bad_chain(self):
        one = entry(ALICE)
        with pytest.raises(BadChain):
            validate_entry(journal_of(one), entry(ALICE, 3, one.id), anybody)

    def test_one_with_another_body_is_a_bad_chain(self):
        good = entry(ALICE)
        with pytest.raises(BadChain):
            validate_entry(
                journal_of(), from_parts(good.header_bytes, good.signature, b"y"), anybody
            )

    def test_one_whose_body_was_deleted_is_accepted(self):
        assert isinstance(
            validate_entry(journal_of(), entry(ALICE).without_body(), anybody), Accepted
        )

    def test_one_with_a_bad_signature_is_refused(self):
        with pytest.raises(BadSignature):
            validate_entry(journal_of(), badly_signed(entry(ALICE)), anybody)

    def test_one_signed_by_somebody_else_is_refused(self):
        forged = entry(EVE)
        claimed = forged.header_bytes.replace(EVE.public, ALICE.public)
        with pytest.raises(BadSignature):
            validate_entry(journal_of(), from_parts(claimed, forged.signature, b"x"), anybody)

    def test_one_with_missing_ancestors_waits_and_names_them(self):
        one, two, three = log(ALICE, 3)
        answer = entry(BOB, parents=sorted([three.id, UNKNOWN]))
        verdict = validate_entry(journal_of(one, two, three), answer, anybody)
        assert verdict == Waiting(answer, (UNKNOWN,))
        assert validate_entry(journal_of(one), three, anybody) == Waiting(three, (two.id,))

    @pytest.mark.parametrize(
        ("make", "error"),
        [
            # Each is wrong in everything that comes later, too.
            (lambda: entry(ALICE, journal=JournalId(b"\x0e" * 32)), NotPermitted),
            (lambda: entry(ALICE, 3, UNKNOWN), BadChain),
            (lambda: from_parts(entry(BOB).header_bytes, bytes(64), b"y"), BadChain),
            (lambda: badly_signed(entry(BOB)), NotPermitted),
        ],
    )
    def test_errors_come_in_the_order_of_the_specification(self, make, error):
        with pytest.raises(ProtocolViolation) as caught:
            validate_entry(journal_of(*log(ALICE, 2)), make(), nobody)
        assert caught.type is error


class TestForks:
    one = entry(ALICE, body=b"one")
    other = entry(ALICE, body=b"other")

    def test_a_second_entry_for_one_position_is_a_fork_with_a_proof(self):
        journal = journal_of(self.one)
        with pytest.raises(ForkedLog):
            validate_entry(journal, self.other, anybody)
        proof = fork_proof(journal, self.other)
        sent = decode(ForkProof, encode(proof), MAX_FORK_PROOF)
        assert verify_fork(sent) == ALICE.public

    def test_nobody_is_accused_by_an_unsigned_entry(self):
        with pytest.raises(BadSignature):
            validate_entry(journal_of(self.one), badly_signed(self.other), anybody)

    def test_nobody_is_accused_without_proof_from_our_side_either(self):
        first, second, third = log(ALICE, 3)
        journal = journal_of(first, badly_signed(second), third)
        with pytest.raises(BadChain):
            validate_entry(journal, entry(ALICE, 2, first.id, body=b"fork"), anybody)

    def test_a_view_that_lost_the_header_gives_no_proof(self):
        class Forgetful(MemoryJournal):
            def header_at(self, author, seq):
                return None

        journal = Forgetful(JOURNAL)
        journal.receive([self.one])
        with pytest.raises(BadChain):
            validate_entry(journal, self.other, anybody)
        assert fork_proof(journal, self.other) is None

    def test_the_same_entry_twice_proves_nothing(self):
        assert fork_proof(journal_of(self.one), self.one) is None
        same = SignedHeader(self.one.header_bytes, self.one.signature)
        with pytest.raises(BadChain):
            verify_fork(ForkProof(same, same))

    def test_a_fork_inside_a_batch_is_found(self):
        outcome = validate_batch(journal_of(), [self.one, self.other], anybody)
        assert [a.entry for a in outcome.accepted] == [self.one]
        assert [type(r.error) for r in outcome.rejected] == [ForkedLog]

    def test_a_fork_of_an_older_entry_is_found_in_a_batch(self):
        second = entry(ALICE, 2, self.one.id)
        outcome = validate_batch(journal_of(self.one), [second, self.other], anybody)
        assert [type(r.error) for r in outcome.rejected] == [ForkedLog]

    @pytest.mark.parametrize(
        ("second", "error"),
        [
            (entry(BOB), BadChain),
            (entry(ALICE, 2, UNKNOWN), BadChain),
            (entry(ALICE, journal=JournalId(b"\x0e" * 32)), BadChain),
            (badly_signed(entry(ALICE, body=b"forged")), BadSignature),
        ],
    )
    def test_what_is_no_fork_does_not_verify(self, second, error):
        first = SignedHeader(self.one.header_bytes, self.one.signature)
        for pair in (
            (first, SignedHeader(second.header_bytes, second.signature)),
            (SignedHeader(second.header_bytes, second.signature), first),
        ):
            with pytest.raises(error):
                verify_fork(ForkProof(*pair))

    def test_a_proof_of_garbage_is_malformed(self):
        first = SignedHeader(self.one.header_bytes, self.one.signature)
        with pytest.raises(Malformed):
            verify_fork(ForkProof(first, SignedHeader(b"\x90", bytes(64))))


class TestBatches:
    def test_one_signature_is_checked_per_log(self, monkeypatch):
        checked = []
        real = validate.check_signature

        def counting(author, header_bytes, signature):
            checked.append(author)
            real(author, header_bytes, signature)

        monkeypatch.setattr(validate, "check_signature", counting)
        alices, bobs = log(ALICE, 50), log(BOB, 50)
        mixed = [e for pair in zip(alices, bobs, strict=True) for e in pair]
        assert len(validate_batch(journal_of(), mixed, anybody).accepted) == 100
        assert sorted(checked) == sorted([ALICE.public, BOB.public])

    @pytest.mark.parametrize("kind", [*range(1, 40), 99, 255])
    def test_no_kind_is_taken_unsigned_also_none_of_a_later_version(self, kind):
        """A reviewer's planted fault that nothing found: kinds of a later version let through."""
        signed = sign_entry(ALICE, JOURNAL, 1, NO_ENTRY, (), Millis(0), kind, b"x")
        assert validate_batch(journal_of(), [signed], anybody).accepted
        outcome = validate_batch(journal_of(), [badly_signed(signed)], anybody)
        assert (outcome.accepted, len(outcome.unproven)) == ((), 1)

    def test_a_forged_middle_message_is_caught_and_the_prefix_kept(self):
        entries = log(ALICE, 9)
        forged = entry(ALICE, 5, entries[3].id, body=b"forged")
        entries[4] = badly_signed(forged)
        outcome = validate_batch(journal_of(), entries, anybody)
        assert [a.entry for a in outcome.accepted] == entries[:4]
        assert list(outcome.unproven) == [entries[4]]
        assert [type(r.error) for r in outcome.rejected] == [BadChain]
        assert [w.entry for w in outcome.waiting] == entries[6:]

    def test_a_forged_body_in_the_middle_is_caught_and_the_prefix_kept(self):
        entries = log(ALICE, 9)
        good = entries[4]
        entries[4] = from_parts(good.header_bytes, good.signature, b"y")
        outcome = validate_batch(journal_of(), entries, anybody)
        assert [a.entry for a in outcome.accepted] == entries[:4]
        assert [r.entry for r in outcome.rejected] == [entries[4]]
        assert [w.missing for w in outcome.waiting] == [(e.id,) for e in entries[4:8]]

    def test_a_log_that_is_forged_from_some_point_on_is_kept_up_to_there(self):
        entries = log(ALICE, 9)
        for place in (6, 7, 8):
            entries[place] = badly_signed(entries[place])
        outcome = validate_batch(journal_of(), entries, anybody)
        assert [a.entry for a in outcome.accepted] == entries[:6]
        assert list(outcome.unproven) == entries[6:]

    def test_the_newest_signature_vouches_for_entries_whose_own_is_bad(self):
        entries = log(ALICE, 5)
        entries[2] = badly_signed(entries[2])
        assert len(validate_batch(journal_of(), entries, anybody).accepted) == 5

    def test_a_signature_that_is_known_not_to_hold_is_not_verified_again(self):
        """Shown by one that would hold."""
        one, two = log(ALICE, 2)
        outcome = validate_batch(journal_of(), [one, two], anybody, {two.id})
        assert ([a.entry for a in outcome.accepted], outcome.unproven) == ([one], (two,))
        journal = MemoryJournal(JOURNAL)
        assert journal.receive([one, two], anybody, {one.id, two.id}).unproven == (one, two)
        assert len(journal) == 0

    def test_what_rests_on_an_unproven_entry_waits_for_it(self):
        bad = badly_signed(entry(ALICE))
        answer = entry(BOB, parents=[bad.id])
        follow = entry(BOB, 2, answer.id)
        other = entry(EVE)
        outcome = validate_batch(journal_of(), [bad, answer, other, follow], anybody)
        assert [a.entry for a in outcome.accepted] == [other]
        assert list(outcome.unproven) == [bad]
        assert outcome.waiting == (Waiting(answer, (bad.id,)), Waiting(follow, (answer.id,)))

    def test_one_bad_entry_does_not_keep_out_the_others(self):
        good, evil = log(ALICE, 3), log(EVE, 2)
        known = good[0]
        batch = [known, evil[0], good[1], evil[1], good[2]]
        outcome = validate_batch(journal_of(known), batch, not_eve)
        assert outcome.duplicates == (Duplicate(known),)
        assert [a.entry for a in outcome.accepted] == good[1:]
        assert [type(r.error) for r in outcome.rejected] == [NotPermitted, NotPermitted]

    def test_entries_out_of_causal_order_wait_for_each_other(self):
        one, two = log(ALICE, 2)
        outcome = validate_batch(journal_of(), [two, one], anybody)
        assert [a.entry for a in outcome.accepted] == [one]
        assert outcome.waiting == (Waiting(two, (one.id,)),)

    def test_the_same_entry_twice_in_a_batch_is_a_duplicate_and_no_fork(self):
        one, two = log(ALICE, 2)
        outcome = validate_batch(journal_of(), [one, two, one, two], anybody)
        assert [a.entry for a in outcome.accepted] == [one, two]
        assert outcome.duplicates == (Duplicate(one), Duplicate(two))
        assert outcome.rejected == ()

    def test_a_fork_within_a_batch_is_proven(self):
        one, other = entry(ALICE), entry(ALICE, body=b"other")
        outcome = validate_batch(journal_of(), [one, other], anybody)
        assert [a.entry for a in outcome.accepted] == [one]
        assert [type(r.error) for r in outcome.rejected] == [ForkedLog]

    def test_one_by_one_and_in_batches_give_the_same_journal(self):
        alices = log(ALICE, 4)
        bobs = [entry(BOB, parents=[alices[1].id], time=5)]
        bobs.append(entry(BOB, 2, bobs[0].id, [alices[3].id]))
        batch = [*alices, *bobs]
        whole, single = MemoryJournal(JOURNAL), MemoryJournal(JOURNAL)
        whole.receive(batch)
        for one in batch:
            single.receive([one])
        assert [whole.key_of(e.id) for e in whole] == [single.key_of(e.id) for e in single]
