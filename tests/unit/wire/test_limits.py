"""The table of limits in the specification is what the code has, and each bound holds exactly."""

import re
from pathlib import Path

import msgspec
import pytest

from onionchat.errors import Malformed
from onionchat.protocol.wire import records
from onionchat.protocol.wire.codec import decode

PAGE = Path(__file__).parents[3] / "docs" / "spec" / "02-wire.md"
ROW = re.compile(r"^\| `([A-Z_]+)` \| ([^|]+) \|", re.MULTILINE)
UNITS = {"": 1, " KiB": 1024}


def stated(text: str):
    """What a cell of the table says: `160 KiB`, `15,616`, `2^48 − 1`, `488 × (1, 2)`."""
    if match := re.fullmatch(r"(\d+) × \(([\d, ]+)\)", text):
        return tuple(int(match[1]) * int(part) for part in match[2].split(","))
    if match := re.fullmatch(r"2\^(\d+) − 1", text):
        return 2 ** int(match[1]) - 1
    match = re.fullmatch(r"([\d,]+)( KiB)?", text)
    return int(match[1].replace(",", "")) * UNITS[match[2] or ""]


def differing(page: str) -> list[str]:
    """The limits of the code that the page does not have, or has otherwise."""
    table = {name: stated(cell.strip()) for name, cell in ROW.findall(page)}
    code = {
        name: value
        for name, value in vars(records).items()
        if name.isupper() and isinstance(value, int | tuple)
    }
    return sorted(name for name in code.keys() | table.keys() if code.get(name) != table.get(name))


def test_the_table_of_the_specification_and_the_code_have_the_same_limits():
    assert differing(PAGE.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("| 160 KiB |", "| 161 KiB |", "MAX_MESSAGE"),
        ("2^53 − 1", "2^52 − 1", "MAX_SEQ"),
        ("| `MAX_PARENTS` | 16 |", "| `MAX_AUNTS` | 16 |", "MAX_PARENTS"),
        ("(1, 2, 4, 8, 16, 32)", "(1, 2, 4, 8, 16)", "RECORD_SIZES"),
    ],
)
def test_a_limit_that_the_page_has_otherwise_is_found(old, new, name):
    page = PAGE.read_text(encoding="utf-8")
    assert old in page
    assert name in differing(page.replace(old, new))


NUMBERS = {"TimeMs": (0, 2**48 - 1), "SeqNumber": (1, 2**53 - 1)}
SIZES = {
    "Bytes32": (32, 32),
    "Bytes16": (16, 16),
    "Signature": (64, 64),
    "EntryBody": (0, 128 * 1024),
    "EntryHeader": (1, 1024),
}


@pytest.mark.parametrize(("name", "lowest", "highest"), [(k, *v) for k, v in NUMBERS.items()])
def test_a_number_ends_where_its_type_says(name, lowest, highest):
    kind = getattr(records, name)
    for inside in (lowest, highest):
        assert decode(kind, msgspec.msgpack.encode(inside), 100) == inside
    for outside in (lowest - 1, highest + 1):
        with pytest.raises(Malformed):
            decode(kind, msgspec.msgpack.encode(outside), 100)


@pytest.mark.parametrize(("name", "lowest", "highest"), [(k, *v) for k, v in SIZES.items()])
def test_bytes_end_where_their_type_says(name, lowest, highest):
    kind = getattr(records, name)
    for inside in (lowest, highest):
        assert decode(kind, msgspec.msgpack.encode(bytes(inside)), 10**6) == bytes(inside)
    for outside in {max(0, lowest - 1), highest + 1} - set(range(lowest, highest + 1)):
        with pytest.raises(Malformed):
            decode(kind, msgspec.msgpack.encode(bytes(outside)), 10**6)
