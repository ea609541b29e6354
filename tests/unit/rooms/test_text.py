"""Texts: what can be sent, and that nothing a text contains acts on the screen."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onionchat.errors import EmptyText, InvalidText, TextTooLong
from onionchat.protocol.rooms.text import clean_text, displayable, displayable_line, is_blank
from onionchat.types import MAX_TEXT_BYTES

ESC = "\x1b"
LRE, RLE, PDF, LRO, RLO = "\u202a", "\u202b", "\u202c", "\u202d", "\u202e"
LRI, RLI, FSI, PDI = "\u2066", "\u2067", "\u2068", "\u2069"

hostile = st.text(
    st.sampled_from([*"ab \n\r\t\x1b\x9b\x7f\x00\u2028\u2029\ufff9", LRE, RLE, PDF, LRO, RLO])
    | st.sampled_from([LRI, RLI, FSI, PDI])
    | st.characters()
)


@pytest.mark.parametrize(
    "text",
    [
        *("hi", " hi\n", "\U0001f469\u200d\U0001f467"),
        f"{RLO}x",
        ESC + "[m",
        "\U0001fae9",
        "x\u0301",
    ],
)
def test_a_text_is_sent_as_it_is(text):
    assert clean_text(text) == text
    assert clean_text(text.encode()) == text


@pytest.mark.parametrize(
    "text", ["", " ", "\n\t\r", "\u200b\u200d", "\u2003\xa0", "\u3164", "\u0301", RLO]
)
def test_a_text_shows_something(text):
    assert is_blank(text)
    with pytest.raises(EmptyText):
        clean_text(text)


@pytest.mark.parametrize("text", [b"\xff", b"ok\xed\xa0\x80", "\ud800", "a\0b"])
def test_a_text_is_unicode_without_nul(text):
    with pytest.raises(InvalidText):
        clean_text(text)


def test_the_limit_is_in_bytes_and_is_named():
    assert clean_text("ë" * (MAX_TEXT_BYTES // 2))
    for text in ("ë" * (MAX_TEXT_BYTES // 2) + "x", "x" * (MAX_TEXT_BYTES + 1), b"\xff" * 10**6):
        with pytest.raises(TextTooLong, match="at most 65,536 bytes"):
            clean_text(text)
    with pytest.raises(TextTooLong, match="at most 3 bytes"):
        clean_text("four", 3)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("שלום, 世界 👩‍👧", "שלום, 世界 👩‍👧"),
        ("a\r\nb\rc\u2028d\u2029e", "a\nb\nc\nd\ne"),
        (ESC + "[2J\a\b", "␛[2J␇␈"),
        ("\x7f\x80\x9b31m", "␡\ufffd\ufffd31m"),
        ("\ud800 \ufff9x\ufffay\ufffb", "\ufffd \ufffdx\ufffdy\ufffd"),
        (f"{RLO}txt.exe", f"{RLO}txt.exe{PDF}"),
        (f"{RLO}one\ntwo", f"{RLO}one{PDF}\ntwo"),
        (f"{LRI}{RLE}x", f"{LRI}{RLE}x{PDF}{PDI}"),
        (f"{RLI}{LRO}x{PDI}y", f"{RLI}{LRO}x{PDI}y"),
        (f"{FSI}x{PDF}y{PDI}z{PDI}", f"{FSI}xy{PDI}z"),
        (f"{RLE}x{PDF}y{PDF}", f"{RLE}x{PDF}y"),
        (f"{PDI}{PDF}x", "x"),
    ],
)
def test_what_is_shown(sent, shown):
    assert displayable(sent) == shown


def test_in_one_line():
    assert displayable_line("a\r\nb\tc") == "a b c"
    assert displayable_line(f"{RLO}a\nb") == f"{RLO}a{PDF} b"


@given(hostile)
def test_nothing_shown_acts(text):
    shown = displayable(text)
    assert all(unicodedata.category(c) not in ("Cs", "Zl", "Zp") for c in shown)
    assert {c for c in shown if unicodedata.category(c) == "Cc"} <= {"\n", "\t"}
    assert displayable(shown) == shown
    assert len(shown) <= 2 * len(text)


@given(hostile)
def test_every_line_closes_what_it_opens_and_nothing_else(text):
    for line in displayable(text).split("\n"):
        depth = []
        for c in line:
            if c in (LRE, RLE, LRO, RLO, LRI, RLI, FSI):
                depth.append(c)
            elif c == PDF:
                assert depth.pop() in (LRE, RLE, LRO, RLO)
            elif c == PDI:
                while depth.pop() not in (LRI, RLI, FSI):
                    pass
        assert depth == []
