"""`online` tells the truth: a network that is cut off shows at once, and so does its return."""

import os
import signal
import time
from pathlib import Path

import pytest
import pytest_twisted
from twisted.internet import reactor, task
from twisted.internet.protocol import Factory, Protocol

from onionchat.net.transports.interface import Phase, ServiceSpec
from onionchat.net.transports.tor.run import TorSettings
from onionchat.net.transports.tor.status import MUTE, NO_PATH
from onionchat.net.transports.tor.transport import TorTransport
from onionchat.protocol.crypto.keys import SigningKey
from onionchat.protocol.crypto.rng import SystemRng
from onionchat.testing.torlab import PrivateTorNetwork, seed_client

CACHE = Path(__file__).parents[2] / ".cache" / "torlab"
RELAYS = 4
SOON = 30.0
"""Seconds on a loaded machine; the event itself comes within milliseconds."""

BACK = 100.0
"""A probe every 20 s, a start of tor, introduction points, an upload, a test call."""


async def until(condition, seconds):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        await task.deferLater(reactor, 0.05)


@pytest.fixture
def network(tmp_path_factory):
    base = tmp_path_factory.mktemp("n") / "lab"
    with PrivateTorNetwork.start(base, relays=RELAYS, snapshot_cache=CACHE) as made:
        yield made


def person(network, folder):
    """Somebody with one service."""
    data = folder / "tor"
    data.mkdir(mode=0o700)
    seed_client(network.client_seed, data)
    settings = TorSettings(
        data,
        folder / "r",
        program=str(network.describe()["tor"]),
        extra_torrc=network.client_torrc,
    )
    made = TorTransport(reactor, settings, rng=SystemRng(), wall=time.time)
    inbound = Factory.forProtocol(Protocol)
    inbound.noisy = False
    made.publish(ServiceSpec(SigningKey.generate(SystemRng()), (), "invite 1"), inbound)
    return made


@pytest_twisted.ensureDeferred
async def test_a_network_or_a_tor_that_is_gone_makes_a_node_offline_and_online_when_it_returns(
    network, tmp_path_factory
):
    alice = person(network, tmp_path_factory.mktemp("t"))
    await alice.start()
    try:
        await until(lambda: alice.status.reachable, 60.0)
        for number in range(RELAYS):
            network.kill_relay(number)
        await until(lambda: not alice.status.reachable, SOON)
        await until(lambda: alice.status.summary == NO_PATH, SOON)
        # What made the old status lie: tor itself sees nothing amiss yet.
        word = await alice._run.control.getinfo("status/circuit-established")
        assert word == "1" and alice.status.circuits
        assert alice.status.phase is Phase.CONNECTING and alice.status.percent == 100

        for number in range(RELAYS):
            network.restart_relay(number)
        await until(lambda: alice.status.reachable, BACK)
        assert alice.status.summary == "Connected to Tor."

        # A tor that hangs: whoever finds a link dead tells the transport, which asks.
        os.kill(alice.tor_pid, signal.SIGSTOP)
        try:
            alice.disturbed()
            await until(lambda: alice.status.summary == MUTE, SOON)
            assert not alice.status.reachable
        finally:
            os.kill(alice.tor_pid, signal.SIGCONT)
        await until(lambda: alice.status.reachable, BACK)
    finally:
        await alice.stop()
