"""What is known against this computer's clock: by Tor's network, and by the entries of contacts.

What lives here: bringing both together, and telling the person once. What may not: the comparisons
(`skew`, and the transport's own).
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from onionchat.net.transports.interface import TransportStatus, TroubleKind
from onionchat.node.changes import Bus, ContactForgotten, EntriesCommitted
from onionchat.node.directory import Directory
from onionchat.node.skew import PeerClocks
from onionchat.node.wallclock import WallClock
from onionchat.store.transaction import ContactNo
from onionchat.types import Millis

log = Logger()


class ClockWatch:
    """Knows what speaks against a clock. `warn` is given a sentence when that begins."""

    def __init__(
        self,
        clock: IReactorTime,
        wall: WallClock,
        bus: Bus,
        directory: Directory,
        warn: Callable[[str], None],
    ) -> None:
        self._clock = clock
        self._wall = wall
        self._directory = directory
        self._warn = warn
        self._peers = PeerClocks()
        self._by_transport: str | None = None
        self._by_contacts = False
        bus.subscribe(EntriesCommitted, self._entries_committed)
        bus.subscribe(ContactForgotten, lambda event: self._peers.forget(event.contact))

    def sentence(self) -> str | None:
        """What is wrong with a clock; None if nothing is known."""
        return self._by_transport or self._compare()

    def linked(self, contact: ContactNo) -> None:
        """The first link to a contact came up."""
        self._peers.linked(contact, self._clock.seconds())

    def transport_changed(self, status: TransportStatus) -> None:
        """The transport may know something of the clock."""
        before = self._by_transport
        self._by_transport = next(
            (it.sentence for it in status.troubles if it.kind is TroubleKind.CLOCK), None
        )
        if before is None and self._by_transport is not None:
            log.warn("{sentence}", sentence=self._by_transport)
            self._warn(self._by_transport)

    def _entries_committed(self, event: EntriesCommitted) -> None:
        card = None if event.contact is None else self._directory.get(event.contact)
        if card is None or card.own:
            return
        wall, now = self._wall.millis(), self._clock.seconds()
        for committed in event.entries:
            if not committed.mine:
                self._peers.entry(card.number, Millis(committed.entry.header.time), wall, now)
        found = self._compare()
        if found is not None and not self._by_contacts:
            # Without the contact's name.
            log.warn("this computer's clock and a contact's differ by an hour or more")
            self._warn(found)
        self._by_contacts = found is not None

    def _compare(self) -> str | None:
        return self._peers.sentence(self._wall.millis(), self._clock.seconds(), self._name)

    def _name(self, contact: ContactNo) -> str:
        card = self._directory.get(contact)
        return "a contact" if card is None else card.petname
