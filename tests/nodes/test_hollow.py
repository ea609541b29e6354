"""Entries without their bodies: one person's deletion takes nothing from another's device, and a
device keeps only the history that it was asked to (docs/spec/07-sync.md, "Hollow entries")."""

import pytest

from onionchat.node import history, journals
from onionchat.protocol.sync.session import SyncSession
from onionchat.store import hollow
from onionchat.store import journals as stored
from onionchat.testing.devices import acquaint
from onionchat.views import MessageAdded


def delete(person, contact, message):
    person.do(person.api.delete(contact, [message.id], for_everyone=False))


def missing(person):
    """How many bodies a device lacks."""

    def work(tx):
        return len(hollow.of(tx, [row[0] for row in tx.rows("SELECT journal_id FROM journals")]))

    return person.read(work)


@pytest.fixture
def erased(world, friends):
    """Alice has deleted one of three texts of hers; Bob has them all."""
    alice, bob = friends
    sent = [alice.send("Bob", text) for text in ("one", "two", "three")]
    world.until(lambda: bob.texts("Alice") == ["one", "two", "three"])
    delete(alice, "Bob", sent[1])
    return alice, bob


@pytest.fixture
def tablet(world, erased):
    """Bob's second device, which has met Alice's alone."""
    alice, bob = erased
    tablet = world.device(bob, "Tablet")
    acquaint(tablet, "Alice")
    return tablet


@pytest.fixture
def robbed(world, erased):
    """Bob's second device, which has got the conversation from Alice's before his first one's."""
    alice, bob = erased
    tablet = world.device(bob, "Tablet")
    real = journals.take

    def without_bodies(tx, journal_id, received, *rest, **more):
        """What Alice's device says of the text that she deleted."""
        if stored.get(tx, journal_id).kind == stored.DIRECT:
            received = [
                entry.without_body() if entry.body and b"two" in entry.body else entry
                for entry in received
            ]
        return real(tx, journal_id, received, *rest, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journals, "take", without_bodies)
        acquaint(tablet, "Alice")
        world.until(lambda: "three" in tablet.texts("Alice"))
        assert tablet.texts("Alice") == ["one", "three"]
        assert missing(tablet) == 1
        tablet.stop()
    return alice, bob, tablet.start()


def test_what_one_deleted_the_others_second_device_gets_from_the_first(world, robbed):
    alice, bob, tablet = robbed
    world.until(lambda: tablet.texts("Alice") == ["one", "two", "three"])
    assert missing(tablet) == 0
    assert [event.message.text for event in tablet.told(MessageAdded)][-1] == "two"
    assert tablet.do(tablet.api.search("two", contact=None, limit=5))[0].text == "two"
    # The order is everybody's, and Alice still has not got it back.
    assert bob.texts("Alice") == ["one", "two", "three"]
    assert "two" not in alice.texts("Bob")


def test_it_counts_as_unread_like_any_other(world, robbed):
    _, _, tablet = robbed
    before = tablet.contact("Alice").unread
    world.until(lambda: missing(tablet) == 0)
    assert tablet.contact("Alice").unread == before + 1


def test_who_has_deleted_it_as_well_is_not_given_it(world, robbed):
    _, bob, tablet = robbed
    tablet.stop()
    delete(bob, "Alice", next(m for m in bob.history("Alice") if m.text == "two"))
    tablet.start()
    world.until(lambda: world.joined(bob, tablet))
    world.pass_time(30)
    assert "two" not in tablet.texts("Alice") and "two" not in bob.texts("Alice")
    assert missing(tablet) == 0


def test_a_body_that_was_not_signed_is_not_taken(world, robbed, monkeypatch):
    _, bob, tablet = robbed
    bob.stop()
    world.pass_time(5)
    direct = tablet.api.directory.all()
    (card,) = [card for card in direct if card.petname == "Alice"]

    def forge(tx):
        row = tx.row(
            "SELECT e.header, e.signature FROM hollow AS h JOIN entries AS e ON e.id = h.entry"
        )
        entry = journals.from_parts(row[0], row[1], b"forged")
        journals.take(tx, card.direct, [entry], tablet.wall.millis())

    tablet.read(forge)
    assert missing(tablet) == 1
    assert tablet.texts("Alice") == ["one", "three"]


def test_the_anti_test_who_does_not_ask_stays_without_it(world, robbed, monkeypatch):
    _, bob, tablet = robbed
    tablet.stop()
    monkeypatch.setattr(SyncSession, "seek", lambda *_: None)
    tablet.start()
    world.until(lambda: world.joined(bob, tablet))
    world.pass_time(60)
    assert tablet.texts("Alice") == ["one", "three"]


def bodies_with(device, word):
    """How many bodies of entries a device keeps that hold these bytes."""
    rows = device.read(lambda tx: tx.rows("SELECT body FROM entries WHERE body IS NOT NULL"))
    return sum(word in body for (body,) in rows)


def joined_later(world, bob, since):
    tablet = world.device(bob, "Tablet")
    tablet.read(lambda tx: history.keep(tx, since))
    acquaint(tablet, "Alice")
    return tablet


def test_a_device_without_history_keeps_what_comes_from_then_on(world, friends):
    alice, bob = friends
    alice.send("Bob", "before")
    world.until(lambda: bob.texts("Alice") == ["before"])
    world.pass_time(2 * 3600)
    tablet = joined_later(world, bob, bob.wall.millis())
    bob.send("Alice", "after")
    world.until(lambda: tablet.texts("Alice") == ["after"])
    assert missing(tablet) == 0
    assert [bodies_with(device, b"before") for device in (bob, tablet)] == [1, 0]
    assert tablet.do(tablet.api.search("before", contact=None, limit=5)) == []


def test_it_can_write_and_read_all_the_same(world, friends):
    alice, bob = friends
    alice.send("Bob", "before")
    world.until(lambda: bob.texts("Alice") == ["before"])
    world.pass_time(2 * 3600)
    tablet = joined_later(world, bob, bob.wall.millis())
    tablet.send("Alice", "from the tablet")
    world.until(lambda: alice.texts("Bob") == ["before", "from the tablet"])
    assert tablet.contact("Alice").unread == 0
