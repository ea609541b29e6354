"""A tiny deterministic world: nodes with journals in memory, links that break, disks that lag."""

import random
from collections import deque
from types import SimpleNamespace

import pytest

from onionchat.protocol.crypto.keys import SigningKey
from onionchat.protocol.journal.entry import SignedEntry
from onionchat.protocol.journal.memory import MemoryJournal, anybody
from onionchat.protocol.sync.events import (
    Agreed,
    Bookmark,
    CommitEntries,
    OutEntry,
    PeerHas,
    PeerRead,
    ReadById,
    ReadEntries,
    RolledBack,
    SharedJournal,
    Violation,
)
from onionchat.protocol.sync.position import Position
from onionchat.protocol.sync.session import SyncSession
from onionchat.types import DeviceKey, JournalId, Millis

SALT = b"handshake hash"


def positions(journal: MemoryJournal) -> dict[DeviceKey, Position]:
    """The frontier of a journal as a session wants it."""
    return {author: Position.of(*journal.head_of(author)) for author in journal.frontier}


class SeededRng:
    def __init__(self, seed: int = 1) -> None:
        self._chance = random.Random(seed)

    def random_bytes(self, size: int) -> bytes:
        return self._chance.randbytes(size)

    def uniform(self, low: float, high: float) -> float:
        return self._chance.uniform(low, high)


class Node:
    """A device: journals and bookmarks are its disk, sessions its memory."""

    def __init__(self, name: int, journals: list[JournalId], permit=anybody) -> None:
        self.name = name
        self.key = SigningKey(bytes([0x80 + name]) * 32)
        self.me = DeviceKey(self.key.public)
        self.journals = {journal: MemoryJournal(journal) for journal in journals}
        self.bookmarks: dict[tuple[int, JournalId], Bookmark] = {}
        self.sessions: dict[int, SyncSession] = {}
        self.jobs: deque = deque()
        self.permit = permit
        self.seen: list = []
        self.behind_itself: dict[JournalId, int] = {}
        self.now = 0.0
        self.most_read = 10**6

    def open(self, other: "Node", **how) -> SyncSession:
        shared = {
            journal: self.shared(journal, other)
            for journal in self.journals
            if journal in other.journals
        }
        options = {"salt": SALT, "rng": SeededRng(self.name), "now": self.now, "share_read": True}
        session = SyncSession(journals=shared, **{**options, **how})
        self.sessions[other.name] = session
        return session

    def shared(self, journal: JournalId, other: "Node") -> SharedJournal:
        bookmark = self.bookmarks.get((other.name, journal))
        return SharedJournal(positions(self.journals[journal]), self.me, bookmark)

    def write(self, journal: JournalId, body: bytes = b"x", time: int = 0) -> SignedEntry | None:
        if journal in self.behind_itself:
            return None
        entry = self.journals[journal].append(self.key, Millis(time), 16, body)
        self.tell(entry)
        return entry

    def tell(self, entry: SignedEntry, source: SyncSession | None = None) -> None:
        for session in self.sessions.values():
            if session is not source:
                session.appended(entry)

    def collect(self) -> None:
        """Take the events of all sessions; requests become jobs of the disk."""
        for peer, session in list(self.sessions.items()):
            while (event := session.next_event()) is not None:
                if isinstance(event, CommitEntries | ReadEntries | ReadById):
                    self.jobs.append((peer, session, event))
                    continue
                self.seen.append((peer, event))
                if isinstance(event, Agreed):
                    self.bookmarks[peer, event.journal] = event.bookmark
                if isinstance(event, RolledBack):
                    self.behind_itself[event.journal] = event.peer_seq

    def work(self) -> bool:
        """The disk does its oldest job."""
        self.collect()
        if not self.jobs:
            return False
        _peer, session, event = self.jobs.popleft()
        if isinstance(event, CommitEntries):
            self._commit(session, event)
        elif isinstance(event, ReadEntries):
            most = min(event.max_bytes, self.most_read)
            entries = self.journals[event.journal].read(event.ranges, most)
            session.entries_read(event.journal, [OutEntry.of(e) for e in entries])
        else:
            found = [j.get(i) for i in event.ids for j in self.journals.values()]
            session.found_by_id([OutEntry.of(e) for e in found if e is not None])
        self.collect()
        return True

    def _commit(self, session: SyncSession, event: CommitEntries) -> None:
        journal = self.journals[event.journal]
        outcome = journal.receive(event.entries, self.permit, event.spoiled)
        for accepted in outcome.accepted:
            self.tell(accepted.entry, session)
        if journal.frontier.get(self.me, 0) >= self.behind_itself.get(event.journal, 0):
            self.behind_itself.pop(event.journal, None)
        session.committed(
            event.journal,
            positions(journal),
            self.now,
            waiting={w.entry.id: w.missing for w in outcome.waiting},
            unproven={e.id for e in outcome.unproven},
            refused={r.entry.id for r in outcome.rejected},
        )

    def events(self, kind: type) -> list:
        return [event for _peer, event in self.seen if isinstance(event, kind)]

    def content(self) -> dict[JournalId, list[bytes]]:
        return {journal: [e.id for e in log] for journal, log in self.journals.items()}


class Net:
    """Nodes, links in order and without loss until they break, and one clock."""

    def __init__(self, *nodes: Node) -> None:
        self.nodes = list(nodes)
        self.pipes: dict[tuple[int, int], deque] = {}
        self.now = 0.0
        self.sent_bytes = 0
        self.messages: list[tuple[int, int, bytes]] = []

    def connect(self, a: int, b: int, salt: bytes = SALT) -> None:
        if (a, b) in self.pipes or (b, a) in self.pipes:
            return
        self.pipes[a, b], self.pipes[b, a] = deque(), deque()
        self.nodes[a].open(self.nodes[b], salt=salt)
        self.nodes[b].open(self.nodes[a], salt=salt)

    def cut(self, a: int, b: int) -> None:
        """The link breaks: what is on the way is lost."""
        for here, there in ((a, b), (b, a)):
            self.pipes.pop((here, there), None)
            session = self.nodes[here].sessions.pop(there, None)
            if session is not None:
                session.keep_bookmarks()
                while (event := session.next_event()) is not None:
                    if isinstance(event, Agreed):
                        self.nodes[here].bookmarks[there, event.journal] = event.bookmark

    def crash(self, a: int) -> None:
        """All of the memory is lost, the disk stays."""
        for other in list(self.nodes[a].sessions):
            self.nodes[a].sessions[other].keep_bookmarks = lambda: None
            self.cut(a, other)
        self.nodes[a].jobs.clear()

    def pump(self, a: int) -> None:
        """Everything that a node has to say goes on the wire."""
        node = self.nodes[a]
        node.collect()
        for other, session in list(node.sessions.items()):
            for message in session.messages_to_send():
                self.sent_bytes += len(message.data)
                self.messages.append((a, other, message.data))
                self.pipes[a, other].append(message.data)
        node.collect()

    def deliver(self, a: int, b: int) -> bool:
        """One message arrives, if there is one on the way."""
        pipe = self.pipes.get((a, b))
        if not pipe:
            return False
        self.nodes[b].sessions[a].receive(pipe.popleft(), self.now)
        self.nodes[b].collect()
        return True

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        for node in self.nodes:
            node.now = self.now
            for session in list(node.sessions.values()):
                at = session.deadline()
                if at is not None and at <= self.now:
                    session.on_deadline(self.now)
            node.collect()

    def flow(self) -> None:
        """Until nothing moves without time passing."""
        moving = True
        while moving:
            moving = False
            for node in self.nodes:
                self.pump(node.name)
                while node.work():
                    moving = True
                    self.pump(node.name)
            for a, b in list(self.pipes):
                while self.deliver(a, b):
                    moving = True

    def settle(self, ticks: int = 40) -> None:
        """Until nothing moves at all (within so many seconds)."""
        for _ in range(ticks):
            self.flow()
            self.pass_time(1.0)
            if not any(s.deadline() for n in self.nodes for s in n.sessions.values()):
                self.flow()
                if not any(s.deadline() for n in self.nodes for s in n.sessions.values()):
                    return

    def violations(self) -> list:
        return [event for node in self.nodes for event in node.events(Violation)]


def check_delivered(net: Net) -> None:
    """Nobody was told that a peer has what is not on that peer's disk."""
    for node in net.nodes:
        for peer, event in node.seen:
            if isinstance(event, PeerHas):
                there = net.nodes[peer].journals[event.journal].frontier
                assert all(there.get(a, 0) >= seq for a, seq in event.frontier.items())
            assert not isinstance(event, PeerRead) or event.seq > 0


@pytest.fixture(scope="session")
def world():
    """The classes above; a fixture, because test modules cannot import each other."""
    return SimpleNamespace(
        Node=Node,
        Net=Net,
        SeededRng=SeededRng,
        check_delivered=check_delivered,
        positions=positions,
        SALT=SALT,
    )
