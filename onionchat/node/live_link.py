"""One connection and its link core, and who is told of it.

What lives here: `LiveLink`, from the first byte to the last; `Target`, what was dialled;
`LinkOwner`, whose link it is. What may not: when to dial, who may come in (`peers`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from twisted.internet.interfaces import (
    IDelayedCall,
    IReactorTime,
)

from onionchat.errors import OnionchatError
from onionchat.net.core_protocol import CoreProtocol
from onionchat.net.transports.interface import (
    Address,
)
from onionchat.protocol.crypto.keys import AgreementKey
from onionchat.protocol.link.events import (
    ByeReason,
    ChannelClosed,
    ChannelOpened,
    ChannelWritable,
    LinkClosed,
    LinkUp,
    MessageReceived,
)
from onionchat.protocol.link.events import Event as LinkEvent
from onionchat.protocol.link.link import Link

if TYPE_CHECKING:
    from onionchat.node.peers import Peers


@dataclass(frozen=True, slots=True)
class Target:
    """Something to dial until there is a link. `key` names it; `yielding` after a lost link."""

    key: Hashable
    address: Address = field(repr=False)
    static: AgreementKey = field(repr=False)
    remote_static: bytes = field(repr=False)
    psk: bytes | None = field(default=None, repr=False)
    errand: bool = False
    """For one exchange, not for a lasting link: dialled again until the target is dropped."""
    yields: bool = False
    """Whether the other side, which dials too, goes first after a loss."""
    reserve: Callable[[], Address] | None = field(default=None, repr=False, compare=False)
    """Gives the address where it is looked for, too, when it was not at `address` for long."""
    long_apart: bool = False
    """Whether, as the target becomes one, there was no link to it for so long already."""


class LinkOwner(Protocol):
    """What is told of one link."""

    def channel_opened(self, channel: int, kind: str) -> None:
        """The other side opened a channel."""

    def message(self, channel: int, data: bytes) -> None:
        """A message arrived."""

    def writable(self, channel: int) -> None:
        """A channel whose backlog was large has room again."""

    def channel_closed(self, channel: int) -> None:
        """The other side closed a channel."""

    def lost(self, error: OnionchatError | None) -> None:
        """The link is gone; `error` if the other side or the way failed."""


class LiveLink:
    """One connection and its link core, from the first byte to the last."""

    def __init__(
        self, core: Link, target: Target | None, clock: IReactorTime, peers: Peers
    ) -> None:
        self.core = core
        self.target = target
        self.up: LinkUp | None = None
        self.owned = False
        """Whether it ever had an owner, who was told of its end."""
        self.service: str | None = None
        """The service at which a caller has not shown yet who it is."""
        self.mute: Callable[[], None] | None = None
        """To be called if a caller leaves without showing it."""
        self._clock = clock
        self._peers = peers
        self._owner: LinkOwner | None = None
        self._error: OnionchatError | None = None
        self.protocol: CoreProtocol[LinkEvent] = CoreProtocol(
            core, clock, self._event, self._connection_lost
        )

    @property
    def dialled(self) -> bool:
        """Whether this side dialled."""
        return self.target is not None

    @property
    def now(self) -> float:
        """The clock of this link, seconds."""
        return self._clock.seconds()

    def later(self, seconds: float, call: Callable[[], None]) -> IDelayedCall:
        """Call something after a while, by the clock of this link."""
        return self._clock.callLater(seconds, call)

    def open(self, kind: str) -> int:
        """Open a channel; returns its number. Raises PeerUnreachable on a closing link."""
        return self.core.open(kind)

    def send(self, channel: int, data: bytes, *, expect_answer: bool = False) -> None:
        """Queue a message; `flush` writes it (so that several share a record).

        Raises PeerUnreachable when channel or link are closing: nothing was queued.
        """
        self.core.send(channel, data, self.now, expect_answer)

    def flush(self) -> None:
        """Write what is queued."""
        self.protocol.flush()

    def rest(self, seconds: float) -> None:
        """Read nothing of the peer for so long; it has to wait with what it sends."""
        self.protocol.rest(seconds)

    def close(self, reason: ByeReason) -> None:
        """Say good-bye and end the connection."""
        self.core.shutdown(reason, self.now)
        self.protocol.flush()

    def abort(self, error: OnionchatError | None = None) -> None:
        """End the connection at once; `error` is what the owner is told."""
        if self._error is None:
            self._error = error
        self.protocol.abort()

    def _event(self, event: LinkEvent) -> None:
        match event:
            case LinkUp():
                self.up = event
                self._owner = self._peers.established(self)
                self.owned = self._owner is not None
                if not self.owned:
                    self.protocol.abort()
            case LinkClosed(error=error):
                if self._error is None:
                    self._error = error
                self.protocol.close()
            case _ if self._owner is None:
                pass
            case ChannelOpened(channel=channel, kind=kind):
                self._owner.channel_opened(channel, kind)
            case MessageReceived(channel=channel, data=data):
                self._owner.message(channel, data)
            case ChannelWritable(channel=channel):
                self._owner.writable(channel)
            case ChannelClosed(channel=channel):
                self._owner.channel_closed(channel)

    def _connection_lost(self, error: Exception | None) -> None:
        if self._error is None and isinstance(error, OnionchatError):
            self._error = error
        owner, self._owner = self._owner, None
        self._peers.ended(self, self._error)
        if owner is not None:
            owner.lost(self._error)
