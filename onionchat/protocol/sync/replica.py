"""What a session knows about one shared journal: here, at the peer, and on the way.

What lives here: the counters of one journal and one link. What may not: messages and events.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from onionchat.protocol.sync.events import Bookmark, OutEntry, SharedJournal
from onionchat.protocol.sync.names import Names
from onionchat.protocol.sync.position import NOTHING, Position
from onionchat.types import DeviceKey, JournalId


class Replica:
    """One journal of one session. Authors are full keys on this side, short names on the peer's."""

    def __init__(self, journal: JournalId, shared: SharedJournal, names: Names) -> None:
        self.id = journal
        self.name = names.of(journal)
        self.own = shared.author
        self.frontier = {author: here for author, here in shared.frontier.items() if here.seq}
        self.told: dict[DeviceKey, Position] | None = None
        self.base: dict[bytes, Position] | None = None
        """The peer's frontier as of the last link, by name."""
        self.delivered: dict[DeviceKey, int] = {}
        """What was reported as `PeerHas` already."""
        self.otherwise = False
        """Whether the peer has another entry of our own log than is here at that number."""
        self._sure = NOTHING
        """Up to where the peer is known to have just our own log's entries."""
        self._tags: dict[int, bytes] = {}
        """Tags of our own log near the peer's position; at most what is on its way."""
        if shared.bookmark is not None:
            theirs = shared.bookmark.theirs
            self.told = dict(shared.bookmark.told)
            self.base = {names.of(author): there for author, there in theirs.items()}
            self.delivered = {author: there.seq for author, there in theirs.items()}
            if shared.author is not None and shared.author in theirs:
                self._sure = theirs[shared.author]
                self._tags[self._sure.seq] = self._sure.tag
        if shared.delivered is not None:
            self.delivered.update(shared.delivered)
        self.peer: dict[bytes, Position] | None = None
        """The peer's frontier by name; None while unknown, or if it does not share the journal."""
        self.announced = True
        """Whether the peer was told that this journal is shared, and did not deny it since."""
        self.behind: set[DeviceKey] = set()
        """Authors of whom the peer lacks entries that are not queued."""
        self.refused: set[DeviceKey] = set()
        self._names = names
        self._queued: dict[DeviceKey, int] = {}
        self._flying: dict[DeviceKey, deque[tuple[Position, int]]] = {}
        for author in self.frontier:
            names.of(author)
        if shared.author is not None:
            names.of(shared.author)

    def frontier_by_name(self) -> dict[bytes, Position]:
        """The committed frontier for the wire."""
        return {self._names.of(author): here for author, here in self.frontier.items()}

    def seq(self, author: DeviceKey) -> int:
        """How far a log is committed here."""
        return self.frontier.get(author, NOTHING).seq

    def untold(self) -> dict[bytes, Position] | None:
        """What the peer may not know of the frontier; None if it surely knows all."""
        if self.told is None:
            return self.frontier_by_name()
        told = self.told
        changed = {
            self._names.of(author): here
            for author, here in self.frontier.items()
            if told.get(author) != here
        }
        return changed or None

    def peer_seq(self, author: DeviceKey) -> int:
        """How far the peer says it has this log; 0 if unknown."""
        return self._peer_position(author).seq

    def covered(self, author: DeviceKey) -> int:
        """How far the peer has this log or will have it by what is queued."""
        return max(self.peer_seq(author), self._queued.get(author, 0))

    def lacking(self) -> tuple[tuple[DeviceKey, int, int], ...]:
        """The ranges (author, first, last) that the peer lacks and that are not queued."""
        return tuple(
            (author, self.covered(author) + 1, self.frontier[author].seq)
            for author in sorted(self.behind)
        )

    def compare(self, author: DeviceKey) -> None:
        """Note whether the peer is behind in this log."""
        if (
            self.peer is not None
            and author not in self.refused
            and self.covered(author) < self.seq(author)
        ):
            self.behind.add(author)
        else:
            self.behind.discard(author)

    def advance(self, author: DeviceKey, here: Position) -> bool:
        """A log is committed here up to there; returns whether that is news."""
        if here.seq <= self.seq(author):
            return False
        self.frontier[author] = here
        self._names.of(author)
        self.compare(author)
        return True

    def peer_advanced(self, name: bytes, there: Position) -> None:
        """The peer has a log up to there."""
        if self.peer is not None and there.seq > self.peer.get(name, NOTHING).seq:
            self.peer[name] = there

    def look_at_own(self) -> None:
        """Compare the peer's position of our own log with ours, where both are known.

        Sets `otherwise` if it has another entry there.
        """
        if self.own is None:
            return
        there = self._peer_position(self.own)
        here = self.frontier.get(self.own, NOTHING)
        tag = here.tag if there.seq == here.seq else self._tags.get(there.seq)
        if tag is None:
            return
        if tag != there.tag:
            self.otherwise = True
        elif there != self._sure:
            self._sure = there
            self._tags = {seq: tag for seq, tag in self._tags.items() if seq >= there.seq}
            self._tags[there.seq] = there.tag

    def surely_there(self, author: DeviceKey) -> int:
        """How far the peer has the very entries of a log that are here."""
        if author == self.own:
            return self._sure.seq
        return min(self.seq(author), self.peer_seq(author))

    def fits(self, entry: OutEntry) -> bool:
        """Whether an entry that the peer lacks follows what the peer has."""
        if entry.author == self.own:
            self._tags[entry.seq] = entry.position.tag
            self._tags[entry.seq - 1] = entry.previous
            self.look_at_own()
            return not self.otherwise
        return True

    def queue(self, author: DeviceKey, seq: int) -> None:
        """Entry `seq` will be written to the link."""
        self._queued[author] = seq
        self.compare(author)

    def write(self, author: DeviceKey, position: Position, size: int) -> None:
        """An entry of `size` bytes is written to the link."""
        self._flying.setdefault(author, deque()).append((position, size))

    def in_flight(self, author: DeviceKey) -> int:
        """The highest number written and not acknowledged, 0 if there is none."""
        flying = self._flying.get(author)
        return flying[-1][0].seq if flying else 0

    def confirm(self, told: Mapping[DeviceKey, Position]) -> None:
        """The peer has read our statement that these entries are here."""
        if self.told is None:
            self.told = {}
        for author, here in told.items():
            self.told[author] = max(here, self.told.get(author, NOTHING))

    def land(self, author: DeviceKey, seq: int) -> int:
        """Everything up to `seq` is acknowledged: returns the bytes that are free again."""
        flying = self._flying.get(author)
        freed = 0
        while flying and flying[0][0].seq <= seq:
            landed, size = flying.popleft()
            freed += size
            if self.told is not None:
                self.told[author] = max(landed, self.told.get(author, NOTHING))
        return freed

    def refuse(self, author: DeviceKey) -> int:
        """The peer takes no more of this log: returns the bytes that are free again."""
        self.refused.add(author)
        self.behind.discard(author)
        return sum(size for _position, size in self._flying.pop(author, ()))

    def leave(self) -> int:
        """The peer does not share the journal: returns the bytes that are free again."""
        freed = sum(size for flying in self._flying.values() for _position, size in flying)
        self.peer = self.told = None
        self.announced = False
        self._flying.clear()
        self._queued.clear()
        self.behind.clear()
        self.refused.clear()
        return freed

    def meet(self, peer: Mapping[bytes, Position]) -> None:
        """The peer shares the journal and has this much of it."""
        self.peer = dict(peer)
        for author in self.frontier:
            self.compare(author)

    def newly_delivered(self) -> dict[DeviceKey, int]:
        """What the peer has by now and was not reported yet; reported from here on."""
        news: dict[DeviceKey, int] = {}
        for author in self.frontier:
            there = self.surely_there(author)
            if there > self.delivered.get(author, 0):
                self.delivered[author] = news[author] = there
        return news

    def bookmark(self) -> Bookmark:
        """What to remember for the next link."""
        theirs = {author: self._peer_position(author) for author in self.frontier}
        if self.own in theirs and theirs[self.own] != self._sure:
            # Only what was found to be ours: the next link starts from there.
            theirs[self.own] = self._sure
        return Bookmark(
            dict(self.told or {}), {author: there for author, there in theirs.items() if there.seq}
        )

    def _peer_position(self, author: DeviceKey) -> Position:
        return self.peer.get(self._names.of(author), NOTHING) if self.peer else NOTHING
