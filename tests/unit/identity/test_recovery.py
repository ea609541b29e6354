"""The recovery phrase: standard words, clear errors, boxes that only the phrase opens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mnemonic import Mnemonic

from onionchat.errors import InvalidInput
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.crypto.sealed import seal
from onionchat.protocol.identity.recovery import (
    BOX_SIZE,
    open_recovery,
    phrase_from_seed,
    recovery_key,
    seal_recovery,
    seed_from_phrase,
)
from onionchat.protocol.identity.wordlist import to_words, word_list, word_number
from onionchat.testing.rng import SeededRng

seeds = st.binary(min_size=32, max_size=32)


def test_the_vectors_of_bip_39():
    assert phrase_from_seed(bytes(32)) == "abandon " * 23 + "art"
    assert phrase_from_seed(b"\xff" * 32) == "zoo " * 23 + "vote"


@given(seeds)
def test_phrases_are_bip_39(seed):
    phrase = phrase_from_seed(seed)
    assert phrase == Mnemonic("english").to_mnemonic(seed)
    assert seed_from_phrase(phrase) == seed


def test_how_people_type():
    phrase = phrase_from_seed(b"x" * 32)
    words = phrase.split()
    typed = "\n  " + "\t".join(words[:12]).upper() + " \r\n" + "  ".join(words[12:]) + " "
    assert seed_from_phrase(typed) == b"x" * 32


@given(seeds, st.integers(0, 23))
def test_a_word_that_is_none_is_named_by_its_place(seed, place):
    words = phrase_from_seed(seed).split()
    words[place] = "onionchat"
    with pytest.raises(InvalidInput, match=f"^Word {place + 1} of") as caught:
        seed_from_phrase(" ".join(words))
    assert "onionchat" not in str(caught.value)


def test_a_swapped_word_breaks_the_checksum():
    with pytest.raises(InvalidInput, match="does not fit together"):
        seed_from_phrase("abandon " * 24)


@pytest.mark.parametrize("phrase", ["", "abandon " * 23, "abandon " * 25, "abandon " * 24 * 50])
def test_another_number_of_words(phrase):
    with pytest.raises(InvalidInput, match="24 words"):
        seed_from_phrase(phrase)


def test_a_seed_has_32_bytes():
    for use in (phrase_from_seed, recovery_key):
        with pytest.raises(ValueError, match="32 bytes"):
            use(bytes(31))


def test_the_word_list():
    assert len(set(word_list())) == 2048
    assert word_number(word_list()[7]) == 7
    assert word_number("Abandon") is None
    assert to_words(b"\0\x20\0\xff", 2) == ("ability", "abandon")
    assert to_words(b"", 0) == ()
    with pytest.raises(ValueError, match="too few"):
        to_words(bytes(2), 2)


@given(seeds)
def test_a_sealed_secret_comes_back_with_the_phrase(seed):
    rng = SeededRng(seed)
    secret = SigningKey.generate(rng)
    key = recovery_key(seed)
    box = seal_recovery(secret, key.public, rng)
    assert len(box) == BOX_SIZE
    assert open_recovery(key, box).public == secret.public
    assert key.seed != seed


def test_the_wrong_phrase_and_a_foreign_box_say_so():
    key, rng = recovery_key(bytes(32)), SeededRng(0)
    box = seal_recovery(SigningKey(bytes(32)), key.public, rng)
    for opener, content in (
        (AgreementKey(b"x" * 32), box),
        (key, box[:-1]),
        (key, seal(key.public, b"short", rng)),
    ):
        with pytest.raises(InvalidInput, match="does not belong"):
            open_recovery(opener, content)
