"""Who is told of each change of a transport's status. Every transport has one of these."""

from __future__ import annotations

from collections.abc import Callable

from twisted.logger import Logger

from onionchat.net.transports.interface import TransportStatus

_log = Logger()

Listener = Callable[[TransportStatus], None]


class StatusListeners:
    """The listeners of one transport."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def add(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after every change; returns what takes it back, any number of times."""
        self._listeners.append(listener)

        def remove() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return remove

    def tell(self, status: TransportStatus) -> None:
        """Tell all of them."""
        for listener in tuple(self._listeners):
            try:
                listener(status)
            except Exception:  # noqa: BLE001 - a listener's defect must not stop a transport
                _log.failure("in a listener of a transport")

    def clear(self) -> None:
        """Tell nobody any more."""
        self._listeners.clear()
