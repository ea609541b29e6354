"""One entry alone: its bytes, its id, its limits."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onionchat.errors import BadChain, BadSignature, Malformed, ProtocolViolation, TooLarge
from onionchat.protocol.crypto.keys import SigningKey
from onionchat.protocol.journal.entry import (
    MAX_ENTRY,
    NO_ENTRY,
    EntryBytes,
    EntryKind,
    SignedEntry,
    check_body,
    check_signature,
    from_parts,
    parse_entry,
    parse_header,
    sign_entry,
)
from onionchat.protocol.wire.records import MAX_ENTRY_BODY, MAX_ENTRY_HEADER, MAX_PARENTS, MAX_SEQ
from onionchat.types import EntryId, JournalId, Millis

KEY = SigningKey(b"\x01" * 32)
JOURNAL = JournalId(b"\x0f" * 32)
NOW = Millis(1_790_000_000_000)
IDS = [EntryId(bytes([n]) * 32) for n in range(1, 40)]


def text(body: bytes = b"hello", seq=1, previous=NO_ENTRY, parents=(), time=NOW, kind=16):
    return sign_entry(KEY, JOURNAL, seq, previous, parents, time, kind, body)


def header_with(position: int, value: object, **how) -> bytes:
    """The bytes of a valid header in which one field was changed."""
    fields = msgspec.msgpack.decode(text(**how).header_bytes)
    fields[position] = value
    return msgspec.msgpack.encode(fields)


entries = st.builds(
    lambda seq, previous, parents, time, kind, body: text(
        body,
        seq,
        NO_ENTRY if seq == 1 else previous,
        tuple(sorted(parents - {previous})),
        time,
        kind,
    ),
    st.one_of(st.just(1), st.integers(2, MAX_SEQ)),
    st.sampled_from(IDS),
    st.sets(st.sampled_from(IDS), max_size=MAX_PARENTS),
    st.integers(0, 2**48 - 1),
    st.integers(0, 255),
    st.binary(max_size=300),
)


@given(entries)
def test_an_entry_survives_the_wire_byte_for_byte(entry: SignedEntry):
    again = parse_entry(entry.to_bytes())
    assert again == entry
    assert again.id == entry.id
    assert again.header == entry.header
    check_body(again)
    check_signature(KEY.public, again.header_bytes, again.signature)


@given(st.binary(max_size=400))
def test_any_bytes_are_an_entry_or_a_violation(data: bytes):
    try:
        entry = parse_entry(data)
    except ProtocolViolation:
        return
    assert entry.body is None or len(entry.body) <= MAX_ENTRY_BODY


@given(entries, st.data())
def test_damaged_bytes_are_never_taken_for_the_same_entry(entry: SignedEntry, data):
    wire = bytearray(entry.to_bytes())
    wire[data.draw(st.integers(0, len(wire) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ProtocolViolation):
        damaged = parse_entry(bytes(wire))
        check_body(damaged)
        check_signature(KEY.public, damaged.header_bytes, damaged.signature)


def test_a_text_of_100_bytes_with_one_parent_leaves_room_in_one_cell():
    entry = text(b"x" * 100, 1000, IDS[0], (IDS[1],))
    assert len(entry.header_bytes) <= 195
    assert len(entry.to_bytes()) <= 380


def test_fields_are_readable_without_decoding_again():
    entry = text(b"x", 7, IDS[5], (IDS[1], IDS[2]))
    assert (entry.journal, entry.author, entry.seq) == (JOURNAL, KEY.public, 7)
    assert entry.previous == IDS[5]
    assert entry.ancestors == (IDS[5], IDS[1], IDS[2])
    assert text(parents=(IDS[1],)).ancestors == (IDS[1],)
    assert EntryKind(entry.header.kind) is EntryKind.TEXT


@pytest.mark.parametrize("kind", [0, 200, 255])
def test_a_kind_from_a_newer_version_is_an_entry_like_any_other(kind):
    assert parse_entry(text(kind=kind).to_bytes()).header.kind == kind


def test_no_representation_shows_the_text():
    entry = text(b"secret")
    parts = EntryBytes(entry.header_bytes, entry.signature, entry.body)
    assert "secret" not in repr(entry) + str(entry)
    assert repr(parts) == "<EntryBytes>"


def test_the_longest_entry_fits():
    entry = text(bytes(MAX_ENTRY_BODY), MAX_SEQ, IDS[20], tuple(IDS[:MAX_PARENTS]), 2**48 - 1)
    assert len(entry.header_bytes) <= MAX_ENTRY_HEADER
    assert len(entry.to_bytes()) <= MAX_ENTRY
    assert parse_entry(entry.to_bytes()) == entry


@pytest.mark.parametrize(
    "wrong",
    [
        {"seq": 0},
        {"seq": MAX_SEQ + 1, "previous": IDS[0]},
        {"seq": 2},
        {"previous": IDS[0]},
        {"seq": 2, "previous": EntryId(b"short")},
        {"parents": (IDS[1], IDS[0])},
        {"parents": (IDS[0], IDS[0])},
        {"parents": tuple(IDS[: MAX_PARENTS + 1])},
        {"seq": 2, "previous": IDS[0], "parents": (IDS[0],)},
        {"time": -1},
        {"kind": 256},
        {"body": bytes(MAX_ENTRY_BODY + 1)},
    ],
)
def test_nothing_invalid_is_ever_signed(wrong):
    with pytest.raises(ValueError, match="no valid entry"):
        text(**wrong)


@pytest.mark.parametrize(
    ("position", "value"),
    [
        (0, 2),
        (1, b"short"),
        (2, b"\x01" * 33),
        (3, 0),
        (3, 2),
        (3, MAX_SEQ + 1),
        (4, b"\x01" * 32),
        (4, b"\x01"),
        (5, [b"\x02" * 32, b"\x01" * 32]),
        (5, [b"\x01" * 32] * 2),
        (5, [b"\x01" * 31]),
        (5, [bytes([n]) * 32 for n in range(MAX_PARENTS + 1)]),
        (6, 2**48),
        (6, -1),
        (7, 256),
        (7, -1),
        (8, b""),
        (9, MAX_ENTRY_BODY + 1),
        (9, -1),
        (9, "100"),
    ],
)
def test_a_header_with_a_field_out_of_bounds_is_malformed(position, value):
    with pytest.raises(Malformed):
        parse_header(header_with(position, value))


def test_a_header_that_names_its_previous_among_its_parents_is_malformed():
    with pytest.raises(Malformed):
        parse_header(header_with(5, [IDS[0]], seq=2, previous=IDS[0]))


def test_trailing_bytes_are_malformed():
    entry = text()
    with pytest.raises(Malformed):
        parse_entry(entry.to_bytes() + b"\x00")
    with pytest.raises(Malformed):
        from_parts(entry.header_bytes + b"\x00", entry.signature, entry.body)


def test_limits_are_checked_before_decoding():
    with pytest.raises(TooLarge):
        parse_entry(bytes(MAX_ENTRY + 1))
    with pytest.raises(TooLarge):
        parse_header(bytes(MAX_ENTRY_HEADER + 1))


def test_a_body_of_another_size_or_content_does_not_fit():
    entry = text(b"hello")
    for body in (b"hell", b"hallo", b""):
        with pytest.raises(BadChain):
            check_body(from_parts(entry.header_bytes, entry.signature, body))


def test_a_deleted_body_leaves_an_entry_that_still_checks():
    entry = text(b"hello").without_body()
    again = parse_entry(entry.to_bytes())
    assert again.body is None
    assert again.id == entry.id == text(b"hello").id
    check_body(again)
    check_signature(KEY.public, again.header_bytes, again.signature)


def test_a_signature_by_another_key_is_refused():
    entry = text()
    with pytest.raises(BadSignature):
        check_signature(SigningKey(b"\x02" * 32).public, entry.header_bytes, entry.signature)
