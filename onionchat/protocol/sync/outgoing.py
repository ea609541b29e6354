"""The sending half of a session: what goes out next, within the window.

What lives here: the queue, the window, whose turn it is. What may not: events for the owner.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Final

from onionchat.protocol.journal.entry import SignedEntry
from onionchat.protocol.sync.events import OutEntry, ReadEntries
from onionchat.protocol.sync.messages import LIVE_RESERVE, MAX_BATCH, WINDOW
from onionchat.protocol.sync.replica import Replica
from onionchat.types import DeviceKey, JournalId

LEAST_READ: Final = 32 * 1024
"""Bytes of free window below which nothing is read from the store: no dribbling."""


class Outgoing:
    """Entries on their way to the peer; at most one window of them is held."""

    def __init__(self) -> None:
        self._room = WINDOW
        self._live: list[OutEntry] = []
        self._ready: deque[tuple[Replica, OutEntry]] = deque()
        self._turns: dict[JournalId, Replica] = {}
        self._reading: Replica | None = None

    def look_at(self, replica: Replica) -> None:
        """The peer may lack entries of this journal: give it its turn."""
        if replica.behind:
            self._turns.setdefault(replica.id, replica)

    def push(self, replica: Replica, committed: SignedEntry) -> bool:
        """Send an entry that was committed just now; False if it has to wait for its turn.

        It may not overtake what it may rest on: only a peer that has all the rest gets it at once.
        """
        author = committed.author
        if (
            replica.behind != {author}
            or replica.covered(author) + 1 != committed.seq
            or any(waiting is replica for waiting, _ in self._ready)
        ):
            # Mostly one that just came from this peer: what follows would be for nothing.
            self.look_at(replica)
            return False
        entry = OutEntry.of(committed)
        if len(entry.data) > self._room or not replica.fits(entry):
            self.look_at(replica)
            return False
        replica.queue(entry.author, entry.seq)
        self._write(replica, entry)
        self._live.append(entry)
        return True

    def next_read(self) -> ReadEntries | None:
        """What to read from the store now; at most one request is open at a time."""
        room = self._room - LIVE_RESERVE
        if self._reading is not None or self._ready or room < LEAST_READ:
            return None
        while self._turns:
            journal, replica = next(iter(self._turns.items()))
            del self._turns[journal]
            if replica.behind:
                self._reading = replica
                return ReadEntries(journal, replica.lacking(), min(room, MAX_BATCH))
        return None

    def read(self, journal: JournalId, entries: Sequence[OutEntry]) -> None:
        """The store's answer; what the peer does not need any more is dropped.

        Raises:
            ValueError: no such request is open, or an author's entries are not in sequence.
        """
        replica, self._reading = self._reading, None
        if replica is None or replica.id != journal:
            raise ValueError("nothing was asked of this journal")
        if not entries:
            # Not there (any more): without this the same would be asked for ever.
            replica.behind.clear()
        for entry in entries:
            covered = replica.covered(entry.author)
            if replica.peer is None or entry.author in replica.refused or entry.seq <= covered:
                continue
            if entry.seq != covered + 1:
                raise ValueError("the entries of an author are not in sequence")
            if not replica.fits(entry):
                # What comes after it in the order may rest on it.
                break
            replica.queue(entry.author, entry.seq)
            self._ready.append((replica, entry))
        self.look_at(replica)

    def take(self) -> tuple[list[list[OutEntry]], list[list[OutEntry]]]:
        """What fits the window now, one list a message: live ones, and those of a backlog."""
        live, self._live = self._live, []
        bulk: list[OutEntry] = []
        while self._ready and len(self._ready[0][1].data) <= self._room:
            replica, entry = self._ready.popleft()
            self._write(replica, entry)
            bulk.append(entry)
        return _batches(live), _batches(bulk)

    def landed(self, replica: Replica, author: DeviceKey, seq: int) -> None:
        """The peer acknowledged a log up to `seq`."""
        self._room += replica.land(author, seq)
        replica.compare(author)

    def refused(self, replica: Replica, author: DeviceKey) -> None:
        """The peer takes no more of a log."""
        self._room += replica.refuse(author)
        self._ready = deque(
            item for item in self._ready if item[0] is not replica or item[1].author != author
        )

    def left(self, replica: Replica) -> None:
        """The peer or this side does not share the journal any more."""
        self._room += replica.leave()
        self._turns.pop(replica.id, None)
        self._ready = deque(item for item in self._ready if item[0] is not replica)

    def _write(self, replica: Replica, entry: OutEntry) -> None:
        size = len(entry.data)
        self._room -= size
        replica.write(entry.author, entry.position, size)


def _batches(entries: list[OutEntry]) -> list[list[OutEntry]]:
    """Split into messages of at most `MAX_BATCH` bytes, a longer entry alone."""
    batches: list[list[OutEntry]] = []
    size = 0
    for entry in entries:
        size += len(entry.data)
        if not batches or size > MAX_BATCH:
            batches.append([])
            size = len(entry.data)
        batches[-1].append(entry)
    return batches
