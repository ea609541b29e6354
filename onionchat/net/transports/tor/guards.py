"""Layer-2 guards that outlive a restart: which relays, for how long. Pure.

tor's own vanguards-lite forgets its layer-2 guards whenever it starts (proposal 333), so that each
start of a node would give an adversary another draw. This module chooses four relays as tor
would and keeps them for their life; the owner stores the set and tells tor (`HSLayer2Nodes`).
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from onionchat.protocol.crypto.rng import Rng

GUARDS: Final = 4
"""How many relays: NUM_LAYER2_GUARDS of proposal 333."""

MIN_LIFE_SECONDS: Final = 1 * 86400
MAX_LIFE_SECONDS: Final = 12 * 86400
"""A guard's life is uniform between these (proposal 333, section 3)."""

LEAST_ELIGIBLE: Final = 20
"""Smaller networks (tests) are left to tor: four of few would be most of them."""

_REQUIRED: Final = frozenset({"Fast", "Stable", "Running", "Valid"})
_MAX_RELAYS: Final = 50_000
_FINGERPRINT = re.compile(r"[0-9A-F]{40}")
_IDENTITY_FIELD: Final = 2
_IDENTITY_BYTES: Final = 20


@dataclass(frozen=True, slots=True)
class Relay:
    """A relay of the consensus. `address` is its IPv4 address, `weight` its bandwidth there."""

    fingerprint: str
    address: str
    weight: int


@dataclass(frozen=True, slots=True)
class PinnedGuard:
    """A chosen relay. `until` is wall time in seconds since 1970."""

    fingerprint: str
    until: float


GuardSet = tuple[PinnedGuard, ...]
"""What the owner persists."""

LoadGuards = Callable[[], GuardSet]
SaveGuards = Callable[[GuardSet], None]


class ConsensusReader:
    """Reads `GETINFO ns/all` line by line, so that megabytes are never held at once.

    Malformed entries are skipped; the number of relays is bounded.
    """

    def __init__(self) -> None:
        self._relays: list[Relay] = []
        self._identity: tuple[str, str] | None = None
        self._eligible = False

    def line(self, line: str) -> None:
        """Take the next line."""
        if line.startswith("r "):
            self._identity = _identity(line.split(" "))
            self._eligible = False
        elif line.startswith("s "):
            self._eligible = _REQUIRED <= set(line.split(" "))
        elif line.startswith("w ") and self._identity is not None and self._eligible:
            weight = re.match(r"w Bandwidth=(\d{1,12})\b", line)
            if weight and len(self._relays) < _MAX_RELAYS:
                self._relays.append(Relay(*self._identity, int(weight.group(1))))
            self._identity = None

    def relays(self) -> Sequence[Relay]:
        """The relays that may be layer-2 guards: Fast, Stable, Running and Valid."""
        return tuple(self._relays)


def _identity(fields: list[str]) -> tuple[str, str] | None:
    # r nickname identity digest? date time IP ORPort DirPort: the digest is missing in a
    # microdescriptor consensus, so the address is counted from the end.
    try:
        identity = base64.b64decode(fields[_IDENTITY_FIELD] + "=", validate=True)
        address = ipaddress.IPv4Address(fields[-3])
    except (IndexError, ValueError, binascii.Error):
        return None
    if len(identity) != _IDENTITY_BYTES:
        return None
    return identity.hex().upper(), str(address)


def read_consensus(lines: Iterable[str]) -> Sequence[Relay]:
    """The eligible relays in the lines of `GETINFO ns/all`."""
    reader = ConsensusReader()
    for line in lines:
        reader.line(line)
    return reader.relays()


def refresh(
    present: GuardSet,
    relays: Sequence[Relay],
    *,
    wall: float,
    rng: Rng,
    force: bool = False,
    families: Callable[[str], frozenset[str]] = lambda _: frozenset(),
) -> GuardSet | None:
    """The set to use from now (`wall`, seconds since 1970): what lives is kept, gaps are filled.

    A guard is replaced when its life is over or when it is no longer in the consensus with its
    flags. No two share a /16 network or a family (`families` gives the fingerprints that a relay
    declares). A clock that went back cannot prolong a life beyond the longest one. None if the
    network has fewer than 20 eligible relays and `force` is not set, or no relay at all.
    """
    if not relays or (len(relays) < LEAST_ELIGIBLE and not force):
        return None
    by_fingerprint = {relay.fingerprint: relay for relay in relays}
    kept = [
        guard
        for guard in present
        if guard.fingerprint in by_fingerprint and wall < guard.until <= wall + MAX_LIFE_SECONDS
    ][:GUARDS]
    chosen = [by_fingerprint[guard.fingerprint] for guard in kept]
    while len(kept) < GUARDS:
        # In a small test network all relays share one /16: then only the same relay is excluded.
        candidates = [
            relay
            for relay in relays
            if relay not in chosen
            and (force or all(_may_stand_together(relay, other, families) for other in chosen))
        ]
        if not candidates:
            break
        relay = _draw(candidates, rng)
        chosen.append(relay)
        life = rng.uniform(MIN_LIFE_SECONDS, MAX_LIFE_SECONDS)
        kept.append(PinnedGuard(relay.fingerprint, wall + life))
    return tuple(kept)


def next_change(guards: GuardSet) -> float | None:
    """When the first of the guards ends its life, wall time in seconds; None for an empty set."""
    return min((guard.until for guard in guards), default=None)


def setconf(guards: GuardSet) -> str:
    """The control command that makes tor use exactly these layer-2 guards."""
    return f"SETCONF HSLayer2Nodes={_nodes(guards)}"


def torrc_line(guards: GuardSet) -> str:
    """The same as a line of a torrc."""
    return f"HSLayer2Nodes {_nodes(guards)}"


def _nodes(guards: GuardSet) -> str:
    return ",".join(f"${guard.fingerprint}" for guard in guards)


def serialise(guards: GuardSet) -> str:
    """`guards` as text, one line each, for the owner's store."""
    return "".join(f"{guard.fingerprint} {guard.until:.0f}\n" for guard in guards)


def parse(text: str) -> GuardSet:
    """The inverse of `serialise`; lines that are none (a damaged file) are left out."""
    guards = []
    for line in text.splitlines()[:GUARDS]:
        fingerprint, _, until = line.partition(" ")
        if _FINGERPRINT.fullmatch(fingerprint) and re.fullmatch(r"\d{1,12}", until):
            guards.append(PinnedGuard(fingerprint, float(until)))
    return tuple(guards)


def _may_stand_together(
    one: Relay, other: Relay, families: Callable[[str], frozenset[str]]
) -> bool:
    same_network = one.address.split(".")[:2] == other.address.split(".")[:2]
    same_family = other.fingerprint in families(one.fingerprint) and one.fingerprint in families(
        other.fingerprint
    )
    return not same_network and not same_family


def _draw(candidates: Sequence[Relay], rng: Rng) -> Relay:
    """One of `candidates`, weighted by bandwidth; uniform if none has any."""
    total = sum(relay.weight for relay in candidates)
    if total == 0:
        index = int.from_bytes(rng.random_bytes(8), "big") % len(candidates)
        return candidates[index]
    point = int.from_bytes(rng.random_bytes(16), "big") % total
    for relay in candidates:
        point -= relay.weight
        if point < 0:
            return relay
    raise AssertionError("the point lies below the sum of the weights")
