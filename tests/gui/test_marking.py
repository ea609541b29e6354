"""Words that were searched for, marked where the node's index sees them."""

import unicodedata

import apsw
import pytest

from onionchat_gui.viewmodels.marking import BEFORE, MAX_SNIPPET, Marked, Words


def parts(marked):
    return [marked.text[begin:end] for begin, end in marked.ranges]


@pytest.mark.parametrize(
    ("typed", "text", "found"),
    [
        ("bri", "At the bridge, by the Bridges", ["bri", "Bri"]),
        ("ridge", "At the bridge", []),
        ("the bri", "Then at the bridge", ["the", "bri"]),
        ("bri ", "At the bridge", []),
        ("cafe", "Un café, Cafe\u0301s, CAFÉ", ["café", "Cafe\u0301", "CAFÉ"]),
        ("café", "cafe", ["cafe"]),
        ("cafe ", "cafe\u0301s cafe\u0301", ["cafe\u0301"]),
        ("cafe\u0301 au", "Café au lait", ["Café", "au"]),
        ("и", "йод иод", ["и"]),
        ("שלו", "אמר שלום לכם", ["שלו"]),
        ("مرح", "قال مرحبا لي", ["مرحبا"]),
        ("d.c", "a d.c b", ["d", "c"]),
        (".*", "a .* b", []),
        ("a_b", "a b", ["a", "b"]),
        ("b bridge", "bridge", ["bridge"]),
        ("x", "👍🏽 x", ["x"]),
        ("e ", "e\u0301x", []),
        ("istanbul", "İSTANBUL", ["İSTANBUL"]),
    ],
)
def test_words_are_marked_as_the_index_finds_them(typed, text, found):
    assert parts(Words(typed).snippet(text)) == found


def test_a_mark_never_ends_between_a_letter_and_what_stands_on_it():
    assert parts(Words("e").snippet("e\u0332\u20dd\u0301lf")) == ["e\u0332\u20dd\u0301"]


@pytest.fixture(scope="module")
def index_words():
    """The words of a text as the node's index sees them (`Transaction.tokens`)."""
    connection = apsw.Connection(":memory:")
    tokenizer = connection.fts5_tokenizer("unicode61", ["remove_diacritics", "2"])

    def words(text):
        found = tokenizer(text.encode(), apsw.FTS5_TOKENIZE_QUERY, None, include_offsets=False)
        return [word for group in found for word in group]

    return words


BLOCKS = {
    "Latin": (0x20, 0x17F),
    "marks": (0x300, 0x331),
    "Greek and Cyrillic": (0x384, 0x45F),
    "Hebrew": (0x5D0, 0x5EA),
    "Arabic": (0x620, 0x64A),
    "Devanagari": (0x905, 0x939),
    "Latin with accents": (0x1E00, 0x1EFF),
    "Kana": (0x3041, 0x309A),
    "Han": (0x4E00, 0x4E20),
    "Hangul": (0xAC00, 0xAC20),
}


@pytest.mark.parametrize("block", BLOCKS)
def test_the_index_and_the_marks_agree_on_what_a_word_is(block, index_words):
    first, last = BLOCKS[block]
    wrong = []
    for character in map(chr, range(first, last + 1)):
        text = f"a{character}b"
        words = index_words(text)
        ranges = Words(" ".join(words) + " ").snippet(text).ranges
        kind = unicodedata.category(character)
        # Where it is no letter, a mark of other scripts is shown with the letter before it.
        first_word = (0, 2 if kind.startswith("M") else 1)
        expected = ((0, 3),) if len(words) == 1 else (first_word, (2, 3))
        # What Unicode gave a meaning to only lately is a letter to one of the two.
        if kind != "Cn" and ranges != expected:
            wrong.append((text, words, ranges))
    assert wrong == []


def test_a_long_text_is_cut_around_the_first_word_at_a_word():
    text = "Before that a long story. " * 100 + "Then the bridge fell. " + "And so on. " * 100
    made = Words("bridge").snippet(text)
    assert parts(made) == ["bridge"]
    assert made.text.startswith("…") and made.text.endswith("…")
    assert made.ranges[0][0] <= BEFORE + 1
    assert len(made.text) <= MAX_SNIPPET + 2
    assert made.text[1:].split(" ")[0] in ("Before", "that", "a", "long", "story.")


def test_the_rest_of_a_word_that_is_cut_is_not_taken_for_a_word():
    text = "x" * 500 + "." + "y" * (BEFORE - 3) + " yes"
    made = Words("y").snippet("y" * 3 + " " + text)
    assert made.ranges[0] == (0, 1)
    made = Words("y yes").snippet("z" * 100 + "y" * 100 + " yes")
    assert parts(made) == ["yes"]


def test_a_text_without_the_words_is_shown_from_its_beginning():
    assert Words("nothing").snippet("Some\ntext") == Marked("Some text", ())
    assert not Words("!?")
    assert Words("!?").snippet("Some\ttext !?") == Marked("Some text !?", ())


def test_what_others_wrote_is_safe_to_show():
    made = Words("exe").snippet("\u202egnp exe\x1b[2J\nmore")
    assert parts(made) == ["exe"]
    assert "\x1b" not in made.text and "\n" not in made.text
    assert "\u202e" not in made.text


@pytest.mark.parametrize(
    "text",
    [
        "e" + "\u0301" * 1_000_000,
        "e" * 1_000_000,
        "e " * 500_000,
        "\u202e" * 1_000_000,
        "é" * 10**6,
    ],
    ids=["marks", "one word", "words", "bidi", "accents"],
)
def test_a_hostile_text_gives_a_short_snippet(text):
    made = Words("e").snippet(text)
    assert len(made.text) <= 2 * MAX_SNIPPET + 2
    assert not Words("e f g").all_in(text)


def test_every_word_counts_and_accents_do_not_where_they_shall_not():
    assert Words("ada lov", beginnings=True).all_in("Ada Lovelace")
    assert Words("lo ad", beginnings=True).all_in("Ada Lovelace")
    assert not Words("lo ad").all_in("Ada Lovelace")
    assert not Words("ada x", beginnings=True).all_in("Ada Lovelace")
    assert not Words("γιωργος").all_in("Γιώργος")
    assert Words("γιωργος", every_accent=True).all_in("Γιώργος")
    assert parts(Words("γιωρ", every_accent=True).marked("Ο Γιώργος")) == ["Γιώρ"]


def test_surrogates_from_a_strange_keyboard_do_no_harm():
    assert Words("a \ud800").snippet("a b").text == "a b"
