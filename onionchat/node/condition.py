"""How the node is: `status`, the page about Tor, and telling front ends when either changes.

What lives here: putting together what the services know. What may not: deciding anything.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from onionchat import __version__
from onionchat.errors import DiskFull
from onionchat.net.transports.interface import Phase, Transport, TransportStatus
from onionchat.net.transports.tor.bridges import Bridge
from onionchat.net.transports.tor.details import TorDetails
from onionchat.node import preferences, quota, trust
from onionchat.node.accounts import Account
from onionchat.node.changes import Bus
from onionchat.node.clocks import ClockWatch
from onionchat.node.dbthread import Db
from onionchat.node.delivery import Delivery
from onionchat.node.events import TorChanged
from onionchat.node.notices import Notices
from onionchat.node.onions import Onions
from onionchat.node.tor_page import TorPage
from onionchat.node.wallclock import WallClock
from onionchat.protocol.wire.records import PROTOCOL_VERSION
from onionchat.store import contacts, invites
from onionchat.store.contacts import ContactState
from onionchat.store.transaction import Transaction
from onionchat.views import StatusView, TorDetailsView, TorView

log = Logger()

Details = Callable[[], Awaitable[tuple[TorDetails, tuple[Bridge, ...]]]]
"""Asks an own tor; and of which bridges it tells."""


class Condition:
    """Made with the node; knows its transport once that is started."""

    def __init__(
        self,
        clock: IReactorTime,
        wall: WallClock,
        db: Db,
        bus: Bus,
        delivery: Delivery,
        notices: Notices,
        clocks: ClockWatch,
        profile: Path,
    ) -> None:
        self._clock = clock
        self._wall = wall
        self._db = db
        self._bus = bus
        self._delivery = delivery
        self._notices = notices
        self._clocks = clocks
        self._profile = profile
        self._began = clock.seconds()
        self._page = TorPage()
        self._transport: Transport | None = None
        self._onions: Onions | None = None
        self._details: Details | None = None
        self._unsubscribe: Callable[[], None] | None = None
        self._shown: tuple[TorView, bool] | None = None

    def watch(self, transport: Transport, onions: Onions, details: Details | None) -> None:
        """From now on tell what changes. `details` None: the transport is not Tor."""
        self._transport, self._onions, self._details = transport, onions, details
        self._unsubscribe = transport.subscribe(self._changed)

    def stop(self) -> None:
        """Tell nothing more."""
        if self._unsubscribe is not None:
            self._unsubscribe()

    @property
    def online(self) -> bool:
        """Whether a contact could reach this device now."""
        return self._onions is not None and self._onions.reachable

    async def status(self, account: Account) -> StatusView:
        """The answer to `status`."""

        def work(tx: Transaction) -> tuple[int, int, int, str, bool]:
            everyone = contacts.everyone(tx)
            active = sum(contact.state is ContactState.ACTIVE for contact in everyone)
            visible = preferences.get(tx, preferences.VISIBILITY)
            return active, contacts.queued(tx), len(invites.requests(tx)), visible, quota.scarce(tx)

        active, queued, waiting, visible, full = await self._db.run(work)
        warnings = self._notices.recent()
        if full and DiskFull.sentence not in warnings:
            # Whether or not anybody has sent anything since.
            warnings = (DiskFull.sentence, *warnings)
        now = self._wall.millis()
        warnings = (*warnings, *await self._db.run(lambda tx: trust.warnings(tx, now)))
        return StatusView(
            online=self.online,
            tor=self._tor_view(),
            contacts=active,
            connected=self._delivery.links,
            queued=queued,
            requests=waiting,
            account=account.persona.account_id.hex(),
            device=account.persona.device.public.hex(),
            name=account.name,
            visibility=visible,
            version=__version__,
            protocol=PROTOCOL_VERSION,
            pid=os.getpid(),
            profile=str(self._profile),
            uptime=self._clock.seconds() - self._began,
            warnings=warnings,
            clock=self._clocks.sentence(),
        )

    async def tor_details(self) -> TorDetailsView:
        """The answer to `tor_details`."""
        assert self._transport is not None
        details: TorDetails
        bridges: tuple[Bridge, ...]
        details, bridges = (TorDetails(), ()) if self._details is None else await self._details()
        now = self._clock.seconds()
        return self._page.view(
            self._tor_view(), self.online, self._transport.status, details, bridges, now
        )

    def _tor_view(self) -> TorView:
        if self._transport is None:
            return TorView(running=False, bootstrap=0, summary="Tor has not been started yet.")
        status = self._transport.status
        return TorView(
            running=status.phase not in (Phase.STOPPED, Phase.FAILED),
            bootstrap=status.percent,
            summary=status.summary,
            reasons=tuple(trouble.sentence for trouble in status.troubles),
            version=status.version,
            own=status.own,
            services_published=sum(s.published_at is not None for s in status.services),
            services=len(status.services),
            guards_pinned=status.guards_pinned,
        )

    def _changed(self, status: TransportStatus) -> None:
        self._clocks.transport_changed(status)
        self._page.noticed(status, self._wall.millis() / 1000)
        shown = self._tor_view(), self.online
        if shown != self._shown:
            if self._shown is None or self._shown[0].summary != shown[0].summary:
                log.info("{summary}", summary=shown[0].summary)
            if self._shown is None or self._shown[1] != shown[1]:
                log.info(
                    "contacts can reach this node"
                    if shown[1]
                    else "contacts cannot reach this node"
                )
            self._shown = shown
            self._bus.publish(TorChanged(*shown))
