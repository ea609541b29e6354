"""The fake node keeps what `NodeApi` promises, so that what is tested with it means something."""

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from onionchat import errors
from onionchat.node.api import NodeApi
from onionchat.node.events import MessageAdded, MessageStateChanged, NodeEvent
from onionchat.testing.fake_node import FakeNode, FakeWorld


class Pair:
    """Two nodes that know each other."""

    def __init__(self) -> None:
        self.clock = Clock()
        world = FakeWorld(self.clock)
        self.alice, self.bob = FakeNode(world, "Alice"), FakeNode(world, "Bob")
        link = run(self.bob.invite(standing=False, lifetime=None)).link
        run(self.alice.add(link, name=None, greeting=""))


def run(coroutine):
    results, failures = [], []
    Deferred.fromCoroutine(coroutine).addCallbacks(results.append, failures.append)
    if failures:
        failures[0].raiseException()
    return results[0]


def public(thing) -> set[str]:
    return {name for kind in thing.__mro__ for name in vars(kind) if not name.startswith("_")}


def test_it_is_a_node() -> None:
    assert public(NodeApi) <= public(FakeNode)


def test_messages_flow_and_states_follow() -> None:
    pair = Pair()
    events: list[NodeEvent] = []
    unsubscribe = pair.alice.subscribe(events.append)
    sent = run(pair.alice.send("Bob", "hi"))
    assert sent.state == "queued"
    pair.clock.advance(1)
    (heard,) = run(pair.bob.history("Alice", limit=10)).messages
    assert (heard.id, heard.text, heard.mine, heard.state) == (sent.id, "hi", False, "received")
    assert [type(e) for e in events if isinstance(e, (MessageAdded, MessageStateChanged))] == [
        MessageAdded,
        MessageStateChanged,
        MessageStateChanged,
    ]
    unsubscribe()
    count = len(events)
    run(pair.alice.send("Bob", "more"))
    assert len(events) == count


def test_what_cannot_be_delivered_stays_queued() -> None:
    pair = Pair()
    pair.bob.reachable = False
    sent = run(pair.alice.send("Bob", "hi"))
    pair.clock.advance(100)
    assert run(pair.alice.status()).queued == 1
    pair.bob.reachable = True
    pair.alice.deliver()
    assert run(pair.alice.wait_delivered(sent.id, 0)).state == "delivered"


def test_the_end() -> None:
    for end in (lambda node: run(node.stop()), lambda node: node.fail(errors.DiskFull())):
        node = Pair().alice
        outcome: list[object] = []
        Deferred.fromCoroutine(node.until_ended()).addBoth(outcome.append)
        assert outcome == []
        end(node)
        assert len(outcome) == 1
        run(node.until_ended())


@pytest.mark.parametrize("name", ["", "Nobody", "0" * 32])
def test_unknown_contacts(name: str) -> None:
    with pytest.raises(errors.UnknownContact):
        run(Pair().alice.send(name, "hi"))
