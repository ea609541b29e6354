"""The SOCKS client core: the one request that it makes, and every answer that it can meet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.error import ConnectionDone
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from onionchat.errors import InvalidInput
from onionchat.net.transports.interface import DialFailed, DialReason
from onionchat.net.transports.tor.socks import SocksCore, SocksFactory

HOST = "a" * 56 + ".onion"
METHOD, LOGIN = b"\x05\x02", b"\x01\x00"
SUCCESS = b"\x05\x00\x00\x01" + b"\0" * 6


def core(isolation="contact 7"):
    return SocksCore(HOST, 9876, isolation)


def sent(one):
    return one.bytes_to_send()


def test_the_request_names_the_onion_and_isolates_by_password():
    one = core()
    assert sent(one) == b"\x05\x01\x02"
    one.receive(METHOD)
    assert sent(one) == b"\x01\x09onionchat\x09contact 7"
    one.receive(LOGIN)
    assert sent(one) == b"\x05\x01\x00\x03" + bytes([62]) + HOST.encode() + b"\x26\x94"
    one.receive(SUCCESS)
    assert one.connected and one.failure is None and sent(one) == b""


def test_what_follows_the_reply_belongs_to_the_stream():
    one = core()
    one.receive(METHOD + LOGIN + SUCCESS + b"hello")
    assert one.connected
    assert (one.take_rest(), one.take_rest()) == (b"hello", b"")


@pytest.mark.parametrize(
    "reply", [SUCCESS, b"\x05\0\0\x04" + b"\0" * 18, b"\x05\0\0\x03\x04host\0\0"]
)
def test_replies_arrive_in_any_pieces_with_any_address_form(reply):
    one = core()
    for byte in METHOD + LOGIN + reply[:-1]:
        one.receive(bytes([byte]))
        assert not one.connected
    one.receive(reply[-1:])
    assert one.connected and one.take_rest() == b""


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (0x01, DialReason.OTHER),
        (0x05, DialReason.REFUSED),
        (0x06, DialReason.TIMED_OUT),
        (0xF0, DialReason.NO_DESCRIPTOR),
        (0xF1, DialReason.BAD_DESCRIPTOR),
        (0xF2, DialReason.INTRO_FAILED),
        (0xF3, DialReason.RENDEZVOUS_FAILED),
        (0xF4, DialReason.NO_CLIENT_AUTH),
        (0xF5, DialReason.BAD_CLIENT_AUTH),
        (0xF6, DialReason.BAD_ADDRESS),
        (0xF7, DialReason.TIMED_OUT),
        (0x77, DialReason.OTHER),
    ],
)
def test_each_refusal_has_its_reason(code, reason):
    one = core()
    one.receive(METHOD + LOGIN + bytes([5, code]))
    assert one.failure is reason
    one.receive(b"more")
    assert one.failure is reason and sent(one) == b"" and not one.connected


@pytest.mark.parametrize(
    "answer",
    [
        b"\x05\x00",
        b"\x05\xff",
        b"\x04\x02",
        METHOD + b"\x01\x01",
        METHOD + LOGIN + b"\x04\x00",
        METHOD + LOGIN + b"\x05\x00\x00\x09\x00",
    ],
)
def test_an_answer_that_is_none_fails(answer):
    one = core()
    one.receive(answer)
    assert one.failure is DialReason.OTHER


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_no_bytes_raise_or_are_kept_without_bound(chunks):
    one = core()
    for chunk in chunks:
        one.receive(chunk)
        one.bytes_to_send()
    assert one.connected or len(one._buffer) <= 4 + 256 + 2


@pytest.mark.parametrize(
    ("host", "isolation"),
    [
        ("example.com", "x"),
        ("127.0.0.1", "x"),
        ("a" * 300 + ".onion", "x"),
        (HOST, ""),
        (HOST, "x" * 256),
    ],
)
def test_nothing_but_onions_and_nothing_without_isolation(host, isolation):
    with pytest.raises(InvalidInput):
        SocksCore(host, 1, isolation)


class Wanted(Protocol):
    def connectionMade(self):
        self.got = b""

    def dataReceived(self, data):
        self.got += data


class Wire(StringTransport):
    aborted = False

    def abortConnection(self):
        self.aborted = True


class Dial:
    def __init__(self, factory=None):
        self.results = []
        socks = SocksFactory(core(), factory or Factory.forProtocol(Wanted))
        self.done = socks.done
        self.protocol, self.wire = socks.buildProtocol(None), Wire()
        self.protocol.makeConnection(self.wire)
        self.done.addBoth(self.results.append)


def test_the_wanted_protocol_takes_over_the_transport():
    dial = Dial()
    dial.protocol.dataReceived(METHOD)
    dial.protocol.dataReceived(LOGIN + SUCCESS + b"early")
    (wanted,) = dial.results
    assert dial.wire.protocol is wanted and wanted.transport is dial.wire
    assert wanted.got == b"early"


def test_a_refusal_aborts_and_fails_with_its_reason():
    dial = Dial()
    dial.protocol.dataReceived(METHOD + LOGIN + b"\x05\xf5")
    assert dial.wire.aborted
    assert dial.results[0].trap(DialFailed) and (
        dial.results[0].value.reason is DialReason.BAD_CLIENT_AUTH
    )


def test_tor_going_away_fails_the_dial_once():
    dial = Dial()
    dial.protocol.connectionLost(Failure(ConnectionDone()))
    dial.protocol.connectionLost(Failure(ConnectionDone()))
    assert [r.value.reason for r in dial.results] == [DialReason.NOT_READY]


def test_a_cancelled_dial_aborts_the_connection():
    dial = Dial()
    dial.done.cancel()
    assert dial.wire.aborted


def test_a_factory_that_wants_no_connection_fails_the_dial():
    class Unwilling(Factory):
        def buildProtocol(self, addr):
            return None

    dial = Dial(Unwilling())
    dial.protocol.dataReceived(METHOD + LOGIN + SUCCESS)
    assert dial.results[0].value.reason is DialReason.OTHER
