"""Goal X4: a contact that sends as much as it can takes nobody's turn.

Nothing here looks at a clock of this world: what is counted is the work that the node did for one
contact between two steps for others, by the tariff of `onionchat.node.shares`.
"""

import pytest
from twisted.internet.defer import gatherResults

from onionchat.node import batches, shares
from onionchat.node.changes import EntriesCommitted
from onionchat.node.shares import AT_ONCE, SHARE, cost_of
from onionchat.testing.nodes import Person, World

MANY = 4000
"""Texts that wait at Mallory: three times what is taken at once."""

SECONDS = 3


class Watch:
    """What Alice's node committed of Mallory, and when."""

    def __init__(self, alice: Person, mallory: Person) -> None:
        self.commits: list[tuple[float, float]] = []
        (self._card,) = (c for c in alice.node.directory.all() if c.petname == mallory.name)
        self._time = alice.world.time
        alice.node._bus.subscribe(EntriesCommitted, self._committed)

    def _committed(self, event: EntriesCommitted) -> None:
        if event.contact == self._card.number:
            work = cost_of(committed.entry for committed in event.entries)
            self.commits.append((self._time.now, work))

    @property
    def largest(self) -> float:
        """Seconds of work in the largest commit."""
        return max(work for _, work in self.commits)

    @property
    def work(self) -> float:
        """Seconds of work in all of them."""
        return sum(work for _, work in self.commits)


@pytest.fixture
def three(world: World, friends: tuple[Person, Person]) -> tuple[Person, Person, Person]:
    """Alice and Bob, and Mallory, who has much to say to Alice and is about to get through."""
    alice, bob = friends
    mallory = world.person("Mallory")
    world.befriend(alice, mallory)
    world.part(alice, mallory)
    world.cut(alice, mallory)
    world.pass_time(shares.TALKING_SECONDS + 1)
    for first in range(0, MANY, 500):
        texts = [str(number) for number in range(first, first + 500)]
        world.time.result(
            gatherResults([mallory.begin(mallory.api.send("Alice", text)) for text in texts])
        )
    return alice, bob, mallory


def flood(world: World, three: tuple[Person, Person, Person], *, talking: bool) -> Watch:
    """Some seconds of it from when it begins to come, while Bob talks with Alice, or nobody."""
    alice, bob, mallory = three
    watch = Watch(alice, mallory)
    world.heal(alice, mallory)
    for moment in range(9000):
        if watch.commits:
            break
        if talking and moment % 100 == 0:
            bob.send("Alice", "are you there?")
        world.pass_time(0.1)
    for number in range(SECONDS):
        if talking:
            bob.send("Alice", f"honest {number}")
        world.pass_time(1)
    return watch


def limit() -> float:
    """Seconds of work that are Mallory's due in that time, with the reads that were under way."""
    return SHARE * SECONDS + 2 * AT_ONCE


def test_while_others_talk_a_contact_has_its_share_in_small_pieces(world, three):
    alice, _, _ = three
    watch = flood(world, three, talking=True)
    assert watch.largest <= batches.PIECE
    assert 0.5 * SHARE * SECONDS <= watch.work <= limit()
    assert alice.texts("Bob")[-SECONDS:] == [f"honest {number}" for number in range(SECONDS)]


def test_all_of_it_arrives_once_and_in_order(world, three):
    alice, _, mallory = three
    flood(world, three, talking=True)
    assert len(alice.texts("Mallory")) < MANY
    calls = mallory.transport.network.dials
    world.until(lambda: len(alice.texts("Mallory")) == MANY, 60)
    assert alice.texts("Mallory") == [str(number) for number in range(MANY)]
    assert mallory.transport.network.dials == calls  # all on one link
    world.until(lambda: mallory.contact("Alice").queued == 0, 60)


def test_while_nobody_else_talks_it_is_taken_as_fast_as_it_comes(world, three):
    watch = flood(world, three, talking=False)
    assert watch.largest > batches.PIECE
    assert watch.work > limit()


def test_a_link_that_ends_in_the_middle_of_a_batch_loses_and_doubles_nothing(world, three):
    alice, bob, mallory = three
    flood(world, three, talking=True)
    for number in range(5):
        world.cut(alice, mallory)
        bob.send("Alice", f"again {number}")
        world.until(lambda: world.linked(alice, mallory), 900)
        world.pass_time(0.5)
    world.until(lambda: len(alice.texts("Mallory")) == MANY, 900)
    assert alice.texts("Mallory") == [str(number) for number in range(MANY)]


def test_without_the_accounts_a_contact_takes_more_than_its_share(world, three, monkeypatch):
    """The anti-test."""
    monkeypatch.setattr(shares.Shares, "crowded", lambda *_: False)
    watch = flood(world, three, talking=True)
    assert watch.largest > batches.PIECE
    assert watch.work > limit()
