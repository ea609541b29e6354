"""What texts look like to an observer of the link (goal P1): few sizes, whatever is written."""

import pytest

from benchmarks.counting import Counted
from onionchat.protocol.link import scheduler
from onionchat.protocol.session import records
from onionchat.protocol.wire.records import CELL
from onionchat.testing.rng import SeededRng

MAX_SIZES = 4
"""At most two bits of a text's length are shown."""


class AnyLength:
    def __contains__(self, length: object) -> bool:
        return True


@pytest.fixture
def counted():
    made = Counted()
    yield made
    made.close()


def sizes_of_texts(world, counted) -> list[int]:
    """Of the records that carry 60 texts of up to 300 characters, one by one."""
    alice, bob = world.person("Alice"), world.person("Bob")
    world.befriend(alice, bob)
    world.pass_time(60)
    counted.clear()
    rng = SeededRng("sizes")
    for length in (1, 2, 10, 100, 300, *(int(rng.uniform(1, 300)) for _ in range(55))):
        alice.send("Bob", "x" * length)
        world.pass_time(3)
    return [size for clock, size in counted.written if clock is alice.reactor]


def test_texts_have_at_most_four_sizes(world, counted):
    sizes = sizes_of_texts(world, counted)
    assert len(sizes) >= 60
    assert len(set(sizes)) <= MAX_SIZES
    assert min(sizes) == CELL


def test_without_padding_nearly_every_length_would_show(world, counted, monkeypatch):
    for module in (records, scheduler):
        monkeypatch.setattr(module, "content_size", lambda wanted: wanted)
    monkeypatch.setattr(records, "RECORD_SIZES", AnyLength())
    assert len(set(sizes_of_texts(world, counted))) > 30
