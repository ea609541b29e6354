"""The figures of docs/spec/08-rooms.md are those of the code."""

from pathlib import Path

import pytest

from onionchat.protocol.identity import roster, statements
from onionchat.protocol.rooms import bodies, policy
from onionchat.types import MAX_TEXT_BYTES

PAGE = Path(__file__).parents[3] / "docs" / "spec" / "08-rooms.md"
SENTENCES = " ".join(PAGE.read_text(encoding="utf-8").split())


@pytest.mark.parametrize(
    ("sentence", "value", "stated"),
    [
        ("so it is bounded: 4096 entries", policy.MAX_ACCOUNT_ENTRIES, 4096),
        ("and 4 MiB of headers and bodies", policy.MAX_ACCOUNT_BYTES, 4 * 1024 * 1024),
        ("2048 bytes for a body of any kind", statements.MAX_STATEMENT, 2048),
        ("a further key when 32 are known", roster.MAX_DEVICES, 32),
        ("text 1 to 128 characters", bodies.MAX_KEY_PART, 128),
        ("characters…] 1 to 8, value", bodies.MAX_KEY_PARTS, 8),
        ("value ≤ 64 KiB", bodies.MAX_VALUE, 64 * 1024),
        ("1 byte to 64 KiB of UTF-8", MAX_TEXT_BYTES, 64 * 1024),
        ("at most 64 bytes of UTF-8", bodies.MAX_EMOJI_BYTES, 64),
        ("1 to 64 ids", bodies.MAX_TARGETS, 64),
        ("300 to 2,419,200 seconds", bodies.MIN_TIMER, 300),
        ("300 to 2,419,200 seconds", bodies.MAX_TIMER, 2_419_200),
        ("at most 4096 bytes each", bodies.MAX_SHORT_BODY, 4096),
    ],
)
def test_limits(sentence, value, stated):
    assert sentence in SENTENCES
    assert value == stated
