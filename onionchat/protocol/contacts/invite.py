"""Invite links: from the text that a person pastes to an `Invite` and back.

What lives here: the format, its errors, the keys that come from a link's token. What may not:
services and exchanges; an `Invite` is a value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from onionchat.errors import DeviceLinkRefused, LinkExpired
from onionchat.protocol.contacts.link_text import LINK_CHARACTERS as LINK_CHARACTERS
from onionchat.protocol.contacts.link_text import LINK_SIZE as LINK_SIZE
from onionchat.protocol.contacts.link_text import MAX_LINK_TEXT as MAX_LINK_TEXT
from onionchat.protocol.contacts.link_text import TOKEN_SIZE as TOKEN_SIZE
from onionchat.protocol.contacts.link_text import (
    LinkFields,
    contains_scheme,
    find_link,
    read_fields,
    written,
)
from onionchat.protocol.crypto.hashing import derive
from onionchat.protocol.crypto.keys import AgreementKey
from onionchat.protocol.crypto.labels import Label
from onionchat.types import LinkKey, Millis, OnionKey

SCHEME: Final = "onionchat:"
DEVICE_SCHEME: Final = "onionchat-device:"

_STANDING: Final = 0x01


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
        fields = LinkFields(
            self.onion_key,
            self.agreement_key,
            self.token,
            self.expires,
            _STANDING if self.standing else 0,
        )
        return fields.to_bytes(Label.LINK_CHECKSUM)

    def to_link(self) -> str:
        """The link as text: 154 characters that a QR code can hold in its alphanumeric mode.

        An expiry within a minute is rounded up. See `to_bytes` for errors.
        """
        return written(SCHEME, self.to_bytes())

    def check_expiry(self, now: Millis) -> None:
        """Raises: LinkExpired if the wall clock `now` is at or beyond its end."""
        if self.expires and now >= self.expires:
            raise LinkExpired


def from_bytes(data: bytes) -> Invite:
    """Read the bytes that `Invite.to_bytes` makes.

    Raises:
        LinkChecksumWrong: the checksum (the last 4 bytes, in every version) does not match.
        LinkVersionUnknown: another version, or flags that this version does not know.
        InvalidLink: keys that cannot be any.
    """
    fields = read_fields(data, Label.LINK_CHECKSUM, _STANDING)
    return Invite(
        fields.onion_key,
        fields.agreement_key,
        fields.token,
        fields.expires,
        bool(fields.flags & _STANDING),
    )


def parse_link(text: str) -> Invite:
    """Read the link in a pasted text, a scanned code, or the content of a `.onionchat` file.

    How it may be written: `link_text.find_link`. Whether it has expired is not asked
    (`Invite.check_expiry`).

    Raises:
        InvalidLink: no link in it, several, or one with keys that cannot be any.
        LinkChecksumWrong: a character was lost, added or changed.
        LinkVersionUnknown: made by a newer version.
        DeviceLinkRefused: a link that would join a device to an account.
    """
    if contains_scheme(text, DEVICE_SCHEME):
        raise DeviceLinkRefused
    return find_link(text, SCHEME, from_bytes)


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
