"""The list of 2048 English words (BIP 39) by which people compare and write down bits.

What lives here: numbers to words and back. The list itself comes with the package `mnemonic`.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from mnemonic import Mnemonic

BITS_PER_WORD: Final = 11


@cache
def word_list() -> tuple[str, ...]:
    """The words; the place of each is the number it stands for."""
    return tuple(Mnemonic("english").wordlist)


@cache
def _numbers() -> dict[str, int]:
    return {word: number for number, word in enumerate(word_list())}


def word_number(word: str) -> int | None:
    """The number (0 to 2047) of a word in lower case, or None if it is not in the list."""
    return _numbers().get(word)


def to_words(bits: bytes, count: int) -> tuple[str, ...]:
    """The first `count` times 11 bits as words.

    Raises:
        ValueError: there are fewer bits than that.
    """
    spare = len(bits) * 8 - count * BITS_PER_WORD
    if spare < 0:
        raise ValueError("too few bits for so many words")
    number = int.from_bytes(bits, "big") >> spare
    mask = 2**BITS_PER_WORD - 1
    shifts = range((count - 1) * BITS_PER_WORD, -1, -BITS_PER_WORD)
    return tuple(word_list()[number >> shift & mask] for shift in shifts)
