"""What strangers and contacts can make a node do by calling it, and by hanging up."""

from dataclasses import replace

import pytest
from twisted.internet.protocol import Factory, Protocol

from onionchat.errors import PeerUnreachable
from onionchat.net.transports.interface import VIRTUAL_PORT, Address, DialFailed
from onionchat.node import callers as budget
from onionchat.node import delivery, dialing, exchanges, links, peers
from onionchat.node.changes import ContactUpdated
from onionchat.protocol.contacts.invite import invite_access_key, invite_psk, parse_link
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.link.events import ByeReason
from onionchat.store import contacts
from onionchat.testing.nodes import Person, World
from onionchat.testing.rng import SeededRng
from onionchat.testing.scripted_peer import ScriptedPeer, steal
from onionchat.types import OnionKey


def dials_of(person: Person) -> list[tuple[float, Address]]:
    """The dials of a person from now on: when and where to."""
    made: list[tuple[float, Address]] = []
    dial = person.transport.dial

    def noted(address, *rest, **more):
        made.append((person.world.time.now, address))
        return dial(address, *rest, **more)

    person.transport.dial = noted
    return made


def at_invite(world: World, text: str, number: int) -> ScriptedPeer:
    """Somebody with a link, who calls and says nothing."""
    transport = world.network.transport(f"stranger {number}")
    world.time.result(transport.start())
    peer = ScriptedPeer(transport, world.time, SeededRng(f"stranger {number}"))
    link = parse_link(text)
    address = Address(link.onion_key, invite_access_key(link.token).seed)
    key = AgreementKey(bytes([number + 1]) * 32)
    peer.dial(key, link.agreement_key, address, invite_psk(link.token))
    return peer


# --- hanging up -----------------------------------------------------------------------------------


def hangs_up(monkeypatch, person: Person, after: float) -> None:
    """Let a node end each link to a contact soon, and dial nobody."""
    attach = person.node.delivery.attach

    def attach_shortly(live, *rest, **more):
        link = attach(live, *rest, **more)
        person.reactor.callLater(after, live.close, ByeReason.DONE)
        return link

    monkeypatch.setattr(person.node.delivery, "attach", attach_shortly)
    monkeypatch.setattr(person.node._peers._schedule, "want", lambda *_, **__: None)


def test_a_contact_that_hangs_up_does_not_have_us_dial_all_the_time(world, friends, monkeypatch):
    alice, bob = friends
    hangs_up(monkeypatch, bob, 0.01)
    made = dials_of(alice)
    world.cut(alice, bob)
    world.pass_time(600)
    assert 3 <= len(made) <= 17
    later = [at for at, _ in made[5:]]
    assert all(b - a > 40 for a, b in zip(later, later[1:], strict=False))


def circuits_built(world, friends, monkeypatch, hours: int) -> int:
    """How often Bob is dialled who takes each call and hangs up as soon as the link counts."""
    alice, bob = friends
    hangs_up(monkeypatch, bob, dialing.PROVEN_SECONDS + 1)
    monkeypatch.setattr(bob.node._onions._calls, "called", lambda *_: False)
    made = dials_of(alice)
    world.cut(alice, bob)
    world.pass_time(hours * 3600)
    return len(made)


def test_finding_30_a_contact_that_hangs_up_later_is_dialled_six_times_an_hour_in_the_long_run(
    world, friends, monkeypatch
):
    hours = 3
    made = circuits_built(world, friends, monkeypatch, hours)
    assert dialing.LINKS_AT_ONCE <= made <= dialing.LINKS_AT_ONCE + 6 * hours + 1


def links_to_one_device(world, friends, monkeypatch, hours: int) -> int:
    """How many links Bob gets by being dialled, who states eight more devices: they take turns."""
    alice, bob = friends
    states_devices(world, bob, 8)
    world.pass_time(1)
    hangs_up(monkeypatch, bob, dialing.PROVEN_SECONDS + 1)
    monkeypatch.setattr(bob.node._onions._calls, "called", lambda *_: False)
    made = []
    attach = alice.node.delivery.attach

    def noted(live, *rest, **more):
        made.append(live.dialled)
        return attach(live, *rest, **more)

    monkeypatch.setattr(alice.node.delivery, "attach", noted)
    world.cut(alice, bob)
    world.pass_time(hours * 3600)
    return sum(made)


def test_finding_3_of_many_devices_none_has_more_links_for_having_had_its_turn(
    world, friends, monkeypatch
):
    hours = 6
    made = links_to_one_device(world, friends, monkeypatch, hours)
    assert dialing.LINKS_AT_ONCE <= made <= dialing.LINKS_AT_ONCE + 6 * hours + 1
    alice, _bob = friends
    (card,) = alice.node.directory.all()
    assert len(alice.node._peers._schedule._rests) <= len(card.devices)
    alice.do(alice.api.remove("Bob"))
    world.until(lambda: not alice.node._peers._schedule._rests, 60)


def test_the_anti_test_forgotten_after_each_turn_it_would_have_twice_as_many(
    world, friends, monkeypatch
):
    schedule = friends[0].node._peers._schedule
    drop = schedule.drop

    def forgets(key):
        drop(key)
        schedule._rests.pop(key, None)

    monkeypatch.setattr(schedule, "drop", forgets)
    assert links_to_one_device(world, friends, monkeypatch, 6) > 100


def test_without_a_budget_of_links_it_would_be_once_a_minute(world, friends, monkeypatch):
    monkeypatch.setattr(dialing, "SECONDS_PER_LINK", 1.0)
    assert circuits_built(world, friends, monkeypatch, 1) > 50


def test_finding_26_a_contact_that_moves_whenever_it_hangs_up_is_dialled_no_sooner(
    world, friends, monkeypatch
):
    """What it says of its address may be stored when its link is gone already."""
    alice, bob = friends
    hangs_up(monkeypatch, bob, 0.01)
    monkeypatch.setattr(bob.node._onions._calls, "called", lambda *_: False)
    ports = iter(range(10_000, 60_000))
    disconnected, dial = alice.node.links.disconnected, alice.transport.dial

    def moves(tx):
        (contact,) = contacts.everyone(tx)
        (device,) = contacts.devices(tx, contact.number)
        contacts.put_device(tx, replace(device, port=next(ports)))
        tx.emit(ContactUpdated(contact.number))

    def and_moves(*rest):
        disconnected(*rest)
        alice.reactor.callLater(0, alice.read, moves)

    monkeypatch.setattr(alice.node.links, "disconnected", and_moves)
    # He serves all these ports.
    alice.transport.dial = lambda address, *rest: dial(replace(address, port=VIRTUAL_PORT), *rest)
    made = dials_of(alice)
    world.cut(alice, bob)
    world.pass_time(600)
    assert next(ports) > 10_003
    assert 3 <= len(made) <= 17


def test_a_link_that_lived_is_made_anew_at_once(world, friends):
    alice, bob = friends
    for _ in range(4):
        world.pass_time(dialing.PROVEN_SECONDS + 1)
        world.cut(alice, bob)
        world.until(lambda: world.linked(alice, bob), 5)


def test_hello_and_good_bye_in_one_breath_is_no_end(world, friends, monkeypatch):
    """The link is closing already when its owner wants to open the channel."""
    alice, bob = friends
    dialler = alice if alice.node.directory.all()[0].senior else bob
    attach = dialler.node.delivery.attach
    closing = [True, True]

    def attach_or_not(*rest, **more):
        if closing:
            closing.pop()
            raise PeerUnreachable
        return attach(*rest, **more)

    monkeypatch.setattr(dialler.node.delivery, "attach", attach_or_not)
    world.cut(alice, bob)
    world.until(lambda: not closing and world.linked(alice, bob), 30)


# --- many devices ---------------------------------------------------------------------------------


def states_devices(world: World, person: Person, count: int) -> None:
    """Further devices in the roster that a person's contacts see, each with an onion."""
    victim = next(p for p in world.people if p is not person)
    (card,) = victim.node.directory.all()

    def work(tx):
        for number in range(count):
            mark = bytes([number + 1])
            contacts.put_device(
                tx,
                contacts.ContactDevice(
                    contact=card.number,
                    device_key=SigningKey(mark * 32).public,
                    link_key=AgreementKey(mark * 32).public,
                    onion_key=OnionKey(SigningKey(mark * 31 + b"o").public),
                    access_secret=AgreementKey(mark * 31 + b"a").seed,
                    port=9876,
                    capabilities=0,
                    active=True,
                ),
            )
        tx.emit(ContactUpdated(card.number))

    victim.read(work)


def test_of_a_contact_with_many_devices_only_some_are_dialled_at_a_time(world, friends):
    alice, bob = friends
    states_devices(world, bob, 20)
    bob.stop()
    made = dials_of(alice)
    world.pass_time(600)
    assert len({address.onion_key for _, address in made}) <= links.MAX_DIALLED
    world.pass_time(4 * 3600)
    (card,) = alice.api.directory.all()
    stated = {device.onion_key for device in card.devices}
    dialled = {address.onion_key for _, address in made}
    assert len(stated) == 21
    assert stated <= dialled, "each has its turn"
    assert len(dialled) <= 2 * len(stated), "and is sought at its reserve onion"
    assert len(made) < 400
    bob.start()
    world.until(lambda: world.linked(alice, bob), 60)


def test_links_of_one_contact_are_bounded_whatever_devices_it_has(world, alice, monkeypatch):
    monkeypatch.setattr(budget, "CALLS_AT_ONCE", 100)
    mallory = world.person("Mallory")
    world.befriend(alice, mallory)
    states_devices(world, mallory, 20)
    world.pass_time(5)
    stolen = mallory.read(steal)
    mallory.stop()
    callers = []
    for number in range(20):
        transport = world.network.transport(f"device {number}")
        world.time.result(transport.start())
        peer = ScriptedPeer(transport, world.time, SeededRng(f"device {number}"))
        key = AgreementKey(bytes([number + 1]) * 32)
        peer.dial(key, stolen.victim.link_key, stolen.address)
        world.until(lambda peer=peer: peer.up, 10)
        peer.open("sync")
        callers.append(peer)
    world.pass_time(15)
    assert 1 <= sum(not peer.lost for peer in callers) <= delivery.MAX_CONTACT_LINKS


# --- places that callers hold ---------------------------------------------------------------------


def test_whoever_fills_one_link_keeps_nobody_from_another(world, alice, bob):
    standing, own = alice.invite(standing=True), alice.invite()
    idle = [at_invite(world, standing, number) for number in range(40)]
    world.pass_time(5)
    assert sum(peer.up is not None and not peer.lost for peer in idle) <= exchanges.MAX_CALLERS
    bob.add(own)
    world.until(lambda: bob.states() == {"Alice": "active"}, 10)


def test_whoever_fills_a_link_does_not_keep_the_next_from_it(world, alice, bob):
    text = alice.invite()
    for number in range(40):
        at_invite(world, text, number)
    bob.add(text)
    world.until(lambda: bob.states() == {"Alice": "active"}, 10)


def test_handshakes_that_are_held_open_keep_nobody_out(world, friends, monkeypatch):
    monkeypatch.setattr(peers, "MAX_HANDSHAKES", 8)
    alice, bob = friends
    stolen = bob.read(steal)
    transport = world.network.transport("mallory")
    world.time.result(transport.start())

    class Silent(Protocol):
        lost = False

        def connectionLost(self, reason=None):
            self.lost = True

    held = []
    for number in range(20):
        dialling = transport.dial(stolen.address, f"held {number}", Factory.forProtocol(Silent))
        try:
            held.append(world.time.result(dialling))
        except DialFailed:
            pytest.fail("nobody is refused")
    world.pass_time(1)
    assert [peer.lost for peer in held] == [True] * 12 + [False] * 8
    alice.node._peers._schedule.want = lambda *_, **__: None
    world.cut(alice, bob)
    world.until(lambda: world.linked(alice, bob), 20)


# --- what the transport remembers -----------------------------------------------------------------


def forgotten_by(person: Person) -> list[bytes]:
    gone: list[bytes] = []
    forget = person.transport.forget

    def noted(onion_key):
        gone.append(onion_key)
        return forget(onion_key)

    person.transport.forget = noted
    return gone


def test_the_way_to_a_blocked_contact_is_forgotten(world, friends):
    alice, _bob = friends
    gone = forgotten_by(alice)
    (device,) = alice.node.directory.all()[0].devices
    alice.do(alice.api.block("Bob"))
    world.pass_time(1)
    assert device.onion_key in gone


def test_the_way_to_an_address_that_was_left_is_forgotten(world, friends):
    alice, bob = friends
    gone = forgotten_by(alice)
    (device,) = alice.node.directory.all()[0].devices
    bob.do(bob.api.own_onion("Alice"))
    world.until(lambda: device.onion_key in gone, 20)


def test_the_way_to_an_invite_is_forgotten_once_it_is_done(world, alice, bob):
    gone = forgotten_by(bob)
    text = alice.invite()
    bob.add(text)
    world.until(lambda: parse_link(text).onion_key in gone, 20)


def test_whoever_names_the_onion_of_another_contact_does_not_spoil_its_dials(
    world, alice, bob, carol
):
    """The transport keeps one access secret for an onion: two dials to it never run together."""
    world.befriend(alice, bob)
    world.befriend(alice, carol)
    target, other = alice.node._peers._targets.values()
    lie = Address(target.address.onion_key, bytes(range(32)))
    alice.node._peers._put(replace(other, address=lie))
    running: dict[str, bytes] = {}
    together = []
    dial = alice.transport.dial

    def noted(address, isolation, *rest, **more):
        dialling = dial(address, isolation, *rest, **more)
        together.append(address.onion_key in running.values())
        running[isolation] = address.onion_key
        dialling.addBoth(lambda result: (running.pop(isolation), result)[1])
        return dialling

    alice.transport.dial = noted
    bob.node._peers._schedule.want = lambda *_, **__: None
    carol.node._peers._schedule.want = lambda *_, **__: None
    world.cut(alice, bob)
    world.cut(alice, carol)
    world.until(lambda: world.linked(alice, bob), 60)
    world.pass_time(30)
    assert len(together) > 1
    assert not any(together)


def test_every_service_bounds_the_streams_of_a_circuit(world, friends):
    alice, _bob = friends
    alice.invite()
    world.pass_time(1)
    specs = [service.spec for service in alice.transport._services]
    assert len(specs) >= 2
    assert all(spec.max_streams > 0 for spec in specs)
