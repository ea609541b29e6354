"""A link that is there for one exchange on one channel.

What lives here: the part of its owner that is the same for all exchanges. What may not: what is
said (`exchanges`, `linking`).
"""

from __future__ import annotations

from typing import Final

from onionchat.errors import OnionchatError, PeerUnreachable, ProtocolViolation
from onionchat.node.live_link import LiveLink
from onionchat.protocol.link.events import ByeReason

EXCHANGE_SECONDS: Final = 120.0
"""How long an exchange may take unless its owner says otherwise: a few small messages each way."""


class OneChannelLink:
    """One link with one channel of a given kind: implements `LinkOwner`."""

    def __init__(self, live: LiveLink, kind: str, seconds: float = EXCHANGE_SECONDS) -> None:
        self.live = live
        self.gone = False
        self._kind = kind
        self._channel: int | None = live.open(kind) if live.dialled else None
        self._deadline = live.later(seconds, lambda: live.close(ByeReason.DONE))

    def channel_opened(self, channel: int, kind: str) -> None:
        """The dialler opened the channel."""
        if kind == self._kind and self._channel is None and not self.live.dialled:
            self._channel = channel
        else:
            self.live.core.close(channel)

    def message(self, channel: int, data: bytes) -> None:
        """A message of the exchange."""
        if channel != self._channel:
            return
        try:
            self.receive(data)
        except ProtocolViolation as error:
            self.live.abort(error)

    def receive(self, data: bytes) -> None:
        """Take a message of the other side. Raises ProtocolViolation."""
        raise AssertionError  # pragma: no cover - every exchange has its own

    def writable(self, channel: int) -> None:
        """Nothing waits: messages of an exchange are few and small."""

    def channel_closed(self, channel: int) -> None:
        """The other side has finished."""
        self.live.close(ByeReason.DONE)

    def lost(self, error: OnionchatError | None) -> None:
        """The link is gone; a new one begins anew from what is stored."""
        self.gone = True
        if self._deadline.active():
            self._deadline.cancel()

    def say(self, message: bytes) -> bool:
        """Queue a message that wants an answer; returns whether that was still possible."""
        if self.gone or self._channel is None:
            return False
        try:
            self.live.send(self._channel, message, expect_answer=True)
        except PeerUnreachable:
            return False
        return True
