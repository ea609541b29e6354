"""The other arm: a plain byte echo over an onion service, without any of onionchat."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

from onionchat.testing.torlab.client import PlainClient

ECHO_BYTES = 488
"""As much as one small record."""


class RawEcho:
    """Two client tors; one offers an echo onion, the other keeps a stream to it open."""

    def __init__(self, base: Path, torrc: Path) -> None:
        self.host = PlainClient.start(base / "raw-host", torrc)
        self.guest = PlainClient.start(base / "raw-guest", torrc)
        path = base / "raw-echo.sock"
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        threading.Thread(target=self._serve, daemon=True).start()
        self.host.control.command("SETEVENTS HS_DESC")
        reply = self.host.control.command(f"ADD_ONION NEW:ED25519-V3 Port=80,unix:{path}")
        self.address = reply[0].removeprefix("ServiceID=")
        self.host.control.wait_event(lambda event: "UPLOADED" in event, timeout=60)
        self._arrived = 0.0
        self._stream = self._dial()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._echo, args=(connection,), daemon=True).start()

    def _echo(self, connection: socket.socket) -> None:
        while data := connection.recv(65536):
            self._arrived = time.perf_counter()
            connection.sendall(data)

    def _dial(self) -> socket.socket:
        name = f"{self.address}.onion".encode()
        for _ in range(30):
            stream = socket.socket(socket.AF_UNIX)
            stream.settimeout(60)
            stream.connect(str(self.guest.socks))
            stream.sendall(b"\x05\x01\x00")
            exactly(stream, 2)
            stream.sendall(b"\x05\x01\x00\x03" + bytes([len(name)]) + name + b"\x00\x50")
            if socks_answer(stream) == 0:
                return stream
            stream.close()
            time.sleep(1)
        raise RuntimeError("the raw echo onion cannot be dialled")

    def trips(self, count: int) -> tuple[list[float], list[float]]:
        """Seconds of `count` trips of `ECHO_BYTES`: there and back, and of each the way there."""
        both, there = [], []
        for _ in range(count):
            began = time.perf_counter()
            self._stream.sendall(bytes(ECHO_BYTES))
            exactly(self._stream, ECHO_BYTES)
            both.append(time.perf_counter() - began)
            there.append(self._arrived - began)
        return both, there

    def close(self) -> None:
        """End both tors."""
        self._stream.close()
        self._listener.close()
        self.host.stop()
        self.guest.stop()


def socks_answer(stream: socket.socket) -> int:
    """Read the answer to a request of SOCKS 5, all of it; returns its code, 0 for success.

    The address in it may be of either length. What is left of it unread would be taken for the
    first bytes of the other end.
    """
    head = exactly(stream, 4)
    exactly(stream, {1: 4, 4: 16}[head[3]] + 2)
    return head[1]


def exactly(stream: socket.socket, size: int) -> bytes:
    """So many bytes of a stream. Raises ConnectionError where it ends before."""
    data = b""
    while len(data) < size:
        more = stream.recv(size - len(data))
        if not more:
            raise ConnectionError("the stream ended")
        data += more
    return data
