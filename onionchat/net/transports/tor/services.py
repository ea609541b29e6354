"""The services of a Tor transport: where each listens, and its way onto tor and off again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, cast

from twisted.internet.address import IPv4Address
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IListeningPort, IProtocolFactory
from twisted.internet.protocol import Protocol, ServerFactory

from onionchat.errors import InvalidInput, TorFailed
from onionchat.net.transports.interface import (
    AUTHORISED_STEP,
    ServiceSpec,
    ServiceState,
    ServiceStatus,
)
from onionchat.net.transports.tor import onions
from onionchat.net.transports.tor.join import TcpPlace
from onionchat.net.transports.tor.process import TorFolders
from onionchat.net.transports.tor.run import TorReactor, TorRun
from onionchat.protocol.crypto.keys import AgreementKey
from onionchat.protocol.crypto.rng import Rng

TCP_PORTS: Final = 64
"""Ports from the one that the person named, if services have to listen on TCP."""


class _Inbound(ServerFactory):
    """Tells of each inbound connection, then leaves it to the service's factory."""

    noisy = False

    def __init__(self, wanted: IProtocolFactory, on_inbound: Callable[[], None]) -> None:
        self._wanted = wanted
        self._on_inbound = on_inbound

    def doStart(self) -> None:
        self._wanted.doStart()

    def doStop(self) -> None:
        self._wanted.doStop()

    def buildProtocol(self, addr: Any) -> Protocol | None:  # noqa: ANN401 - as Twisted has it
        self._on_inbound()
        return self._wanted.buildProtocol(addr)  # type: ignore[return-value]


class TorService:
    """One service, from `publish` to `withdraw`. `number` names it on this transport."""

    def __init__(
        self, spec: ServiceSpec, number: int, status: Callable[[int], ServiceStatus | None]
    ) -> None:
        self._spec = spec
        self.number = number
        self.host = onions.onion_host(spec.onion_key)
        self._status = status
        self._last = ServiceStatus(spec.name, spec.onion_key, ServiceState.WAITING, 0.0)

    @property
    def spec(self) -> ServiceSpec:
        """What was asked for."""
        return self._spec

    @property
    def status(self) -> ServiceStatus:
        """How far it is; after `withdraw` it says so."""
        found = self._status(self.number)
        if found is not None:
            self._last = found
            return found
        last = self._last
        return ServiceStatus(last.name, last.onion_key, ServiceState.WITHDRAWN, last.since)


class _Entry:
    """What the table keeps of a service."""

    def __init__(
        self, service: TorService, factory: _Inbound, test_key: AgreementKey | None
    ) -> None:
        self.service = service
        self.factory = factory
        self.test_key = test_key
        self.port: IListeningPort | None = None
        self.target = ""
        self.tcp_index = 0


class ServiceTable:
    """All services, by number. `place` is None for Unix sockets (see `run.service_place`)."""

    def __init__(
        self,
        reactor: TorReactor,
        folders: TorFolders,
        place: TcpPlace | None,
        rng: Rng,
        status: Callable[[int], ServiceStatus | None],
        on_inbound: Callable[[], None],
    ) -> None:
        self._reactor = reactor
        self._folders = folders
        self._place = place
        self._rng = rng
        self._status = status
        self._on_inbound = on_inbound
        self._entries: dict[int, _Entry] = {}
        self._count = 0

    def __iter__(self) -> Iterator[TorService]:
        return iter([entry.service for entry in self._entries.values()])

    def move(self, place: TcpPlace | None) -> None:
        """Listen there from now on; after `close`."""
        self._place = place

    def __contains__(self, service: object) -> bool:
        return any(entry.service is service for entry in self._entries.values())

    def add(self, spec: ServiceSpec, factory: IProtocolFactory) -> TorService:
        """Take in a service. Raises InvalidInput if its key is in use."""
        if any(service.spec.onion_key == spec.onion_key for service in self):
            raise InvalidInput("A service with this key is published already.")
        self._count += 1
        service = TorService(spec, self._count, self._status)
        # Without a secret to dial it, a slot of our own where the padding has room for one.
        spare = spec.test_secret is None and len(spec.authorised) % AUTHORISED_STEP
        test_key = AgreementKey.generate(self._rng) if spare else None
        self._entries[service.number] = _Entry(
            service, _Inbound(factory, self._on_inbound), test_key
        )
        return service

    def get(self, number: int) -> TorService | None:
        """The service with this number."""
        entry = self._entries.get(number)
        return None if entry is None else entry.service

    def number_of(self, host: str) -> int | None:
        """Which of ours has this address (without .onion)."""
        return next((service.number for service in self if service.host == host), None)

    def testable(self, number: int) -> bool:
        """Whether a service can be dialled from here."""
        entry = self._entries[number]
        return not entry.service.spec.authorised or self.test_secret(number) is not None

    def test_secret(self, number: int) -> bytes | None:
        """The access secret with which we can dial a service of our own."""
        entry = self._entries[number]
        return entry.service.spec.test_secret if entry.test_key is None else entry.test_key.seed

    async def publish(self, run: TorRun, number: int) -> None:
        """Listen, and hand the service to tor. Raises as `Control.command`."""
        entry = self._entries[number]
        self._listen(entry)
        extra = None if entry.test_key is None else entry.test_key.public
        await onions.publish(run.control, entry.service.spec, entry.target, extra_key=extra)

    async def republish(self, run: TorRun, number: int) -> None:
        """Off tor and on again: new introduction points, new uploads. Raises as `publish`."""
        await onions.withdraw(run.control, self._entries[number].service.spec.onion_key)
        if number in self._entries:
            await self.publish(run, number)

    async def remove(self, run: TorRun | None, number: int) -> None:
        """Take a service back. Raises as `Control.command`, after it was removed here."""
        entry = self._entries.pop(number)
        if entry.port is not None:
            await _stopped(entry.port)
        if run is not None:
            await onions.withdraw(run.control, entry.service.spec.onion_key)

    async def close(self) -> None:
        """Stop listening, for all services; they stay in the table."""
        for entry in self._entries.values():
            port, entry.port = entry.port, None
            if port is not None:
                await _stopped(port)

    def _listen(self, entry: _Entry) -> None:
        if entry.port is not None:
            return
        try:
            if self._place is None:
                path = self._folders.service(entry.service.number)
                entry.port = self._reactor.listenUNIX(path, entry.factory, mode=0o600)
                entry.target = f"unix:{path}"
            else:
                self._listen_tcp(entry, self._place)
        except CannotListenError:
            raise TorFailed("A service has no place to listen at.") from None

    def _listen_tcp(self, entry: _Entry, place: TcpPlace) -> None:
        used = {other.tcp_index for other in self._entries.values() if other.port is not None}
        index = next((i for i in range(TCP_PORTS) if i not in used), None)
        if index is None:
            raise TorFailed("There are more services than ports to listen at.")
        wanted = place.port + index if place.port else 0
        entry.port = self._reactor.listenTCP(wanted, entry.factory, interface=place.host)
        entry.tcp_index = index
        host = cast(IPv4Address, entry.port.getHost())
        entry.target = f"{place.host}:{host.port}"


async def _stopped(port: IListeningPort) -> None:
    closing = port.stopListening()
    if closing is not None:
        await closing
