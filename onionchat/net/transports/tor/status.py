"""What the person is told about Tor: events folded into a `TransportStatus`, in plain sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from onionchat.errors import OnionchatError, PluginMissing, TorNotFound, TorTooOld
from onionchat.net.transports.interface import (
    Phase,
    ServiceSpec,
    ServiceState,
    ServiceStatus,
    TransportStatus,
    Trouble,
    TroubleKind,
)
from onionchat.net.transports.tor.clock import CLOCK_TOLERANCE_SECONDS, how_much
from onionchat.net.transports.tor.events import (
    COMPLETE,
    Bootstrap,
    CircuitsEstablished,
    ClockJumped,
    ClockSkew,
    Liveness,
    Said,
    TorEvent,
)

UPLOAD_FAILURES: Final = 6
"""So many refusals in a row, without one success, make a service count as failed."""

# What tor says of a clock, in the reason of a problem and in its log; only the log tells when even
# the certificates of relays look out of date.
_SKEW: Final = re.compile(r"Clock skew ([+-]?[0-9]{1,12}) ")
_CERTIFICATE: Final = re.compile(
    r"Certificate (not yet valid|already expired)\. Either their clock is set wrong"
)

_ERRORS: Final = (
    (TorNotFound, TroubleKind.NOT_FOUND),
    (TorTooOld, TroubleKind.TOO_OLD),
    (PluginMissing, TroubleKind.BRIDGE),
)
_ENDED_BY_A_START: Final = (
    TroubleKind.STOPPED_WORKING,
    TroubleKind.NOT_FOUND,
    TroubleKind.TOO_OLD,
    TroubleKind.BRIDGE,
    TroubleKind.OTHER,
)
_NO_NETWORK = frozenset({"NOROUTE"})
_BLOCKED = frozenset(
    {"CONNECTREFUSED", "CONNECTRESET", "TIMEOUT", "IOERROR", "TLS_ERROR", "DONE", "RESOURCELIMIT"}
)
_BRIDGE = frozenset({"PT_MISSING", "IDENTITY"})


NO_PATH: Final = "The connection to the Tor network has broken; Tor tries to get it back."
"""Every circuit has gone at once."""

MUTE: Final = "Tor does not answer; if that goes on, it is started anew."
"""It is suspended, say, or the machine has no room for it."""

NO_ENTRANCE: Final = "The ways by which others reach this device have broken; Tor builds new ones."
NOT_PUBLISHED: Final = "Tor is up; your onion is being published."
REFUSED: Final = (
    "Tor's directories do not take the announcement of this device. If its clock was ahead before,"
    " they will once that time has come, three hours from now at most; until then this device calls"
    " its contacts."
)
DOUBTED: Final = "A test call to this device did not get through; Tor is being repaired."


class StatusBoard:
    """The present status, changed by events and by the transport."""

    def __init__(self, *, own: bool, bridges: bool) -> None:
        self._cut = self._mute = False
        self._clock_known = False
        self._clock_by_consensus = False
        self._bridges = bridges
        self._troubles: dict[TroubleKind, Trouble] = {}
        self._services: dict[int, ServiceStatus] = {}
        self._base = TransportStatus("tor", Phase.STOPPED, own=own, summary="Tor is not running.")

    def snapshot(self) -> TransportStatus:
        """The status as a value."""
        summary = self._base.summary
        silent = [s.state for s in self._services.values() if not s.answers]
        if self._base.phase is Phase.ONLINE and self._services:
            if ServiceState.PUBLISHED in silent:
                summary = NO_ENTRANCE
            elif silent:
                summary = NOT_PUBLISHED
            elif self._base.doubted:
                summary = DOUBTED
        return replace(
            self._base,
            summary=summary,
            troubles=tuple(self._troubles.values()),
            services=tuple(self._services.values()),
        )

    def configure(self, *, own: bool, bridges: bool) -> None:
        """Another tor will be used; what stood in the way of the one before does not count."""
        self._bridges = bridges
        self._troubles.clear()
        self._base = replace(self._base, own=own)

    # --- the transport's life --------------------------------------------------------------------

    def starting(self) -> None:
        """tor is being started or joined."""
        self._base = replace(
            self._base,
            phase=Phase.STARTING,
            percent=0,
            tag="",
            circuits=False,
            summary="Starting Tor." if self._base.own else "Joining the Tor that runs here.",
        )

    def connected(self, version: str, now: float) -> None:
        """The control connection is up."""
        for kind in _ENDED_BY_A_START:
            self._troubles.pop(kind, None)
        self._clock_right()
        self._base = replace(
            self._base, phase=Phase.CONNECTING, version=version, summary="Connecting to Tor."
        )
        self._no_paths()
        for number, service in self._services.items():
            self._services[number] = replace(service, failures=0)
            self._set(number, ServiceState.PUBLISHING, now)
        self._refusals()

    def failed(self, error: OnionchatError, now: float) -> None:
        """tor does not run, or cannot be controlled."""
        kind = next(
            (kind for cls, kind in _ERRORS if isinstance(error, cls)), TroubleKind.STOPPED_WORKING
        )
        sentence = str(error)
        self._no_paths()
        self._troubles[kind] = Trouble(kind, sentence)
        self._base = replace(
            self._base, phase=Phase.FAILED, percent=0, tag="", circuits=False, summary=sentence
        )
        for number in self._services:
            self._set(number, ServiceState.WAITING, now)

    def stopped(self, now: float) -> None:
        """The transport was stopped."""
        self._troubles.clear()
        self._no_paths()
        self._base = replace(
            self._base,
            phase=Phase.STOPPED,
            percent=0,
            tag="",
            circuits=False,
            summary="Tor is not running.",
        )
        for number in self._services:
            self._set(number, ServiceState.WAITING, now)

    def paths(self, any_stands: bool, entrances: Mapping[int, int | None]) -> None:
        """Whether any circuit of tor stands, and how many entrances each service has.

        Without one, although services are published, tor has lost its network, whatever it says.
        A node without services need not have circuits.
        """
        for number, count in entrances.items():
            found = self._services.get(number)
            if found is not None:
                self._services[number] = replace(found, entrances=count)
        known = any(count is not None for count in entrances.values())
        published = any(s.state is ServiceState.PUBLISHED for s in self._services.values())
        cut = known and published and not any_stands
        if cut != self._cut:
            self._cut = cut
            self._network()

    def answering(self, answers: bool) -> None:
        """Whether tor answers what it is asked. While it does not, nobody gets through it."""
        if self._mute is answers:
            self._mute = not answers
            self._network()

    @property
    def cut(self) -> bool:
        """Whether services are published and no circuit stands."""
        return self._cut

    def tested(self, reached: bool) -> None:
        """A test call to a service of ours has ended, or somebody came in."""
        self._base = replace(self._base, doubted=not reached)

    def _no_paths(self) -> None:
        self._cut = self._mute = False
        self._base = replace(self._base, doubted=False)
        for number, service in self._services.items():
            self._services[number] = replace(service, entrances=None)

    def guards(self, pinned: int, reason: str = "") -> None:
        """How many layer-2 guards are pinned, and why not."""
        self._base = replace(self._base, guards_pinned=pinned)
        if reason:
            self._troubles[TroubleKind.GUARDS] = Trouble(TroubleKind.GUARDS, reason)
        else:
            self._troubles.pop(TroubleKind.GUARDS, None)

    # --- services --------------------------------------------------------------------------------

    def service(self, number: int) -> ServiceStatus | None:
        """The status of one service."""
        return self._services.get(number)

    def service_added(self, number: int, spec: ServiceSpec, now: float) -> None:
        """A service was asked for."""
        up = self._base.phase in (Phase.CONNECTING, Phase.ONLINE)
        state = ServiceState.PUBLISHING if up else ServiceState.WAITING
        self._services[number] = ServiceStatus(spec.name, spec.onion_key, state, now)

    def service_removed(self, number: int) -> None:
        """A service was withdrawn."""
        self._services.pop(number, None)
        self._refusals()

    def republishing(self, number: int, now: float) -> None:
        """A service is being published again; one that was refused counts so until it is taken."""
        found = self._services.get(number)
        if found is not None and found.state is not ServiceState.FAILED:
            self._set(number, ServiceState.PUBLISHING, now)

    def uploaded(self, number: int, now: float) -> None:
        """A directory has the descriptor: the service can be reached."""
        found = self._services.get(number)
        if found is not None:
            self._set(number, ServiceState.PUBLISHED, now)
            self._services[number] = replace(
                self._services[number], published_at=now, uploads=found.uploads + 1, failures=0
            )
            self._refusals()

    def upload_failed(self, number: int, now: float) -> None:
        """A directory did not take the descriptor."""
        found = self._services.get(number)
        if found is None:
            return
        self._services[number] = replace(found, failures=found.failures + 1)
        if found.state is ServiceState.PUBLISHING and found.failures + 1 >= UPLOAD_FAILURES:
            self._set(number, ServiceState.FAILED, now)
            self._refusals()

    def service_refused(self, number: int, now: float) -> None:
        """tor did not take the service at all."""
        self._set(number, ServiceState.FAILED, now)

    def _refusals(self) -> None:
        """Tell whether directories refuse a service."""
        if any(
            service.state is ServiceState.FAILED and service.failures >= UPLOAD_FAILURES
            for service in self._services.values()
        ):
            self.trouble(TroubleKind.UPLOAD, REFUSED)
        else:
            self._troubles.pop(TroubleKind.UPLOAD, None)

    def _set(self, number: int, state: ServiceState, now: float) -> None:
        found = self._services.get(number)
        if found is not None and found.state is not state:
            self._services[number] = replace(found, state=state, since=now)

    # --- events ----------------------------------------------------------------------------------

    def apply(self, event: TorEvent) -> None:
        """Take in what tor said about the network and the clock."""
        if isinstance(event, Bootstrap):
            self._bootstrap(event)
        elif isinstance(event, CircuitsEstablished):
            self._base = replace(self._base, circuits=event.established)
            self._network()
        elif isinstance(event, ClockSkew):
            # tor sends it only of authorities' clocks and of the consensus: it is no single relay's
            # mistake, and does not end because tor finds its way all the same.
            self._clock_known = abs(event.seconds) >= CLOCK_TOLERANCE_SECONDS
            self._clock(event.seconds)
        elif isinstance(event, ClockJumped):
            # Set right, perhaps; if not, tor says it again.
            self._clock_right()
        elif isinstance(event, Said):
            self._certificate(event.text)
        elif isinstance(event, Liveness):
            if event.up:
                self._troubles.pop(TroubleKind.NO_NETWORK, None)
            else:
                self.trouble(TroubleKind.NO_NETWORK, "The network does not seem to work.")

    def _bootstrap(self, event: Bootstrap) -> None:
        progressed = event.percent > self._base.percent
        self._base = replace(self._base, percent=event.percent, tag=event.tag)
        if event.reason:
            self._reason(event.reason, event.warning)
        elif progressed:
            for kind in (TroubleKind.NO_NETWORK, TroubleKind.BLOCKED, TroubleKind.BRIDGE):
                self._troubles.pop(kind, None)
        if event.percent < COMPLETE:
            self._base = replace(
                self._base,
                phase=Phase.CONNECTING,
                summary=f"Connecting to Tor: {event.percent} % ({event.summary or event.tag}).",
            )
        else:
            if not self._clock_known:
                self._troubles.pop(TroubleKind.CLOCK, None)
            self._network()

    def clock_by_consensus(self, seconds: int | None) -> None:
        """By how much the consensus shows this clock to be wrong, at least; None: nothing found."""
        if seconds is not None:
            self._clock_known = self._clock_by_consensus = True
            self._clock(seconds, least=True)
        elif self._clock_by_consensus:
            self._clock_right()

    def _clock_right(self) -> None:
        self._clock_known = self._clock_by_consensus = False
        self._troubles.pop(TroubleKind.CLOCK, None)

    def _network(self) -> None:
        if self._base.percent < COMPLETE or self._base.phase in (Phase.STOPPED, Phase.FAILED):
            return
        if self._mute or self._cut:
            summary = MUTE if self._mute else NO_PATH
            self._base = replace(self._base, phase=Phase.CONNECTING, summary=summary)
        elif self._base.circuits:
            for kind in (TroubleKind.NO_NETWORK, TroubleKind.BLOCKED, TroubleKind.BRIDGE):
                self._troubles.pop(kind, None)
            self._base = replace(self._base, phase=Phase.ONLINE, summary="Connected to Tor.")
        else:
            self._base = replace(
                self._base, phase=Phase.CONNECTING, summary="Waiting for a path through Tor."
            )

    def _reason(self, reason: str, warning: str) -> None:
        skew = _SKEW.search(warning)
        if reason in _NO_NETWORK:
            self.trouble(TroubleKind.NO_NETWORK, "There is no network connection.")
        elif reason == "CLOCK_SKEW" and skew is not None:
            self._clock(int(skew[1]))
        elif reason == "CLOCK_SKEW":
            self.trouble(TroubleKind.CLOCK, "This computer's clock seems wrong.")
        elif TroubleKind.CLOCK in self._troubles:
            # What else fails is its consequence, and would lead astray.
            return
        elif self._bridges and reason in _BLOCKED | _BRIDGE:
            self.trouble(TroubleKind.BRIDGE, "The bridges do not answer; try other ones.")
        elif reason in _BLOCKED:
            self.trouble(TroubleKind.BLOCKED, "The network seems to block Tor; a bridge may help.")

    def _certificate(self, said: str) -> None:
        found = _CERTIFICATE.search(said)
        if found is not None:
            direction = "behind" if found[1] == "not yet valid" else "ahead"
            self.trouble(
                TroubleKind.CLOCK,
                f"This computer's clock seems to be far {direction}; Tor needs it right.",
            )

    def _clock(self, seconds: int, *, least: bool = False) -> None:
        if abs(seconds) < CLOCK_TOLERANCE_SECONDS:
            self._troubles.pop(TroubleKind.CLOCK, None)
            return
        direction = "ahead" if seconds > 0 else "behind"
        much = f"{'at least' if least else 'about'} {how_much(seconds)}"
        self.trouble(
            TroubleKind.CLOCK,
            f"This computer's clock is {much} {direction}; Tor needs it right.",
        )

    def trouble(self, kind: TroubleKind, sentence: str) -> None:
        """Something stands in the way, until tor is joined or started anew."""
        if kind is TroubleKind.CLOCK:
            self._troubles.pop(TroubleKind.BLOCKED, None)
        self._troubles[kind] = Trouble(kind, sentence)
