"""An older copy of a profile comes back: nothing is signed twice for one place, nothing is lost."""

import shutil
from pathlib import Path

import pytest

from onionchat.errors import ProfileExists, RestoredBackup
from onionchat.testing.nodes import Person, World
from onionchat.views import Warned

COPIES = ["backup", "copied folder"]


@pytest.fixture(params=COPIES)
def old(request, world: World, friends: tuple[Person, Person], folder: Path) -> Path:
    """An older state of Alice's profile, and both have written on since."""
    alice, bob = friends
    alice.send("Bob", "before")
    bob.send("Alice", "before, too")
    world.pass_time(10)
    path = folder / "old"
    if request.param == "backup":
        alice.do(alice.api.backup(str(path)))
    else:
        alice.stop()
        shutil.copytree(alice.profile, path)
        alice.start()
    alice.send("Bob", "after one")
    alice.send("Bob", "after two")
    bob.send("Alice", "after three")
    world.pass_time(10)
    return path


def restore(person: Person, old: Path) -> None:
    """Put the older copy in the profile's place; the node is not running."""
    shutil.rmtree(person.profile)
    shutil.copytree(old, person.profile)


def everything(one: Person, other: Person) -> list[str]:
    """The conversation, which has to be the same on both sides."""
    assert [m.id for m in one.history(other.name)] == [m.id for m in other.history(one.name)]
    return one.texts(other.name)


def test_the_conversation_comes_back_and_goes_on(world, friends, old):
    alice, bob = friends
    alice.stop()
    restore(alice, old)
    alice.start()
    world.until(lambda: len(alice.texts("Bob")) == 5, 60)
    world.pass_time(5)
    alice.send("Bob", "and on")
    bob.send("Alice", "and on, too")
    world.pass_time(10)
    texts = everything(alice, bob)
    assert sorted(texts[-2:]) == ["and on", "and on, too"]
    assert len(texts) == 7
    assert all(m.state == "delivered" for m in alice.history("Bob") if m.mine)
    assert bob.contact("Alice").trust == "unvalidated"


def test_who_writes_before_the_contact_was_reached_is_asked_to_wait(world, friends, old):
    """The hard case: the copy does not know yet that it is older."""
    alice, bob = friends
    alice.stop()
    bob.stop()
    restore(alice, old)
    alice.start()
    for _ in range(2):
        with pytest.raises(RestoredBackup):
            alice.send("Bob", "too early")
        alice.restart()
    assert [w for w in alice.do(alice.api.status()).warnings if "copy" in w] == []
    bob.start()
    world.until(lambda: len(alice.texts("Bob")) == 5, 700)
    world.pass_time(5)
    alice.send("Bob", "now")
    world.pass_time(5)
    assert everything(alice, bob)[-1] == "now"
    assert bob.contact("Alice").trust == "unvalidated"


def test_the_person_is_told(world, friends, old):
    alice, _bob = friends
    alice.stop()
    restore(alice, old)
    alice.start()
    assert [w for w in alice.do(alice.api.status()).warnings if "copy" in w]


def test_a_link_that_breaks_in_the_middle_does_not_let_it_write(world, friends, old):
    alice, bob = friends
    alice.stop()
    restore(alice, old)
    alice.start()
    for _ in range(40):
        world.pass_time(0.05)
        world.cut(alice, bob)
        try:
            alice.send("Bob", "meanwhile")
        except RestoredBackup:
            continue
        break
    world.pass_time(60)
    alice.send("Bob", "safe now")
    world.pass_time(10)
    everything(alice, bob)
    assert bob.contact("Alice").trust == "unvalidated"


def test_addresses_are_stated_once_it_is_safe(world, friends, carol, old):
    """Blocking Carol moves Bob, whom the copy may not tell before it has met him."""
    alice, bob = friends
    world.befriend(alice, carol)
    folder = old.with_name("older")
    alice.do(alice.api.backup(str(folder)))
    alice.send("Bob", "after the second backup")
    alice.do(alice.api.own_onion("Carol"))
    world.pass_time(10)
    alice.stop()
    bob.stop()
    restore(alice, folder)
    alice.start()
    alice.do(alice.api.block("Carol"))
    bob.start()
    world.until(lambda: "after the second backup" in alice.texts("Bob"), 700)
    world.pass_time(10)
    alice.stop()
    world.pass_time(10)
    alice.start()
    bob.restart()
    bob.send("Alice", "found you")
    world.until(lambda: "found you" in alice.texts("Bob"), 60)
    alice.send("Bob", "fine")
    world.pass_time(5)
    everything(alice, bob)
    assert bob.contact("Alice").trust == "unvalidated"


def test_an_ordinary_start_doubts_nothing(world, friends):
    alice, bob = friends
    bob.stop()
    alice.restart()
    alice.kill()
    alice.start()
    assert alice.send("Bob", "offline").state == "queued"


def test_a_new_contact_of_a_copy_can_be_written_to_at_once(world, friends, carol, old):
    alice, bob = friends
    alice.stop()
    bob.stop()
    restore(alice, old)
    alice.start()
    world.befriend(alice, carol)
    assert alice.send("Carol", "hello").state == "queued"


def test_a_copy_that_nobody_noticed_writes_again_what_it_wrote_too_early(world, friends, old):
    """Finding 1: the copy never met Bob and its mark was lost with its place."""
    alice, bob = friends
    alice.stop()
    bob.stop()
    restore(alice, old)
    alice.start()
    # As if the profile had come back byte by byte, inodes and all (a snapshot of the disk).
    from onionchat.node import restored
    from onionchat.store import contacts

    alice.read(lambda tx: [restored.trust(tx, c.number) for c in contacts.everyone(tx)])
    alice.send("Bob", "a second number three")
    bob.start()
    world.until(lambda: "a second number three" in bob.texts("Alice"), 700)
    world.pass_time(5)
    assert len(everything(alice, bob)) == 6
    assert bob.contact("Alice").trust == alice.contact("Bob").trust == "unvalidated"
    assert len([e for e in alice.told(Warned) if "moved back in time. What" in e.sentence]) == 1


# --- the backup itself ----------------------------------------------------------------------------


def test_a_backup_runs_beside_the_chat_and_opens_with_the_same_passphrase(world, friends, folder):
    alice, bob = friends
    for number in range(50):
        alice.send("Bob", f"{number}")
    running = alice.begin(alice.api.backup(str(folder / "copy")))
    alice.send("Bob", "meanwhile")
    world.time.result(running)
    with pytest.raises(ProfileExists):
        alice.do(alice.api.backup(str(folder / "copy")))
    alice.stop()
    twin = Person(world, "Alice", folder / "copy")
    world.people.append(twin)
    twin.start()
    assert len(twin.texts("Bob")) >= 50
