"""The figures of docs/spec/07-sync.md are those of the code, and each bound holds exactly."""

from pathlib import Path

import msgspec
import pytest

from onionchat.errors import Malformed
from onionchat.protocol.sync import (
    incoming,
    messages,
    outgoing,
    position,
    recovery,
    session,
    speech,
)
from onionchat.protocol.sync.messages import (
    Absent,
    Ack,
    Entries,
    Have,
    ReadMark,
    Refuse,
    Shared,
    Want,
    WantAll,
    decode_message,
)

PAGE = Path(__file__).parents[3] / "docs" / "spec" / "07-sync.md"
SENTENCES = " ".join(PAGE.read_text(encoding="utf-8").split())
KIB = 1024

pack = msgspec.msgpack.encode


@pytest.mark.parametrize(
    ("sentence", "value", "stated"),
    [
        ("the first 8 bytes of that entry's id", position.TAG_SIZE, 8),
        ("`H(SYNC_NAME, salt, id)`, 8 bytes", messages.NAME_SIZE, 8),
        ("512 KiB in all", messages.MAX_HAVE, 512 * KIB),
        ("a further part of a `Have` after 64 KiB", messages.HAVE_PART, 64 * KIB),
        ("at most 1,024 authors", messages.MAX_AUTHORS, 1024),
        ("at most 8,192 journals into one `Absent`", speech.ABSENT_PART, 8192),
        ("parents first, at most 96 KiB a message", messages.MAX_BATCH, 96 * KIB),
        ("[entry id…] ≤ 64", messages.MAX_WANTED, 64),
        ("At most 256 KiB are unacknowledged", messages.WINDOW, 256 * KIB),
        ("a backlog leaves 32 KiB of that", messages.LIVE_RESERVE, 32 * KIB),
        ("less than 32 KiB of the window are free", outgoing.LEAST_READ, 32 * KIB),
        ("the next point of a grid (1 s, random phase", session.GRID_SECONDS, 1.0),
        ("twice a random part of half a second", session.JITTER_SECONDS, 0.5),
        ("`Shared` of more than 256 journals", session.MAX_DENIED, 256),
        ("come and go at most 8 times a link", session.MAX_RETURNS, 8),
        ("the entry waits (1,024 entries,", incoming.MAX_PENDING_ENTRIES, 1024),
        ("1,024 entries, 512 KiB a peer", incoming.MAX_PENDING_BYTES, 512 * KIB),
        ("512 KiB a peer, 60 s)", incoming.PENDING_SECONDS, 60.0),
        ("of one peer at most 64 do", incoming.MAX_UNPROVEN, 64),
        ("More than 256 refused logs", incoming.MAX_REFUSED, 256),
        ("4,096 authors that were not known before", session.MAX_STRANGERS, 4096),
        ("can be committed for 60 s", recovery.PROGRESS_SECONDS, 60.0),
        ("to the end within 10 min", recovery.RECOVERY_SECONDS, 600.0),
    ],
)
def test_limits(sentence, value, stated):
    assert sentence in SENTENCES
    assert value == stated


def test_tags_of_messages():
    kinds = (Have, WantAll, Entries, Ack, Want, ReadMark, Shared, Absent, Refuse)
    for tag, kind in enumerate(kinds, 1):
        assert f"| {tag} | `{kind.__name__}` |" in SENTENCES
        assert kind.__struct_config__.tag == tag


NAME, TAG, ID = bytes(8), bytes(8), bytes(32)
POSITION = [1, TAG]


def refused(*fields: object) -> bool:
    """Whether a message of these fields is malformed."""
    try:
        decode_message(pack(list(fields)))
    except Malformed:
        return True
    return False


@pytest.mark.parametrize(
    "fields",
    [
        (1, bytes(16), [[NAME, {NAME: POSITION}]], True, False),
        (2,),
        (3, [b""]),
        (4, 0, []),
        (4, 2**53 - 1, []),
        (5, [ID]),
        (5, [ID] * 64),
        (6, NAME, NAME, 1),
        (7, NAME, {bytes([n % 256, n // 256]) * 4: POSITION for n in range(1024)}),
        (8, []),
        (9, NAME, NAME),
    ],
)
def test_messages_within_their_bounds(fields):
    assert not refused(*fields)


@pytest.mark.parametrize(
    "fields",
    [
        (1, bytes(15), [], True, False),
        (1, bytes(16), [[NAME, {NAME: [0, TAG]}]], True, False),
        (1, bytes(16), [[NAME, {NAME: [1, bytes(7)]}]], True, False),
        (1, bytes(16), [[NAME, {NAME: [1, bytes(9)]}]], True, False),
        (1, bytes(16), [[NAME, {bytes(7): POSITION}]], True, False),
        (1, bytes(16), [[bytes(9), {}]], True, False),
        (3, []),
        (4, -1, []),
        (4, 2**53, []),
        (5, []),
        (5, [ID] * 65),
        (5, [bytes(31)]),
        (6, NAME, NAME, 0),
        (7, NAME, {bytes([n % 256, n // 256]) * 4: POSITION for n in range(1025)}),
        (8, [bytes(7)]),
        (9, NAME, bytes(9)),
    ],
)
def test_messages_beyond_their_bounds(fields):
    assert refused(*fields)
