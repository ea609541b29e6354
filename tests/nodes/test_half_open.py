"""Connections that say nearly nothing (goal X2): none of them stays, and none keeps anybody out."""

from twisted.internet.protocol import Factory, Protocol

from onionchat.net.transports.interface import Address
from onionchat.protocol.contacts.invite import invite_access_key, parse_link
from onionchat.protocol.session.handshake import FIRST_SIZE, Responder
from onionchat.testing.nodes import Person, World

MANY = 200
LIMIT_SECONDS = 31


class Drip(Protocol):
    """Says one byte now and then of what begins as a first message does."""

    over = False

    def connectionMade(self) -> None:
        self._words = iter(FIRST_SIZE.to_bytes(2, "big") + b"\x01" + bytes(100))
        self.speak()

    def speak(self) -> None:
        self.transport.write(bytes((next(self._words),)))

    def connectionLost(self, reason: object = None) -> None:
        self.over = True


def still_open(world: World, alice: Person) -> int:
    """How many of so many at an invite's onion are there after the limit."""
    link = parse_link(alice.invite(standing=True))
    address = Address(link.onion_key, invite_access_key(link.token).seed)
    made = []
    for number in range(MANY):
        transport = world.network.transport(f"stranger {number}")
        world.time.result(transport.start())
        dialling = transport.dial(address, "drip", Factory.forProtocol(Drip))
        made.append(world.time.result(dialling))
    for _ in range(3):
        world.pass_time(LIMIT_SECONDS / 3)
        for one in made:
            one.speak()
    return sum(not one.over for one in made)


def test_all_are_gone_within_half_a_minute(world, alice, bob):
    assert still_open(world, alice) == 0
    world.befriend(alice, bob)


def test_without_a_deadline_some_would_stay(world, alice, monkeypatch):
    monkeypatch.setattr(Responder, "deadline", lambda self: self._deadline + 3600)
    assert still_open(world, alice) > 0
