"""What somebody who may not know it can tell of whether a device is on (goal P3).

He probes fifty times while the device is on and fifty times while it is off, at every address
that he ever had, and takes the outcome and its time for an answer. Guessing tells half of them
right: an area under the curve of 0.5.
"""

import itertools

import pytest

from onionchat.net.transports.interface import Address, DialFailed
from onionchat.protocol.contacts.invite import invite_access_key, parse_link
from onionchat.testing.nodes import Person, World
from onionchat.testing.rng import SeededRng
from onionchat.testing.scripted_peer import ScriptedPeer, steal

PROBES = 25
"""For each of the two addresses, on and off."""


class Prober:
    """Bob's keys, and the link by which he came, in the hands of a program that only probes."""

    def __init__(self, world: World, bob: Person, link: str) -> None:
        self.world = world
        self.stolen = bob.read(steal)
        bob.stop()
        parsed = parse_link(link)
        self.places = [
            (self.stolen.address, self.stolen.victim.link_key),
            (Address(parsed.onion_key, invite_access_key(parsed.token).seed), parsed.agreement_key),
        ]
        self.transport = world.network.transport("prober")
        world.time.result(self.transport.start())
        self.number = itertools.count()

    def probe(self, place: int) -> tuple[str, float]:
        """The outcome of one attempt and how long it took."""
        address, remote = self.places[place]
        peer = ScriptedPeer(
            self.transport, self.world.time, SeededRng(f"probe {next(self.number)}")
        )
        began = self.world.time.now
        try:
            peer.dial(self.stolen.link, remote, address)
            self.world.until(lambda: peer.up or peer.lost, 60)
            outcome = "up" if peer.up else "closed"
            peer.hang_up()
        except DialFailed as failed:
            outcome = failed.reason.value
        took = self.world.time.now - began
        self.world.pass_time(20)
        return outcome, took

    def probes(self) -> list[tuple[str, float]]:
        return [self.probe(number % 2) for number in range(2 * PROBES)]


def area(on: list[tuple[str, float]], off: list[tuple[str, float]]) -> float:
    """The area under the curve of the best classifier of outcomes, times breaking ties."""
    names = sorted({outcome for outcome, _ in [*on, *off]})
    share = {
        name: sum(o == name for o, _ in on) / (1 + sum(o == name for o, _ in [*on, *off]))
        for name in names
    }

    def score(probe: tuple[str, float]) -> tuple[float, float]:
        return share[probe[0]], round(probe[1], 3)

    wins = [
        1.0 if score(a) > score(b) else 0.5 if score(a) == score(b) else 0.0
        for a in on
        for b in off
    ]
    found = sum(wins) / len(wins)
    return max(found, 1 - found)


def measured(world: World, alice: Person, prober: Prober) -> float:
    on = prober.probes()
    alice.stop()
    off = prober.probes()
    alice.start()
    return area(on, off)


@pytest.fixture
def met(world: World, alice: Person, bob: Person, carol: Person) -> str:
    """Bob came by a one-time link, Carol is somebody else's contact of the same group."""
    world.befriend(alice, carol)
    link = alice.invite()
    bob.add(link, "Alice")
    world.until(lambda: world.linked(alice, bob))
    return link


def test_a_blocked_contact_cannot_tell_whether_the_device_is_on(world, alice, bob, met):
    alice.do(alice.api.block("Bob"))
    world.pass_time(30)
    assert measured(world, alice, Prober(world, bob, met)) <= 0.55


def test_a_removed_contact_cannot_tell_whether_the_device_is_on(world, alice, bob, met):
    alice.do(alice.api.remove("Bob"))
    world.pass_time(30)
    assert measured(world, alice, Prober(world, bob, met)) <= 0.55


def test_somebody_who_is_hidden_from_cannot_tell_whether_the_device_is_on(world, alice, bob, met):
    alice.do(alice.api.set_visibility("hidden", contact="Bob"))
    world.pass_time(30)
    assert measured(world, alice, Prober(world, bob, met)) <= 0.55


def test_a_contact_can_tell_so_the_measure_sees_something(world, alice, bob, met):
    assert measured(world, alice, Prober(world, bob, met)) >= 0.7
