"""Free TCP ports on 127.0.0.1, without two networks taking the same one.

Only the choice of ports lives here; the programs bind them themselves.
"""

from __future__ import annotations

import socket
from pathlib import Path
from random import SystemRandom
from types import TracebackType

from onionchat.testing.torlab.errors import TorLabError

__all__ = ["PortClaims", "listener"]

_LOWEST = 10_000
_HIGHEST = 65_535
_RANGE_FILE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_DEFAULT_EPHEMERAL = 32_768
_TRIES = 2_000


def listener(port: int) -> socket.socket:
    """Return a listening, non-blocking socket on 127.0.0.1. Raises `OSError` if it is taken."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        # As tor does: connections of an earlier network that linger must not count as busy.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("127.0.0.1", port))
        sock.listen(128)
        sock.setblocking(False)
    except OSError:
        sock.close()
        raise
    return sock


class PortClaims:
    """Ports that this process has claimed until `close`.

    Between the choice of a port and the moment when tor binds it another network could choose
    the same. A claim is an abstract Unix socket of the port's name: every network looks at it, and
    the kernel drops it together with the process. It means nothing to other programs; they are
    evaded by choosing ports below those that the system hands out by itself.
    """

    def __init__(self) -> None:
        self._claims: list[socket.socket] = []

    def __enter__(self) -> PortClaims:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give all claims back."""
        for claim in self._claims:
            claim.close()
        self._claims.clear()

    def claim(self, ports: list[int]) -> bool:
        """Claim exactly `ports`, all or none. Returns False if one of them is busy."""
        before = len(self._claims)
        for port in ports:
            if not self._claim_one(port):
                for claim in self._claims[before:]:
                    claim.close()
                del self._claims[before:]
                return False
        return True

    def take(self, count: int) -> list[int]:
        """Claim `count` free ports and return them. Raises `TorLabError` if there are none."""
        choose = SystemRandom()
        top = _first_ephemeral_port()
        taken: list[int] = []
        for _ in range(_TRIES):
            if len(taken) == count:
                return taken
            port = choose.randrange(_LOWEST, top)
            if port not in taken and self._claim_one(port):
                taken.append(port)
        raise TorLabError(f"No {count} free TCP ports on 127.0.0.1 between {_LOWEST} and {top}.")

    def _claim_one(self, port: int) -> bool:
        claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            claim.bind(f"\0onionchat-torlab-port-{port}")
            listener(port).close()
        except OSError:
            claim.close()
            return False
        self._claims.append(claim)
        return True


def _first_ephemeral_port() -> int:
    """Return the lowest port that the kernel gives to outgoing connections by itself.

    At and above it, any connection of any program may sit on the port that a stored network needs.
    """
    try:
        first = int(_RANGE_FILE.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        first = _DEFAULT_EPHEMERAL
    # A system that hands out nearly all ports leaves no room below: then take any of them.
    return first if first >= 2 * _LOWEST else _HIGHEST
