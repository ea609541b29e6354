"""The messages of the sync channel and its limits (docs/spec/07-sync.md).

What lives here: shapes and sizes. What may not: what a message means (`session`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Final, TypeAlias

from msgspec import Meta

from onionchat.protocol.sync.position import Position
from onionchat.protocol.wire.codec import WireStruct, decode, encode
from onionchat.protocol.wire.records import MAX_MESSAGE, MAX_SEQ, Bytes16, Bytes32, SeqNumber

MAX_BATCH: Final = 96 * 1024
"""Bytes of the entries in one `Entries` message, unless it is a single longer one."""

WINDOW: Final = 256 * 1024
"""Bytes of entries that may be unacknowledged in one direction of a link."""

LIVE_RESERVE: Final = 32 * 1024
"""Bytes of the window that a backlog leaves to entries that were written just now."""

MAX_WANTED: Final = 64
"""Entries that may be asked for by id at a time."""

MAX_AUTHORS: Final = 1024
"""Authors in one item of a frontier list; a journal with more takes several items."""

MAX_HAVE: Final = 512 * 1024
"""Bytes of all parts of one `Have`."""

HAVE_PART: Final = 64 * 1024
"""Bytes after which a `Have` goes on in a further part."""

NAME_SIZE: Final = 8
"""Bytes of a short name."""

Name = Annotated[bytes, Meta(min_length=NAME_SIZE, max_length=NAME_SIZE)]
"""Stands for a journal or an author on one link (`names`)."""

Positions = Annotated[dict[Name, Position], Meta(max_length=MAX_AUTHORS)]
"""A frontier, or the part of it that changed."""


class Have(WireStruct, frozen=True, tag=1):
    """The sender's frontiers: those that the receiver may not know, or all if `full`."""

    digest: Bytes16
    changed: list[tuple[Name, Positions]]
    full: bool
    more: bool


class WantAll(WireStruct, frozen=True, tag=2):
    """The digest did not fit what the receiver made of a `Have`: send a full one."""


class Entries(WireStruct, frozen=True, tag=3):
    """Entries, parents first."""

    entries: Annotated[list[bytes], Meta(min_length=1)]

    def __repr__(self) -> str:
        return f"<Entries {len(self.entries)}>"


class Ack(WireStruct, frozen=True, tag=4):
    """Frontiers after the commit to disk, of the logs that moved.

    `heard` is how many messages of the channel the sender has received so far.
    """

    heard: Annotated[int, Meta(ge=0, le=MAX_SEQ)]
    frontiers: list[tuple[Name, Positions]]


class Want(WireStruct, frozen=True, tag=5):
    """Entries that others name as ancestors and that are not here."""

    ids: Annotated[list[Bytes32], Meta(min_length=1, max_length=MAX_WANTED)]


class ReadMark(WireStruct, frozen=True, tag=6):
    """The person has read this author up to here; only sent where that is shared."""

    journal: Name
    author: Name
    seq: SeqNumber


class Shared(WireStruct, frozen=True, tag=7):
    """A journal that the sender shares from now on, and its frontier there."""

    journal: Name
    frontier: Positions


class Absent(WireStruct, frozen=True, tag=8):
    """Journals that the sender does not share (any more)."""

    journals: list[Name]


class Refuse(WireStruct, frozen=True, tag=9):
    """The sender takes no more entries of this log on this link."""

    journal: Name
    author: Name


Message: TypeAlias = Have | WantAll | Entries | Ack | Want | ReadMark | Shared | Absent | Refuse


def decode_message(data: bytes) -> Message:
    """Decode one message of the channel.

    Raises:
        TooLarge: more than `MAX_MESSAGE` bytes.
        Malformed: anything that is not exactly one message.
    """
    message: Message = decode(Message, data, MAX_MESSAGE)
    return message


def encode_message(message: Message) -> bytes:
    """Encode one message of the channel."""
    return encode(message)


def pieces(positions: Mapping[bytes, Position]) -> list[dict[bytes, Position]]:
    """Split a frontier into items of at most `MAX_AUTHORS`, at least one."""
    authors = list(positions.items())
    return [
        dict(authors[start : start + MAX_AUTHORS])
        for start in range(0, max(1, len(authors)), MAX_AUTHORS)
    ]


def have_parts(
    digest: bytes, journals: Sequence[tuple[bytes, dict[bytes, Position]]], *, full: bool
) -> list[Have]:
    """Spread frontiers over as many messages as they need, at least one."""
    parts: list[list[tuple[bytes, dict[bytes, Position]]]] = [[]]
    size = 0
    per_item = NAME_SIZE + 24
    for journal, positions in journals:
        for piece in pieces(positions):
            size += per_item * (1 + len(piece))
            if size > HAVE_PART:  # never with the first item of a part: that is half of it at most
                parts.append([])
                size = per_item * (1 + len(piece))
            parts[-1].append((journal, piece))
    last = len(parts) - 1
    return [Have(digest, part, full, place < last) for place, part in enumerate(parts)]
