"""The codec takes exactly one form of each structure and refuses everything else by name."""

import importlib
import pkgutil

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import onionchat.protocol
from onionchat.errors import Malformed, ProtocolViolation, TooLarge
from onionchat.protocol.wire.codec import WireStruct, decode, encode
from onionchat.protocol.wire.records import Bytes32, SeqNumber, TimeMs

pack = msgspec.msgpack.encode


class Note(WireStruct):
    number: SeqNumber
    text: str


class Ping(WireStruct, tag=1):
    token: Bytes32
    time: TimeMs


class Many(WireStruct, tag=2):
    items: tuple[bytes, ...]


Message = Ping | Many

messages = st.one_of(
    st.builds(Ping, st.binary(min_size=32, max_size=32), st.integers(0, 2**48 - 1)),
    st.builds(Many, st.lists(st.binary(max_size=9), max_size=9).map(tuple)),
)


@given(messages)
def test_what_was_encoded_decodes_to_the_same(message):
    assert decode(Message, encode(message), 1000) == message


@given(st.binary(max_size=200))
def test_any_bytes_decode_or_are_refused_by_name(data):
    try:
        decode(Message, data, 150)
    except ProtocolViolation as error:
        assert isinstance(error, TooLarge if len(data) > 150 else Malformed)


@given(messages, st.data())
def test_truncated_and_prolonged_messages_are_malformed(message, data):
    whole = encode(message)
    cut = data.draw(st.integers(0, len(whole) - 1))
    for bad in (whole[:cut], whole + b"\0"):
        with pytest.raises(Malformed):
            decode(Message, bad, 1000)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Note, pack([1])),
        (Note, pack([1, "x", 2])),
        (Note, pack({"number": 1, "text": "x"})),
        (Note, pack([0, "x"])),
        (Note, pack([2**53, "x"])),
        (Note, pack([True, "x"])),
        (Note, pack([1.0, "x"])),
        (Note, pack(["1", "x"])),
        (Note, pack([1, b"x"])),
        (Note, pack([None, "x"])),
        (Note, b"\x92\x01\xa1\xff"),
        (Note, b"\x92\x01\xa3\xed\xa0\x80"),
        (Ping, pack([1, bytes(31), 0])),
        (Ping, pack([1, bytes(33), 0])),
        (Ping, pack([2, bytes(32), 0])),
        (Message, pack([3, bytes(32), 0])),
        (Message, pack(["Ping", bytes(32), 0])),
        (Message, pack([2, [b"x"], 1])),
        (Many, b"\x92\x02\xdd\xff\xff\xff\xff"),
        (Many, b"\x92\x02\x91\xc6\xff\xff\xff\xff"),
        (Many, b"\x91" * 900),
    ],
    ids=[
        *("too few", "too many", "a map", "below", "above", "a bool", "a float", "a text number"),
        *("bytes for text", "nil", "bad UTF-8", "a surrogate", "short", "long", "another tag"),
        *(
            "unknown tag",
            "a text tag",
            "surplus in a union",
            "a lying array",
            "lying bytes",
            "deep",
        ),
    ],
)
def test_every_other_form_is_malformed(kind, data):
    with pytest.raises(Malformed) as caught:
        decode(kind, data, 1000)
    # The decoder's own words could repeat what the peer sent.
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_the_limit_is_in_bytes_and_checked_first():
    data = encode(Note(1, "x"))
    assert decode(Note, data, len(data)) == Note(1, "x")
    with pytest.raises(TooLarge):
        decode(Note, data, len(data) - 1)
    with pytest.raises(TooLarge):
        decode(Note, b"\xc1" * 10, 9)


def test_structures_cannot_be_changed():
    with pytest.raises(AttributeError):
        Note(1, "x").number = 2


def _all_structures():
    for found in pkgutil.walk_packages(onionchat.protocol.__path__, "onionchat.protocol."):
        importlib.import_module(found.name)
    pending = list(WireStruct.__subclasses__())
    while pending:
        found = pending.pop()
        pending += found.__subclasses__()
        yield found


def test_every_structure_of_the_protocol_is_a_frozen_array_of_one_length():
    for found in _all_structures():
        config = found.__struct_config__
        assert config.array_like, found
        assert config.frozen, found
        assert config.forbid_unknown_fields, found
        assert found.__struct_defaults__ == (), f"{found} can be sent in two lengths"
