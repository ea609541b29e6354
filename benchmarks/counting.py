"""Counts what the links of this process write and read, record by record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from onionchat.net.core_protocol import CoreProtocol


class Counted:
    """From its making on, `written` and `read` hold the sizes of every portion of every link, with
    the clock of the link's node, which tells several nodes of one process apart.
    """

    def __init__(self) -> None:
        self.written: list[tuple[object, int]] = []
        self.read: list[tuple[object, int]] = []
        counted = self
        made: Callable[..., None] = CoreProtocol.connectionMade
        received: Callable[..., None] = CoreProtocol.dataReceived

        def connection_made(self: CoreProtocol[Any]) -> None:
            stream: Any = self.transport
            write = stream.write

            def count(data: bytes) -> None:
                counted.written.append((self._clock, len(data)))
                write(data)

            stream.write = count
            made(self)

        def data_received(self: CoreProtocol[Any], data: bytes) -> None:
            counted.read.append((self._clock, len(data)))
            received(self, data)

        CoreProtocol.connectionMade = connection_made  # type: ignore[method-assign]
        CoreProtocol.dataReceived = data_received  # type: ignore[method-assign]

        def undo() -> None:
            CoreProtocol.connectionMade = made  # type: ignore[method-assign]
            CoreProtocol.dataReceived = received  # type: ignore[method-assign]

        self.close = undo

    def clear(self) -> None:
        """Forget what was counted so far."""
        self.written.clear()
        self.read.clear()
