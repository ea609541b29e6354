"""A long text in pages: together they are the text, and each is quick to lay out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onionchat_gui.viewmodels import reading
from onionchat_gui.viewmodels.message_row import MAX_CHARACTERS, MAX_LINES


@given(st.lists(st.sampled_from(["a", " ", "\n", "word ", "\n" * 50, "x" * 3990, "\u0301" * 1000])))
def test_the_pages_are_the_text_and_each_is_bounded(parts):
    text = "".join(parts)
    pages = reading.pages(text)
    assert "".join(pages) == text
    for page in pages:
        assert len(page) <= MAX_CHARACTERS
        assert page.count("\n") <= MAX_LINES
    assert all(pages) or text == ""


def test_a_page_ends_with_a_line_or_a_word_where_there_is_one_near():
    assert reading.pages("word " * 1000)[0].endswith("word ")
    assert reading.pages("a line of a poem\n" * 1000)[0].endswith("poem\n")
    assert len(reading.pages("x" * 9000)[0]) == MAX_CHARACTERS


@pytest.mark.parametrize(
    "text", ["e" + "\u0301" * 1_000_000, "\u202ea" * 500_000, "\n" * 1_000_000]
)
def test_a_hostile_megabyte_is_pages_like_others(text):
    pages = reading.pages(text)
    assert max(len(page) for page in pages) <= MAX_CHARACTERS
    assert all(len(reading.shown(page)) <= 2 * MAX_CHARACTERS for page in (pages[0], pages[-1]))


def test_links_are_those_of_the_whole_text():
    text = "x" * (MAX_CHARACTERS - 10) + " https://example.org/path"
    assert [link.text for link in reading.links_of(text)] == ["https://example.org/path"]
