"""A persona: the account that one relationship sees, with keys made for it alone.

What lives here: making one. What may not: storing it, or tying it to other personas (the `self`
journal does that, and never leaves the person's own devices).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.identity.recovery import seal_recovery
from onionchat.protocol.identity.statements import SALT_SIZE, account_id, build_genesis
from onionchat.types import AccountId, DeviceKey, LinkKey


@dataclass(frozen=True, slots=True)
class Persona:
    """What a device keeps of a persona that it made."""

    account: AccountId
    genesis: bytes = field(repr=False)
    """The first statement of its journal, verbatim."""

    device: SigningKey
    """Signs entries."""

    link: AgreementKey
    """Proves who calls or is called."""

    recovery_box: bytes = field(repr=False)
    """The recovery secret, sealed to the phrase; this device cannot open it."""

    @classmethod
    def create(cls, rng: Rng, recovery_public: bytes) -> Persona:
        """Make a persona with fresh keys; `recovery_public` is the phrase's X25519 key (32 bytes).

        Raises:
            ValueError: `recovery_public` has not 32 bytes.
        """
        device = SigningKey.generate(rng)
        link = AgreementKey.generate(rng)
        recovery = SigningKey.generate(rng)
        genesis = build_genesis(
            rng.random_bytes(SALT_SIZE), DeviceKey(device.public), LinkKey(link.public), recovery
        )
        box = seal_recovery(recovery, recovery_public, rng)
        return cls(account_id(genesis), genesis, device, link, box)
