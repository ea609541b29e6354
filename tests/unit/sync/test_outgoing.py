"""The sending half alone: the window, and what frees it."""

from types import SimpleNamespace

import pytest

from onionchat.protocol.sync.events import OutEntry, ReadEntries, SharedJournal
from onionchat.protocol.sync.messages import LIVE_RESERVE, MAX_BATCH, WINDOW
from onionchat.protocol.sync.names import Names
from onionchat.protocol.sync.outgoing import LEAST_READ, Outgoing
from onionchat.protocol.sync.position import Position
from onionchat.protocol.sync.replica import Replica
from onionchat.types import DeviceKey, JournalId

ROOM, OTHER = JournalId(b"\x01" * 32), JournalId(b"\x02" * 32)
ANN, BOB = DeviceKey(b"\x03" * 32), DeviceKey(b"\x04" * 32)
NAMES = Names(b"salt")


def place(seq: int) -> Position:
    return Position.of(seq, bytes([seq]) * 32)


def out(author: DeviceKey, seq: int, size: int, journal: JournalId = ROOM) -> OutEntry:
    return OutEntry(journal, author, place(seq), place(seq - 1).tag, bytes(size))


def replica(journal: JournalId = ROOM) -> Replica:
    """A journal of which the peer has all, i.e. nothing."""
    found = Replica(journal, SharedJournal({}), NAMES)
    found.meet({})
    return found


def push(outgoing: Outgoing, to: Replica, entry: OutEntry) -> bool:
    """An entry is committed here and pushed; whether it goes out at once."""
    to.advance(entry.author, entry.position)
    # As much of a signed entry as is looked at, of any size.
    committed = SimpleNamespace(
        journal=entry.journal,
        author=entry.author,
        seq=entry.seq,
        header=SimpleNamespace(seq=entry.seq),
        id=bytes([entry.seq]) * 32,
        previous=bytes([entry.seq - 1]) * 32,
        to_bytes=lambda: entry.data,
    )
    return outgoing.push(to, committed)


def test_the_window_is_exact():
    outgoing, room = Outgoing(), replica()
    assert push(outgoing, room, out(ANN, 1, WINDOW))
    assert not push(outgoing, room, out(ANN, 2, 1))


@pytest.mark.parametrize("how", ["landed", "refused", "left"])
def test_what_the_peer_has_refuses_or_left_frees_just_its_bytes(how):
    outgoing, room, other = Outgoing(), replica(), replica(OTHER)
    assert push(outgoing, room, out(ANN, 1, WINDOW // 2))
    assert push(outgoing, other, out(BOB, 1, WINDOW // 4, OTHER))
    if how == "landed":
        room.peer_advanced(NAMES.of(ANN), place(1))
        outgoing.landed(room, ANN, 1)
    elif how == "refused":
        outgoing.refused(room, ANN)
    else:
        outgoing.left(room)
    assert push(outgoing, other, out(BOB, 2, 3 * WINDOW // 4, OTHER))
    assert not push(outgoing, other, out(BOB, 3, 1, OTHER))


def backlog(outgoing: Outgoing, *found: Replica) -> None:
    """Every journal has an entry of each of two authors that is read but not sent yet."""
    for one in found:
        for author in (ANN, BOB):
            one.advance(author, place(1))
        outgoing.look_at(one)
    for one in found:
        request = outgoing.next_read()
        assert isinstance(request, ReadEntries)
        outgoing.read(one.id, [out(ANN, 1, 10, one.id), out(BOB, 1, 20, one.id)])


def test_of_a_refused_log_nothing_goes_out_any_more_and_all_else_does():
    outgoing, room = Outgoing(), replica()
    backlog(outgoing, room)
    outgoing.refused(room, ANN)
    live, bulk = outgoing.take()
    assert live == []
    assert [[entry.author for entry in batch] for batch in bulk] == [[BOB]]


def test_of_a_journal_that_was_left_nothing_goes_out_any_more():
    outgoing, room = Outgoing(), replica()
    backlog(outgoing, room)
    outgoing.left(room)
    assert outgoing.take() == ([], [])
    # Another journal is not touched by it.
    other = replica(OTHER)
    backlog(outgoing, other)
    outgoing.left(room)
    assert len(outgoing.take()[1]) == 1


def test_a_journal_that_was_left_has_no_turn():
    outgoing, room = Outgoing(), replica()
    room.advance(ANN, place(1))
    outgoing.look_at(room)
    outgoing.left(room)
    room.meet({})
    assert outgoing.next_read() is None


def test_an_own_entry_that_does_not_follow_what_the_peer_has_stops_only_its_log():
    outgoing = Outgoing()
    room = Replica(ROOM, SharedJournal({ANN: place(2), BOB: place(1)}, ANN), NAMES)
    room.meet({NAMES.of(ANN): Position(1, b"another!")})
    outgoing.look_at(room)
    assert outgoing.next_read() is not None
    outgoing.read(ROOM, [out(ANN, 2, 10), out(BOB, 1, 10)])
    assert room.otherwise
    assert outgoing.take() == ([], [])
    outgoing.refused(room, ANN)
    request = outgoing.next_read()
    assert isinstance(request, ReadEntries)
    assert request.ranges == ((BOB, 1, 1),)


def test_a_push_says_whether_it_goes_out():
    outgoing, room = Outgoing(), replica()
    assert push(outgoing, room, out(ANN, 1, 1)) is True
    assert push(outgoing, room, out(ANN, 3, 1)) is False


@pytest.mark.parametrize("free", [LEAST_READ, LEAST_READ - 1])
def test_a_backlog_is_read_while_32_kib_are_free_beside_what_is_left_to_new_entries(free):
    outgoing, room, other = Outgoing(), replica(), replica(OTHER)
    assert push(outgoing, other, out(BOB, 1, WINDOW - LIVE_RESERVE - free, OTHER))
    room.advance(ANN, place(1))
    outgoing.look_at(room)
    asked = ReadEntries(ROOM, ((ANN, 1, 1),), LEAST_READ)
    assert outgoing.next_read() == (asked if free == LEAST_READ else None)


def test_a_backlog_fills_the_window_to_the_last_byte():
    outgoing, room = Outgoing(), replica()
    for seq in (1, 2, 3):
        room.advance(ANN, place(seq))
    outgoing.look_at(room)
    assert outgoing.next_read() is not None
    outgoing.read(ROOM, [out(ANN, 1, WINDOW - 10), out(ANN, 2, 10), out(ANN, 3, 1)])
    assert [[len(one.data) for one in batch] for batch in outgoing.take()[1]] == [
        [WINDOW - 10],
        [10],
    ]
    assert outgoing.take() == ([], [])


def test_a_message_holds_96_kib_exactly():
    outgoing, room = Outgoing(), replica()
    for seq in (1, 2, 3):
        room.advance(ANN, place(seq))
    outgoing.look_at(room)
    outgoing.next_read()
    outgoing.read(ROOM, [out(ANN, 1, MAX_BATCH - 7), out(ANN, 2, 7), out(ANN, 3, 1)])
    assert [[one.seq for one in batch] for batch in outgoing.take()[1]] == [[1, 2], [3]]
