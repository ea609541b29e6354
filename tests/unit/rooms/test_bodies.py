"""Bodies of entries."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onionchat.errors import Malformed, ProtocolViolation, TooLarge
from onionchat.protocol.journal.entry import EntryKind
from onionchat.protocol.rooms.bodies import (
    CONVERSATION_KINDS,
    MAX_SHORT_BODY,
    MAX_TEXT_BODY,
    Deletion,
    Edit,
    Put,
    Reaction,
    Text,
    Timer,
    decode_deletion,
    decode_edit,
    decode_put,
    decode_reaction,
    decode_said,
    decode_text,
    decode_timer,
    encode_deletion,
    encode_edit,
    encode_put,
    encode_reaction,
    encode_text,
    encode_timer,
    is_timer,
    retargeted,
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
    decoders = decode_text, decode_put, decode_edit, decode_reaction, decode_deletion, decode_timer
    for read in decoders:
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
    assert repr(Edit(bytes(32), "hello")) == "Edit(…)"
    assert repr(Reaction(bytes(32), "hello")) == "Reaction(…)"
    assert repr(Deletion((bytes(32),))) == "Deletion(…)"


def test_puts_at_their_limits_are_taken():
    """8 parts of a key, 128 characters each, 64 KiB of value (08-rooms)."""
    key, value = ("a" * 128,) * 8, bytes(64 * 1024)
    assert decode_put(encode_put(key, value)) == Put(key, value)


def test_a_texts_body_has_room_for_an_id_and_not_for_more():
    assert MAX_TEXT_BODY == 64 * 1024 + 64


# --- what is said of messages -------------------------------------------------------------------

ids = st.binary(min_size=32, max_size=32)


@given(ids, texts, st.lists(ids, min_size=1, max_size=64))
def test_what_is_said_of_a_message_comes_back(target, text, targets):
    assert decode_edit(encode_edit(target, text)) == Edit(target, text)
    assert decode_reaction(encode_reaction(target, text[:10])) == Reaction(target, text[:10])
    assert decode_reaction(encode_reaction(target, "")) == Reaction(target, "")
    assert decode_deletion(encode_deletion(targets)) == Deletion(tuple(targets))


@pytest.mark.parametrize("seconds", [0, 300, 301, 28 * 24 * 3600])
def test_timers_come_back(seconds):
    assert is_timer(seconds)
    assert decode_timer(encode_timer(seconds)) == Timer(seconds)


@pytest.mark.parametrize("seconds", [-1, 1, 299, 28 * 24 * 3600 + 1])
def test_other_timers_do_not_exist(seconds):
    assert not is_timer(seconds)
    with pytest.raises(Malformed):
        decode_timer(pack([seconds]))


@pytest.mark.parametrize(
    ("read", "body"),
    [
        (decode_edit, pack([bytes(31), "x"])),
        (decode_edit, pack([bytes(32), ""])),
        (decode_edit, pack([bytes(32), "a\0"])),
        (decode_edit, pack([bytes(32), "x", None])),
        (decode_reaction, pack([bytes(32), None])),
        (decode_reaction, pack([bytes(32), "x" * 65])),
        (decode_reaction, pack([bytes(32), "\U0001f600" * 17])),
        (decode_reaction, pack([bytes(32), "\0"])),
        (decode_deletion, pack([[]])),
        (decode_deletion, pack([[bytes(32)] * 65])),
        (decode_deletion, pack([[bytes(33)]])),
        (decode_timer, pack(["300"])),
    ],
)
def test_malformed_ones_are_refused(read, body):
    with pytest.raises(Malformed):
        read(body)


def test_bodies_that_are_too_large_are_not_even_read():
    for read, limit in (
        (decode_edit, MAX_TEXT_BODY),
        (decode_reaction, MAX_SHORT_BODY),
        (decode_deletion, MAX_SHORT_BODY),
        (decode_timer, MAX_SHORT_BODY),
    ):
        with pytest.raises(TooLarge):
            read(bytes(limit + 1))


def test_the_longest_edit_and_the_longest_deletion_fit():
    assert decode_edit(encode_edit(bytes(32), "x" * MAX_TEXT_BYTES)).text == "x" * MAX_TEXT_BYTES
    assert len(decode_deletion(encode_deletion([bytes(32)] * 64)).targets) == 64


def test_a_body_is_read_by_its_kind_and_of_newer_kinds_nothing_is():
    said = {
        EntryKind.TEXT: encode_text("x"),
        EntryKind.EDIT: encode_edit(bytes(32), "x"),
        EntryKind.REACTION: encode_reaction(bytes(32), "x"),
        EntryKind.DELETION: encode_deletion([bytes(32)]),
        EntryKind.TIMER: encode_timer(0),
    }
    assert said.keys() == CONVERSATION_KINDS
    found = [type(decode_said(kind, body)) for kind, body in said.items()]
    assert found == [Text, Edit, Reaction, Deletion, Timer]
    assert decode_said(99, b"?") is None


def test_what_was_said_of_a_message_that_has_a_new_id_is_said_of_that():
    old, new, other = bytes(32), b"n" * 32, b"o" * 32
    for kind, make in (
        (EntryKind.TEXT, lambda target: encode_text("x", target)),
        (EntryKind.EDIT, lambda target: encode_edit(target, "x")),
        (EntryKind.REACTION, lambda target: encode_reaction(target, "x")),
        (EntryKind.DELETION, lambda target: encode_deletion([other, target])),
    ):
        assert retargeted(kind, make(old), {old: new}) == make(new)
        assert retargeted(kind, make(b"p" * 32), {old: new}) == make(b"p" * 32)
    for kind, body in (
        (EntryKind.TEXT, encode_text("x")),
        (EntryKind.TIMER, encode_timer(300)),
        (99, b"?"),
    ):
        assert retargeted(kind, body, {old: new}) == body
