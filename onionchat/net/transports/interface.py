"""What every transport offers: the seam between node/ and Tor, memory, and later LAN or Bluetooth.

Values and `Protocol`s only; no transport is implemented here, nothing imports Tor. Times are the
reactor's seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IProtocol, IProtocolFactory

from onionchat.errors import InvalidInput, PeerUnreachable
from onionchat.protocol.crypto.keys import SigningKey
from onionchat.types import KEY_SIZE

VIRTUAL_PORT = 9876
"""The port at which an onion offers the protocol; a number without meaning."""

AUTHORISED_STEP = 16
"""A descriptor is padded to a multiple of so many client-authorisation keys (rend-spec-v3)."""

MAX_AUTHORISED = 64
"""Client-authorisation keys of one service; tor took 300 when tried."""

_MAX_PORT = 65535


@dataclass(frozen=True, slots=True)
class ServiceSpec:
    """A service to offer. `authorised` are X25519 public keys; none means: open to everybody.

    `name` is for logs and the person ("invite 3"), never derived from a contact's name.

    Raises:
        InvalidInput: more than 64 keys, or one that has not 32 bytes.
    """

    key: SigningKey
    authorised: tuple[bytes, ...]
    name: str
    proof_of_work: bool = False
    test_secret: bytes | None = field(default=None, repr=False)
    """The X25519 secret of one of `authorised`: with it the transport can dial the service itself,
    to see whether it can be reached. Needed when all keys of a multiple of 16 are used."""
    max_streams: int = 0
    """Streams that one circuit may open, 0 for no limit (for services that strangers can dial)."""
    port: int = VIRTUAL_PORT

    def __post_init__(self) -> None:
        if len(self.authorised) > MAX_AUTHORISED:
            raise InvalidInput("A service has at most 64 authorisation keys.")
        if any(len(key) != KEY_SIZE for key in self.authorised):
            raise InvalidInput("An authorisation key has 32 bytes.")
        if self.test_secret is not None and len(self.test_secret) != KEY_SIZE:
            raise InvalidInput("A test secret has 32 bytes.")
        if not 0 < self.port <= _MAX_PORT or self.max_streams < 0:
            raise InvalidInput("A service's port or stream limit is out of range.")

    @property
    def onion_key(self) -> bytes:
        """The service's public key, 32 bytes: what others dial."""
        return self.key.public


@dataclass(frozen=True, slots=True)
class Address:
    """Where a service can be dialled. `access_secret` is the X25519 secret that it authorised.

    Raises:
        InvalidInput: a key that has not 32 bytes, or a port out of range.
    """

    onion_key: bytes
    access_secret: bytes | None = None
    port: int = VIRTUAL_PORT

    def __post_init__(self) -> None:
        if len(self.onion_key) != KEY_SIZE:
            raise InvalidInput("An onion key has 32 bytes.")
        if self.access_secret is not None and len(self.access_secret) != KEY_SIZE:
            raise InvalidInput("An access secret has 32 bytes.")
        if not 0 < self.port <= _MAX_PORT:
            raise InvalidInput("A port is a number from 1 to 65535.")

    def __repr__(self) -> str:
        return "<Address (secret)>"


class DialReason(StrEnum):
    """Why a dial failed, as far as the transport can tell."""

    NO_DESCRIPTOR = "no_descriptor"
    """Nobody knows the address: the other device has not been up for hours, or dropped it."""
    BAD_DESCRIPTOR = "bad_descriptor"
    NO_CLIENT_AUTH = "no_client_auth"
    """The service wants an access secret and none was given."""
    BAD_CLIENT_AUTH = "bad_client_auth"
    """The access secret is not, or no longer, authorised."""
    INTRO_FAILED = "intro_failed"
    """The address is known but its introduction points do not answer: probably just gone off."""
    RENDEZVOUS_FAILED = "rendezvous_failed"
    BAD_ADDRESS = "bad_address"
    REFUSED = "refused"
    """The device is there but nothing listens, or it refused the stream."""
    TIMED_OUT = "timed_out"
    NOT_READY = "not_ready"
    """This side's transport is not up."""
    OTHER = "other"


class DialFailed(PeerUnreachable):
    """A dial that did not connect; `reason` says where it ended."""

    def __init__(self, reason: DialReason) -> None:
        super().__init__()
        self.reason = reason


class Phase(StrEnum):
    """How far a transport is."""

    STOPPED = "stopped"
    STARTING = "starting"
    CONNECTING = "connecting"
    ONLINE = "online"
    FAILED = "failed"
    """It cannot work until the person changes something, or a repair is under way."""


class TroubleKind(StrEnum):
    """What can stand in the way of a transport."""

    NOT_FOUND = "not_found"
    TOO_OLD = "too_old"
    STOPPED_WORKING = "stopped_working"
    CLOCK = "clock"
    NO_NETWORK = "no_network"
    BLOCKED = "blocked"
    BRIDGE = "bridge"
    STUCK = "stuck"
    UPLOAD = "upload"
    GUARDS = "guards"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that stands in the way, with a sentence for the person. No addresses in it."""

    kind: TroubleKind
    sentence: str


class ServiceState(StrEnum):
    """How far a service is."""

    WAITING = "waiting"
    """The transport is not up yet."""
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    FAILED = "failed"
    """It was refused, until it is taken."""
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """A service as others see it: `since` when it is in its state, `published_at` last uploaded."""

    name: str
    onion_key: bytes
    state: ServiceState
    since: float
    published_at: float | None = None
    uploads: int = 0
    failures: int = 0
    entrances: int | None = None
    """How many of its entrances (in Tor: introduction points) stand; None if nobody can tell."""

    @property
    def answers(self) -> bool:
        """Whether, as far as can be known here, a caller gets through to it."""
        return self.state is ServiceState.PUBLISHED and self.entrances != 0


@dataclass(frozen=True, slots=True)
class TransportStatus:
    """How a transport is doing, in terms that a person understands."""

    transport: str
    phase: Phase
    percent: int = 0
    tag: str = ""
    """tor's own name of the bootstrap step, for bug reports."""
    summary: str = ""
    """One sentence: what it is doing, or why it does not get further."""
    troubles: tuple[Trouble, ...] = ()
    version: str = ""
    own: bool = True
    """Whether this node started the program behind it (false: it joined a running one)."""
    circuits: bool = False
    """Whether connections can be made now."""
    services: tuple[ServiceStatus, ...] = ()
    guards_pinned: int = 0
    doubted: bool = False
    """A call to one of our own services did not get through, and nobody has come in since."""

    @property
    def reachable(self) -> bool:
        """Whether somebody who knows one of the services' addresses could connect now."""
        return (
            self.phase is Phase.ONLINE
            and not self.doubted
            and any(service.answers for service in self.services)
        )


class Service(Protocol):
    """A published service, until `Transport.withdraw`."""

    @property
    def spec(self) -> ServiceSpec:
        """What was asked for."""

    @property
    def status(self) -> ServiceStatus:
        """How far it is."""


class Transport(Protocol):
    """A way to reach other devices."""

    @property
    def name(self) -> str:
        """The transport's name as it stands in a session's prologue, for example "tor"."""

    @property
    def can_hide_ip(self) -> bool:
        """Whether the other side learns no IP address."""

    @property
    def max_latency_ms(self) -> int:
        """A round trip that takes longer than this says that something is broken."""

    @property
    def status(self) -> TransportStatus:
        """How it is doing now."""

    def start(self) -> Deferred[None]:
        """Begin; fires as soon as it is running, long before it is connected.

        Raises `TorNotFound`, `TorTooOld`, `TorFailed` when it cannot start at all.
        """

    def stop(self) -> Deferred[None]:
        """Withdraw all services, close everything; may be called in any state."""

    def publish(self, spec: ServiceSpec, factory: IProtocolFactory) -> Service:
        """Offer a service; returns at once, its state is in `status`. Works before `start` too.

        Raises `InvalidInput` if a service with this key is published already.
        """

    def withdraw(self, service: Service) -> Deferred[None]:
        """Take a service back; open connections survive. Unknown services are ignored."""

    def dial(
        self, address: Address, isolation: str, factory: IProtocolFactory, timeout: float = 120.0
    ) -> Deferred[IProtocol]:
        """Connect; fires with the factory's protocol once connected. Cancelling is possible.

        Dials with different `isolation` share nothing on the way. Fails with `DialFailed`.
        """

    def forget(self, onion_key: bytes) -> Deferred[None]:
        """Drop what the transport keeps for dialling an address (its access secret)."""

    def disturbed(self) -> None:
        """Links died in a way that suggests a fault on this side: the transport looks after it."""

    def was_own_call(self, onion_key: bytes) -> bool:
        """Whether a caller of this service that left without a word may have been this transport
        itself, which tests its services. To be asked once for each such caller: each test accounts
        for one."""

    def subscribe(self, listener: Callable[[TransportStatus], None]) -> Callable[[], None]:
        """Call `listener` after every change of `status`; returns the unsubscribe function."""
