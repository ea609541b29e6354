"""One journal and one peer: what is known of the other side, and what that is compared with."""

import pytest

from onionchat.protocol.sync.events import Bookmark, OutEntry, SharedJournal
from onionchat.protocol.sync.names import Names
from onionchat.protocol.sync.position import Position
from onionchat.protocol.sync.replica import Replica
from onionchat.types import DeviceKey, JournalId

ROOM = JournalId(b"\x01" * 32)
ANN, BOB = DeviceKey(b"\x03" * 32), DeviceKey(b"\x04" * 32)
NAMES = Names(b"salt")


def at(seq: int) -> Position:
    return Position.of(seq, bytes([seq]) * 32)


def out(author: DeviceKey, seq: int) -> OutEntry:
    return OutEntry(ROOM, author, at(seq), at(seq - 1).tag if seq > 1 else b"", b"x")


def anns(here: int) -> Replica:
    """A journal in which we are Ann; the peer has nothing of it."""
    found = Replica(ROOM, SharedJournal({ANN: at(here)}, ANN), NAMES)
    found.meet({})
    return found


@pytest.mark.parametrize("other", [True, False])
def test_what_was_sent_is_compared_with_what_the_peer_says_it_has(other):
    ann = anns(here=3)
    assert ann.fits(out(ANN, 1))
    assert ann.fits(out(ANN, 2))
    ann.peer_advanced(NAMES.of(ANN), Position(2, b"another!") if other else at(2))
    ann.look_at_own()
    assert ann.otherwise is other
    assert ann.surely_there(ANN) == (0 if other else 2)


def test_what_was_found_the_same_is_compared_again():
    ann = anns(here=3)
    assert ann.fits(out(ANN, 1))
    assert ann.fits(out(ANN, 2))
    ann.peer_advanced(NAMES.of(ANN), at(2))
    ann.look_at_own()
    ann.meet({NAMES.of(ANN): Position(2, b"another!")})
    ann.look_at_own()
    assert ann.otherwise


@pytest.mark.parametrize("other", [True, False])
def test_the_bookmark_tells_what_the_peer_has_of_our_own_log(other):
    bookmark = Bookmark({}, {ANN: at(2)})
    ann = Replica(ROOM, SharedJournal({ANN: at(3)}, ANN, bookmark), NAMES)
    assert ann.surely_there(ANN) == 2
    ann.meet({NAMES.of(ANN): Position(2, b"another!") if other else at(2)})
    ann.look_at_own()
    assert ann.otherwise is other


def test_a_bookmark_may_know_only_others():
    bookmark = Bookmark({}, {BOB: at(2)})
    ann = Replica(ROOM, SharedJournal({ANN: at(3), BOB: at(2)}, ANN, bookmark), NAMES)
    assert ann.surely_there(ANN) == 0
    assert ann.announced, "the first Have tells of all journals"


def test_only_a_further_entry_is_news():
    ann = anns(here=2)
    assert not ann.advance(ANN, at(2))
    assert not ann.advance(ANN, at(1))
    assert not ann.advance(ANN, Position(2, b"another!"))
    assert ann.frontier == {ANN: at(2)}
    assert ann.advance(ANN, at(3))
    assert ann.advance(BOB, at(1))
    assert ann.frontier == {ANN: at(3), BOB: at(1)}


def test_what_the_peer_has_only_grows_and_is_nothing_while_it_shares_nothing():
    ann, bob = anns(here=3), NAMES.of(BOB)
    for there in (at(2), at(1), Position(2, b"another!")):
        ann.peer_advanced(bob, there)
        assert ann.peer == {bob: at(2)}
    ann.peer_advanced(bob, at(3))
    assert ann.peer == {bob: at(3)}
    ann.leave()
    ann.peer_advanced(bob, at(4))
    assert ann.peer is None


def test_an_earlier_statement_that_is_confirmed_late_takes_nothing_back():
    ann = anns(here=3)
    ann.confirm({ANN: at(3), BOB: at(1)})
    ann.confirm({ANN: at(2), BOB: at(2)})
    assert ann.told == {ANN: at(3), BOB: at(2)}


def test_an_acknowledgement_of_what_the_peer_was_told_takes_nothing_back():
    ann = anns(here=3)
    ann.confirm({ANN: at(2)})
    for seq in (1, 2, 3):
        ann.write(ANN, at(seq), 10)
    assert ann.land(ANN, 1) == 10
    assert ann.told == {ANN: at(2)}
    assert ann.land(ANN, 3) == 20
    assert ann.told == {ANN: at(3)}
