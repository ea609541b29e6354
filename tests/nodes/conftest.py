"""Whole nodes in virtual time; see onionchat/testing/nodes.py."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from onionchat.protocol.journal.entry import NO_ENTRY, EntryKind, sign_entry
from onionchat.protocol.rooms.bodies import encode_text
from onionchat.protocol.sync.messages import Have, encode_message
from onionchat.protocol.sync.names import Names, frontier_digest
from onionchat.protocol.sync.position import Position
from onionchat.testing.devices import acquaint
from onionchat.testing.nodes import Person, World
from onionchat.testing.rng import SeededRng
from onionchat.testing.scripted_peer import ScriptedPeer, Stolen, steal
from onionchat.testing.virtual_time import EPOCH


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: what dies here is processes, not machines."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory) as made:
        yield Path(made)


@pytest.fixture
def world(folder: Path) -> Iterator[World]:
    made = World(folder)
    yield made
    made.end()


@pytest.fixture
def alice(world: World) -> Person:
    return world.person("Alice")


@pytest.fixture
def bob(world: World) -> Person:
    return world.person("Bob")


@pytest.fixture
def carol(world: World) -> Person:
    return world.person("Carol")


@pytest.fixture
def friends(world: World, alice: Person, bob: Person) -> tuple[Person, Person]:
    """Alice and Bob as contacts with a link between them."""
    world.befriend(alice, bob)
    return alice, bob


class Mallory:
    """A contact whose keys a script uses; `journal` numbers what it signs."""

    def __init__(self, world: World, victim: Person) -> None:
        self.world = world
        self.victim = victim
        person = world.person("Mallory")
        world.befriend(victim, person)
        world.pass_time(5)
        self.keys: Stolen = person.read(steal)
        person.stop()
        self.seq = 0
        self.tip = NO_ENTRY
        self.calls = 0

    def call(self) -> ScriptedPeer:
        """A link that is up."""
        self.calls += 1
        transport = self.world.network.transport(f"script {self.calls}")
        self.world.time.result(transport.start())
        peer = ScriptedPeer(transport, self.world.time, SeededRng(self.calls))
        peer.call(self.keys)
        assert peer.up is not None
        return peer

    def sync(self) -> tuple[ScriptedPeer, int]:
        """A link whose sync has begun truthfully."""
        peer = self.call()
        channel = peer.open("sync")
        names = Names(peer.up.handshake_hash)
        said = {
            names.of(journal): {names.of(author): seq for author, seq in has.items()}
            for journal, has in self.keys.has.items()
        }
        if self.seq:
            there = Position.of(self.seq, self.tip)
            said[names.of(self.keys.direct)] = {names.of(self.keys.device.public): there}
        have = Have(frontier_digest(said), list(said.items()), True, False)
        peer.say(channel, encode_message(have))
        return peer, channel

    def entry(self, text: str = "hi", *, kind: int = EntryKind.TEXT, body=None, **more) -> bytes:
        """The next entry of our log."""
        made = sign_entry(
            more.get("key", self.keys.device),
            more.get("journal", self.keys.direct),
            more.get("seq", self.seq + 1),
            more.get("previous", self.tip),
            more.get("parents", ()),
            more.get("time", EPOCH + int(self.world.time.now * 1000)),
            kind,
            encode_text(text) if body is None else body,
        )
        if not more:
            self.seq, self.tip = made.header.seq, made.id
        return made.to_bytes()


@pytest.fixture
def mallory(world: World, friends: tuple[Person, Person]) -> Mallory:
    return Mallory(world, friends[0])


@pytest.fixture
def laptop(world, alice):
    """Another device of Alice's."""
    return world.device(alice, "Laptop")


@pytest.fixture
def both(world, alice, laptop):
    """Alice's two devices with a link between them."""
    world.until(lambda: world.joined(alice, laptop))
    return alice, laptop


@pytest.fixture
def three(world, both, bob):
    """Alice's two devices, and Bob, whom both know and who is linked to the older one only."""
    alice, laptop = both
    world.part(laptop, bob)
    world.befriend(alice, bob)
    acquaint(laptop, "Bob")
    return alice, laptop, bob
