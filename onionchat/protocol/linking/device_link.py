"""A device's link: by which a new device finds the one that takes it in.

What lives here: the link as a value and as text, the keys that come from its token. What may not:
services and exchanges. Its prefix, checksum and keys are its own, so that no link is ever
taken for another kind.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from onionchat.errors import InviteLinkRefused, LinkExpired
from onionchat.protocol.contacts.invite import DEVICE_SCHEME, SCHEME
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

LINK_LIFE: Final = Millis(15 * 60_000)
"""How long a link can be used after it was made."""


@dataclass(frozen=True, slots=True)
class DeviceLink:
    """What a device's link says."""

    onion_key: OnionKey = field(repr=False)
    """Public key of the onion service that is up for this link alone."""

    agreement_key: LinkKey = field(repr=False)
    """X25519 public key that the old device proves in the handshake."""

    token: bytes = field(repr=False)
    """16 secret bytes: who has them may reach the service and ask."""

    expires: Millis
    """Point in time, whole minutes."""

    def to_link(self) -> str:
        """The link as text: `onionchat-device:` and 144 characters.

        Raises:
            ValueError: a key or the token has a wrong size, or the time does not fit.
        """
        fields = LinkFields(self.onion_key, self.agreement_key, self.token, self.expires, 0)
        return written(DEVICE_SCHEME, fields.to_bytes(Label.DEVICE_LINK_CHECKSUM))

    def check_expiry(self, now: Millis) -> None:
        """Raises: LinkExpired if the wall clock `now` is at or beyond its end."""
        if now >= self.expires:
            raise LinkExpired

    @property
    def access_key(self) -> AgreementKey:
        """The X25519 key pair that tor's client authorisation of the service asks for."""
        return AgreementKey(derive(self.token, Label.DEVICE_LINK_AUTH))

    @property
    def psk(self) -> bytes:
        """The 32-byte pre-shared key of the handshake."""
        return derive(self.token, Label.DEVICE_LINK_PSK)


def parse_device_link(text: str) -> DeviceLink:
    """Read the device's link in a pasted text or a scanned code, written as `link_text.find_link`
    says. Whether it has expired is not asked.

    Raises:
        InvalidLink: no link in it, several, or one with keys that cannot be any.
        LinkChecksumWrong: a character was lost, added or changed.
        LinkVersionUnknown: made by a newer version.
        InviteLinkRefused: an invite, by which one gets to know somebody else.
    """
    if contains_scheme(text, SCHEME):
        raise InviteLinkRefused
    return find_link(text, DEVICE_SCHEME, _from_bytes)


def _from_bytes(data: bytes) -> DeviceLink:
    fields = read_fields(data, Label.DEVICE_LINK_CHECKSUM, 0)
    return DeviceLink(fields.onion_key, fields.agreement_key, fields.token, fields.expires)
