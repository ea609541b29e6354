"""Frames, records, and the exchange of their keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onionchat.errors import DecryptionFailed, HandshakeFailed, Malformed, UnexpectedMessage
from onionchat.protocol.crypto.keys import AgreementKey
from onionchat.protocol.session.frames import Frame, header, parse
from onionchat.protocol.session.handshake import Candidate, Initiator, Responder
from onionchat.protocol.session.records import MAX_CONTENT, content_size
from onionchat.protocol.wire.records import MAX_RECORD, RECORD_SIZES
from onionchat.testing.rng import SeededRng

CALLEE = AgreementKey(b"c" * 32)


def sessions():
    one = Initiator(AgreementKey(b"d" * 32), CALLEE.public, None, "tor", b"", SeededRng(1), 0.0)
    two = Responder([Candidate(CALLEE)], "tor", b"", SeededRng(2), 0.0)
    two.receive(one.bytes_to_send(), 0.0)
    ours = one.receive(two.bytes_to_send(), 0.0)
    theirs = two.receive(one.bytes_to_send(), 0.0)
    return ours.session, theirs.session


def across(sender, receiver, content):
    receiver.feed(sender.encrypt(content))
    return receiver.next_record()[: len(content)]


# --- frames

frames = st.lists(
    st.builds(Frame, st.integers(0, 254), st.booleans(), st.binary(max_size=300)), max_size=8
)


def packed(some):
    return b"".join(header(f.channel, f.last, len(f.payload)) + f.payload for f in some)


@given(frames, st.integers(0, 50))
def test_frames_come_back_with_any_padding(some, padding):
    content = packed(some) + (b"\xff" + bytes(padding - 1) if padding else b"")
    assert parse(content) == some


@given(st.binary(max_size=600))
def test_any_bytes_are_frames_or_malformed(content):
    try:
        some = parse(content)
    except Malformed:
        return
    assert content.startswith(packed(some))


@pytest.mark.parametrize(
    "content",
    [b"\x01", b"\x01\x80", b"\x01\x80\x01", b"\xff\x01", b"\xff\0\0\xff", b"\0\x80\0\x05"],
)
def test_cut_frames_and_dirty_padding_are_malformed(content):
    with pytest.raises(Malformed):
        parse(content)


def test_a_frame_shows_no_payload():
    assert repr(Frame(1, True, b"secret")) == "<Frame of 6 bytes>"


# --- records


def test_records_have_few_sizes():
    ours, theirs = sessions()
    for length in (0, 1, 469, 470, 471, 958, 959, 15_597, MAX_CONTENT):
        record = ours.encrypt(b"\x01" * length)
        assert len(record) in RECORD_SIZES
        assert int.from_bytes(record[:2], "big") == len(record)
        theirs.feed(record)
        content = theirs.next_record()
        assert content.rstrip(b"\0").removesuffix(b"\xff") == b"\x01" * length
        assert theirs.next_record() is None
    assert MAX_CONTENT == 15_598
    assert (content_size(0), content_size(471), content_size(10**6)) == (470, 958, 15_598)
    with pytest.raises(ValueError, match="more frames"):
        ours.encrypt(bytes(MAX_CONTENT + 1))


@given(st.lists(st.integers(1, 2000), min_size=1, max_size=20), st.lists(st.binary(max_size=900)))
def test_records_come_through_in_any_pieces(pieces, contents):
    ours, theirs = sessions()
    wire = b"".join(ours.encrypt(content) for content in contents)
    carried = len(wire)
    received, turn = [], 0
    while wire:
        size = pieces[turn % len(pieces)]
        theirs.feed(wire[:size])
        wire = wire[size:]
        turn += 1
        while (content := theirs.next_record()) is not None:
            received.append(content)
        assert len(theirs._buffer) < MAX_RECORD
    assert [got[: len(sent)] for got, sent in zip(received, contents, strict=True)] == contents
    assert ours.carried == theirs.carried == carried


@pytest.mark.parametrize("length", [0, 487, 489, 15_617, 65_535])
def test_other_lengths_are_refused_at_once(length):
    _, theirs = sessions()
    theirs.feed(length.to_bytes(2, "big"))
    with pytest.raises(Malformed):
        theirs.next_record()


def test_altered_replayed_and_reflected_records_are_refused():
    ours, theirs = sessions()
    record = ours.encrypt(b"x")
    altered = record[:-1] + bytes([record[-1] ^ 1])
    theirs.feed(altered)
    with pytest.raises(DecryptionFailed):
        theirs.next_record()
    ours.feed(record)  # its own
    with pytest.raises(DecryptionFailed):
        ours.next_record()
    ours, theirs = sessions()
    theirs.feed(2 * ours.encrypt(b"x"))
    theirs.next_record()
    with pytest.raises(DecryptionFailed):
        theirs.next_record()


# --- renewal


def renewed(ours, theirs):
    theirs_marker = theirs.answer(ours.ask())
    theirs.switch_send()
    ours.accept(theirs_marker)
    ours.switch_send()
    theirs.switch_receive()


def test_each_direction_switches_at_its_marker():
    ours, theirs = sessions()
    request = ours.ask()
    assert across(ours, theirs, b"request") == b"request"
    answer = theirs.answer(request)
    assert across(theirs, ours, b"marker, still old") == b"marker, still old"
    theirs.switch_send()
    late = ours.encrypt(b"old, on its way")
    ours.accept(answer)
    assert across(theirs, ours, b"new") == b"new"
    theirs.feed(late)
    assert theirs.next_record()[:15] == b"old, on its way"
    assert across(ours, theirs, b"marker, still old") == b"marker, still old"
    ours.switch_send()
    theirs.switch_receive()
    assert across(ours, theirs, b"new") == b"new"
    assert not ours.renewing
    assert not theirs.renewing


def test_old_keys_open_nothing_after_a_renewal():
    ours, theirs = sessions()
    old = theirs._receive
    renewed(ours, theirs)
    with pytest.raises(DecryptionFailed):
        old.decrypt(ours.encrypt(b"x")[2:])


def test_renewals_follow_each_other():
    ours, theirs = sessions()
    seen = set()
    for _ in range(3):
        seen.add(ours._psk)
        assert ours._psk == theirs._psk
        assert across(ours, theirs, b"there") == b"there"
        assert across(theirs, ours, b"back") == b"back"
        renewed(ours, theirs)
        assert ours.carried == theirs.carried == 0
    assert len(seen) == 3


def test_a_renewal_of_another_session_is_refused():
    ours, _ = sessions()
    one = Initiator(AgreementKey(b"d" * 32), CALLEE.public, None, "tor", b"", SeededRng(3), 0.0)
    two = Responder([Candidate(CALLEE)], "tor", b"", SeededRng(4), 0.0)
    two.receive(one.bytes_to_send(), 0.0)
    one.receive(two.bytes_to_send(), 0.0)
    other = two.receive(one.bytes_to_send(), 0.0).session
    with pytest.raises(HandshakeFailed):
        other.answer(ours.ask())


def test_renewal_messages_out_of_turn():
    ours, theirs = sessions()
    with pytest.raises(RuntimeError, match="only the dialler"):
        theirs.ask()
    for call in (theirs.switch_send, ours.switch_send):
        with pytest.raises(RuntimeError, match="no new key"):
            call()
    for call in (
        lambda: ours.answer(b""),
        lambda: ours.accept(b""),
        ours.switch_receive,
        theirs.switch_receive,
    ):
        with pytest.raises(UnexpectedMessage):
            call()
    request = ours.ask()
    assert ours.renewing
    with pytest.raises(RuntimeError, match="one at a time"):
        ours.ask()
    theirs.answer(request)
    with pytest.raises(UnexpectedMessage):
        theirs.answer(request)
    with pytest.raises(UnexpectedMessage):
        theirs.switch_receive()  # before the answer can have arrived
    with pytest.raises(Malformed):
        ours.accept(b"short")
    with pytest.raises(UnexpectedMessage):
        ours.accept(b"short")
