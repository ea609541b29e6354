"""What two sides know of each other: a `Have` put together, and what the peer surely read."""

import pytest

from onionchat.errors import Malformed, TooLarge, UnexpectedMessage
from onionchat.protocol.sync.events import Bookmark, SharedJournal
from onionchat.protocol.sync.knowledge import Announcements, HaveReader, rebuild
from onionchat.protocol.sync.messages import MAX_HAVE, Have
from onionchat.protocol.sync.names import Names, frontier_digest
from onionchat.protocol.sync.position import Position
from onionchat.protocol.sync.replica import Replica
from onionchat.types import DeviceKey, JournalId

NAMES = Names(b"salt")
ROOM, OTHER = JournalId(b"\x01" * 32), JournalId(b"\x02" * 32)
ANN, BOB = DeviceKey(b"\x03" * 32), DeviceKey(b"\x04" * 32)
J, K, A, B = (NAMES.of(one) for one in (ROOM, OTHER, ANN, BOB))


def at(seq: int) -> Position:
    return Position.of(seq, bytes([seq]) * 32)


def replica(journal=ROOM, here=None, theirs=None, told=None) -> Replica:
    bookmark = None if theirs is None else Bookmark(told or {}, theirs)
    return Replica(journal, SharedJournal(here or {}, None, bookmark), NAMES)


# --- a Have in parts ------------------------------------------------------------------------------


def part(*changed, more=True) -> Have:
    return Have(bytes(16), list(changed), False, more)


def test_what_the_parts_say_is_put_together():
    reader = HaveReader()
    assert reader.add(part((J, {A: at(1)}), (K, {})), 100) is None
    assert reader.add(part((J, {B: at(2)})), 100) is None
    assert reader.add(part((K, {A: at(3)}), more=False), 100) == {
        J: {A: at(1), B: at(2)},
        K: {A: at(3)},
    }


def test_the_next_have_begins_with_nothing():
    reader = HaveReader()
    reader.add(part((J, {A: at(1)}), more=False), MAX_HAVE)
    assert reader.add(part(more=False), MAX_HAVE) == {}


def test_half_a_mebibyte_in_all_parts_and_no_byte_more():
    for sizes in ([MAX_HAVE], [MAX_HAVE - 1, 1], [1, 1, MAX_HAVE - 2]):
        reader = HaveReader()
        for size in sizes:
            reader.add(part(), size)
        with pytest.raises(TooLarge):
            reader.add(part(), 1)


# --- what a Have leaves out -----------------------------------------------------------------------


def have(frontiers, full=False) -> Have:
    return Have(frontier_digest(frontiers), [], full, False)


def test_a_full_have_is_taken_as_it_is():
    said = {J: {A: at(1)}}
    assert rebuild(have(said, full=True), said, [replica(here={ANN: at(5)})]) == said
    with pytest.raises(Malformed):
        rebuild(have({J: {A: at(2)}}, full=True), said, [])


def test_what_was_left_out_is_as_the_bookmark_has_it():
    shared = replica(here={ANN: at(9)}, theirs={ANN: at(1), BOB: at(2)})
    whole = {J: {A: at(1), B: at(7)}}
    assert rebuild(have(whole), {J: {B: at(7)}}, iter([shared])) == whole


def test_what_was_left_out_without_a_bookmark_is_as_it_is_here():
    shared = replica(here={ANN: at(9), BOB: at(2)})
    whole = {J: {A: at(9), B: at(7)}}
    assert rebuild(have(whole), {J: {B: at(7)}}, iter([shared])) == whole


def test_a_wrong_bookmark_does_not_keep_from_trying_what_is_here():
    shared = replica(here={ANN: at(9)}, theirs={ANN: at(3)})
    assert rebuild(have({J: {A: at(9)}}), {}, [shared]) == {J: {A: at(9)}}


def test_of_several_journals_only_those_with_a_bookmark_are_filled_from_it():
    known, new = replica(theirs={ANN: at(3)}), replica(OTHER)
    whole = {J: {A: at(3)}, K: {B: at(1)}}
    assert rebuild(have(whole), {K: {B: at(1)}}, [known, new]) == whole


def test_a_have_that_fits_neither_cannot_be_made_out():
    shared = replica(here={ANN: at(9)}, theirs={ANN: at(3)})
    assert rebuild(have({J: {A: at(4)}}), {}, [shared]) is None


def test_trying_changes_neither_what_was_said_nor_the_bookmark():
    shared = replica(here={ANN: at(9)}, theirs={ANN: at(3)})
    said = {J: {B: at(1)}, K: {}}
    rebuild(have({}), said, [shared])
    assert said == {J: {B: at(1)}, K: {}}
    assert shared.base == {A: at(3)}


# --- what the peer surely read --------------------------------------------------------------------


def send(announcements: Announcements, shared: Replica | None = None, seq: int = 0) -> None:
    """A message goes out, which may state where Ann's log is."""
    if shared is not None:
        announcements.state(shared, {ANN: at(seq)})
    announcements.count()


def test_a_statement_is_confirmed_by_the_peer_that_heard_its_message():
    said, room = Announcements(), replica()
    send(said)
    send(said, room, 3)
    send(said)
    assert said.heard(1) == []
    assert room.told is None
    assert said.heard(2) == [room]
    assert room.told == {ANN: at(3)}
    assert said.heard(2) == said.heard(3) == []


def test_nothing_that_was_not_sent_can_be_heard():
    said = Announcements()
    assert said.heard(0) == []
    with pytest.raises(UnexpectedMessage):
        said.heard(1)
    send(said)
    send(said)
    assert said.heard(2) == []
    with pytest.raises(UnexpectedMessage):
        said.heard(3)


@pytest.mark.parametrize("answered_before", [True, False])
def test_a_later_statement_is_not_confirmed_by_an_earlier_message(answered_before):
    said, room = Announcements(), replica()
    if answered_before:
        said.heard(0)
    send(said, room, 1)
    said.heard(0)
    send(said, room, 2)
    assert said.heard(1) == [room]
    assert room.told == {ANN: at(1)}
    assert said.heard(2) == [room]
    assert room.told == {ANN: at(2)}


def test_both_generations_are_confirmed_by_one_answer():
    said, room, other = Announcements(), replica(), replica(OTHER)
    send(said, room, 1)
    said.heard(0)
    send(said, other, 2)
    assert said.heard(2) == [room, other]
    assert (room.told, other.told) == ({ANN: at(1)}, {ANN: at(2)})


def test_statements_of_one_journal_add_up_until_they_are_heard():
    said, room = Announcements(), replica()
    said.state(room, {ANN: at(1)})
    said.state(room, {BOB: at(2)})
    said.count()
    assert said.heard(1) == [room]
    assert room.told == {ANN: at(1), BOB: at(2)}


@pytest.mark.parametrize("awaited", [True, False])
def test_of_a_journal_that_is_not_shared_any_more_nothing_is_confirmed(awaited):
    said, room, other = Announcements(), replica(), replica(OTHER)
    send(said, room, 1)
    send(said, other, 2)
    if awaited:
        said.heard(0)
    said.forget(room)
    said.forget(replica())
    assert said.heard(2) == [other]
    assert room.told is None
