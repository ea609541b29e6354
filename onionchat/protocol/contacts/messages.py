"""The messages of the channel `contact`: structures, limits, strict decoding.

What lives here: what each message is. What may not: when it may come (`exchange`), and what the
account entries inside say (`introduction`).
"""

from __future__ import annotations

from enum import IntEnum, unique
from typing import Annotated, Final

from msgspec import Meta

from onionchat.errors import Malformed
from onionchat.protocol.wire.codec import WireStruct, decode, encode
from onionchat.types import MAX_GREETING_BYTES

MAX_ENTRIES: Final = 8
"""Account entries in one introduction."""

MAX_ENTRY_BYTES: Final = 2048
"""Bytes of one of them."""

MAX_CONTACT_MESSAGE: Final = MAX_ENTRIES * (MAX_ENTRY_BYTES + 8) + MAX_GREETING_BYTES + 64
"""Bytes of the longest message."""

Entries = Annotated[
    tuple[Annotated[bytes, Meta(max_length=MAX_ENTRY_BYTES)], ...],
    Meta(min_length=1, max_length=MAX_ENTRIES),
]


@unique
class Reason(IntEnum):
    """Why a request is refused."""

    USED = 1
    EXPIRED = 2
    DECLINED = 3
    FULL = 4


class Request(WireStruct, frozen=True, tag=1):
    """By the joiner: who it is, and a greeting (shown to the person before it decides)."""

    entries: Entries
    greeting: Annotated[str, Meta(max_length=MAX_GREETING_BYTES)]

    def __repr__(self) -> str:
        return "Request(…)"


class Pending(WireStruct, frozen=True, tag=2):
    """By the owner: the request is stored and waits for the person."""


class Accept(WireStruct, frozen=True, tag=3):
    """By the owner: who it is."""

    entries: Entries

    def __repr__(self) -> str:
        return "Accept(…)"


class Confirm(WireStruct, frozen=True, tag=4):
    """By the joiner: the acceptance is stored."""


class Refuse(WireStruct, frozen=True, tag=5):
    """By the owner: there will be no contact by this request (or not now, if full)."""

    reason: Annotated[int, Meta(ge=0, le=255)]
    """A `Reason`; others come from newer versions and mean "declined"."""


Message = Request | Pending | Accept | Confirm | Refuse


def encode_message(message: Message) -> bytes:
    """Encode a message that this program built itself."""
    return encode(message)


def decode_message(data: bytes) -> Message:
    """Decode one message of the channel.

    Raises:
        TooLarge: more than `MAX_CONTACT_MESSAGE` bytes.
        Malformed: not exactly one message, or a greeting beyond `MAX_GREETING_BYTES` bytes.
    """
    message: Message = decode(Message, data, MAX_CONTACT_MESSAGE)
    if isinstance(message, Request) and len(message.greeting.encode()) > MAX_GREETING_BYTES:
        raise Malformed
    return message
