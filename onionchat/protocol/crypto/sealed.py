"""Sealed boxes: encryption to an X25519 public key by somebody who forgets at once how it was done.

The format is libsodium's `crypto_box_seal`, byte for byte. Only its first step, the ephemeral key
pair, is made here from the injected `Rng`: libsodium would ask the system, and a simulation could
not replay a run. Source: libsodium documentation, "Sealed boxes", algorithm details.
"""

from __future__ import annotations

import hashlib
from typing import Final

from nacl.bindings import crypto_box_easy, crypto_box_NONCEBYTES, crypto_box_seal_open
from nacl.exceptions import CryptoError

from onionchat.errors import DecryptionFailed
from onionchat.protocol.crypto.keys import AgreementKey
from onionchat.protocol.crypto.rng import Rng
from onionchat.types import KEY_SIZE

SEAL_OVERHEAD: Final = KEY_SIZE + 16
"""Bytes that a sealed box is longer than its content: ephemeral key and authenticator."""


def seal(public: bytes, content: bytes, rng: Rng) -> bytes:
    """Encrypt `content` so that only the holder of the secret to `public` (X25519) can open it.

    Raises:
        ValueError: `public` has not 32 bytes.
    """
    if len(public) != KEY_SIZE:
        raise ValueError("a public key has 32 bytes")
    ephemeral = AgreementKey.generate(rng)
    nonce = hashlib.blake2b(ephemeral.public + public, digest_size=crypto_box_NONCEBYTES).digest()
    return ephemeral.public + crypto_box_easy(content, nonce, public, ephemeral.seed)


def open_sealed(key: AgreementKey, box: bytes) -> bytes:
    """Decrypt what `seal` made for `key.public`.

    Raises:
        DecryptionFailed: it was made for another key, altered or cut short.
    """
    if len(box) < SEAL_OVERHEAD:
        raise DecryptionFailed
    try:
        return crypto_box_seal_open(box, key.public, key.seed)
    except CryptoError as error:
        raise DecryptionFailed from error
