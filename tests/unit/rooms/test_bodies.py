"""Bodies of entries."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onionchat.errors import Malformed, ProtocolViolation, TooLarge
from onionchat.protocol.rooms.bodies import (
    MAX_TEXT_BODY,
    Put,
    Text,
    decode_put,
    decode_text,
    encode_put,
    encode_text,
)
from onionchat.protocol.wire.records import MAX_ENTRY_BODY
from onionchat.types import MAX_TEXT_BYTES

pack = msgspec.msgpack.encode
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)
parts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=128)


@given(texts, st.none() | st.binary(min_size=32, max_size=32))
def test_texts_come_back(text, reply_to):
    assert decode_text(encode_text(text, reply_to)) == Text(text, reply_to)


@given(st.lists(parts, min_size=1, max_size=8).map(tuple), st.none() | st.binary())
def test_puts_come_back(key, value):
    assert decode_put(encode_put(key, value)) == Put(key, value)


@pytest.mark.parametrize(
    "body",
    [
        pack(["", None]),
        pack(["a\0", None]),
        pack(["ë" * (MAX_TEXT_BYTES // 2) + "x", None]),
        pack(["x", bytes(31)]),
        pack(["x"]),
        pack(["x", None, 1]),
        b"",
    ],
    ids=["empty", "NUL", "long", "short id", "short", "surplus", "nothing"],
)
def test_other_texts_are_malformed(body):
    with pytest.raises(Malformed):
        decode_text(body)


def test_the_longest_text_fits():
    for text in ("x" * MAX_TEXT_BYTES, "ë" * (MAX_TEXT_BYTES // 2)):
        assert decode_text(encode_text(text, bytes(32))).text == text
    with pytest.raises(TooLarge):
        decode_text(bytes(MAX_TEXT_BODY + 1))


@pytest.mark.parametrize(
    ("key", "value"),
    [((), b""), (("",), b""), (("a",) * 9, b""), (("a" * 129,), None), (("a",), bytes(65537))],
    ids=["no key", "empty part", "many parts", "long part", "long value"],
)
def test_puts_beyond_their_limits(key, value):
    with pytest.raises(ValueError, match="limits"):
        encode_put(key, value)
    with pytest.raises(Malformed):
        decode_put(pack([key, value]))


@given(st.binary())
def test_any_bytes_decode_or_are_refused_by_name(data):
    for read in (decode_text, decode_put):
        try:
            read(data)
        except ProtocolViolation as error:
            assert isinstance(error, Malformed)


def test_a_put_is_no_longer_than_a_body():
    with pytest.raises(TooLarge):
        decode_put(bytes(MAX_ENTRY_BODY + 1))


def test_bodies_do_not_show_what_they_say():
    assert repr(Text("hello", None)) == "Text(…)"
    assert repr(Put(("hello",), b"hello")) == "Put(…)"


def test_puts_at_their_limits_are_taken():
    """8 parts of a key, 128 characters each, 64 KiB of value (08-rooms)."""
    key, value = ("a" * 128,) * 8, bytes(64 * 1024)
    assert decode_put(encode_put(key, value)) == Put(key, value)


def test_a_texts_body_has_room_for_an_id_and_not_for_more():
    assert MAX_TEXT_BODY == 64 * 1024 + 64
