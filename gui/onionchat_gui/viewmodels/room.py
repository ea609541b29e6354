"""How much of a message's room a text takes.

What lives here: measuring against the limit of the core. What may not: the limit itself, refusing,
which is the node's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from onionchat.types import MAX_TEXT_BYTES

NEAR: Final = 0.9
"""From this part on, the person is told how much room is left."""

KIB: Final = 1024


@dataclass(frozen=True, slots=True)
class Room:
    """A text's size."""

    used: int
    """Bytes of UTF-8."""

    @property
    def is_near(self) -> bool:
        """Whether the end is near, or passed."""
        return self.used >= NEAR * MAX_TEXT_BYTES

    @property
    def is_over(self) -> bool:
        """Whether no message can hold it."""
        return self.used > MAX_TEXT_BYTES


def of(text: str) -> Room:
    """Of a text."""
    return Room(_size(text))


def fitting(text: str, beside: str, most: int = MAX_TEXT_BYTES) -> str:
    """The beginning of `text` for which there is room beside what is written already, where all
    may have so many bytes.
    """
    room = most - _size(beside)
    if room <= 0:
        return ""
    # No character takes less than a byte: what is pasted may be very long.
    begin = text[:room]
    return begin.encode("utf-8", "replace")[:room].decode("utf-8", "ignore")


def _size(text: str) -> int:
    # Half a surrogate pair, which only a broken clipboard has, counts as a question mark.
    return len(text.encode("utf-8", "replace"))
