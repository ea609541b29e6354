"""Links as text: what an invite and a device's link have in common.

What lives here: the fields, the checksum, base32, and finding a link in what a person pastes. What
may not: what a link is for (`invite`, `linking.device_link`).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from onionchat.errors import InvalidLink, LinkChecksumWrong, LinkVersionUnknown
from onionchat.protocol.crypto.hashing import digest, equal
from onionchat.protocol.crypto.keys import is_agreement_key, is_verification_key
from onionchat.protocol.crypto.labels import Label
from onionchat.types import KEY_SIZE, LinkKey, Millis, OnionKey

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
T = TypeVar("T")

_MINUTE: Final = 60_000
_HEADER_SIZE: Final = 6

_SCHEMES: Final = re.compile(r"(?<![a-z0-9-])onionchat(-[a-z]+)?:", re.IGNORECASE)
_BODY: Final = re.compile(r"[A-Za-z2-7\s]*")
_ENDS: Final = frozenset(".,;>\"')]}»”’`")
"""What ends a link that stands in a sentence, in brackets or in quotes."""


@dataclass(frozen=True, slots=True)
class LinkFields:
    """What is in a link, whatever it is for."""

    onion_key: OnionKey = field(repr=False)
    agreement_key: LinkKey = field(repr=False)
    token: bytes = field(repr=False)
    expires: Millis
    flags: int

    def to_bytes(self, label: Label) -> bytes:
        """The fields as 90 bytes with the checksum of this kind of link.

        An expiry within a minute is rounded up.

        Raises:
            ValueError: a key or the token has a wrong size, or the time does not fit.
        """
        minutes = -(-self.expires // _MINUTE)
        if (
            not len(self.onion_key) == len(self.agreement_key) == KEY_SIZE
            or len(self.token) != TOKEN_SIZE
            or not 0 <= minutes <= MAX_EXPIRY
        ):
            raise ValueError("a key, token or time that no link can carry")
        content = bytes([LINK_VERSION, self.flags]) + minutes.to_bytes(4, "big")
        content += self.onion_key + self.agreement_key + self.token
        return content + _checksum(label, content)


def _checksum(label: Label, content: bytes) -> bytes:
    return digest(label, content)[:CHECKSUM_SIZE]


def read_fields(data: bytes, label: Label, known_flags: int) -> LinkFields:
    """Read the bytes that `LinkFields.to_bytes` makes.

    Raises:
        LinkChecksumWrong: the checksum (the last 4 bytes, in every version) does not match.
        LinkVersionUnknown: another version, or flags besides `known_flags`.
        InvalidLink: keys that cannot be any.
    """
    content, checksum = data[:-CHECKSUM_SIZE], data[-CHECKSUM_SIZE:]
    if len(content) < _HEADER_SIZE or not equal(_checksum(label, content), checksum):
        raise LinkChecksumWrong
    if content[0] != LINK_VERSION or content[1] & ~known_flags:
        raise LinkVersionUnknown
    if len(data) != LINK_SIZE:
        raise InvalidLink
    keys = content[_HEADER_SIZE:]
    onion, agreement, token = keys[:KEY_SIZE], keys[KEY_SIZE : 2 * KEY_SIZE], keys[2 * KEY_SIZE :]
    if not is_verification_key(onion) or not is_agreement_key(agreement):
        raise InvalidLink
    minutes = int.from_bytes(content[2:_HEADER_SIZE], "big")
    return LinkFields(
        OnionKey(onion), LinkKey(agreement), token, Millis(minutes * _MINUTE), content[1]
    )


def written(scheme: str, data: bytes) -> str:
    """A link as text, which a QR code can hold in its alphanumeric mode but for the scheme."""
    return scheme + base64.b32encode(data).decode()


def contains_scheme(text: str, scheme: str) -> bool:
    """Whether a link of that scheme begins somewhere in the text."""
    return len(text) <= MAX_LINK_TEXT and any(
        match.group().lower() == scheme for match in _SCHEMES.finditer(text)
    )


def find_link(text: str, scheme: str, read: Callable[[bytes], T]) -> T:
    """The one link in a pasted text, a scanned code, or a file's content, as `read` reads it.

    Either case, spaces, line breaks inside, quotes or brackets around it, and other text before it
    are accepted; after it, a line of other text only behind an empty line or a closing sign.

    Raises:
        InvalidLink: no link in it, several, or one of another scheme.
        LinkChecksumWrong: a character that no link has; and what `read` raises.
    """
    if len(text) > MAX_LINK_TEXT:
        raise InvalidLink
    found = list(_SCHEMES.finditer(text))
    if not found or any(match.group().lower() != scheme for match in found):
        raise InvalidLink
    ends = [match.start() for match in found[1:]] + [len(text)]
    links = {
        read(_decode(_characters(text[match.end() : end])))
        for match, end in zip(found, ends, strict=True)
    }
    if len(links) > 1:
        raise InvalidLink("There are several links in this text; give one of them.")
    return links.pop()


def _characters(rest: str) -> str:
    """The characters of a link, without the spaces in it, from what follows the scheme."""
    body = re.split(r"\n[^\S\n]*\n", rest.replace("\r\n", "\n").lstrip(), maxsplit=1)[0]
    for place, character in enumerate(body):
        if character in _ENDS:
            body = body[:place]
            break
    if _BODY.fullmatch(body) is None:
        raise LinkChecksumWrong
    return "".join(body.split()).upper()


def _decode(characters: str) -> bytes:
    padding = "=" * (-len(characters) % 8)
    try:
        data = base64.b32decode(characters + padding)
    except binascii.Error:
        raise LinkChecksumWrong from None
    # Spare bits at the end are not covered by the checksum.
    if base64.b32encode(data).decode().rstrip("=") != characters:
        raise LinkChecksumWrong
    return data
