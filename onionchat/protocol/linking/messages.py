"""The messages of the channel `device`: structures, limits, strict decoding.

What lives here: what each message is. What may not: when it may come (`host`, `joiner`), and what
the account's entries inside say (`account_entries`).
"""

from __future__ import annotations

from enum import IntEnum, unique
from typing import Annotated, Final

from msgspec import Meta

from onionchat.errors import Malformed
from onionchat.protocol.wire.codec import WireStruct, decode, encode
from onionchat.protocol.wire.records import Bytes32, Signature
from onionchat.types import MAX_NAME_BYTES

MAX_ENTRY_BYTES: Final = 4096
"""Bytes of one entry of the account's journal: a statement of 2,048, its header, its signature."""

MAX_PART: Final = 24
"""Entries in one message."""

MAX_DEVICE_MESSAGE: Final = MAX_PART * (MAX_ENTRY_BYTES + 8) + 512
"""Bytes of the longest message."""

Entries = Annotated[
    tuple[Annotated[bytes, Meta(max_length=MAX_ENTRY_BYTES)], ...], Meta(max_length=MAX_PART)
]
Name = Annotated[str, Meta(max_length=MAX_NAME_BYTES)]


@unique
class Reason(IntEnum):
    """Why a device is not taken in."""

    OTHER_CODE = 1
    EXPIRED = 2
    CANCELLED = 3
    SPOILED = 4
    FULL = 5


class Ask(WireStruct, frozen=True, tag=1):
    """By the new device: what it is called, and the keys that it will have in the account."""

    name: Name
    device_key: Bytes32
    link_key: Bytes32

    def __repr__(self) -> str:
        return "Ask(…)"


class Challenge(WireStruct, frozen=True, tag=2):
    """By the old device, once the keys are named: what the code also hangs on, so that nobody can
    choose keys that give a certain code."""

    nonce: Bytes32

    def __repr__(self) -> str:
        return "Challenge(…)"


class Welcome(WireStruct, frozen=True, tag=3):
    """By the old device, once the code was typed there: which account this is."""

    recovery_public: Bytes32
    """X25519 key of the account's recovery phrase."""

    name: Name
    """What the person is called."""

    author: Bytes32
    """The device that will sign the `Add`."""

    entries: Entries
    """Of the account's journal, in its order."""

    more: bool
    """Whether another `Welcome` follows with the next entries."""

    def __repr__(self) -> str:
        return "Welcome(…)"


class Consent(WireStruct, frozen=True, tag=4):
    """By the new device: its signature under being added."""

    signature: Signature

    def __repr__(self) -> str:
        return "Consent(…)"


class Added(WireStruct, frozen=True, tag=5):
    """By the old device: the account's journal with the `Add`, committed."""

    entries: Entries
    more: bool

    def __repr__(self) -> str:
        return "Added(…)"


class Done(WireStruct, frozen=True, tag=6):
    """By the new device: it has stored that it belongs to the account."""


class Refuse(WireStruct, frozen=True, tag=7):
    """By the old device: this one is not taken in."""

    reason: Annotated[int, Meta(ge=0, le=255)]
    """A `Reason`; others come from newer versions and mean "cancelled"."""


Message = Ask | Challenge | Welcome | Consent | Added | Done | Refuse


def encode_message(message: Message) -> bytes:
    """Encode a message that this program built itself."""
    return encode(message)


def decode_message(data: bytes) -> Message:
    """Decode one message of the channel.

    Raises:
        TooLarge: more than `MAX_DEVICE_MESSAGE` bytes.
        Malformed: not exactly one message, or a name beyond `MAX_NAME_BYTES` bytes.
    """
    message: Message = decode(Message, data, MAX_DEVICE_MESSAGE)
    if isinstance(message, Ask | Welcome) and len(message.name.encode()) > MAX_NAME_BYTES:
        raise Malformed
    return message
