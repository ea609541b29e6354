"""Safety words: the same at both ends, different for any other keys."""

from onionchat.protocol.identity.words import safety_words

ALICE, BOB = b"a" * 32, b"b" * 32
ONE, TWO, THREE = (bytes([n]) * 32 for n in (1, 2, 3))


def test_words():
    words = safety_words(ALICE, [ONE, TWO], BOB, [THREE])
    assert len(words) == 8

    # Whoever computes them, in whatever order the devices are known.
    assert safety_words(BOB, [THREE], ALICE, [TWO, ONE, ONE]) == words

    # A device more, less, or on the other side.
    assert safety_words(ALICE, [ONE], BOB, [THREE]) != words
    assert safety_words(ALICE, [ONE], BOB, [TWO, THREE]) != words
    assert safety_words(ALICE, [ONE, TWO], TWO, [THREE]) != words
