"""Two copies of one profile: whoever keeps using both, or steals one, is noticed, and no text is
lost. A copy that takes the place of a lost original: test_restored_backup.py.
"""

import shutil
from pathlib import Path

import pytest

from onionchat.node.notices import COPY_IN_USE
from onionchat.testing.nodes import Person, World
from onionchat.views import Warned

COPIES = ["backup", "copied folder"]


@pytest.fixture(params=COPIES)
def twin(request, world: World, friends: tuple[Person, Person], folder: Path) -> Person:
    """A copy of Alice's profile as of now, whose node does not run yet."""
    alice, _bob = friends
    alice.send("Bob", "before")
    world.pass_time(10)
    path = folder / "copy"
    if request.param == "backup":
        alice.do(alice.api.backup(str(path)))
    else:
        alice.stop()
        shutil.copytree(alice.profile, path)
        alice.start()
    twin = Person(world, "Alice", path)
    world.people.append(twin)
    world.until(lambda: world.linked(*friends), 700)
    return twin


def alarms(person: Person) -> list[Warned]:
    return [event for event in person.told(Warned) if event.sentence == COPY_IN_USE]


def stands(person: Person) -> bool:
    """Whether it stands in `status`, for somebody who looks much later."""
    return COPY_IN_USE in person.do(person.api.status()).warnings


def have_all(world: World, one: Person, other: Person, *texts: str) -> None:
    """Each text is on both sides, once, in one order, and delivered where it says so."""
    world.until(lambda: len(other.texts(one.name)) >= len(texts), 900)
    world.pass_time(5)
    here, there = one.history(other.name), other.history(one.name)
    assert [m.id for m in here] == [m.id for m in there]
    assert sorted(m.text for m in here) == sorted(texts)
    assert {m.state for m in here if m.mine} == {"delivered"}


def test_in_turn_the_original_tells_and_nothing_is_lost(world, friends, twin):
    """Somebody uses a stolen copy while the original is switched off."""
    alice, bob = friends
    alice.stop()
    twin.start()
    world.until(lambda: world.linked(twin, bob), 700)
    world.pass_time(5)
    twin.send("Bob", "by the copy")
    have_all(world, twin, bob, "before", "by the copy")
    twin.stop()
    alice.start()
    # Written before anybody could tell it of the other: its number is used already.
    alice.send("Bob", "by the original")
    have_all(world, alice, bob, "before", "by the copy", "by the original")
    (alarm,) = alarms(alice)
    assert alarm.contact == alice.contact("Bob").id
    # Bob cannot tell: what came was one log, without a fork. Nor has he any reason to.
    assert bob.contact("Alice").trust == "unvalidated"
    world.pass_time(7200)
    assert stands(alice)


def test_in_turn_again_the_copy_tells_too(world, friends, twin):
    """It has met Bob before, so more than it knows of is no surprise of a restored backup now."""
    alice, bob = friends
    alice.stop()
    twin.start()
    world.until(lambda: world.linked(twin, bob), 700)
    world.pass_time(5)
    assert alarms(twin) == []
    twin.stop()
    alice.start()
    alice.send("Bob", "by the original")
    have_all(world, alice, bob, "before", "by the original")
    alice.stop()
    twin.start()
    twin.send("Bob", "by the copy")
    have_all(world, twin, bob, "before", "by the original", "by the copy")
    assert len(alarms(twin)) == 1
    assert stands(twin)


def test_at_once_all_three_are_told_and_nothing_is_lost(world, friends, twin):
    alice, bob = friends
    twin.start()
    # The copy may write once Bob was reached and has given back all he has.
    world.until(lambda: "Bob" in twin.links() and not unsure(twin), 700)
    sent = {"before"}
    # Both in one breath: two texts for one place.
    first = [person.begin(person.api.send("Bob", text)) for person, text in both(alice, twin)]
    for waiting in first:
        world.time.result(waiting)
    sent |= {"by the original", "by the copy"}
    world.until(lambda: alarms(alice) and alarms(twin), 900)
    assert stands(alice) and stands(twin)
    world.until(lambda: bob.contact("Alice").trust == "compromised", 900)
    assert [w for w in bob.told(Warned) if "signed two different messages" in w.sentence]
    world.pass_time(900)
    for person in (alice, twin):
        # What Bob has not is not said to be with him.
        his = {m.id for m in bob.history("Alice")}
        assert all(m.id in his for m in person.history("Bob") if m.state == "delivered")
        # And what the person wrote is still there, and either arrived or is to be seen as not.
        own = {text for one, text in both(alice, twin) if one is person}
        assert own <= set(person.texts("Bob"))
    assert sent >= set(bob.texts("Alice"))


def test_at_once_and_silent_the_copy_is_found_with_its_first_word(world, friends, twin):
    """It reads along as long as it writes nothing: that, nobody can see. With the first text both
    originals know."""
    alice, bob = friends
    twin.start()
    world.until(lambda: "Bob" in twin.links() and not unsure(twin), 700)
    world.pass_time(60)
    assert alarms(alice) == alarms(twin) == []
    twin.send("Bob", "by the copy")
    world.until(lambda: alarms(alice), 900)
    world.until(lambda: "by the copy" in alice.texts("Bob"), 900)
    assert "by the copy" in bob.texts("Alice")


def test_a_restored_backup_raises_no_alarm(world, friends, twin):
    """The original is gone for good; what Bob gives back of it is what was expected."""
    alice, bob = friends
    alice.send("Bob", "after the backup")
    world.pass_time(5)
    alice.stop()
    twin.start()
    world.until(lambda: "after the backup" in twin.texts("Bob"), 700)
    world.pass_time(5)
    twin.send("Bob", "and on")
    have_all(world, twin, bob, "before", "after the backup", "and on")
    assert alarms(twin) == []
    assert not stands(twin)


def both(alice: Person, twin: Person) -> list[tuple[Person, str]]:
    return [(alice, "by the original"), (twin, "by the copy")]


def unsure(person: Person) -> bool:
    from onionchat.node import restored

    return bool(person.read(restored.unsure))
