"""Names and units that every layer shares: identifiers as `NewType`s, times, sizes.

What lives here: types and constants without behaviour. What may not: anything that imports the
project beyond `errors`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NewType

AccountId = NewType("AccountId", bytes)
"""32 bytes: hash of an account's genesis statement. Each relationship sees an account of its own
(a *persona*, docs/spec/03-identity.md), so that two contacts cannot compare what they were
given."""

DeviceKey = NewType("DeviceKey", bytes)
"""32 bytes: a device's Ed25519 verification key inside one account (persona)."""

LinkKey = NewType("LinkKey", bytes)
"""32 bytes: a device's X25519 public key inside one account (persona)."""

OnionKey = NewType("OnionKey", bytes)
"""32 bytes: an onion service's Ed25519 public key, from which its address is computed."""

JournalId = NewType("JournalId", bytes)
"""32 bytes: a journal; for conversations both sides compute it alone."""

EntryId = NewType("EntryId", bytes)
"""32 bytes: hash of an entry's header, as received."""

Seq = NewType("Seq", int)
"""Position in a log, counted from 1."""

Millis = NewType("Millis", int)
"""Milliseconds; points in time count from 1970-01-01 UTC."""

KEY_SIZE: Final = 32
"""Bytes of every public key and identifier."""

SIGNATURE_SIZE: Final = 64
"""Bytes of an Ed25519 signature."""

MAX_TEXT_BYTES: Final = 64 * 1024
"""Longest text message, bytes of UTF-8. A book chapter fits; beyond it, send a file."""

MAX_NAME_BYTES: Final = 64
"""Longest display name or petname, bytes of UTF-8."""

MAX_GREETING_BYTES: Final = 1000
"""Longest greeting of a contact request, bytes of UTF-8."""


class Visibility(StrEnum):
    """Who can reach this device (docs/spec/09-contacts.md)."""

    ONLINE = "online"
    RESTRICTED = "restricted"
    HIDDEN = "hidden"


class Trust(StrEnum):
    """What the person knows about a contact's keys."""

    UNVALIDATED = "unvalidated"
    VALIDATED = "validated"
    COMPROMISED = "compromised"


class MessageState(StrEnum):
    """Where a message of one's own is, told truthfully."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    RECEIVED = "received"
