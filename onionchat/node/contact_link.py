"""One link to a device of a contact, or to an own one: the sync session on it, its reads, commits
and timer.

What lives here: the shell around `protocol.sync` (docs/spec/07-sync.md). What may not: what is
known of a contact beyond one link (`delivery`), what is read from disk (`shared_journals`),
validation (`journals`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

from twisted.internet.interfaces import IDelayedCall
from twisted.python.failure import Failure

from onionchat.errors import FloodRefused, OnionchatError, PeerUnreachable
from onionchat.node import journals, shares
from onionchat.node.batches import Batches
from onionchat.node.journals import known_authors
from onionchat.node.live_link import LiveLink
from onionchat.node.own_logs import Source
from onionchat.node.shared_journals import Loaded, load_of, read_by_id, read_entries
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.journal.entry import SignedEntry
from onionchat.protocol.link.channel import HIGH_WATER
from onionchat.protocol.link.events import ByeReason
from onionchat.protocol.sync.events import (
    Agreed,
    CommitEntries,
    PeerHas,
    PeerRead,
    ReadById,
    ReadEntries,
    RolledBack,
    SharedJournal,
    Violation,
)
from onionchat.protocol.sync.position import Position
from onionchat.protocol.sync.seeking import Hollow
from onionchat.protocol.sync.session import SyncSession
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import DeviceKey, JournalId

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


class ContactLink:
    """One link to a device of a contact: implements `LinkOwner`.

    If it is `own`, to another device of the person: `contact` is the row of these, and all
    journals that are kept here are shared (docs/devices.md, "The own row").
    """

    def __init__(
        self,
        live: LiveLink,
        contact: ContactNo,
        device: DeviceKey,
        delivery: Delivery,
        *,
        own: bool = False,
    ) -> None:
        assert live.up is not None
        self.live = live
        self.contact = contact
        self.device = device
        self.own = own
        self.session: SyncSession | None = None
        self._delivery = delivery
        self._salt = live.up.handshake_hash
        self._channel: int | None = live.open(SYNC) if live.dialled else None
        self._early: list[bytes] = []
        self._missed: list[SignedEntry] = []
        """Committed while something is being read from disk for the session."""
        self._reading = 1
        """How much is being read so; at first what the session begins with."""
        self._places: dict[JournalId, ContactNo] = {}
        self._strangers: dict[ContactNo, set[DeviceKey]] = {}
        """On a link to an own device: authors who were refused because they are not known, by the
        row of their journal."""
        self._changed: set[ContactNo] = set()
        """Contacts that changed before the session began."""
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
            delivery.rng,
            Source(contact, device if own else None),
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
        self._places.update(loaded.places)
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
        self._read_from_disk()
        self.session.seek(loaded.hollow)
        for author, seq in loaded.read.items() if share_read else ():
            self.session.mark_read(loaded.direct, author, seq, self.live.now)
        early, self._early = self._early, []
        for data in early:
            self.session.receive(data, self.live.now)
        if early and self._channel is not None:
            self.live.core.resume(self._channel)
        self.pump()
        changed, self._changed = self._changed, set()
        for contact in sorted(changed):
            self.refresh(contact)

    def appended(self, entries: Sequence[SignedEntry]) -> None:
        """Entries were committed; what is still being loaded is told of them when it is here."""
        if self._reading:
            self._missed.extend(entries)
        if self.session is not None:
            self.session.appended(*entries)

    def seek(self, missing: Sequence[Hollow]) -> None:
        """Bodies are missing here: the other side may have them."""
        if self.session is not None and not self._gone:
            self.session.seek(missing)
            self.pump()

    def row_of(self, journal: JournalId) -> ContactNo:
        """In whose name a journal is kept: the contact's, or on a link to an own device any."""
        return self._places.get(journal, self.contact)

    def refresh(self, contact: ContactNo) -> None:
        """On a link to an own device: a contact came, changed, or is gone, or these devices
        themselves changed. Share what is kept of it by now."""
        session = self.session
        if session is None:
            self._changed.add(contact)
            return
        self._look_at_strangers(contact)
        if contact == self.contact:
            return  # of the self account all is shared anyhow

        def share(found: dict[JournalId, SharedJournal]) -> None:
            known = {journal for journal, row in self._places.items() if row == contact}
            for journal in known - found.keys():
                del self._places[journal]
                session.remove_journal(journal)
            new = found.keys() - known
            for journal in found:
                if journal in new:
                    self._places[journal] = contact
                    session.add_journal(journal, found[journal])
            # Committed together with, or just after, what was loaded.
            session.appended(*(entry for entry in self._missed if entry.journal in new))
            self._read_from_disk()

        self._reading += 1
        self._ask(lambda tx: load_of(tx, contact, self.contact, self.device), share)

    def _look_at_strangers(self, row: ContactNo) -> None:
        """Whose entries were refused may be known by now: on a new link they are sent again."""
        strangers = self._strangers.get(row)
        if strangers is None:
            return

        def known(authors: frozenset[DeviceKey]) -> None:
            if not authors.isdisjoint(strangers):
                self.live.close(ByeReason.DONE)

        self._ask(lambda tx: known_authors(tx, row), known)

    def _read_from_disk(self) -> None:
        self._reading -= 1
        if not self._reading:
            self._missed.clear()

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
        if self._unsure and session.whole(unshared=self.own):
            self._unsure = False
            self._delivery.caught_up(self)

    def _backlog(self) -> int:
        """Bytes that the peer was not ready to take yet."""
        return 0 if self._channel is None else self.live.core.backlog(self._channel)

    def _find_wanted(self, session: SyncSession) -> None:
        wanted = self._wanted
        if wanted is not None and self._backlog() <= HIGH_WATER:
            self._wanted = None
            shared = frozenset(self._places)
            self._ask(lambda tx: read_by_id(tx, wanted, shared), session.found_by_id)

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
                if not self.own:
                    # Between own devices the `self` journal tells what was read.
                    self._delivery.read(self, event)
            case Agreed(journal=journal, bookmark=bookmark):
                self._delivery.remember(self.device, journal, bookmark)
            case RolledBack(journal=journal):
                self._unsure = True
                self._delivery.rolled_back(self, journal)
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
        if self.own and taken.strangers:
            row = self.row_of(journal)
            self._strangers.setdefault(row, set()).update(taken.strangers)
            # What makes them known may have been committed together with the refusal.
            self._look_at_strangers(row)

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
