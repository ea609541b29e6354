"""Fabricated profiles are ordinary ones."""

import pytest

from onionchat.errors import WrongPassphrase
from onionchat.store import keyslot
from onionchat.testing.fabricate import CENTRE, circle, fill, friend, set_passphrase
from onionchat.testing.nodes import CHEAP, PASSPHRASE, Person, World
from onionchat.testing.rng import SeededRng
from onionchat.testing.virtual_time import EPOCH


def person(world, name, profile):
    made = Person(world, name, profile)
    world.people.append(made)
    return made.start()


def test_they_hold_contacts_and_messages_and_their_nodes_find_each_other(tmp_path):
    profiles = circle(tmp_path, 2, now=EPOCH)
    fill(profiles, 20, now=EPOCH)
    world = World(tmp_path, seed=2)
    centre = person(world, CENTRE, profiles[0])
    assert centre.states() == {friend(1): "active", friend(2): "active"}
    history = centre.history(friend(2))
    assert len(history) == 10
    assert {message.state for message in history if message.mine} == {"delivered"}
    other = person(world, friend(1), profiles[1])
    world.until(lambda: world.linked(centre, other))
    # The peer gets what it is told to have written, and takes it for what it is: its own.
    world.until(lambda: len(other.history(CENTRE)) == 10, 300)
    assert other.texts(CENTRE) == centre.texts(friend(1))
    world.end()


def test_a_slot_of_its_own(tmp_path):
    (profile, _) = circle(tmp_path, 1, now=EPOCH)
    set_passphrase(profile, "another", SeededRng(1), CHEAP)
    keyslot.unlock(profile, "another")
    with pytest.raises(WrongPassphrase):
        keyslot.unlock(profile, PASSPHRASE)
