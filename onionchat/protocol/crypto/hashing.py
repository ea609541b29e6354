"""BLAKE2b-256 with a label: the project's only hash and key derivation (RFC 7693).

The Noise engine has its own use of BLAKE2 inside `session/`; everything else comes here.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from onionchat.protocol.crypto.labels import Label

DIGEST_SIZE: Final = 32
"""Bytes of a digest unless asked otherwise."""

MIN_SECRET: Final = 16
MAX_SECRET: Final = 64


def digest(label: Label, *parts: bytes, size: int = DIGEST_SIZE) -> bytes:
    """Hash `parts`, each preceded by its length (8 bytes, big endian), under `label`.

    The lengths keep ("ab", "c") apart from ("a", "bc"). Returns `size` bytes (1 to 64).
    """
    state = hashlib.blake2b(digest_size=size, person=label.value)
    for part in parts:
        state.update(len(part).to_bytes(8, "big"))
        state.update(part)
    return state.digest()


def derive(secret: bytes, label: Label, *context: bytes, size: int = DIGEST_SIZE) -> bytes:
    """Derive a key of `size` bytes (1 to 64) from a `secret` of 16 to 64 bytes.

    Raises:
        ValueError: the secret is shorter or longer. (BLAKE2b itself takes an empty key to mean
            none, and would return a value that everybody can compute.)
    """
    if not MIN_SECRET <= len(secret) <= MAX_SECRET:
        raise ValueError("a secret to derive from has 16 to 64 bytes")
    state = hashlib.blake2b(digest_size=size, key=secret, person=label.value)
    for part in context:
        state.update(len(part).to_bytes(8, "big"))
        state.update(part)
    return state.digest()


def equal(left: bytes, right: bytes) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(left, right)
