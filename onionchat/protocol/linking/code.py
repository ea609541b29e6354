"""The code that is carried by hand from the new device to the old one, and the words of both.

What lives here: their computation and how a typed code is read. What may not: who compares when
(`host`).
"""

from __future__ import annotations

from typing import Final

from onionchat.errors import InvalidInput
from onionchat.protocol.crypto.hashing import derive
from onionchat.protocol.crypto.labels import Label
from onionchat.protocol.identity.wordlist import to_words

CODE_DIGITS: Final = 8
DEVICE_WORDS: Final = 6
"""Words shown on both sides; 66 bits, only to be looked at."""

MAX_TYPED: Final = 64
"""Characters of a code as typed; more is not looked at."""


def device_code(handshake_hash: bytes, nonce: bytes, device_key: bytes, link_key: bytes) -> str:
    """The code of one call: 8 digits that hang on its handshake, on the old device's nonce, and on
    the keys that the new device named before it knew that nonce.
    """
    number = derive(handshake_hash, Label.DEVICE_CODE, nonce, device_key, link_key)
    return str(int.from_bytes(number, "big") % 10**CODE_DIGITS).zfill(CODE_DIGITS)


def device_words(
    handshake_hash: bytes, nonce: bytes, device_key: bytes, link_key: bytes
) -> tuple[str, ...]:
    """The words of the same call."""
    bits = derive(handshake_hash, Label.DEVICE_WORDS, nonce, device_key, link_key)
    return to_words(bits, DEVICE_WORDS)


def spaced(code: str) -> str:
    """A code as it is shown: two groups of four digits."""
    return f"{code[:4]} {code[4:]}"


def read_code(typed: str) -> str:
    """A code as a person types it: spaces and hyphens between the digits do not matter.

    Raises:
        InvalidInput: not eight digits.
    """
    code = "".join(typed[: MAX_TYPED + 1].replace("-", " ").split())
    if (
        len(typed) > MAX_TYPED
        or len(code) != CODE_DIGITS
        or not (code.isascii() and code.isdigit())
    ):
        raise InvalidInput("The code has eight digits; the new device shows it.")
    return code
