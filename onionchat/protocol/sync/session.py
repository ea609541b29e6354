"""One link's sync channel as a pure core (docs/spec/07-sync.md).

What lives here: what is said when. What may not: disk, clock, sockets; the link (messages go in and
out as bytes); counting (`replica`, `outgoing`, `incoming`, `knowledge`).

The owner feeds inputs and after each one takes `next_event` until None and `messages_to_send` until
empty, in turns. It reports commits in the order in which they happened, and tells every session of
an entry (`appended`) before it writes to any link.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import Enum, auto
from math import floor
from typing import Final, assert_never

from onionchat.errors import (
    FloodRefused,
    NotPermitted,
    ProtocolViolation,
    TooLarge,
    UnexpectedMessage,
)
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.journal.entry import SignedEntry, parse_entry
from onionchat.protocol.sync.events import (
    Agreed,
    CommitEntries,
    Event,
    OutEntry,
    OutMessage,
    PeerHas,
    PeerRead,
    ReadById,
    SharedJournal,
    Violation,
)
from onionchat.protocol.sync.incoming import Incoming
from onionchat.protocol.sync.knowledge import Frontiers, HaveReader, rebuild
from onionchat.protocol.sync.messages import (
    MAX_BATCH,
    MAX_WANTED,
    Absent,
    Ack,
    Entries,
    Have,
    Message,
    ReadMark,
    Refuse,
    Shared,
    Want,
    WantAll,
    decode_message,
)
from onionchat.protocol.sync.names import Names
from onionchat.protocol.sync.outgoing import Outgoing
from onionchat.protocol.sync.position import Position
from onionchat.protocol.sync.recovery import Recovery
from onionchat.protocol.sync.replica import Replica
from onionchat.protocol.sync.seeking import Hollow, Seeking
from onionchat.protocol.sync.speech import Speech
from onionchat.types import DeviceKey, EntryId, JournalId

GRID_SECONDS: Final = 1.0
"""Acknowledgements and read marks wait for a multiple of this after a random phase (goal P2) …"""

JITTER_SECONDS: Final = 0.5
"""… and then twice a random part of this: a grid alone would show, by which of its points a message
just missed, how long the way was; and a sum of two has no sharp edge at its beginning that the
quickest of many answers would show."""

MAX_RETURNS: Final = 8
"""How often a peer may stop and start again to share one journal on one link."""

MAX_DENIED: Final = 256
"""Journals that are not shared here of which one link may tell; each one is answered."""

MAX_STRANGERS: Final = 4096
"""Authors unknown before that one link may bring up."""


class _State(Enum):
    OPENING = auto()
    """The peer's `Have` is not here yet."""
    COMPARING = auto()
    """It could not be made out: a full one was asked for."""
    OPEN = auto()
    """Both know what the other has."""
    ENDED = auto()
    """The peer broke the protocol."""


class SyncSession:
    """Everything about one peer device on one link. Memory is bounded by the window each way."""

    def __init__(
        self,
        *,
        journals: Mapping[JournalId, SharedJournal],
        salt: bytes,
        rng: Rng,
        now: float,
        share_read: bool,
    ) -> None:
        """Start with the journals that both may read, as they are committed now.

        `salt` is the same at both ends and was unknown to everybody before this link: the handshake
        hash. `now` is monotonic seconds.
        """
        self._names = Names(salt)
        self._replicas = {
            journal: Replica(journal, shared, self._names) for journal, shared in journals.items()
        }
        self._dropped: set[JournalId] = set()
        self._share_read = share_read
        self._now = now
        self._rng = rng
        self._phase = rng.uniform(0.0, GRID_SECONDS)
        self._state = _State.OPENING
        self._events: deque[Event] = deque()
        self._speech = Speech(self._names)
        self._incoming = Incoming()
        self._outgoing = Outgoing()
        self._recovery = Recovery()
        self._seeking = Seeking()
        self._have = HaveReader()
        self._received = 0
        self._gave_all = False
        self._owe_ack = False
        self._ack_now = False
        self._tick_at: float | None = None
        self._read_marks: dict[tuple[JournalId, DeviceKey], int] = {}
        self._peer_read: dict[tuple[JournalId, DeviceKey], int] = {}
        self._told_read: dict[tuple[JournalId, DeviceKey], int] = {}
        self._dirty: dict[Replica, None] = {}
        self._kept = {journal: shared.bookmark for journal, shared in journals.items()}
        self._strangers = 0
        self._wanted: deque[EntryId] = deque()
        self._finding = False
        self._returns: dict[JournalId, int] = {}
        self._denied = 0
        self._speech.have(self._replicas.values(), full=False)

    # --- the shell's side ------------------------------------------------------------------------

    def receive(self, message: bytes, now: float) -> None:
        """Take one message of the channel. What the peer did wrong becomes a `Violation` event."""
        if self._state is _State.ENDED:
            return
        self._now = now
        self._received += 1
        try:
            self._dispatch(decode_message(message), len(message))
        except ProtocolViolation as error:
            self._end(error)
        self._continue()

    def messages_to_send(self) -> list[OutMessage]:
        """Take the messages that are to be written now, in this order."""
        if self._state is _State.ENDED:
            return []
        live, bulk = self._outgoing.take()
        # Riding with a live entry costs no record of its own and tells no more than that entry.
        if self._ack_due and (self._ack_now or live or self._incoming.hurry):
            self._send_ack()
        for batch in (*live, *bulk):
            self._speech.entries(batch)
        self._continue()
        return self._speech.take()

    def next_event(self) -> Event | None:
        """Take the next event, None if there is none."""
        return self._events.popleft() if self._events else None

    def deadline(self) -> float | None:
        """When `on_deadline` must be called, None for never."""
        if self._state is _State.ENDED:
            return None
        times = (self._tick_at, self._incoming.deadline(), self._recovery.deadline())
        return min((at for at in times if at is not None), default=None)

    def on_deadline(self, now: float) -> None:
        """The time of `deadline` has come."""
        if self._state is _State.ENDED:
            return
        self._now = now
        if self._tick_at is not None and self._tick_at <= now:
            self._tick_at = None
            self._ack_now = self._ack_due
            told = {m: seq for m, seq in self._read_marks.items() if self._peer_shares(m[0])}
            self._speech.read_marks(told)
            for mark in told:
                del self._read_marks[mark]
            self._tell_read()
            self.keep_bookmarks()
        self._incoming.expire(now)
        claimed = self._recovery.deadline()
        if claimed is not None and claimed <= now:
            self._end(UnexpectedMessage())
        self._continue()

    # --- the owner's side ------------------------------------------------------------------------

    def entries_read(self, journal: JournalId, entries: Sequence[OutEntry]) -> None:
        """Answer `ReadEntries`.

        Raises:
            ValueError: it was not asked for, or an author's entries are not in sequence.
        """
        self._outgoing.read(journal, entries)
        replica = self._replicas.get(journal)
        if replica is not None:
            self._compare(replica)
        self._continue()

    def found_by_id(self, entries: Iterable[OutEntry]) -> None:
        """Answer `ReadById`. Entries of journals that this peer does not share are left out."""
        self._finding = False
        shared = [e.data for e in entries if self._peer_shares(e.journal)]
        batch: list[bytes] = []
        for data in shared:
            if batch and sum(map(len, batch)) + len(data) > MAX_BATCH:
                break
            batch.append(data)
        if batch:
            self._speech.say(Entries(batch))
        self._continue()

    def committed(
        self,
        journal: JournalId,
        frontier: Mapping[DeviceKey, Position],
        now: float,
        *,
        waiting: Mapping[EntryId, Sequence[EntryId]] | None = None,
        unproven: Collection[EntryId] = (),
        refused: Collection[EntryId] = (),
    ) -> None:
        """Answer the oldest open `CommitEntries` of a journal; what it does not name is on disk.

        `frontier` is what is committed now; `waiting` maps entries to the ancestors that are not
        here, `unproven` and `refused` are as in `validate.Outcome`.

        Raises:
            ValueError: nothing of this journal is being committed.
        """
        self._now = now
        replica = self._replicas.get(journal)
        if replica is None:
            self._incoming.abandon(journal)
            return
        seqs = {author: here.seq for author, here in frontier.items()}
        again = self._incoming.committed(journal, seqs, waiting or {}, unproven, refused, now)
        for author, here in frontier.items():
            if replica.advance(author, here):
                self._recovery.progress(journal, now)
        self._commit(journal, again)
        self._moved(replica)
        self._continue()

    def appended(self, *entries: SignedEntry) -> None:
        """Entries were committed that did not come from this peer: our own, or another link's.

        In causal order. Harmless for those that did; every session that is open when the commit is
        done must be told. All of a commit at once cost much less than one by one.
        """
        moved: dict[Replica, None] = {}
        for entry in entries:
            replica = self._replicas.get(entry.journal)
            if replica is None:
                continue
            moved[replica] = None
            if replica.advance(entry.author, Position.of(entry.header.seq, entry.id)):
                self._outgoing.push(replica, entry)
            self._commit(replica.id, self._incoming.elsewhere(entry))
        for replica in moved:
            self._moved(replica)
        if moved:
            self._continue()

    def count(self, journal: JournalId, frontier: Mapping[DeviceKey, Position]) -> None:
        """Own entries that were here all the time, but did not count as long as it was in doubt
        whether they are those that the peer has.
        """
        replica = self._replicas.get(journal)
        if replica is None:
            return
        for author, here in frontier.items():
            replica.advance(author, here)
        self._moved(replica)
        self._continue()

    def add_journal(self, journal: JournalId, shared: SharedJournal) -> None:
        """From now on the peer may read this journal, too.

        Raises:
            ValueError: it is shared already.
        """
        if journal in self._replicas:
            raise ValueError("the journal is shared already")
        replica = Replica(journal, shared, self._names)
        self._replicas[journal] = replica
        self._dropped.discard(journal)
        self._kept[journal] = shared.bookmark
        self._speech.shared(replica)

    def remove_journal(self, journal: JournalId) -> None:
        """The peer may not read this journal any more; what it still sends of it is ignored."""
        replica = self._replicas.pop(journal, None)
        if replica is None:
            return
        self._dropped.add(journal)
        self._outgoing.left(replica)
        self._incoming.leave(journal)
        self._speech.announcements.forget(replica)
        self._recovery.forget(journal)
        self._dirty.pop(replica, None)
        self._read_marks = {m: seq for m, seq in self._read_marks.items() if m[0] != journal}
        self._peer_read = {m: seq for m, seq in self._peer_read.items() if m[0] != journal}
        self._told_read = {m: seq for m, seq in self._told_read.items() if m[0] != journal}
        self._speech.absent([replica.name])
        self._continue()

    def seek(self, hollow: Iterable[Hollow]) -> None:
        """The bodies of these entries are not here: ask the peer for them, once it has them."""
        self._seeking.add(hollow)
        self._continue()

    def mark_read(self, journal: JournalId, author: DeviceKey, seq: int, now: float) -> None:
        """The person has read `author` up to `seq`: told to the peer if that is shared with it.

        What is said before the peer's `Have` came is told after it.
        """
        self._now = now
        if self._share_read and journal in self._replicas:
            self._read_marks[journal, author] = seq
            self._arm()

    def whole(self, *, unshared: bool = False) -> bool:
        """Whether the peer has told of every journal, and has nothing of our own logs that is not
        here. `unshared`: what it says not to share it has nothing of.
        """
        if self._state is not _State.OPEN:
            return False
        return all(
            (replica.peer is not None or unshared)
            and not replica.otherwise
            and (replica.own is None or replica.peer_seq(replica.own) <= replica.seq(replica.own))
            for replica in self._replicas.values()
        )

    def in_flight(self, journal: JournalId, author: DeviceKey) -> int:
        """The highest number of a log that is written to the link and not acknowledged, or 0."""
        replica = self._replicas.get(journal)
        return replica.in_flight(author) if replica else 0

    @property
    def is_open(self) -> bool:
        """Whether both have said what they have."""
        return self._state is _State.OPEN

    def shares(self, journal: JournalId) -> bool:
        """Whether the peer has said how far it has a journal."""
        return self._peer_shares(journal)

    def is_refused(self, journal: JournalId, author: DeviceKey) -> bool:
        """Whether the peer takes no more of a log on this link."""
        replica = self._replicas.get(journal)
        return replica is not None and author in replica.refused

    def keep_bookmarks(self) -> None:
        """Emit the bookmarks that changed; the owner calls it when the link ends."""
        for replica in self._dirty:
            bookmark = replica.bookmark()
            if self._peer_shares(replica.id) and bookmark != self._kept[replica.id]:
                self._kept[replica.id] = bookmark
                self._events.append(Agreed(replica.id, bookmark))
        self._dirty.clear()

    # --- messages from the peer ------------------------------------------------------------------

    def _dispatch(self, message: Message, size: int) -> None:
        if self._state is _State.OPENING and not isinstance(message, Have):
            raise UnexpectedMessage
        match message:
            case Have():
                self._on_have(message, size)
            case WantAll():
                self._on_want_all()
            case Entries():
                self._on_entries(message)
            case Ack():
                self._on_ack(message)
            case Want():
                self._on_want(message)
            case ReadMark():
                self._on_read_mark(message)
            case Shared():
                self._on_shared(message)
            case Absent():
                self._on_absent(message)
            case Refuse():
                self._on_refuse(message)
            case _:
                assert_never(message)

    def _on_have(self, have: Have, size: int) -> None:
        if self._state is _State.OPEN or (self._state is _State.COMPARING and not have.full):
            raise UnexpectedMessage
        said = self._have.add(have, size)
        if said is None:
            return
        if said:
            # So that the peer need not say it again on the next link.
            self._owe_ack = True
            self._arm()
        frontiers = rebuild(have, said, self._replicas.values())
        if frontiers is None:
            self._state = _State.COMPARING
            self._speech.say(WantAll(), expects_answer=True)
            return
        self._state = _State.OPEN
        self._meet_all(frontiers)
        self._speech.absent([name for name in said if self._journal(name) is None])

    def _meet_all(self, frontiers: Frontiers) -> None:
        for replica in self._replicas.values():
            there = frontiers.get(replica.name)
            if there is not None:
                replica.meet(there)
                self._moved(replica)

    def _on_want_all(self) -> None:
        if self._gave_all:
            raise UnexpectedMessage
        self._gave_all = True
        self._speech.have(self._replicas.values(), full=True)

    def _on_entries(self, message: Entries) -> None:
        total = sum(map(len, message.entries))
        if total > MAX_BATCH and len(message.entries) > 1:
            raise TooLarge
        parsed = [(parse_entry(data), len(data)) for data in message.entries]
        self._seeking.came(entry.id for entry, _ in parsed)
        groups: dict[JournalId, list[tuple[SignedEntry, int]]] = {}
        for entry, size in parsed:
            journal = entry.journal
            if journal in self._dropped:
                continue
            replica = self._replicas.get(journal)
            if replica is None:
                raise NotPermitted
            author, there = entry.author, Position.of(entry.header.seq, entry.id)
            self._peer_advanced(replica, self._names.of(author), there)
            if author != replica.own:
                replica.delivered[author] = max(there.seq, replica.delivered.get(author, 0))
            groups.setdefault(journal, []).append((entry, size))
        for journal, entries in groups.items():
            self._commit(journal, self._incoming.accept(journal, entries))

    def _on_ack(self, ack: Ack) -> None:
        self._dirty.update(dict.fromkeys(self._speech.announcements.heard(ack.heard)))
        for journal, logs in ack.frontiers:
            replica = self._journal(journal)
            if replica is None:
                continue
            for name, there in logs.items():
                self._peer_advanced(replica, name, there)
                author = self._names.id(name)
                if author is not None:
                    self._outgoing.landed(replica, DeviceKey(author), there.seq)
            self._moved(replica)

    def _on_want(self, want: Want) -> None:
        if len(self._wanted) + len(want.ids) > MAX_WANTED:
            raise FloodRefused
        self._wanted.extend(map(EntryId, want.ids))

    def _on_read_mark(self, mark: ReadMark) -> None:
        replica = self._journal(mark.journal)
        author = self._names.id(mark.author)
        if replica is None or author is None:
            return
        read = min(mark.seq, replica.seq(DeviceKey(author)))
        key = replica.id, DeviceKey(author)
        if read > max(self._peer_read.get(key, 0), self._told_read.get(key, 0)):
            self._peer_read[key] = read
            self._arm()

    def _on_shared(self, shared: Shared) -> None:
        replica = self._journal(shared.journal)
        if replica is None:
            self._denied += 1
            if self._denied > MAX_DENIED:
                raise FloodRefused
            self._speech.absent([shared.journal])
            return
        if not replica.announced:
            self._speech.shared(replica)
        if self._state is _State.COMPARING:
            return  # the full Have that was asked for was sent after this
        self._owe_ack = True
        self._arm()
        if replica.peer is None:
            replica.meet(shared.frontier)
        else:
            for name, there in shared.frontier.items():
                self._peer_advanced(replica, name, there)
        self._moved(replica)

    def _on_absent(self, absent: Absent) -> None:
        for name in absent.journals:
            replica = self._journal(name)
            if replica is None:
                continue
            self._returns[replica.id] = self._returns.get(replica.id, 0) + 1
            if self._returns[replica.id] > MAX_RETURNS:
                # Each return may make us send the same again.
                raise FloodRefused
            self._speech.announcements.forget(replica)
            self._outgoing.left(replica)
            self._recovery.forget(replica.id)

    def _on_refuse(self, refuse: Refuse) -> None:
        replica, author = self._journal(refuse.journal), self._names.id(refuse.author)
        if replica is not None and author is not None:
            self._outgoing.refused(replica, DeviceKey(author))

    # --- in between ------------------------------------------------------------------------------

    def _tell_read(self) -> None:
        """Pass on how far the person there has read, of each log the highest mark only.

        What the peer is not known to have (of our own log: just as it is here) waits.
        """
        for key, seq in list(self._peer_read.items()):
            journal, author = key
            read = min(seq, self._replicas[journal].surely_there(author))
            if read > self._told_read.get(key, 0):
                self._told_read[key] = read
                self._events.append(PeerRead(journal, author, read))
            if read == seq:
                del self._peer_read[key]

    @property
    def _ack_due(self) -> bool:
        return self._owe_ack or bool(self._incoming.ack_due)

    def _send_ack(self) -> None:
        self._ack_now = self._owe_ack = False
        moved: dict[Replica, dict[DeviceKey, Position]] = {}
        for journal, author in self._incoming.acknowledged():
            replica = self._replicas[journal]
            if author in replica.frontier:
                moved.setdefault(replica, {})[author] = replica.frontier[author]
        self._speech.ack(self._received, moved)

    def _peer_advanced(self, replica: Replica, name: bytes, there: Position) -> None:
        if replica.peer is not None and name not in replica.peer:
            self._strangers += 1
            if self._strangers > MAX_STRANGERS:
                raise FloodRefused
        replica.peer_advanced(name, there)

    def _end(self, error: ProtocolViolation) -> None:
        self._state = _State.ENDED
        self._events.append(Violation(error))

    def _journal(self, name: bytes) -> Replica | None:
        journal = self._names.id(name)
        return None if journal is None else self._replicas.get(JournalId(journal))

    def _peer_seq(self, journal: JournalId, author: DeviceKey) -> int:
        replica = self._replicas.get(journal)
        return 0 if replica is None else replica.peer_seq(author)

    def _peer_shares(self, journal: JournalId) -> bool:
        replica = self._replicas.get(journal)
        return replica is not None and replica.peer is not None

    def _commit(self, journal: JournalId, entries: tuple[SignedEntry, ...]) -> None:
        if entries and self._state is not _State.ENDED:
            self._events.append(CommitEntries(journal, entries, self._incoming.spoiled(entries)))

    def _moved(self, replica: Replica) -> None:
        """Something about a journal's two frontiers changed: draw the conclusions."""
        self._outgoing.look_at(replica)
        self._compare(replica)
        self._dirty[replica] = None
        self._arm()

    def _compare(self, replica: Replica) -> None:
        """Tell what the peer has of what is here, and what is not here of what is ours."""
        if self._state is _State.ENDED:
            return  # what was under way when the peer broke the protocol is over, too
        replica.look_at_own()
        if replica.otherwise and replica.own is not None:
            # One number is never signed twice and sent: nothing of this log goes out any more.
            self._outgoing.refused(replica, replica.own)
        news = replica.newly_delivered()
        if news:
            self._events.append(PeerHas(replica.id, news))
        rolled_back = self._recovery.check(replica, self._now)
        if rolled_back is not None:
            self._events.append(rolled_back)

    def _arm(self) -> None:
        """Let the next point of the grid come, and a while after it."""
        if self._tick_at is None:
            passed = floor((self._now - self._phase) / GRID_SECONDS)
            point = self._phase + (passed + 1) * GRID_SECONDS
            later = sum(self._rng.uniform(0.0, JITTER_SECONDS) for _ in range(2))
            self._tick_at = point + later

    def _continue(self) -> None:
        """Whatever can go on, does: reading, asking, refusing."""
        if self._state is _State.ENDED:
            return
        for journal, author in self._incoming.refusals():
            self._speech.refuse(journal, author)
        if self._state is _State.OPEN:
            self._incoming.ask(self._seeking.next(self._peer_seq))
        wanted = self._incoming.wants()
        if wanted:
            self._speech.say(Want([*wanted]), expects_answer=True)
        if self._wanted and not self._finding:
            self._finding = True
            ids = tuple(self._wanted)
            self._wanted.clear()
            self._events.append(ReadById(ids, MAX_BATCH))
        request = self._outgoing.next_read()
        if request is not None:
            self._events.append(request)
