"""Safety words: twelve words that two people compare to know that nobody is between them.

What lives here: their computation. What may not: remembering who compared them (`Trust`).
"""

from __future__ import annotations

import re
from typing import Final

from nacl.pwhash import argon2id

from onionchat.protocol.crypto.hashing import digest
from onionchat.protocol.crypto.labels import Label
from onionchat.protocol.identity.wordlist import to_words
from onionchat.types import AccountId

SAFETY_WORDS: Final = 12
"""Words shown; 132 bits."""

# Somebody in the middle chooses keys on both sides, and so needs only the square root of 2**132
# attempts: each has to be slow. About 0.1 s and 64 MiB on a laptop.
_OPERATIONS: Final = 3
_MEMORY: Final = 64 * 1024 * 1024
_SALT: Final = Label.SAFETY_WORDS.value.ljust(argon2id.SALTBYTES, b"\0")
_BYTES: Final = 17
"""132 bits and four that are not used."""


def safety_words(one: AccountId, other: AccountId) -> tuple[str, ...]:
    """The words for two personas; the same whoever computes them, for as long as both exist.

    An account id commits to the first device's keys and the recovery key, and the roster to
    every further device (docs/spec/03-identity.md).

    Takes about 0.1 s and 64 MiB on purpose: call it off the reactor's thread, and keep the result.
    """
    joined = digest(Label.SAFETY_WORDS, *sorted((one, other)))
    bits = argon2id.kdf(_BYTES, joined, _SALT, opslimit=_OPERATIONS, memlimit=_MEMORY)
    return to_words(bits, SAFETY_WORDS)


def read_out(text: str) -> tuple[str, ...]:
    """The words in what somebody typed: commas, full stops, numbers before them, lines and capitals
    make no other words of them.
    """
    return tuple(_WORD.findall(text.lower()))


_WORD: Final = re.compile(r"[^\W\d_]+")
