"""Notices that this machine's network changed: another link, another address. Linux only.

A netlink socket to the kernel; nothing leaves the machine and no address is read. Where there is
no netlink the watchdog lives without this sign.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Final

from twisted.internet.interfaces import IDelayedCall, IReactorFDSet, IReactorTime, IReadDescriptor
from zope.interface import implementer

QUIET_SECONDS: Final = 2.0
"""Changes come in bursts: one call for all of them."""

# <linux/rtnetlink.h>: links, IPv4 addresses, IPv6 addresses.
_GROUPS: Final = 0x1 | 0x10 | 0x100
_ROUTE: Final = 0
_READ_BYTES: Final = 65536


class WatchReactor(IReactorFDSet, IReactorTime):
    """What this module needs of a reactor."""


@implementer(IReadDescriptor)
class NetworkWatch:
    """Calls `on_change` some seconds after the network changed, until `stop`."""

    def __init__(self, reactor: WatchReactor, on_change: Callable[[], None]) -> None:
        self._reactor = reactor
        self._on_change = on_change
        self._socket: socket.socket | None = None
        self._timer: IDelayedCall | None = None

    def start(self) -> bool:
        """Begin; False where it cannot work."""
        family = getattr(socket, "AF_NETLINK", None)
        if family is None or not hasattr(self._reactor, "addReader"):
            return False
        try:
            watch = socket.socket(family, socket.SOCK_RAW | socket.SOCK_CLOEXEC, _ROUTE)
        except OSError:
            return False
        try:
            watch.bind((0, _GROUPS))
        except OSError:
            watch.close()
            return False
        watch.setblocking(False)
        self._socket = watch
        self._reactor.addReader(self)
        return True

    def stop(self) -> None:
        """End; does nothing the second time."""
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        if self._socket is not None:
            self._reactor.removeReader(self)
            self._socket.close()
            self._socket = None

    def fileno(self) -> int:
        """For the reactor."""
        return -1 if self._socket is None else self._socket.fileno()

    def logPrefix(self) -> str:
        """For the reactor's log."""
        return "network watch"

    def doRead(self) -> None:
        """Something changed: drain the socket and wait for the end of the burst."""
        if self._socket is None:
            return
        try:
            while self._socket.recv(_READ_BYTES):
                pass
        except BlockingIOError:
            pass
        except OSError:
            # More changes than the kernel keeps for us: that is a change, too.
            pass
        if self._timer is None or not self._timer.active():
            self._timer = self._reactor.callLater(QUIET_SECONDS, self._on_change)

    def connectionLost(self, reason: object) -> None:
        """The reactor gave up on the socket."""
        self.stop()
