"""Statements: what a device says about its account, and the signatures inside them.

What lives here: the wire structures of docs/spec/03-identity.md, builders that sign, checks that
need nothing but the statement itself. What may not: who had the right to say it (`roster`).

A statement is the body of an entry, so its author's signature is the entry's. The signatures here
are the additional ones: of the recovery key, and of a device that consents to be added.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from msgspec import Meta

from onionchat.errors import BadSignature, Malformed
from onionchat.protocol.crypto.hashing import digest
from onionchat.protocol.crypto.keys import SigningKey, is_agreement_key, is_verification_key, verify
from onionchat.protocol.crypto.labels import Label
from onionchat.protocol.wire.codec import WireStruct, decode, encode
from onionchat.protocol.wire.records import MAX_SEQ, Bytes16, Bytes32, Signature
from onionchat.types import (
    MAX_NAME_BYTES,
    SIGNATURE_SIZE,
    AccountId,
    DeviceKey,
    JournalId,
    LinkKey,
    OnionKey,
)

STATEMENT_VERSION: Final = 1
"""The version that a genesis statement declares for its account."""

MAX_STATEMENT: Final = 2048
"""Bytes of one statement: a revocation with all its epilogues is the longest."""

MAX_EPILOGUES: Final = 32
"""Journals whose last valid entry one revocation may name."""

MAX_CAPABILITIES: Final = 2**32 - 1

SALT_SIZE: Final = 16

LastSeq = Annotated[int, Meta(ge=0, le=MAX_SEQ)]
"""Position of the last entry of a log that counts; 0 if none does."""

Port = Annotated[int, Meta(ge=1, le=65535)]


class Genesis(WireStruct, frozen=True, tag=1):
    """The account exists, and this is its first device."""

    version: Annotated[int, Meta(ge=1, le=1)]
    salt: Bytes16
    device_key: Bytes32
    link_key: Bytes32
    recovery_key: Bytes32
    recovery_signature: Signature


class Add(WireStruct, frozen=True, tag=2):
    """The author takes in a new device, which consents."""

    device_key: Bytes32
    link_key: Bytes32
    consent: Signature


class Revoke(WireStruct, frozen=True, tag=3):
    """What the device signed beyond the epilogues does not count, however it is dated."""

    device_key: Bytes32
    epilogues: Annotated[tuple[tuple[Bytes32, LastSeq], ...], Meta(max_length=MAX_EPILOGUES)]
    recovery_signature: Annotated[bytes, Meta(max_length=SIGNATURE_SIZE)]


class Address(WireStruct, frozen=True, tag=4):
    """Where the author can be dialled, and the secret that tor asks for there."""

    onion_key: Bytes32
    access_secret: Bytes32
    port: Port
    capabilities: Annotated[int, Meta(ge=0, le=MAX_CAPABILITIES)]

    def __repr__(self) -> str:
        return "Address(…)"


class Profile(WireStruct, frozen=True, tag=5):
    """What the account would like to be called."""

    name: Annotated[str, Meta(max_length=MAX_NAME_BYTES)]

    def __repr__(self) -> str:
        return "Profile(…)"


Statement = Genesis | Add | Revoke | Address | Profile


def decode_statement(data: bytes) -> Statement:
    """Decode and check what a statement shows by itself; its signatures are checked by the fold.

    Raises:
        TooLarge: more than `MAX_STATEMENT` bytes.
        Malformed: not exactly one statement; epilogues unsorted or doubled; a recovery signature
            that is neither empty nor 64 bytes; an onion key that tor would refuse; a link key of
            low order; a name beyond `MAX_NAME_BYTES` bytes.
    """
    statement: Statement = decode(Statement, data, MAX_STATEMENT)
    match statement:
        case Revoke(epilogues=epilogues, recovery_signature=signature):
            journals = [journal for journal, _ in epilogues]
            if journals != sorted(set(journals)) or len(signature) not in (0, SIGNATURE_SIZE):
                raise Malformed
        case Address(onion_key=key):
            if not is_verification_key(key):
                raise Malformed
        case Profile(name=name):
            if len(name.encode()) > MAX_NAME_BYTES:
                raise Malformed
        case _:
            if not is_agreement_key(statement.link_key):
                raise Malformed
    return statement


def account_id(genesis: bytes) -> AccountId:
    """The id of the account that begins with this genesis statement, taken as bytes."""
    return AccountId(digest(Label.ACCOUNT_ID, genesis))


# --- builders ---------------------------------------------------------------------------------


def build_genesis(
    salt: bytes, device_key: DeviceKey, link_key: LinkKey, recovery: SigningKey
) -> bytes:
    """The first statement of an account; `recovery` may be forgotten (sealed) afterwards."""
    signature = recovery.sign(Label.SIGN_GENESIS, _genesis_message(salt, device_key, link_key))
    return encode(
        Genesis(STATEMENT_VERSION, salt, device_key, link_key, recovery.public, signature)
    )


def consent(account: AccountId, author: DeviceKey, device: SigningKey, link_key: LinkKey) -> bytes:
    """The new device's own signature for `build_add`; made where its secret is."""
    return device.sign(
        Label.SIGN_ADD, _add_message(account, author, DeviceKey(device.public), link_key)
    )


def build_add(device_key: DeviceKey, link_key: LinkKey, consented: bytes) -> bytes:
    """The statement by which an active device adds another; `consented` comes from `consent`."""
    return encode(Add(device_key, link_key, consented))


def build_revoke(
    account: AccountId,
    device_key: DeviceKey,
    epilogues: Mapping[JournalId, int],
    recovery: SigningKey | None = None,
) -> bytes:
    """The statement that ends a device; journals that `epilogues` lacks end before their start.

    Raises:
        ValueError: more than `MAX_EPILOGUES` journals.
    """
    if len(epilogues) > MAX_EPILOGUES:
        raise ValueError("a revocation names at most 32 journals")
    ends = tuple((bytes(journal), seq) for journal, seq in sorted(epilogues.items()))
    signature = b""
    if recovery is not None:
        signature = recovery.sign(Label.SIGN_REVOKE, _revoke_message(account, device_key, ends))
    return encode(Revoke(device_key, ends, signature))


def build_address(
    onion_key: OnionKey, access_secret: bytes, port: int, capabilities: int = 0
) -> bytes:
    """The statement that tells contacts where to dial; `access_secret` is an X25519 seed."""
    return encode(Address(onion_key, access_secret, port, capabilities))


def build_profile(name: str) -> bytes:
    """The statement of a display name (a suggestion only).

    Raises:
        ValueError: more than `MAX_NAME_BYTES` bytes of UTF-8.
    """
    if len(name.encode()) > MAX_NAME_BYTES:
        raise ValueError("a display name has at most 64 bytes")
    return encode(Profile(name))


# --- signatures inside statements --------------------------------------------------------------


def _genesis_message(salt: bytes, device_key: bytes, link_key: bytes) -> bytes:
    return salt + device_key + link_key


def _add_message(account: bytes, author: bytes, device_key: bytes, link_key: bytes) -> bytes:
    return account + author + device_key + link_key


def _revoke_message(
    account: bytes, device_key: bytes, epilogues: tuple[tuple[bytes, int], ...]
) -> bytes:
    ends = b"".join(journal + seq.to_bytes(8, "big") for journal, seq in epilogues)
    return account + device_key + ends


def check_genesis(genesis: Genesis) -> None:
    """Raises: BadSignature if the recovery key did not sign."""
    message = _genesis_message(genesis.salt, genesis.device_key, genesis.link_key)
    verify(genesis.recovery_key, Label.SIGN_GENESIS, message, genesis.recovery_signature)


def is_consented(add: Add, account: AccountId, author: DeviceKey) -> bool:
    """Whether the new device agreed to be added by this author to this account."""
    message = _add_message(account, author, add.device_key, add.link_key)
    return _verifies(add.device_key, Label.SIGN_ADD, message, add.consent)


def is_by_recovery(revoke: Revoke, account: AccountId, recovery_key: bytes) -> bool:
    """Whether the account's recovery key signed this revocation."""
    message = _revoke_message(account, revoke.device_key, revoke.epilogues)
    return _verifies(recovery_key, Label.SIGN_REVOKE, message, revoke.recovery_signature)


def _verifies(public: bytes, label: Label, message: bytes, signature: bytes) -> bool:
    try:
        verify(public, label, message, signature)
    except BadSignature:
        return False
    return True
