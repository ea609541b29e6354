"""Bodies of entries: the wire structures of texts and of the self journal's state.

What lives here: structures, encoding, strict decoding. What may not: who may write them (`policy`).
"""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta

from onionchat.errors import Malformed
from onionchat.protocol.wire.codec import WireStruct, decode, encode
from onionchat.protocol.wire.records import MAX_ENTRY_BODY, Bytes32
from onionchat.types import MAX_TEXT_BYTES, EntryId

MAX_TEXT_BODY: Final = MAX_TEXT_BYTES + 64
"""Bytes of a text's body: the text, the id it answers, and MessagePack's lengths."""

MAX_KEY_PARTS: Final = 8
MAX_KEY_PART: Final = 128
"""Characters of one part of a key."""

MAX_VALUE: Final = 64 * 1024
"""Bytes of one value of the self journal."""


class Text(WireStruct, frozen=True):
    """A message."""

    text: Annotated[str, Meta(min_length=1, max_length=MAX_TEXT_BYTES)]
    reply_to: Bytes32 | None
    """The entry that it answers."""

    def __repr__(self) -> str:
        return "Text(…)"


KeyPart = Annotated[str, Meta(min_length=1, max_length=MAX_KEY_PART)]


class Put(WireStruct, frozen=True):
    """From here on `key` has this value; None removes it."""

    key: Annotated[tuple[KeyPart, ...], Meta(min_length=1, max_length=MAX_KEY_PARTS)]
    value: Annotated[bytes, Meta(max_length=MAX_VALUE)] | None

    def __repr__(self) -> str:
        return "Put(…)"


def encode_text(text: str, reply_to: EntryId | None = None) -> bytes:
    """The body of a text that `rooms.text.clean_text` has checked."""
    return encode(Text(text, reply_to))


def decode_text(body: bytes) -> Text:
    """Decode the body of a text.

    Raises:
        TooLarge: more than `MAX_TEXT_BODY` bytes.
        Malformed: not exactly one text, empty, beyond 64 KiB, or with a NUL.

    Whether anything in it is visible is not asked: that depends on the version of Unicode, and all
    nodes have to take in the same entries.
    """
    text = decode(Text, body, MAX_TEXT_BODY)
    if len(text.text.encode()) > MAX_TEXT_BYTES or "\0" in text.text:
        raise Malformed
    return text


def encode_put(key: tuple[str, ...], value: bytes | None) -> bytes:
    """The body that sets or removes a value.

    Raises:
        ValueError: key or value beyond their limits.
    """
    if not (
        1 <= len(key) <= MAX_KEY_PARTS
        and all(1 <= len(part) <= MAX_KEY_PART for part in key)
        and len(value or b"") <= MAX_VALUE
    ):
        raise ValueError("key or value of the self journal beyond its limits")
    return encode(Put(key, value))


def decode_put(body: bytes) -> Put:
    """Decode the body of a `Put`.

    Raises:
        TooLarge: more than an entry's body may have.
        Malformed: not exactly one `Put`.
    """
    return decode(Put, body, MAX_ENTRY_BODY)
