"""Links: coming up, channels, sizes, credit, closing."""

import dataclasses
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onionchat.errors import (
    Downgraded,
    FloodRefused,
    HandshakeFailed,
    Malformed,
    PeerTooNew,
    PeerUnreachable,
    PeerVersionUnknown,
    ProtocolViolation,
    TimedOut,
    TooLarge,
    UnexpectedMessage,
)
from onionchat.protocol.crypto.keys import AgreementKey
from onionchat.protocol.link import link as link_module
from onionchat.protocol.link.channel import LOW_WATER, Priority
from onionchat.protocol.link.control import (
    BULK_WINDOW,
    FIRST_OPTIONAL,
    LAST_TAG,
    MAX_CHANNELS,
    WINDOW,
    Bye,
    Close,
    Credit,
    Hello,
    Open,
    Ping,
    Pong,
    RenewAnswer,
    Renewed,
    RenewRequest,
)
from onionchat.protocol.link.events import (
    ByeReason,
    ChannelClosed,
    ChannelOpened,
    ChannelWritable,
    LinkClosed,
    LinkUp,
    MessageReceived,
    Why,
)
from onionchat.protocol.link.link import KINDS
from onionchat.protocol.link.mux import MAX_CONTROL_QUEUE
from onionchat.protocol.link.running import control_frame
from onionchat.protocol.session.frames import header
from onionchat.protocol.session.handshake import Candidate
from onionchat.protocol.wire.records import CELL, MAX_MESSAGE, RECORD_SIZES


def frame(channel, payload, last=True):
    return header(channel, last, len(payload)) + payload


def inject(pair, frames, sender="dialler"):
    """Let one side's session say something that its link never would."""
    one, other = (pair.dialler, pair.callee) if sender == "dialler" else (pair.callee, pair.dialler)
    record = one.link._run.session.encrypt(frames)
    other.link.receive(record, pair.now)
    other.collect()


def violation(end):
    (closed,) = end.told(LinkClosed)
    assert closed.why is Why.VIOLATION
    assert end.events[-1] is closed
    assert end.link.deadline() is None
    return type(closed.error)


# --- coming up


def test_both_sides_learn_whom_they_talk_to(make_pair):
    pair = make_pair().up()
    (up,) = pair.dialler.told(LinkUp)
    (answered,) = pair.callee.told(LinkUp)
    assert up.remote_static == answered.local_static == AgreementKey(b"c" * 32).public
    assert answered.remote_static == up.local_static == AgreementKey(b"d" * 32).public
    assert (up.tag, answered.tag) == (None, "bob")
    assert up.peer_versions == answered.peer_versions == (1, 1)
    assert up.features == {"files", "calls"}
    assert answered.features == {"files"}


def test_the_round_trip_time_is_known_from_the_handshake(make_pair):
    pair = make_pair(delay=0.5)
    assert pair.dialler.link.rtt is None
    pair.up()
    assert 0.4 < pair.dialler.link.rtt < 1.1
    assert 0.4 < pair.callee.link.rtt < 1.1


def test_the_dialler_may_open_and_send_before_anything_else(make_pair):
    pair = make_pair()
    channel = pair.dialler.link.open("sync")
    pair.dialler.link.send(channel, b"at once", pair.now, expect_answer=True)
    pair.carry()
    kinds = [type(event) for event in pair.callee.events]
    assert kinds == [LinkUp, ChannelOpened, MessageReceived]
    assert pair.callee.messages() == [b"at once"]


def test_wrong_token_ends_the_callee_silently(make_pair):
    psk, other = b"t" * 32, b"u" * 32
    pair = make_pair(psk=psk, candidates=(Candidate(AgreementKey(b"c" * 32), other),))
    pair.carry()
    assert violation(pair.callee) is HandshakeFailed
    assert pair.callee.sent == b""
    assert pair.dialler.events == []


def test_a_handshake_has_a_time_limit_on_both_sides(make_pair):
    pair = make_pair()
    pair.dialler.take()  # lost on its way
    assert pair.dialler.link.deadline() == pair.callee.link.deadline() == 1030.0
    for end in (pair.dialler, pair.callee):
        end.link.on_deadline(1029.0)
        end.link.on_deadline(1030.0)
        end.link.on_deadline(1031.0)
        end.collect()
        (closed,) = end.events
        assert closed.why is Why.TIMEOUT
        assert isinstance(closed.error, TimedOut)
        assert end.flush() == b""
        assert end.link.deadline() is None


def test_a_peer_without_hello_is_given_up_with_the_handshake(make_pair):
    pair = make_pair()
    pair.callee.link.receive(pair.dialler.take(), pair.now)
    pair.dialler.link.receive(pair.callee.take(), pair.now)
    pair.callee.link.receive(pair.dialler.take()[:66], pair.now)
    assert pair.callee.link.deadline() == 1030.0
    pair.callee.link.on_deadline(1030.0)
    pair.callee.collect()
    assert pair.callee.events[-1].why is Why.TIMEOUT


def test_an_unknown_version_is_told_to_the_dialler(make_pair):
    pair = make_pair()
    pair.callee.link.receive(b"\x00\x05\x02", pair.now)
    answer = pair.callee.take()
    assert answer == b"\x00\x03\x00\x01\x01"
    assert pair.callee.events[-1].why is Why.VERSION
    assert isinstance(pair.callee.events[-1].error, PeerVersionUnknown)
    pair.dialler.link.receive(b"\x00\x03\x00\x02\x04", pair.now)
    pair.dialler.collect()
    assert pair.dialler.events[-1].why is Why.VERSION


def test_a_downgrade_is_noticed(make_pair, monkeypatch):
    monkeypatch.setattr(link_module, "HIGHEST_VERSION", 2)
    pair = make_pair()
    pair.carry()
    assert violation(pair.callee) is Downgraded


def test_lost_transport(make_pair):
    pair = make_pair().up()
    pair.dialler.link.transport_lost()
    pair.dialler.link.transport_lost()
    pair.dialler.collect()
    (closed,) = pair.dialler.told(LinkClosed)
    assert closed.why is Why.LOST
    assert isinstance(closed.error, PeerUnreachable)
    pair.dialler.link.receive(b"late", pair.now)
    assert pair.dialler.flush() == b""


# --- sizes


def test_a_short_text_and_its_acknowledgement_ride_in_one_small_record(make_pair):
    pair = make_pair()
    channel = pair.dialler.link.open("sync")
    pair.up()
    pair.dialler.link.send(channel, b"e" * 400, pair.now)
    pair.dialler.link.send(channel, b"a" * 60, pair.now)
    out = pair.dialler.take()
    assert len(out) == 488
    pair.callee.link.receive(out, pair.now)
    pair.callee.collect()
    assert [len(m) for m in pair.callee.messages()] == [400, 60]
    pair.callee.link.send(channel, b"e" * 400, pair.now)
    pair.callee.link.send(channel, b"a" * 60, pair.now)
    assert len(pair.callee.take()) == 488


def test_many_small_messages_share_records(make_pair):
    pair = make_pair()
    channel = pair.dialler.link.open("sync")
    pair.up()
    for _ in range(200):
        pair.dialler.link.send(channel, b"x" * 60, pair.now)
    out = pair.dialler.take()
    assert len(out) == RECORD_SIZES[-1]
    pair.callee.link.receive(out, pair.now)
    pair.callee.collect()
    assert len(pair.callee.messages()) == 200


def test_an_urgent_message_overtakes_what_waits(make_pair):
    pair = make_pair()
    bulk = pair.dialler.link.open("sync", Priority.BULK)
    text = pair.dialler.link.open("sync")
    pair.up()
    pair.dialler.link.send(bulk, b"b" * 100_000, pair.now)
    first = pair.dialler.link.bytes_to_send(1)
    assert len(first) == RECORD_SIZES[-1]
    pair.dialler.link.send(text, b"urgent", pair.now)
    second = pair.dialler.link.bytes_to_send(1)
    assert len(second) == 488  # and what is left of it is filled with bulk
    before = pair.dialler.link.backlog(bulk)
    pair.callee.link.receive(first + second, pair.now)
    pair.callee.collect()
    assert pair.callee.messages() == [b"urgent"]
    assert before == 100_000 - 15_595 - (470 - 3 - 6 - 3)
    pair.carry()
    assert pair.callee.messages()[1] == b"b" * 100_000


def test_control_messages_do_not_wait_for_bulk(make_pair):
    pair = make_pair()
    bulk = pair.dialler.link.open("sync", Priority.BULK)
    pair.up()
    pair.dialler.link.send(bulk, b"b" * 100_000, pair.now)
    pair.dialler.link.open("sync")
    assert len(pair.dialler.link.bytes_to_send(1)) == 488


def test_channels_of_one_class_share_by_bytes(make_pair):
    pair = make_pair()
    one, two = (pair.dialler.link.open("sync") for _ in range(2))
    pair.up()
    pair.dialler.link.send(one, b"1" * 100_000, pair.now)
    for _ in range(100):
        pair.dialler.link.send(two, b"2" * 100, pair.now)
    for _ in range(3):
        data = pair.dialler.link.bytes_to_send(1)
        pair.callee.link.receive(data, pair.now)
    pair.callee.collect()
    # 10 kB of small messages did not wait for the 100 kB before them.
    assert pair.callee.messages() == [b"2" * 100] * 100


def test_a_channel_saves_up_no_share_while_it_is_silent(make_pair):
    pair = make_pair()
    one, two = (pair.dialler.link.open("sync") for _ in range(2))
    pair.up()
    for _ in range(3):
        pair.dialler.link.send(one, b"1" * 50_000, pair.now)
        pair.carry()
    pair.dialler.link.send(one, b"1" * 50_000, pair.now)
    pair.dialler.link.send(two, b"2" * 50_000, pair.now)
    pair.dialler.link.bytes_to_send(4 * RECORD_SIZES[-1])
    left = pair.dialler.link.backlog(one), pair.dialler.link.backlog(two)
    assert abs(left[0] - left[1]) <= 2 * RECORD_SIZES[-1]


# --- channels


def test_longest_and_empty_messages_arrive(make_pair):
    pair = make_pair()
    channel = pair.dialler.link.open("sync")
    sent = [b"x" * MAX_MESSAGE, b"", b"y" * MAX_MESSAGE, b"z"]
    for message in sent:
        pair.dialler.link.send(channel, message, pair.now)
    pair.carry()
    assert pair.callee.messages() == sent
    with pytest.raises(ValueError, match="longer"):
        pair.dialler.link.send(channel, b"x" * (MAX_MESSAGE + 1), pair.now)


def test_numbers_of_the_two_sides_never_meet(make_pair):
    pair = make_pair().up()
    ours = [pair.dialler.link.open("sync") for _ in range(MAX_CHANNELS)]
    theirs = [pair.callee.link.open("sync") for _ in range(MAX_CHANNELS)]
    assert all(n % 2 for n in ours)
    assert not any(n % 2 for n in theirs)
    with pytest.raises(RuntimeError):
        pair.dialler.link.open("sync")
    pair.carry()
    assert len(pair.callee.told(ChannelOpened)) == len(pair.dialler.told(ChannelOpened)) == 16


def test_a_closed_channel_sends_what_waits_and_frees_its_number(make_pair):
    pair = make_pair().up()
    channel = pair.dialler.link.open("sync")
    pair.dialler.link.send(channel, b"x" * 150_000, pair.now)
    pair.dialler.link.send(channel, b"x" * 150_000, pair.now)  # beyond the window
    pair.dialler.link.close(channel)
    pair.dialler.link.close(channel)
    with pytest.raises(PeerUnreachable):
        pair.dialler.link.send(channel, b"late", pair.now)
    pair.carry()
    assert [len(m) for m in pair.callee.messages()] == [150_000, 150_000]
    assert pair.callee.told(ChannelClosed) == pair.dialler.told(ChannelClosed)
    assert pair.callee.told(ChannelClosed) == [ChannelClosed(channel)]
    with pytest.raises(PeerUnreachable):
        pair.callee.link.send(channel, b"late", pair.now)
    pair.callee.link.close(channel)
    assert pair.dialler.link.backlog(channel) == 0
    assert pair.dialler.link.open("sync") == channel
    pair.carry()
    assert pair.callee.told(ChannelOpened)[-1].channel == channel


def test_both_sides_close_at_once(make_pair):
    pair = make_pair().up()
    channel = pair.dialler.link.open("sync")
    pair.carry()
    pair.callee.link.send(channel, b"on its way", pair.now)
    pair.dialler.link.close(channel)
    pair.callee.link.close(channel)
    pair.carry()
    assert pair.dialler.told(ChannelClosed) == pair.callee.told(ChannelClosed)
    assert pair.dialler.messages() == []  # closed here before it came


def test_an_unknown_kind_is_closed_politely(make_pair):
    pair = make_pair().up()
    channel = pair.dialler.link.open("games", Priority.BULK)
    pair.dialler.link.send(channel, b"are you there?", pair.now)
    pair.carry()
    assert pair.callee.told(ChannelOpened) == pair.callee.told(ChannelClosed) == []
    assert pair.dialler.told(ChannelClosed) == [ChannelClosed(channel)]
    assert pair.callee.messages() == []
    assert pair.dialler.told(LinkClosed) == pair.callee.told(LinkClosed) == []


def test_backlog_and_writable(make_pair):
    pair = make_pair().up()
    channel = pair.dialler.link.open("sync")
    pair.callee.link.pause(channel)  # not opened there yet: no effect
    pair.carry()
    pair.callee.link.pause(channel)
    for _ in range(4):
        pair.dialler.link.send(channel, b"x" * 100_000, pair.now)
    pair.carry()
    # A paused receiver stops the sender at a window.
    assert 400_000 - WINDOW < pair.dialler.link.backlog(channel) < 400_000 - WINDOW + 2_000
    assert pair.dialler.told(ChannelWritable) == []
    pair.callee.link.resume(channel)
    pair.callee.link.resume(17)
    pair.carry()
    assert pair.dialler.link.backlog(channel) == 0
    assert pair.dialler.told(ChannelWritable) == [ChannelWritable(channel)]
    assert len(pair.callee.messages()) == 4


BULK_KINDS = {**KINDS, "files": Priority.BULK}


@pytest.mark.parametrize(
    ("kind", "window"), [("sync", WINDOW), ("files", BULK_WINDOW)], ids=["text", "bulk"]
)
def test_the_window_is_that_of_the_kind_whatever_class_the_opener_gives(make_pair, kind, window):
    """A window of 256 KiB would hold a circuit with long round trips to a fraction of its speed."""
    pair = make_pair(kinds=BULK_KINDS).up()
    channel = pair.dialler.link.open(kind, Priority.BULK)
    pair.carry()
    pair.callee.link.pause(channel)
    size, left = 128 * 1024, window + 512 * 1024
    for _ in range(left // size):
        pair.dialler.link.send(channel, bytes(size), pair.now)
    pair.carry()
    held = left - window
    assert held < pair.dialler.link.backlog(channel) < held + window // 64
    pair.callee.link.resume(channel)
    pair.carry()
    assert pair.dialler.link.backlog(channel) == 0
    assert len(pair.callee.messages()) == left // size


def test_a_bulk_receiver_gives_credit_back_in_few_parts(make_pair):
    pair = make_pair(kinds=BULK_KINDS).up()
    channel = pair.dialler.link.open("files")
    pair.carry()
    before = len(pair.callee.sent)
    for _ in range(16):
        pair.dialler.link.send(channel, bytes(128 * 1024), pair.now)
    pair.carry()
    assert len(pair.callee.sent) - before <= 4 * CELL


def test_writable_is_said_once_the_backlog_is_small(make_pair):
    pair = make_pair().up()
    channel = pair.dialler.link.open("sync")
    pair.dialler.link.send(channel, b"x" * 140_000, pair.now)
    while pair.dialler.link.backlog(channel) > LOW_WATER:
        pair.dialler.collect()
        assert pair.dialler.told(ChannelWritable) == []
        pair.dialler.link.bytes_to_send(1)
    pair.dialler.collect()
    assert pair.dialler.told(ChannelWritable) == [ChannelWritable(channel)]


def test_a_message_taken_late_gives_no_credit_to_a_new_channel_of_that_number(make_pair):
    pair = make_pair().up()
    channel = pair.dialler.link.open("sync")
    pair.carry()
    pair.dialler.link.send(channel, b"x" * 100_000, pair.now)
    pair.dialler.link.close(channel)
    pair.callee.link.receive(pair.dialler.take(), pair.now)
    # The callee's owner is slow: nothing taken yet, and the number is used again.
    pair.dialler.link.receive(pair.callee.link.bytes_to_send(), pair.now)
    pair.dialler.collect()
    assert pair.dialler.link.open("sync") == channel
    pair.callee.link.receive(pair.dialler.take(), pair.now)
    pair.carry()
    assert pair.dialler.told(LinkClosed) == []
    assert pair.callee.messages() == [b"x" * 100_000]


# --- ending


def test_shutdown_sends_what_waits_and_says_why(make_pair):
    pair = make_pair().up()
    channel = pair.dialler.link.open("sync")
    pair.dialler.link.send(channel, b"x" * MAX_MESSAGE, pair.now)
    pair.dialler.link.send(channel, b"x" * MAX_MESSAGE, pair.now)
    pair.dialler.link.shutdown(ByeReason.DUPLICATE, pair.now)
    pair.dialler.link.shutdown(ByeReason.DUPLICATE, pair.now)
    for call in (
        lambda: pair.dialler.link.open("sync"),
        lambda: pair.dialler.link.send(channel, b"", pair.now),
    ):
        with pytest.raises(PeerUnreachable):
            call()
    pair.carry()
    assert len(pair.callee.messages()) == 2
    assert pair.dialler.events[-1] == LinkClosed(Why.LOCAL)
    assert pair.callee.events[-1] == LinkClosed(Why.BYE, peer_reason=ByeReason.DUPLICATE)
    assert pair.dialler.link.rtt is None


def test_shutdown_does_not_wait_for_ever(make_pair):
    pair = make_pair().up()
    channel = pair.dialler.link.open("sync")
    pair.carry()
    pair.callee.link.pause(channel)
    pair.dialler.link.send(channel, b"x" * MAX_MESSAGE, pair.now)
    pair.dialler.link.send(channel, b"x" * MAX_MESSAGE, pair.now)
    pair.dialler.link.shutdown(ByeReason.STOPPING, pair.now)
    started = pair.now
    pair.carry()
    assert pair.dialler.told(LinkClosed) == []
    pair.wait_until(started + 6)
    assert pair.dialler.events[-1] == LinkClosed(Why.LOCAL)
    assert pair.callee.events[-1].why is Why.BYE


def test_shutdown_before_the_handshake_is_done(make_pair):
    pair = make_pair()
    pair.dialler.link.shutdown(ByeReason.STOPPING, pair.now)
    pair.dialler.collect()
    assert pair.dialler.events == [LinkClosed(Why.LOCAL)]
    assert pair.dialler.flush() == b""


def test_shutdown_before_the_peer_has_said_hello(make_pair):
    pair = make_pair()
    pair.callee.link.receive(pair.dialler.take(), pair.now)
    pair.dialler.link.receive(pair.callee.take(), pair.now)
    pair.dialler.link.shutdown(ByeReason.DONE, pair.now)
    pair.callee.link.receive(pair.dialler.take(), pair.now)
    pair.callee.collect()
    assert [type(event) for event in pair.callee.events] == [LinkUp, LinkClosed]


def test_a_hello_that_comes_while_draining_is_of_no_use(make_pair):
    pair = make_pair()
    channel = pair.dialler.link.open("sync")
    for _ in range(2):
        pair.dialler.link.send(channel, b"x" * MAX_MESSAGE, pair.now)
    pair.callee.link.receive(pair.dialler.take(), pair.now)
    pair.dialler.link.receive(pair.callee.take(), pair.now)
    pair.dialler.link.shutdown(ByeReason.DONE, pair.now)
    pair.carry()
    assert pair.dialler.told(LinkUp) == []
    assert pair.dialler.events[-1] == LinkClosed(Why.LOCAL)
    assert len(pair.callee.messages()) == 2


def test_nothing_after_bye_counts(make_pair):
    pair = make_pair().up()
    inject(pair, control_frame(Bye(77)) + frame(9, b"?"))
    assert pair.callee.events[-1] == LinkClosed(Why.BYE, peer_reason=77)


# --- violations

OPEN = control_frame(Open(1, "sync"))
FULL = b"\0" * 15_000


@pytest.mark.parametrize(
    ("frames", "error"),
    [
        (control_frame(Hello(1, 1, ())), UnexpectedMessage),
        (frame(1, b"no such channel"), UnexpectedMessage),
        (control_frame(Open(2, "sync")), UnexpectedMessage),  # the callee's number
        (OPEN + OPEN, UnexpectedMessage),
        (
            b"".join(control_frame(Open(2 * n + 1, "x")) for n in range(MAX_CHANNELS + 1)),
            FloodRefused,
        ),
        (control_frame(Credit(1, 1)), UnexpectedMessage),
        (OPEN + control_frame(Credit(1, 1)), Malformed),  # beyond a window
        (control_frame(Close(1)), UnexpectedMessage),
        (control_frame(Pong(bytes(16))), UnexpectedMessage),
        (control_frame(Ping(bytes(16))) * (MAX_CONTROL_QUEUE + 2), FloodRefused),
        (control_frame(RenewAnswer(b"")), UnexpectedMessage),
        (control_frame(Renewed()), UnexpectedMessage),
        (control_frame(RenewRequest(b"")), FloodRefused),
        (OPEN + frame(1, b"short", last=False), Malformed),
        (frame(0, b"", last=False), Malformed),
        (frame(0, b""), Malformed),
        (frame(0, b"\x91\x80"), Malformed),  # no tag at all
        (frame(0, b"\x93\x02\x00\xa4sync"), Malformed),  # channel 0 cannot be opened
        (frame(0, b"\x93\x02\x01\xa5sync\n"), Malformed),  # a kind is one plain word
        (frame(0, b"x" * 2049), TooLarge),
        (b"\xff\x01", Malformed),  # padding that is not zero
        (b"\x01\x00", None),
        (b"\x01\x00\xff" + bytes(10), Malformed),  # a frame beyond its record
    ],
)
def test_violations_close_the_link(make_pair, frames, error):
    pair = make_pair().up()
    inject(pair, frames)
    assert issubclass(violation(pair.callee), error or ProtocolViolation)
    assert pair.callee.flush() == b""


def test_a_dialler_is_not_asked_for_renewal(make_pair):
    pair = make_pair().up()
    pair.now += 100
    inject(pair, control_frame(RenewRequest(b"")), sender="callee")
    assert violation(pair.dialler) is UnexpectedMessage


def test_more_than_the_credit_is_refused(make_pair):
    pair = make_pair().up()
    inject(pair, OPEN)
    pair.callee.link.pause(1)
    for _ in range(17):
        inject(pair, frame(1, FULL))
    inject(pair, frame(1, FULL))
    assert violation(pair.callee) is FloodRefused


def test_more_than_the_longest_message_is_refused(make_pair):
    pair = make_pair().up()
    inject(pair, OPEN)
    for _ in range(11):
        inject(pair, frame(1, FULL, last=False))
    assert violation(pair.callee) is TooLarge


def test_everything_before_hello_is_refused(make_pair):
    for frames in (OPEN, frame(1, b"data")):
        pair = make_pair()
        pair.callee.link.receive(pair.dialler.take(), pair.now)
        pair.dialler.link.receive(pair.callee.take(), pair.now)
        # The third message, without the record with the Hello after it.
        third = pair.dialler.link._out
        pair.dialler.link._out = b""
        pair.callee.link.receive(third, pair.now)
        inject(pair, frames)
        assert violation(pair.callee) is UnexpectedMessage


@pytest.mark.parametrize("versions", [(2, 3), (2, 1)])
def test_versions_that_do_not_fit_the_handshake_are_refused(make_pair, versions):
    pair = make_pair()
    hello = Hello(*versions, ())
    pair.dialler.link._mux.drop()
    pair.dialler.link._mux.control(hello)
    pair.carry()
    assert violation(pair.callee) is Malformed


@pytest.mark.parametrize("tag", [64, 100, 127])
@pytest.mark.parametrize("newest", [1, 2])
def test_unknown_optional_control_messages_are_skipped_and_the_link_goes_on(make_pair, newest, tag):
    pair = make_pair()
    pair.dialler.link._mux.drop()
    pair.dialler.link._mux.control(Hello(1, newest, ("from-the-future",)))
    pair.up()
    inject(pair, frame(0, bytes((0x92, tag, 1))))
    assert pair.callee.told(LinkClosed) == []
    channel = pair.callee.link.open("sync")
    pair.callee.link.send(channel, b"still here", pair.now)
    pair.carry()
    assert pair.dialler.messages() == [b"still here"]


@pytest.mark.parametrize("tag", [LAST_TAG + 1, 42, FIRST_OPTIONAL - 1])
def test_unknown_critical_control_messages_end_the_link_with_a_name_that_is_no_blame(
    make_pair, tag
):
    pair = make_pair().up()
    inject(pair, frame(0, bytes((0x92, tag, 1))))
    (closed,) = pair.callee.told(LinkClosed)
    assert closed.why is Why.VERSION
    assert isinstance(closed.error, PeerTooNew)
    assert not isinstance(closed.error, ProtocolViolation)


def test_unknown_control_messages_are_bounded_and_known_ones_stay_strict(make_pair):
    for payload, error in (
        (b"\x91", Malformed),
        (b"\x91\x7f" + bytes(2048), TooLarge),
        (b"\x91\x02", Malformed),  # known, and wrong
        (b"\x95\x01\x01\x01\x90\x01", Malformed),  # a Hello with one field more
    ):
        pair = make_pair().up()
        inject(pair, frame(0, payload))
        assert violation(pair.callee) is error


def test_nothing_unknown_comes_before_the_hello(make_pair):
    pair = make_pair()
    pair.dialler.link._mux.drop()
    pair.dialler.link._out = b""
    pair.carry()
    inject(pair, frame(0, b"\x92\x7f\x01"))
    assert violation(pair.callee) is UnexpectedMessage


def test_events_show_no_content(make_pair):
    pair = make_pair()
    channel = pair.dialler.link.open("sync")
    pair.dialler.link.send(channel, b"secret text", pair.now)
    pair.carry()
    shown = repr(pair.callee.events)
    assert "secret" not in shown
    assert "bob" not in shown
    assert dataclasses.is_dataclass(pair.callee.events[0])


# --- properties


@settings(max_examples=40, deadline=None)
@given(
    chunks=st.lists(st.integers(1, 3000), min_size=1, max_size=20),
    early=st.lists(st.binary(max_size=500), max_size=4),
    sizes=st.lists(st.integers(0, 40_000), max_size=4),
)
def test_chunking_does_not_matter(chunks, early, sizes, make_pair):
    pair = make_pair()
    endless = itertools.cycle(chunks)
    channel = pair.dialler.link.open("sync")
    for text in early:
        pair.dialler.link.send(channel, text, pair.now)
    pair.carry(lambda left: next(endless))
    later = [bytes([size % 256]) * size for size in sizes]
    for text in later:
        for end in (pair.dialler, pair.callee):
            end.link.send(channel, text, pair.now)
        pair.carry(lambda left: next(endless))
    assert pair.callee.messages() == early + later
    assert pair.dialler.messages() == later
    assert [type(event) for event in pair.callee.events[:2]] == [LinkUp, ChannelOpened]


@settings(max_examples=100, deadline=None)
@given(garbage=st.binary(min_size=1, max_size=3000), stage=st.integers(0, 3), data=st.data())
def test_garbage_ends_only_in_a_violation(garbage, stage, data, make_pair):
    pair = make_pair()
    ends = [pair.callee, pair.dialler]
    if stage >= 1:
        pair.callee.link.receive(pair.dialler.take(), pair.now)
    if stage >= 2:
        pair.dialler.link.receive(pair.callee.take(), pair.now)
    if stage == 3:
        pair.carry()
    end = ends[data.draw(st.integers(0, 1))]
    end.link.receive(garbage, pair.now)
    end.link.receive(garbage, pair.now)
    end.flush()
    for closed in end.told(LinkClosed):
        assert closed.why in (Why.VIOLATION, Why.VERSION)
        assert isinstance(closed.error, ProtocolViolation | PeerVersionUnknown)


@settings(max_examples=60, deadline=None)
@given(
    frames=st.lists(
        st.one_of(
            st.builds(
                control_frame,
                st.one_of(
                    st.builds(Open, st.integers(1, 254), st.sampled_from(["sync", "x"])),
                    st.builds(Credit, st.integers(1, 254), st.integers(1, WINDOW)),
                    st.builds(Close, st.integers(1, 254)),
                    st.builds(Ping, st.binary(min_size=16, max_size=16)),
                    st.builds(RenewRequest, st.binary(max_size=1300)),
                ),
            ),
            st.builds(frame, st.integers(0, 254), st.binary(max_size=300), st.booleans()),
            st.binary(max_size=50),
        ),
        max_size=10,
    )
)
def test_hostile_frames_end_only_in_a_violation(frames, make_pair):
    pair = make_pair().up()
    pair.now += 100
    for content in frames:
        if not pair.callee.told(LinkClosed):
            inject(pair, content)
            pair.callee.flush()
    for closed in pair.callee.told(LinkClosed):
        assert closed.why is Why.VIOLATION
