"""What a session knows about one shared journal: here, at the peer, and on the way.

What lives here: the counters of one journal and one link. What may not: messages and events.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from onionchat.protocol.sync.events import Bookmark, SharedJournal
from onionchat.protocol.sync.names import Names
from onionchat.types import DeviceKey, JournalId


class Replica:
    """One journal of one session. Authors are full keys on this side, short names on the peer's."""

    def __init__(self, journal: JournalId, shared: SharedJournal, names: Names) -> None:
        self.id = journal
        self.name = names.of(journal)
        self.own = shared.author
        self.frontier = {author: seq for author, seq in shared.frontier.items() if seq}
        self.told: dict[DeviceKey, int] | None = None
        self.base: dict[bytes, int] | None = None
        """The peer's frontier as of the last link, by name."""
        self.delivered: dict[DeviceKey, int] = {}
        """What was reported as `PeerHas` already."""
        if shared.bookmark is not None:
            theirs = shared.bookmark.theirs
            self.told = dict(shared.bookmark.told)
            self.base = {names.of(author): seq for author, seq in theirs.items()}
            self.delivered = dict(theirs)
        if shared.delivered is not None:
            self.delivered.update(shared.delivered)
        self.peer: dict[bytes, int] | None = None
        """The peer's frontier by name; None while unknown, or if it does not share the journal."""
        self.announced = True
        """Whether the peer was told that this journal is shared, and did not deny it since."""
        self.behind: set[DeviceKey] = set()
        """Authors of whom the peer lacks entries that are not queued."""
        self.refused: set[DeviceKey] = set()
        self._names = names
        self._queued: dict[DeviceKey, int] = {}
        self._flying: dict[DeviceKey, deque[tuple[int, int]]] = {}
        for author in self.frontier:
            names.of(author)
        if shared.author is not None:
            names.of(shared.author)

    def frontier_by_name(self) -> dict[bytes, int]:
        """The committed frontier for the wire."""
        return {self._names.of(author): seq for author, seq in self.frontier.items()}

    def untold(self) -> dict[bytes, int] | None:
        """What the peer may not know of the frontier; None if it surely knows all."""
        if self.told is None:
            return self.frontier_by_name()
        told = self.told
        changed = {
            self._names.of(author): seq
            for author, seq in self.frontier.items()
            if told.get(author, 0) != seq
        }
        return changed or None

    def peer_seq(self, author: DeviceKey) -> int:
        """How far the peer says it has this log; 0 if unknown."""
        return self.peer.get(self._names.of(author), 0) if self.peer else 0

    def covered(self, author: DeviceKey) -> int:
        """How far the peer has this log or will have it by what is queued."""
        return max(self.peer_seq(author), self._queued.get(author, 0))

    def lacking(self) -> tuple[tuple[DeviceKey, int, int], ...]:
        """The ranges (author, first, last) that the peer lacks and that are not queued."""
        return tuple(
            (author, self.covered(author) + 1, self.frontier[author])
            for author in sorted(self.behind)
        )

    def compare(self, author: DeviceKey) -> None:
        """Note whether the peer is behind in this log."""
        if (
            self.peer is not None
            and author not in self.refused
            and self.covered(author) < self.frontier.get(author, 0)
        ):
            self.behind.add(author)
        else:
            self.behind.discard(author)

    def advance(self, author: DeviceKey, seq: int) -> bool:
        """Entries up to `seq` are committed here; returns whether that is news."""
        if seq <= self.frontier.get(author, 0):
            return False
        self.frontier[author] = seq
        self._names.of(author)
        self.compare(author)
        return True

    def peer_advanced(self, name: bytes, seq: int) -> None:
        """The peer has entries up to `seq`."""
        if self.peer is not None and seq > self.peer.get(name, 0):
            self.peer[name] = seq

    def queue(self, author: DeviceKey, seq: int) -> None:
        """Entry `seq` will be written to the link."""
        self._queued[author] = seq
        self.compare(author)

    def write(self, author: DeviceKey, seq: int, size: int) -> None:
        """Entry `seq` of `size` bytes is written to the link."""
        self._flying.setdefault(author, deque()).append((seq, size))

    def in_flight(self, author: DeviceKey) -> int:
        """The highest number written and not acknowledged, 0 if there is none."""
        flying = self._flying.get(author)
        return flying[-1][0] if flying else 0

    def confirm(self, told: Mapping[DeviceKey, int]) -> None:
        """The peer has read our statement that these entries are here."""
        if self.told is None:
            self.told = {}
        for author, seq in told.items():
            self.told[author] = max(seq, self.told.get(author, 0))

    def land(self, author: DeviceKey, seq: int) -> int:
        """Everything up to `seq` is acknowledged: returns the bytes that are free again."""
        flying = self._flying.get(author)
        freed = 0
        while flying and flying[0][0] <= seq:
            landed, size = flying.popleft()
            freed += size
            if self.told is not None:
                self.told[author] = max(landed, self.told.get(author, 0))
        return freed

    def refuse(self, author: DeviceKey) -> int:
        """The peer takes no more of this log: returns the bytes that are free again."""
        self.refused.add(author)
        self.behind.discard(author)
        return sum(size for _seq, size in self._flying.pop(author, ()))

    def leave(self) -> int:
        """The peer does not share the journal: returns the bytes that are free again."""
        freed = sum(size for flying in self._flying.values() for _seq, size in flying)
        self.peer = self.told = None
        self.announced = False
        self._flying.clear()
        self._queued.clear()
        self.behind.clear()
        self.refused.clear()
        return freed

    def meet(self, peer: Mapping[bytes, int]) -> None:
        """The peer shares the journal and has this much of it."""
        self.peer = dict(peer)
        for author in self.frontier:
            self.compare(author)

    def newly_delivered(self) -> dict[DeviceKey, int]:
        """What the peer has by now and was not reported yet; reported from here on."""
        news: dict[DeviceKey, int] = {}
        for author, here in self.frontier.items():
            there = min(here, self.peer_seq(author))
            if there > self.delivered.get(author, 0):
                self.delivered[author] = news[author] = there
        return news

    def bookmark(self) -> Bookmark:
        """What to remember for the next link."""
        theirs = {author: self.peer_seq(author) for author in self.frontier}
        return Bookmark(
            dict(self.told or {}), {author: seq for author, seq in theirs.items() if seq}
        )
