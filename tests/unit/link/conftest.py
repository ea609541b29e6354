"""Two links that talk to each other without a network."""

from collections.abc import Callable

import pytest

from onionchat.protocol.crypto.keys import AgreementKey
from onionchat.protocol.link.events import Event, LinkUp, MessageReceived
from onionchat.protocol.link.link import KINDS, Link
from onionchat.protocol.session.handshake import Candidate, Initiator, Responder
from onionchat.protocol.session.renewal import RenewalLimits
from onionchat.testing.rng import SeededRng

DIALLER_KEY = AgreementKey(b"d" * 32)
CALLEE_KEY = AgreementKey(b"c" * 32)


class End:
    """One end: a link, what it told, what it sent."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.events: list[Event] = []
        self.sent = b""
        self.outbox = b""

    def collect(self) -> None:
        while (event := self.link.next_event()) is not None:
            self.events.append(event)

    def flush(self) -> bytes:
        """What the shell does after each call."""
        self.collect()
        out = b""
        while data := self.link.bytes_to_send():
            out += data
            self.collect()
        self.collect()
        self.sent += out
        self.outbox += out
        return out

    def messages(self) -> list[bytes]:
        return [event.data for event in self.events if isinstance(event, MessageReceived)]

    def told(self, kind: type) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]

    def take(self) -> bytes:
        self.flush()
        out, self.outbox = self.outbox, b""
        return out


class Pair:
    """A dialler and a callee, and a clock."""

    def __init__(
        self,
        limits: RenewalLimits | None = None,
        candidates: tuple[Candidate, ...] = (Candidate(CALLEE_KEY, tag="bob"),),
        psk: bytes | None = None,
        address: bytes = b"address",
        delay: float = 0.1,
        kinds=KINDS,
    ) -> None:
        self.now = 1000.0
        self.delay = delay
        rng = SeededRng(1)
        self.dialler = End(
            Link.dialling(
                Initiator(DIALLER_KEY, CALLEE_KEY.public, psk, "tor", address, rng, self.now),
                self.now,
                rng,
                kinds,
                frozenset({"files"}),
                limits or RenewalLimits(spread=0.0),
            )
        )
        self.callee = End(
            Link.accepting(
                Responder(candidates, "tor", b"address", SeededRng(2), self.now),
                self.now,
                SeededRng(3),
                kinds,
                frozenset({"files", "calls"}),
                limits or RenewalLimits(spread=0.0),
            )
        )

    def carry(self, chunk: Callable[[int], int] = lambda left: left) -> None:
        """Carry everything both ways until neither has anything to say."""
        while True:
            moved = False
            for one, other in ((self.dialler, self.callee), (self.callee, self.dialler)):
                data = one.take()
                moved = moved or bool(data)
                self.now += self.delay if data else 0
                while data:
                    size = chunk(len(data))
                    other.link.receive(data[:size], self.now)
                    data = data[size:]
            if not moved:
                return

    def up(self) -> "Pair":
        self.carry()
        assert self.dialler.told(LinkUp) and self.callee.told(LinkUp)
        return self

    def wait_until(self, when: float) -> None:
        """Let time pass, with all that is due."""
        while True:
            due = [
                (deadline, end)
                for end in (self.dialler, self.callee)
                if (deadline := end.link.deadline()) is not None
            ]
            if not due or min(due, key=lambda pair: pair[0])[0] > when:
                break
            deadline, end = min(due, key=lambda pair: pair[0])
            self.now = max(self.now, deadline)
            end.link.on_deadline(self.now)
            self.carry()
        self.now = max(self.now, when)


@pytest.fixture(scope="session")
def make_pair() -> type[Pair]:
    return Pair
