"""Frames: what stands inside a record (docs/spec/04-session.md, "Records").

    u8 channel, u16 (bit 15: last frame of a message, bits 0 to 14: length), payload

What lives here: packing and parsing. What may not: what a channel is (`link`).
"""

from __future__ import annotations

from typing import Final, NamedTuple

from onionchat.errors import Malformed

HEADER_SIZE: Final = 3
"""Bytes before a frame's payload."""

PADDING: Final = 0xFF
"""No channel has this number: the rest of the record is padding."""

_LAST: Final = 0x8000
_LENGTH: Final = 0x7FFF


class Frame(NamedTuple):
    """One frame."""

    channel: int
    last: bool
    """Whether the message ends with this frame."""
    payload: bytes

    def __repr__(self) -> str:
        return f"<Frame of {len(self.payload)} bytes>"


def header(channel: int, last: bool, length: int) -> bytes:
    """The three bytes before a payload."""
    return bytes((channel,)) + (length | (_LAST if last else 0)).to_bytes(2, "big")


def parse(content: bytes) -> list[Frame]:
    """All frames of a record's content.

    Raises:
        Malformed: a frame that goes beyond the record, or padding that is not zero.
    """
    frames = []
    position, end = 0, len(content)
    while position < end:
        channel = content[position]
        if channel == PADDING:
            if content.count(0, position + 1) != end - position - 1:
                raise Malformed
            break
        start = position + HEADER_SIZE
        # Cut short by the record's end, the two bytes would read as something else.
        if start > end:
            raise Malformed
        flags = int.from_bytes(content[position + 1 : start], "big")
        position = start + (flags & _LENGTH)
        if position > end:
            raise Malformed
        frames.append(Frame(channel, flags >= _LAST, content[start:position]))
    return frames
