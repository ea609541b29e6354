"""What other people wrote can neither steer a terminal nor reach beyond its own line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onionchat.displayable import MAX_OPEN, displayable, displayable_line

LRE, RLE, PDF, LRO, RLO = "\u202a", "\u202b", "\u202c", "\u202d", "\u202e"
LRI, RLI, FSI, PDI = "\u2066", "\u2067", "\u2068", "\u2069"
OPENERS, CLOSERS = LRE + RLE + LRO + RLO + LRI + RLI + FSI, PDF + PDI

nasty = st.text(st.sampled_from("ab\n\t\r\x1b\x7f\x9b\u2028\u2029\ud800" + OPENERS + CLOSERS))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain Grüße 你好 👩‍👩‍👧", "plain Grüße 你好 👩‍👩‍👧"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("\x00\x08\r\x0b\x1f\x7f", "␀␈␍␋␟␡"),
        ("\x9b31m\x85", "\ufffd31m\ufffd"),
        ("lone \udcff", "lone \ufffd"),
        ("a\u2028b\u2029c", "a\nb\nc"),
    ],
)
def test_controls_are_made_visible(text: str, shown: str) -> None:
    assert displayable(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (RLE + "evil", RLE + "evil" + PDF),
        (RLI + "a", RLI + "a" + PDI),
        (LRE + RLI + "a", LRE + RLI + "a" + PDI + PDF),
        (RLE + "a" + PDF, RLE + "a" + PDF),
        (FSI + LRE + "a" + PDI + "b", FSI + LRE + "a" + PDF + PDI + "b"),
        ("a" + PDF + PDI, "a"),
        # A closer of an embedding does not reach out of the isolate that it stands in.
        (RLE + LRI + PDF + "a", RLE + LRI + "a" + PDI + PDF),
        (RLE + "a\nb" + PDF, RLE + "a" + PDF + "\nb"),
        (RLE + "a\u2028b", RLE + "a" + PDF + "\nb"),
    ],
)
def test_bidirectional_formatting_ends_with_its_line(text: str, shown: str) -> None:
    assert displayable(text) == shown


@pytest.mark.parametrize("override", [LRO, RLO])
def test_no_letters_are_made_to_read_backwards(override: str) -> None:
    assert displayable(f"a{override}gpj.exe{PDF}b") == "a\ufffdgpj.exeb"
    assert displayable_line(RLE + override + PDF + PDF) == RLE + "\ufffd" + PDF


@pytest.mark.parametrize(
    "text",
    ["שלום עולם", "مرحبا، كيف الحال؟", "נפגשים ב-\u200e12:30\u200e ב-Café", "\u2067לא\u2069 (no)"],
)
def test_scripts_from_the_right_stay_as_they_are(text: str) -> None:
    assert displayable(text) == text


def test_endless_nesting_is_cut_off() -> None:
    assert displayable(RLE * 5000 + "a") == RLE * MAX_OPEN + "a" + PDF * MAX_OPEN


@given(nasty)
def test_nothing_dangerous_is_left(text: str) -> None:
    shown = displayable(text)
    assert not any(ord(c) < 0x20 and c not in "\n\t" or 0x7F <= ord(c) < 0xA0 for c in shown)
    shown.encode()
    assert LRO not in shown and RLO not in shown
    for line in shown.splitlines():
        depth = 0
        for character in line:
            depth += (character in OPENERS) - (character in CLOSERS)
            assert depth >= 0
        assert depth == 0


@given(nasty)
def test_showing_twice_changes_nothing_more(text: str) -> None:
    assert displayable(displayable(text)) == displayable(text)
    assert displayable_line(displayable_line(text)) == displayable_line(text)


@given(nasty)
def test_a_line_is_one_line(text: str) -> None:
    assert len(displayable_line(text).splitlines()) <= 1
    assert "\t" not in displayable_line(text)


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Zl", "Zp"))))
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert displayable(text) == text
