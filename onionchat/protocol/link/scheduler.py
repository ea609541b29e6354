"""What goes into the next record.

What lives here: the choice of the record's size and of the frames in it, strictly by class and by
fair shares within one (docs/spec/05-link.md, "Scheduling"). What may not: keys, and what messages
mean.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from onionchat.protocol.link.channel import Channel, Priority
from onionchat.protocol.link.control import CONTROL
from onionchat.protocol.session.frames import HEADER_SIZE, header
from onionchat.protocol.session.records import content_size

_SMALLEST: Final = HEADER_SIZE


class Scheduler:
    """The queue of control messages, and the order of the channels."""

    __slots__ = ("_control", "_floor")

    def __init__(self) -> None:
        self._control: list[bytes] = []
        self._floor = 0

    def __len__(self) -> int:
        """Control messages that wait."""
        return len(self._control)

    def put(self, message: bytes) -> None:
        """Queue a control message."""
        self._control.append(message)

    def next_record(self, channels: Iterable[Channel]) -> tuple[bytes, list[Channel]]:
        """The frames of the next record and the channels that had a part in it.

        Empty when there is nothing to send.
        """
        ready = [channel for channel in channels if channel.sendable()]
        control = sum(HEADER_SIZE + len(message) for message in self._control)
        if not ready and not control:
            return b"", []
        urgent = min((channel.priority for channel in ready), default=Priority.BULK)
        wanted = control
        # Control messages do not wait for a large record of bulk data.
        if urgent is not Priority.BULK or not control:
            wanted += sum(c.waiting() for c in ready if c.priority is urgent)
        room = content_size(wanted)
        parts: list[bytes] = []
        room = self._take_control(parts, room)
        served = self._take_channels(parts, room, ready)
        return b"".join(parts), served

    def _take_control(self, parts: list[bytes], room: int) -> int:
        taken = 0
        for message in self._control:
            size = HEADER_SIZE + len(message)
            if size > room:
                break
            parts.append(header(CONTROL, True, len(message)) + message)
            room -= size
            taken += 1
        del self._control[:taken]
        return room

    def _take_channels(self, parts: list[bytes], room: int, ready: list[Channel]) -> list[Channel]:
        for channel in ready:
            # Who had nothing to say for a while has saved up no share.
            channel.served = max(channel.served, self._floor)
        served: list[Channel] = []
        while ready and room >= _SMALLEST:
            channel = min(ready, key=_turn)
            frame = channel.take(room)
            if frame is None:
                ready.remove(channel)
                continue
            self._floor = channel.served
            channel.served += len(frame)
            room -= len(frame)
            parts.append(frame)
            if channel not in served:
                served.append(channel)
            if not channel.sendable():
                ready.remove(channel)
        return served


def _turn(channel: Channel) -> tuple[int, int]:
    return channel.priority, channel.served
