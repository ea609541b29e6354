"""A peer that has valid keys and says whatever a test wants it to say.

What lives here: one link driven by hand, over a network in memory. What may not: expectations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from twisted.internet.interfaces import IAddress, IProtocol
from twisted.internet.protocol import Factory

from onionchat.net.core_protocol import CoreProtocol
from onionchat.net.transports.interface import Address
from onionchat.net.transports.memory import MemoryTransport
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.link.channel import Priority
from onionchat.protocol.link.events import ChannelOpened, LinkClosed, LinkUp, MessageReceived
from onionchat.protocol.link.events import Event as LinkEvent
from onionchat.protocol.link.link import KINDS, Link
from onionchat.protocol.session.handshake import Initiator
from onionchat.protocol.sync.position import Position
from onionchat.store import frontiers, personas
from onionchat.store import journals as stored
from onionchat.store.contacts import ContactDevice, devices, everyone
from onionchat.store.transaction import Transaction
from onionchat.testing.virtual_time import VirtualTime
from onionchat.types import DeviceKey, JournalId


@dataclass(frozen=True, slots=True)
class Stolen:
    """What a device knows that it can use against one contact."""

    link: AgreementKey
    device: SigningKey = field(repr=False)
    direct: JournalId = field(repr=False)
    victim: ContactDevice = field(repr=False)
    has: dict[JournalId, dict[DeviceKey, Position]] = field(repr=False)
    """The frontiers of all journals that the two share."""

    @property
    def address(self) -> Address:
        """Where the victim is dialled."""
        assert self.victim.onion_key is not None
        return Address(self.victim.onion_key, self.victim.access_secret, self.victim.port)


def steal(tx: Transaction, name: str | None = None) -> Stolen:
    """Read out the keys of a profile with one contact, or for the contact with that petname."""
    (contact,) = (it for it in everyone(tx) if name is None or it.petname == name)
    persona = personas.get(tx, contact.persona)
    journal = stored.direct(tx, contact.number)
    assert journal is not None
    (victim,) = devices(tx, contact.number)
    has = {
        shared.journal_id: {
            author: Position.of(seq, entry)
            for author, (seq, entry) in frontiers.positions(tx, shared.journal_id).items()
        }
        for shared in stored.of_contact(tx, contact.number)
    }
    return Stolen(persona.link, persona.device, journal.journal_id, victim, has)


class _OneProtocol(Factory):
    noisy = False

    def __init__(self, protocol: IProtocol) -> None:
        self._protocol = protocol

    def buildProtocol(self, addr: IAddress) -> IProtocol:  # type: ignore[override]
        return self._protocol


class ScriptedPeer:
    """One link to a node. `dial`, then `open` and `say`."""

    def __init__(self, transport: MemoryTransport, time: VirtualTime, rng: Rng) -> None:
        self.transport = transport
        self.time = time
        self.rng = rng
        self.up: LinkUp | None = None
        self.closed: LinkClosed | None = None
        self.lost = False
        self.heard: list[tuple[int, bytes]] = []
        self.on_message: Callable[[int, bytes], None] | None = None
        self.opened: list[ChannelOpened] = []
        self._protocol: CoreProtocol[LinkEvent] | None = None
        self._link: Link | None = None

    def dial(
        self, static: AgreementKey, remote: bytes, address: Address, psk: bytes | None = None
    ) -> None:
        """Begin a link; time has to pass until it is `up`. Raises DialFailed."""
        handshake = Initiator(
            static=static,
            remote_static=remote,
            psk=psk,
            transport=self.transport.name,
            address=address.onion_key,
            rng=self.rng,
            now=self.time.seconds(),
        )
        kinds = {**KINDS, "hologram": Priority.BULK}
        self._link = Link.dialling(handshake, self.time.seconds(), self.rng, kinds)
        self._protocol = CoreProtocol(self._link, self.time, self._event, self._gone)
        self.time.result(self.transport.dial(address, "script", _OneProtocol(self._protocol)))

    def call(self, stolen: Stolen) -> None:
        """Dial a contact with stolen keys, and wait until the link is up."""
        self.dial(stolen.link, stolen.victim.link_key, stolen.address)
        self.time.until(lambda: self.up or self.lost)

    def open(self, kind: str) -> int:
        """Open a channel."""
        assert self._link is not None
        return self._link.open(kind)

    def say(self, channel: int, message: bytes) -> None:
        """Send a message, whatever it is."""
        assert self._link is not None and self._protocol is not None
        self._link.send(channel, message, self.time.seconds())
        self._protocol.flush()

    def raw(self, data: bytes) -> None:
        """Write bytes to the connection, beside the link."""
        assert self._protocol is not None and self._protocol.transport is not None
        self._protocol.transport.write(data)

    def hang_up(self) -> None:
        """End the connection."""
        assert self._protocol is not None
        self._protocol.abort()

    def _event(self, event: LinkEvent) -> None:
        match event:
            case LinkUp():
                self.up = event
            case LinkClosed():
                self.closed = event
                assert self._protocol is not None
                self._protocol.close()
            case ChannelOpened():
                self.opened.append(event)
            case MessageReceived(channel=channel, data=data):
                self.heard.append((channel, data))
                if self.on_message is not None:
                    self.on_message(channel, data)
            case _:
                pass

    def _gone(self, _error: Exception | None) -> None:
        self.lost = True
