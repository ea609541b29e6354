"""The protocol that drives a core: what it writes when, its timer, how it ends."""

from collections import deque

import pytest
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport

from onionchat.errors import Malformed, TimedOut
from onionchat.net.core_protocol import WRITE_BYTES, CoreProtocol
from onionchat.net.transports.memory_end import MemoryEnd


class Core:
    """Upper-cases what it hears, after what is queued as urgent; the word `bad` is a violation."""

    def __init__(self):
        self.urgent = b""
        self.bulk = b""
        self.events = deque()
        self.at = None
        self.asked = []
        self.on_deadline_raises = None

    def receive(self, data, now):
        for word in data.split():
            if word == b"bad":
                raise Malformed
            self.events.append((word, now))
            self.urgent += word.upper()

    def bytes_to_send(self, limit):
        self.asked.append(limit)
        source = "urgent" if self.urgent else "bulk"
        queued = getattr(self, source)
        setattr(self, source, queued[limit:])
        return queued[:limit]

    def deadline(self):
        return self.at

    def on_deadline(self, now):
        self.at = None
        if self.on_deadline_raises:
            raise self.on_deadline_raises
        self.events.append(("deadline", now))
        self.urgent += b"ping"

    def next_event(self):
        return self.events.popleft() if self.events else None


class Transport(StringTransport):
    """Full after so many bytes, until drained."""

    room = 10**9
    aborted = False
    pausing = False

    def write(self, data):
        super().write(data)
        if len(self.value()) >= self.room and self.producer is not None and not self.pausing:
            self.pausing = True
            self.producer.pauseProducing()

    def drain(self):
        self.clear()
        self.pausing = False
        self.producer.resumeProducing()

    def abortConnection(self):
        self.aborted = True


class Driven:
    def __init__(self, room=10**9):
        self.core, self.clock, self.seen, self.ends = Core(), Clock(), [], []
        self.protocol = CoreProtocol(self.core, self.clock, self.seen.append, self.ends.append)
        self.transport = Transport()
        self.transport.room = room


@pytest.fixture
def driven():
    return Driven()


def test_what_the_core_has_at_the_start_goes_out_first(driven):
    driven.core.urgent = b"hello"
    driven.protocol.makeConnection(driven.transport)
    assert driven.transport.value() == b"hello"


def test_bytes_in_become_events_and_answers(driven):
    driven.protocol.makeConnection(driven.transport)
    driven.clock.advance(3)
    driven.protocol.dataReceived(b"one two")
    assert driven.seen == [(b"one", 3.0), (b"two", 3.0)]
    assert driven.transport.value() == b"ONETWO"


def test_the_core_is_asked_only_while_the_transport_takes_bytes():
    driven = Driven(room=WRITE_BYTES)
    driven.core.bulk = b"." * (10 * WRITE_BYTES)
    driven.protocol.makeConnection(driven.transport)
    assert driven.transport.value() == b"." * WRITE_BYTES


def test_an_urgent_frame_overtakes_bulk_that_was_queued_before():
    driven = Driven(room=WRITE_BYTES)
    driven.core.bulk = b"." * (10 * WRITE_BYTES)
    driven.protocol.makeConnection(driven.transport)
    driven.core.urgent = b"!"
    driven.protocol.flush()
    driven.transport.drain()
    assert driven.transport.value().startswith(b"!")


def test_there_is_one_timer_and_it_follows_the_core(driven):
    driven.protocol.makeConnection(driven.transport)
    driven.core.at = 5.0
    driven.protocol.flush()
    driven.core.at = 2.0
    driven.protocol.flush()
    assert [call.getTime() for call in driven.clock.getDelayedCalls()] == [2.0]
    driven.clock.advance(2)
    assert driven.seen == [("deadline", 2.0)]
    assert driven.transport.value() == b"ping"
    assert driven.clock.getDelayedCalls() == []


def test_a_deadline_that_is_over_fires_at_once(driven):
    driven.clock.advance(10)
    driven.protocol.makeConnection(driven.transport)
    driven.core.at = 4.0
    driven.protocol.flush()
    driven.clock.advance(0)
    assert driven.seen == [("deadline", 10.0)]


def test_an_unchanged_deadline_keeps_its_timer(driven):
    driven.core.at = 5.0
    driven.protocol.makeConnection(driven.transport)
    before = driven.clock.getDelayedCalls()
    driven.protocol.flush()
    assert driven.clock.getDelayedCalls() == before


def test_a_violation_delivers_what_was_valid_then_aborts_and_names_the_error(driven):
    driven.protocol.makeConnection(driven.transport)
    driven.core.at = 9.0
    driven.protocol.dataReceived(b"good bad never")
    assert driven.seen == [(b"good", 0.0)]
    assert driven.transport.aborted
    assert driven.clock.getDelayedCalls() == []
    driven.protocol.dataReceived(b"more")
    driven.protocol.connectionLost()
    assert [type(end) for end in driven.ends] == [Malformed]
    assert driven.seen == [(b"good", 0.0)]


def test_a_dead_link_found_by_the_deadline_ends_with_its_error(driven):
    driven.core.at = 1.0
    driven.core.on_deadline_raises = TimedOut()
    driven.protocol.makeConnection(driven.transport)
    driven.clock.advance(1)
    driven.protocol.connectionLost()
    assert driven.transport.aborted
    assert [type(end) for end in driven.ends] == [TimedOut]


def test_an_ordinary_end_has_no_error_and_leaves_no_timer(driven):
    driven.core.at = 5.0
    driven.protocol.makeConnection(driven.transport)
    driven.protocol.connectionLost()
    driven.protocol.flush()
    assert driven.ends == [None]
    assert driven.clock.getDelayedCalls() == []


def test_close_writes_the_parting_words_even_into_a_full_buffer():
    driven = Driven(room=1)
    driven.core.urgent = b"x"
    driven.protocol.makeConnection(driven.transport)
    driven.core.urgent = b"bye"
    driven.protocol.close()
    driven.protocol.close()
    assert driven.transport.value() == b"xbye"
    assert driven.transport.disconnecting
    driven.protocol.dataReceived(b"late")
    assert driven.seen == []


def test_abort_sends_nothing_more(driven):
    driven.protocol.makeConnection(driven.transport)
    driven.core.urgent = b"secret"
    driven.protocol.abort()
    driven.protocol.flush()
    assert driven.transport.value() == b""
    assert driven.transport.aborted


def test_before_the_connection_flush_and_close_are_harmless(driven):
    driven.core.urgent = b"x"
    driven.protocol.flush()
    driven.protocol.close()
    driven.protocol.abort()
    assert driven.ends == []


def test_an_event_may_flush_and_close_from_within(driven):
    def on_event(event):
        driven.seen.append(event)
        driven.protocol.flush()
        if event[0] == b"quit":
            driven.protocol.close()

    driven.protocol = CoreProtocol(driven.core, driven.clock, on_event, driven.ends.append)
    driven.protocol.makeConnection(driven.transport)
    driven.protocol.dataReceived(b"one quit two")
    assert [event[0] for event in driven.seen] == [b"one", b"quit", b"two"]
    assert driven.transport.disconnecting
    assert b"QUIT" in driven.transport.value()


def test_two_cores_talk_over_a_memory_connection_with_back_pressure():
    clock = Clock()
    ends = MemoryEnd(clock, lambda: 0.1), MemoryEnd(clock, lambda: 0.1)
    ends[0].join(ends[1])
    ends[1].join(ends[0])
    driven = Driven(), Driven()
    heard = []
    driven[1].core.receive = lambda data, now: heard.append(data)
    for end, one in zip(ends, driven, strict=True):
        one.protocol = CoreProtocol(one.core, clock, one.seen.append, one.ends.append)
        end.protocol = one.protocol
    driven[0].core.bulk = b"." * 300_000
    for end, one in zip(ends, driven, strict=True):
        one.protocol.makeConnection(end)
    assert ends[0].bytes_sent < 100_000
    clock.pump([0.1] * 40)
    assert b"".join(heard) == b"." * 300_000
    driven[0].protocol.close()
    clock.pump([0.1] * 3)
    assert driven[0].ends == driven[1].ends == [None]


# --- rest -----------------------------------------------------------------------------------------


def test_at_rest_nothing_is_read_but_all_else_goes_on(driven):
    driven.core.at = 0.5
    driven.protocol.makeConnection(driven.transport)
    driven.protocol.rest(1.0)
    assert driven.transport.producerState == "paused"
    driven.clock.advance(0.5)
    assert driven.transport.value() == b"ping"
    assert driven.transport.producerState == "paused"
    driven.clock.advance(0.5)
    assert driven.transport.producerState == "producing"


def test_the_later_end_of_two_rests_counts(driven):
    driven.protocol.makeConnection(driven.transport)
    driven.protocol.rest(1.0)
    driven.clock.advance(0.5)
    driven.protocol.rest(0.2)
    driven.clock.advance(0.4)
    driven.protocol.rest(1.0)
    driven.clock.advance(0.9)
    assert driven.transport.producerState == "paused"
    driven.clock.advance(0.1)
    assert driven.transport.producerState == "producing"


@pytest.mark.parametrize("end", ["lose", "abort", "close"])
def test_a_connection_that_ends_at_rest_leaves_no_timer(driven, end):
    driven.protocol.makeConnection(driven.transport)
    driven.protocol.rest(1.0)
    if end != "lose":
        getattr(driven.protocol, end)()
    driven.protocol.connectionLost()
    assert driven.clock.getDelayedCalls() == []
    driven.protocol.rest(1.0)
    assert driven.clock.getDelayedCalls() == []


def test_before_there_is_a_connection_there_is_nothing_to_rest_from(driven):
    driven.protocol.rest(1.0)
    assert driven.clock.getDelayedCalls() == []
