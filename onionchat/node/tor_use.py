"""How a node gets at Tor: what was said at its start, what the settings say, the guards it keeps.

What lives here: making the transport, and changing it under the running node. What may not: the
settings' meanings (`preferences`), anything that tor does (net/transports/tor).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from twisted.internet.defer import Deferred

from onionchat.net.transports.tor.bridges import Bridge
from onionchat.net.transports.tor.details import TorDetails
from onionchat.net.transports.tor.guards import GuardSet, PinnedGuard
from onionchat.net.transports.tor.run import TorSettings
from onionchat.net.transports.tor.transport import TorTransport
from onionchat.node import preferences
from onionchat.node.dbthread import Db
from onionchat.node.reactors import NodeReactor
from onionchat.node.wallclock import WallClock
from onionchat.protocol.crypto.rng import Rng
from onionchat.store import settings
from onionchat.store.settings import Guard
from onionchat.types import Millis


class TorUse:
    """One transport over Tor, and the settings that it follows.

    Args:
        given: what was said at the start; a tor to join that is named there goes before the one
            that is set.
        background: takes work that nobody waits for.
    """

    def __init__(
        self,
        reactor: NodeReactor,
        wall: WallClock,
        rng: Rng,
        db: Db,
        given: TorSettings,
        background: Callable[[Deferred[Any]], None],
    ) -> None:
        self._reactor = reactor
        self._wall = wall
        self._rng = rng
        self._db = db
        self._given = replace(
            given, load_guards=lambda: self._guards, save_guards=self._save_guards
        )
        self._background = background
        self._guards: GuardSet = ()
        self._made: TorTransport | None = None

    async def transport(self) -> TorTransport:
        """The transport as the settings say. Raises InvalidInput."""
        now = self._wall.millis()
        chosen, guards = await self._db.run(
            lambda tx: (preferences.for_tor(tx), settings.guards(tx, now))
        )
        self._guards = tuple(
            PinnedGuard(guard.fingerprint.hex().upper(), guard.expires / 1000) for guard in guards
        )
        self._made = TorTransport(
            self._reactor,
            chosen.applied(self._given),
            rng=self._rng,
            wall=lambda: self._wall.millis() / 1000,
        )
        return self._made

    async def reconfigure(self) -> None:
        """The settings have changed: follow them at once. Raises what the transport's does."""
        chosen = await self._db.run(preferences.for_tor)
        if self._made is not None:
            await self._made.reconfigure(chosen.applied(self._given))

    async def details(self) -> tuple[TorDetails, tuple[Bridge, ...]]:
        """What the tor does, and of which bridges it says so."""
        if self._made is None:
            return TorDetails(), ()
        return await self._made.details()

    def _save_guards(self, guards: GuardSet) -> None:
        self._guards = guards
        now = self._wall.millis()
        rows = [
            Guard(bytes.fromhex(guard.fingerprint), now, Millis(int(guard.until * 1000)))
            for guard in guards
        ]
        self._background(self._db.run(lambda tx: settings.put_guards(tx, rows)))
