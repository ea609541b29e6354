"""The recovery phrase: 24 words on paper that can evict any device (docs/spec/03-identity.md).

What lives here: phrase to seed and back, the key pair that the seed gives, and the boxes in which
personas keep their recovery secrets. What may not: showing or storing a phrase.
"""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Final

from onionchat.errors import DecryptionFailed, InvalidInput
from onionchat.protocol.crypto.hashing import derive
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.crypto.labels import Label
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.crypto.sealed import SEAL_OVERHEAD, open_sealed, seal
from onionchat.protocol.identity.wordlist import BITS_PER_WORD, to_words, word_number
from onionchat.types import KEY_SIZE

SEED_SIZE: Final = 32
PHRASE_WORDS: Final = 24
BOX_SIZE: Final = KEY_SIZE + SEAL_OVERHEAD
"""Bytes of a sealed recovery secret."""

MAX_PHRASE: Final = 1024
"""Characters of a phrase as typed; more is not looked at."""


def _checksum(seed: bytes) -> bytes:
    return hashlib.sha256(seed).digest()[:1]


def phrase_from_seed(seed: bytes) -> str:
    """The 24 words of a seed of 32 bytes, separated by spaces (BIP 39: 256 bits and 8 of checksum).

    Raises:
        ValueError: the seed has another size.
    """
    if len(seed) != SEED_SIZE:
        raise ValueError("a recovery seed has 32 bytes")
    return " ".join(to_words(seed + _checksum(seed), PHRASE_WORDS))


def seed_from_phrase(phrase: str) -> bytes:
    """The seed in a phrase as a person types it: any case, spaces and line breaks.

    Raises:
        InvalidInput: not 24 words, a word outside the list (its place is named, never the word),
            or a wrong checksum.
    """
    words = unicodedata.normalize("NFKD", phrase[: MAX_PHRASE + 1]).lower().split()
    if len(phrase) > MAX_PHRASE or len(words) != PHRASE_WORDS:
        raise InvalidInput("A recovery phrase has 24 words, separated by spaces.")
    bits = 0
    for place, word in enumerate(words, 1):
        number = word_number(word)
        if number is None:
            raise InvalidInput(f"Word {place} of the recovery phrase is not in the word list.")
        bits = bits << BITS_PER_WORD | number
    raw = bits.to_bytes(SEED_SIZE + 1, "big")
    if raw[SEED_SIZE:] != _checksum(raw[:SEED_SIZE]):
        raise InvalidInput(
            "The recovery phrase does not fit together: a word is wrong or in the wrong place."
        )
    return raw[:SEED_SIZE]


def recovery_key(seed: bytes) -> AgreementKey:
    """The X25519 key pair of a phrase; devices keep only its public half.

    Raises:
        ValueError: the seed has not 32 bytes.
    """
    if len(seed) != SEED_SIZE:
        raise ValueError("a recovery seed has 32 bytes")
    return AgreementKey(derive(seed, Label.RECOVERY_SEED))


def seal_recovery(secret: SigningKey, recovery_public: bytes, rng: Rng) -> bytes:
    """Lock a persona's recovery secret away: `BOX_SIZE` bytes that only the phrase opens."""
    return seal(recovery_public, secret.seed, rng)


def open_recovery(phrase_key: AgreementKey, box: bytes) -> SigningKey:
    """Get a persona's recovery secret back.

    Raises:
        InvalidInput: the box was sealed to another phrase, or is damaged.
    """
    try:
        seed = open_sealed(phrase_key, box)
    except DecryptionFailed:
        seed = b""
    if len(seed) != KEY_SIZE:
        raise InvalidInput("This recovery phrase does not belong to this account.")
    return SigningKey(seed)
