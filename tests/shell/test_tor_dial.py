"""Dialling through tor: the access secrets that it was given, and forgets."""

import pytest
import pytest_twisted
from twisted.internet.defer import Deferred, succeed
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport

from onionchat.net.transports.interface import Address, DialFailed, DialReason
from onionchat.net.transports.tor import upkeep
from onionchat.net.transports.tor.dial import dial
from onionchat.net.transports.tor.run import TorRun
from onionchat.protocol.crypto.keys import SigningKey

LOGGED_IN = b"\x05\x02\x01\x00"
ADDRESS = Address(SigningKey(b"\1" * 32).public, b"\2" * 32)


def reply(code):
    return bytes([5, code, 0, 1]) + bytes(6)


CONNECTED, NO_CLIENT_AUTH = reply(0x00), reply(0xF4)


class Control:
    """tor's control port: it takes everything."""

    def __init__(self):
        self.commands = []
        self.on_lost = None

    def command(self, line):
        self.commands.append(line.split(" ")[0])
        return succeed("")


class Socks:
    """tor's SOCKS port, which gives these answers in turn."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def connect(self, factory):
        protocol = factory.buildProtocol(None)
        protocol.makeConnection(StringTransport())
        protocol.dataReceived(LOGGED_IN)
        protocol.dataReceived(self.answers.pop(0))
        return succeed(protocol)


def run_of(*answers):
    return TorRun(Control(), Socks(*answers), None)


def call(run, address=ADDRESS):
    factory = Factory.forProtocol(Protocol)
    return Deferred.fromCoroutine(dial(run, Clock(), address, "x", factory, 10.0))


@pytest_twisted.ensureDeferred
async def test_a_secret_is_given_once_and_again_when_tor_has_forgotten_it():
    run = run_of(CONNECTED, CONNECTED, NO_CLIENT_AUTH, CONNECTED)
    for _ in range(2):
        await call(run)
    assert run.control.commands == ["ONION_CLIENT_AUTH_ADD"]
    # Somebody else's new identity.
    await call(run)
    assert run.control.commands == ["ONION_CLIENT_AUTH_ADD"] * 2


@pytest.mark.parametrize(
    ("address", "answers"),
    [
        (ADDRESS, (NO_CLIENT_AUTH,)),
        (ADDRESS, (CONNECTED, NO_CLIENT_AUTH, NO_CLIENT_AUTH)),
        (Address(ADDRESS.onion_key), (NO_CLIENT_AUTH,)),
    ],
    ids=["a secret just given", "a secret given again", "no secret"],
)
@pytest_twisted.ensureDeferred
async def test_whoever_is_refused_with_what_was_just_given_is_not_dialled_without_end(
    address, answers
):
    run = run_of(*answers)
    with pytest.raises(DialFailed) as failed:
        for _ in answers:
            await call(run, address)
    assert failed.value.reason is DialReason.NO_CLIENT_AUTH
    assert run.socks.answers == []


@pytest_twisted.ensureDeferred
async def test_after_new_circuits_every_secret_is_given_again():
    run = run_of(CONNECTED, CONNECTED)
    await call(run)
    await upkeep.new_circuits(run)
    await call(run)
    assert run.control.commands == ["ONION_CLIENT_AUTH_ADD", "SIGNAL", "ONION_CLIENT_AUTH_ADD"]
