"""Texts: what can be sent, and that nothing a text contains acts on the screen."""

import pytest
from hypothesis import strategies as st

from onionchat.errors import EmptyText, InvalidInput, InvalidText, TextTooLong
from onionchat.protocol.rooms.text import clean_emoji, clean_text, is_blank
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


@pytest.mark.parametrize("text", [b"\xff", b"ok\xed\xa0\x80", "\ud800"])
def test_a_text_is_unicode(text):
    with pytest.raises(InvalidText):
        clean_text(text)


def test_a_text_is_without_nul_and_the_person_is_told_so():
    with pytest.raises(InvalidText) as caught:
        clean_text("a\0b")
    sentence = "The text contains the character NUL, which no text may carry."
    assert str(caught.value) == sentence


def test_the_limit_is_in_bytes_and_is_named():
    for longest in ("ë" * (MAX_TEXT_BYTES // 2), "x" * MAX_TEXT_BYTES):
        assert clean_text(longest) == longest
    for text in ("ë" * (MAX_TEXT_BYTES // 2) + "x", "x" * (MAX_TEXT_BYTES + 1), b"\xff" * 10**6):
        with pytest.raises(TextTooLong, match="at most 65,536 bytes"):
            clean_text(text)
    with pytest.raises(TextTooLong, match="at most 3 bytes"):
        clean_text("four", 3)


@pytest.mark.parametrize(
    "emoji", ["", "\U0001f44d", "\U0001f469\u200d\U0001f467", "\u2764\ufe0f", "+1"]
)
def test_a_reaction_is_sent_as_it_is(emoji):
    assert clean_emoji(emoji) == emoji


@pytest.mark.parametrize("emoji", [" ", "a b", "a\n", "\u200d", "\0", "x" * 65, "\ud800", "\x1b"])
def test_what_is_no_reaction(emoji):
    with pytest.raises(InvalidInput):
        clean_emoji(emoji)
