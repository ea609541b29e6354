"""Key pairs with a type and a redacted repr: Ed25519 for signatures, X25519 for agreement.

Secrets are held as seeds of 32 bytes, made from an injected `Rng`; nothing here stores them.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from nacl.bindings import (
    crypto_core_ed25519_is_valid_point,
    crypto_sign_BYTES,
    crypto_sign_open,
    crypto_sign_seed_keypair,
)
from nacl.bindings import crypto_sign as _sign
from nacl.exceptions import CryptoError

from onionchat.errors import BadSignature
from onionchat.protocol.crypto.labels import Label
from onionchat.protocol.crypto.rng import Rng
from onionchat.types import KEY_SIZE, SIGNATURE_SIZE


class _Secret:
    """Base of secret keys: 32 bytes that no repr, log or pickle shows."""

    __slots__ = ("__dict__", "_seed")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != KEY_SIZE:
            raise ValueError("a secret key has 32 bytes")
        self._seed = seed

    @property
    def seed(self) -> bytes:
        """The 32 secret bytes, for the encrypted store only."""
        return self._seed

    def __repr__(self) -> str:
        return f"<{type(self).__name__} (secret)>"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("secret keys are not pickled")


class SigningKey(_Secret):
    """An Ed25519 key pair (RFC 8032)."""

    __slots__ = ()

    @classmethod
    def generate(cls, rng: Rng) -> SigningKey:
        """Make a new key from `rng`."""
        return cls(rng.random_bytes(KEY_SIZE))

    @cached_property
    def _pair(self) -> tuple[bytes, bytes]:
        return crypto_sign_seed_keypair(self._seed)

    @property
    def public(self) -> bytes:
        """The verification key, 32 bytes."""
        return self._pair[0]

    def sign(self, label: Label, message: bytes) -> bytes:
        """Sign `message` under `label`; returns 64 bytes."""
        return _sign(_labelled(label, message), self._pair[1])[:crypto_sign_BYTES]


def _labelled(label: Label, message: bytes) -> bytes:
    return len(label.value).to_bytes(1, "big") + label.value + message


def verify(public: bytes, label: Label, message: bytes, signature: bytes) -> None:
    """Check an Ed25519 signature made by `SigningKey.sign` under the same label.

    Raises:
        BadSignature: it does not verify, or key or signature have a wrong length.
    """
    if len(public) != KEY_SIZE or len(signature) != SIGNATURE_SIZE:
        raise BadSignature
    try:
        crypto_sign_open(signature + _labelled(label, message), public)
    except CryptoError as error:
        raise BadSignature from error


def is_verification_key(public: bytes) -> bool:
    """Whether `public` is a point of the curve's main subgroup: what tor demands of an onion key.

    Source: rend-spec-v3, section 1.9 ("torsion component"); libsodium, crypto_core_ed25519.
    """
    return len(public) == KEY_SIZE and crypto_core_ed25519_is_valid_point(public)


class AgreementKey(_Secret):
    """An X25519 key pair (RFC 7748)."""

    __slots__ = ()

    @classmethod
    def generate(cls, rng: Rng) -> AgreementKey:
        """Make a new key from `rng`."""
        return cls(rng.random_bytes(KEY_SIZE))

    @cached_property
    def _private(self) -> X25519PrivateKey:
        return X25519PrivateKey.from_private_bytes(self._seed)

    @cached_property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return self._private.public_key().public_bytes_raw()

    def exchange(self, public: bytes) -> bytes:
        """The shared secret with `public`, 32 bytes.

        Raises:
            ValueError: `public` has not 32 bytes, or is a low-order point (the result would be
                all zeroes).
        """
        return self._private.exchange(X25519PublicKey.from_public_bytes(public))


_PROBE: Final = AgreementKey(b"\x01" * KEY_SIZE)


def is_agreement_key(public: bytes) -> bool:
    """Whether X25519 with `public` gives a shared secret: 32 bytes, no point of low order."""
    try:
        _PROBE.exchange(public)
    except ValueError:
        return False
    return True


def expanded_onion_secret(key: SigningKey) -> bytes:
    """The 64-byte expanded secret of an onion service key, as tor's ED25519-V3 blob holds it.

    Source: RFC 8032, section 5.1.5; control-spec, ADD_ONION.
    """
    expanded = bytearray(hashlib.sha512(key.seed).digest())
    expanded[0] &= 248
    expanded[31] &= 63
    expanded[31] |= 64
    return bytes(expanded)
