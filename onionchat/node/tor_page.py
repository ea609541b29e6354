"""What a person is shown of Tor beyond its status: what it is used for, what stood in its way, what
can be done.

What lives here: putting it together in words, and remembering troubles. What may not: asking tor
(net/transports/tor), settings.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from typing import Final

from onionchat.errors import OnionchatError
from onionchat.net.transports.interface import ServiceStatus, TransportStatus, TroubleKind
from onionchat.net.transports.tor.bridges import (
    Bridge,
    BridgeSettings,
    bridge_lines,
    next_bridge,
    torrc_lines,
)
from onionchat.net.transports.tor.details import BridgeState, TorDetails
from onionchat.views import (
    BridgeCheckView,
    BridgeView,
    CircuitsView,
    TorDetailsView,
    TorServiceView,
    TorView,
    TroubleView,
)

_BRIDGES: Final = "Ask for bridges (by the Tor project's web page, e-mail or a friend) and add them"
ADVICE: Final[Mapping[TroubleKind, str]] = {
    TroubleKind.NOT_FOUND: "Install the package tor, or say where the program is.",
    TroubleKind.TOO_OLD: "Update tor.",
    TroubleKind.STOPPED_WORKING: "It is tried again by itself; `doctor` and the log say more.",
    TroubleKind.CLOCK: "Set this computer's date, time and time zone right.",
    TroubleKind.NO_NETWORK: "Look after the network connection; Tor goes on by itself then.",
    TroubleKind.BLOCKED: f"{_BRIDGES}; a café's or hotel's network may want you to log in first.",
    TroubleKind.BRIDGE: f"{_BRIDGES}, or another kind of them.",
    TroubleKind.STUCK: f"Wait some minutes. If it lasts: {_BRIDGES[0].lower()}{_BRIDGES[1:]}.",
    TroubleKind.UPLOAD: "Look whether this computer's clock is right; it is tried again by itself.",
    TroubleKind.GUARDS: "Nothing need be done.",
    TroubleKind.OTHER: "`doctor` and the log may say more.",
}
BRIDGE_SENTENCES: Final[Mapping[BridgeState, str]] = {
    BridgeState.CONNECTED: "It is connected.",
    BridgeState.ANSWERED: "It has answered before; Tor uses another one now.",
    BridgeState.UNTRIED: "Tor has not tried it yet.",
    BridgeState.SILENT: "It does not answer.",
    BridgeState.UNKNOWN: "Nothing is known of it.",
}
_PURPOSES: Final = {"contact": "contacts", "invite": "invite", "reserve": "reserve"}
"""By the first word of a service's name, which otherwise holds numbers of contacts."""


class TorPage:
    """Troubles are remembered for as long as the node runs, the last one that is over."""

    def __init__(self) -> None:
        self._standing: dict[TroubleKind, TroubleView] = {}
        self._last: TroubleView | None = None

    def noticed(self, status: TransportStatus, wall: float) -> None:
        """The transport's status has changed; `wall` is seconds since 1970."""
        now = {trouble.kind: trouble.sentence for trouble in status.troubles}
        for kind in [kind for kind in self._standing if kind not in now]:
            over = self._standing.pop(kind)
            self._last = TroubleView(over.kind, over.sentence, over.advice, over.since, wall)
        for kind, sentence in now.items():
            known = self._standing.get(kind)
            since = wall if known is None else known.since
            self._standing[kind] = TroubleView(kind.value, sentence, ADVICE[kind], since)

    def view(
        self,
        tor: TorView,
        online: bool,
        status: TransportStatus,
        details: TorDetails,
        bridges: tuple[Bridge, ...],
        now: float,
    ) -> TorDetailsView:
        """The page. `now` is the reactor's seconds, as those in `status`."""
        circuits = details.circuits
        return TorDetailsView(
            tor=tor,
            phase=status.phase.value,
            online=online,
            circuits=None if circuits is None else CircuitsView(**asdict(circuits)),
            connections=details.connections,
            bridges=tuple(
                BridgeView(
                    number, bridge.transport or "plain", state.value, BRIDGE_SENTENCES[state]
                )
                for number, (bridge, state) in enumerate(
                    zip(bridges, details.bridges, strict=True), 1
                )
            ),
            services=tuple(_service(service, now) for service in status.services),
            troubles=tuple(self._standing.values()),
            last_trouble=self._last,
        )


def _service(service: ServiceStatus, now: float) -> TorServiceView:
    purpose = _PURPOSES.get(service.name.partition(" ")[0], "other")
    return TorServiceView(
        purpose, service.state.value, service.entrances, max(0.0, now - service.since)
    )


def check_bridges(text: str, programs: Mapping[str, str]) -> list[BridgeCheckView]:
    """Each line that is not empty, as it would be taken: its form, and the program that it needs.

    `programs` are the paths that the settings name. Nothing is changed, nobody is connected.
    """
    found: list[BridgeCheckView] = []
    good = 0
    # Looked for once: this runs beside everything else that the node does.
    which = cache(shutil.which)
    for number, line in bridge_lines(text):
        transport = ""
        error: OnionchatError | None = None
        try:
            bridge = next_bridge(line, good)
            transport = bridge.transport or "plain"
            torrc_lines(BridgeSettings((bridge,), programs), which)
            good += 1
        except OnionchatError as caught:
            error = caught
        found.append(_check(number, transport, error))
    return found


def _check(number: int, transport: str, error: OnionchatError | None) -> BridgeCheckView:
    if error is None:
        return BridgeCheckView(number, transport, True, None, "This line can be used.")
    return BridgeCheckView(number, transport, False, type(error).__name__, str(error))
