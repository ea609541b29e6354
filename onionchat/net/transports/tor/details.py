"""What an own tor is doing in more detail than its status: circuits by purpose, connections,
bridges.

What lives here: questions to tor and its answers as counts. What may not: sentences for people
(node/), anything about a tor that others use as well. No relay, address or onion leaves this file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from onionchat.net.transports.tor.bridges import Bridge
from onionchat.net.transports.tor.control import Control
from onionchat.net.transports.tor.events import pairs

ASK_SECONDS: Final = 5.0
"""Somebody is looking at a page: better no answer than a late one."""

_SERVER: Final = re.compile(r"\$?([0-9A-Fa-f]{40})(?:[~=]\S*)? ([a-zA-Z-]+)")
_DIRECTORY: Final = frozenset({"HS_CLIENT_HSDIR", "HS_SERVICE_HSDIR"})
_READY: Final = frozenset({"GENERAL", "HS_VANGUARDS", "CONFLUX_LINKED", "CONFLUX_UNLINKED"})
_RENDEZVOUS: Final = frozenset({"HS_CLIENT_REND", "HS_SERVICE_REND"})
_MIN_WORDS: Final = 2


@dataclass(frozen=True, slots=True)
class Circuits:
    """How many circuits stand, by what they are for (control-spec, CIRC events)."""

    entrances: int = 0
    """To introduction points of our services."""
    joined: int = 0
    """Over a rendezvous point to another device."""
    calling: int = 0
    """On the way to be that."""
    directory: int = 0
    """To onion directories: announcing and looking up addresses."""
    ready: int = 0
    """Built in advance."""
    other: int = 0


class BridgeState(StrEnum):
    """What tor knows of a bridge."""

    CONNECTED = "connected"
    ANSWERED = "answered"
    """It has answered before, and is not in use now."""
    UNTRIED = "untried"
    SILENT = "silent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class TorDetails:
    """None where nobody can tell: tor is not up, does not answer, or is not ours."""

    circuits: Circuits | None = None
    connections: int | None = None
    """To guards or bridges."""
    bridges: tuple[BridgeState, ...] = ()
    """For each bridge of the settings, in their order."""


async def ask(control: Control, bridges: Sequence[Bridge]) -> TorDetails:
    """Ask an own tor. Raises as `Control.command`."""
    found = {
        key: (await control.command(f"GETINFO {key}", seconds=ASK_SECONDS))
        .removeprefix(f"{key}=")
        .splitlines()
        for key in ("circuit-status", "orconn-status", "entry-guards")
    }
    connected = found["orconn-status"]
    return TorDetails(
        count_circuits(found["circuit-status"]),
        sum(line.endswith(" CONNECTED") for line in connected),
        bridge_states(bridges, connected, found["entry-guards"]),
    )


def nothing(bridges: Sequence[Bridge]) -> TorDetails:
    """What is known without a tor to ask."""
    return TorDetails(bridges=tuple(BridgeState.UNKNOWN for _ in bridges))


def count_circuits(lines: Iterable[str]) -> Circuits:
    """The circuits that stand, of `GETINFO circuit-status`. Other lines are left out."""
    counted: Counter[str] = Counter()
    for line in lines:
        words = line.split(" ")
        fields = pairs(line)
        tunnel = "ONEHOP_TUNNEL" in fields.get("BUILD_FLAGS", "").split(",")
        if len(words) < _MIN_WORDS or words[1] != "BUILT" or tunnel:
            continue
        counted[_purpose(fields.get("PURPOSE", ""), fields.get("HS_STATE", ""))] += 1
    return Circuits(**counted)


def _purpose(purpose: str, state: str) -> str:
    if purpose == "HS_SERVICE_INTRO":
        return "entrances"
    if purpose in _RENDEZVOUS and state.endswith("_JOINED"):
        return "joined"
    if purpose in _RENDEZVOUS or purpose == "HS_CLIENT_INTRO":
        return "calling"
    if purpose in _DIRECTORY:
        return "directory"
    return "ready" if purpose in _READY else "other"


def bridge_states(
    bridges: Sequence[Bridge], connections: Iterable[str], guards: Iterable[str]
) -> tuple[BridgeState, ...]:
    """What `GETINFO orconn-status` and `entry-guards` say of each bridge.

    tor names a bridge by its fingerprint. One without is known only if it is the only one: then
    every connection goes to it.
    """
    connected = {key for key, word in _servers(connections) if word == "CONNECTED"}
    known = dict(_servers(guards))
    return tuple(_state(bridge, len(bridges) == 1, connected, known) for bridge in bridges)


def _state(bridge: Bridge, alone: bool, connected: set[str], known: dict[str, str]) -> BridgeState:
    if bridge.fingerprint in connected or (alone and not bridge.fingerprint and connected):
        return BridgeState.CONNECTED
    if not bridge.fingerprint:
        return BridgeState.UNKNOWN
    return {
        "up": BridgeState.ANSWERED,
        "down": BridgeState.SILENT,
        "unusable": BridgeState.SILENT,
        "never-connected": BridgeState.UNTRIED,
    }.get(known.get(bridge.fingerprint, ""), BridgeState.UNKNOWN)


def _servers(lines: Iterable[str]) -> list[tuple[str, str]]:
    """Fingerprint and state of each `$FINGERPRINT~name state …`."""
    found = [_SERVER.match(line) for line in lines]
    return [(match[1].upper(), match[2]) for match in found if match is not None]
