"""The receiving half alone: where a batch ends decides nothing."""

import attrs
import pytest

from onionchat.errors import FloodRefused
from onionchat.protocol.crypto.keys import SigningKey
from onionchat.protocol.journal import validate
from onionchat.protocol.journal.entry import NO_ENTRY, SignedEntry, sign_entry
from onionchat.protocol.journal.memory import MemoryJournal, anybody
from onionchat.protocol.sync.incoming import MAX_UNPROVEN, PENDING_SECONDS, Incoming
from onionchat.protocol.sync.messages import WINDOW
from onionchat.protocol.wire.records import MAX_MESSAGE
from onionchat.types import DeviceKey, EntryId, JournalId, Millis

ROOM = JournalId(b"\x0f" * 32)
EVE, BOB, CAROL = (SigningKey(bytes([n]) * 32) for n in (1, 2, 3))


class Receiver:
    """A journal that is fed by `Incoming` alone, and commits at once what that hands out."""

    def __init__(self, *, remembers: bool = True) -> None:
        self.remembers = remembers
        self.incoming = Incoming()
        self.journal = MemoryJournal(ROOM)
        self.commits = 0
        self.placed = 0
        self.now = 0.0

    def take(self, *entries: SignedEntry) -> None:
        todo = self.incoming.accept(ROOM, [(one, len(one.to_bytes())) for one in entries])
        while todo:
            self.commits += 1
            self.placed += len(todo)
            spoiled = self.incoming.spoiled(todo) if self.remembers else ()
            outcome = self.journal.receive(todo, anybody, spoiled)
            todo = self.incoming.committed(
                ROOM,
                self.journal.frontier,
                {one.entry.id: one.missing for one in outcome.waiting},
                {one.id for one in outcome.unproven},
                {one.entry.id for one in outcome.rejected},
                self.now,
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


# --- the window -----------------------------------------------------------------------------------

LOG = [entry(BOB, 1, NO_ENTRY)]
for _seq in range(2, 9):
    LOG.append(entry(BOB, _seq, LOG[-1].id))
OTHER = JournalId(b"\x0e" * 32)
UNKNOWN = EntryId(b"\x77" * 32)


def on_disk(incoming: Incoming, upto: int, journal: JournalId = ROOM) -> None:
    """The oldest batch is committed: Bob's log is here up to there."""
    incoming.committed(journal, {LOG[0].author: upto}, {}, (), (), 0.0)


def test_a_peer_may_have_the_window_and_one_message_unacknowledged_and_no_byte_more():
    incoming = Incoming()
    incoming.accept(ROOM, [(LOG[0], WINDOW), (LOG[1], MAX_MESSAGE)])
    with pytest.raises(FloodRefused):
        incoming.accept(ROOM, [(LOG[2], 1)])


def test_entries_are_offered_in_the_order_in_which_they_came():
    carol = entry(CAROL, 1, NO_ENTRY)
    arrived = [(LOG[0], 1), (LOG[1], 1), (carol, 1)]
    assert Incoming().accept(ROOM, arrived) == (LOG[0], LOG[1], carol)


def test_what_is_acknowledged_is_off_the_window_and_nothing_else():
    incoming = Incoming()
    for place in (0, 1):
        incoming.accept(ROOM, [(LOG[place], WINDOW)])
        on_disk(incoming, place + 1)
        assert incoming.acknowledged() == [(ROOM, LOG[0].author)]
        assert incoming.acknowledged() == []
    incoming.accept(ROOM, [(LOG[2], WINDOW), (LOG[3], MAX_MESSAGE)])
    with pytest.raises(FloodRefused):
        incoming.accept(ROOM, [(LOG[4], 1)])


def test_what_is_not_on_disk_stays_in_the_window_when_the_rest_is_acknowledged():
    incoming = Incoming()
    incoming.accept(ROOM, [(LOG[0], WINDOW // 2)])
    incoming.accept(ROOM, [(LOG[1], WINDOW // 4)])
    on_disk(incoming, 1)
    incoming.acknowledged()
    incoming.accept(ROOM, [(LOG[2], 3 * WINDOW // 4 + MAX_MESSAGE)])
    with pytest.raises(FloodRefused):
        incoming.accept(ROOM, [(LOG[3], 1)])


def test_a_commit_that_was_not_acknowledged_frees_nothing():
    incoming = Incoming()
    incoming.accept(ROOM, [(LOG[0], WINDOW)])
    on_disk(incoming, 1)
    with pytest.raises(FloodRefused):
        incoming.accept(ROOM, [(LOG[1], MAX_MESSAGE + 1)])


@pytest.mark.parametrize(("size", "hurry"), [(WINDOW // 2 - 1, False), (WINDOW // 2, True)])
def test_half_a_window_on_disk_is_acknowledged_at_once(size, hurry):
    incoming = Incoming()
    incoming.accept(ROOM, [(LOG[0], size)])
    assert not incoming.hurry
    on_disk(incoming, 1)
    assert incoming.hurry is hurry
    incoming.acknowledged()
    assert not incoming.hurry


def test_a_journal_that_is_not_shared_any_more_is_off_the_window():
    incoming = Incoming()
    kept, left = WINDOW // 4, WINDOW // 2
    incoming.accept(OTHER, [(LOG[0], left)])
    incoming.accept(ROOM, [(LOG[0], kept)])
    incoming.leave(OTHER)
    incoming.accept(ROOM, [(LOG[1], WINDOW - kept), (LOG[2], MAX_MESSAGE)])
    with pytest.raises(FloodRefused):
        incoming.accept(ROOM, [(LOG[3], 1)])


def test_a_log_that_was_refused_is_taken_again_once_its_journal_is_shared_again():
    incoming = Incoming()
    for journal in (ROOM, OTHER):
        assert incoming.accept(journal, [(LOG[0], 1)]) == (LOG[0],)
        incoming.committed(journal, {}, {}, (), [LOG[0].id], 0.0)
        assert incoming.accept(journal, [(LOG[1], 1)]) == ()
    incoming.leave(OTHER)
    assert incoming.accept(OTHER, [(LOG[2], 1)]) == (LOG[2],)
    assert incoming.accept(ROOM, [(LOG[3], 1)]) == ()


def test_a_refused_log_is_off_the_window_and_does_not_stop_the_rest_of_a_message():
    incoming = Incoming()
    carol = entry(CAROL, 1, NO_ENTRY)
    incoming.accept(ROOM, [(LOG[0], WINDOW // 2), (carol, WINDOW // 4)])
    incoming.committed(ROOM, {}, {carol.id: (UNKNOWN,)}, (), [LOG[0].id], 0.0)
    more = entry(CAROL, 2, carol.id)
    assert incoming.accept(ROOM, [(LOG[1], 1), (more, 3 * WINDOW // 4)]) == (more,)
    with pytest.raises(FloodRefused):
        incoming.accept(ROOM, [(entry(CAROL, 3, more.id), MAX_MESSAGE + 1)])


def test_of_a_refused_log_a_window_and_one_message_may_be_on_their_way_and_no_byte_more():
    incoming = Incoming()
    incoming.accept(ROOM, [(LOG[0], 1)])
    incoming.committed(ROOM, {}, {}, (), [LOG[0].id], 0.0)
    incoming.accept(ROOM, [(LOG[1], WINDOW), (LOG[2], MAX_MESSAGE)])
    with pytest.raises(FloodRefused):
        incoming.accept(ROOM, [(LOG[3], 1)])


def test_each_refused_log_may_have_as_much_on_its_way():
    incoming = Incoming()
    carol = entry(CAROL, 1, NO_ENTRY)
    incoming.accept(ROOM, [(LOG[0], 1), (carol, 1)])
    incoming.committed(ROOM, {}, {}, (), [LOG[0].id, carol.id], 0.0)
    for one in (LOG[1], entry(CAROL, 2, carol.id)):
        assert incoming.accept(ROOM, [(one, WINDOW)]) == ()


def test_what_was_asked_for_is_outside_the_window_once():
    incoming = Incoming()
    answer = entry(CAROL, 1, NO_ENTRY, LOG[0].id)
    incoming.accept(ROOM, [(answer, 1)])
    incoming.committed(ROOM, {}, {answer.id: (LOG[0].id,)}, (), (), 0.0)
    assert incoming.wants() == [LOG[0].id]
    incoming.accept(ROOM, [(LOG[0], 2 * WINDOW)])
    with pytest.raises(FloodRefused):
        incoming.accept(ROOM, [(LOG[0], 2 * WINDOW)])


def test_what_is_on_disk_but_does_not_count_yet_is_not_off_the_window():
    incoming = Incoming()
    incoming.accept(ROOM, [(LOG[0], WINDOW)])
    incoming.committed(ROOM, {}, {}, (), (), 0.0)
    assert not incoming.hurry
    incoming.acknowledged()
    with pytest.raises(FloodRefused):
        incoming.accept(ROOM, [(LOG[1], MAX_MESSAGE + 1)])


def test_a_log_of_which_nothing_is_in_the_window_can_be_refused():
    incoming = Incoming()
    answer = entry(CAROL, 1, NO_ENTRY, LOG[0].id)
    incoming.accept(ROOM, [(answer, 1)])
    incoming.committed(ROOM, {}, {answer.id: (LOG[0].id,)}, (), (), 0.0)
    assert incoming.wants() == [LOG[0].id]
    incoming.accept(ROOM, [(LOG[0], 1)])
    incoming.committed(ROOM, {}, {}, (), [LOG[0].id], 0.0)
    assert incoming.refusals() == [(ROOM, LOG[0].author)]


# --- what waits -----------------------------------------------------------------------------------


def orphan(number: int, body: bytes = b"x") -> SignedEntry:
    """The first entry of some log; it names an entry that nobody has."""
    key = SigningKey(number.to_bytes(32, "big"))
    return sign_entry(key, ROOM, 1, NO_ENTRY, (UNKNOWN,), Millis(0), 16, body)


def waits(incoming: Incoming, one: SignedEntry) -> bool:
    """Let an entry wait; whether there was room for it."""
    assert incoming.accept(ROOM, [(one, 1)]) == (one,)
    incoming.committed(ROOM, {}, {one.id: (UNKNOWN,)}, (), (), 0.0)
    return incoming.refusals() == []


def test_at_most_1024_entries_wait():
    incoming = Incoming()
    assert all(waits(incoming, orphan(n)) for n in range(1, 1025))
    assert not waits(incoming, orphan(2000))


def test_half_a_mebibyte_waits_and_no_byte_more_until_something_need_not_wait_any_more():
    header = len(orphan(1, bytes(130_000)).header_bytes)
    large = [orphan(n, bytes(128 * 1024 - header)) for n in range(1, 7)]
    assert sum(len(one.header_bytes) + len(one.body) for one in large[:4]) == 512 * 1024
    incoming = Incoming()
    assert all(waits(incoming, one) for one in large[:4])
    assert not waits(incoming, orphan(90))
    incoming.elsewhere(large[0])
    assert waits(incoming, large[4])
    assert not waits(incoming, orphan(91))


def test_what_is_missing_is_asked_for_once_and_64_at_a_time():
    incoming = Incoming()
    missing = [EntryId(bytes([n]) * 32) for n in range(1, 67)]
    for n, one in enumerate(missing, 1):
        key = SigningKey(n.to_bytes(32, "big"))
        waiting = sign_entry(key, ROOM, 1, NO_ENTRY, (one,), Millis(0), 16, b"")
        incoming.accept(ROOM, [(waiting, 1)])
        incoming.committed(ROOM, {}, {waiting.id: (one,)}, (), (), 0.0)
    assert incoming.wants() == missing[:64]
    assert incoming.wants() == []
    incoming.arrived(ROOM, [missing[0]])
    assert incoming.wants() == [missing[64]]
    # One that came meanwhile need not be asked for.
    incoming.arrived(ROOM, [missing[65], missing[1]])
    assert incoming.wants() == []


@pytest.mark.parametrize("asked", [True, False])
def test_what_nobody_waits_for_any_more_is_not_asked_for(asked):
    incoming = Incoming()
    for n in range(1, 65):
        key, missing = SigningKey(bytes([n]) * 32), EntryId(bytes([n]) * 32)
        waiting = sign_entry(key, ROOM, 1, NO_ENTRY, (missing,), Millis(0), 16, b"")
        incoming.accept(ROOM, [(waiting, 1)])
        incoming.committed(ROOM, {}, {waiting.id: (missing,)}, (), (), 0.0)
    if asked:
        assert len(incoming.wants()) == 64
    incoming.leave(ROOM)
    assert incoming.wants() == []
    # Nor does it keep anything else from being asked for.
    elsewhere = sign_entry(EVE, OTHER, 1, NO_ENTRY, (UNKNOWN,), Millis(0), 16, b"")
    incoming.accept(OTHER, [(elsewhere, 1)])
    incoming.committed(OTHER, {}, {elsewhere.id: (UNKNOWN,)}, (), (), 0.0)
    assert incoming.wants() == [UNKNOWN]


@pytest.mark.parametrize("how", ["waiting", "tried", "refused"])
def test_a_journal_that_is_shared_again_has_its_entries_wait_anew(how):
    incoming = Incoming()
    one = orphan(1)
    assert waits(incoming, one)
    if how != "waiting":
        assert incoming.arrived(ROOM, [UNKNOWN]) == (one,)
    if how == "refused":
        incoming.committed(ROOM, {}, {}, (), [one.id], 1.0)
    incoming.leave(ROOM)
    if how == "tried":
        incoming.abandon(ROOM)
    assert incoming.accept(ROOM, [(one, 1)]) == (one,)
    incoming.committed(ROOM, {}, {one.id: (UNKNOWN,)}, (), (), 50.0)
    assert incoming.deadline() == 50.0 + PENDING_SECONDS


# --- signatures that do not hold ------------------------------------------------------------------


@pytest.fixture
def checks(monkeypatch):
    """The signatures that were verified."""
    made: list[bytes] = []
    real = validate.check_signature

    def counting(author, header_bytes, signature):
        made.append(signature)
        real(author, header_bytes, signature)

    monkeypatch.setattr(validate, "check_signature", counting)
    return made


def long_log(count: int) -> list[SignedEntry]:
    """All but the last signed badly."""
    entries: list[SignedEntry] = []
    for seq in range(1, count + 1):
        entries.append(entry(EVE, seq, entries[-1].id if entries else NO_ENTRY))
    return [*map(badly_signed, entries[:-1]), entries[-1]]


def test_a_bad_signature_is_verified_once_however_often_its_entry_is_tried(checks):
    """A contact could have a thousand signatures verified a thousand times, entry by entry, which
    kept the database busy for half a minute.
    """
    receiver = Receiver()
    for one in long_log(60):
        receiver.take(one)
    assert len(receiver.journal) == 60
    assert len(checks) == 60


def test_without_remembering_the_work_grows_with_the_square(checks):
    receiver = Receiver(remembers=False)
    for one in long_log(60):
        receiver.take(one)
    assert len(checks) > 1_500


def test_an_answer_that_waits_for_more_does_not_keep_the_vouching_entry_from_being_found():
    receiver = Receiver()
    first = entry(EVE, 1, NO_ENTRY)
    receiver.take(badly_signed(first))
    receiver.take(entry(CAROL, 1, NO_ENTRY, first.id, UNKNOWN))
    receiver.take(entry(EVE, 2, first.id))
    assert len(receiver.journal) == 2


def test_an_entry_of_another_journal_vouches_for_nothing_here():
    incoming = Incoming()
    first = badly_signed(entry(EVE, 1, NO_ENTRY))
    incoming.accept(ROOM, [(first, 1)])
    incoming.committed(ROOM, {}, {}, [first.id], (), 0.0)
    stray = sign_entry(EVE, OTHER, 2, first.id, (), Millis(0), 16, b"x")
    incoming.accept(OTHER, [(stray, 1)])
    assert incoming.committed(OTHER, {}, {stray.id: (first.id,)}, (), (), 0.0) == ()
    assert incoming.arrived(ROOM, []) == ()


def test_a_well_signed_copy_is_believed_after_the_spoiled_one_was_given_up():
    receiver = Receiver()
    good = entry(EVE, 1, NO_ENTRY)
    receiver.take(badly_signed(good))
    receiver.incoming.elsewhere(good)
    receiver.take(good)
    assert len(receiver.journal) == 1


def test_what_is_abandoned_is_not_remembered():
    receiver = Receiver()
    bad = badly_signed(entry(EVE, 1, NO_ENTRY))
    receiver.take(bad)
    follows = badly_signed(entry(EVE, 2, bad.id))
    assert receiver.incoming.accept(ROOM, [(follows, 100)]) == (follows,)
    offered = receiver.incoming.committed(ROOM, {}, {follows.id: (bad.id,)}, (), (), 0.0)
    assert receiver.incoming.spoiled(offered) == {bad.id}
    receiver.incoming.abandon(ROOM)
    assert receiver.incoming.spoiled(offered) == frozenset()


def test_finding_21_a_duplicate_vouches_for_nothing(checks):
    """A contact could have all unproven entries placed and verified by sending an old one again."""
    receiver = Receiver(remembers=False)
    *bad, _last = long_log(40)
    first = entry(EVE, 1, NO_ENTRY)
    receiver.take(first)
    assert bad[0].id == first.id
    for one in bad[1:]:
        receiver.take(one)
    checks.clear()
    commits = receiver.commits
    for _ in range(25):
        receiver.take(first)
    assert receiver.commits == commits + 25
    assert checks == []


def test_finding_21_what_does_not_follow_the_unproven_ones_has_none_of_them_tried_again():
    """A higher number alone vouches for nothing: neither with an unknown entry before it, nor with
    an unknown one beside it, nor in somebody else's log.
    """
    receiver = Receiver()
    *bad, _last = long_log(40)
    for one in bad:
        receiver.take(one)
    before = receiver.placed
    strangers = [EntryId(bytes([n]) * 32) for n in range(1, 21)]
    for seq, unknown in enumerate(strangers[:10], 41):
        receiver.take(entry(EVE, seq, unknown))
    for unknown in strangers[10:]:
        receiver.take(entry(EVE, 40, bad[-1].id, unknown))
    receiver.take(entry(BOB, 1, NO_ENTRY, bad[-1].id))
    assert receiver.placed == before + 21
    assert len(receiver.journal) == 0
    receiver.take(long_log(40)[-1])
    assert len(receiver.journal) == 41


def test_finding_21_an_unproven_rival_does_not_keep_another_from_being_vouched_for():
    receiver = Receiver()
    bob = entry(BOB, 1, NO_ENTRY)
    rival = entry(EVE, 1, NO_ENTRY, bob.id)
    for one in (*long_log(3)[:2], bob, badly_signed(rival)):
        receiver.take(one)
    receiver.take(entry(EVE, 2, rival.id))
    assert receiver.journal.frontier == {BOB.public: 1, EVE.public: 2}
    assert receiver.journal.get(rival.id) is not None


def test_finding_21_an_answer_to_two_unproven_entries_does_not_hide_what_vouches_for_the_second():
    receiver = Receiver()
    eve, bob = entry(EVE, 1, NO_ENTRY), entry(BOB, 1, NO_ENTRY)
    answer = entry(CAROL, 1, NO_ENTRY, eve.id, bob.id)
    receiver.take(badly_signed(eve))
    receiver.take(badly_signed(bob))
    receiver.take(answer)
    receiver.take(entry(BOB, 2, bob.id))
    assert receiver.journal.frontier == {BOB.public: 2}


def test_finding_21_duplicates_do_not_keep_unproven_entries_alive(checks):
    """Whatever comes meanwhile: a minute after the first try their log is refused."""
    receiver = Receiver()
    first = entry(EVE, 1, NO_ENTRY)
    receiver.take(first)
    *bad, _last = long_log(10)
    for one in bad[1:]:
        receiver.take(one)
    checks.clear()
    while receiver.now < PENDING_SECONDS:
        assert receiver.incoming.deadline() == PENDING_SECONDS
        receiver.take(first, bad[5], bad[-1])
        receiver.incoming.expire(receiver.now)
        assert receiver.incoming.refusals() == []
        receiver.now += 1.0
    receiver.take(first, bad[5], bad[-1])
    receiver.incoming.expire(receiver.now)
    assert receiver.incoming.refusals() == [(ROOM, DeviceKey(EVE.public))]
    assert receiver.incoming.deadline() is None
    assert checks == []


def test_finding_21_what_is_tried_again_has_no_longer_to_wait():
    incoming = Incoming()
    log = long_log(10)
    for number, one in enumerate(log[:-1]):
        now = 5.0 * number
        offered = incoming.accept(ROOM, [(one, 100)])
        assert offered == (one,)
        if number:
            offered = incoming.committed(ROOM, {}, {one.id: (one.previous,)}, [], [], now)
            assert len(offered) == number + 1
        assert incoming.committed(ROOM, {}, {}, [e.id for e in offered], [], now) == ()
        assert incoming.deadline() == PENDING_SECONDS
    incoming.expire(PENDING_SECONDS)
    assert incoming.refusals() == [(ROOM, DeviceKey(EVE.public))]
    assert incoming.deadline() is None


def test_finding_21_many_short_runs_are_as_many_as_one_long():
    receiver = Receiver()
    for number in range(MAX_UNPROVEN):
        key = SigningKey((number + 100).to_bytes(32, "big"))
        receiver.take(badly_signed(entry(key, 1, NO_ENTRY)))
    assert receiver.incoming.refusals() == []
    receiver.take(badly_signed(entry(EVE, 1, NO_ENTRY)))
    assert receiver.incoming.refusals() == [(ROOM, DeviceKey(EVE.public))]


def test_finding_21_a_long_run_without_a_signature_is_refused():
    receiver = Receiver()
    for one in long_log(MAX_UNPROVEN + 2)[:MAX_UNPROVEN]:
        receiver.take(one)
    assert receiver.incoming.refusals() == []
    receiver.take(long_log(MAX_UNPROVEN + 2)[MAX_UNPROVEN])
    assert receiver.incoming.refusals() == [(ROOM, DeviceKey(EVE.public))]
    assert receiver.incoming.deadline() is None
