"""What a contact can tell of our place from the times at which acknowledgements come back (P2).

A contact writes to us again and again while we are at one of three places: the ways there take 20,
40 or 60 ms each way and vary by a tenth. It learns for each place how long receipts take, and then
tells from a single one where we are. That succeeds nearly always if receipts are sent at once, and
must succeed no more often than by guessing as they are sent.
"""

import math
import random

from onionchat.protocol.crypto.keys import SigningKey
from onionchat.protocol.journal.memory import MemoryJournal
from onionchat.protocol.sync import session as module
from onionchat.protocol.sync.events import CommitEntries, SharedJournal
from onionchat.protocol.sync.messages import Ack, Entries, Have, decode_message, encode_message
from onionchat.protocol.sync.names import Names, frontier_digest
from onionchat.protocol.sync.position import Position
from onionchat.protocol.sync.session import SyncSession
from onionchat.types import DeviceKey, JournalId, Millis

J = JournalId(b"\x01" * 32)
OURS, CONTACT = (SigningKey(bytes([n]) * 32) for n in (1, 2))
SALT = b"handshake hash"

PLACES = (0.02, 0.04, 0.06)
"""Seconds one way."""
LINKS = 8
PROBES = 200
"""For each place and link."""
COMMIT = 0.003
GUESSING = 1 / len(PLACES)


class Link:
    """One link of the contact to our session, with every moment under the test's control."""

    def __init__(self, world, seed: int, way: float) -> None:
        self.chance = random.Random(seed)
        self.way = way
        self.names = Names(SALT)
        self.theirs, self.here = MemoryJournal(J), MemoryJournal(J)
        self.now = self.chance.uniform(100, 200)
        self.session = SyncSession(
            journals={J: SharedJournal({}, DeviceKey(OURS.public))},
            salt=SALT,
            rng=world.SeededRng(seed),
            now=self.now,
            share_read=False,
        )
        self.session.messages_to_send()
        nothing = {self.names.of(J): {}}
        have = Have(frontier_digest(nothing), list(nothing.items()), full=False, more=False)
        self.session.receive(encode_message(have), self.now)
        self.acknowledged(10)

    def trip(self) -> float:
        return self.way * self.chance.uniform(0.9, 1.1)

    def acknowledged(self, seconds: float) -> float | None:
        """When the first acknowledgement leaves, at the latest in `seconds`; all time passes."""
        at, end = None, self.now + seconds
        while True:
            said = [decode_message(message.data) for message in self.session.messages_to_send()]
            if at is None and any(isinstance(message, Ack) for message in said):
                at = self.now
            due = self.session.deadline()
            if due is None or due > end:
                break
            self.now = max(self.now, due)
            self.session.on_deadline(self.now)
        self.now = end
        return at

    def probe(self) -> float:
        """Seconds from writing an entry until the acknowledgement is back at the contact."""
        self.now += self.chance.uniform(0, 3)
        written = self.now
        self.now += self.trip()
        entry = self.theirs.append(CONTACT, Millis(0), 16, b"probe")
        self.session.receive(encode_message(Entries([entry.to_bytes()])), self.now)
        self.now += COMMIT * self.chance.uniform(0.5, 1.5)
        while (event := self.session.next_event()) is not None:
            if isinstance(event, CommitEntries):
                self.here.receive(event.entries)
                there = {a: Position.of(*self.here.head_of(a)) for a in self.here.frontier}
                self.session.committed(J, there, self.now)
        left = self.acknowledged(5)
        assert left is not None
        return left + self.trip() - written


def measure(world, place: int, *, links: int = LINKS, probes: int = PROBES) -> list[float]:
    found = []
    for number in range(links):
        link = Link(world, 1000 * place + number, PLACES[place])
        found += [link.probe() for _ in range(probes)]
    return found


def recognised(times: list[list[float]], bin_seconds: float = 0.04) -> float:
    """How often the place of a receipt is told right, by the likelihoods of the other half."""

    def bins(values):
        counts: dict[int, float] = {}
        for value in values:
            middle = math.floor(value / bin_seconds)
            for at, weight in ((middle - 1, 0.5), (middle, 1.0), (middle + 1, 0.5)):
                counts[at] = counts.get(at, 0.05) + weight
        return counts

    learned = [bins(place[::2]) for place in times]
    right = total = 0
    for place, values in enumerate(times):
        for value in values[1::2]:
            at = math.floor(value / bin_seconds)
            likely = [counts.get(at, 0.05) for counts in learned]
            right += likely.index(max(likely)) == place
            total += 1
    return right / total


def at_all_places(world) -> list[list[float]]:
    return [measure(world, place) for place in range(len(PLACES))]


def test_a_receipt_tells_no_place(world):
    times = at_all_places(world)
    assert recognised(times) <= GUESSING + 0.05
    everything = sorted(sum(times, []))
    assert everything[len(everything) // 2] <= 2.0


def test_receipts_that_were_sent_at_once_would_tell_the_place(world, monkeypatch):
    monkeypatch.setattr(module, "GRID_SECONDS", 1e-6)
    monkeypatch.setattr(module, "JITTER_SECONDS", 0.0)
    assert recognised(at_all_places(world)) >= 0.8


def spread(values: list[float]) -> float:
    middle = sum(values) / len(values)
    return math.sqrt(sum((value - middle) ** 2 for value in values) / len(values))


def quickest(values: list[float], of: int) -> list[float]:
    return [min(values[at : at + of]) for at in range(0, len(values) - of + 1, of)]


def test_the_quickest_of_many_receipts_tells_no_more_than_their_mean(world):
    """The quickest of 50 varies by more than the places differ: a sum of delays has no edge."""
    times = measure(world, 0, links=20, probes=100)
    assert spread(quickest(times, 50)) > PLACES[1] - PLACES[0]
