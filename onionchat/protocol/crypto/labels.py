"""The one table of domain-separation labels: each hash, key derivation and signature has its own.

A label is 1 to 16 bytes, so that it fits BLAKE2b's personalisation (RFC 7693, section 2.5).
"""

from __future__ import annotations

from enum import Enum, unique


@unique
class Label(bytes, Enum):
    """Domain-separation labels. Never reuse or change one: derive a new name instead."""

    # hashes
    ACCOUNT_ID = b"oc1 account id"
    ENTRY_ID = b"oc1 entry id"
    ENTRY_BODY = b"oc1 entry body"
    JOURNAL_ACCOUNT = b"oc1 j account"
    JOURNAL_SELF = b"oc1 j self"
    JOURNAL_DIRECT = b"oc1 j direct"
    JOURNAL_ROOM = b"oc1 j room"
    FRONTIER_DIGEST = b"oc1 frontier"
    SYNC_NAME = b"oc1 sync name"
    LINK_CHECKSUM = b"oc1 link check"
    DEVICE_LINK_CHECKSUM = b"oc1 devlink chk"
    SAFETY_WORDS = b"oc1 safety"
    PROFILE_NAME = b"oc1 profile"
    KEYSLOT = b"oc1 keyslot"

    # signatures (prefix of what is signed)
    SIGN_ENTRY = b"oc1 sig entry"
    SIGN_ADD = b"oc1 sig add"
    SIGN_GENESIS = b"oc1 sig genesis"
    SIGN_REVOKE = b"oc1 sig revoke"

    # key derivation
    INVITE_CLIENT_AUTH = b"oc1 invite auth"
    INVITE_PSK = b"oc1 invite psk"
    DEVICE_LINK_AUTH = b"oc1 devlink auth"
    DEVICE_LINK_PSK = b"oc1 devlink psk"
    DEVICE_CODE = b"oc1 device code"
    DEVICE_WORDS = b"oc1 device words"
    RESERVE_ONION = b"oc1 resv onion"
    RESERVE_ACCESS = b"oc1 resv access"
    RECOVERY_SEED = b"oc1 recovery"
    DATABASE_KEY = b"oc1 database"
    REKEY = b"oc1 rekey"
