"""A profile that is moved back in time without a trace (a snapshot of the disk or of the machine),
and that writes before it hears what it had written already.

Finding 1 of the security audit: such a text took a number that was in use, was shown as delivered
because the contact had "number 2", never arrived, and nothing could be sent any more.
"""

import pytest

from onionchat.errors import RestoredBackup
from onionchat.testing.nodes import Person, World
from onionchat.testing.snapshot import Snapshot
from onionchat.views import Warned


def both_have(world: World, alice: Person, bob: Person, texts: list[str]) -> None:
    """Every text is on both sides once, in one order, delivered; nobody is accused."""
    world.until(lambda: sorted(bob.texts("Alice")) == sorted(texts), 900)
    world.pass_time(5)
    here, there = alice.history("Bob"), bob.history("Alice")
    assert [m.id for m in here] == [m.id for m in there]
    assert sorted(m.text for m in here) == sorted(texts)
    assert {m.state for m in here if m.mine} == {"delivered"}
    assert bob.contact("Alice").trust == alice.contact("Bob").trust == "unvalidated"
    assert alice.contact("Bob").queued == 0
    assert alice.contact("Bob").last_text == here[-1].text
    assert alice.do(alice.api.doctor())
    assert not [w for w in alice.told(Warned) if "Two copies" in w.sentence]


def write_on_and_go_back(world, alice, bob, folder, after: int, again: int) -> list[str]:
    """`after` texts that are forgotten, then `again` others before the first link."""
    alice.send("Bob", "before")
    world.pass_time(5)
    snapshot = Snapshot(alice, folder)
    world.until(lambda: world.linked(alice, bob))
    first = [f"after {n}" for n in range(after)]
    for text in first:
        alice.send("Bob", text)
    world.until(lambda: bob.texts("Alice") == ["before", *first], 300)
    world.pass_time(5)
    alice.stop()
    snapshot.put_back()
    world.part(alice, bob)
    alice.start()
    second = [f"again {n}" for n in range(again)]
    for text in second:
        alice.send("Bob", text)
    return ["before", *first, *second]


@pytest.mark.parametrize(("after", "again"), [(2, 1), (1, 1), (1, 3), (3, 2), (0, 2)])
def test_finding_1_what_is_written_before_the_first_link_arrives(
    world, friends, folder, after, again
):
    alice, bob = friends
    texts = write_on_and_go_back(world, alice, bob, folder, after, again)
    assert all(m.state == "queued" for m in alice.history("Bob")[-again:])
    world.heal(alice, bob)
    both_have(world, alice, bob, texts)
    assert alice.texts("Bob")[-again:] == texts[-again:]
    warned = [w for w in alice.told(Warned) if "moved back in time. What" in w.sentence]
    assert len(warned) == (1 if after else 0)
    alice.send("Bob", "and on")
    bob.send("Alice", "and on, too")
    world.pass_time(10)
    assert alice.texts("Bob") == bob.texts("Alice")
    assert len(alice.texts("Bob")) == len(texts) + 2
    alice.restart()
    alice.send("Bob", "after a restart")
    world.until(lambda: "after a restart" in bob.texts("Alice"), 60)


def test_finding_1_nothing_is_delivered_that_is_not_there(world, friends, folder):
    """At no moment a text is shown as delivered that the contact does not have."""
    alice, bob = friends
    write_on_and_go_back(world, alice, bob, folder, 2, 2)
    world.heal(alice, bob)
    for _ in range(600):
        world.pass_time(0.05)
        arrived = {m.id for m in bob.history("Alice")}
        assert all(m.id in arrived for m in alice.history("Bob") if m.state == "delivered")


def test_finding_1_a_text_that_was_queued_then_and_delivered_since_is_there_once(
    world, friends, folder
):
    alice, bob = friends
    world.part(alice, bob)
    alice.send("Bob", "queued")
    snapshot = Snapshot(alice, folder)
    world.heal(alice, bob)
    world.until(lambda: bob.texts("Alice") == ["queued"], 300)
    alice.send("Bob", "after")
    world.until(lambda: "after" in bob.texts("Alice"), 300)
    world.pass_time(5)
    alice.stop()
    snapshot.put_back()
    world.part(alice, bob)
    alice.start()
    alice.send("Bob", "again")
    world.heal(alice, bob)
    both_have(world, alice, bob, ["queued", "after", "again"])


@pytest.mark.parametrize("seed", range(6))
def test_finding_1_links_that_break_in_the_middle_lose_nothing(world, friends, folder, seed):
    alice, bob = friends
    texts = write_on_and_go_back(world, alice, bob, folder, 5, 3)
    world.heal(alice, bob)
    sent = []
    for number in range(25):
        world.pass_time(0.03 * (1 + (number * 7 + seed * 3) % 11))
        if number % 3 == 0:
            world.cut(alice, bob)
        elif number % 5 == seed % 5:
            alice.kill()
            alice.start()
        else:
            text = f"meanwhile {number}"
            try:
                alice.send("Bob", text)
            except RestoredBackup:
                continue
            sent.append(text)
    both_have(world, alice, bob, texts + sent)


def test_finding_1_it_happens_again_and_again(world, friends, folder):
    alice, bob = friends
    texts = write_on_and_go_back(world, alice, bob, folder, 2, 1)
    world.heal(alice, bob)
    both_have(world, alice, bob, texts)
    for turn in range(2):
        snapshot = Snapshot(alice, folder / f"{turn}")
        world.until(lambda: world.linked(alice, bob))
        alice.send("Bob", f"turn {turn}")
        world.until(lambda number=turn: f"turn {number}" in bob.texts("Alice"), 300)
        world.pass_time(5)
        alice.stop()
        snapshot.put_back()
        world.part(alice, bob)
        alice.start()
        alice.send("Bob", f"turn {turn} again")
        world.heal(alice, bob)
        texts += [f"turn {turn}", f"turn {turn} again"]
        both_have(world, alice, bob, texts)


def test_finding_1_addresses_that_were_stated_meanwhile_are_stated_again(
    world, friends, carol, folder
):
    """The roster is a log, too: its statements are not written again, the newest one is made."""
    alice, bob = friends
    snapshot = Snapshot(alice, folder)
    world.until(lambda: world.linked(alice, bob))
    alice.do(alice.api.own_onion("Bob"))
    world.pass_time(20)
    alice.stop()
    snapshot.put_back()
    world.part(alice, bob)
    alice.start()
    alice.do(alice.api.own_onion("Bob"))
    alice.send("Bob", "from the new address")
    world.heal(alice, bob)
    both_have(world, alice, bob, ["from the new address"])
    # Bob knows where Alice is now: he finds her by himself.
    alice.stop()
    world.pass_time(100)
    bob.restart()
    alice.start()
    bob.send("Alice", "found you")
    world.until(lambda: "found you" in alice.texts("Bob"), 300)
    assert bob.contact("Alice").trust == "unvalidated"
