"""Names: clean, and told apart from those that look like them."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onionchat.errors import InvalidInput
from onionchat.names import clean_name, flag_lookalikes, skeleton, tidy_name

names = st.text(
    st.characters()
    | st.sampled_from("ab \u0301\u0316\u202e\u200d\u3164\u00a0\u2764\ufe0f\U0001f3fd")
)


@pytest.mark.parametrize(
    ("given_name", "cleaned"),
    [
        ("Alice", "Alice"),
        ("  Zoe\u0308   B. ", "Zoë B."),
        ("a\u00a0b\u3000c", "a b c"),
        ("李小龍", "李小龍"),
        ("x" * 64, "x" * 64),
        ("😀", "😀"),
    ],
)
def test_clean_names(given_name, cleaned):
    assert clean_name(given_name) == cleaned


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "visible"),
        ("   ", "visible"),
        ("\u3164", "cannot be seen"),
        ("\u0301", "visible"),
        ("a\nb", "cannot be seen"),
        ("a\x1b[0m", "cannot be seen"),
        ("a\u202eb", "cannot be seen"),
        ("a\u200db", "cannot be seen"),
        ("a\ue000", "cannot be seen"),
        ("a\U000fffff", "cannot be seen"),
        ("a\u2028b", "cannot be seen"),
        ("\ud800", "cannot be seen"),
        ("x" * 65, "at most 64"),
        ("ë" * 33, "at most 64"),
        ("\u0958" * 20, "at most 64"),
        ("a" + "\u0316" * 4, "marks"),
    ],
)
def test_names_that_nobody_can_have(name, sentence):
    with pytest.raises(InvalidInput, match=sentence) as caught:
        clean_name(name)
    assert not name.strip() or name not in str(caught.value)


@given(names)
def test_a_clean_name_stays_as_it_is(name):
    try:
        cleaned = clean_name(name)
    except InvalidInput:
        return
    assert clean_name(cleaned) == cleaned == tidy_name(cleaned)
    assert unicodedata.is_normalized("NFC", cleaned)


@given(names)
def test_a_tidied_name_is_clean_or_empty(name):
    tidied = tidy_name(name)
    assert tidied == "" or clean_name(tidied) == tidied


@pytest.mark.parametrize(
    ("name", "tidied"),
    [
        ("Alice", "Alice"),
        ("Al\u202eice\x00", "Alice"),
        ("  a \n b ", "a b"),
        ("a" + "\u0316" * 9, "a" + "\u0316" * 3),
        # Found by fuzzing: what is left out let the count of marks begin anew.
        ("a" + "\u0316\u0316\u0316\u200d" * 3, "a" + "\u0316" * 3),
        ("ë" * 64, "ë" * 32),
        ("\u202e", ""),
        ("\u3164", ""),
        ("e\u200d\u0301", "é"),
    ],
)
def test_tidied_names(name, tidied):
    assert tidy_name(name) == tidied


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alice", "alice"),
        ("Alice", "АӀісе"),  # Cyrillic
        ("Alice", "A1ice"),
        ("Alice", "Al ice"),
        ("Bob", "B0b"),
        ("Bob", "Вοb"),
        ("Tom", "Torn"),
        ("Zoë", "Zoe"),
        ("Strauss", "Strauß"),
        ("Alice", "𝐀𝐥𝐢𝐜𝐞"),
        ("Alice", "A.l.i.c.e"[::1].replace(".", "\u0301")),
    ],
)
def test_lookalikes(one, other):
    assert skeleton(one) == skeleton(other)
    assert flag_lookalikes(one, ["Carol", other, "Dave"]) == (other,)


@pytest.mark.parametrize(("one", "other"), [("Alice", "Alicia"), ("Bob", "Rob"), ("Anna", "Hanna")])
def test_names_that_do_not_look_alike(one, other):
    assert flag_lookalikes(one, [other]) == ()


@given(names)
def test_a_name_looks_like_itself(name):
    assert flag_lookalikes(name, [name]) == (name,)
    assert skeleton(skeleton(name)) == skeleton(name)


@pytest.mark.parametrize(
    "name",
    [
        "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
        "Ann \U0001f469\U0001f3fd\u200d\U0001f692",
        "\u2764\ufe0f\u200d\U0001f525",
        "\U0001f3f3\ufe0f\u200d\U0001f308 Bob",
    ],
    ids=["family", "with skin", "heart", "flag"],
)
def test_emoji_that_are_joined_are_ordinary(name):
    assert clean_name(name) == name
    assert tidy_name(name) == name
    assert flag_lookalikes(name, [name.replace("\u200d", "")])
    assert flag_lookalikes(name, [name.replace("\ufe0f", "")])


@pytest.mark.parametrize(
    "name",
    [
        "Bo\u200db",
        "\u200d\U0001f468",
        "\U0001f468\u200d",
        "\U0001f468\u200d\u200d\U0001f469",
        "\U0001f468\u200dBob",
        "Bob\u200d\U0001f468",
        "\U0001f468\u200d\u2800",
    ],
)
def test_a_joiner_anywhere_else_is_refused_by_its_number(name):
    with pytest.raises(InvalidInput, match=r"U\+200D"):
        clean_name(name)
    assert not re.search("\u200d", tidy_name(name))


def test_the_refused_character_is_named():
    for name, number in (("Bo\u202eb", "202E"), ("B\x07ob", "0007"), ("\U000e0067", "E0067")):
        with pytest.raises(InvalidInput, match=rf"U\+{number}\b"):
            clean_name(name)


def test_a_tidied_name_that_is_cut_ends_with_no_joiner():
    family = "\U0001f468\u200d" * 9 + "\U0001f468"
    for extra in range(12):
        tidied = tidy_name("x" * extra + family)
        assert clean_name(tidied) == tidied


@pytest.mark.parametrize("blank", "\u115f\u1160\u2800\u3164\uffa0\U0001d159")
@pytest.mark.parametrize("place", [0, 2, 5])
def test_finding_24_a_blank_letter_makes_no_other_name(blank, place):
    """Else "Alice" with a letter that draws nothing stands beside Alice, without a warning."""
    name = "Alice"[:place] + blank + "Alice"[place:]
    assert tidy_name(name) == "Alice"
    assert flag_lookalikes(name, ["Alice"]) == ("Alice",)
    with pytest.raises(InvalidInput, match=f"U\\+{ord(blank):04X}"):
        clean_name(name)
