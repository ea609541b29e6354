"""A transport between processes of one machine: each service is a Unix socket in a shared folder.

What lives here: the double that stands in for tor where real processes, real sockets and real time
matter and circuits do not (floods, memory). A node sees callers just as it sees them from its tor:
as connections to a Unix socket. Client authorisation is tor's work, so here a dialler is trusted to
have it. What may not: faults; those are in `net.transports.memory`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.endpoints import UNIXClientEndpoint
from twisted.internet.interfaces import IListeningPort, IProtocol, IProtocolFactory
from twisted.python.failure import Failure

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
from onionchat.net.transports.status_listeners import StatusListeners

BACKLOG = 4096
"""Connections that the kernel keeps until they are taken, as tor does."""


def socket_of(folder: Path, onion_key: bytes) -> Path:
    """Where the service with this key listens; short, because such paths have at most 107 bytes."""
    return folder / hashlib.blake2b(onion_key, digest_size=8).hexdigest()


@dataclass(eq=False)
class SocketService:
    """A service of a `SocketTransport`."""

    spec: ServiceSpec
    factory: IProtocolFactory
    status: ServiceStatus
    port: IListeningPort | None = None


class SocketTransport:
    """One device's way to the others that use the same folder."""

    name = "memory"
    can_hide_ip = True
    max_latency_ms = 5_000

    def __init__(self, reactor: Any, folder: Path) -> None:  # noqa: ANN401 - a reactor
        self._reactor = reactor
        self._folder = folder
        self._services: list[SocketService] = []
        self._listeners = StatusListeners()
        self._up = False

    @property
    def status(self) -> TransportStatus:
        """Online as soon as it was started."""
        return TransportStatus(
            self.name,
            Phase.ONLINE if self._up else Phase.STOPPED,
            percent=100 if self._up else 0,
            summary="Connected by sockets." if self._up else "Stopped.",
            circuits=self._up,
            services=tuple(service.status for service in self._services),
        )

    def start(self) -> Deferred[None]:
        """Listen."""
        self._up = True
        for service in self._services:
            self._listen(service)
        self._show()
        return succeed(None)

    def stop(self) -> Deferred[None]:
        """Listen no more."""
        self._up = False
        for service in self._services:
            self._close(service, ServiceState.WAITING)
        self._show()
        return succeed(None)

    def publish(self, spec: ServiceSpec, factory: IProtocolFactory) -> Service:
        """Offer a service."""
        status = ServiceStatus(
            spec.name, spec.onion_key, ServiceState.WAITING, self._reactor.seconds()
        )
        service = SocketService(spec, factory, status)
        self._services.append(service)
        if self._up:
            self._listen(service)
        self._show()
        return service

    def withdraw(self, service: Service) -> Deferred[None]:
        """Take a service back; connections survive."""
        if isinstance(service, SocketService) and service in self._services:
            self._services.remove(service)
            self._close(service, ServiceState.WITHDRAWN)
            self._show()
        return succeed(None)

    def dial(
        self, address: Address, isolation: str, factory: IProtocolFactory, timeout: float = 120.0
    ) -> Deferred[IProtocol]:
        """Connect."""
        endpoint = UNIXClientEndpoint(
            self._reactor, str(socket_of(self._folder, address.onion_key)), timeout=timeout
        )

        def failed(failure: Failure) -> Failure:
            return Failure(DialFailed(DialReason.NO_DESCRIPTOR))

        connected: Deferred[IProtocol] = endpoint.connect(factory)
        return connected.addErrback(failed)

    def forget(self, onion_key: bytes) -> Deferred[None]:
        """Nothing is kept."""
        return succeed(None)

    def disturbed(self) -> None:
        """Sockets need no repair."""

    def was_own_call(self, onion_key: bytes) -> bool:
        """Nothing is tested."""
        return False

    def subscribe(self, listener: Callable[[TransportStatus], None]) -> Callable[[], None]:
        """Call `listener` after every change of `status`."""
        return self._listeners.add(listener)

    def _listen(self, service: SocketService) -> None:
        path = socket_of(self._folder, service.spec.onion_key)
        path.unlink(missing_ok=True)
        service.port = self._reactor.listenUNIX(
            str(path), service.factory, backlog=BACKLOG, mode=0o600
        )
        now = self._reactor.seconds()
        service.status = replace(
            service.status, state=ServiceState.PUBLISHED, since=now, published_at=now, uploads=1
        )

    def _close(self, service: SocketService, state: ServiceState) -> None:
        if service.port is not None:
            service.port.stopListening()
            service.port = None
        service.status = replace(service.status, state=state, since=self._reactor.seconds())

    def _show(self) -> None:
        status = self.status
        self._listeners.tell(status)
