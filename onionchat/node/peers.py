"""Connections to other devices: whom to dial when, who may come in, what becomes of a link.

What lives here: the schedule's timer, dials, listening factories. What may not: one connection
(`live_link`), what is said on a link (`delivery`, `exchanges`), who is a contact (`contacts`),
which onions exist (`onions`).

An owner is found for each link by `route` as soon as the handshake is done; a link without owner is
closed without a word.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Final

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import (
    IAddress,
    IDelayedCall,
    IProtocol,
    IProtocolFactory,
    IReactorTime,
)
from twisted.internet.protocol import Factory
from twisted.logger import Logger
from twisted.python.failure import Failure

from onionchat.errors import OnionchatError, PeerUnreachable, Stopping
from onionchat.net.core_protocol import CoreProtocol
from onionchat.net.transports.interface import (
    Address,
    DialFailed,
    DialReason,
    Phase,
    Transport,
    TransportStatus,
)
from onionchat.node.dialing import LAST_RETRY, DialSchedule
from onionchat.node.live_link import LinkOwner, LiveLink, Target
from onionchat.node.reserve import Turns
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.link.events import (
    ByeReason,
)
from onionchat.protocol.link.events import Event as LinkEvent
from onionchat.protocol.link.link import Link
from onionchat.protocol.session.handshake import Candidate, Initiator, Responder

log = Logger()

FAREWELL_SECONDS: Final = 1.0
"""How long a stopping node waits for its good-byes to be written."""

FIRST_PENALTY: Final = 10.0
"""Seconds until a peer that broke the protocol is dialled again, the first time."""

MAX_OFFENCES: Final = 16
"""Offences that are counted; the wait for the next dial is at its limit long before."""

ERRAND_RETRY: Final = 30.0
"""Seconds until an invite is dialled again whose maker has not decided yet, doubled each time."""

SAME_ONION_SECONDS: Final = 5.0
"""How long a dial waits for another one to the same onion."""

MAX_HANDSHAKES: Final = 64
"""Callers of one service that have not shown who they are; one more takes the oldest's place.

Who is honest shows it within seconds, so whoever holds places open shuts nobody out."""


class _LinkFactory(Factory):
    """Builds the protocol of each connection at one service, or of one dial."""

    noisy = False

    def __init__(self, build: Callable[[], LiveLink | None]) -> None:
        self._build = build

    def buildProtocol(self, addr: IAddress) -> CoreProtocol[LinkEvent] | None:  # type: ignore[override]
        """A new link, or None to turn the caller away."""
        live = self._build()
        return None if live is None else live.protocol


class Peers:
    """Dials targets and accepts callers over one transport.

    Args:
        route: gives each established link its owner, or None to close it.
        failed: told of each dial that failed, with the reason.
    """

    def __init__(
        self,
        clock: IReactorTime,
        rng: Rng,
        transport: Transport,
        route: Callable[[LiveLink], LinkOwner | None],
        failed: Callable[[Hashable, OnionchatError], None],
    ) -> None:
        self._clock = clock
        self._rng = rng
        self._transport = transport
        self._route = route
        self._failed = failed
        self._schedule: DialSchedule[Hashable] = DialSchedule(rng)
        self._turns: Turns[Hashable] = Turns()
        self._reserves: dict[Hashable, Address] = {}
        """Where targets were dialled besides their addresses, until there is a link."""
        self._targets: dict[Hashable, Target] = {}
        self._dials: dict[Hashable, Deferred[IProtocol]] = {}
        self._links: dict[LiveLink, None] = {}
        """In the order of coming, so that a run can be replayed."""
        self._callers: dict[str, dict[LiveLink, None]] = {}
        """At each service, those who have not shown who they are, in the order of coming."""
        self._offences: dict[Hashable, int] = {}
        self._errands: dict[Hashable, int] = {}
        self._timer: IDelayedCall | None = None
        self._all_gone: Deferred[None] | None = None
        self._stopped = False
        self._ready = False
        self._unsubscribe = transport.subscribe(self._transport_changed)
        self._transport_changed(transport.status)

    # --- dialling -------------------------------------------------------------------------------

    def aim(self, target: Target) -> None:
        """Dial `target` until there is a link to it; replaces a target with the same key."""
        known = self._put(target)
        if known is None and target.long_apart:
            self._turns.long_apart(target.key)
        if not self._linked(target.key):
            self._schedule.want(target.key, self._now)
            if known is not None and known.address != target.address:
                self._schedule.moved(target.key, self._now)
        self._arm()

    def drop(self, key: Hashable, *, close: ByeReason | None = None) -> None:
        """Do not dial `key` for now; with `close`, also end its links with that reason.

        What it has used up of our patience stays known until `forget`.
        """
        known = self._targets.pop(key, None)
        self._errands.pop(key, None)
        self._schedule.drop(key)
        dial = self._dials.pop(key, None)
        if dial is not None:
            dial.cancel()
        self._met(key)
        if known is not None:
            self._forget(known.address)
        if close is not None:
            for live in list(self._links):
                if live.target is not None and live.target.key == key:
                    live.close(close)

    def forget(self, key: Hashable, *, close: ByeReason | None = None) -> None:
        """`drop`, for good: what `key` names does not exist any more."""
        self.drop(key, close=close)
        self._schedule.forget(key)
        self._offences.pop(key, None)

    def disturbed(self) -> None:
        """Links died in a way that suggests a fault on this side: the transport looks after it."""
        self._transport.disturbed()

    def satisfied(self, key: Hashable) -> None:
        """The peer behind `key` has called us: no need to dial it."""
        self._met(key)
        self._schedule.satisfied(key, self._now)
        self._arm()

    def urge(self, key: Hashable) -> None:
        """The person waits for this peer."""
        self._schedule.urge(key, self._now)
        self._arm()

    def keep(self, target: Target) -> None:
        """Know `target` for later; there is a link to it now, by whichever side."""
        self._put(target)

    def again(self, key: Hashable, *, offended: bool = False) -> None:
        """The link to `key` is gone (whoever had dialled it): dial, politely, if it is a target.

        `offended`: it broke the protocol; each time doubles the wait before the next dial.
        """
        target = self._targets.get(key)
        if target is None or self._stopped:
            return
        delay = 0.0
        if offended:
            # Bounded: the wait does not grow beyond its limit, nor may the number.
            self._offences[key] = min(self._offences.get(key, 0) + 1, MAX_OFFENCES)
            delay = min(FIRST_PENALTY * 2 ** (self._offences[key] - 1), LAST_RETRY)
        self._schedule.want(key, self._now, wait=delay, yielding=target.yields)
        self._arm()

    def _put(self, target: Target) -> Target | None:
        """Know a target; returns what was known under its key."""
        known = self._targets.get(target.key)
        self._targets[target.key] = target
        if known is not None and known.address.onion_key != target.address.onion_key:
            self._forget(known.address)
        return known

    def _forget(self, address: Address) -> None:
        """Let the transport forget the access secret of an address, if nobody else is there."""
        onion = address.onion_key
        if self._stopped or any(
            other.address.onion_key == onion for other in self._targets.values()
        ):
            return

        def failed(failure: Failure) -> None:
            if not failure.check(Stopping):
                log.failure("an address could not be forgotten", failure)

        self._transport.forget(onion).addErrback(failed)

    def _met(self, key: Hashable) -> None:
        """There is a link to `key`, or it is no target any more: nobody seeks it elsewhere."""
        self._turns.met(key)
        reserve = self._reserves.pop(key, None)
        if reserve is not None:
            self._forget(reserve)

    def _linked(self, key: Hashable) -> bool:
        return any(
            live.up is not None and live.target is not None and live.target.key == key
            for live in self._links
        )

    @property
    def _now(self) -> float:
        return self._clock.seconds()

    def _transport_changed(self, status: TransportStatus) -> None:
        ready = status.phase is Phase.ONLINE
        if ready and not self._ready:
            self._schedule.restart(self._now)
        self._ready = ready
        self._arm()

    def _arm(self) -> None:
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self._timer = None
        at = self._schedule.next_at()
        if at is None or self._stopped or not self._ready:
            return
        self._timer = self._clock.callLater(max(0.0, at - self._now), self._dial_due)

    def _dial_due(self) -> None:
        self._timer = None
        for key in self._schedule.due(self._now):
            target = self._targets[key]
            if self._in_the_way(target):
                self._schedule.postpone(key, self._now + SAME_ONION_SECONDS)
            else:
                self._dial(target)
        self._arm()

    def _in_the_way(self, target: Target) -> bool:
        """Whether somebody else is just being dialled at the same onion: a transport keeps one
        access secret for each, and whoever names another one's address must not spoil its dials."""
        return any(
            other.address.onion_key == target.address.onion_key
            for other in (self._targets.get(key) for key in self._dials)
            if other is not None and other.key != target.key
        )

    def _dial(self, target: Target) -> None:
        live: LiveLink | None = None
        address = target.address
        if target.reserve is not None and self._turns.reserve(target.key, self._now):
            address = self._reserves[target.key] = target.reserve()

        def build() -> LiveLink:
            nonlocal live
            handshake = Initiator(
                static=target.static,
                remote_static=target.remote_static,
                psk=target.psk,
                transport=self._transport.name,
                address=address.onion_key,
                rng=self._rng,
                now=self._now,
            )
            live = LiveLink(
                Link.dialling(handshake, self._now, self._rng), target, self._clock, self
            )
            self._links[live] = None
            return live

        # One circuit a peer: nobody can tell from circuits that two contacts are one person's.
        isolation = f"{target.key!r}"
        dial = self._transport.dial(address, isolation, _LinkFactory(build))
        self._dials[target.key] = dial

        def ended(outcome: IProtocol | Failure) -> None:
            if self._dials.get(target.key) is dial:
                del self._dials[target.key]
            if isinstance(outcome, Failure):
                self._dial_failed(target.key, outcome)
            else:
                self._schedule.connected(target.key)
                self._arm()

        dial.addBoth(ended)

    def _dial_failed(self, key: Hashable, failure: Failure) -> None:
        if failure.check(CancelledError):
            return
        error = failure.value
        if not isinstance(error, OnionchatError):
            log.failure("dialling failed in an unexpected way", failure)
            error = DialFailed(DialReason.OTHER)
        self._attempt_over(key, error)

    def _attempt_over(self, key: Hashable, error: OnionchatError) -> None:
        if key in self._targets:
            gone = isinstance(error, DialFailed) and error.reason is DialReason.INTRO_FAILED
            self._turns.failed(key, self._now, entrances_gone=gone)
        self._schedule.failed(key, self._now)
        self._arm()
        self._failed(key, error)

    # --- accepting ------------------------------------------------------------------------------

    def listening(
        self,
        service: str,
        onion_key: bytes,
        candidates: Callable[[], Sequence[Candidate]],
        mute: Callable[[], None],
    ) -> IProtocolFactory:
        """The factory for connections at a service; `candidates` is asked for each caller, `mute`
        called for each that leaves without having shown a key."""

        def build() -> LiveLink | None:
            present = candidates()
            if not present or self._stopped:
                return None
            self._make_room(service)
            handshake = Responder(
                candidates=present,
                transport=self._transport.name,
                address=onion_key,
                rng=self._rng,
                now=self._now,
            )
            live = LiveLink(
                Link.accepting(handshake, self._now, self._rng), None, self._clock, self
            )
            live.service, live.mute = service, mute
            self._links[live] = None
            self._callers.setdefault(service, {})[live] = None
            return live

        return _LinkFactory(build)

    def _make_room(self, service: str) -> None:
        unknown = self._callers.get(service, {})
        if len(unknown) >= MAX_HANDSHAKES:
            oldest = next(iter(unknown))
            self._shown(oldest)
            oldest.abort()

    # --- links ----------------------------------------------------------------------------------

    def established(self, live: LiveLink) -> LinkOwner | None:
        """For `LiveLink`: the handshake is done; who owns the link?"""
        self._shown(live)
        if live.target is not None:
            if live.target.key not in self._targets:
                return None
            self._met(live.target.key)
            self._schedule.satisfied(live.target.key, self._now)
            # There is room for the next dial.
            self._arm()
        if self._stopped:
            return None
        try:
            return self._route(live)
        except PeerUnreachable:
            return None  # it said hello and good-bye in one breath

    def ended(self, live: LiveLink, error: OnionchatError | None) -> None:
        """For `LiveLink`: the connection is gone."""
        self._links.pop(live, None)
        if not self._links and self._all_gone is not None:
            gone, self._all_gone = self._all_gone, None
            gone.callback(None)
        self._shown(live)
        if live.target is None:
            if live.up is None and live.mute is not None:
                live.mute()
            return
        if live.up is None:
            # The dial itself succeeded, the handshake did not.
            self._attempt_over(live.target.key, error or DialFailed(DialReason.REFUSED))
        elif live.target.key not in self._targets:
            return
        elif live.target.errand:
            # What the link was for is not done, or it would not be a target any more.
            tries = self._errands[live.target.key] = self._errands.get(live.target.key, 0) + 1
            wait = min(ERRAND_RETRY * 2 ** (tries - 1), LAST_RETRY)
            self._schedule.want(live.target.key, self._now, wait=wait)
            self._arm()
        elif not live.owned:
            self.again(live.target.key)

    def _shown(self, live: LiveLink) -> None:
        """A caller is not anonymous any more, or gone: it frees a place."""
        service, live.service = live.service, None
        if service is not None:
            del self._callers[service][live]

    def stop(self) -> Deferred[None]:
        """Dial nobody, accept nobody, say good-bye on all links; fires when they have ended.

        It waits `FAREWELL_SECONDS` at most.
        """
        self._stopped = True
        self._unsubscribe()
        self._arm()
        for key in list(self._dials):
            self.drop(key)
        for live in list(self._links):
            live.close(ByeReason.STOPPING)
        gone: Deferred[None] = Deferred()
        if not self._links:
            gone.callback(None)
            return gone
        self._all_gone = gone

        def give_up(_value: object, _seconds: float) -> None:
            for live in list(self._links):
                live.abort()

        return gone.addTimeout(FAREWELL_SECONDS, self._clock, onTimeoutCancel=give_up)
