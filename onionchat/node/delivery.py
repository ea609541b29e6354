"""All links to contacts and to own devices: who has how many, what is pushed to whom, what is known
of messages on their way.

What lives here: what concerns all links of a contact, or several contacts' links. What may not: the
session of one link (`contact_link`), validation (`journals`), dialling and choosing links
(`peers`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from onionchat.errors import DiskFull, OnionchatError, ProtocolViolation, Stopping
from onionchat.node import folding, household, journals, onions, own_logs, quota, reserve, restored
from onionchat.node.changes import (
    BodiesMissing,
    Bus,
    ContactCalled,
    ContactForgotten,
    ContactUpdated,
    DevicesEnded,
    EntriesCommitted,
    OnionsChanged,
    OwnLogsInDoubt,
    StateReached,
)
from onionchat.node.contact_link import ContactLink
from onionchat.node.dbthread import Db
from onionchat.node.live_link import LiveLink
from onionchat.node.quota import Sated
from onionchat.node.shared_journals import load
from onionchat.node.shares import Shares
from onionchat.node.wallclock import WallClock
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.link.events import ByeReason
from onionchat.protocol.sync.events import (
    Bookmark,
    PeerHas,
    PeerRead,
)
from onionchat.protocol.sync.position import Position
from onionchat.store import frontiers, logs, messages
from onionchat.store import journals as stored
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import DeviceKey, EntryId, JournalId, MessageState, Seq

log = Logger()

RETURNED_MESSAGES = 1000
"""Messages named when they wait again; with more, front ends ask anew anyway."""

END_SECONDS: Final = 3.0
"""How long links to a contact that is removed have to say good-bye."""

MAX_LINKS: Final = 4
"""Links to one device; that there are two for a moment is usual."""

MAX_CONTACT_LINKS: Final = 8
"""Links to one contact, whatever devices it states."""

T = TypeVar("T")

_Counted: TypeAlias = dict[JournalId, dict[DeviceKey, Position]]


@dataclass(frozen=True, slots=True)
class Way:
    """How a link to a device stands for one log."""

    begun: bool
    """Whether both have said what they have."""
    shared: bool
    """Whether the device has the journal at all."""
    refused: bool
    """Whether the device takes no more of it on this link."""
    flying: int
    """The highest number that is written and not acknowledged, or 0."""


class Delivery:
    """All links to contacts, and to our own other devices.

    Args:
        connected: called with a contact whose first link came up, or whose last one went down; so
            with the row of our own devices.
        parted: called when the last link to one of our own devices went down.
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
        parted: Callable[[ContactNo, DeviceKey, OnionchatError | None], None],
        failed: Callable[[OnionchatError], None],
        offended: Callable[[ContactNo, OnionchatError], None],
        paused: Callable[[ContactNo, Sated], None],
    ) -> None:
        self.clock = clock
        self.wall = wall
        self.db = db
        self.shares = Shares()
        self.rng = rng
        self._bus = bus
        self._share_read = share_read
        self._connected = connected
        self._parted = parted
        self._failed = failed
        self._offended = offended
        self._paused = paused
        self._links: dict[ContactNo, list[ContactLink]] = {}
        self._ending: dict[ContactNo, list[Deferred[None]]] = {}
        self._recovering: set[ContactNo] = set()
        self._sated: dict[ContactNo, Sated] = {}
        self._own: ContactNo | None = None
        """The row of our own devices, once there was a link to one."""
        bus.subscribe(EntriesCommitted, self._entries_committed)
        bus.subscribe(BodiesMissing, self._bodies_missing)
        bus.subscribe(OwnLogsInDoubt, self._in_doubt)
        # With the commit itself: what is committed after it must not reach them any more.
        bus.subscribe(DevicesEnded, self._devices_ended)
        bus.subscribe(ContactUpdated, lambda event: self._refresh(event.contact))
        bus.subscribe(ContactForgotten, self._forgotten)

    # --- links ----------------------------------------------------------------------------------

    def attach(
        self,
        live: LiveLink,
        contact: ContactNo,
        device: DeviceKey,
        *,
        prunes: bool,
        own: bool = False,
    ) -> ContactLink:
        """Own a link that is up. `prunes`: this side closes older links to the same device.
        `own`: it is a device of ours, and `contact` their row."""
        link = ContactLink(live, contact, device, self, own=own)
        if own:
            self._own = contact
        present = self._links.setdefault(contact, [])
        first = not present
        if prunes:
            for older in [older for older in present if older.device == device]:
                older.live.close(ByeReason.DUPLICATE)
        present.append(link)
        same = [other for other in present if other.device == device]
        many = [] if own else present[:-MAX_CONTACT_LINKS]
        for surplus in dict.fromkeys((*same[:-MAX_LINKS], *many)):
            # Two nodes that behave never have so many; which end closes it does not matter then.
            surplus.live.close(ByeReason.DUPLICATE)
        if first:
            self._connected(contact, True, None)
        self._run(
            lambda tx: load(tx, contact, device),
            lambda loaded: link.begin(loaded, self.rng, share_read=self._share_read()),
            link,
        )
        return link

    def detached(self, link: ContactLink, error: OnionchatError | None) -> None:
        """For `ContactLink`: it is gone."""
        if isinstance(error, ProtocolViolation):
            self._offended(link.contact, error)
        present = self._links.get(link.contact, [])
        if link in present:
            present.remove(link)
        if not present:
            self._links.pop(link.contact, None)
            self._connected(link.contact, False, error)
            for waiting in self._ending.pop(link.contact, ()):
                waiting.callback(None)
        if link.own and link.device not in self.linked_devices(link.contact):
            self._parted(link.contact, link.device, error)

    def linked(self, contact: ContactNo) -> bool:
        """Whether a link to the contact is up."""
        return contact in self._links

    def linked_devices(self, contact: ContactNo) -> frozenset[DeviceKey]:
        """The devices of a contact (or own ones) to which a link is up."""
        return frozenset(link.device for link in self._links.get(contact, ()))

    def way_to(
        self, contact: ContactNo, device: DeviceKey, journal: JournalId, author: DeviceKey
    ) -> Way | None:
        """How the newest link to a device stands for one log; None without a link."""
        links = [link for link in self._links.get(contact, ()) if link.device == device]
        if not links:
            return None
        session = links[-1].session
        if session is None:
            return Way(begun=False, shared=False, refused=False, flying=0)
        return Way(
            begun=session.is_open,
            shared=session.shares(journal),
            refused=session.is_refused(journal, author),
            flying=max(link.in_flight(journal, author) for link in links),
        )

    @property
    def linked_contacts(self) -> frozenset[ContactNo]:
        """The contacts to whom a link is up; the row of our own devices, too."""
        return frozenset(self._links)

    @property
    def links(self) -> int:
        """Contacts with a link."""
        return len(self._links.keys() - {self._own})

    def drop(self, contact: ContactNo) -> None:
        """End all links to a contact, as a node does that stops: who is blocked is not told."""
        for link in list(self._links.get(contact, ())):
            link.live.close(ByeReason.STOPPING)

    def drop_others(self, contact: ContactNo, active: frozenset[DeviceKey]) -> None:
        """End the links to devices of a contact that are not active: at once, since whoever has a
        revoked device may be a thief, and nothing that waits for it shall go out any more."""
        for link in list(self._links.get(contact, ())):
            if link.device not in active:
                link.live.abort()

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
        """The peer has committed these. What an own device has is not delivered by that."""
        advanced = {author: Seq(seq) for author, seq in event.frontier.items()}
        now = self.wall.millis()

        def work(tx: Transaction) -> None:
            journal = stored.find(tx, event.journal)
            if journal is not None and journal.kind == stored.DIRECT:
                frontiers.arrived(tx, link.device, event.journal, advanced, now)
            reached = frontiers.acknowledge(tx, link.contact, event.journal, advanced)
            if not link.own:
                _emit_state(tx, link.contact, reached, MessageState.DELIVERED)
            folding.heard(tx, link.contact, event.journal, now)
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
        """Own entries went out on a link for the first time.

        Perhaps not for the first time at all: a new link begins before what the contact has.
        """

        def work(tx: Transaction) -> None:
            arrived = frontiers.acknowledged(tx, link.contact, journal).get(author, 0)
            begin = max(first, arrived + 1)
            if begin > last:
                return
            run = logs.run(tx, journal, author, Seq(begin), upto=last, max_entries=last - begin + 1)
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

        def work(tx: Transaction) -> None:
            # A contact may be removed while a link to an own device shares its journals.
            if stored.find(tx, journal) is not None:
                frontiers.put_sync_bookmark(tx, device, journal, bookmark.told, bookmark.theirs)

        self._run(work, None, None)

    def rolled_back(self, link: ContactLink, journal: JournalId) -> None:
        """The peer has entries of our own log in a journal that are not here."""
        number, by = link.row_of(journal), link.device if link.own else None
        self._recovering.add(number)
        self._run(lambda tx: own_logs.doubt(tx, number, by), None, link)

    def caught_up(self, link: ContactLink) -> None:
        """What the peer has of our own logs is here: it is safe to sign again, unless others have
        more."""
        now = self.wall.millis()

        def work(tx: Transaction) -> dict[ContactNo, _Counted]:
            restored.trust(tx, link.contact)
            settled = restored.settle(tx, link.device) if link.own else set()
            sure = [
                number
                for number in sorted({link.contact, *settled})
                if not restored.is_unsure(tx, number)
            ]
            for number in sure:
                journals.write_again(tx, number)
                onions.restate(tx, number, now)
                household.sure_again(tx, number, self.rng, now)
            tx.emit(OnionsChanged())
            return {
                number: {
                    journal.journal_id: own_logs.counted(tx, journal, number)
                    for journal in stored.of_contact(tx, number)
                }
                for number in sure
            }

        def done(sure: dict[ContactNo, _Counted]) -> None:
            for number, here in sure.items():
                self._recovering.discard(number)
                for other in self._sharing(number):
                    other.count(here)

        self._run(work, done, link)

    def violation(self, link: ContactLink, error: OnionchatError) -> None:
        """A device of a contact, or of our own, broke the protocol."""
        self._offended(link.contact, error)

    def nothing_opened(self, link: ContactLink) -> None:
        """A contact called for nothing: that costs it another call."""
        self._bus.publish(ContactCalled(link.contact))

    def sated(self, link: ContactLink, sated: Sated) -> None:
        """A contact has had its share of the disk: its log is refused on this link, ours flows on.

        Once it has a new share, another link is made, on which it can be sent.
        """
        if link.try_again is None and sated.until is not None:
            wait = max(0.0, (sated.until - self.wall.millis()) / 1000)
            wait += self.rng.uniform(0.0, quota.AGAIN_SECONDS)
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
        """Of our own entries only those count by now that others are known to have: sessions that
        count more must not go on."""
        for link in self._sharing(event.contact):
            link.live.close(ByeReason.STOPPING)

    def _sharing(self, contact: ContactNo) -> list[ContactLink]:
        """The links on which a contact's journals are shared: its own, and those to our devices."""
        own = [] if self._own is None or self._own == contact else self._links.get(self._own, ())
        return [*self._links.get(contact, ()), *own]

    def _refresh(self, contact: ContactNo) -> None:
        """A contact changed: what our own devices share of it may be more now, or nothing."""
        if self._own is not None:
            for link in list(self._links.get(self._own, ())):
                link.refresh(contact)

    def _devices_ended(self, event: DevicesEnded) -> None:
        self.drop_others(event.contact, event.active)
        if event.contact == self._own:
            # What a device of ours claimed to have may have been the only doubt.
            self._run(restored.unsure, self._recovering.intersection_update, None)

    def _bodies_missing(self, event: BodiesMissing) -> None:
        for link in self._sharing(event.contact):
            link.seek(event.entries)

    def _forgotten(self, event: ContactForgotten) -> None:
        self._sated.pop(event.contact, None)
        self._recovering.discard(event.contact)
        self.shares.forget(event.contact)
        self._refresh(event.contact)

    def _entries_committed(self, event: EntriesCommitted) -> None:
        if event.contact is None:
            return
        if any(committed.shown for committed in event.entries):
            self.shares.talked(event.contact, self.clock.seconds())
        # Every session is told before any of them writes (see SyncSession).
        links = self._sharing(event.contact)
        for link in links:
            link.appended([committed.entry for committed in event.entries])
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
