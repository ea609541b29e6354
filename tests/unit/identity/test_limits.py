"""The figures of docs/spec/03-identity.md are those of the code, and each bound holds exactly."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import msgspec
import pytest

from onionchat.errors import Malformed
from onionchat.protocol.crypto.keys import SigningKey
from onionchat.protocol.identity import roster, statements
from onionchat.protocol.identity.roster import Act, Device, Roster
from onionchat.protocol.identity.statements import decode_statement

PAGE = Path(__file__).parents[3] / "docs" / "spec" / "03-identity.md"
SENTENCES = " ".join(PAGE.read_text(encoding="utf-8").split())

pack = msgspec.msgpack.encode


@pytest.mark.parametrize(
    ("sentence", "value", "stated"),
    [
        ("At most 32 devices are ever admitted", roster.MAX_DEVICES, 32),
        ("at most 2048 bytes", statements.MAX_STATEMENT, 2048),
        ("epilogues [(journal, last valid seq)] ≤ 32", statements.MAX_EPILOGUES, 32),
        ("capabilities u32", statements.MAX_CAPABILITIES, 2**32 - 1),
        ("version, salt 16, device key", statements.SALT_SIZE, 16),
    ],
)
def test_limits(sentence, value, stated):
    assert sentence in SENTENCES
    assert value == stated


KEY = SigningKey(bytes(range(32))).public
LINK, SIGNATURE = bytes([7]) * 32, bytes(64)
ENDS = [[bytes([n]) * 32, n] for n in range(33)]


def refused(*fields: object) -> bool:
    """Whether a statement of these fields is malformed."""
    try:
        decode_statement(pack(list(fields)))
    except Malformed:
        return True
    return False


@pytest.mark.parametrize(
    "fields",
    [
        (1, 1, bytes(16), KEY, LINK, KEY, SIGNATURE),
        (2, KEY, LINK, SIGNATURE),
        (3, KEY, [], b""),
        (3, KEY, [[KEY, 0]], SIGNATURE),
        (3, KEY, [[KEY, 2**53 - 1]], SIGNATURE),
        (3, KEY, ENDS[:32], SIGNATURE),
        (4, KEY, KEY, 1, 0),
        (4, KEY, KEY, 65535, 2**32 - 1),
        (5, ""),
        (5, "x" * 64),
    ],
)
def test_statements_within_their_bounds(fields):
    assert not refused(*fields)


@pytest.mark.parametrize(
    "fields",
    [
        (0,),
        (1, 0, bytes(16), KEY, LINK, KEY, SIGNATURE),
        (1, 2, bytes(16), KEY, LINK, KEY, SIGNATURE),
        (1, 1, bytes(17), KEY, LINK, KEY, SIGNATURE),
        (2, KEY, LINK, bytes(65)),
        (3, KEY, [[KEY, -1]], b""),
        (3, KEY, [[KEY, 2**53]], b""),
        (3, KEY, [[bytes(31), 1]], b""),
        (3, KEY, ENDS, b""),
        (3, KEY, [], bytes(63)),
        (3, KEY, [], bytes(65)),
        (4, KEY, KEY, 0, 0),
        (4, KEY, KEY, 65536, 0),
        (4, KEY, KEY, 80, -1),
        (4, KEY, KEY, 80, 2**32),
        (4, KEY, bytes(33), 80, 0),
        (5, "x" * 65),
        (6, KEY),
    ],
)
def test_statements_beyond_their_bounds(fields):
    assert refused(*fields)


def test_a_roster_and_its_acts_show_neither_names_nor_what_was_said():
    act = Act(bytes(32), KEY, 1, (), b"a display name")
    assert "name" not in repr(act)
    assert "Alice" not in repr(Roster(bytes(32), KEY, {}, frozenset(), "Alice"))


def test_a_roster_does_not_change():
    """It is handed to policies and sessions; news make another one. Nor do its parts."""
    act = Act(bytes(32), KEY, 1, (), None)
    device = Device(KEY, LINK, 0)
    made = Roster(bytes(32), KEY, {KEY: device}, frozenset([KEY]))
    with pytest.raises(FrozenInstanceError):
        act.seq = 2
    with pytest.raises(FrozenInstanceError):
        device.ends = {}
    with pytest.raises(FrozenInstanceError):
        made.devices = {}
