"""The order in which everybody shows the same entries (docs/spec/06-journal.md, Order).

What lives here: pure functions of an entry and the keys of its ancestors. What may not: storage.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from onionchat.types import EntryId, Millis

FAR_AHEAD: Final = Millis(10 * 60 * 1000)
"""A time further ahead of the reader's clock than this is marked when shown."""


class OrderKey(NamedTuple):
    """Compares as a tuple. Greater than every ancestor's key, and never changes once computed."""

    effective: int
    """The author's time, but not before any ancestor's, milliseconds."""
    depth: int
    """Length of the longest chain of ancestors, this entry included."""
    id: EntryId
    """Decides between entries that are equal otherwise."""


def order_key(time: int, entry: EntryId, ancestors: Iterable[OrderKey]) -> OrderKey:
    """The key of an entry from its own `time` and the keys of its previous entry and parents."""
    effective, depth = time, 0
    for ancestor in ancestors:
        if ancestor.effective > effective:
            effective = ancestor.effective
        if ancestor.depth > depth:
            depth = ancestor.depth
    return OrderKey(effective, depth + 1, entry)


def is_far_ahead(time: int, clock: int) -> bool:
    """Whether an author's `time` is so far ahead of the reader's `clock` that it must be marked."""
    return time > clock + FAR_AHEAD
