"""Contact onions: who is served where."""

import pytest

from onionchat.errors import TooManyOnions
from onionchat.store import onions


@pytest.fixture
def people(world):
    """A function that makes that many contacts more."""
    made = []

    def more(count):
        new = [world.contact(f"contact {len(made) + n}") for n in range(count)]
        made.extend(new)
        return new

    return more


def sizes(tx):
    return [len(onions.contacts_of(tx, onion.number)) for onion in onions.in_use(tx)]


def secrets(tx):
    return [s.secret.seed for onion in onions.in_use(tx) for s in onions.slots(tx, onion.number)]


def test_the_first_contact_makes_the_first_onion_with_sixteen_slots(tx, people, rng):
    (alice,) = people(1)
    slot = onions.assign(tx, alice, rng, 5)
    (onion,) = onions.in_use(tx)
    assert (slot.onion, slot.position, slot.contact) == (onion.number, 0, alice)
    assert (onion.group, onion.exclusive, onion.created) == (0, False, 5)
    assert len(set(secrets(tx))) == 16
    before = slot.secret.seed
    assert onions.assign(tx, alice, rng, 6).secret.seed == before
    assert onions.slot_of(tx, alice).secret.seed == before


def test_an_onion_can_be_up_before_there_is_a_contact(tx, people, rng):
    onions.ensure(tx, rng, 1)
    onions.ensure(tx, rng, 2)
    assert sizes(tx) == [0]
    (alice,) = people(1)
    onions.assign(tx, alice, rng, 3)
    assert sizes(tx) == [1]
    for contact in people(7):
        onions.assign_alone(tx, contact, rng, 4)
    only = onions.slot_of(tx, alice).onion
    tx.execute("UPDATE onions SET exclusive = 1 WHERE id = ?", only)
    onions.ensure(tx, rng, 5)
    assert len(sizes(tx)) == 8


def test_groups_fill_up_to_sixteen_then_a_new_one_is_made(tx, people, rng):
    for contact in people(33):
        onions.assign(tx, contact, rng, 1)
    assert sizes(tx) == [16, 16, 1]
    # A gap in an old group is not filled by reusing its slot; the least full group is taken.
    onions.release(tx, onions.contacts_of(tx, onions.in_use(tx)[0].number)[3])
    for contact in people(15):
        onions.assign(tx, contact, rng, 1)
    assert sizes(tx) == [15, 16, 16]


def test_beyond_128_contacts_every_group_grows_by_sixteen(tx, people, rng):
    for contact in people(128 + 20):
        onions.assign(tx, contact, rng, 1)
    assert sum(sizes(tx)) == 148
    assert len(sizes(tx)) == 8
    assert max(sizes(tx)) <= 32
    found = [onions.slots(tx, onion.number) for onion in onions.in_use(tx)]
    assert {len(slots) for slots in found} <= {16, 32}
    assert all([s.position for s in slots] == list(range(len(slots))) for slots in found)
    assert len(set(secrets(tx))) == len(secrets(tx))


def test_a_released_secret_is_never_given_to_somebody_else(tx, people, rng):
    alice, *others = people(40)
    leaked = onions.assign(tx, alice, rng, 1).secret.seed
    onions.release(tx, alice)
    assert onions.slot_of(tx, alice) is None
    for contact in others:
        assert onions.assign(tx, contact, rng, 1).secret.seed != leaked


def test_replacing_an_onion_moves_everybody_but_the_blocked_one(tx, people, rng):
    alice, bob, mallory = people(3)
    before = {c: onions.assign(tx, c, rng, 1) for c in (alice, bob, mallory)}
    old = onions.get(tx, before[alice].onion)
    fresh = onions.replace(tx, old.number, {mallory}, rng, 2)
    assert onions.contacts_of(tx, fresh) == [alice, bob]
    assert onions.slot_of(tx, mallory) is None
    assert onions.get(tx, fresh).group == old.group
    assert onions.get(tx, fresh).key.public != old.key.public
    assert not {s.secret.seed for s in before.values()} & set(secrets(tx))
    with pytest.raises(KeyError):
        onions.get(tx, old.number)
    # The old key is gone from the disk, not only out of use.
    assert tx.row("SELECT seed FROM onions WHERE id = ?", old.number) == (b"",)


def test_replacing_an_onion_of_more_than_sixteen_keeps_them_together(tx, people, rng):
    for contact in people(8 * 16 + 8):
        onions.assign(tx, contact, rng, 1)
    first = onions.in_use(tx)[0].number
    count = len(onions.contacts_of(tx, first))
    assert count > 16
    fresh = onions.replace(tx, first, set(), rng, 2)
    assert len(onions.contacts_of(tx, fresh)) == count


def test_an_onion_that_served_only_the_blocked_one_is_not_replaced(tx, people, rng):
    (mallory,) = people(1)
    slot = onions.assign(tx, mallory, rng, 1)
    assert onions.replace(tx, slot.onion, {mallory}, rng, 2) is None
    assert onions.in_use(tx) == []


def test_a_contact_can_have_an_onion_of_its_own(tx, people, rng):
    alice, bob, carol = people(3)
    onions.assign(tx, alice, rng, 1)
    onions.assign(tx, bob, rng, 1)
    own = onions.assign_alone(tx, alice, rng, 2)
    assert onions.assign_alone(tx, alice, rng, 3).secret.seed == own.secret.seed
    assert onions.get(tx, own.onion).exclusive
    onions.assign(tx, carol, rng, 3)
    assert onions.contacts_of(tx, own.onion) == [alice]
    fresh = onions.replace(tx, own.onion, set(), rng, 4)
    assert onions.get(tx, fresh).exclusive


def test_own_onions_leave_one_for_everybody_else(tx, people, rng):
    alone = people(7)
    for contact in alone:
        onions.assign_alone(tx, contact, rng, 1)
    (other,) = people(1)
    with pytest.raises(TooManyOnions):
        onions.assign_alone(tx, other, rng, 1)
    onions.assign(tx, other, rng, 1)
    with pytest.raises(TooManyOnions):
        onions.assign_alone(tx, other, rng, 1)
    assert len(onions.in_use(tx)) == 8


def test_without_any_shared_onion_and_no_group_left_there_is_no_slot(tx, people, rng):
    for contact in people(7):
        onions.assign_alone(tx, contact, rng, 1)
    last, other = people(2)
    shared = onions.assign(tx, last, rng, 1).onion
    tx.execute("UPDATE onions SET exclusive = 1 WHERE id = ?", shared)
    with pytest.raises(TooManyOnions):
        onions.assign(tx, other, rng, 1)


def test_a_group_emptied_by_releases_is_used_again(tx, people, rng):
    for contact in people(16):
        onions.assign(tx, contact, rng, 1)
        onions.release(tx, contact)
    (alice,) = people(1)
    onions.assign(tx, alice, rng, 1)
    assert onions.slot_of(tx, alice) is not None
