"""Bodies of entries: the wire structures of a conversation and of the self journal's state.

What lives here: structures, encoding, strict decoding. What may not: who may write them (`policy`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Annotated, Final, TypeAlias

from msgspec import Meta

from onionchat.errors import Malformed
from onionchat.protocol.journal.entry import EntryKind
from onionchat.protocol.wire.codec import WireStruct, decode, encode
from onionchat.protocol.wire.records import MAX_ENTRY_BODY, Bytes32
from onionchat.types import MAX_TEXT_BYTES, EntryId

MAX_TEXT_BODY: Final = MAX_TEXT_BYTES + 64
"""Bytes of a text's body: the text, the id it answers, and MessagePack's lengths."""

MAX_EMOJI_BYTES: Final = 64
"""Bytes of a reaction: the longest emoji of today have 35."""

MAX_TARGETS: Final = 64
"""Messages that one deletion names."""

MIN_TIMER: Final = 5 * 60
"""Seconds that a disappearing message is there at least."""

MAX_TIMER: Final = 4 * 7 * 24 * 3600
"""Seconds of the longest timer: four weeks."""

MAX_SHORT_BODY: Final = 4 * 1024
"""Bytes of the body of a reaction, a deletion or a timer."""

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


class Edit(WireStruct, frozen=True):
    """A text of its author's says something else from here on."""

    target: Bytes32
    """The text's entry, never another edit."""
    text: Annotated[str, Meta(min_length=1, max_length=MAX_TEXT_BYTES)]

    def __repr__(self) -> str:
        return "Edit(…)"


class Reaction(WireStruct, frozen=True):
    """The one reaction of its author's account to a message from here on."""

    target: Bytes32
    emoji: Annotated[str, Meta(max_length=MAX_EMOJI_BYTES)]
    """Empty: none any more."""

    def __repr__(self) -> str:
        return "Reaction(…)"


class Deletion(WireStruct, frozen=True):
    """Its author asks everybody to erase these messages of its own account."""

    targets: Annotated[tuple[Bytes32, ...], Meta(min_length=1, max_length=MAX_TARGETS)]

    def __repr__(self) -> str:
        return "Deletion(…)"


class Timer(WireStruct, frozen=True):
    """What comes after this disappears so many seconds after its reader has seen it; 0: stays."""

    seconds: Annotated[int, Meta(ge=0, le=MAX_TIMER)]


Said: TypeAlias = Text | Edit | Reaction | Deletion | Timer
"""What an entry of a conversation can say."""


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
    _check(text.text, MAX_TEXT_BYTES)
    return text


def encode_edit(target: EntryId, text: str) -> bytes:
    """The body of an edit; the text as for `encode_text`."""
    return encode(Edit(target, text))


def decode_edit(body: bytes) -> Edit:
    """Decode the body of an edit. Raises as `decode_text`."""
    edit = decode(Edit, body, MAX_TEXT_BODY)
    _check(edit.text, MAX_TEXT_BYTES)
    return edit


def encode_reaction(target: EntryId, emoji: str) -> bytes:
    """The body of a reaction that `rooms.text.clean_emoji` has checked; "" takes it back."""
    return encode(Reaction(target, emoji))


def decode_reaction(body: bytes) -> Reaction:
    """Decode the body of a reaction.

    Raises:
        TooLarge: more than `MAX_SHORT_BODY` bytes.
        Malformed: not exactly one reaction, beyond 64 bytes, or with a NUL.
    """
    reaction = decode(Reaction, body, MAX_SHORT_BODY)
    _check(reaction.emoji, MAX_EMOJI_BYTES)
    return reaction


def encode_deletion(targets: Iterable[EntryId]) -> bytes:
    """The body of a deletion, of 1 to `MAX_TARGETS` messages."""
    return encode(Deletion(tuple(targets)))


def decode_deletion(body: bytes) -> Deletion:
    """Decode the body of a deletion.

    Raises:
        TooLarge: more than `MAX_SHORT_BODY` bytes.
        Malformed: not exactly one deletion of 1 to `MAX_TARGETS` messages.
    """
    return decode(Deletion, body, MAX_SHORT_BODY)


def encode_timer(seconds: int) -> bytes:
    """The body of a timer that `is_timer`."""
    return encode(Timer(seconds))


def decode_timer(body: bytes) -> Timer:
    """Decode the body of a timer.

    Raises:
        TooLarge: more than `MAX_SHORT_BODY` bytes.
        Malformed: not exactly one timer of 0, or of `MIN_TIMER` to `MAX_TIMER` seconds.
    """
    timer = decode(Timer, body, MAX_SHORT_BODY)
    if not is_timer(timer.seconds):
        raise Malformed
    return timer


_DECODERS: Final[Mapping[int, Callable[[bytes], Said]]] = MappingProxyType(
    {
        EntryKind.TEXT: decode_text,
        EntryKind.EDIT: decode_edit,
        EntryKind.REACTION: decode_reaction,
        EntryKind.DELETION: decode_deletion,
        EntryKind.TIMER: decode_timer,
    }
)

CONVERSATION_KINDS: Final = frozenset(_DECODERS)
"""The kinds of entries that belong into conversations."""


def decode_said(kind: int, body: bytes) -> Said | None:
    """Decode the body of any kind of `CONVERSATION_KINDS`; None for a newer version's kind.

    Raises:
        TooLarge, Malformed: as the decoder of that kind.
    """
    decoder = _DECODERS.get(kind)
    return None if decoder is None else decoder(body)


def retargeted(kind: int, body: bytes, moved: Mapping[bytes, EntryId]) -> bytes:
    """The body of an entry of a conversation with the new ids of messages that got others."""
    said = decode_said(kind, body)
    if isinstance(said, Text) and said.reply_to is not None and said.reply_to in moved:
        return encode_text(said.text, moved[said.reply_to])
    if isinstance(said, Edit) and said.target in moved:
        return encode_edit(moved[said.target], said.text)
    if isinstance(said, Reaction) and said.target in moved:
        return encode_reaction(moved[said.target], said.emoji)
    if isinstance(said, Deletion):
        return encode_deletion(moved.get(target, EntryId(target)) for target in said.targets)
    return body


def _check(text: str, limit: int) -> None:
    if len(text.encode()) > limit or "\0" in text:
        raise Malformed


def is_timer(seconds: int) -> bool:
    """Whether a conversation can have that timer: 0, or `MIN_TIMER` to `MAX_TIMER` seconds."""
    return seconds == 0 or MIN_TIMER <= seconds <= MAX_TIMER


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
