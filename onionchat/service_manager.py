"""What a service manager (systemd) is told of the process that it started: sd_notify's datagrams.

What lives here: one socket, and the variables that name it. What may not: what is told. No text
here holds contents, keys, names or addresses: the manager keeps it, and shows it to others.
"""

from __future__ import annotations

import os
import socket
from collections.abc import MutableMapping
from typing import Final

_MICRO: Final = 1_000_000


class ServiceManager:
    """Whoever started this process, if that wants to be told. Takes its variables out of the
    environment, so that no child (tor speaks the same protocol) speaks in our place."""

    def __init__(self, environment: MutableMapping[str, str]) -> None:
        place = environment.pop("NOTIFY_SOCKET", "")
        # A name in the abstract namespace, or a path; nothing else is spoken here.
        self._place = "\0" + place[1:] if place.startswith("@") else place
        if not place.startswith(("@", "/")):
            self._place = ""
        micros = environment.pop("WATCHDOG_USEC", "")
        pid = environment.pop("WATCHDOG_PID", "") or str(os.getpid())
        self.watchdog_seconds: float | None = None
        """How long this process may be silent before it is killed; None for ever."""
        if micros.isascii() and micros.isdigit() and int(micros) and pid == str(os.getpid()):
            self.watchdog_seconds = int(micros) / _MICRO

    def tell(self, **assignments: str) -> None:
        """Send `READY="1"`, `STATUS="…"` and the like in one datagram."""
        if not self._place:
            return
        text = "\n".join(f"{name}={' '.join(value.split())}" for name, value in assignments.items())
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            try:
                sender.sendto(text.encode(), self._place)
            except OSError:
                # It is gone, or reads nothing: no reason for a messenger to end.
                return
