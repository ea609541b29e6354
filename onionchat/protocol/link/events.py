"""What a link tells its owner.

What lives here: the events and their enumerations. What may not: behaviour.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, IntEnum

from onionchat.errors import OnionchatError


class ByeReason(IntEnum):
    """Why a side closes a link; on the wire. A newer version may say others."""

    STOPPING = 0
    DUPLICATE = 1
    """Another link between the same two devices is used instead."""
    REFUSED = 2
    """The peer proved its key, but may not come in."""
    DONE = 3
    """What the link was for is finished."""


class Why(Enum):
    """How a link ended."""

    LOCAL = "local"
    """The owner shut it down."""
    BYE = "bye"
    """The peer shut it down."""
    VIOLATION = "violation"
    """The peer broke the protocol."""
    VERSION = "version"
    """The two sides have no version in common."""
    TIMEOUT = "timeout"
    """The handshake or a renewal took too long."""
    DEAD = "dead"
    """The peer does not answer any more."""
    LOST = "lost"
    """The transport ended."""


@dataclass(frozen=True, slots=True)
class LinkUp:
    """Both sides are authenticated and have said Hello."""

    remote_static: bytes = field(repr=False)
    """32 bytes, public."""
    local_static: bytes = field(repr=False)
    """32 bytes, public."""
    tag: object = field(repr=False)
    """The tag of the candidate that was called; None on the dialler's side."""
    handshake_hash: bytes = field(repr=False)
    """64 bytes, the same on both sides and different in every session."""
    peer_versions: tuple[int, int]
    """The lowest and the highest version that the peer speaks."""
    features: frozenset[str]
    """What the peer offers."""


@dataclass(frozen=True, slots=True)
class ChannelOpened:
    """The peer opened a channel."""

    channel: int
    kind: str


@dataclass(slots=True)
class MessageReceived:
    """A whole message."""

    channel: int
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ChannelWritable:
    """The backlog of a channel, which was large, is small again."""

    channel: int


@dataclass(frozen=True, slots=True)
class ChannelClosed:
    """The peer closed a channel, or confirmed that it is closed. Its number may be used again."""

    channel: int


@dataclass(frozen=True, slots=True)
class LinkClosed:
    """The last event: take `bytes_to_send` once more, then close the transport."""

    why: Why
    error: OnionchatError | None = None
    """For VIOLATION, VERSION, TIMEOUT, DEAD and LOST."""
    peer_reason: int | None = None
    """For BYE: what the peer said, see `ByeReason`."""


Event = LinkUp | ChannelOpened | MessageReceived | ChannelWritable | ChannelClosed | LinkClosed
