"""A key encapsulation that can be replayed, in the place of ML-KEM.

OpenSSL draws the randomness of an encapsulation itself, so two runs of one seed would differ in
every byte after a handshake. This stand-in has the same calls and the same sizes and hides nothing.
What lives here: the stand-in. What may not: anything used outside of simulations.
"""

from __future__ import annotations

import hashlib
from itertools import count
from typing import Final

PUBLIC_SIZE: Final = 1184
CIPHERTEXT_SIZE: Final = 1088

_order = count()


def restart() -> None:
    """Begin anew: the next encapsulations are those of the last time."""
    global _order
    _order = count()


class FakePrivateKey:
    """See `MLKEM768PrivateKey`."""

    def __init__(self, public: bytes) -> None:
        self._public = public

    @classmethod
    def from_seed_bytes(cls, data: bytes) -> FakePrivateKey:
        """The key of a seed."""
        return cls(_stretch(data, PUBLIC_SIZE))

    def public_key(self) -> FakePublicKey:
        """Its public half."""
        return FakePublicKey(self._public)

    def decapsulate(self, ciphertext: bytes) -> bytes:
        """The shared secret; another one for a ciphertext that is not for this key."""
        return _secret(self._public, ciphertext)


class FakePublicKey:
    """See `MLKEM768PublicKey`."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    @classmethod
    def from_public_bytes(cls, data: bytes) -> FakePublicKey:
        """Any bytes of the right size. Raises ValueError."""
        if len(data) != PUBLIC_SIZE:
            raise ValueError("an ML-KEM-768 public key has 1184 bytes")
        return cls(data)

    def public_bytes_raw(self) -> bytes:
        """As it is sent."""
        return self._data

    def encapsulate(self) -> tuple[bytes, bytes]:
        """A shared secret and the ciphertext that carries it."""
        ciphertext = _stretch(next(_order).to_bytes(8, "big"), CIPHERTEXT_SIZE)
        return _secret(self._data, ciphertext), ciphertext


def _stretch(data: bytes, size: int) -> bytes:
    return hashlib.shake_128(data).digest(size)


def _secret(public: bytes, ciphertext: bytes) -> bytes:
    return hashlib.blake2b(ciphertext, key=public[:32], digest_size=32).digest()
