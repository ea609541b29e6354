"""Devices of one person and a contact on a bad network: everything arrives everywhere, once."""

from random import Random

import pytest

from onionchat.node.delivery import Delivery
from onionchat.testing.devices import said, share


@pytest.mark.parametrize("seed", range(4))
def test_whatever_breaks_all_have_the_same_in_the_end(world, three, monkeypatch, seed):
    alice, laptop, bob = three
    world.heal(laptop, bob)
    violations = []
    monkeypatch.setattr(Delivery, "violation", lambda _, link, error: violations.append(error))
    random = Random(seed)
    people = {alice: "Bob", laptop: "Bob", bob: "Alice"}
    pairs = ((alice, laptop), (alice, bob), (laptop, bob))
    sent, put = [], []
    for step in range(60):
        world.pass_time(random.choice((0.01, 0.1, 1.0, 5.0)))
        person = random.choice(list(people))
        match random.randrange(8):
            case 0:
                world.cut(*random.choice(pairs))
            case 1:
                world.silence(*random.choice(pairs))
            case 2:
                person.kill(noticed=random.random() < 0.5)
                person.start()
            case 3:
                person.restart()
            case 4:
                device = random.choice((alice, laptop))
                put.append(("step", str(step)))
                share(device, put[-1], b"")
            case _:
                sent.append(f"step {step}")
                person.send(people[person], sent[-1])
    world.until(
        lambda: all(sorted(it.texts(of)) == sorted(sent) for it, of in people.items()), 3600
    )
    world.until(lambda: said(alice) == said(laptop) and set(put) <= set(said(alice)), 3600)
    assert alice.texts("Bob") == laptop.texts("Bob") == bob.texts("Alice")
    world.until(lambda: world.joined(alice, laptop), 1200)
    for device in (alice, laptop):
        world.until(lambda device=device: device.contact("Bob").queued == 0, 3600)
    assert violations == []
