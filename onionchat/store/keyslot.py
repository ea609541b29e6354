"""The passphrase slot: what turns a passphrase into the profile's master key.

What lives here: the slot's format and the two keys that follow from it. What may not: the database.

Format, 118 bytes: magic `onionkey` (8) ‖ version 1 (1) ‖ Argon2id passes (4) ‖ memory in KiB (4) ‖
salt (16) ‖ secret box: nonce (24), tag (16), master key (32) ‖ checksum (13)
The checksum (BLAKE2b, label KEYSLOT) tells a damaged file from a wrong passphrase; it protects
nothing, the box does. Parameters and salt are inputs of the derivation: altered, they open nothing.
"""

from __future__ import annotations

import os
import struct
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import nacl.exceptions
from nacl.bindings import (
    crypto_pwhash_alg,
    crypto_pwhash_ALG_ARGON2ID13,
    crypto_secretbox,
    crypto_secretbox_open,
)

from onionchat.errors import (
    InvalidInput,
    InvalidText,
    KeyslotDamaged,
    KeyslotMissing,
    NoProfile,
    ProfileExists,
    ProfileTooNew,
    Refused,
    Unavailable,
    WrongPassphrase,
)
from onionchat.protocol.crypto.hashing import derive, digest, equal
from onionchat.protocol.crypto.labels import Label
from onionchat.protocol.crypto.rng import Rng
from onionchat.store import profile

_MAGIC: Final = b"onionkey"
_VERSION: Final = 1
_SALT: Final = 16
_NONCE: Final = 24
_TAG: Final = 16
_KEY: Final = 32
_CHECKSUM: Final = 13
_HEAD: Final = struct.Struct(f">{len(_MAGIC)}sBII{_SALT}s")
SLOT_SIZE: Final = _HEAD.size + _NONCE + _TAG + _KEY + _CHECKSUM
"""Bytes of a slot of version 1."""

MAX_PASSPHRASE_BYTES: Final = 1024
"""Longest passphrase, bytes of normalised UTF-8."""

_MIN_PASSES: Final = 1
_MAX_PASSES: Final = 16
_MIN_MEMORY: Final = 8
_MAX_MEMORY: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Cost:
    """What guessing one passphrase costs: Argon2id `passes` over `memory` KiB."""

    passes: int = 3
    memory: int = 256 * 1024

    def __post_init__(self) -> None:
        # A hostile slot must not make us ask for a terabyte or compute for a day.
        if not (
            _MIN_PASSES <= self.passes <= _MAX_PASSES and _MIN_MEMORY <= self.memory <= _MAX_MEMORY
        ):
            raise ValueError("cost out of range")


class MasterKey:
    """The profile's 32 random bytes, from which all keys at rest follow. Its repr shows nothing."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        if len(secret) != _KEY:
            raise ValueError("a master key has 32 bytes")
        self._secret = secret

    def database_key(self) -> bytes:
        """The database's raw key, 32 bytes."""
        return derive(self._secret, Label.DATABASE_KEY)

    def sealed(self, passphrase: str, rng: Rng, cost: Cost) -> bytes:
        """A new slot, `SLOT_SIZE` bytes, that `passphrase` opens."""
        salt = rng.random_bytes(_SALT)
        wrapping = _wrapping_key(_normalised(passphrase), salt, cost)
        nonce = rng.random_bytes(_NONCE)
        slot = (
            _HEAD.pack(_MAGIC, _VERSION, cost.passes, cost.memory, salt)
            + nonce
            + crypto_secretbox(self._secret, nonce, wrapping)
        )
        return slot + digest(Label.KEYSLOT, slot, size=_CHECKSUM)

    def __repr__(self) -> str:
        return "<MasterKey (secret)>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MasterKey) and equal(self._secret, other._secret)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("secret keys are not pickled")


def create(folder: Path, passphrase: str, rng: Rng, cost: Cost | None = None) -> MasterKey:
    """Make the slot of a new profile in `folder` (made with mode 0700 if need be).

    Call it last when a profile is made: the slot is what makes a folder a profile, so a start that
    was interrupted before leaves none (`database.py: Database.create` takes the same key).

    Raises:
        ProfileExists: there is a slot already; nothing was changed.
        UnsafePermissions, InvalidInput, DiskFull, StorageFailed.
    """
    key = generate(rng)
    store(folder, key, passphrase, rng, cost)
    return key


def generate(rng: Rng) -> MasterKey:
    """A new random master key."""
    return MasterKey(rng.random_bytes(_KEY))


def store(
    folder: Path, key: MasterKey, passphrase: str, rng: Rng, cost: Cost | None = None
) -> None:
    """Write the first slot for `key`. Raises what `create` raises."""
    profile.make_folder(folder)
    if profile.exists(folder):
        raise ProfileExists
    profile.replace_file(folder / profile.KEYSLOT, key.sealed(passphrase, rng, cost or Cost()))


def unlock(folder: Path, passphrase: str) -> MasterKey:
    """Open the slot of the profile in `folder`.

    Raises:
        NoProfile: no slot there; KeyslotMissing: but a database.
        UnsafePermissions: others can reach the folder or the slot.
        KeyslotDamaged: not a slot, truncated, altered, or with a cost beyond all reason.
        ProfileTooNew: a slot of a later version.
        WrongPassphrase: it does not open.
        Unavailable: not enough memory for the derivation.
    """
    return _opened(_read(folder), passphrase)


def _opened(slot: bytes, passphrase: str) -> MasterKey:
    head, box = _parse(slot)
    cost, salt = head
    wrapping = _wrapping_key(_normalised(passphrase), salt, cost)
    try:
        secret = crypto_secretbox_open(box[_NONCE:], box[:_NONCE], wrapping)
    except nacl.exceptions.CryptoError as error:
        raise WrongPassphrase from error
    return MasterKey(secret)


def change_passphrase(folder: Path, old: str, new: str, rng: Rng, cost: Cost | None = None) -> None:
    """Put `new` in the place of `old`: only the slot is rewritten, with a new salt.

    Killed at any moment, one of the two passphrases opens the profile. `cost` None keeps today's
    default, so that a change also renews an old slot's parameters. A slot that is destroyed
    meanwhile, by whichever process, stays destroyed. The old slot is overwritten with zeros as far
    as the file system does that in place (see docs/threat-model.md).

    Raises what `unlock` raises (NoProfile, KeyslotMissing also when the slot went meanwhile),
    Refused when it was exchanged meanwhile, DiskFull, StorageFailed.
    """
    path = folder / profile.KEYSLOT
    content = _read(folder)
    sealed = _opened(content, old).sealed(new, rng, cost or Cost())
    try:
        with profile.slot_locked(folder):
            # Under the lock: what was read must still be what is there.
            if _read(folder) != content:
                raise Refused("The passphrase was changed by somebody else meanwhile.")
            before = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
            try:
                profile.replace_file(path, sealed)
                # The new one is durable now; a disk that fails here keeps the old one's bytes.
                with suppress(OSError):
                    profile.overwrite(before)
            finally:
                os.close(before)
    except OSError as error:
        raise profile.from_os(error) from error


def _read(folder: Path) -> bytes:
    path = folder / profile.KEYSLOT
    if not profile.exists(folder):
        raise KeyslotMissing if profile.orphaned(folder) else NoProfile
    profile.check_private(folder)
    profile.check_private(path)
    try:
        while True:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
            with open(descriptor, "rb") as file:
                content = file.read(SLOT_SIZE + 1)
                # Exchanged meanwhile, it may have been overwritten before it was read.
                if os.path.samestat(os.fstat(descriptor), path.lstat()):
                    return content
    except OSError as error:
        raise profile.from_os(error) from error


def _parse(slot: bytes) -> tuple[tuple[Cost, bytes], bytes]:
    if len(slot) <= len(_MAGIC) or not slot.startswith(_MAGIC):
        raise KeyslotDamaged
    if slot[len(_MAGIC)] > _VERSION:
        raise ProfileTooNew
    if len(slot) != SLOT_SIZE or slot[len(_MAGIC)] != _VERSION:
        raise KeyslotDamaged
    content, checksum = slot[:-_CHECKSUM], slot[-_CHECKSUM:]
    if digest(Label.KEYSLOT, content, size=_CHECKSUM) != checksum:
        raise KeyslotDamaged
    _, _, passes, memory, salt = _HEAD.unpack_from(content)
    try:
        cost = Cost(passes, memory)
    except ValueError as error:
        raise KeyslotDamaged from error
    return (cost, salt), content[_HEAD.size :]


def _normalised(passphrase: str) -> bytes:
    """NFKC, so that one passphrase typed on two keyboards is the same bytes."""
    try:
        encoded = unicodedata.normalize("NFKC", passphrase).encode()
    except UnicodeEncodeError as error:
        raise InvalidText("The passphrase is not valid text.") from error
    if not encoded:
        raise InvalidInput("The passphrase is empty.")
    if len(encoded) > MAX_PASSPHRASE_BYTES:
        raise InvalidInput("The passphrase is too long.")
    return encoded


def _wrapping_key(passphrase: bytes, salt: bytes, cost: Cost) -> bytes:
    try:
        return crypto_pwhash_alg(
            _KEY, passphrase, salt, cost.passes, cost.memory * 1024, crypto_pwhash_ALG_ARGON2ID13
        )
    except (nacl.exceptions.RuntimeError, MemoryError) as error:
        raise Unavailable("There is not enough memory to unlock the profile.") from error
