"""Two contacts who both moved while apart find each other at reserve onions, and nobody else does
(docs/spec/09-contacts.md, "Reserve onions")."""

import shutil
from pathlib import Path

import pytest

from onionchat.net.transports.interface import Address, DialReason
from onionchat.node import onions
from onionchat.node.changes import OnionsChanged
from onionchat.node.reserve import MAX_RESERVES, address_of
from onionchat.store import reserves
from onionchat.testing.nodes import Person, World

LONG = 3600.0
"""More than any back-off, twice, and the time until reserve addresses are tried."""


def card(person: Person, contact: str):
    return next(c for c in person.api.directory.all() if c.petname == contact)


def reserve_of(person: Person, contact: str) -> Address:
    """Where `person` would look for a contact who moved."""
    known = card(person, contact)
    (device,) = known.devices
    return address_of(known.link, known.account, device)


def stated(person: Person, contact: str) -> Address:
    """Where a contact told `person` that it is."""
    (device,) = card(person, contact).devices
    return Address(device.onion_key, device.access_secret, device.port)


def hosted(person: Person) -> set[bytes]:
    """The onion keys of the reserve onions that `person` offers."""
    return {
        service.onion_key
        for service in person.transport.status.services
        if service.name.startswith("reserve onion")
    }


def move(world: World, person: Person, *, apart_from: Person) -> None:
    """Let everybody's address at `person` change while one contact is away."""
    if apart_from.node is not None:
        apart_from.stop()
    person.do(person.api.block(f"Nuisance of {person.name}"))
    world.pass_time(60)


@pytest.fixture
def pair(world: World, alice: Person, bob: Person) -> tuple[Person, Person]:
    """Alice and Bob, each with somebody else in the group whom they will block."""
    world.befriend(alice, bob)
    for person in (alice, bob):
        nuisance = world.person(f"Nuisance of {person.name}")
        world.befriend(person, nuisance)
    world.pass_time(30)
    return alice, bob


@pytest.fixture
def both_moved(world: World, pair: tuple[Person, Person]) -> tuple[Person, Person]:
    """Alice and Bob hold each other's dead address; Alice's node is not running."""
    alice, bob = pair
    move(world, alice, apart_from=bob)
    alice.stop()
    bob.start()
    move(world, bob, apart_from=alice)
    return alice, bob


# --- the two find each other ----------------------------------------------------------------------


def test_both_move_while_apart_and_find_each_other(world, both_moved):
    alice, bob = both_moved
    before = stated(bob, "Alice")
    alice.start()
    assert bob.knock(stated(bob, "Alice")) is DialReason.NO_DESCRIPTOR
    assert alice.knock(stated(alice, "Bob")) is DialReason.NO_DESCRIPTOR
    alice.send("Bob", "where were you?")
    bob.send("Alice", "I moved")
    world.until(lambda: len(alice.texts("Bob")) == len(bob.texts("Alice")) == 2, LONG)
    world.pass_time(30)
    assert stated(bob, "Alice") != before
    assert bob.knock(stated(bob, "Alice")) is None
    alice.restart()
    world.until(lambda: world.linked(alice, bob), 60)


def test_both_move_while_only_the_network_is_between_them(world, pair):
    """Neither node starts anew: ten minutes of failed dials are enough."""
    alice, bob = pair
    world.part(alice, bob)
    world.cut(alice, bob)
    for person in pair:
        person.do(person.api.block(f"Nuisance of {person.name}"))
    world.pass_time(60)
    world.heal(alice, bob)
    world.until(lambda: world.linked(alice, bob), LONG)


def test_who_hides_and_shows_itself_again_is_found_by_who_moved(world, pair):
    alice, bob = pair
    alice.do(alice.api.set_visibility("hidden", contact="Bob"))
    world.pass_time(30)
    move(world, bob, apart_from=alice)
    bob.stop()
    alice.start()
    alice.do(alice.api.set_visibility("online", contact="Bob"))
    bob.start()
    world.until(lambda: world.linked(alice, bob), LONG)


def test_who_stays_hidden_from_a_contact_still_finds_it_where_it_moved(world, pair):
    alice, bob = pair
    alice.do(alice.api.set_visibility("hidden", contact="Bob"))
    world.pass_time(30)
    move(world, bob, apart_from=alice)
    alice.start()
    assert hosted(alice) == set()
    world.until(lambda: world.linked(alice, bob), LONG)


def test_a_restored_copy_is_found_by_who_moved_after_it_was_made(world, pair, folder: Path):
    """Bob's move is acknowledged, by the Alice who is gone; what Alice stated since is, too."""
    alice, bob = pair
    old = folder / "old"
    alice.do(alice.api.backup(str(old)))
    for person in pair:
        person.do(person.api.block(f"Nuisance of {person.name}"))
    world.pass_time(60)
    assert hosted(alice) == hosted(bob) == set()
    alice.stop()
    shutil.rmtree(alice.profile)
    shutil.copytree(old, alice.profile)
    alice.start()
    world.until(lambda: world.linked(alice, bob), LONG)
    world.pass_time(60)
    assert hosted(alice) == hosted(bob) == set()
    assert bob.knock(stated(bob, "Alice")) is None
    bob.send("Alice", "welcome back")
    world.until(lambda: "welcome back" in alice.texts("Bob"), 60)


# --- when a reserve onion is up -------------------------------------------------------------------


def test_only_one_moved_the_ordinary_way_is_enough(world, pair):
    alice, bob = pair
    move(world, alice, apart_from=bob)
    assert hosted(alice) == {reserve_of(alice.restart() and bob.start(), "Alice").onion_key}
    world.until(lambda: world.linked(alice, bob), 60)
    assert hosted(bob) == set()
    world.until(lambda: hosted(alice) == set(), 60)


def test_contacts_with_a_link_get_none(world, pair):
    alice, bob = pair
    seen: set[bytes] = set()
    alice.transport.subscribe(lambda _: seen.update(hosted(alice)))
    alice.do(alice.api.block("Nuisance of Alice"))
    world.pass_time(60)
    assert seen == set()
    bob.stop()
    world.pass_time(60)
    assert seen == set()
    assert alice.read(lambda tx: reserves.moved(tx, card(alice, "Bob").number)) == 0


def test_it_goes_away_once_the_move_is_acknowledged(world, both_moved):
    alice, bob = both_moved
    alice.start()
    place = reserve_of(bob, "Alice")
    world.until(lambda: world.linked(alice, bob), LONG)
    world.pass_time(30)
    assert hosted(alice) == hosted(bob) == set()
    assert bob.knock(place) is DialReason.NO_DESCRIPTOR
    assert world.linked(alice, bob), "what was connected by it goes on"
    bob.stop()
    world.pass_time(60)
    assert hosted(alice) == set()


def test_it_is_kept_over_restarts_and_kills(world, both_moved):
    alice, bob = both_moved
    (place,) = hosted(bob)
    bob.restart()
    world.pass_time(5)
    assert hosted(bob) == {place}
    bob.kill()
    bob.start()
    world.pass_time(5)
    assert hosted(bob) == {place}
    alice.start()
    alice.restart()
    assert place == reserve_of(alice, "Bob").onion_key
    world.until(lambda: world.linked(alice, bob), LONG)


def test_status_does_not_wait_for_it(world, pair, monkeypatch):
    alice, bob = pair
    put_up = alice.transport._put_up
    monkeypatch.setattr(
        alice.transport,
        "_put_up",
        lambda service: None if service.spec.name.startswith("reserve") else put_up(service),
    )
    move(world, alice, apart_from=bob)
    (place,) = hosted(alice)
    assert place not in world.network.services
    assert alice.do(alice.api.status()).online


def test_who_is_hidden_from_all_offers_none_and_still_finds_the_other(world, both_moved):
    alice, bob = both_moved
    bob.do(bob.api.set_visibility("hidden", contact=None))
    world.pass_time(5)
    assert hosted(bob) == set()
    alice.start()
    world.until(lambda: world.linked(alice, bob), LONG)


# --- a device that cannot announce itself ---------------------------------------------------------


@pytest.fixture
def unannounced(world, alice: Person, bob: Person) -> tuple[Person, Person]:
    """Directories refuse Alice's contact onion, as after a clock that was ahead; only Bob dials."""
    world.befriend(alice, bob)
    world.pass_time(30)
    alice.node._peers._schedule.want = lambda *_, **__: None
    world.network.refuse(stated(bob, "Alice").onion_key)
    return alice, bob


def test_who_cannot_be_announced_is_reached_at_the_reserve_within_seconds(world, unannounced):
    alice, bob = unannounced
    world.cut(alice, bob)
    world.until(lambda: world.linked(alice, bob), 20)
    bob.send("Alice", "got you")
    world.until(lambda: "got you" in alice.texts("Bob"), 20)


def test_the_anti_test_without_it_nobody_gets_through(world, unannounced):
    alice, bob = unannounced
    alice.node._onions._unsubscribe()
    alice.node._onions._refused = frozenset()
    world.cut(alice, bob)
    with pytest.raises(AssertionError):
        world.until(lambda: world.linked(alice, bob), 900)


def test_the_reserve_is_up_only_while_it_is_needed(world, unannounced):
    alice, bob = unannounced
    assert hosted(alice) == set(), "there is a link"
    bob.stop()
    world.pass_time(10)
    assert hosted(alice) == {reserve_of(bob.start(), "Alice").onion_key}
    world.until(lambda: world.linked(alice, bob), 30)
    bob.stop()
    world.pass_time(10)
    assert len(hosted(alice)) == 1
    onion = next(s for s in alice.transport._services if s.spec.name.startswith("contact onion"))
    world.network.take(onion.spec.onion_key)
    alice.transport.announce(onion)
    world.pass_time(10)
    assert hosted(alice) == set()


def test_who_is_hidden_from_gets_no_reserve_for_it(world, unannounced):
    alice, bob = unannounced
    alice.do(alice.api.set_visibility("hidden", contact="Bob"))
    bob.stop()
    world.pass_time(30)
    assert hosted(alice) == set()


def raised_while_he_comes_and_goes(world, alice, bob) -> int:
    """How often Bob's reserve onion is put up within 40 minutes, if he acknowledges no move."""
    published, publish = [], alice.transport.publish

    def noted(spec, factory):
        published.append(spec.name.startswith("reserve onion"))
        return publish(spec, factory)

    alice.transport.publish = noted
    number = card(alice, "Bob").number

    def moved(tx):
        reserves.put_moved(tx, number, 10**6)
        tx.emit(OnionsChanged())

    alice.read(moved)
    for _ in range(40):
        world.cut(alice, bob)
        world.pass_time(60)
    return sum(published)


def test_finding_31_a_contact_that_comes_and_goes_has_it_put_up_rarely(world, friends):
    """Each time takes tor some twenty circuits."""
    assert 1 <= raised_while_he_comes_and_goes(world, *friends) <= 2


def test_without_that_wait_it_is_put_up_each_time(world, friends, monkeypatch):
    monkeypatch.setattr(onions, "RESERVE_AGAIN", 0.0)
    assert raised_while_he_comes_and_goes(world, *friends) > 20


def test_it_is_up_again_half_an_hour_later_if_the_contact_stays_away(world, friends):
    alice, bob = friends
    raised_while_he_comes_and_goes(world, alice, bob)
    bob.stop()
    world.until(lambda: hosted(alice) != set(), onions.RESERVE_AGAIN + 60)
    world.pass_time(3600)
    assert hosted(alice) != set()


# --- who cannot use it ----------------------------------------------------------------------------


def test_who_is_blocked_or_hidden_from_has_none(world, pair):
    alice, bob = pair
    move(world, alice, apart_from=bob)
    (place,) = hosted(alice)
    alice.do(alice.api.block("Bob"))
    world.pass_time(5)
    assert hosted(alice) == set()
    bob.start()
    world.pass_time(2 * LONG)
    known = reserve_of(bob, "Alice")
    assert known.onion_key == place
    assert bob.knock(known) is DialReason.NO_DESCRIPTOR
    assert not world.linked(alice, bob)
    bob.stop()
    alice.do(alice.api.unblock("Bob"))
    world.pass_time(5)
    assert hosted(alice) == {place}
    alice.do(alice.api.set_visibility("hidden", contact="Bob"))
    world.pass_time(5)
    assert hosted(alice) == set()


def test_the_blocked_one_never_finds_who_blocked_it(world, pair):
    alice, _bob = pair
    nuisance = next(p for p in world.people if p.name == "Nuisance of Alice")
    address = reserve_of(nuisance, "Alice")
    alice.do(alice.api.block(nuisance.name))
    nuisance.send("Alice", "hello?")
    world.pass_time(2 * LONG)
    assert nuisance.knock(address) is DialReason.NO_DESCRIPTOR
    assert not world.linked(alice, nuisance)
    assert alice.texts(nuisance.name) == []


def test_what_was_tried_there_is_forgotten(world, both_moved):
    """tor has no access secret of it any more once there is a link, or the contact is blocked."""
    alice, bob = both_moved
    place = reserve_of(bob, "Alice").onion_key
    forgotten: list[bytes] = []
    forget = bob.transport.forget
    bob.transport.forget = lambda onion: forgotten.append(onion) or forget(onion)
    world.pass_time(LONG)
    assert place not in forgotten
    alice.start()
    world.until(lambda: world.linked(alice, bob), LONG)
    assert place in forgotten
    alice.stop()
    forgotten.clear()
    world.pass_time(LONG)
    assert place not in forgotten
    bob.do(bob.api.block("Alice"))
    world.pass_time(5)
    assert place in forgotten


def test_it_cannot_be_reached_without_the_pairs_secret(world, both_moved):
    _alice, bob = both_moved
    (place,) = hosted(bob)
    other = next(p for p in world.people if p.name == "Nuisance of Alice")
    assert other.knock(Address(place, None)) is DialReason.NO_CLIENT_AUTH
    assert other.knock(Address(place, b"\x07" * 32)) is DialReason.BAD_CLIENT_AUTH


def test_contacts_get_unrelated_ones(world, alice, bob, carol):
    for person in (bob, carol):
        world.befriend(alice, person)
    one, other = reserve_of(bob, "Alice"), reserve_of(carol, "Alice")
    assert one.onion_key != other.onion_key
    assert one.access_secret != other.access_secret
    assert reserve_of(alice, "Bob").onion_key != one.onion_key
    bob.stop()
    carol.stop()
    world.befriend(alice, world.person("Dave"))
    alice.do(alice.api.block("Dave"))
    world.pass_time(30)
    assert hosted(alice) == {one.onion_key, other.onion_key}
    for service in alice.transport.status.services:
        assert "Bob" not in service.name
        assert "Carol" not in service.name


# --- bounds ---------------------------------------------------------------------------------------


def test_there_are_eight_at_most_for_those_who_were_there_last(world, alice):
    people = [world.person(f"Person {number}") for number in range(MAX_RESERVES + 2)]
    for person in people:
        world.befriend(alice, person)
    world.befriend(alice, world.person("Dave"))
    order = [people[n] for n in (4, 0, 9, 1, 8, 5, 2, 7, 3, 6)]
    places = {}
    for person in order:
        world.pass_time(100)
        places[person.name] = reserve_of(person, "Alice").onion_key
        person.stop()
    alice.do(alice.api.block("Dave"))
    world.pass_time(30)
    assert hosted(alice) == {places[person.name] for person in order[2:]}
    alice.restart()
    world.pass_time(30)
    assert hosted(alice) == {places[person.name] for person in order[2:]}
    order[-1].start()
    world.until(lambda: world.linked(alice, order[-1]), LONG)
    world.pass_time(30)
    assert hosted(alice) == {places[person.name] for person in order[1:-1]}


def test_it_costs_no_more_dials(world, friends):
    """A contact that is away is dialled as often as without reserve onions, half of it there."""
    alice, bob = friends
    bob.stop()
    world.pass_time(1200)
    stated_at, reserve_at = stated(alice, "Bob").onion_key, reserve_of(alice, "Bob").onion_key
    dialled: list[bytes] = []
    dial = alice.transport.dial

    def noting(address, isolation, factory, timeout=120.0):
        dialled.append(address.onion_key)
        return dial(address, isolation, factory, timeout)

    alice.transport.dial = noting
    world.pass_time(24 * 3600)
    assert 24 * 6 * 0.7 < len(dialled) < 24 * 6 * 1.4
    assert abs(dialled.count(stated_at) - dialled.count(reserve_at)) <= 1
    assert set(dialled) == {stated_at, reserve_at}


def test_after_a_short_absence_nobody_is_looked_for_elsewhere(world, friends):
    alice, bob = friends
    dialled: list[bytes] = []
    dial = alice.transport.dial

    def noting(address, isolation, factory, timeout=120.0):
        dialled.append(address.onion_key)
        return dial(address, isolation, factory, timeout)

    alice.transport.dial = noting
    place = stated(alice, "Bob").onion_key
    bob.stop()
    world.pass_time(500)
    assert set(dialled) == {place}
