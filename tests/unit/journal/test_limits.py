"""The figures of docs/spec/06-journal.md are those of the code."""

from pathlib import Path

import pytest

from onionchat.protocol.journal.entry import MAX_ENTRY, EntryKind
from onionchat.protocol.journal.fork import MAX_FORK_PROOF
from onionchat.protocol.journal.order import is_far_ahead

PAGE = Path(__file__).parents[3] / "docs" / "spec" / "06-journal.md"
SENTENCES = " ".join(PAGE.read_text(encoding="utf-8").split())


@pytest.mark.parametrize(
    ("sentence", "value", "stated"),
    [
        ("At most 132,176 bytes an entry", MAX_ENTRY, 132_176),
        ("a fork proof at most 2,208", MAX_FORK_PROOF, 2208),
    ],
)
def test_limits(sentence, value, stated):
    assert sentence in SENTENCES
    assert value == stated


def test_kinds_of_entries():
    named = "16 `TEXT`, 17 `EDIT`, 18 `REACTION`, 19 `DELETION`, 20 `TIMER`"
    assert f"Entry kinds: 1 `ROSTER`, 2 `PUT` (self); of conversations {named}" in SENTENCES
    own = {"ROSTER": 1, "PUT": 2}
    said = {"TEXT": 16, "EDIT": 17, "REACTION": 18, "DELETION": 19, "TIMER": 20}
    assert {kind.name: kind.value for kind in EntryKind} == own | said


def test_a_time_more_than_ten_minutes_ahead_of_the_clock_is_marked():
    assert "more than 10 minutes ahead of the reader's clock is marked" in SENTENCES
    ten_minutes = 600_000
    assert not is_far_ahead(5 + ten_minutes, 5)
    assert is_far_ahead(6 + ten_minutes, 5)
