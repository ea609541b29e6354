"""Other bridges, another tor: settings that change while the transport runs."""

import pytest
import pytest_twisted

from onionchat.errors import TorFailed
from onionchat.net.transports.interface import Phase
from onionchat.net.transports.tor.bridges import BridgeSettings, parse_bridge
from onionchat.net.transports.tor.details import BridgeState, TorDetails
from onionchat.net.transports.tor.join import UnixPlace

from .test_transport import Echoes, alive, call, contact_service, until
from .test_transport import world as world


@pytest_twisted.ensureDeferred
async def test_other_settings_take_effect_at_once(world):
    alice, bob = world.transport("alice"), world.transport("bob")
    spec, address = contact_service()
    inbound = Echoes()
    alice.publish(spec, inbound)
    await alice.start()
    await bob.start()
    await until(lambda: alice.status.reachable and bob.status.phase is Phase.ONLINE)
    assert await call(bob, address) == b"hello"
    first = alice.tor_pid

    # A relay as a bridge: tor goes by it alone.
    relay = world.lab.ready["relays"][0]
    kept = world.lab.torrc.parent / relay["nickname"] / "fingerprint"
    fingerprint = kept.read_text().split()[1]
    bridge = parse_bridge(f"127.0.0.1:{relay['orport']} {fingerprint}")
    await alice.reconfigure(world.settings("alice", bridges=BridgeSettings((bridge,))))
    assert alice.tor_pid != first and not alive(first)
    await until(lambda: alice.status.reachable)
    asked = await alice._run.control.command("GETCONF UseBridges")
    assert asked == "UseBridges=1"
    assert await call(bob, address, "by the bridge") == b"hello"
    details, bridges = await alice.details()
    assert bridges == (bridge,)
    assert details.bridges == (BridgeState.CONNECTED,)
    assert details.connections == 1
    assert details.circuits.entrances >= 1

    # Bob's tor in the place of an own one, and back.
    joined = UnixPlace(str(world.folder / "bob" / "r" / "control"))
    await alice.reconfigure(world.settings("alice", join=joined))
    assert alice.tor_pid is None and not alice.status.own
    assert await alice.details() == (TorDetails(), ())
    await until(lambda: alice.status.reachable)
    assert await call(bob, address, "by his tor") == b"hello"
    with pytest.raises(TorFailed):
        await alice.reconfigure(world.settings("alice", join=UnixPlace("/nowhere")))
    assert alice.status.phase is Phase.FAILED
    await alice.reconfigure(world.settings("alice"))
    await until(lambda: alice.status.reachable and alice.status.own)
    assert await call(bob, address, "as at first") == b"hello"
    assert alice.status.troubles == ()
