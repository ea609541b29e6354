"""Noise protocol names and handshake patterns, as data (docs/spec/04-session.md).

What lives here: which tokens are sent when, and which primitives a name stands for. What may not:
keys or messages; `noise` runs the patterns.

Sources: The Noise Protocol Framework, revision 34, sections 7 to 9; KEM-based Hybrid Forward
Secrecy for Noise, revision 1, sections 4 and 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305


class Token(Enum):
    """One step of a handshake message."""

    E = "e"
    S = "s"
    EE = "ee"
    ES = "es"
    SE = "se"
    SS = "ss"
    PSK = "psk"
    E1 = "e1"
    EKEM1 = "ekem1"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A handshake pattern: who knows whose static key before, and the messages' tokens."""

    initiator_known: bool
    responder_known: bool
    messages: tuple[tuple[Token, ...], ...]


def _pattern(initiator_known: bool, responder_known: bool, *messages: str) -> Pattern:
    return Pattern(
        initiator_known,
        responder_known,
        tuple(tuple(Token(word) for word in message.split()) for message in messages),
    )


# XK and NN are used; the others let the engine be checked against published vectors, which cover
# tokens and orders (ss, s in a first message) that the two alone do not have.
_PATTERNS: Final = {
    "NN": _pattern(False, False, "e", "e ee"),
    "XK": _pattern(False, True, "e es", "e ee", "s se"),
    "KK": _pattern(True, True, "e es ss", "e ee se"),
    "IK": _pattern(False, True, "e es s ss", "e ee se"),
    "XX": _pattern(False, False, "e", "e ee s es", "s se"),
}

_CIPHERS: Final[dict[str, type[ChaCha20Poly1305] | type[AESGCM]]] = {
    "ChaChaPoly": ChaCha20Poly1305,
    "AESGCM": AESGCM,
}

# Noise's name of a hash, and hashlib's.
_HASHES: Final = {
    "SHA256": "sha256",
    "SHA512": "sha512",
    "BLAKE2s": "blake2s",
    "BLAKE2b": "blake2b",
}


@dataclass(frozen=True, slots=True)
class NoiseProtocol:
    """Everything that a protocol name stands for."""

    name: bytes
    pattern: Pattern
    aead: type[ChaCha20Poly1305] | type[AESGCM]
    hash: str
    psks: int
    """How many pre-shared keys the pattern takes."""


def _with_hfs(pattern: Pattern) -> Pattern:
    """Add the KEM's tokens: `e1` after the first `e` and its DH, `ekem1` after the first `ee`."""
    messages = [list(message) for message in pattern.messages]
    # A DH in the first message comes first, so that the KEM's public key is encrypted.
    place = 2 if Token.ES in messages[0] else 1
    messages[0].insert(place, Token.E1)
    messages[1].insert(messages[1].index(Token.EE) + 1, Token.EKEM1)
    return Pattern(
        pattern.initiator_known,
        pattern.responder_known,
        tuple(tuple(message) for message in messages),
    )


def _with_psk(pattern: Pattern, place: int) -> Pattern:
    """Add a pre-shared key: 0 before the first message, n at the end of message n."""
    messages = list(pattern.messages)
    if place == 0:
        messages[0] = (Token.PSK, *messages[0])
    else:
        messages[place - 1] = (*messages[place - 1], Token.PSK)
    return Pattern(pattern.initiator_known, pattern.responder_known, tuple(messages))


@cache
def noise_protocol(name: str) -> NoiseProtocol:
    """The protocol of a full name such as `Noise_XKhfs+psk0_25519+MLKEM768_ChaChaPoly_BLAKE2b`.

    Raises:
        ValueError: this program has no such protocol. Names never come from a peer.
    """
    try:
        prefix, handshake, agreement, cipher, hash_name = name.split("_")
        base, modifiers = handshake[:2], handshake[2:].split("+") if handshake[2:] else []
        pattern = _PATTERNS[base]
        aead, hash_function = _CIPHERS[cipher], _HASHES[hash_name]
    except (KeyError, ValueError):
        raise ValueError("no such Noise protocol") from None
    hybrid = "hfs" in modifiers
    if prefix != "Noise" or agreement != ("25519+MLKEM768" if hybrid else "25519"):
        raise ValueError("no such Noise protocol")
    if hybrid:
        pattern = _with_hfs(pattern)
    places = [modifier for modifier in modifiers if modifier != "hfs"]
    for place in places:
        if place not in {f"psk{n}" for n in range(len(pattern.messages) + 1)}:
            raise ValueError("no such Noise protocol")
        pattern = _with_psk(pattern, int(place[3:]))
    return NoiseProtocol(name.encode(), pattern, aead, hash_function, len(places))
