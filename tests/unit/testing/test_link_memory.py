"""How much memory belongs to one link: `held` of the simulator."""

import sys

from onionchat.protocol.sync.incoming import Incoming
from onionchat.protocol.sync.position import Position
from onionchat.testing.simulation.memory import held


def test_what_objects_of_the_protocol_refer_to_is_theirs():
    incoming = Incoming()
    before = held(incoming)
    incoming._refused.add(bytes(10_000))
    assert held(incoming) - before >= 10_000
    assert held(Position(1, bytes(8))) > sys.getsizeof(bytes(8))


def test_each_object_counts_once_however_often_it_is_referred_to():
    one = bytearray(5000)
    assert held([one, one]) < 2 * 5000
    ring = []
    ring.append(ring)
    assert held(ring) == sys.getsizeof(ring)


def test_what_all_links_share_does_not_count():
    class Shell:
        def __init__(self):
            self.everything = bytes(100_000)

    shell = Shell()
    assert held([shell, shell.__init__, Shell, sys]) < 1000
