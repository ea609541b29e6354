"""Safety words: the same at both ends, different for any other account."""

from onionchat.protocol.identity.words import read_out, safety_words

ALICE, BOB = b"a" * 32, b"b" * 32


def test_words():
    words = safety_words(ALICE, BOB)
    assert len(words) == 12

    # Whoever computes them.
    assert safety_words(BOB, ALICE) == words

    # Another account on either side.
    for other in (safety_words(ALICE, b"c" * 32), safety_words(b"c" * 32, BOB)):
        assert not set(enumerate(other)) >= set(enumerate(words))
        assert other != words


def test_words_are_read_out_of_whatever_stands_between_them():
    assert read_out("1. Abandon, ability\n3) ABLE.") == ("abandon", "ability", "able")
    assert read_out(" – 7 ") == ()
