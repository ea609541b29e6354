"""A proxy in front of the relays that makes local links behave like distant ones.

`LinkShape` says how; run as a program (it imports nothing of the project, so it starts quickly)
this file is the proxy of all relays of a network. It knows nothing of tor: bytes in, bytes out.

Even without any delay it has a use. tor sets no TCP_NODELAY, and over loopback Nagle's algorithm
with delayed acknowledgements makes round trips jump by tens of milliseconds whenever a circuit
uses a link twice, as in a tiny network it always does. The proxy acknowledges at once.
"""

from __future__ import annotations

import errno
import heapq
import itertools
import json
import random
import selectors
import socket
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass

__all__ = ["LinkShape", "proxy_argument"]

_READ_BYTES = 65_536
_KIB = 1024

# What a direction may hold back before the proxy stops reading, so that the sender feels the
# rate as it would feel a full router: the bytes under way and 0.1 s in a queue.
_UNLIMITED_BYTES = 8 * 1024 * 1024
_LEAST_BYTES = 2 * _READ_BYTES
_QUEUE_SECONDS = 0.1
_PIECE_SECONDS = 0.005
_LEAST_PIECE = 1_460


@dataclass(frozen=True)
class LinkShape:
    """How each direction of each connection to a relay behaves.

    `delay_ms` one way, plus a random time up to `jitter_ms`; at most `rate_kib` KiB/s (None: no
    limit). Bytes keep their order. The same `seed` gives the same jitter for the same traffic.
    """

    delay_ms: float = 0.0
    jitter_ms: float = 0.0
    rate_kib: float | None = None
    seed: int = 1

    def __post_init__(self) -> None:
        """Raise `ValueError` for a link that cannot be."""
        if self.delay_ms < 0 or self.jitter_ms < 0:
            raise ValueError("a delay is not negative")
        if self.rate_kib is not None and self.rate_kib <= 0:
            raise ValueError("a rate is more than 0 KiB/s")


def proxy_argument(shape: LinkShape, links: Sequence[tuple[int, int]]) -> str:
    """Return the argument that this file takes as a program.

    `links` are pairs of an inherited file descriptor, a listening TCP socket, and the port on
    127.0.0.1 to pass its connections on to.
    """
    return json.dumps({"shape": asdict(shape), "links": list(links)})


class _Direction:
    """One direction of one connection: reads from `source`, later writes to `sink`."""

    def __init__(
        self,
        loop: _Proxy,
        source: socket.socket,
        sink: socket.socket,
        rng: random.Random,
        open_at: float,
    ) -> None:
        self._loop = loop
        self._shape = loop.shape
        self.source = source
        self.sink = sink
        self._rng = rng
        # The bytes that wait, with the time at which they have arrived; None stands for the end.
        self._waiting: deque[tuple[float, memoryview | None]] = deque()
        self._held = 0
        self._last_due = open_at
        self._wire_free = open_at
        rate = self._shape.rate_kib
        self._limit = _UNLIMITED_BYTES
        self._read_bytes = _READ_BYTES
        if rate is not None:
            # A slow link delivers little by little, not one large piece when all of it is sent.
            piece = int(rate * _KIB * _PIECE_SECONDS)
            self._read_bytes = min(max(piece, _LEAST_PIECE), _READ_BYTES)
            under_way = rate * _KIB * (self._shape.delay_ms / 1000 + _QUEUE_SECONDS)
            self._limit = max(_LEAST_BYTES, int(under_way))
        self.ended = False
        self.finished = False
        self.blocked = False

    @property
    def wants_read(self) -> bool:
        return not self.ended and self._held < self._limit

    def read(self, now: float) -> None:
        """Take what `source` has. Raises `OSError` if the connection broke."""
        data = self.source.recv(self._read_bytes)
        # Not kept by the kernel: it must be asked for again after every read.
        self.source.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        if not data:
            self.ended = True
        self._waiting.append((self._due(len(data), now), memoryview(data) if data else None))
        self._held += len(data)
        if len(self._waiting) == 1:
            self.write(now)

    def _due(self, size: int, now: float) -> float:
        """Return when `size` bytes that were sent now arrive at the other end of the link."""
        shape = self._shape
        sent = max(now, self._wire_free)
        if shape.rate_kib is not None:
            sent += size / (shape.rate_kib * _KIB)
            self._wire_free = sent
        due = sent + shape.delay_ms / 1000
        if shape.jitter_ms:
            due += self._rng.uniform(0, shape.jitter_ms / 1000)
        # Nothing overtakes what was sent before.
        self._last_due = max(due, self._last_due)
        return self._last_due

    def write(self, now: float) -> None:
        """Pass on what is due. Raises `OSError` if the connection broke."""
        self.blocked = False
        while self._waiting:
            due, data = self._waiting[0]
            if due > now:
                self._loop.call_at(due, self)
                return
            if data is None:
                self._waiting.popleft()
                self.finished = True
                self.sink.shutdown(socket.SHUT_WR)
                return
            try:
                sent = self.sink.send(data)
            except BlockingIOError:
                sent = 0
            self._held -= sent
            if sent < len(data):
                self._waiting[0] = (due, data[sent:])
                self.blocked = True
                return
            self._waiting.popleft()


class _Connection:
    """Both directions of one connection through the proxy."""

    def __init__(self, loop: _Proxy, near: socket.socket, port: int, seed: str) -> None:
        self._loop = loop
        self.near = near
        self.far = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        for sock in (self.near, self.far):
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connecting = True
        now = time.monotonic()
        # The handshake of TCP takes a round trip before the first bytes are under way.
        open_at = now + 2 * loop.shape.delay_ms / 1000
        self.forth = _Direction(loop, self.near, self.far, random.Random(f"{seed} >"), open_at)  # noqa: S311
        self.back = _Direction(loop, self.far, self.near, random.Random(f"{seed} <"), now)  # noqa: S311
        code = self.far.connect_ex(("127.0.0.1", port))
        if code not in {0, errno.EINPROGRESS}:
            raise OSError(code, "cannot reach the relay")

    def ready(self, sock: socket.socket, mask: int) -> None:
        """Do what `sock` is ready for. Raises `OSError` if the connection broke."""
        now = time.monotonic()
        if self.connecting and sock is self.far:
            code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if code:
                raise OSError(code, "cannot reach the relay")
            self.connecting = False
        outward, inward = (self.back, self.forth) if sock is self.near else (self.forth, self.back)
        if mask & selectors.EVENT_WRITE:
            outward.write(now)
        if mask & selectors.EVENT_READ and inward.wants_read:
            inward.read(now)

    def masks(self) -> list[tuple[socket.socket, int]]:
        """Return for both sockets what to wait for."""
        near = far = 0
        if not self.connecting:
            near = selectors.EVENT_READ * self.forth.wants_read
            far = selectors.EVENT_READ * self.back.wants_read
        near |= selectors.EVENT_WRITE * self.back.blocked
        far |= selectors.EVENT_WRITE * (self.forth.blocked or self.connecting)
        return [(self.near, near), (self.far, far)]

    @property
    def finished(self) -> bool:
        return self.forth.finished and self.back.finished


class _Proxy:
    """The event loop: listening sockets, connections and the bytes that are due later."""

    def __init__(self, shape: LinkShape, links: Sequence[tuple[int, int]]) -> None:
        self.shape = shape
        self._selector = selectors.DefaultSelector()
        self._timers: list[tuple[float, int, _Direction]] = []
        self._count = itertools.count()
        self._owner: dict[_Direction, _Connection] = {}
        self._masks: dict[socket.socket, int] = {}
        for number, (descriptor, port) in enumerate(links):
            listener = socket.socket(fileno=descriptor)
            listener.setblocking(False)
            accepted = itertools.count()
            self._selector.register(
                listener, selectors.EVENT_READ, (listener, port, number, accepted)
            )

    def call_at(self, due: float, direction: _Direction) -> None:
        """Have `direction` write at the time `due`."""
        heapq.heappush(self._timers, (due, next(self._count), direction))

    def run(self) -> None:
        """Serve until the process is killed."""
        while True:
            wait = None
            if self._timers:
                wait = max(0.0, self._timers[0][0] - time.monotonic())
            for key, mask in self._selector.select(wait):
                if isinstance(key.data, _Connection):
                    self._step(key.data, key.fileobj, mask)
                else:
                    self._accept(*key.data)
            now = time.monotonic()
            while self._timers and self._timers[0][0] <= now:
                direction = heapq.heappop(self._timers)[2]
                connection = self._owner.get(direction)
                if connection is not None:
                    self._step(connection, direction.sink, selectors.EVENT_WRITE)

    def _accept(
        self, listener: socket.socket, port: int, number: int, accepted: itertools.count[int]
    ) -> None:
        try:
            near, _ = listener.accept()
        except OSError:
            return  # The caller has gone already, or there are too many: serve the others.
        try:
            seed = f"{self.shape.seed} {number} {next(accepted)}"
            connection = _Connection(self, near, port, seed)
        except OSError:
            near.close()
            return
        self._owner[connection.forth] = self._owner[connection.back] = connection
        self._watch(connection)

    def _step(self, connection: _Connection, sock: object, mask: int) -> None:
        if connection.forth not in self._owner:
            return  # Closed by an event that came together with this one.
        try:
            connection.ready(connection.near if sock is connection.near else connection.far, mask)
        except BlockingIOError:
            pass
        except OSError:
            self._close(connection)
            return
        if connection.finished:
            self._close(connection)
        else:
            self._watch(connection)

    def _watch(self, connection: _Connection) -> None:
        for sock, mask in connection.masks():
            before = self._masks.get(sock, 0)
            if mask == before:
                continue
            if not mask:
                self._selector.unregister(sock)
            elif not before:
                self._selector.register(sock, mask, connection)
            else:
                self._selector.modify(sock, mask, connection)
            self._masks[sock] = mask

    def _close(self, connection: _Connection) -> None:
        del self._owner[connection.forth], self._owner[connection.back]
        for sock in (connection.near, connection.far):
            if self._masks.pop(sock, 0):
                self._selector.unregister(sock)
            sock.close()


def main(argv: list[str]) -> int:
    """Run the proxy that the argument of `proxy_argument` describes, until it is killed."""
    given = json.loads(argv[1])
    _Proxy(LinkShape(**given["shape"]), [(fd, port) for fd, port in given["links"]]).run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
