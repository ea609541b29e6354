"""A tor that runs already: the system's, Tails', Whonix's. Where it listens, what it lets us do.

Only here may an address be TCP, because such a tor may offer nothing else; and then only one that
the person named. docs/tor.md lists every command that is sent.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from twisted.internet.endpoints import TCP4ClientEndpoint, UNIXClientEndpoint
from twisted.internet.interfaces import IReactorTCP, IReactorUNIX, IStreamClientEndpoint

from onionchat.errors import InvalidInput, TorFailed
from onionchat.net.transports.tor.control import CommandRefused, Control

CONNECT_SECONDS: Final = 30
_MAX_PORT: Final = 65535


class EndpointReactor(IReactorTCP, IReactorUNIX):
    """What endpoints need of a reactor."""


@dataclass(frozen=True, slots=True)
class UnixPlace:
    """A Unix socket."""

    path: str


@dataclass(frozen=True, slots=True)
class TcpPlace:
    """An IPv4 address and port: this machine, or the gateway of an isolated one (Whonix)."""

    host: str
    port: int


Place = UnixPlace | TcpPlace


def parse_place(text: str) -> Place:
    """`unix:/path`, `/path`, `address:port`, or a port of this machine.

    Names are refused: resolving one would be a packet outside Tor.

    Raises:
        InvalidInput: none of these forms, or a public address.
    """
    text = text.strip()
    path = text.removeprefix("unix:").strip('"')
    if path.startswith("/"):
        return UnixPlace(path)
    host, _, port = text.rpartition(":")
    try:
        address = ipaddress.IPv4Address(host or "127.0.0.1")
        number = int(port) if re.fullmatch(r"[0-9]{1,5}", port) else 0
    except ValueError:
        raise InvalidInput("A Tor address is unix:/path or IP-address:port.") from None
    if not 0 < number <= _MAX_PORT:
        raise InvalidInput("A Tor address is unix:/path or IP-address:port.")
    if not (address.is_loopback or address.is_private):
        raise InvalidInput("Tor has to run on this machine or its private network.")
    return TcpPlace(str(address), number)


def endpoint(reactor: EndpointReactor, place: Place) -> IStreamClientEndpoint:
    """The client endpoint for a place."""
    if isinstance(place, UnixPlace):
        return UNIXClientEndpoint(reactor, place.path, timeout=CONNECT_SECONDS)
    return TCP4ClientEndpoint(reactor, place.host, place.port, timeout=CONNECT_SECONDS)


def parse_listeners(reply: str) -> Sequence[Place]:
    """The places in the answer to GETINFO net/listeners/socks, Unix sockets first.

    What is no place (IPv6, malformed) is left out.
    """
    places: list[Place] = []
    for word in re.findall(r'"((?:[^"\\]|\\.)*)"', reply[:8192]):
        try:
            places.append(parse_place(re.sub(r"\\(.)", r"\1", word)))
        except InvalidInput:
            continue
    return sorted(places, key=lambda place: isinstance(place, TcpPlace))


async def find_socks(control: Control, control_place: Place, wanted: Place | None) -> Place:
    """Where the joined tor takes SOCKS connections: `wanted`, or what it says itself.

    A filter between us and tor (onion-grater) may refuse the question; then the usual port of the
    control connection's host is taken.

    Raises:
        TorFailed: it has no SOCKS listener.
    """
    if wanted is not None:
        return wanted
    host = control_place.host if isinstance(control_place, TcpPlace) else "127.0.0.1"
    try:
        places = parse_listeners(await control.command("GETINFO net/listeners/socks"))
    except CommandRefused:
        return TcpPlace(host, 9050)
    if not places:
        raise TorFailed("The Tor that runs has no SOCKS port.")
    place = places[0]
    if isinstance(place, TcpPlace) and ipaddress.IPv4Address(place.host).is_loopback:
        # Its own loopback, seen from here, is the host where its control port is.
        return TcpPlace(host, place.port)
    return place
