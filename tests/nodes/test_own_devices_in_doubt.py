"""Devices of one person, one of which was moved back in time: no number is signed twice and sent,
nothing that the person did is lost (docs/spec/07-sync.md, "Own links", "Own logs in doubt")."""

import pytest

from onionchat.errors import RestoredBackup
from onionchat.node import restored
from onionchat.store import unwritten
from onionchat.testing.devices import revoke, said, share
from onionchat.testing.snapshot import Snapshot
from onionchat.views import Warned


def warned(person, words):
    return [event for event in person.told(Warned) if words in event.sentence]


def unsure(person):
    return person.read(restored.unsure)


def test_a_copy_shares_nothing_before_the_other_device_was_met(world, both, folder):
    """What the person does goes on meanwhile, and is told then."""
    alice, laptop = both
    alice.do(alice.api.backup(str(folder / "backup")))
    share(alice, ("after", "the backup"), b"1")
    world.until(lambda: ("after", "the backup") in said(laptop), 30)
    alice.stop()
    for file in (folder / "backup").iterdir():
        (alice.profile / file.name).write_bytes(file.read_bytes())
    for file in alice.profile.glob("onionchat.db-*"):
        file.unlink()
    world.part(alice, laptop)
    alice.start()
    share(alice, ("meanwhile",), b"2")
    assert ("meanwhile",) not in said(alice)
    assert alice.invite()
    world.heal(alice, laptop)
    world.until(lambda: ("meanwhile",) in said(laptop), 1200)
    world.until(lambda: said(alice) == said(laptop), 60)
    assert ("after", "the backup") in said(alice)
    assert unsure(alice) == set()
    assert alice.read(unwritten.take) == []
    assert not warned(alice, "Two copies")


def test_what_was_put_for_a_number_that_is_in_use_is_put_again(world, both, folder):
    """A snapshot tells nothing of itself: the number is signed twice, and sent once."""
    alice, laptop = both
    snapshot = Snapshot(alice, folder)
    share(alice, ("first",), b"1")
    world.until(lambda: ("first",) in said(laptop), 60)
    alice.stop()
    snapshot.put_back()
    world.part(alice, laptop)
    alice.start()
    share(alice, ("second",), b"2")
    assert ("first",) not in said(alice)
    world.heal(alice, laptop)
    world.until(lambda: said(alice) == said(laptop) and ("second",) in said(alice), 1200)
    assert said(alice)[-2:] == [("first",), ("second",)]
    for device in both:
        assert not warned(device, "Two copies")
        assert not warned(device, "signed two different")
        assert unsure(device) == set()
    share(alice, ("third",), b"3")
    world.until(lambda: ("third",) in said(laptop), 60)


@pytest.fixture
def moved_back(world, three, folder):
    """The laptop has a text of the old device's that Bob has not, and the old device has written
    another one in its place before it met either of them."""
    alice, laptop, bob = three
    snapshot = Snapshot(alice, folder)
    world.until(lambda: world.joined(alice, laptop), 60)
    world.part(alice, bob)
    alice.send("Bob", "first")
    world.until(lambda: laptop.texts("Bob") == ["first"], 60)
    alice.stop()
    snapshot.put_back()
    world.part(alice, laptop)
    alice.start()
    alice.send("Bob", "second")
    return alice, laptop, bob


def test_a_text_that_an_own_device_has_otherwise_comes_behind_it(world, moved_back):
    """Though the contact has neither of them."""
    alice, laptop, bob = moved_back
    world.heal(alice, laptop)
    world.until(lambda: laptop.texts("Bob") == ["first", "second"], 1200)
    world.heal(alice, bob)
    world.until(lambda: bob.texts("Alice") == alice.texts("Bob") == ["first", "second"], 1200)
    world.until(lambda: {m.state for m in alice.history("Bob")} == {"delivered"}, 60)
    assert alice.contact("Bob").queued == 0
    assert bob.contact("Alice").trust == "unvalidated"
    for device in (alice, laptop):
        assert not warned(device, "Two copies")
        assert not warned(device, "signed two different")
    assert unsure(alice) == set()


def claim(world, moved_back):
    """Let the old device hear that the laptop has more, and lose it before that has come."""
    alice, laptop, _bob = moved_back
    world.heal(alice, laptop)
    world.until(lambda: unsure(alice), 1200)
    world.part(alice, laptop)
    world.cut(alice, laptop)
    world.pass_time(1)
    assert unsure(alice)


def test_what_an_own_device_claims_keeps_a_contact_in_doubt(world, moved_back):
    """Whatever the contact itself says: it has less."""
    alice, laptop, bob = moved_back
    claim(world, moved_back)
    world.heal(alice, bob)
    world.until(lambda: world.linked(alice, bob), 1200)
    world.pass_time(60)
    assert unsure(alice)
    with pytest.raises(RestoredBackup):
        alice.send("Bob", "third")
    assert bob.texts("Alice") == []
    world.heal(alice, laptop)
    world.until(lambda: bob.texts("Alice") == ["first", "second"], 1200)
    alice.send("Bob", "third")
    world.until(lambda: laptop.texts("Bob") == ["first", "second", "third"], 60)


def test_a_revoked_device_keeps_nobody_in_doubt(world, moved_back):
    alice, laptop, bob = moved_back
    claim(world, moved_back)
    revoke(alice, laptop.self_key())
    world.pass_time(1)
    assert unsure(alice) == set()
    world.heal(alice, bob)
    alice.send("Bob", "third")
    world.until(lambda: bob.texts("Alice") == ["second", "third"], 1200)


@pytest.mark.parametrize("seed", range(4))
def test_links_that_break_in_the_middle_lose_nothing(world, moved_back, seed):
    alice, laptop, bob = moved_back
    world.heal(alice, laptop)
    sent = ["first", "second"]
    for number in range(20):
        world.pass_time(0.05 * (1 + (number * 7 + seed * 3) % 11))
        if number % 3 == 0:
            world.cut(alice, laptop)
        elif number % 5 == seed:
            alice.kill()
            alice.start()
        else:
            try:
                alice.send("Bob", f"meanwhile {number}")
            except RestoredBackup:
                continue
            sent.append(f"meanwhile {number}")
    world.until(lambda: laptop.texts("Bob") == alice.texts("Bob"), 1200)
    world.until(lambda: unsure(alice) == set(), 60)
    world.heal(alice, bob)
    everybody = (alice.texts, "Bob"), (laptop.texts, "Bob"), (bob.texts, "Alice")
    world.until(lambda: all(sorted(has(of)) == sorted(sent) for has, of in everybody), 1200)
    assert alice.texts("Bob") == laptop.texts("Bob") == bob.texts("Alice")
    assert not warned(alice, "Two copies")


def test_where_it_cannot_be_helped_the_person_is_told_and_the_contact_accuses_nobody(
    world, moved_back
):
    """The limit: the contact is met first, and nobody tells that the number is in use. Then one of
    the two devices has to go; the contact notices nothing of it."""
    alice, laptop, bob = moved_back
    world.heal(alice, bob)
    world.until(lambda: bob.texts("Alice") == ["second"], 1200)
    world.heal(alice, laptop)
    world.until(lambda: warned(alice, "Two copies of this profile have written to your"), 1200)
    world.pass_time(60)
    assert not warned(alice, "to this contact")
    people = ((bob, "Alice"), (alice, "Bob"), (laptop, "Bob"))
    assert {person.contact(of).trust for person, of in people} == {"unvalidated"}
    bob.send("Alice", "still here")
    world.until(lambda: "still here" in alice.texts("Bob"), 60)
    with pytest.raises(RestoredBackup):
        alice.send("Bob", "third")
    revoke(alice, laptop.self_key())
    world.pass_time(1)
    alice.send("Bob", "third")
    world.until(lambda: bob.texts("Alice")[-1] == "third", 60)
