"""What a caller's tor remembers must not shut its contacts out: entrances where it met nobody, and
access secrets, which it forgets with a new identity."""

import os
import signal

import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.defer import Deferred

from onionchat.net.transports.interface import DialReason
from onionchat.net.transports.tor import transport as tor_transport
from onionchat.testing.trouble.subject import sleep, until
from onionchat.testing.trouble.trial import pair

CALL_SECONDS = 20.0
OPENED_SECONDS = 30.0
TRIES = 10
"""Its tor may open them again before it is suspended: then once more."""

CALLS = 5
SHUT_OUT_TRIES = 4


@pytest.fixture
def made(tor_network, tmp_path_factory):
    """A subject whose watchdog sleeps, so that its tor does what tor does, and its contact."""
    folder = tmp_path_factory.mktemp("t")
    starting = pair(reactor, folder, tor_network.torrc, tor_network.client_seed, guarded=False)
    found = pytest_twisted.blockon(Deferred.fromCoroutine(starting))
    yield found
    pytest_twisted.blockon(Deferred.fromCoroutine(found.stop()))


def entrances(subject):
    with subject.control() as control:
        lines = control.get_info("circuit-status").splitlines()
    return [line.split()[0] for line in lines if "HS_STATE=HSSI_ESTABLISHED" in line]


async def call(made):
    return await made.contact.dial_once(made.subject.address, CALL_SECONDS)


async def call_while_entrances_are_closed(made):
    """The circuits to the introduction points end, as after a leap of the clock; somebody calls;
    then tor opens the same ones again."""
    subject = made.subject
    for _ in range(TRIES):
        with subject.control() as control:
            for circuit in entrances(subject):
                control.command(f"CLOSECIRCUIT {circuit}")
        await sleep(reactor, 0.2)
        os.kill(subject.transport.tor_pid, signal.SIGSTOP)
        try:
            _, reason = await call(made)
        finally:
            os.kill(subject.transport.tor_pid, signal.SIGCONT)
        await until(reactor, lambda: entrances(subject), OPENED_SECONDS, "an open entrance")
        await sleep(reactor, 1.0)
        if reason is DialReason.INTRO_FAILED:
            return
    pytest.fail("the call always came through")


async def reached(made):
    for _ in range(CALLS):
        took, _ = await call(made)
        if took is not None:
            return True
        await sleep(reactor, 1.0)
    return False


@pytest_twisted.ensureDeferred
async def test_who_called_while_the_entrances_were_closed_comes_in_once_they_are_open(
    made, monkeypatch
):
    await call_while_entrances_are_closed(made)
    assert await reached(made)
    # The anti-test: what tor does if it is not told to forget. Not always: when the service has
    # meanwhile chosen another introduction point, its callers come in by that.
    monkeypatch.setattr(tor_transport, "FORGET_EVERY_SECONDS", float("inf"))
    for _ in range(SHUT_OUT_TRIES):
        await call_while_entrances_are_closed(made)
        if not await reached(made):
            return
    pytest.fail("without forgetting the contact came in too: the test sees nothing")


@pytest_twisted.ensureDeferred
async def test_a_new_identity_does_not_shut_contacts_out(made):
    """tor forgets all access secrets with it, whoever asked for it."""
    assert await reached(made)
    with made.contact.control() as control:
        control.command("SIGNAL NEWNYM")
    await sleep(reactor, 1.0)
    took, reason = await call(made)
    assert took is not None, reason
