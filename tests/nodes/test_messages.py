"""Messages between two contacts: each exactly once, in one order, with states that are true."""

import random

import pytest

from onionchat.errors import (
    EmptyText,
    InvalidInput,
    InvalidText,
    TextTooLong,
    TimedOut,
    UnknownContact,
    UnknownMessage,
)
from onionchat.testing.nodes import Person, World
from onionchat.views import ConnectionChanged, MessageAdded, MessageStateChanged


def same_order(one: Person, other: Person) -> bool:
    return [m.id for m in one.history(other.name)] == [m.id for m in other.history(one.name)]


def delivered(person: Person, to: str) -> bool:
    mine = [m for m in person.history(to) if m.mine]
    return all(message.state in ("delivered", "read") for message in mine)


def test_a_message_arrives_and_is_shown_as_delivered(world, friends):
    alice, bob = friends
    sent = alice.send("Bob", "hello")
    assert (sent.state, sent.mine, sent.text) == ("queued", True, "hello")
    world.until(lambda: alice.history("Bob")[0].state == "delivered", 3)
    (received,) = bob.history("Alice")
    assert (received.id, received.author, received.mine) == (sent.id, "Alice", False)
    assert received.time == sent.time


def test_front_ends_are_told_of_each_step_once_and_in_order(world, friends):
    alice, bob = friends
    sent = alice.send("Bob", "hello")
    world.pass_time(10)
    assert [e.message.id for e in alice.told(MessageAdded)] == [sent.id]
    assert [(e.ids, e.state) for e in alice.told(MessageStateChanged)] == [
        ((sent.id,), "sent"),
        ((sent.id,), "delivered"),
    ]
    assert [e.message.text for e in bob.told(MessageAdded)] == ["hello"]


@pytest.mark.parametrize("who", ["writer", "reader"])
def test_what_was_delivered_is_never_said_to_be_on_its_way_again(world, friends, who):
    """A window showed delivered messages as on their way after the other node had restarted."""
    alice, bob = friends
    alice.send("Bob", "hello")
    world.until(lambda: delivered(alice, "Bob"))
    {"writer": alice, "reader": bob}[who].restart()
    world.until(lambda: world.has_link(alice, bob), 600)
    alice.send("Bob", "again")
    world.until(lambda: delivered(alice, "Bob"))
    world.pass_time(60)
    first = alice.history("Bob")[0].id
    told = [event.state for event in alice.told(MessageStateChanged) if first in event.ids]
    assert told == ["sent", "delivered"]


def test_both_write_at_once_and_see_one_order(world, friends):
    alice, bob = friends
    for number in range(30):
        alice.begin(alice.api.send("Bob", f"a{number}"))
        bob.begin(bob.api.send("Alice", f"b{number}"))
        world.pass_time(0.01 * (number % 7))
    world.until(lambda: delivered(alice, "Bob") and delivered(bob, "Alice"))
    assert same_order(alice, bob)
    texts = alice.texts("Bob")
    assert sorted(texts) == sorted(f"{who}{n}" for who in "ab" for n in range(30))
    assert [t for t in texts if t[0] == "a"] == [f"a{n}" for n in range(30)]


def test_read_is_told_only_where_the_reader_shares_it(world, friends):
    alice, bob = friends
    alice.send("Bob", "first")
    world.until(lambda: bob.texts("Alice") == ["first"])
    bob.do(bob.api.mark_read("Alice", None))
    world.pass_time(10)
    assert alice.history("Bob")[0].state == "delivered"
    bob.do(bob.api.set_setting("read-receipts", "on"))
    bob.restart()
    world.until(lambda: world.linked(alice, bob))
    alice.send("Bob", "second")
    world.until(lambda: len(bob.texts("Alice")) == 2)
    bob.do(bob.api.mark_read("Alice", None))
    world.until(lambda: alice.history("Bob")[-1].state == "read", 10)
    assert bob.contact("Alice").unread == 0


def test_turning_receipts_on_counts_for_links_that_are_up(world, friends):
    alice, bob = friends
    bob.do(bob.api.set_setting("read-receipts", "on"))
    alice.send("Bob", "hello")
    world.until(lambda: bob.texts("Alice") == ["hello"])
    bob.do(bob.api.mark_read("Alice", None))
    world.until(lambda: alice.history("Bob")[-1].state == "read", 10)


def test_what_was_read_while_apart_is_told_later(world, friends):
    alice, bob = friends
    bob.do(bob.api.set_setting("read-receipts", "on"))
    alice.send("Bob", "hello")
    world.until(lambda: bob.texts("Alice") == ["hello"])
    alice.stop()
    world.pass_time(5)
    bob.do(bob.api.mark_read("Alice", None))
    alice.start()
    world.until(lambda: alice.history("Bob")[-1].state == "read", 60)


def test_a_sent_message_is_queued_again_when_its_link_dies(world, friends):
    alice, bob = friends
    world.pass_time(5)
    world.part(alice, bob)
    alice.send("Bob", "into the void")
    world.pass_time(1)
    assert alice.history("Bob")[0].state == "sent"
    world.pass_time(30)
    assert alice.history("Bob")[0].state == "queued"
    assert alice.contact("Bob").queued == 1
    world.heal(alice, bob)
    world.until(lambda: alice.history("Bob")[0].state == "delivered", 700)
    assert alice.contact("Bob").queued == 0


def test_front_ends_are_told_that_a_sent_message_waits_again_when_its_link_dies(world, friends):
    """A front end keeps the state that it was told last: without this it shows "sent" for ever."""
    alice, bob = friends
    world.pass_time(5)
    world.part(alice, bob)
    sent = alice.send("Bob", "into the void")
    world.until(lambda: not world.has_link(alice, bob), 60)
    world.pass_time(1)
    told = [(event.ids, event.state) for event in alice.told(MessageStateChanged)]
    assert told == [((sent.id,), "sent"), ((sent.id,), "queued")]


def test_a_dead_link_is_noticed_by_the_unanswered_message_within_seconds(world, friends):
    alice, bob = friends
    world.pass_time(600)
    world.silence(alice, bob)
    at = world.time.now
    alice.send("Bob", "are you there?")
    world.until(lambda: bob.texts("Alice") == ["are you there?"], 60)
    assert world.time.now - at < 15
    world.until(lambda: alice.history("Bob")[0].state == "delivered", 10)
    ups = [event.connected for event in alice.told(ConnectionChanged)]
    assert ups[-1] is True


@pytest.mark.parametrize(("writes", "within"), [(True, 15), (False, 320)])
def test_connected_is_untrue_for_seconds_after_a_message_and_for_minutes_without_one(
    world, friends, writes, within
):
    """As `connected` is documented (views.ContactView)."""
    alice, bob = friends
    world.pass_time(30)
    world.part(alice, bob)
    world.silence(alice, bob)
    if writes:
        alice.send("Bob", "are you there?")
    world.until(lambda: not alice.contact("Bob").connected, within)
    assert alice.told(ConnectionChanged)[-1].connected is False


def test_a_killed_node_is_missed_and_found_again(world, friends):
    alice, bob = friends
    bob.kill(noticed=False)
    alice.send("Bob", "one")
    world.pass_time(60)
    assert alice.history("Bob")[0].state == "queued"
    assert "Bob" not in alice.links()
    bob.start()
    world.until(lambda: bob.texts("Alice") == ["one"], 60)


def test_messages_written_while_the_other_is_down_wait_on_disk(world, friends):
    alice, bob = friends
    bob.stop()
    for number in range(5):
        alice.send("Bob", f"{number}")
    alice.restart()
    alice.send("Bob", "5")
    alice.kill()
    alice.start()
    assert alice.do(alice.api.status()).queued == 6
    bob.start()
    world.until(lambda: bob.texts("Alice") == list("012345"), 60)
    bob.restart()
    world.pass_time(30)
    assert bob.texts("Alice") == list("012345")
    assert delivered(alice, "Bob")
    assert alice.do(alice.api.status()).queued == 0


def test_both_write_while_the_other_is_down(world, friends):
    alice, bob = friends
    bob.stop()
    alice.send("Bob", "from Alice")
    alice.stop()
    bob.start()
    bob.send("Alice", "from Bob")
    bob.stop()
    alice.start()
    bob.start()
    world.until(lambda: delivered(alice, "Bob") and delivered(bob, "Alice"), 60)
    assert same_order(alice, bob)
    assert sorted(alice.texts("Bob")) == ["from Alice", "from Bob"]


def test_waiting_for_delivery_returns_when_it_happens(world, friends):
    alice, bob = friends
    sent = alice.send("Bob", "now")
    assert alice.do(alice.api.wait_delivered(sent.id, 20)).state == "delivered"
    bob.stop()
    sent = alice.send("Bob", "later")
    with pytest.raises(TimedOut):
        alice.do(alice.api.wait_delivered(sent.id, 20))
    waiting = alice.begin(alice.api.wait_delivered(sent.id, 1000))
    bob.start()
    assert world.time.result(waiting).state == "delivered"
    with pytest.raises(UnknownMessage):
        bob.do(bob.api.wait_delivered(sent.id, 1))
    with pytest.raises(UnknownMessage):
        alice.do(alice.api.wait_delivered("00" * 16, 1))


def test_what_cannot_be_sent_is_refused_by_name(world, friends):
    alice, _bob = friends
    for text, error in (
        ("", EmptyText),
        (" \n\u200b", EmptyText),
        ("x" * 10_000_000, TextTooLong),
        ("half \ud800 pair", InvalidText),
    ):
        with pytest.raises(error):
            alice.send("Bob", text)
    with pytest.raises(UnknownContact):
        alice.send("Nobody", "hello")
    assert alice.texts("Bob") == []


def test_a_text_of_the_greatest_length_arrives(world, friends):
    alice, bob = friends
    from onionchat.types import MAX_TEXT_BYTES

    alice.send("Bob", "x" * MAX_TEXT_BYTES)
    world.until(lambda: [len(t) for t in bob.texts("Alice")] == [MAX_TEXT_BYTES])


def test_control_and_bidirectional_characters_arrive_as_they_were_sent(world, friends):
    alice, bob = friends
    text = "a\u202eb\x1b[2Jc\nd"
    alice.send("Bob", text)
    world.until(lambda: bob.texts("Alice"))
    assert bob.texts("Alice") == alice.texts("Bob") == [text]
    # Front ends show it through `displayable`; names go through it before they are stored.
    with pytest.raises(InvalidInput):
        bob.do(bob.api.rename("Alice", "Al\u202eice"))


def test_a_clock_that_is_days_wrong_changes_no_order_within_a_log(world, friends):
    alice, bob = friends
    bob.wall.offset = 3 * 24 * 3600 * 1000
    bob.send("Alice", "from the future")
    world.until(lambda: alice.texts("Bob") == ["from the future"])
    assert "clock" in alice.history("Bob")[0].note
    alice.send("Bob", "answer")
    world.until(lambda: delivered(alice, "Bob"))
    assert alice.texts("Bob") == bob.texts("Alice") == ["from the future", "answer"]


def test_search_finds_texts_on_both_sides(world, friends):
    alice, bob = friends
    alice.send("Bob", "the quick brown fox")
    bob.send("Alice", "a lazy dog")
    world.until(lambda: delivered(alice, "Bob") and delivered(bob, "Alice"))
    for person in (alice, bob):
        (found,) = person.do(person.api.search("qui", contact=None, limit=10))
        assert found.text == "the quick brown fox"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_500_messages_each_way_through_cuts_kills_and_restarts(folder, seed):
    world = World(folder, seed)
    chance = random.Random(seed)
    alice, bob = world.person("Alice"), world.person("Bob")
    world.befriend(alice, bob)
    people = {"Alice": (alice, "Bob"), "Bob": (bob, "Alice")}
    wanted: dict[str, list[str]] = {"Alice": [], "Bob": []}
    while min(map(len, wanted.values())) < 500:
        name = chance.choice(["Alice", "Bob"])
        person, other = people[name]
        if person.node is None:
            person.start()
        for _ in range(chance.choice([1, 1, 2, 5, 20])):
            if len(wanted[name]) < 500:
                text = f"{name} {len(wanted[name])}"
                person.send(other, text)
                wanted[name].append(text)
        match chance.randrange(30):
            case 0:
                world.cut(alice, bob)
            case 1:
                world.silence(alice, bob)
            case 2:
                person.kill(noticed=chance.random() < 0.5)
            case 3:
                person.stop()
            case 4:
                never_lies(alice, bob)
        world.pass_time(chance.choice([0.0, 0.01, 0.1, 1.0, 5.0]))
    for person, _ in people.values():
        if person.node is None:
            person.start()
    world.until(lambda: delivered(alice, "Bob") and delivered(bob, "Alice"), 700)
    assert [m.text for m in bob.history("Alice") if not m.mine] == wanted["Alice"]
    assert [m.text for m in alice.history("Bob") if not m.mine] == wanted["Bob"]
    assert same_order(alice, bob)
    assert len(alice.history("Bob")) == 1000
    assert alice.do(alice.api.status()).queued == bob.do(bob.api.status()).queued == 0
    world.end()


def never_lies(alice: Person, bob: Person) -> None:
    """Whatever counts as delivered is on the other one's disk."""
    if alice.node is None or bob.node is None:
        return
    for person, other in ((alice, bob), (bob, alice)):
        said = {m.id for m in person.history(other.name) if m.mine and m.state == "delivered"}
        assert said <= {m.id for m in other.history(person.name) if not m.mine}


def test_a_whole_id_means_its_contact_whatever_another_one_is_called(world, alice, bob, carol):
    world.befriend(alice, bob)
    world.befriend(alice, carol)
    bobs = alice.contact("Bob").id
    alice.do(alice.api.rename("Carol", bobs))
    assert alice.send(bobs, "to Bob").contact == bobs
    assert alice.send(bobs[:8], "to Bob").contact == bobs


def test_capitals_of_a_name_do_not_matter_wherever_a_contact_is_named(world, friends):
    alice, bob = friends
    alice.do(alice.api.rename("BOB", "Bob\u00e9"))
    for typed in ("bob\u00e9", "BOB\u00c9", " Bob\u00c9 "):
        alice.send(typed, typed.strip())
        assert alice.texts(typed)[-1] == typed.strip()
    assert alice.do(alice.api.search("bob", contact="bOb\u00e9", limit=5))
    world.until(lambda: len(bob.texts("alice")) == 3)
    assert {m.state for m in bob.history("ALICE")} == {"received"}
    world.until(lambda: {m.state for m in alice.history("bob\u00e9")} == {"delivered"})
