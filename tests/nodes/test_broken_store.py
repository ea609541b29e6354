"""A database that fails in a way that nothing foresaw: the node ends, with a sentence."""

import pytest

from onionchat.errors import StorageFailed
from onionchat.node.changes import StoreBroken


def test_a_node_whose_database_broke_ends_with_its_error(world, alice):
    alice.api._bus.publish(StoreBroken(StorageFailed()))
    with pytest.raises(StorageFailed):
        alice.do(alice.api.until_ended())
