"""The Tor transport against real tors on the private network."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import pytest_twisted
from twisted.internet import reactor, task
from twisted.internet.defer import Deferred
from twisted.internet.protocol import Factory, Protocol

from onionchat.errors import TorFailed
from onionchat.net.transports.interface import (
    Address,
    DialFailed,
    DialReason,
    Phase,
    ServiceSpec,
    ServiceState,
    TroubleKind,
)
from onionchat.net.transports.tor.join import UnixPlace
from onionchat.net.transports.tor.repairs import Timings
from onionchat.net.transports.tor.run import TorSettings
from onionchat.net.transports.tor.transport import TorTransport
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.crypto.rng import SystemRng
from onionchat.testing.torlab import seed_client

RNG = SystemRng()
QUICK = Timings(tick=0.2, settle=0.2, retest=8.0, test_seconds=8.0)


class Echo(Protocol):
    def dataReceived(self, data):
        self.transport.write(data)


class Echoes(Factory):
    noisy = False

    def __init__(self):
        self.count = 0

    def buildProtocol(self, addr):
        self.count += 1
        return Echo()


class Caller(Protocol):
    def __init__(self):
        self.answer = Deferred()

    def dataReceived(self, data):
        self.answer.callback(data)


CALLERS = Factory.forProtocol(Caller)
CALLERS.noisy = False


async def until(condition, seconds=40.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        await task.deferLater(reactor, 0.05)


class World:
    """Transports in folders of their own; all are stopped at the end."""

    def __init__(self, folder, lab):
        self.folder, self.lab = folder, lab
        self.guards = {}
        self.made = []

    def settings(self, name, **changes):
        data = self.folder / name / "tor"
        data.mkdir(parents=True, mode=0o700, exist_ok=True)
        seed_client(self.lab.client_seed, data)
        values = {
            "program": self.lab.ready["tor"],
            "extra_torrc": self.lab.torrc,
            "load_guards": lambda: self.guards.get(name, ()),
            "save_guards": lambda chosen: self.guards.__setitem__(name, chosen),
            "force_guards": True,
        }
        return TorSettings(data, self.folder / name / "r", **values | changes)

    def transport(self, name, timings=None, **changes):
        made = TorTransport(
            reactor, self.settings(name, **changes), rng=RNG, wall=time.time, timings=timings
        )
        self.made.append(made)
        return made

    async def stop(self):
        for made in self.made:
            await made.stop()


@pytest.fixture
def world(tor_network, tmp_path_factory):
    made = World(tmp_path_factory.mktemp("t"), tor_network)
    yield made
    pytest_twisted.blockon(Deferred.fromCoroutine(made.stop()))


def contact_service():
    friend = AgreementKey.generate(RNG)
    spec = ServiceSpec(SigningKey.generate(RNG), (friend.public,), "contact group 1")
    return spec, Address(spec.onion_key, friend.seed)


async def call(transport, address, isolation="one"):
    """One echo. Dials that meet a service on its way up are repeated, as the node does."""
    for _ in range(10):
        try:
            caller = await transport.dial(address, isolation, CALLERS)
            break
        except DialFailed:
            await task.deferLater(reactor, 1.0)
    else:
        pytest.fail("not reached")
    caller.transport.write(b"hello")
    answer = await caller.answer
    caller.transport.loseConnection()
    return answer


async def reason(transport, address, isolation="two"):
    try:
        await transport.dial(address, isolation, CALLERS)
    except DialFailed as failed:
        return failed.reason
    return None


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest_twisted.ensureDeferred
async def test_a_contact_onion_is_reached_by_its_contact_and_by_nobody_else(world):
    alice, bob = world.transport("alice"), world.transport("bob")
    spec, address = contact_service()
    states = []
    alice.subscribe(
        lambda status: states.append((sum(s.uploads for s in status.services), status.reachable))
    )
    inbound = Echoes()
    service = alice.publish(spec, inbound)
    assert service.status.state is ServiceState.WAITING
    await alice.start()
    assert service.status.state is ServiceState.PUBLISHING
    await bob.start()
    await until(lambda: alice.status.reachable and bob.status.phase is Phase.ONLINE)
    # From the first upload on, and not before.
    assert next(uploads for uploads, reachable in states if reachable) == 1
    assert await call(bob, address) == b"hello"
    assert alice.status.guards_pinned == 4

    await bob.forget(spec.onion_key)
    stranger = Address(spec.onion_key, AgreementKey.generate(RNG).seed)
    assert await reason(bob, Address(spec.onion_key)) is DialReason.NO_CLIENT_AUTH
    assert await reason(bob, stranger) is DialReason.BAD_CLIENT_AUTH
    nowhere = Address(SigningKey.generate(RNG).public)
    assert await reason(bob, nowhere) is DialReason.NO_DESCRIPTOR
    assert await reason(bob, Address(spec.onion_key, address.access_secret, 1)) is not None
    assert inbound.count == 1

    # A tor of this user can be joined; it goes on when the joined transport ends.
    joined = world.transport("carol", join=UnixPlace(str(world.folder / "alice" / "r" / "control")))
    other, other_address = contact_service()
    joined.publish(other, Echoes())
    await joined.start()
    await until(lambda: joined.status.reachable)
    assert not joined.status.own
    assert await call(bob, other_address) == b"hello"
    assert await call(joined, address) == b"hello"
    await joined.stop()
    assert await call(bob, address, "three") == b"hello"

    await alice.withdraw(service)
    assert service.status.state is ServiceState.WITHDRAWN and alice.status.services == ()
    # A circuit from before leads to a closed door, a new one to no introduction point.
    assert await reason(bob, address, "three") is not None
    assert await reason(bob, address, "four") is not None


@pytest_twisted.ensureDeferred
async def test_a_killed_tor_comes_back_with_its_services_and_the_same_guards(world):
    alice, bob = world.transport("alice", QUICK), world.transport("bob")
    spec, address = contact_service()
    inbound = Echoes()
    service = alice.publish(spec, inbound)
    await alice.start()
    await bob.start()
    await until(lambda: alice.status.reachable and alice.status.guards_pinned)
    await until(lambda: bob.status.phase is Phase.ONLINE)
    assert await call(bob, address) == b"hello"
    before, uploads = world.guards["alice"], service.status.uploads

    os.kill(alice.tor_pid, signal.SIGKILL)
    await until(lambda: alice.status.phase is not Phase.ONLINE)
    await until(lambda: alice.status.reachable and service.status.uploads > uploads)
    assert await call(bob, address, "after") == b"hello"
    asked = await alice._run.control.command("GETCONF HSLayer2Nodes")
    assert {guard.fingerprint for guard in before} == {
        name.lstrip("$") for name in asked.partition("=")[2].split(",")
    }
    assert world.guards["alice"] == before

    # The service dies unseen: tor believes that all is well. A test call finds out.
    await alice._services.republish(alice._run, service.number)
    await until(lambda: alice.status.reachable)
    await alice._run.control.command(f"DEL_ONION {service.host}")
    alice.disturbed()
    uploads = service.status.uploads
    await until(lambda: service.status.uploads > uploads)
    count = inbound.count
    # The test call that ends the suspicion is an inbound connection.
    await until(lambda: inbound.count > count)


CHILD = """
import json, sys, time

families = {}

def hook(event, args):
    if event == "socket.__new__":
        families.setdefault(int(args[1]), 0)
        families[int(args[1])] += 1
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        families["lookup"] = 1

sys.addaudithook(hook)

from pathlib import Path
from twisted.internet import reactor, task
from twisted.internet.defer import Deferred
from twisted.internet.protocol import Factory, Protocol
from onionchat.net.transports.interface import Address, DialFailed, ServiceSpec
from onionchat.net.transports.tor.run import TorSettings
from onionchat.net.transports.tor.transport import TorTransport
from onionchat.protocol.crypto.keys import SigningKey
from onionchat.protocol.crypto.rng import SystemRng

async def main():
    folder, torrc, tor = map(Path, sys.argv[1:])
    settings = TorSettings(folder / "tor", folder / "r", program=str(tor), extra_torrc=torrc)
    made = TorTransport(reactor, settings, rng=SystemRng(), wall=time.time)
    key = SigningKey.generate(SystemRng())
    made.publish(ServiceSpec(key, (), "invite 1"), Factory.forProtocol(Protocol))
    await made.start()
    while not made.status.reachable:
        await task.deferLater(reactor, 0.1)
    while True:
        try:
            await made.dial(Address(key.public), "x", Factory.forProtocol(Protocol))
            break
        except DialFailed:
            await task.deferLater(reactor, 1)
    print(json.dumps({"tor": made.tor_pid, "families": families}), flush=True)

failed = lambda failure: (print(failure.getTraceback(), file=sys.stderr), reactor.stop())
reactor.callWhenRunning(lambda: Deferred.fromCoroutine(main()).addErrback(failed))
reactor.run()
"""


def test_a_node_uses_unix_sockets_only_and_its_tor_dies_with_it(tor_network, tmp_path_factory):
    folder = tmp_path_factory.mktemp("c")
    (folder / "tor").mkdir(mode=0o700)
    seed_client(tor_network.client_seed, folder / "tor")
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, folder, tor_network.torrc, tor_network.ready["tor"]],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
    )
    try:
        told = json.loads(child.stdout.readline())
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
    # AF_UNIX, and AF_NETLINK for news of the network: no packet can leave by either.
    assert set(told["families"]) <= {"1", "16"}
    end = time.monotonic() + 5
    while alive(told["tor"]) and time.monotonic() < end:
        time.sleep(0.05)
    assert not alive(told["tor"])


@pytest_twisted.ensureDeferred
async def test_a_tor_that_cannot_connect_says_why(world, tmp_path):
    torrc = tmp_path / "nowhere"
    others = [
        line
        for line in world.lab.torrc.read_text().splitlines()
        if not line.startswith("DirAuthority")
    ]
    # Nobody listens at port 1: the way to the only authority is closed.
    authority = f"DirAuthority x orport=1 no-v2 v3ident={'A' * 40} 127.0.0.1:1 {'B' * 40}"
    torrc.write_text("\n".join([authority, *others]))
    alice = world.transport("alice", extra_torrc=torrc)
    for left in alice._settings.data_directory.iterdir():
        left.unlink()
    spec, address = contact_service()
    service = alice.publish(spec, Echoes())
    await alice.start()
    await until(lambda: alice.status.troubles != ())
    status = alice.status
    assert status.phase is Phase.CONNECTING and status.percent < 100
    assert status.troubles[0].kind in (TroubleKind.BLOCKED, TroubleKind.NO_NETWORK)
    assert not status.reachable and service.status.state is ServiceState.PUBLISHING


@pytest_twisted.ensureDeferred
async def test_a_configuration_that_tor_refuses_is_told_in_its_words(world, tmp_path):
    torrc = tmp_path / "wrong"
    torrc.write_text("NoSuchOption 1\n")
    alice = world.transport("alice", extra_torrc=torrc)
    with pytest.raises(TorFailed, match="NoSuchOption"):
        await alice.start()
    assert alice.status.phase is Phase.FAILED
    with pytest.raises(DialFailed) as failed:
        await alice.dial(contact_service()[1], "x", CALLERS)
    assert failed.value.reason is DialReason.NOT_READY
