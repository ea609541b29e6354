"""The Tor transport without a tor: what it says when there is none, and that it can be left."""

import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.protocol import Factory, Protocol

from onionchat.errors import InvalidInput, PluginMissing, TorFailed, TorNotFound, TorTooOld
from onionchat.net.transports.interface import (
    Address,
    DialFailed,
    DialReason,
    Phase,
    ServiceSpec,
    ServiceState,
    TroubleKind,
)
from onionchat.net.transports.tor.bridges import BridgeSettings, parse_bridge
from onionchat.net.transports.tor.join import UnixPlace, parse_place
from onionchat.net.transports.tor.run import TorSettings
from onionchat.net.transports.tor.transport import TorTransport
from onionchat.protocol.crypto.keys import SigningKey
from onionchat.testing.rng import SeededRng

SPEC = ServiceSpec(SigningKey(b"\1" * 32), (), "invite 1")


@pytest.fixture
def make(tmp_path):
    def transport(**options):
        settings = TorSettings(tmp_path / "tor", tmp_path / "r", **options)
        return TorTransport(reactor, settings, rng=SeededRng(1), wall=lambda: 1_800_000_000.0)

    return transport


@pytest.fixture
def program(tmp_path):
    def write(script):
        path = tmp_path / "a-program"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o700)
        return str(path)

    return write


@pytest_twisted.ensureDeferred
async def test_no_tor_is_named_and_shown(make):
    transport = make(program="no-such-tor")
    service = transport.publish(SPEC, Factory.forProtocol(Protocol))
    with pytest.raises(TorNotFound):
        await transport.start()
    status = transport.status
    assert (status.phase, status.reachable) == (Phase.FAILED, False)
    assert [trouble.kind for trouble in status.troubles] == [TroubleKind.NOT_FOUND]
    assert service.status.state is ServiceState.WAITING
    await transport.stop()
    assert transport.status.phase is Phase.STOPPED


@pytest.mark.parametrize(
    ("script", "error", "kind"),
    [
        ("echo Tor version 0.4.6.12.", TorTooOld, TroubleKind.TOO_OLD),
        ("echo I am another program", TorFailed, TroubleKind.STOPPED_WORKING),
        ("exit 1", TorFailed, TroubleKind.STOPPED_WORKING),
        (
            '[ "$1" = --version ] && echo Tor version 0.4.9.1. || echo "[err] No luck today"',
            TorFailed,
            TroubleKind.STOPPED_WORKING,
        ),
    ],
)
@pytest_twisted.ensureDeferred
async def test_a_program_that_does_not_do_is_named(make, program, script, error, kind):
    transport = make(program=program(script))
    with pytest.raises(error):
        await transport.start()
    assert [trouble.kind for trouble in transport.status.troubles] == [kind]
    await transport.stop()


@pytest_twisted.ensureDeferred
async def test_what_tor_complained_about_is_passed_on(make, program):
    script = '[ "$1" = --version ] && echo Tor version 0.4.9.1. || echo "[err] No luck today"'
    with pytest.raises(TorFailed, match="No luck today"):
        await make(program=program(script)).start()


@pytest_twisted.ensureDeferred
async def test_bridges_without_their_program_are_named(make, program):
    bridge = parse_bridge("obfs4 192.0.2.1:443 cert=x")
    transport = make(
        program=program("echo Tor version 0.4.9.1."),
        bridges=BridgeSettings((bridge,), {"obfs4": "no-such-program"}),
    )
    with pytest.raises(PluginMissing, match="no-such-program"):
        await transport.start()
    assert [trouble.kind for trouble in transport.status.troubles] == [TroubleKind.BRIDGE]


@pytest_twisted.ensureDeferred
async def test_nobody_at_the_control_address_is_named(make, tmp_path):
    with pytest.raises(TorFailed, match="control address"):
        await make(join=UnixPlace(str(tmp_path / "nobody"))).start()


@pytest_twisted.ensureDeferred
async def test_without_tor_dials_fail_and_the_rest_does_no_harm(make):
    transport = make()
    with pytest.raises(DialFailed) as failed:
        await transport.dial(Address(SPEC.onion_key), "x", Factory.forProtocol(Protocol))
    assert failed.value.reason is DialReason.NOT_READY
    await transport.forget(SPEC.onion_key)
    transport.disturbed()
    service = transport.publish(SPEC, Factory.forProtocol(Protocol))
    with pytest.raises(InvalidInput):
        transport.publish(SPEC, Factory.forProtocol(Protocol))
    await transport.withdraw(service)
    await transport.withdraw(service)
    assert service.status.state is ServiceState.WITHDRAWN
    await transport.stop()


def test_listeners_hear_changes_until_they_leave_and_a_bad_one_stops_nothing(
    make, flush_logged_errors
):
    transport, heard = make(), []

    def bad(status):
        raise ZeroDivisionError

    transport.subscribe(bad)
    leave = transport.subscribe(heard.append)
    transport.publish(SPEC, Factory.forProtocol(Protocol))
    leave()
    leave()
    transport.publish(
        ServiceSpec(SigningKey(b"\2" * 32), (), "invite 2"), Factory.forProtocol(Protocol)
    )
    assert [len(status.services) for status in heard] == [1]
    assert len(flush_logged_errors(ZeroDivisionError)) == 2


def test_it_is_the_transport_that_the_interface_describes(make):
    transport = make()
    assert (transport.name, transport.can_hide_ip) == ("tor", True)
    assert transport.max_latency_ms > 0 and transport.tor_pid is None


@pytest_twisted.ensureDeferred
async def test_other_settings_are_used_from_the_next_moment_on(make, program, tmp_path):
    transport = make(program=program("exit 1"))
    with pytest.raises(TorFailed):
        await transport.start()

    def settings(**options):
        return TorSettings(tmp_path / "tor", tmp_path / "r", **options)

    # While it does not run, they are only noted.
    await transport.reconfigure(settings(program="no-such-tor"))
    assert transport.status.own and transport.status.troubles == ()
    with pytest.raises(TorNotFound):
        await transport.start()
    await transport.reconfigure(settings(join=UnixPlace(str(tmp_path / "nobody"))))
    assert not transport.status.own
    with pytest.raises(TorFailed, match="control address"):
        await transport.start()


@pytest_twisted.ensureDeferred
async def test_settings_that_cannot_be_are_refused_and_change_nothing(make, tmp_path):
    transport = make()
    elsewhere = TorSettings(tmp_path / "tor", tmp_path / "r", join=parse_place("10.0.0.1:9051"))
    with pytest.raises(InvalidInput, match="onion-listen"):
        await transport.reconfigure(elsewhere)
    assert transport.status.own


@pytest_twisted.ensureDeferred
async def test_finding_2_a_test_call_of_our_own_is_known_as_such_when_it_comes_in(
    make, monkeypatch
):
    """It goes to whatever onion was published first: its contact must not pay for it."""
    transport = make()
    service = transport.publish(SPEC, Factory.forProtocol(Protocol))
    seen = []

    async def arrives(_run, _clock, address, _isolation, _seconds):
        seen.append([transport.was_own_call(address.onion_key) for _ in range(2)])
        return True

    monkeypatch.setattr("onionchat.net.transports.tor.transport.test_call", arrives)
    monkeypatch.setattr(transport, "_run", object())
    assert not transport.was_own_call(SPEC.onion_key)
    await transport._self_test(service.number)
    assert seen == [[True, False]]
