"""Safety words: eight words that two people read to each other to know that nobody is between them.

What lives here: their computation. What may not: remembering who compared them (`Trust`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from nacl.pwhash import argon2id

from onionchat.protocol.crypto.hashing import digest
from onionchat.protocol.crypto.labels import Label
from onionchat.protocol.identity.wordlist import to_words
from onionchat.types import AccountId, DeviceKey

SAFETY_WORDS: Final = 8
"""Words shown; 88 bits."""

# Somebody in the middle chooses keys on both sides, and so needs only the square root of 2**88
# attempts: each has to be slow. About 0.1 s and 64 MiB on a laptop.
_OPERATIONS: Final = 3
_MEMORY: Final = 64 * 1024 * 1024
_SALT: Final = Label.SAFETY_WORDS.value.ljust(argon2id.SALTBYTES, b"\0")


def safety_words(
    one: AccountId,
    one_devices: Iterable[DeviceKey],
    other: AccountId,
    other_devices: Iterable[DeviceKey],
) -> tuple[str, ...]:
    """The words for two personas and their active devices; the same whoever computes them.

    Takes about 0.1 s and 64 MiB on purpose: call it off the reactor's thread, and keep the result.
    """
    sides = [(one, sorted(set(one_devices))), (other, sorted(set(other_devices)))]
    parts: list[bytes] = []
    for account, devices in sorted(sides):
        parts += [account, len(devices).to_bytes(1, "big"), *devices]
    joined = digest(Label.SAFETY_WORDS, *parts)
    bits = argon2id.kdf(argon2id.BYTES_MIN, joined, _SALT, opslimit=_OPERATIONS, memlimit=_MEMORY)
    return to_words(bits, SAFETY_WORDS)
