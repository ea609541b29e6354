"""The messages of channel 0 (docs/spec/05-link.md), and the strict reading of them.

What lives here: their structures and limits. What may not: what they do (`link`).
"""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta

from onionchat.errors import Malformed, PeerTooNew, TooLarge
from onionchat.protocol.wire.codec import WireStruct, decode
from onionchat.protocol.wire.records import Bytes16

CONTROL: Final = 0
"""The channel of the control messages."""

MAX_CHANNEL: Final = 254
"""The highest channel number; 255 begins padding."""

MAX_CONTROL: Final = 2048
"""Bytes of one control message: a renewal needs 1,253."""

WINDOW: Final = 256 * 1024
"""Credit of a new channel, and the most that one may have, unless its kind is a bulk one."""

BULK_WINDOW: Final = 2 * 1024 * 1024
"""The same for kinds of bulk channels: 2.6 MB/s over a loop of 0.8 s, buffers before
and behind the circuit included (docs/benchmarks.md)."""

GRANTS: Final = 8
"""Credit is given back in so many parts of a window."""

FRAME_COST: Final = 16
"""Credit that a frame takes beside its payload, so that empty messages are not free."""

MIN_FRAGMENT: Final = 64
"""Bytes of a frame that is not its message's last. So a message of any length fits the window."""

MAX_CHANNELS: Final = 16
"""Channels that each side may have open."""

MAX_KIND: Final = 16
MAX_FEATURES: Final = 32
MAX_VERSION: Final = 255

Channel = Annotated[int, Meta(ge=1, le=MAX_CHANNEL)]
Version = Annotated[int, Meta(ge=1, le=MAX_VERSION)]
Name = Annotated[str, Meta(min_length=1, max_length=MAX_KIND, pattern=r"^[a-z0-9-]+\Z")]
RenewalMessage = Annotated[bytes, Meta(max_length=MAX_CONTROL)]


class Hello(WireStruct, frozen=True, tag=1):
    """First on every link, both ways."""

    lowest: Version
    highest: Version
    features: Annotated[tuple[Name, ...], Meta(max_length=MAX_FEATURES)]


class Open(WireStruct, frozen=True, tag=2):
    """A new channel; the dialler's numbers are odd, the callee's even."""

    channel: Channel
    kind: Name


class Credit(WireStruct, frozen=True, tag=3):
    """The receiver of this may send so much more on the channel."""

    channel: Channel
    size: Annotated[int, Meta(ge=1, le=BULK_WINDOW)]


class Close(WireStruct, frozen=True, tag=4):
    """The sender of this sends nothing more on the channel."""

    channel: Channel


class Bye(WireStruct, frozen=True, tag=5):
    """The sender of this closes the link."""

    reason: Annotated[int, Meta(ge=0, le=255)]


class Ping(WireStruct, frozen=True, tag=6):
    """Are you there?"""

    token: Bytes16


class Pong(WireStruct, frozen=True, tag=7):
    """The answer, with the ping's token."""

    token: Bytes16


class RenewRequest(WireStruct, frozen=True, tag=8):
    """First message of a renewal, by the dialler."""

    message: RenewalMessage


class RenewAnswer(WireStruct, frozen=True, tag=9):
    """Second message; the callee's marker."""

    message: RenewalMessage


class Renewed(WireStruct, frozen=True, tag=10):
    """The dialler's marker."""


ControlMessage = (
    Hello | Open | Credit | Close | Bye | Ping | Pong | RenewRequest | RenewAnswer | Renewed
)

LAST_TAG: Final = 10
FIRST_OPTIONAL: Final = 64
"""Unknown tags from here to 127 are skipped, whatever the peer's version; those below are not."""

_FIXARRAY: Final = 0x90
_FIXARRAY_MASK: Final = 0xF0
_FIXINT_END: Final = 0x80
_PREFIX: Final = 2


def read(payload: bytes) -> ControlMessage | None:
    """Decode a control message; None for one that is unknown here and may be skipped.

    Raises:
        PeerTooNew: an unknown one that may not be skipped.
        TooLarge, Malformed: as `wire.codec.decode`.
    """
    tag = _unknown_tag(payload)
    if tag is None:
        return decode(ControlMessage, payload, MAX_CONTROL)
    if tag < FIRST_OPTIONAL:
        raise PeerTooNew
    return None


def _unknown_tag(payload: bytes) -> int | None:
    """The tag of an array that begins with one beyond ours, of an allowed size; else None."""
    if len(payload) > MAX_CONTROL:
        raise TooLarge
    if len(payload) < _PREFIX:
        raise Malformed
    array, tag = payload[:_PREFIX]
    unknown = array & _FIXARRAY_MASK == _FIXARRAY and LAST_TAG < tag < _FIXINT_END
    return tag if unknown else None
