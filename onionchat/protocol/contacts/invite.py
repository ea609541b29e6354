"""Invite links: from the text that a person pastes to an `Invite` and back.

What lives here: the format, its errors, the keys that come from a link's token. What may not:
services and exchanges; an `Invite` is a value.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Final

from onionchat.errors import (
    DeviceLinkRefused,
    InvalidLink,
    LinkChecksumWrong,
    LinkExpired,
    LinkVersionUnknown,
)
from onionchat.protocol.crypto.hashing import derive, digest, equal
from onionchat.protocol.crypto.keys import AgreementKey, is_agreement_key, is_verification_key
from onionchat.protocol.crypto.labels import Label
from onionchat.types import KEY_SIZE, LinkKey, Millis, OnionKey

SCHEME: Final = "onionchat:"
DEVICE_SCHEME: Final = "onionchat-device:"

LINK_VERSION: Final = 1
TOKEN_SIZE: Final = 16
CHECKSUM_SIZE: Final = 4
LINK_SIZE: Final = 90
"""Bytes of a link before it becomes text."""

LINK_CHARACTERS: Final = 144
"""Characters of a link after the scheme: 90 bytes fill base32 exactly."""

MAX_LINK_TEXT: Final = 16 * 1024
"""Characters of a pasted text or a `.onionchat` file in which a link is looked for."""

MAX_EXPIRY: Final = 2**32 - 1
_MINUTE: Final = 60_000
_STANDING: Final = 0x01
_HEADER_SIZE: Final = 6

_SCHEMES: Final = re.compile(r"(?<![a-z0-9-])onionchat(-[a-z]+)?:", re.IGNORECASE)
_BODY: Final = re.compile(r"[A-Za-z2-7\s]*")
_ENDS: Final = frozenset(".,;>\"')]}»”’`")
"""What ends a link that stands in a sentence, in brackets or in quotes."""


@dataclass(frozen=True, slots=True)
class Invite:
    """What an invite link says."""

    onion_key: OnionKey = field(repr=False)
    """Public key of the invite's own onion service."""

    agreement_key: LinkKey = field(repr=False)
    """X25519 public key that the callee proves in the handshake."""

    token: bytes = field(repr=False)
    """16 secret bytes: who has them may reach the service and ask."""

    expires: Millis = Millis(0)
    """Point in time, whole minutes; 0 if never."""

    standing: bool = False
    """Whether it may be used by many; otherwise the first one to use it is the only one."""

    def to_bytes(self) -> bytes:
        """The link as 90 bytes, checksum included.

        Raises:
            ValueError: a key or the token has a wrong size, or the time does not fit.
        """
        minutes = -(-self.expires // _MINUTE)
        if (
            not len(self.onion_key) == len(self.agreement_key) == KEY_SIZE
            or len(self.token) != TOKEN_SIZE
            or not 0 <= minutes <= MAX_EXPIRY
        ):
            raise ValueError("an invite with a key, token or time that no link can carry")
        flags = _STANDING if self.standing else 0
        content = bytes([LINK_VERSION, flags]) + minutes.to_bytes(4, "big")
        content += self.onion_key + self.agreement_key + self.token
        return content + _checksum(content)

    def to_link(self) -> str:
        """The link as text: 154 characters that a QR code can hold in its alphanumeric mode.

        An expiry within a minute is rounded up. See `to_bytes` for errors.
        """
        return SCHEME + base64.b32encode(self.to_bytes()).decode()

    def check_expiry(self, now: Millis) -> None:
        """Raises: LinkExpired if the wall clock `now` is at or beyond its end."""
        if self.expires and now >= self.expires:
            raise LinkExpired


def _checksum(content: bytes) -> bytes:
    return digest(Label.LINK_CHECKSUM, content)[:CHECKSUM_SIZE]


def from_bytes(data: bytes) -> Invite:
    """Read the bytes that `Invite.to_bytes` makes.

    Raises:
        LinkChecksumWrong: the checksum (the last 4 bytes, in every version) does not match.
        LinkVersionUnknown: another version, or flags that this version does not know.
        InvalidLink: keys that cannot be any.
    """
    content, checksum = data[:-CHECKSUM_SIZE], data[-CHECKSUM_SIZE:]
    if len(content) < _HEADER_SIZE or not equal(_checksum(content), checksum):
        raise LinkChecksumWrong
    if content[0] != LINK_VERSION or content[1] & ~_STANDING:
        raise LinkVersionUnknown
    if len(data) != LINK_SIZE:
        raise InvalidLink
    keys = content[_HEADER_SIZE:]
    onion, agreement, token = keys[:KEY_SIZE], keys[KEY_SIZE : 2 * KEY_SIZE], keys[2 * KEY_SIZE :]
    if not is_verification_key(onion) or not is_agreement_key(agreement):
        raise InvalidLink
    minutes = int.from_bytes(content[2:_HEADER_SIZE], "big")
    return Invite(
        OnionKey(onion),
        LinkKey(agreement),
        token,
        Millis(minutes * _MINUTE),
        bool(content[1] & _STANDING),
    )


def parse_link(text: str) -> Invite:
    """Read the link in a pasted text, a scanned code, or the content of a `.onionchat` file.

    Either case, spaces, line breaks inside, quotes or brackets around it, and other text before it
    are accepted; after it, a line of other text only behind an empty line or a closing sign.
    Whether it has expired is not asked (`Invite.check_expiry`).

    Raises:
        InvalidLink: no link in it, several, or one with keys that cannot be any.
        LinkChecksumWrong: a character was lost, added or changed.
        LinkVersionUnknown: made by a newer version.
        DeviceLinkRefused: a link that would join a device to an account.
    """
    if len(text) > MAX_LINK_TEXT:
        raise InvalidLink
    found = list(_SCHEMES.finditer(text))
    if any(match.group().lower() == DEVICE_SCHEME for match in found):
        raise DeviceLinkRefused
    if not found or any(match[1] for match in found):
        raise InvalidLink
    ends = [match.start() for match in found[1:]] + [len(text)]
    links = {
        _decode(_written(text[match.end() : end])) for match, end in zip(found, ends, strict=True)
    }
    if len(links) > 1:
        raise InvalidLink("There are several invite links in this text; give one of them.")
    return links.pop()


def _written(rest: str) -> str:
    """The characters of a link, without the spaces in it, from what follows the scheme."""
    body = re.split(r"\n[^\S\n]*\n", rest.replace("\r\n", "\n").lstrip(), maxsplit=1)[0]
    for place, character in enumerate(body):
        if character in _ENDS:
            body = body[:place]
            break
    if _BODY.fullmatch(body) is None:
        raise LinkChecksumWrong
    return "".join(body.split()).upper()


def _decode(characters: str) -> Invite:
    padding = "=" * (-len(characters) % 8)
    try:
        data = base64.b32decode(characters + padding)
    except binascii.Error:
        raise LinkChecksumWrong from None
    # Spare bits at the end are not covered by the checksum.
    if base64.b32encode(data).decode().rstrip("=") != characters:
        raise LinkChecksumWrong
    return from_bytes(data)


def invite_access_key(token: bytes) -> AgreementKey:
    """The X25519 key pair that tor's client authorisation of the invite's service asks for.

    Raises:
        ValueError: the token has another size.
    """
    _check_token(token)
    return AgreementKey(derive(token, Label.INVITE_CLIENT_AUTH))


def invite_psk(token: bytes) -> bytes:
    """The 32-byte pre-shared key of the invite's handshake.

    Raises:
        ValueError: the token has another size.
    """
    _check_token(token)
    return derive(token, Label.INVITE_PSK)


def _check_token(token: bytes) -> None:
    if len(token) != TOKEN_SIZE:
        raise ValueError("an invite's token has 16 bytes")
