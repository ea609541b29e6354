"""A contact that reconnects without end has few circuits built to us, and harms nobody (P5)."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from twisted.internet.protocol import Factory, Protocol

from onionchat.errors import OnionchatError, PeerUnreachable
from onionchat.net.transports.interface import Address, DialFailed
from onionchat.node import callers, contact_link
from onionchat.node.callers import CALLS_AT_ONCE, SECONDS_PER_CALL
from onionchat.node.delivery import Delivery
from onionchat.protocol.crypto.keys import AgreementKey
from onionchat.testing.nodes import Person, World
from onionchat.testing.rng import SeededRng
from onionchat.testing.scripted_peer import ScriptedPeer, Stolen, steal


def befriended(world: World) -> tuple[Person, Person, Person]:
    alice, bob, carol = (world.person(name) for name in ("Alice", "Bob", "Carol"))
    world.befriend(alice, bob)
    world.befriend(alice, carol)
    return alice, bob, carol


def reconnects(world: World, bob: Person, seconds: float, every: float) -> int:
    """Bob's keys call Alice again and again; returns how often he got a link."""
    stolen = bob.read(steal)
    bob.stop()
    transport = world.network.transport("reconnecting")
    world.time.result(transport.start())
    got, end = 0, world.time.now + seconds
    while world.time.now < end:
        peer = ScriptedPeer(transport, world.time, SeededRng(f"call {world.time.now}"))
        try:
            peer.call(stolen)
            got += peer.up is not None
            peer.hang_up()
        except (DialFailed, OnionchatError):
            pass
        world.pass_time(every)
    return got


def test_whoever_reconnects_all_the_time_gets_six_an_hour_in_the_long_run(world):
    _alice, bob, _carol = befriended(world)
    hours = 3
    got = reconnects(world, bob, hours * 3600, every=20.0)
    assert CALLS_AT_ONCE - 2 <= got <= CALLS_AT_ONCE + 6 * hours + 1


def test_without_a_budget_it_would_be_twenty_times_as_many(world, monkeypatch):
    monkeypatch.setattr(callers, "CALLS_AT_ONCE", 10**9)
    _alice, bob, _carol = befriended(world)
    got = reconnects(world, bob, 3600, every=5.0)
    assert got > 20 * 18


def test_the_others_of_its_onion_come_in_as_before(world):
    alice, bob, carol = befriended(world)
    reconnects(world, bob, 60, every=0.5)
    # Only Carol dials.
    alice.node._peers._schedule.want = lambda *_, **__: None
    world.cut(alice, carol)
    world.until(lambda: world.linked(alice, carol), 60)
    carol.send("Alice", "still here")
    world.until(lambda: "still here" in alice.texts("Carol"), 20)


def test_whoever_was_shut_out_is_dialled_meanwhile_and_comes_in_again_later(world):
    alice, bob, _carol = befriended(world)
    reconnects(world, bob, 60, every=0.5)
    bob.start()
    # He cannot call; she can.
    world.until(lambda: world.linked(alice, bob), 700)
    bob.send("Alice", "a message")
    world.until(lambda: "a message" in alice.texts("Bob"), 20)
    world.pass_time(SECONDS_PER_CALL + 10)
    alice.node._peers._schedule.want = lambda *_, **__: None
    world.cut(alice, bob)
    world.until(lambda: world.linked(alice, bob), 60)


def test_an_onion_that_would_admit_nobody_is_down_not_open_to_everybody(world):
    """A service without authorised keys is public at tor: there must be none."""
    alice, bob, _carol = befriended(world)
    alice.do(alice.api.own_onion("Bob"))
    alice.read(lambda tx: tx.execute("DELETE FROM slots WHERE contact IS NULL"))
    world.until(lambda: world.linked(alice, bob))
    world.pass_time(5)
    bob_at = bob.read(steal).address.onion_key
    assert bob_at in {service.spec.onion_key for service in alice.transport._services}
    reconnects(world, bob, 60, every=0.5)
    assert all(service.spec.authorised for service in alice.transport._services)
    assert bob_at not in {service.spec.onion_key for service in alice.transport._services}


def test_a_caller_of_another_key_counts_for_the_contact_whose_address_it_has(world):
    """Nobody else can know the key that is dialled: whoever it gave that to calls for it."""
    alice, bob, _carol = befriended(world)
    stolen = bob.read(steal)
    bob.stop()
    transport = world.network.transport("a friend of Bob's")
    world.time.result(transport.start())
    for number in range(CALLS_AT_ONCE + 3):
        peer = ScriptedPeer(transport, world.time, SeededRng(f"call {number}"))
        try:
            peer.dial(AgreementKey(bytes([number] * 32)), stolen.victim.link_key, stolen.address)
        except DialFailed:
            break
        world.pass_time(1)
    else:
        pytest.fail("it was let in all the time")
    shut_out = alice.node._onions._calls.shut_out(world.time.now)
    assert shut_out == {alice.node.directory.all()[0].number}


class Mute(Protocol):
    """Has a circuit built, and says nothing."""

    def connectionMade(self):
        self.transport.abortConnection()


def says_nothing(world: World, bob: Person, seconds: float, every: float) -> int:
    """Somebody with what Bob knows connects again and again; returns how often he gets through."""
    address = bob.read(steal).address
    bob.stop()
    transport = world.network.transport("mute")
    world.time.result(transport.start())
    got, end = 0, world.time.now + seconds
    while world.time.now < end:
        try:
            world.time.result(
                transport.dial(address, f"{world.time.now}", Factory.forProtocol(Mute))
            )
            got += 1
        except DialFailed:
            pass
        world.pass_time(every)
    return got


@pytest.mark.parametrize("own", [True, False], ids=["own-onion", "nobody else there"])
def test_finding_33_whoever_shows_no_key_is_counted_where_nobody_else_can_call(world, own):
    alice, bob = world.person("Alice"), world.person("Bob")
    world.befriend(alice, bob)
    if own:
        world.befriend(alice, world.person("Carol"))
        alice.do(alice.api.own_onion("Bob"))
        world.pass_time(30)
    hours, mutes = 2, int(CALLS_AT_ONCE / callers.MUTE_PRICE)
    got = says_nothing(world, bob, hours * 3600, every=20.0)
    assert mutes - 4 <= got <= mutes + 12 * hours + 1


def test_with_a_joined_tor_other_users_of_the_computer_shut_nobody_out(world):
    """Its services can listen on TCP, where they connect as well."""
    alice, bob = world.person("Alice"), world.person("Bob")
    world.befriend(alice, bob)
    status = alice.transport.status
    alice.node._onions._transport = SimpleNamespace(status=replace(status, own=False))
    assert says_nothing(world, bob, 600, every=10.0) >= 59
    assert alice.node._onions._calls.shut_out(world.time.now) == frozenset()


def test_at_a_shared_onion_nobody_is_shut_out_for_it(world):
    """Nobody can tell who it was."""
    alice, bob, carol = befriended(world)
    assert says_nothing(world, bob, 900, every=10.0) >= 89
    assert alice.node._onions._calls.shut_out(world.time.now) == frozenset()
    alice.node._peers._schedule.want = lambda *_, **__: None
    world.cut(alice, carol)
    world.until(lambda: world.linked(alice, carol), 60)


# --- finding 2: two contacts at different onions learn nothing of each other ----------------------


def apart(world: World) -> tuple[Person, Person, Person]:
    """Bob is alone at Alice's first onion, Mallory has one of her own; neither has a link."""
    alice, bob = world.person("Alice"), world.person("Bob")
    world.befriend(alice, bob)
    mallory = world.person("Mallory")
    world.befriend(alice, mallory)
    alice.do(alice.api.own_onion("Mallory"))
    world.until(lambda: world.linked(alice, mallory), 60)
    world.pass_time(60)
    return alice, bob, mallory


def calls_left(world: World, stolen: Stolen) -> int:
    """How often somebody's keys get through in a row."""
    transport = world.network.transport("stolen keys")
    world.time.result(transport.start())
    got = 0
    for number in range(20):
        peer = ScriptedPeer(transport, world.time, SeededRng(f"call {number}"))
        try:
            peer.call(stolen)
        except (DialFailed, OnionchatError):
            break
        got += 1
        peer.hang_up()
        world.pass_time(0.5)
    return got


def calls_itself(alice: Person, own_calls: list[bytes]) -> None:
    """Let Alice's transport test the onion published first, as the one of Tor does."""
    spec = next(s.spec for s in alice.transport._services if s.spec.test_secret)
    own_calls.append(spec.onion_key)
    address = Address(spec.onion_key, spec.test_secret, spec.port)
    alice.transport.dial(address, "self test", Factory.forProtocol(Mute))


def left_after_tests(world: World, monkeypatch, *, known: bool) -> int:
    alice, bob, mallory = apart(world)
    stolen = bob.read(steal)
    assert mallory.read(steal).address.onion_key != stolen.address.onion_key
    bob.stop()
    mallory.stop()
    world.pass_time(7200)
    under_way: list[bytes] = []

    def was_own_call(onion_key):
        if onion_key not in under_way:
            return False
        under_way.remove(onion_key)
        return known

    monkeypatch.setattr(alice.transport, "was_own_call", was_own_call)
    for _ in range(11):
        calls_itself(alice, under_way)
        world.pass_time(22)
    return calls_left(world, stolen)


def test_finding_2_our_own_test_calls_cost_nobody_a_call(world, monkeypatch):
    assert left_after_tests(world, monkeypatch, known=True) == CALLS_AT_ONCE


def test_the_anti_test_counted_they_would_tell_that_somebody_was_tested(world, monkeypatch):
    assert left_after_tests(world, monkeypatch, known=False) < CALLS_AT_ONCE - 3


def calls_for_nothing(world: World, monkeypatch) -> tuple[int, int, int]:
    """Mallory shows her key and opens no channel, as often as she can. Returns how often that was,
    how often we looked after the network, and how often Bob gets through afterwards."""
    alice, bob, mallory = apart(world)
    stolen, bobs = mallory.read(steal), bob.read(steal)
    bob.stop()
    mallory.stop()
    world.pass_time(7200)
    looked: list[None] = []
    monkeypatch.setattr(alice.transport, "disturbed", lambda: looked.append(None))
    transport = world.network.transport("Mallory's keys")
    world.time.result(transport.start())
    got = 0
    for number in range(CALLS_AT_ONCE):
        peer = ScriptedPeer(transport, world.time, SeededRng(f"silent {number}"))
        try:
            peer.call(stolen)
        except (DialFailed, OnionchatError):
            break
        got += 1
        world.pass_time(22)
        assert peer.lost
    return got, len(looked), calls_left(world, bobs)


def test_finding_2_who_calls_and_opens_nothing_pays_for_it_and_has_us_test_nothing(
    world, monkeypatch
):
    assert calls_for_nothing(world, monkeypatch) == (CALLS_AT_ONCE / 2, 0, CALLS_AT_ONCE)


def test_the_anti_test_taken_for_a_broken_line_each_would_have_us_test(world, monkeypatch):
    monkeypatch.setattr(contact_link, "NothingOpened", PeerUnreachable)
    monkeypatch.setattr(Delivery, "nothing_opened", lambda *_: None)
    got, looked, _ = calls_for_nothing(world, monkeypatch)
    assert got == looked > CALLS_AT_ONCE / 2


def test_a_line_that_breaks_is_looked_into_as_before(world, monkeypatch):
    alice, bob = world.person("Alice"), world.person("Bob")
    world.befriend(alice, bob)
    world.pass_time(30)
    looked: list[None] = []
    monkeypatch.setattr(alice.transport, "disturbed", lambda: looked.append(None))
    world.silence(alice, bob)
    alice.send("Bob", "is anybody there?")
    world.until(lambda: looked, 120)
