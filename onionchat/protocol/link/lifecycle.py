"""The life of a link: handshaking, greeting, open, draining, closed.

What lives here: the state machine and the queue of events that it writes to. What may not: bytes.
"""

from __future__ import annotations

from collections import deque
from enum import Enum
from typing import Protocol

from automat import TypeMachineBuilder

from onionchat.protocol.link.channel import Channel
from onionchat.protocol.link.events import Event, LinkClosed, LinkUp, Why


class Stage(Enum):
    """Where a link is."""

    HANDSHAKING = "handshaking"
    GREETING = "greeting"
    """Authenticated; the peer's Hello is not there yet."""
    OPEN = "open"
    DRAINING = "draining"
    """Shut down by the owner; what waits is still sent."""
    CLOSED = "closed"


Queued = tuple[Event, Channel | None, int]


class LinkCore:
    """What the machine writes: the stage, and the events with the credit they free."""

    __slots__ = ("_queue", "stage")

    def __init__(self) -> None:
        self.stage = Stage.HANDSHAKING
        self._queue: deque[Queued] | None = None

    def tell(self, event: Event, channel: Channel | None = None, price: int = 0) -> None:
        """Queue an event; once it is taken, `price` goes back to the channel's credit."""
        if self._queue is None:
            self._queue = deque()
        self._queue.append((event, channel, price))

    def take(self) -> Queued | None:
        """The next event."""
        if self._queue is None:
            return None
        queued = self._queue.popleft()
        if not self._queue:
            self._queue = None
        return queued


class LinkLife(Protocol):
    """What can happen to a link as a whole."""

    def authenticated(self) -> None:
        """By the handshake: both sides proved their static keys."""

    def greeted(self, up: LinkUp) -> None:
        """By the peer: its Hello."""

    def shut_down(self) -> None:
        """By the owner."""

    def drained(self) -> None:
        """By the sending side: nothing waits any more, and Bye is sent."""

    def ended(self, closed: LinkClosed) -> None:
        """By the peer, a timer or the transport: nothing more is sent."""


def _build() -> TypeMachineBuilder[LinkLife, LinkCore]:
    return TypeMachineBuilder(LinkLife, LinkCore)


_builder = _build()
_handshaking = _builder.state("handshaking")
_greeting = _builder.state("greeting")
_open = _builder.state("open")
_draining = _builder.state("draining")
_closed = _builder.state("closed")


@_handshaking.upon(LinkLife.authenticated).to(_greeting)
def _authenticated(life: LinkLife, core: LinkCore) -> None:
    core.stage = Stage.GREETING


@_greeting.upon(LinkLife.greeted).to(_open)
def _greeted(life: LinkLife, core: LinkCore, up: LinkUp) -> None:
    core.stage = Stage.OPEN
    core.tell(up)


@_handshaking.upon(LinkLife.shut_down).to(_closed)
def _abandoned(life: LinkLife, core: LinkCore) -> None:
    core.stage = Stage.CLOSED
    core.tell(LinkClosed(Why.LOCAL))


@_greeting.upon(LinkLife.shut_down).to(_draining)
@_open.upon(LinkLife.shut_down).to(_draining)
def _shut_down(life: LinkLife, core: LinkCore) -> None:
    core.stage = Stage.DRAINING


@_draining.upon(LinkLife.drained).to(_closed)
def _drained(life: LinkLife, core: LinkCore) -> None:
    core.stage = Stage.CLOSED
    core.tell(LinkClosed(Why.LOCAL))


@_handshaking.upon(LinkLife.ended).to(_closed)
@_greeting.upon(LinkLife.ended).to(_closed)
@_open.upon(LinkLife.ended).to(_closed)
@_draining.upon(LinkLife.ended).to(_closed)
def _ended(life: LinkLife, core: LinkCore, closed: LinkClosed) -> None:
    core.stage = Stage.CLOSED
    core.tell(closed)


# A Hello that comes while draining is of no use any more; the owner may shut down twice, and the
# transport may end after the link did.
_draining.upon(LinkLife.greeted).loop().returns(None)
_draining.upon(LinkLife.shut_down).loop().returns(None)
_closed.upon(LinkLife.shut_down).loop().returns(None)
_closed.upon(LinkLife.ended).loop().returns(None)

link_life = _builder.build()
"""Makes a machine: `link_life(LinkCore())`."""
