"""One channel: what waits to be sent, credit, and the message that is being put together.

What lives here: the accounts of one channel. What may not: which channel is served next
(`scheduler`), control messages (`link`).
"""

from __future__ import annotations

from collections import deque
from enum import IntEnum
from typing import Final

from onionchat.errors import FloodRefused, Malformed, TooLarge
from onionchat.protocol.link.control import FRAME_COST, GRANTS, MIN_FRAGMENT, WINDOW
from onionchat.protocol.session.frames import HEADER_SIZE, header
from onionchat.protocol.wire.records import MAX_MESSAGE

HIGH_WATER: Final = 128 * 1024
"""Bytes of backlog from which on `ChannelWritable` is promised."""

LOW_WATER: Final = 32 * 1024
"""Bytes of backlog at which `ChannelWritable` is said."""


class Priority(IntEnum):
    """Classes of channels, most urgent first; control messages go before all."""

    REALTIME = 0
    INTERACTIVE = 1
    BULK = 2


class Channel:
    """The state of one open channel."""

    __slots__ = (
        "_offset",
        "_partial",
        "_queue",
        "_spent",
        "_warned",
        "announced",
        "backlog",
        "close_sent",
        "closing",
        "credit_in",
        "credit_out",
        "number",
        "owed",
        "paused",
        "priority",
        "served",
        "window",
    )

    def __init__(
        self, number: int, priority: Priority, window: int = WINDOW, *, announced: bool = True
    ) -> None:
        self.number = number
        self.priority = priority
        self.window = window
        """The most credit that either side may have; both know it from the channel's kind."""
        self.announced = announced
        """Whether the owner knows of it: not if it was refused for its kind."""
        self.backlog = 0
        """Bytes of messages that wait to be sent."""
        self.served = 0
        """Bytes sent, as the scheduler counts them."""
        self.credit_out = window
        self.credit_in = window
        self.owed = 0
        """Credit of messages that the owner has taken, not given back yet."""
        self.paused = False
        self.closing = False
        """The owner closed it; what waits is still sent."""
        self.close_sent = False
        self._queue: deque[bytes] | None = None  # an empty deque would take 760 bytes
        self._offset = 0
        self._partial: bytearray | None = None
        self._spent = 0
        self._warned = False

    # --- sending

    def put(self, message: bytes) -> None:
        """Queue a message."""
        if self._queue is None:
            self._queue = deque()
        self._queue.append(message)
        self.backlog += len(message)
        if self.backlog > HIGH_WATER:
            self._warned = True

    def waiting(self) -> int:
        """Bytes of frames that could be sent now, about."""
        assert self._queue is not None  # the caller asked `sendable`
        return min(self.backlog + HEADER_SIZE * len(self._queue), self.credit_out)

    def sendable(self) -> bool:
        """Whether there is something to send and credit for it."""
        if self._queue is None:
            return False
        rest = len(self._queue[0]) - self._offset
        return min(rest, MIN_FRAGMENT) + FRAME_COST <= self.credit_out

    def take(self, room: int) -> bytes | None:
        """The next frame, in at most `room` bytes; None if no sensible one fits."""
        queue = self._queue
        assert queue is not None  # the caller asked `sendable`
        message, start = queue[0], self._offset
        rest = len(message) - start
        size = min(rest, room - HEADER_SIZE, self.credit_out - FRAME_COST)
        last = size == rest
        if size < 0 or (not last and size < MIN_FRAGMENT):
            return None
        self.credit_out -= size + FRAME_COST
        self.backlog -= size
        self._offset += size
        if last:
            queue.popleft()
            self._offset = 0
            if not queue:
                self._queue = None
        return header(self.number, last, size) + message[start : start + size]

    def became_writable(self) -> bool:
        """Whether the owner waits for a small backlog and this is one. True once."""
        if not self._warned or self.backlog > LOW_WATER:
            return False
        self._warned = False
        return True

    def empty(self) -> bool:
        """Whether nothing waits to be sent."""
        return self._queue is None

    # --- receiving

    def charge(self, size: int, last: bool) -> None:
        """Take the price of a frame of `size` bytes from the peer's credit.

        Raises:
            FloodRefused: the peer has no credit for it.
            Malformed: a piece of a message that is too small.
        """
        if not last and size < MIN_FRAGMENT:
            raise Malformed
        self.credit_in -= size + FRAME_COST
        if self.credit_in < 0:
            raise FloodRefused

    def assemble(self, payload: bytes, last: bool) -> tuple[bytes, int] | None:
        """Add a frame. Returns the message and its price once it is whole.

        Raises:
            TooLarge: the message is longer than any may be.
        """
        self._spent += len(payload) + FRAME_COST
        if self._partial is not None:
            if len(self._partial) + len(payload) > MAX_MESSAGE:
                raise TooLarge
            self._partial += payload
            if not last:
                return None
            payload, self._partial = bytes(self._partial), None
        elif not last:
            self._partial = bytearray(payload)
            return None
        price, self._spent = self._spent, 0
        return payload, price

    def grant(self) -> int:
        """The credit to give back now; 0 for none yet."""
        if self.paused or self.owed < self.window // GRANTS:
            return 0
        granted, self.owed = self.owed, 0
        self.credit_in += granted
        return granted
