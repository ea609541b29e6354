"""Who may not know where it is served, and who was linked when."""

import pytest

from onionchat.errors import UnknownContact
from onionchat.store import contacts, onions, reserves
from onionchat.store.contacts import ContactState
from onionchat.store.reserves import SETTLED, Served


def test_a_move_is_noted_until_it_is_settled(tx, world):
    alice = world.contact("Alice")
    assert reserves.moved(tx, alice) == SETTLED
    reserves.put_moved(tx, alice, 7)
    assert reserves.moved(tx, alice) == 7
    reserves.put_moved(tx, alice, SETTLED)
    assert reserves.moved(tx, alice) == SETTLED


def test_before_the_first_link_the_making_counts(tx, world):
    alice = world.contact("Alice")
    created = contacts.get(tx, alice).created
    assert reserves.last_link(tx, alice) == created
    reserves.linked(tx, alice, created + 5)
    assert reserves.last_link(tx, alice) == created + 5


def test_served_are_active_contacts_with_a_slot_the_last_linked_first(tx, world, rng):
    people = [world.contact(f"contact {n}") for n in range(4)]
    for number, at in zip(people, (10, 30, 20, 40), strict=True):
        contacts.set_state(tx, number, ContactState.ACTIVE)
        onions.assign(tx, number, rng, 1)
        reserves.linked(tx, number, at)
    contacts.set_state(tx, people[3], ContactState.BLOCKED)
    onions.release(tx, people[0])
    reserves.put_moved(tx, people[2], 3)
    assert reserves.served(tx) == [Served(people[1], SETTLED), Served(people[2], 3)]


@pytest.mark.parametrize("ask", [reserves.moved, reserves.last_link])
def test_an_unknown_contact(tx, ask):
    with pytest.raises(UnknownContact):
        ask(tx, 99)
