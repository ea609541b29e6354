"""The channels of one link: opening and closing, credit, messages in and out.

What lives here: `Mux`, which turns messages into frames and back. What may not: records, keys,
time (`link`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from onionchat.errors import FloodRefused, Malformed, PeerUnreachable, UnexpectedMessage
from onionchat.protocol.link.channel import Channel, Priority
from onionchat.protocol.link.control import (
    BULK_WINDOW,
    MAX_CHANNELS,
    WINDOW,
    Close,
    Credit,
    Open,
)
from onionchat.protocol.link.events import (
    ChannelClosed,
    ChannelOpened,
    ChannelWritable,
    MessageReceived,
)
from onionchat.protocol.link.lifecycle import LinkCore
from onionchat.protocol.link.scheduler import Scheduler
from onionchat.protocol.session.frames import Frame
from onionchat.protocol.wire.codec import WireStruct, encode
from onionchat.protocol.wire.records import MAX_MESSAGE

MAX_CONTROL_QUEUE: Final = 256
"""Control messages that a peer can make this side queue by not reading them."""


class Mux:
    """The channels of one link."""

    __slots__ = ("_channels", "_core", "_dialler", "_kinds", "_scheduler")

    def __init__(self, dialler: bool, kinds: Mapping[str, Priority], core: LinkCore) -> None:
        self._dialler = dialler
        self._kinds = kinds
        self._core = core
        self._channels: dict[int, Channel] = {}
        self._scheduler = Scheduler()

    # --- the owner's side

    def open(self, kind: str, priority: Priority | None) -> int:
        """Open a channel; returns its number."""
        own = range(1 if self._dialler else 2, 2 * MAX_CHANNELS + 1, 2)
        number = next((n for n in own if n not in self._channels), None)
        if number is None:
            raise RuntimeError("too many channels are open")
        self._channels[number] = Channel(
            number,
            self._kinds[kind] if priority is None else priority,
            _window(self._kinds.get(kind)),
        )
        self.control(Open(number, kind))
        return number

    def send(self, number: int, message: bytes) -> None:
        """Queue a message.

        Raises:
            PeerUnreachable: the channel is closing or closed.
        """
        if len(message) > MAX_MESSAGE:
            raise ValueError("a message is longer than MAX_MESSAGE")
        channel = self._channels.get(number)
        if channel is None or channel.closing:
            raise PeerUnreachable
        channel.put(message)

    def backlog(self, number: int) -> int:
        """Bytes of messages that wait; 0 for a closed channel."""
        channel = self._channels.get(number)
        return 0 if channel is None else channel.backlog

    def pause(self, number: int, paused: bool) -> None:
        """Hold credit back, or give it again."""
        channel = self._channels.get(number)
        if channel is not None:
            channel.paused = paused
            self._grant(channel)

    def close(self, number: int) -> None:
        """Close a channel once everything is sent."""
        channel = self._channels.get(number)
        if channel is not None and not channel.closing:
            channel.closing = True
            self._close_if_empty(channel)

    def taken(self, channel: Channel, price: int) -> None:
        """The owner took a message."""
        channel.owed += price
        # A number may be in use again for another channel, which is owed nothing.
        if self._channels.get(channel.number) is channel:
            self._grant(channel)

    # --- sending

    def control(self, message: WireStruct) -> None:
        """Queue a control message."""
        self._scheduler.put(encode(message))

    def next_frames(self) -> tuple[bytes, bool]:
        """The frames of the next record, and whether messages are among them; empty for none."""
        frames, served = self._scheduler.next_record(self._channels.values())
        for channel in served:
            if channel.became_writable():
                self._core.tell(ChannelWritable(channel.number))
            if channel.closing:
                self._close_if_empty(channel)
        return frames, bool(served)

    def empty(self) -> bool:
        """Whether nothing waits to be sent."""
        return not len(self._scheduler) and all(c.empty() for c in self._channels.values())

    def drop(self) -> None:
        """Forget everything: the link is over."""
        self._channels.clear()
        self._scheduler = Scheduler()

    # --- receiving

    def check_flood(self) -> None:
        """Refuse a peer that makes this side answer and does not read the answers.

        Raises:
            FloodRefused: too many answers wait.
        """
        if len(self._scheduler) > MAX_CONTROL_QUEUE:
            raise FloodRefused

    def data(self, frame: Frame) -> None:
        """Take a frame of a channel.

        Raises:
            UnexpectedMessage: there is no such channel.
            FloodRefused, Malformed, TooLarge: the peer exceeds a limit.
        """
        channel = self._channels.get(frame.channel)
        if channel is None:
            raise UnexpectedMessage
        channel.charge(len(frame.payload), frame.last)
        if channel.close_sent:
            return  # on its way when we closed
        whole = channel.assemble(frame.payload, frame.last)
        if whole is not None:
            message, price = whole
            self._core.tell(MessageReceived(channel.number, message), channel, price)

    def opened(self, message: Open) -> None:
        """The peer opens a channel; one of an unknown kind is closed at once.

        Raises:
            UnexpectedMessage: the number is in use or not the peer's.
            FloodRefused: too many channels.
        """
        number = message.channel
        if number in self._channels or number % 2 == self._dialler:
            raise UnexpectedMessage
        if sum(1 for other in self._channels if other % 2 == number % 2) >= MAX_CHANNELS:
            raise FloodRefused
        priority = self._kinds.get(message.kind)
        if priority is None:
            # Its opener knows its window, this side does not.
            channel = Channel(number, Priority.BULK, BULK_WINDOW, announced=False)
            self._channels[number] = channel
            self.close(number)
            return
        self._channels[number] = Channel(number, priority, _window(priority))
        self._core.tell(ChannelOpened(number, message.kind))

    def credited(self, message: Credit) -> None:
        """The peer gives credit.

        Raises:
            UnexpectedMessage: there is no such channel.
            Malformed: more than a window.
        """
        channel = self._channels.get(message.channel)
        if channel is None:
            raise UnexpectedMessage
        channel.credit_out += message.size
        if channel.credit_out > channel.window:
            raise Malformed

    def closed(self, message: Close) -> None:
        """The peer closes a channel, or answers that we did.

        Raises:
            UnexpectedMessage: there is no such channel.
        """
        channel = self._channels.pop(message.channel, None)
        if channel is None:
            raise UnexpectedMessage
        if not channel.close_sent:
            self.control(Close(channel.number))
        if channel.announced:
            self._core.tell(ChannelClosed(channel.number))

    def _close_if_empty(self, channel: Channel) -> None:
        if channel.empty():
            channel.close_sent = True
            self.control(Close(channel.number))

    def _grant(self, channel: Channel) -> None:
        size = 0 if channel.close_sent else channel.grant()
        if size:
            self.control(Credit(channel.number, size))


def _window(kind: Priority | None) -> int:
    """The window of a channel whose kind has this class; the class it is sent with may differ."""
    return BULK_WINDOW if kind is Priority.BULK else WINDOW
