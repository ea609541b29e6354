"""A transport without a network, for tests and simulations: same interface, time by an injected
clock, faults on demand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import (
    IDelayedCall,
    IProtocol,
    IProtocolFactory,
    IReactorTime,
)

from onionchat.errors import InvalidInput
from onionchat.net.transports.interface import (
    Address,
    DialFailed,
    DialReason,
    Phase,
    Service,
    ServiceSpec,
    ServiceState,
    ServiceStatus,
    TransportStatus,
)
from onionchat.net.transports.memory_end import MemoryAddress, MemoryEnd
from onionchat.net.transports.status_listeners import StatusListeners
from onionchat.protocol.crypto.keys import AgreementKey

MAX_LATENCY_MS: Final = 5_000


@dataclass(eq=False)
class MemoryService:
    """A service of a `MemoryTransport`."""

    spec: ServiceSpec
    factory: IProtocolFactory
    owner: MemoryTransport
    status: ServiceStatus


@dataclass(eq=False)
class _Connection:
    """A live connection, for the faults."""

    caller: MemoryTransport
    callee: MemoryTransport
    ends: tuple[MemoryEnd, MemoryEnd]


class MemoryNetwork:
    """Joins `MemoryTransport`s. `delay` gives the seconds that bytes need, one way, per write.

    Faults: `partition`, `heal`, `cut` (connections break), `silence` (they die unnoticed),
    `publish_seconds` before a service can be found, `refuse` (a service cannot be announced, and
    its callers find entrances that are gone).
    """

    def __init__(
        self,
        clock: IReactorTime,
        *,
        delay: Callable[[], float] = lambda: 0.05,
        publish_seconds: float = 0.0,
    ) -> None:
        self.clock = clock
        self.delay = delay
        self.publish_seconds = publish_seconds
        self.services: dict[bytes, MemoryService] = {}
        self.dials = 0
        self._connections: list[_Connection] = []
        self._apart: set[frozenset[str]] = set()
        self._refused: set[bytes] = set()

    def transport(self, label: str) -> MemoryTransport:
        """A new transport on this network; `label` names it in faults."""
        return MemoryTransport(self, label)

    def partition(self, one: str, other: str) -> None:
        """Let nothing pass between two transports: dials time out, connections fall silent."""
        self._apart.add(frozenset((one, other)))
        self.silence(one, other)

    def heal(self, one: str, other: str) -> None:
        """End a partition. Connections that fell silent stay so."""
        self._apart.discard(frozenset((one, other)))

    def cut(self, one: str, other: str) -> int:
        """Break the connections between two transports; returns how many there were."""
        broken = self._between(one, other)
        for connection in broken:
            for end in connection.ends:
                end.lost()
        return len(broken)

    def silence(self, one: str, other: str) -> int:
        """Let the connections between two transports die without a sign at either end."""
        silenced = self._between(one, other)
        for connection in silenced:
            for end in connection.ends:
                end.silent = True
        return len(silenced)

    def refuse(self, onion_key: bytes) -> None:
        """Do not take a service's announcement any more; an older one stays, and leads nowhere."""
        self._refused.add(onion_key)
        service = self.services.pop(onion_key, None)
        if service is not None:
            service.owner.announce(service)

    def take(self, onion_key: bytes) -> None:
        """Take the announcement of a refused service again, at its next start."""
        self._refused.discard(onion_key)

    def refuses(self, onion_key: bytes) -> bool:
        """Whether a service cannot be announced."""
        return onion_key in self._refused

    def connections(self, one: str, other: str) -> int:
        """How many connections are open between two transports."""
        return len(self._between(one, other))

    def apart(self, one: str, other: str) -> bool:
        """Whether a partition stands between two transports."""
        return frozenset((one, other)) in self._apart

    def connect(
        self, caller: MemoryTransport, service: MemoryService, factory: IProtocolFactory
    ) -> IProtocol:
        """Make both protocols and the connection between them. Raises DialFailed (REFUSED)."""
        ends = self.make_ends(caller, service.owner)
        ends[0].join(ends[1])
        ends[1].join(ends[0])
        answering = service.factory.buildProtocol(MemoryAddress())
        calling = factory.buildProtocol(MemoryAddress())
        if answering is None or calling is None:
            raise DialFailed(DialReason.REFUSED)
        ends[0].protocol, ends[1].protocol = calling, answering
        self._connections = [
            kept for kept in self._connections if any(end.connected for end in kept.ends)
        ]
        self._connections.append(_Connection(caller, service.owner, ends))
        answering.makeConnection(ends[1])
        calling.makeConnection(ends[0])
        return calling

    def make_ends(
        self, _caller: MemoryTransport, _callee: MemoryTransport
    ) -> tuple[MemoryEnd, MemoryEnd]:
        """The two ends of a new connection, for networks with more faults to override."""
        return MemoryEnd(self.clock, self.delay), MemoryEnd(self.clock, self.delay)

    def vanish(self, transport: MemoryTransport, *, noticed: bool) -> None:
        """The process behind a transport was killed; nothing more is told to its own protocols.

        `noticed`: the other ends see their connections break, otherwise they hear nothing.
        """
        transport.vanish()
        for connection in self._connections:
            if transport in (connection.caller, connection.callee):
                near, far = connection.ends
                if transport is connection.callee:
                    near, far = far, near
                near.protocol = None
                near.lost()
                if noticed:
                    far.lost()
                far.silent = True

    def drop(self, transport: MemoryTransport) -> None:
        """Break every connection of a transport: its process ended."""
        for connection in self._connections:
            if transport in (connection.caller, connection.callee):
                for end in connection.ends:
                    end.lost()

    def _between(self, one: str, other: str) -> list[_Connection]:
        return [
            connection
            for connection in self._connections
            if {connection.caller.label, connection.callee.label} == {one, other}
            and any(end.connected for end in connection.ends)
        ]


class MemoryTransport:
    """One device's way onto a `MemoryNetwork`. See `interface.Transport` for the methods."""

    name = "memory"
    can_hide_ip = True
    max_latency_ms = MAX_LATENCY_MS

    def __init__(self, network: MemoryNetwork, label: str) -> None:
        self.network = network
        self.label = label
        self._clock = network.clock
        self._services: list[MemoryService] = []
        self._timers: list[IDelayedCall] = []
        self._listeners = StatusListeners()
        self._phase = Phase.STOPPED

    @property
    def status(self) -> TransportStatus:
        """Online as soon as it was started."""
        up = self._phase is Phase.ONLINE
        return TransportStatus(
            self.name,
            self._phase,
            percent=100 if up else 0,
            summary="Connected in memory." if up else "Stopped.",
            circuits=up,
            services=tuple(service.status for service in self._services),
        )

    def start(self) -> Deferred[None]:
        """Go online."""
        self._phase = Phase.ONLINE
        for service in self._services:
            self._put_up(service)
        self._show()
        return succeed(None)

    def stop(self) -> Deferred[None]:
        """Go off: services vanish, connections break."""
        self._phase = Phase.STOPPED
        for timer in self._timers:
            if timer.active():
                timer.cancel()
        self._timers.clear()
        for service in self._services:
            self._take_down(service, ServiceState.WAITING)
        self.network.drop(self)
        self._show()
        return succeed(None)

    def vanish(self) -> None:
        """For `MemoryNetwork.vanish`: services are gone, listeners are not told."""
        self._listeners.clear()
        self._phase = Phase.STOPPED
        for timer in self._timers:
            if timer.active():
                timer.cancel()
        self._timers.clear()
        for service in self._services:
            self._take_down(service, ServiceState.WAITING)

    def announce(self, service: MemoryService) -> None:
        """For `MemoryNetwork.refuse`: announce a service anew."""
        self._put_up(service)
        self._show()

    def publish(self, spec: ServiceSpec, factory: IProtocolFactory) -> Service:
        """Offer a service; it can be found `publish_seconds` later."""
        if any(service.spec.onion_key == spec.onion_key for service in self._services):
            raise InvalidInput("A service with this key is published already.")
        status = ServiceStatus(
            spec.name, spec.onion_key, ServiceState.WAITING, self._clock.seconds()
        )
        service = MemoryService(spec, factory, self, status)
        self._services.append(service)
        if self._phase is Phase.ONLINE:
            self._put_up(service)
        self._show()
        return service

    def withdraw(self, service: Service) -> Deferred[None]:
        """Take a service back; connections survive."""
        if isinstance(service, MemoryService) and service in self._services:
            self._services.remove(service)
            self._take_down(service, ServiceState.WITHDRAWN)
            self._show()
        return succeed(None)

    def dial(
        self, address: Address, isolation: str, factory: IProtocolFactory, timeout: float = 120.0
    ) -> Deferred[IProtocol]:
        """Connect, one round trip later."""
        if not isolation:
            raise InvalidInput("The isolation has 1 to 255 bytes.")
        self.network.dials += 1
        call: IDelayedCall | None = None

        def cancel(_: Deferred[IProtocol]) -> None:
            if call is not None and call.active():
                call.cancel()

        connected: Deferred[IProtocol] = Deferred(cancel)
        if self._phase is not Phase.ONLINE:
            connected.errback(DialFailed(DialReason.NOT_READY))
            return connected
        service = self.network.services.get(address.onion_key)
        apart = service is not None and self.network.apart(self.label, service.owner.label)
        wait = timeout if apart else 2 * self.network.delay()

        def arrive() -> None:
            try:
                protocol = self._arrive(address, factory, apart)
            except DialFailed as failed:
                connected.errback(failed)
            else:
                connected.callback(protocol)

        call = self._clock.callLater(wait, arrive)
        return connected

    def forget(self, onion_key: bytes) -> Deferred[None]:
        """Nothing is kept."""
        return succeed(None)

    def disturbed(self) -> None:
        """Memory needs no repair."""

    def was_own_call(self, onion_key: bytes) -> bool:
        """Nothing is tested."""
        return False

    def subscribe(self, listener: Callable[[TransportStatus], None]) -> Callable[[], None]:
        """Call `listener` after every change of `status`."""
        return self._listeners.add(listener)

    def _arrive(self, address: Address, factory: IProtocolFactory, apart: bool) -> IProtocol:
        if self._phase is not Phase.ONLINE:
            raise DialFailed(DialReason.NOT_READY)
        service = self.network.services.get(address.onion_key)
        if service is None:
            gone = self.network.refuses(address.onion_key)
            raise DialFailed(DialReason.INTRO_FAILED if gone else DialReason.NO_DESCRIPTOR)
        if apart or self.network.apart(self.label, service.owner.label):
            raise DialFailed(DialReason.TIMED_OUT)
        if service.spec.authorised:
            if address.access_secret is None:
                raise DialFailed(DialReason.NO_CLIENT_AUTH)
            if AgreementKey(address.access_secret).public not in service.spec.authorised:
                raise DialFailed(DialReason.BAD_CLIENT_AUTH)
        if address.port != service.spec.port:
            raise DialFailed(DialReason.REFUSED)
        return self.network.connect(self, service, factory)

    def _put_up(self, service: MemoryService) -> None:
        now = self._clock.seconds()
        service.status = replace(service.status, state=ServiceState.PUBLISHING, since=now)

        def published() -> None:
            if service not in self._services or self._phase is not Phase.ONLINE:
                return
            if self.network.refuses(service.spec.onion_key):
                service.status = replace(
                    service.status, state=ServiceState.FAILED, since=self._clock.seconds()
                )
            else:
                self.network.services[service.spec.onion_key] = service
                at = self._clock.seconds()
                service.status = replace(
                    service.status,
                    state=ServiceState.PUBLISHED,
                    since=at,
                    published_at=at,
                    uploads=service.status.uploads + 1,
                )
            self._show()

        if self.network.publish_seconds:
            self._timers.append(self._clock.callLater(self.network.publish_seconds, published))
        else:
            published()

    def _take_down(self, service: MemoryService, state: ServiceState) -> None:
        if self.network.services.get(service.spec.onion_key) is service:
            del self.network.services[service.spec.onion_key]
        service.status = replace(service.status, state=state, since=self._clock.seconds())

    def _show(self) -> None:
        self._listeners.tell(self.status)
