"""BLAKE2b-256 with a label: the project's only hash and key derivation (RFC 7693).

The Noise engine has its own use of BLAKE2 inside `session/`; everything else comes here.
"""

from __future__ import annotations

import hashlib
import hmac

from onionchat.protocol.crypto.labels import Label

DIGEST_SIZE = 32


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
    """Derive a key of `size` bytes (1 to 64) from a `secret` of 16 to 64 bytes."""
    state = hashlib.blake2b(digest_size=size, key=secret, person=label.value)
    for part in context:
        state.update(len(part).to_bytes(8, "big"))
        state.update(part)
    return state.digest()


def equal(left: bytes, right: bytes) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(left, right)
