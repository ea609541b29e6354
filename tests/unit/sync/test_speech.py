"""What a session says, and which of it the peer surely knows once it heard so many messages."""

from onionchat.protocol.sync.events import SharedJournal
from onionchat.protocol.sync.messages import (
    MAX_AUTHORS,
    Absent,
    Ack,
    Have,
    ReadMark,
    Refuse,
    Shared,
    decode_message,
)
from onionchat.protocol.sync.names import Names, frontier_digest
from onionchat.protocol.sync.position import Position
from onionchat.protocol.sync.replica import Replica
from onionchat.protocol.sync.speech import ABSENT_PART, Speech
from onionchat.types import DeviceKey, JournalId

NAMES = Names(b"salt")
ROOM, OTHER = JournalId(b"\x01" * 32), JournalId(b"\x02" * 32)
ANN = DeviceKey(b"\x03" * 32)
J, K, A = (NAMES.of(one) for one in (ROOM, OTHER, ANN))


def at(seq: int) -> Position:
    return Position.of(seq, bytes([seq]) * 32)


def replica(journal=ROOM, authors=(ANN,)) -> Replica:
    return Replica(journal, SharedJournal({author: at(1) for author in authors}), NAMES)


def many(journal: JournalId, count: int) -> Replica:
    return replica(journal, [DeviceKey(n.to_bytes(32, "big")) for n in range(count)])


def heard(speech: Speech) -> list:
    return [decode_message(message.data) for message in speech.take()]


def test_what_was_said_is_taken_once_and_in_order():
    speech = Speech(NAMES)
    speech.refuse(ROOM, ANN)
    speech.absent([K])
    assert heard(speech) == [Refuse(J, A), Absent([K])]
    assert heard(speech) == []


def test_only_entries_expect_an_answer_unless_it_is_said():
    speech = Speech(NAMES)
    speech.refuse(ROOM, ANN)
    speech.entries([])
    speech.say(Absent([]), expects_answer=True)
    assert [message.expects_answer for message in speech.take()] == [False, True, True]


def test_a_have_leaves_out_what_the_peer_knows_and_a_full_one_does_not():
    speech, known, new = Speech(NAMES), replica(), replica(OTHER)
    known.confirm({ANN: at(1)})
    digest = frontier_digest({J: {A: at(1)}, K: {A: at(1)}})
    speech.have([known, new], full=False)
    speech.have([known, new], full=True)
    assert heard(speech) == [
        Have(digest, [(K, {A: at(1)})], False, False),
        Have(digest, [(J, {A: at(1)}), (K, {A: at(1)})], True, False),
    ]


def test_a_have_is_known_to_be_read_once_its_last_part_is():
    speech = Speech(NAMES)
    first, second = many(ROOM, 2 * MAX_AUTHORS), many(OTHER, 2 * MAX_AUTHORS)
    speech.have([first, second], full=False)
    parts = heard(speech)
    assert [part.more for part in parts] == [True, True, True, False]
    assert speech.announcements.heard(3) == []
    assert first.told is None
    assert speech.announcements.heard(4) == [first, second]
    assert first.told == first.frontier


def test_a_journal_of_many_authors_is_shared_in_items_and_known_after_the_last():
    speech, room = Speech(NAMES), many(ROOM, MAX_AUTHORS + 1)
    room.leave()
    speech.shared(room)
    assert room.announced
    assert [len(message.frontier) for message in heard(speech)] == [MAX_AUTHORS, 1]
    assert speech.announcements.heard(1) == []
    assert speech.announcements.heard(2) == [room]


def test_a_journal_without_entries_is_shared_too():
    speech = Speech(NAMES)
    speech.shared(replica(authors=()))
    assert heard(speech) == [Shared(J, {})]


def test_many_absent_journals_take_several_messages():
    speech = Speech(NAMES)
    names = [n.to_bytes(8, "big") for n in range(ABSENT_PART + 1)]
    speech.absent(names)
    assert heard(speech) == [Absent(names[:-1]), Absent(names[-1:])]


def test_an_acknowledgement_states_what_moved_in_items():
    speech, room, other = Speech(NAMES), replica(), many(OTHER, MAX_AUTHORS + 1)
    speech.ack(7, {room: {ANN: at(1)}, other: other.frontier})
    (ack,) = heard(speech)
    assert isinstance(ack, Ack)
    assert ack.heard == 7
    assert [(name, len(logs)) for name, logs in ack.frontiers] == [
        (J, 1),
        (K, MAX_AUTHORS),
        (K, 1),
    ]
    assert ack.frontiers[0] == (J, {A: at(1)})
    assert speech.announcements.heard(1) == [room, other]
    assert room.told == {ANN: at(1)}


def test_read_marks_are_said_one_by_one():
    speech = Speech(NAMES)
    speech.read_marks({(ROOM, ANN): 3, (OTHER, ANN): 4})
    assert heard(speech) == [ReadMark(J, A, 3), ReadMark(K, A, 4)]
