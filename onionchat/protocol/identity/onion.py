"""Onion addresses and the public keys in them (rend-spec-v3, section 6).

What lives here: the two directions of one conversion. What may not: anything that dials.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Final

from onionchat.errors import InvalidInput
from onionchat.protocol.crypto.keys import is_verification_key
from onionchat.types import KEY_SIZE, OnionKey

SUFFIX: Final = ".onion"
ADDRESS_LENGTH: Final = 56
"""Characters of an address without its suffix."""

_VERSION: Final = b"\x03"
_CHECKSUM_SIZE: Final = 2


def _checksum(key: bytes) -> bytes:
    return hashlib.sha3_256(b".onion checksum" + key + _VERSION).digest()[:_CHECKSUM_SIZE]


def onion_address(key: OnionKey) -> str:
    """The address, 56 lower-case characters and ".onion", of a service with this public key.

    Raises:
        ValueError: the key has not 32 bytes.
    """
    if len(key) != KEY_SIZE:
        raise ValueError("an onion key has 32 bytes")
    return base64.b32encode(key + _checksum(key) + _VERSION).decode().lower() + SUFFIX


def onion_key(address: str) -> OnionKey:
    """The public key in an address, given with or without ".onion", in either case.

    Raises:
        InvalidInput: wrong length, character, checksum or version, or a key that tor refuses.
    """
    name = address.lower().removesuffix(SUFFIX)
    try:
        raw = base64.b32decode(name.upper())
    except (binascii.Error, ValueError):
        raise InvalidInput("This is not an onion address.") from None
    if len(name) != ADDRESS_LENGTH:
        raise InvalidInput("An onion address has 56 characters before its ending.")
    key = raw[:KEY_SIZE]
    if raw[KEY_SIZE:] != _checksum(key) + _VERSION or not is_verification_key(key):
        raise InvalidInput("The onion address has a wrong character.")
    return OnionKey(key)
