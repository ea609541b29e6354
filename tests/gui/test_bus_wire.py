"""D-Bus in bytes: where the bus is, the greeting, and whatever a bus may send."""

import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jeepney import (
    DBusAddress,
    Endianness,
    Header,
    HeaderFields,
    Message,
    MessageFlag,
    MessageType,
    Parser,
    new_error,
    new_method_call,
    new_method_return,
    new_signal,
)

from onionchat_gui.bus_wire import (
    ADDRESS,
    MAX_FIELDS,
    MAX_MESSAGE,
    Answer,
    Call,
    Heard,
    NoBus,
    Place,
    Wire,
    places,
)

WHO = DBusAddress("/a", "org.example.A", "org.example.A")
CALL = Call("org.example.A", "/a", "org.example.A", "Do", "s", ("x",))


class TestWhereTheBusIs:
    @pytest.mark.parametrize(
        ("said", "found"),
        [
            ("unix:path=/run/user/1000/bus", [Place("/run/user/1000/bus")]),
            ("unix:path=/run/bus,guid=0123abcd", [Place("/run/bus")]),
            ("unix:abstract=/tmp/dbus-x,guid=1", [Place("/tmp/dbus-x", abstract=True)]),
            ("unix:path=/a;unix:abstract=b", [Place("/a"), Place("b", abstract=True)]),
            ("unix:path=/a%20b%c3%a4%3b", [Place("/a bä;")]),
            ("unix:runtime=yes", [Place("/run/user/7/bus")]),
            ("", [Place("/run/user/7/bus")]),
            ("tcp:host=example.org,port=80;unix:path=/a", [Place("/a")]),
            ("unixexec:path=/bin/sh,argv1=-c;autolaunch:", []),
            ("launchd:env=X;unix:dir=/tmp;unix:tmpdir=/tmp;nonce-tcp:", []),
            ("unix:path=a;unix:path=;unix:abstract=;unix:path=/a%00b", []),
            (";;unix;unix:;:=,=;unix:path;%", []),
        ],
    )
    def test_is_what_the_session_says_or_the_usual_place(self, said, found):
        environment = {ADDRESS: said, "XDG_RUNTIME_DIR": "/run/user/7"}
        assert list(places(environment)) == found

    @pytest.mark.parametrize("runtime", ["", "relative"])
    def test_may_be_nowhere(self, runtime):
        assert places({"XDG_RUNTIME_DIR": runtime}) == ()
        assert places({"XDG_RUNTIME_DIR": runtime, ADDRESS: "unix:runtime=yes"}) == ()

    @given(st.text())
    def test_whatever_is_said(self, said):
        assert all(place.name for place in places({ADDRESS: said}))


@pytest.fixture
def wire():
    return let_in()


def let_in():
    made = Wire()
    made.bytes_to_send()
    assert made.receive(b"OK 0123\r\n") == []
    assert made.bytes_to_send() == b"BEGIN\r\n"
    return made


def fields_of(message, **more):
    for name, value in more.items():
        message.header.fields[HeaderFields[name]] = value
    return message


def answer_to(serial, signature=None, body=(), make=new_method_return):
    call = new_method_call(WHO, "Do")
    call.header.serial = serial
    args = ("org.example.Error",) if make is new_error else ()
    made = make(call, *args, signature, body)
    return fields_of(made, sender=":1.7").serialise(9)


def signal(signature=None, body=(), **more):
    made = new_signal(WHO, "Told", signature, body)
    return fields_of(made, sender=":1.7", **more).serialise(9)


class TestGreeting:
    def test_says_who_asks_and_calls_only_when_let_in(self):
        wire = Wire()
        wire.call(CALL)
        said = wire.bytes_to_send()
        assert said.startswith(b"\0AUTH EXTERNAL ")
        assert said.endswith(b"\r\n")
        assert wire.receive(b"OK 01") == []
        assert wire.bytes_to_send() == b""
        wire.receive(b"23\r\n")
        said = wire.bytes_to_send()
        assert said.startswith(b"BEGIN\r\n")
        (call,) = Parser().feed(said.removeprefix(b"BEGIN\r\n"))
        assert call.body == ("x",)
        assert wire.bytes_to_send() == b""

    @pytest.mark.parametrize(
        "said",
        [b"REJECTED EXTERNAL\r\n", b"ERROR\r\n", b"\r\n", b"\0" * 9000, b"OK 1\r\nl", b"\xff\r\n"],
    )
    def test_that_is_refused_or_none_is_the_end(self, said):
        with pytest.raises(NoBus):
            Wire().receive(said)


class TestCalls:
    def test_have_numbers_and_start_nobody_unless_they_may(self, wire):
        serials = [
            wire.call(CALL),
            wire.call(CALL, answered=False),
            wire.call(Call("org.example.A", "/a", "org.example.A", "Do", starts=True)),
        ]
        calls = Parser().feed(wire.bytes_to_send())
        assert [call.header.serial for call in calls] == serials == [1, 2, 3]
        assert [call.header.flags for call in calls] == [
            MessageFlag.no_auto_start,
            MessageFlag.no_auto_start | MessageFlag.no_reply_expected,
            MessageFlag(0),
        ]


class TestWhatComes:
    def test_answers_errors_and_signals(self, wire):
        data = answer_to(1, "u", (7,)) + answer_to(2, "s", ("No",), new_error)
        data += signal("us", (7, "default"))
        assert wire.receive(data) == [
            Answer(1, ":1.7", False, (7,)),
            Answer(2, ":1.7", True, ("No",)),
            Heard(":1.7", "org.example.A", "Told", (7, "default")),
        ]

    def test_in_pieces(self, wire):
        data = answer_to(1, "as", (["a", "b"],))
        heard = [wire.receive(bytes([byte])) for byte in data]
        assert [len(h) for h in heard] == [0] * (len(data) - 1) + [1]

    def test_in_the_other_order_of_bytes(self, wire):
        header = Header(Endianness.big, MessageType.method_return, 0, 1, 0, 5, {})
        header.fields |= {HeaderFields.reply_serial: 3, HeaderFields.signature: "u"}
        assert wire.receive(Message(header, (7,)).serialise()) == [Answer(3, "", False, (7,))]

    @pytest.mark.parametrize(
        ("signature", "body"),
        [("v", (("s", "x"),)), ("a{sv}", ({"a": ("u", 1)},)), ("aas", ([["a"]],)), ("t", (7,))],
    )
    def test_a_body_that_nobody_wants_is_not_read(self, wire, signature, body):
        assert wire.receive(answer_to(1, signature, body)) == [Answer(1, ":1.7", False, ())]

    def test_calls_to_us_count_for_nothing(self, wire):
        assert wire.receive(new_method_call(WHO, "Do", "s", ("x",)).serialise(4)) == []

    @pytest.mark.parametrize("size", [MAX_MESSAGE + 1, 300_000])
    def test_what_is_too_long_is_skipped_and_never_kept(self, wire, size):
        data = answer_to(1, "s", ("x" * size,)) + answer_to(2, "u", (7,))
        heard = []
        for start in range(0, len(data), 1000):
            heard += wire.receive(data[start : start + 1000])
            assert len(wire._buffer) <= MAX_MESSAGE + 1000
        assert heard == [Answer(2, ":1.7", False, (7,))]

    def test_a_header_that_is_too_long_is_not_read(self, wire):
        long = signal("s", ("x",), path="/" + "a" * MAX_FIELDS)
        assert wire.receive(long + answer_to(2)) == [Answer(2, ":1.7", False, ())]

    @pytest.mark.parametrize(
        "start",
        [
            b"x\1\0\1" + b"\0" * 12,
            b"l\1\0\2" + b"\0" * 12,
            struct.pack("<4sIII", b"l\2\0\1", 1 << 27, 1, 0),
            struct.pack("<4sIII", b"l\2\0\1", 0, 1, 0xFFFFFFFF),
            b"HTTP/1.1 400 Bad",
        ],
    )
    def test_what_begins_as_no_message_is_the_end(self, wire, start):
        with pytest.raises(NoBus):
            wire.receive(start)


def framed(fields, body=b"", sort=2):
    start = struct.pack("<4sIII", b"l" + bytes([sort]) + b"\0\1", len(body), 1, len(fields))
    return start + fields + bytes(-len(fields) % 8) + body


def field(code, signature, value):
    made = bytes([code, len(signature)]) + signature + b"\0"
    return made + value + bytes(-len(made + value) % 8)


ANSWERS = field(5, b"u", b"\1\0\0\0")
HOSTILE = {
    # Nothing in it takes room, so an array of it would never end.
    "empty_in_array": field(1, b"a()", b"\0" + b"\xff\xff\xff\x7f" + b"\0" * 8),
    "empty_in_array_below": field(1, b"aa(())", b"\x10\0\0\0" + b"\xff\xff\xff\x7f" * 3),
    "variants_in_variants": field(1, b"v", b"\1v\0" * 600),
    "arrays_in_arrays": field(1, b"a" * 255, b"\xff" * 255),
    "structures_unfinished": field(1, b"(" * 255, b""),
    "no_signature": field(1, b"", b""),
    "wrong_types": field(5, b"s", b"\0" + b"\1\0\0\0x\0") + field(7, b"u", b"\7\0\0\0"),
    "unknown_field": field(200, b"u", b"\7\0\0\0"),
    "descriptors": field(9, b"u", b"\xff\0\0\0") + field(8, b"g", b"\1u\0"),
    "no_text": field(7, b"s", b"\0" + b"\2\0\0\0\xff\xfe\0"),
    "lying_length": field(7, b"s", b"\0" + b"\xff\xff\xff\xff\xff\xfe\0"),
    "dictionary_of_lists": field(1, b"a{vv}", b"\0" * 16),
    "body_missing": ANSWERS + field(8, b"g", b"\1u\0"),
}


class TestHostile:
    @pytest.mark.parametrize("fields", HOSTILE.values(), ids=HOSTILE)
    @pytest.mark.parametrize("sort", [0, 2, 4, 9])
    def test_bytes_in_a_good_frame_count_for_nothing_and_take_no_time(self, wire, fields, sort):
        began = time.process_time()
        heard = wire.receive(framed(fields, sort=sort))
        assert all(isinstance(h.sender, str) for h in heard)
        assert wire.receive(answer_to(2)) == [Answer(2, ":1.7", False, ())]
        assert time.process_time() - began < 1

    def test_a_long_array_of_small_things_is_as_quick(self, wire):
        began = time.process_time()
        data = answer_to(1, "as", ([""] * (MAX_MESSAGE // 8 - 20),))
        (answer,) = wire.receive(data)
        assert len(answer.body[0]) > 1000
        assert time.process_time() - began < 1

    @given(st.binary(max_size=300), st.binary(max_size=100), st.integers(0, 5))
    def test_whatever_is_in_a_frame(self, fields, body, sort):
        wire = let_in()
        for one in wire.receive(framed(fields, body, sort)):
            assert isinstance(one.sender, str)
        assert wire.receive(answer_to(2)) == [Answer(2, ":1.7", False, ())]

    @given(st.data())
    def test_a_good_message_with_other_bytes_in_it(self, data):
        good = bytearray(answer_to(1, "us", (7, "default")))
        for _ in range(data.draw(st.integers(1, 4))):
            good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
        wire = let_in()
        try:
            wire.receive(bytes(good))
        except NoBus:
            pass
        assert len(wire._buffer) <= MAX_MESSAGE

    @given(st.lists(st.binary(max_size=200), max_size=10))
    def test_whatever_comes(self, pieces):
        wire = Wire()
        try:
            for piece in pieces:
                wire.receive(piece)
        except NoBus:
            pass
