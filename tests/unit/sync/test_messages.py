"""How frontiers are spread over the parts of a `Have`, and what the messages do not show."""

import pytest

from onionchat.errors import TooLarge
from onionchat.protocol.sync.messages import (
    HAVE_PART,
    MAX_AUTHORS,
    Entries,
    Have,
    Want,
    decode_message,
    encode_message,
    have_parts,
    pieces,
)
from onionchat.protocol.sync.position import Position
from onionchat.protocol.wire.records import MAX_MESSAGE, MAX_SEQ

DIGEST = bytes(range(16))
ITEM = 32
"""Bytes that a journal, and each author in it, counts for: no less than they take on the wire."""


def name(number: int) -> bytes:
    return number.to_bytes(8, "big")


def frontier(authors: int) -> dict[bytes, Position]:
    """The longest positions that there are."""
    return {name(number): Position(MAX_SEQ, bytes(8)) for number in range(authors)}


def journals(*authors: int) -> list[tuple[bytes, dict[bytes, Position]]]:
    return [(name(number), frontier(count)) for number, count in enumerate(authors)]


def sizes(parts: list[Have]) -> list[list[int]]:
    """Of each part, how many authors each item has."""
    return [[len(logs) for _journal, logs in part.changed] for part in parts]


def test_a_frontier_without_authors_is_one_item():
    assert pieces({}) == [{}]


@pytest.mark.parametrize(
    ("authors", "items"),
    [
        (1, [1]),
        (MAX_AUTHORS, [MAX_AUTHORS]),
        (MAX_AUTHORS + 1, [MAX_AUTHORS, 1]),
        (2 * MAX_AUTHORS + 7, [MAX_AUTHORS, MAX_AUTHORS, 7]),
    ],
)
def test_a_frontier_of_many_authors_takes_several_items(authors, items):
    found = pieces(frontier(authors))
    assert [len(piece) for piece in found] == items
    assert {key: there for piece in found for key, there in piece.items()} == frontier(authors)


def test_a_have_about_nothing_is_one_part_all_the_same():
    assert have_parts(DIGEST, [], full=True) == [Have(DIGEST, [], True, False)]


@pytest.mark.parametrize("full", [True, False])
def test_every_part_has_the_digest_and_all_but_the_last_say_that_there_is_more(full):
    parts = have_parts(DIGEST, journals(*[1000] * 5), full=full)
    assert [part.digest for part in parts] == [DIGEST] * 3
    assert [part.full for part in parts] == [full] * 3
    assert [part.more for part in parts] == [True, True, False]
    assert [item for part in parts for item in part.changed] == journals(*[1000] * 5)


PER_PART = HAVE_PART // ITEM


@pytest.mark.parametrize(
    ("authors", "parts"),
    [
        ([0] * PER_PART, [PER_PART]),
        ([0] * (PER_PART + 1), [PER_PART, 1]),
        ([0] * (2 * PER_PART + 1), [PER_PART, PER_PART, 1]),
        ([1] * (PER_PART // 2), [PER_PART // 2]),
        ([1] * (PER_PART // 2 + 1), [PER_PART // 2, 1]),
        ([1] * (PER_PART + 1), [PER_PART // 2, PER_PART // 2, 1]),
        ([1000, PER_PART // 2 - 1, *[0] * (PER_PART // 2 - 1001)], [PER_PART // 2 - 999]),
        ([1000, 1023, *[0] * 23, 0], [25, 1]),
    ],
)
def test_a_part_ends_after_64_kib_and_not_a_byte_before(authors, parts):
    found = have_parts(DIGEST, journals(*authors), full=False)
    assert [len(part.changed) for part in found] == parts
    assert all(len(encode_message(part)) <= HAVE_PART for part in found)


def test_a_journal_of_many_authors_is_spread_over_parts():
    parts = have_parts(DIGEST, journals(5 * MAX_AUTHORS), full=True)
    assert sizes(parts) == [[MAX_AUTHORS]] * 5
    assert all(part.changed[0][0] == name(0) for part in parts)


def test_a_message_is_read_up_to_its_limit():
    message = Entries([b"x" * (MAX_MESSAGE - 8)])
    data = encode_message(message)
    assert len(data) == MAX_MESSAGE
    assert decode_message(data) == message
    with pytest.raises(TooLarge):
        decode_message(encode_message(Entries([b"x" * (MAX_MESSAGE - 7)])))


def test_what_is_written_is_what_is_read():
    want = Want([bytes([n]) * 32 for n in range(3)])
    assert decode_message(encode_message(want)) == want


def test_entries_are_counted_and_not_shown():
    assert repr(Entries([b"secret", b"other"])) == "<Entries 2>"
