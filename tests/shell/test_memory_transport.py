"""The transport in memory: the interface's promises, and the faults that simulations ask for."""

import pytest
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.task import Clock

from onionchat.errors import InvalidInput
from onionchat.net.transports.interface import (
    Address,
    DialFailed,
    DialReason,
    Phase,
    ServiceSpec,
    ServiceState,
)
from onionchat.net.transports.memory import MemoryNetwork
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey

KEY = SigningKey(b"\1" * 32)
FRIEND, STRANGER = AgreementKey(b"\2" * 32), AgreementKey(b"\3" * 32)
SPEC = ServiceSpec(KEY, (FRIEND.public,), "contact group 1")
ADDRESS = Address(SPEC.onion_key, FRIEND.seed)


class Peer(Protocol):
    def __init__(self):
        self.got, self.why = b"", None

    def dataReceived(self, data):
        self.got += data

    def connectionLost(self, reason):
        self.why = reason.type.__name__


class Peers(Factory):
    noisy = False

    def __init__(self):
        self.made = []

    def buildProtocol(self, addr):
        self.made.append(Peer())
        return self.made[-1]


class World:
    def __init__(self, **options):
        self.clock = Clock()
        self.network = MemoryNetwork(self.clock, **options)
        self.alice, self.bob = map(self.network.transport, ("alice", "bob"))
        self.inbound = Peers()
        self.alice.start()
        self.bob.start()

    def run(self, seconds=1.0):
        self.clock.pump([0.01] * int(seconds * 100))

    def dial(self, address=ADDRESS, **options):
        result = []
        self.bob.dial(address, "x", Peers(), **options).addBoth(result.append)
        self.run()
        return result[0] if result else None

    def reason(self, address=ADDRESS):
        failed = self.dial(address)
        failed.trap(DialFailed)
        return failed.value.reason

    def connect(self):
        self.alice.publish(SPEC, self.inbound)
        outbound = self.dial()
        return outbound, self.inbound.made[0]


@pytest.fixture
def world():
    return World()


def test_a_refused_service_counts_as_failed_and_its_callers_find_nobody_until_it_is_taken(world):
    service = world.alice.publish(SPEC, world.inbound)
    world.network.refuse(SPEC.onion_key)
    assert service.status.state is ServiceState.FAILED
    assert world.reason() is DialReason.INTRO_FAILED
    world.network.take(SPEC.onion_key)
    world.alice.announce(service)
    assert service.status.state is ServiceState.PUBLISHED
    assert world.dial().connected


def test_a_published_service_is_reached_and_bytes_arrive_in_order(world):
    bob, alice = world.connect()
    for word in (b"one ", b"two ", b"three"):
        bob.transport.write(word)
    alice.transport.write(b"hello")
    world.run()
    assert (alice.got, bob.got) == (b"one two three", b"hello")


def test_order_holds_when_delays_vary():
    delays = iter([0.01, 0.01] + [0.5, 0.01] * 50)
    world = World(delay=lambda: next(delays))
    bob, alice = world.connect()
    bob.transport.write(b"first ")
    bob.transport.write(b"second")
    world.run()
    assert alice.got == b"first second"


def test_dials_fail_with_the_reasons_that_tor_gives(world):
    assert world.reason() is DialReason.NO_DESCRIPTOR
    world.alice.publish(SPEC, world.inbound)
    assert world.reason(Address(SPEC.onion_key)) is DialReason.NO_CLIENT_AUTH
    assert world.reason(Address(SPEC.onion_key, STRANGER.seed)) is DialReason.BAD_CLIENT_AUTH
    assert world.reason(Address(SPEC.onion_key, FRIEND.seed, 1)) is DialReason.REFUSED
    world.bob.stop()
    assert world.reason() is DialReason.NOT_READY


def test_a_service_is_published_after_a_while_and_again_after_a_restart():
    world = World(publish_seconds=2.0)
    seen = []
    world.alice.subscribe(lambda status: seen.append(status.reachable))
    service = world.alice.publish(SPEC, world.inbound)
    assert service.status.state is ServiceState.PUBLISHING
    world.run(3)
    assert service.status.state is ServiceState.PUBLISHED and world.alice.status.reachable
    world.alice.stop()
    assert not world.alice.status.reachable
    assert world.reason() is DialReason.NO_DESCRIPTOR
    world.alice.start()
    world.run(3)
    assert service.status.uploads == 2
    assert seen[-1] is True


def test_publish_before_start_waits_for_it():
    world = World()
    late = world.network.transport("late")
    service = late.publish(SPEC, world.inbound)
    assert (service.status.state, late.status.phase) == (ServiceState.WAITING, Phase.STOPPED)
    late.start()
    assert service.status.state is ServiceState.PUBLISHED


def test_withdrawing_ends_no_connection_but_further_dials(world):
    service = world.alice.publish(SPEC, world.inbound)
    bob = world.dial()
    world.alice.withdraw(service)
    world.alice.withdraw(service)
    assert service.status.state is ServiceState.WITHDRAWN
    assert world.reason() is DialReason.NO_DESCRIPTOR
    bob.transport.write(b"still")
    world.run()
    assert world.inbound.made[0].got == b"still"


def test_one_key_is_published_once(world):
    world.alice.publish(SPEC, world.inbound)
    with pytest.raises(InvalidInput):
        world.alice.publish(SPEC, world.inbound)


def test_closing_delivers_what_was_written(world):
    bob, alice = world.connect()
    bob.transport.write(b"bye")
    bob.transport.loseConnection()
    bob.transport.write(b"never")
    world.run()
    assert (alice.got, alice.why, bob.why) == (b"bye", "ConnectionDone", "ConnectionDone")


def test_aborting_loses_what_is_under_way(world):
    bob, alice = world.connect()
    bob.transport.write(b"lost")
    bob.transport.abortConnection()
    world.run()
    assert (alice.got, alice.why, bob.why) == (b"", "ConnectionLost", "ConnectionAborted")


def test_a_cut_breaks_connections_at_both_ends(world):
    bob, alice = world.connect()
    assert world.network.cut("alice", "bob") == 1
    assert (alice.why, bob.why) == ("ConnectionLost", "ConnectionLost")
    assert world.network.connections("alice", "bob") == 0


def test_a_silenced_connection_dies_without_a_sign(world):
    bob, alice = world.connect()
    world.network.silence("alice", "bob")
    bob.transport.write(b"nobody hears")
    world.run()
    assert (alice.got, alice.why, bob.why) == (b"", None, None)
    bob.transport.abortConnection()
    world.run()
    assert (alice.why, bob.why) == (None, "ConnectionAborted")


def test_a_partition_lets_dials_time_out_until_healed(world):
    world.connect()
    world.network.partition("alice", "bob")
    assert world.dial(timeout=0.5).value.reason is DialReason.TIMED_OUT
    world.network.heal("alice", "bob")
    assert isinstance(world.dial(), Peer)


def test_a_dial_can_be_cancelled(world):
    world.alice.publish(SPEC, world.inbound)
    result = []
    dialling = world.bob.dial(ADDRESS, "x", Peers())
    dialling.addErrback(lambda failure: result.append(failure.type.__name__))
    dialling.cancel()
    world.run()
    assert result == ["CancelledError"] and world.inbound.made == []


def test_stopping_breaks_the_connections(world):
    bob, _ = world.connect()
    world.alice.stop()
    assert bob.why == "ConnectionLost"


def test_a_reader_that_pauses_gets_everything_later(world):
    bob, alice = world.connect()
    alice.transport.pauseProducing()
    bob.transport.write(b"held")
    bob.transport.loseConnection()
    world.run()
    assert (alice.got, alice.why) == (b"", None)
    alice.transport.resumeProducing()
    assert (alice.got, alice.why) == (b"held", "ConnectionDone")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: ServiceSpec(KEY, (b"\0" * 32,) * 65, "x"),
        lambda: ServiceSpec(KEY, (), "x", test_secret=b"short"),
        lambda: ServiceSpec(KEY, (b"short",), "x"),
        lambda: ServiceSpec(KEY, (), "x", port=0),
        lambda: ServiceSpec(KEY, (), "x", max_streams=-1),
        lambda: Address(b"short"),
        lambda: Address(b"\0" * 32, b"short"),
        lambda: Address(b"\0" * 32, None, 65536),
    ],
)
def test_values_out_of_range_are_refused(wrong):
    with pytest.raises(InvalidInput):
        wrong()


def test_addresses_and_specs_show_no_secret():
    assert repr(ADDRESS) == "<Address (secret)>"
    assert "secret" in repr(SPEC.key)


def test_a_producer_is_paused_while_much_is_under_way_and_told_of_the_end(world):
    calls = []

    class Producer:
        def pauseProducing(self):
            calls.append("pause")

        def resumeProducing(self):
            calls.append("resume")

        def stopProducing(self):
            calls.append("stop")

    bob, alice = world.connect()
    with pytest.raises(ValueError, match="push"):
        bob.transport.registerProducer(Producer(), False)
    bob.transport.registerProducer(Producer(), True)
    bob.transport.writeSequence([b"x" * 50_000, b"y" * 50_000])
    assert calls == ["pause"]
    world.run()
    assert calls == ["pause", "resume"] and len(alice.got) == 100_000
    world.network.cut("alice", "bob")
    assert calls == ["pause", "resume", "stop"]
    bob.transport.registerProducer(Producer(), True)
    assert calls[3:] == ["stop"]
    bob.transport.unregisterProducer()


def test_the_ends_have_addresses_that_say_nothing(world):
    bob, _ = world.connect()
    assert type(bob.transport.getPeer()) is type(bob.transport.getHost())
    bob.transport.stopProducing()
    bob.transport.loseConnection()
    world.run()
    assert bob.why == "ConnectionDone"
    bob.transport.abortConnection()


def test_a_dial_ends_when_either_side_goes_off_meanwhile(world):
    world.alice.publish(SPEC, world.inbound)
    result = []
    world.bob.dial(ADDRESS, "x", Peers()).addErrback(lambda f: result.append(f.value.reason))
    world.bob.stop()
    world.run()
    assert result == [DialReason.NOT_READY]


def test_a_service_whose_factory_wants_no_connection_refuses(world):
    class Unwilling(Factory):
        def buildProtocol(self, addr):
            return None

    world.alice.publish(SPEC, Unwilling())
    assert world.reason() is DialReason.REFUSED


def test_a_restart_before_a_service_was_published_publishes_it_once():
    world = World(publish_seconds=2.0)
    service = world.alice.publish(SPEC, world.inbound)
    world.alice.stop()
    world.run(3)
    assert service.status.uploads == 0
    world.alice.start()
    withdrawn = world.alice.publish(
        ServiceSpec(SigningKey(b"\4" * 32), (), "invite 2"), world.inbound
    )
    world.alice.withdraw(withdrawn)
    world.run(3)
    assert (service.status.uploads, withdrawn.status.uploads) == (1, 0)


def test_listeners_hear_changes_until_they_leave(world):
    heard = []
    leave = world.alice.subscribe(heard.append)
    world.alice.publish(SPEC, world.inbound)
    leave()
    leave()
    count = len(heard)
    world.alice.stop()
    assert count > 0 and len(heard) == count
    world.alice.disturbed()
    world.alice.forget(SPEC.onion_key)


def test_a_dial_needs_an_isolation(world):
    with pytest.raises(InvalidInput):
        world.bob.dial(ADDRESS, "", Peers())
