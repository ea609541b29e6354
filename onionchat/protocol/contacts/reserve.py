"""Reserve onions: where two contacts find each other again after both have moved
(docs/spec/09-contacts.md, "Reserve onions").

What lives here: the keys of a reserve onion, which two devices compute alone from the link keys
that they have of each other. What may not: when one is hosted or dialled (node/).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from onionchat.protocol.crypto.hashing import derive
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.crypto.labels import Label
from onionchat.types import AccountId, DeviceKey, LinkKey


@dataclass(frozen=True, slots=True)
class Reserve:
    """The reserve onion of one device for one device of a contact."""

    onion: SigningKey = field(repr=False)
    """The service's key."""
    access: AgreementKey = field(repr=False)
    """The one client key that it authorises."""


def reserve_onion(link: AgreementKey, remote: LinkKey, host: AccountId | DeviceKey) -> Reserve:
    """The reserve onion of the side that `host` names; both sides get the same.

    Args:
        link: the own link key towards the contact.
        remote: the link key of the contact's device, as its roster says.
        host: of the side that publishes it, ours or the other: its account; between two devices
            of one account the device's key.

    Raises:
        ValueError: `remote` is of low order, which no roster holds.
    """
    secret = link.exchange(remote)
    return Reserve(
        SigningKey(derive(secret, Label.RESERVE_ONION, host)),
        AgreementKey(derive(secret, Label.RESERVE_ACCESS, host)),
    )
