"""A place in a log that says which entry is meant, not only its number.

What lives here: number and tag. What may not: what follows from two that differ (`replica`).

A number alone would not do: a device that was moved back in time (a restored backup, a snapshot of
the disk) may have signed another entry for it before it hears of the first one.
"""

from __future__ import annotations

from typing import Annotated, Final, NamedTuple

from msgspec import Meta

from onionchat.protocol.wire.records import SeqNumber

TAG_SIZE: Final = 8
"""Bytes of an entry's id that stand for it beside its number. Against accidents, not against its
author: who can sign two entries for one number can also say anything else of its own log."""

Tag = Annotated[bytes, Meta(min_length=TAG_SIZE, max_length=TAG_SIZE)]
"""The beginning of an entry's id."""


class Position(NamedTuple):
    """Up to where a log is somewhere: the number of the last entry, and its tag."""

    seq: SeqNumber
    tag: Tag

    @classmethod
    def of(cls, seq: int, entry_id: bytes) -> Position:
        """The place of an entry."""
        return cls(seq, tag_of(entry_id))


def tag_of(entry_id: bytes) -> bytes:
    """The tag of an entry by its id; empty for no entry."""
    return entry_id[:TAG_SIZE]


NOTHING: Final = Position(0, b"")
"""Before the first entry of a log; never on the wire."""
