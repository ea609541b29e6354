"""How hard a passphrase is to guess, as far as one can tell."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onionchat.control.strength import ENOUGH, MAX_LOOKED_AT, SENTENCES, Level, estimate

ORDER = list(Level)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("", Level.VERY_WEAK),
        ("password", Level.VERY_WEAK),
        ("aaaaaaaaaaaaaaaaaaaaaa", Level.VERY_WEAK),
        ("Password1!", Level.VERY_WEAK),
        ("qwertyuiop", Level.VERY_WEAK),
        ("abcdefgh" * 20, Level.VERY_WEAK),
        ("five words chosen by chance", Level.STRONG),
        ("correct horse battery staple mole", Level.STRONG),
        ("kF3!x9Qz_m2", Level.FAIR),
    ],
)
def test_levels(text: str, level: Level) -> None:
    found = estimate(text)
    assert found.level is level
    assert found.sentence == SENTENCES[level]


def test_words_of_ones_own_count_for_little() -> None:
    assert estimate("Zwirbelmann").guesses > estimate("Zwirbelmann", ("Zwirbelmann",)).guesses + 5
    assert estimate("Zwirbelmann", ("", *("x" * 99 for _ in range(99)))).guesses > 0


def test_a_long_one_is_at_least_as_strong_as_its_beginning() -> None:
    long = "".join(chr(33 + number * 37 % 90) for number in range(2000))
    assert estimate(long) == estimate(long[:MAX_LOOKED_AT])
    assert estimate(long).level is Level.STRONG


def test_what_is_strong_by_its_beginning_is_looked_at_no_further(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import zxcvbn

    lengths = []
    guess = zxcvbn.zxcvbn

    def counting(text: str, **more: object) -> object:
        lengths.append(len(text))
        return guess(text, **more)

    monkeypatch.setattr(zxcvbn, "zxcvbn", counting)
    assert estimate("j0h7e 05y$2gmdzn7n065!5$3x(gy(" * 2).level is Level.STRONG
    assert lengths == [ENOUGH]
    assert estimate("password" * 9).level is Level.VERY_WEAK
    assert lengths == [ENOUGH, ENOUGH, MAX_LOOKED_AT]


@pytest.mark.parametrize(
    "slow", ["4@8({[<369!1i|7$50+%2" * 4, "aA4@bB8cC({[<eE3gG69iI1!|lL|71oO0sS$5tT+7xX%zZ2" * 2]
)
def test_a_text_made_to_be_slow_is_not(slow: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """zxcvbn looked into its dictionaries some hundred times, for five seconds."""
    from zxcvbn import matching

    looks = []
    look = matching.dictionary_match

    def counting(*given: object, **more: object) -> object:
        looks.append(1)
        return look(*given, **more)

    monkeypatch.setattr(matching, "dictionary_match", counting)
    # All of it is looked at, however strong its beginning may be.
    monkeypatch.setattr("onionchat.control.strength.ENOUGH", MAX_LOOKED_AT)
    estimate(slow)
    assert len(looks) < 40
    # Not tamed, and finding nothing, to save time.
    monkeypatch.setattr("onionchat.control.strength._tamed", lambda text: text)
    monkeypatch.setattr(matching, "dictionary_match", lambda *_, **__: looks.append(1) or [])
    looks.clear()
    estimate(slow)
    assert len(looks) > 200


@given(st.text(max_size=90))
def test_whatever_is_typed_there_is_an_answer_that_does_not_hold_it(text: str) -> None:
    found = estimate(text)
    assert found.level in ORDER
    if len(text) > 12:
        assert text not in repr(found)


def test_the_dictionary_is_loaded_by_whoever_asks_alone() -> None:
    program = (
        "import onionchat.control.passphrase, onionchat.daemon, sys; print('zxcvbn' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout == b"False\n"
