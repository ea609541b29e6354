"""One link to a device of a contact: the sync session on it, its reads, commits and timer.

What lives here: the shell around `protocol.sync` (docs/spec/07-sync.md). What may not: what is
known of a contact beyond one link (`delivery`), validation (`journals`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from twisted.internet.interfaces import IDelayedCall
from twisted.python.failure import Failure

from onionchat.errors import FloodRefused, OnionchatError, PeerUnreachable
from onionchat.node import journals, own_logs, restored, shares
from onionchat.node.batches import Batches
from onionchat.node.live_link import LiveLink
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
from onionchat.store import contacts, entries, frontiers, logs, personas
from onionchat.store import journals as stored
from onionchat.store.entries import StoredEntry
from onionchat.store.frontiers import Known
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import DeviceKey, JournalId, Seq

if TYPE_CHECKING:
    from onionchat.node.delivery import Delivery

SYNC = "sync"
"""Kind of the channel."""

MAX_BACKLOG: Final = 2 * 1024 * 1024
"""Bytes that wait for the peer to read: a whole `Have`, the window and what it asked for by id are
less than half of it."""

OPENING_SECONDS: Final = 20.0
"""Within which whoever called opens the channel: until then nothing asks whether it is there."""

T = TypeVar("T")


class NothingOpened(PeerUnreachable):
    """A caller showed its key and then opened no channel: its doing, no sign of our network."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a session begins with."""

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
        self._batches = Batches(
            self._ask,
            lambda: delivery.shares.crowded(contact, live.now),
            self._worked,
            self._after_rest,
        )
        self._next_piece: IDelayedCall | None = None

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
            self._delivery.nothing_opened(self)
            self.live.abort(NothingOpened())

    def message(self, channel: int, data: bytes) -> None:
        """A message of the peer's session."""
        self._charge(shares.MESSAGE_COST + shares.BYTE_COST * len(data))
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
        for timer in (self._opening, self.try_again, self._next_piece):
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

    def begin(self, loaded: Loaded, rng: Rng, *, share_read: bool) -> None:
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
        # Committed together with, or just after, what was loaded.
        self.session.appended(*self._missed)
        self._missed.clear()
        for author, seq in loaded.read.items() if share_read else ():
            self.session.mark_read(loaded.direct, author, seq, self.live.now)
        early, self._early = self._early, []
        for data in early:
            self.session.receive(data, self.live.now)
        if early and self._channel is not None:
            self.live.core.resume(self._channel)
        self.pump()

    def appended(self, entries: Sequence[SignedEntry]) -> None:
        """Entries were committed; a session that is still being loaded is told when it begins."""
        if self.session is None:
            self._missed.extend(entries)
        else:
            self.session.appended(*entries)

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
            self._ask(lambda tx: read_by_id(tx, wanted, self.contact), session.found_by_id)

    def _event(self, event: object) -> None:
        assert self.session is not None
        session = self.session
        match event:
            case ReadEntries():
                self._ask(
                    lambda tx: read_entries(tx, event),
                    lambda found: session.entries_read(event.journal, found),
                )
            case ReadById():
                self._charge(shares.ENTRY_COST * len(event.ids))
                # Outside the window: a peer that reads nothing must not pile up answers here.
                self._wanted = event
            case CommitEntries(journal=journal, entries=received, spoiled=spoiled):
                now = self._delivery.wall.millis()
                self._batches.commit(
                    journal, received, spoiled, now, lambda taken: self._committed(journal, taken)
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

    def _worked(self, entries: Sequence[SignedEntry], doubtful: int) -> float:
        """Entries of this link were worked on; so many of them were not taken."""
        return self._charge(shares.cost_of(entries) + shares.DOUBT_COST * doubtful)

    def _charge(self, work: float) -> float:
        """Count work that this contact makes; while others wait, what is too much of it is not even
        read before its time has come. Returns for how many seconds."""
        rest = self._delivery.shares.charge(self.contact, work, self.live.now)
        if rest:
            self.live.rest(rest)
        return rest

    def _after_rest(self, seconds: float, call: Callable[[], None]) -> None:
        if not self._gone:
            self._next_piece = self.live.later(seconds, call)

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


def load(tx: Transaction, number: ContactNo, device: DeviceKey) -> Loaded:
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
    return Loaded(found, direct, own, unsure, frontiers.person_read(tx, number))


def read_entries(tx: Transaction, request: ReadEntries) -> list[OutEntry]:
    """What answers `ReadEntries`."""
    found = logs.ranges(
        tx,
        request.journal,
        {author: (Seq(first), Seq(last)) for author, first, last in request.ranges},
        max_bytes=request.max_bytes,
    )
    return [_out(entry) for entry in found]


def read_by_id(tx: Transaction, request: ReadById, number: ContactNo) -> list[OutEntry]:
    """What answers `ReadById`: entries of the journals that this contact shares.

    Others do not even take room: two contacts could find out that they know the same person.
    """
    found: list[OutEntry] = []
    size = 0
    shared = {journal.journal_id for journal in stored.of_contact(tx, number)}
    for entry_id, place in entries.places(tx, request.ids).items():
        if place.journal not in shared:
            continue
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
