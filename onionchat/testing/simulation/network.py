"""A network that also loses, doubles, swaps and alters records, delivers late, and remembers.

What lives here: faults below the sessions. What may not: who does what when (`steps`).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from itertools import count
from typing import Final

from twisted.internet.interfaces import IProtocol, IProtocolFactory, IReactorTime
from twisted.internet.protocol import Factory, Protocol

from onionchat.errors import PeerUnreachable
from onionchat.net.transports.memory import MemoryNetwork, MemoryService, MemoryTransport
from onionchat.net.transports.memory_end import MemoryEnd
from onionchat.testing.rng import SeededRng
from onionchat.testing.simulation.trace import Trace

RECORDED: Final = 64 * 1024
"""Bytes of a caller's stream that are remembered, to be replayed."""

PACES: Final[tuple[tuple[float, float], ...]] = (
    (0.02, 0.05),
    (0.05, 0.4),
    (0.3, 1.5),
    (0.01, 3.0),
)
"""Fastest and slowest one-way delays, seconds."""

STRANGE: Final = 2
"""Pieces after an altered one by which the receiver knows: a swap hides the first, a changed length
makes it wait for more."""

TAMPERING: Final = ("flip", "drop", "double", "swap", "cut", "insert")


class _Again(bytes):
    """The second copy of what is said twice."""


class SimulatedEnd(MemoryEnd):
    """An end whose next bytes may meet an accident. `taken_again` hears of second copies after
    which the receiver goes on: they are whole records, so it must end there and then."""

    def __init__(
        self,
        clock: IReactorTime,
        delay: Callable[[], float],
        label: str,
        trace: Trace,
        taken_again: Callable[[], None],
    ) -> None:
        super().__init__(clock, delay)
        self.label = label
        self._taken_again = taken_again
        self.tampering = ""
        self.salt = 0
        self.stream = bytearray()
        self._trace = trace
        self._swapped = b""
        self.altered_at: float | None = None
        self.silent_since: float | None = None
        self.after = 0
        """Pieces that were sent since then: none of them may be accepted."""

    def write(self, data: bytes) -> None:
        """Send `data`, or what becomes of it."""
        if not self.connected or not data:
            return
        self._trace.note(f"{self.label} {len(data)} {zlib.crc32(data):08x}")
        if len(self.stream) < RECORDED:
            self.stream += data
        if self.altered_at is not None:
            self.after += 1
        for piece in self._tampered(data):
            super().write(piece)

    def _deliver(self, item: bytes | Exception) -> None:
        heard = self._reading and self.connected
        super()._deliver(item)
        if isinstance(item, _Again) and heard and self.connected:
            self._taken_again()

    def _tampered(self, data: bytes) -> list[bytes]:
        what, self.tampering = self.tampering, ""
        if self._swapped:
            first, self._swapped = self._swapped, b""
            return [data, first]
        if not what:
            return [data]
        self._trace.count(f"tampered: {what}")
        self.altered_at = self._clock.seconds()
        self._trace.note(f"{self.label} {what}")
        at = self.salt % len(data)
        match what:
            case "flip":
                changed = bytearray(data)
                changed[at] ^= 1 << self.salt % 8
                return [bytes(changed)]
            case "drop":
                return []
            case "double":
                return [data, _Again(data)]
            case "swap":
                self._swapped = data
                return []
            case "cut":
                return [data[:at]] if at else []
            case _:
                return [data[:at], bytes((self.salt % 256,)) * (1 + self.salt % 64), data[at:]]


class SimulatedNetwork(MemoryNetwork):
    """Delays by pairs, from a seed of their own."""

    def __init__(self, clock: IReactorTime, trace: Trace, rng: SeededRng) -> None:
        super().__init__(clock, delay=self._usual)
        self._rng = rng
        self._trace = trace
        self._order = count(1)
        self._paces: dict[frozenset[str], tuple[float, float]] = {}
        self.pace = PACES[0]
        self.altered_between: set[frozenset[str]] = set()
        self.taken_again = 0
        """Times that an end went on after it had heard the same records twice."""
        self._last: dict[tuple[str, str], tuple[MemoryService, SimulatedEnd]] = {}
        """The last connection that each called the other on."""

    def _usual(self) -> float:
        return self._rng.uniform(*self.pace)

    def slow(self, one: str, other: str, pace: tuple[float, float] | None) -> None:
        """Let bytes between two need so long from now on; None: as all others."""
        if pace is None:
            self._paces.pop(frozenset((one, other)), None)
        else:
            self._paces[frozenset((one, other))] = pace

    def make_ends(
        self, caller: MemoryTransport, callee: MemoryTransport
    ) -> tuple[MemoryEnd, MemoryEnd]:
        """See `MemoryNetwork`."""
        pair = frozenset((caller.label, callee.label))
        number = next(self._order)
        self._trace.count("connections")

        def delay() -> float:
            return self._rng.uniform(*self._paces.get(pair, self.pace))

        return (
            SimulatedEnd(self.clock, delay, f"{number}>", self._trace, self._take_again),
            SimulatedEnd(self.clock, delay, f"{number}<", self._trace, self._take_again),
        )

    def _take_again(self) -> None:
        self.taken_again += 1

    def connect(
        self, caller: MemoryTransport, service: MemoryService, factory: IProtocolFactory
    ) -> IProtocol:
        """See `MemoryNetwork`."""
        made = super().connect(caller, service, factory)
        near = self._connections[-1].ends[0]
        assert isinstance(near, SimulatedEnd)
        self._last[caller.label, service.owner.label] = service, near
        return made

    def replay(self, one: str, other: str) -> bool:
        """Say again, on a new connection, what `one` said on its last one to `other`."""
        service, near = self._last.get((one, other), (None, None))
        if service is None or near is None or not near.stream:
            return False
        if self.services.get(service.spec.onion_key) is not service:
            return False
        said = bytes(near.stream)

        class Again(Protocol):
            def connectionMade(self) -> None:
                assert self.transport is not None
                self.transport.write(said)

        try:
            super().connect(self.transport("somebody"), service, Factory.forProtocol(Again))
        except PeerUnreachable:
            return False
        self._trace.count("streams replayed")
        return True

    def tamper(self, one: str, other: str, what: str, salt: int) -> int:
        """Let the next bytes on each connection between two meet an accident, in one direction."""
        found = 0
        self.altered_between.add(frozenset((one, other)))
        for connection in self.between(one, other):
            end = connection[salt % 2]
            end.tampering, end.salt = what, salt
            found += 1
        return found

    def between(self, one: str, other: str) -> list[tuple[SimulatedEnd, SimulatedEnd]]:
        """The ends of the open connections between two: of the caller, of the callee."""
        found = []
        for connection in self._between(one, other):
            near, far = connection.ends
            assert isinstance(near, SimulatedEnd) and isinstance(far, SimulatedEnd)
            found.append((near, far))
        return found

    def silence(self, one: str, other: str) -> int:
        """See `MemoryNetwork`."""
        for connection in self.between(one, other):
            for end in connection:
                if end.silent_since is None:
                    end.silent_since = self.clock.seconds()
        return super().silence(one, other)

    def long_silent(self, seconds: float) -> int:
        """Ends that go on although nothing has passed on their connection for so long."""
        now = self.clock.seconds()
        return sum(
            isinstance(end, SimulatedEnd)
            and end.connected
            and end.silent_since is not None
            and now - end.silent_since > seconds
            for connection in self._connections
            for end in connection.ends
        )

    def altered(self, seconds: float) -> int:
        """Connections that go on although their stream was altered so long ago."""
        now = self.clock.seconds()
        return sum(
            isinstance(end, SimulatedEnd)
            and end.altered_at is not None
            and now - end.altered_at > seconds
            and end.after > STRANGE
            and all(other.connected and not other.silent for other in connection.ends)
            for connection in self._connections
            for end in connection.ends
        )

    def open_connections(self) -> int:
        """Connections of which an end is open."""
        return sum(
            any(end.connected and not end.silent for end in connection.ends)
            for connection in self._connections
        )
