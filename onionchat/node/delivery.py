"""The sync session of each link to a contact: reads for it, commits for it, pushes what is new.

What lives here: the shell around `protocol.sync` (docs/spec/07-sync.md), and what it knows about
messages on their way. What may not: validation (`journals`), dialling and choosing links (`peers`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from onionchat.errors import DiskFull, FloodRefused, OnionchatError, PeerUnreachable, Stopping
from onionchat.node import journals, onions, own_logs, quota, reserve, restored
from onionchat.node.changes import (
    Bus,
    ContactForgotten,
    EntryCommitted,
    OnionsChanged,
    OwnLogsInDoubt,
    StateReached,
)
from onionchat.node.dbthread import Db
from onionchat.node.peers import LiveLink
from onionchat.node.quota import Sated
from onionchat.node.wallclock import WallClock
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.journal.entry import SignedEntry
from onionchat.protocol.link.channel import HIGH_WATER
from onionchat.protocol.link.events import ByeReason
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
from onionchat.store import contacts, entries, frontiers, logs, messages, personas
from onionchat.store import journals as stored
from onionchat.store.entries import StoredEntry
from onionchat.store.frontiers import Known
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import DeviceKey, EntryId, JournalId, MessageState, Seq

log = Logger()

SYNC = "sync"
"""Kind of the channel."""

RETURNED_MESSAGES = 1000
"""Messages named when they wait again; with more, front ends ask anew anyway."""

MAX_BACKLOG: Final = 2 * 1024 * 1024
"""Bytes that wait for the peer to read: a whole `Have`, the window and what it asked for by id are
less than half of it."""

OPENING_SECONDS: Final = 20.0
"""Within which whoever called opens the channel: until then nothing asks whether it is there."""

END_SECONDS: Final = 3.0
"""How long links to a contact that is removed have to say good-bye."""

MAX_LINKS: Final = 4
"""Links to one device; that there are two for a moment is usual."""

MAX_CONTACT_LINKS: Final = 8
"""Links to one contact, whatever devices it states."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Loaded:
    journals: dict[JournalId, SharedJournal]
    direct: JournalId
    own: DeviceKey
    unsure: bool
    """Whether the contact may have more of our own logs than is here."""
    read: dict[DeviceKey, Seq]
    """How far the person has read the conversation."""


class ContactLink:
    """One link to a device of a contact: implements `LinkOwner`."""

    def __init__(
        self, live: LiveLink, contact: ContactNo, device: DeviceKey, delivery: Delivery
    ) -> None:
        assert live.up is not None
        self.live = live
        self.contact = contact
        self.device = device
        self.session: SyncSession | None = None
        self._delivery = delivery
        self._salt = live.up.handshake_hash
        self._channel: int | None = live.open(SYNC) if live.dialled else None
        self._early: list[bytes] = []
        self._missed: list[SignedEntry] = []
        self._wanted: ReadById | None = None
        self._timer: IDelayedCall | None = None
        self._gone = False
        self._direct = JournalId(b"")
        self._own = DeviceKey(b"")
        self._reported = 0
        self._first = live.dialled
        self._unsure = False
        self.try_again: IDelayedCall | None = None
        """Ends this link when a contact that sent too much has a new share of the disk."""
        self._opening = live.later(OPENING_SECONDS, self._check_opened)

    # --- LinkOwner ------------------------------------------------------------------------------

    def channel_opened(self, channel: int, kind: str) -> None:
        """The dialler opened the channel that this link is for."""
        if kind == SYNC and self._channel is None and not self.live.dialled:
            self._channel = channel
            self.pump()
        else:
            self.live.core.close(channel)

    def _check_opened(self) -> None:
        if self._channel is None:
            self.live.abort(PeerUnreachable())

    def message(self, channel: int, data: bytes) -> None:
        """A message of the peer's session."""
        if channel != self._channel:
            return
        if self.session is None:
            # Bounded: a paused channel gets no more than its first credit.
            self.live.core.pause(channel)
            self._early.append(data)
            return
        self.session.receive(data, self.live.now)
        self.pump()

    def writable(self, channel: int) -> None:
        """There is room again."""
        self.pump()

    def channel_closed(self, channel: int) -> None:
        """The peer ended the session: so does the link."""
        if channel == self._channel:
            self.live.close(ByeReason.DONE)

    def lost(self, error: OnionchatError | None) -> None:
        """The link is gone."""
        self._gone = True
        self._set_timer(None)
        for timer in (self._opening, self.try_again):
            if timer is not None and timer.active():
                timer.cancel()
        if self.session is not None:
            if self.in_flight(self._direct, self._own):
                self._delivery.returned(self)
            self.session.keep_bookmarks()
            while (event := self.session.next_event()) is not None:
                if isinstance(event, Agreed):
                    self._delivery.remember(self.device, event.journal, event.bookmark)
        self._delivery.detached(self, error)

    # --- session --------------------------------------------------------------------------------

    def count(self, here: Mapping[JournalId, Mapping[DeviceKey, Position]]) -> None:
        """Own entries that were in doubt are not any more."""
        if self.session is not None and not self._gone:
            for journal, frontier in here.items():
                self.session.count(journal, frontier)
            self.pump()

    def begin(self, loaded: _Loaded, rng: Rng, *, share_read: bool) -> None:
        """Start the session with what is on disk now."""
        if self._gone:
            return
        self._direct, self._own = loaded.direct, loaded.own
        self._unsure = loaded.unsure
        self.session = SyncSession(
            journals=loaded.journals,
            salt=self._salt,
            rng=rng,
            now=self.live.now,
            # Asked whenever something was read: the person may change it while the link is up.
            share_read=True,
        )
        for entry in self._missed:
            # Committed together with, or just after, what was loaded.
            self.session.appended(entry)
        self._missed.clear()
        for author, seq in loaded.read.items() if share_read else ():
            self.session.mark_read(loaded.direct, author, seq, self.live.now)
        early, self._early = self._early, []
        for data in early:
            self.session.receive(data, self.live.now)
        if early and self._channel is not None:
            self.live.core.resume(self._channel)
        self.pump()

    def appended(self, entry: SignedEntry) -> None:
        """An entry was committed; a session that is still being loaded is told when it begins."""
        if self.session is None:
            self._missed.append(entry)
        else:
            self.session.appended(entry)

    def in_flight(self, journal: JournalId, author: DeviceKey) -> int:
        """The highest number of a log that this link has written and the peer not acknowledged."""
        return 0 if self.session is None else self.session.in_flight(journal, author)

    def pump(self) -> None:
        """Take all events and messages of the session, in turns, and arm its timer."""
        session = self.session
        if session is None or self._gone:
            return
        busy = True
        while busy and not self._gone:
            busy = False
            self._find_wanted(session)
            while (event := session.next_event()) is not None:
                busy = True
                self._event(event)
            if self._channel is None:
                break
            for message in session.messages_to_send():
                busy = True
                try:
                    self.live.send(
                        self._channel,
                        message.data,
                        # The callee answers the first message, or it died since the handshake.
                        expect_answer=message.expects_answer or self._first,
                    )
                    self._first = False
                except PeerUnreachable:
                    # The link is closing; what was not sent is compared anew on the next one.
                    return
        self.live.flush()
        if self._backlog() > MAX_BACKLOG:
            self._delivery.violation(self, FloodRefused())
            self.live.abort(FloodRefused())
            return
        self._set_timer(session.deadline())
        self._report_sent()
        if self._unsure and session.whole():
            self._unsure = False
            self._delivery.caught_up(self)

    def _backlog(self) -> int:
        """Bytes that the peer was not ready to take yet."""
        return 0 if self._channel is None else self.live.core.backlog(self._channel)

    def _find_wanted(self, session: SyncSession) -> None:
        wanted = self._wanted
        if wanted is not None and self._backlog() <= HIGH_WATER:
            self._wanted = None
            self._ask(lambda tx: _read_by_id(tx, wanted), session.found_by_id)

    def _event(self, event: object) -> None:
        assert self.session is not None
        session = self.session
        match event:
            case ReadEntries():
                self._ask(
                    lambda tx: _read_entries(tx, event),
                    lambda found: session.entries_read(event.journal, found),
                )
            case ReadById():
                # Outside the window: a peer that reads nothing must not pile up answers here.
                self._wanted = event
            case CommitEntries(journal=journal, entries=received):
                now = self._delivery.wall.millis()
                self._ask(
                    lambda tx: journals.take(tx, journal, received, now),
                    lambda taken: self._committed(journal, taken),
                )
            case PeerHas():
                self._delivery.acknowledged(self, event)
            case PeerRead():
                self._delivery.read(self, event)
            case Agreed(journal=journal, bookmark=bookmark):
                self._delivery.remember(self.device, journal, bookmark)
            case RolledBack():
                self._unsure = True
                self._delivery.rolled_back(self)
            case Violation(error=error):
                self._delivery.violation(self, error)
                self.live.abort(error)

    def _committed(self, journal: JournalId, taken: journals.Taken) -> None:
        assert self.session is not None
        outcome = taken.outcome
        for rejected in outcome.rejected:
            self._delivery.violation(self, rejected.error)
        self.session.committed(
            journal,
            taken.frontier,
            self.live.now,
            waiting={item.entry.id: item.missing for item in outcome.waiting},
            unproven=[entry.id for entry in outcome.unproven],
            refused=[*(item.entry.id for item in outcome.rejected), *taken.spurned],
        )
        if taken.sated is not None:
            self._delivery.sated(self, taken.sated)

    def _ask(self, work: Callable[[Transaction], T], answer: Callable[[T], None]) -> None:
        """Run `work` on the database thread and hand its result to the session."""

        def done(result: T) -> None:
            if not self._gone:
                answer(result)
                self.pump()

        def failed(failure: Failure) -> None:
            self._delivery.storage_failed(self, failure)

        self._delivery.db.run(work).addCallbacks(done, failed).addErrback(
            lambda failure: self._delivery.unexpected(self, failure)
        )

    def _report_sent(self) -> None:
        """Own messages that just went out are on their way: tell it once each."""
        flying = self.in_flight(self._direct, self._own)
        if flying > self._reported:
            self._delivery.sent(self, self._direct, self._own, self._reported + 1, flying)
            self._reported = flying

    def _set_timer(self, at: float | None) -> None:
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self._timer = None
        if at is not None:
            self._timer = self._delivery.clock.callLater(max(0.0, at - self.live.now), self._tick)

    def _tick(self) -> None:
        self._timer = None
        if self.session is not None and not self._gone:
            self.session.on_deadline(self.live.now)
            self.pump()


class Delivery:
    """All links to contacts.

    Args:
        connected: called with a contact whose first link came up, or whose last one went down.
        failed: called with an error that the person should know (a full disk).
        offended: called when a contact's device broke the protocol.
        paused: called once when a contact has had its share of the disk.
    """

    def __init__(
        self,
        clock: IReactorTime,
        wall: WallClock,
        rng: Rng,
        db: Db,
        bus: Bus,
        *,
        share_read: Callable[[], bool],
        connected: Callable[[ContactNo, bool, OnionchatError | None], None],
        failed: Callable[[OnionchatError], None],
        offended: Callable[[ContactNo, OnionchatError], None],
        paused: Callable[[ContactNo, Sated], None],
    ) -> None:
        self.clock = clock
        self.wall = wall
        self.db = db
        self._rng = rng
        self._bus = bus
        self._share_read = share_read
        self._connected = connected
        self._failed = failed
        self._offended = offended
        self._paused = paused
        self._links: dict[ContactNo, list[ContactLink]] = {}
        self._ending: dict[ContactNo, list[Deferred[None]]] = {}
        self._recovering: set[ContactNo] = set()
        self._sated: dict[ContactNo, Sated] = {}
        bus.subscribe(EntryCommitted, self._entry_committed)
        bus.subscribe(OwnLogsInDoubt, self._in_doubt)
        bus.subscribe(ContactForgotten, self._forgotten)

    # --- links ----------------------------------------------------------------------------------

    def attach(
        self, live: LiveLink, contact: ContactNo, device: DeviceKey, *, prunes: bool
    ) -> ContactLink:
        """Own a link that is up. `prunes`: this side closes older links to the same device."""
        link = ContactLink(live, contact, device, self)
        present = self._links.setdefault(contact, [])
        first = not present
        if prunes:
            for older in [older for older in present if older.device == device]:
                older.live.close(ByeReason.DUPLICATE)
        present.append(link)
        same = [other for other in present if other.device == device]
        for surplus in dict.fromkeys((*same[:-MAX_LINKS], *present[:-MAX_CONTACT_LINKS])):
            # Two nodes that behave never have so many; which end closes it does not matter then.
            surplus.live.close(ByeReason.DUPLICATE)
        if first:
            self._connected(contact, True, None)
        self._run(
            lambda tx: _load(tx, contact, device),
            lambda loaded: link.begin(loaded, self._rng, share_read=self._share_read()),
            link,
        )
        return link

    def detached(self, link: ContactLink, error: OnionchatError | None) -> None:
        """For `ContactLink`: it is gone."""
        present = self._links.get(link.contact, [])
        if link in present:
            present.remove(link)
        if not present:
            self._links.pop(link.contact, None)
            self._connected(link.contact, False, error)
            for waiting in self._ending.pop(link.contact, ()):
                waiting.callback(None)

    def linked(self, contact: ContactNo) -> bool:
        """Whether a link to the contact is up."""
        return contact in self._links

    @property
    def linked_contacts(self) -> frozenset[ContactNo]:
        """The contacts to whom a link is up."""
        return frozenset(self._links)

    @property
    def links(self) -> int:
        """Contacts with a link."""
        return len(self._links)

    def drop(self, contact: ContactNo) -> None:
        """End all links to a contact, as a node does that stops: who is blocked is not told."""
        for link in list(self._links.get(contact, ())):
            link.live.close(ByeReason.STOPPING)

    def end(self, contact: ContactNo) -> Deferred[None]:
        """End all links as `drop` does; fires when they are gone and what they knew waits for the
        database."""
        gone: Deferred[None] = Deferred()
        if not self.linked(contact):
            gone.callback(None)
            return gone
        self._ending.setdefault(contact, []).append(gone)
        self.drop(contact)

        def abort() -> None:
            for link in list(self._links.get(contact, ())):
                link.live.abort()

        late = self.clock.callLater(END_SECONDS, abort)

        def done(_: None) -> None:
            if late.active():
                late.cancel()

        return gone.addCallback(done)

    # --- what is known of own messages ------------------------------------------------------------

    def on_the_way(self, contact: ContactNo, journal: JournalId, author: DeviceKey) -> int:
        """The highest number of our log that a live link has written."""
        return max(
            (link.in_flight(journal, author) for link in self._links.get(contact, ())), default=0
        )

    def recovering(self) -> frozenset[ContactNo]:
        """Contacts who just said that they have more of our own logs than is here (an old backup).

        Nothing may be signed for them before it is whole again; `restored` keeps that on disk.
        """
        return frozenset(self._recovering)

    def mark_read(
        self, contact: ContactNo, journal: JournalId, marks: dict[DeviceKey, Seq]
    ) -> None:
        """The person has read this far: told to the contact where that is shared."""
        if not self._share_read():
            return
        for link in self._links.get(contact, ()):
            if link.session is not None:
                for author, seq in marks.items():
                    link.session.mark_read(journal, author, seq, link.live.now)
                link.pump()

    # --- for ContactLink --------------------------------------------------------------------------

    def acknowledged(self, link: ContactLink, event: PeerHas) -> None:
        """The peer has committed these."""
        advanced = {author: Seq(seq) for author, seq in event.frontier.items()}

        def work(tx: Transaction) -> None:
            reached = frontiers.acknowledge(tx, link.contact, event.journal, advanced)
            _emit_state(tx, link.contact, reached, MessageState.DELIVERED)
            if reserve.acknowledged(tx, link.contact):
                tx.emit(OnionsChanged())

        self._run(work, None, link)

    def read(self, link: ContactLink, event: PeerRead) -> None:
        """The person there has read up to here."""

        def work(tx: Transaction) -> None:
            reached = frontiers.read_by_contact(
                tx, link.contact, event.journal, event.author, Seq(event.seq)
            )
            _emit_state(tx, link.contact, reached, MessageState.READ)

        self._run(work, None, link)

    def sent(
        self, link: ContactLink, journal: JournalId, author: DeviceKey, first: int, last: int
    ) -> None:
        """Own entries went out on a link for the first time."""

        def work(tx: Transaction) -> None:
            run = logs.run(tx, journal, author, Seq(first), upto=last, max_entries=last - first + 1)
            ids = [entry.entry_id for entry in run if entry.shown]
            _emit_state(tx, link.contact, ids, MessageState.SENT)

        self._run(work, None, link)

    def returned(self, link: ContactLink) -> None:
        """What was on its way on a link that is gone waits again, unless it arrived after all."""

        def work(tx: Transaction) -> None:
            waiting = messages.queued(tx, link.contact, RETURNED_MESSAGES)
            _emit_state(tx, link.contact, waiting, MessageState.QUEUED)

        self._run(work, None, None)

    def remember(self, device: DeviceKey, journal: JournalId, bookmark: Bookmark) -> None:
        """Keep a bookmark for the next link."""
        self._run(
            lambda tx: frontiers.put_sync_bookmark(
                tx, device, journal, bookmark.told, bookmark.theirs
            ),
            None,
            None,
        )

    def rolled_back(self, link: ContactLink) -> None:
        """The peer has entries of our own logs that are not here."""
        self._recovering.add(link.contact)
        self._run(lambda tx: own_logs.doubt(tx, link.contact), None, link)

    def caught_up(self, link: ContactLink) -> None:
        """What the peer has of our own logs is here: it is safe to sign again."""
        number, now = link.contact, self.wall.millis()

        def work(tx: Transaction) -> dict[JournalId, dict[DeviceKey, Position]]:
            restored.trust(tx, number)
            journals.write_again(tx, number)
            onions.restate(tx, number, now)
            tx.emit(OnionsChanged())
            return {
                journal.journal_id: own_logs.counted(tx, journal)
                for journal in stored.of_contact(tx, number)
            }

        def done(here: dict[JournalId, dict[DeviceKey, Position]]) -> None:
            self._recovering.discard(number)
            for other in list(self._links.get(number, ())):
                other.count(here)

        self._run(work, done, link)

    def violation(self, link: ContactLink, error: OnionchatError) -> None:
        """A device of a contact broke the protocol."""
        self._offended(link.contact, error)

    def sated(self, link: ContactLink, sated: Sated) -> None:
        """A contact has had its share of the disk: its log is refused on this link, ours flows on.

        Once it has a new share, another link is made, on which it can be sent.
        """
        if link.try_again is None and sated.until is not None:
            wait = max(0.0, (sated.until - self.wall.millis()) / 1000)
            wait += self._rng.uniform(0.0, quota.AGAIN_SECONDS)
            link.try_again = link.live.later(wait, lambda: link.live.close(ByeReason.DONE))
        if self._sated.get(link.contact) != sated:
            self._sated[link.contact] = sated
            self._paused(link.contact, sated)

    def storage_failed(self, link: ContactLink | None, failure: Failure) -> None:
        """A transaction failed: nothing is acknowledged, the link is tried again later."""
        if failure.check(Stopping):
            return
        if not failure.check(OnionchatError):
            self.unexpected(link, failure)
            return
        if failure.check(DiskFull):
            log.debug("the disk is full; nothing is acknowledged")
        error = failure.value
        assert isinstance(error, OnionchatError)
        self._failed(error)
        if link is not None:
            link.live.abort(error)

    def unexpected(self, link: ContactLink | None, failure: Failure) -> None:
        """A bug: say so, and give up the link rather than to go on half."""
        log.failure("a link failed in an unexpected way", failure)
        if link is not None:
            link.live.abort()

    # --- inside ---------------------------------------------------------------------------------

    def _in_doubt(self, event: OwnLogsInDoubt) -> None:
        """Of our own entries only those count by now that the contact is known to have: sessions
        that count more must not go on."""
        self.drop(event.contact)

    def _forgotten(self, event: ContactForgotten) -> None:
        self._sated.pop(event.contact, None)
        self._recovering.discard(event.contact)

    def _entry_committed(self, event: EntryCommitted) -> None:
        if event.contact is None:
            return
        # Every session is told before any of them writes (see SyncSession).
        links = list(self._links.get(event.contact, ()))
        for link in links:
            link.appended(event.entry)
        # The newest link writes first; a stale older one then has nothing more to say.
        for link in reversed(links):
            link.pump()

    def _run(
        self,
        work: Callable[[Transaction], T],
        done: Callable[[T], None] | None,
        link: ContactLink | None,
    ) -> None:
        deferred: Deferred[Any] = self.db.run(work)
        if done is not None:
            deferred.addCallback(done)
        deferred.addErrback(lambda failure: self.storage_failed(link, failure))


def _emit_state(
    tx: Transaction, contact: ContactNo, ids: Sequence[EntryId], state: MessageState
) -> None:
    if ids:
        tx.emit(StateReached(contact, tuple(ids), state))


def _load(tx: Transaction, number: ContactNo, device: DeviceKey) -> _Loaded:
    """What both may read: both accounts' rosters and the conversation."""
    contact = contacts.get(tx, number)
    persona = personas.get(tx, contact.persona)
    own = DeviceKey(persona.device.public)
    found: dict[JournalId, SharedJournal] = {}
    direct = JournalId(b"")
    for journal in stored.of_contact(tx, number):
        if journal.kind == stored.DIRECT:
            direct = journal.journal_id
        remembered = frontiers.sync_bookmark(tx, device, journal.journal_id)
        bookmark = None if remembered is None else Bookmark(*map(_positions, remembered))
        frontier = own_logs.counted(tx, journal)
        tip = frontiers.tip(tx, journal.journal_id, own)
        writes = journal.kind == stored.DIRECT or tip is not None
        reached = frontiers.acknowledged(tx, number, journal.journal_id)
        delivered = {own: reached.get(own, Seq(0))}
        found[journal.journal_id] = SharedJournal(
            frontier, own if writes else None, bookmark, delivered
        )
    unsure = restored.is_unsure(tx, number)
    return _Loaded(found, direct, own, unsure, frontiers.person_read(tx, number))


def _read_entries(tx: Transaction, request: ReadEntries) -> list[OutEntry]:
    found = logs.ranges(
        tx,
        request.journal,
        {author: (Seq(first), Seq(last)) for author, first, last in request.ranges},
        max_bytes=request.max_bytes,
    )
    return [_out(entry) for entry in found]


def _read_by_id(tx: Transaction, request: ReadById) -> list[OutEntry]:
    found: list[OutEntry] = []
    size = 0
    places = entries.places(tx, request.ids)
    for entry_id in places:
        entry = entries.get(tx, entry_id)
        assert entry is not None
        size += entry.size
        if found and size > request.max_bytes:
            break
        found.append(_out(entry))
    return found


def _out(entry: StoredEntry) -> OutEntry:
    return OutEntry.of(journals.signed(entry))


def _positions(known: Known) -> dict[DeviceKey, Position]:
    return {key: Position(seq, tag) for key, (seq, tag) in known.items()}
