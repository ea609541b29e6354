"""Answers, edits and reactions between two contacts."""

import pytest

from onionchat.errors import EmptyText, InvalidInput, UnknownMessage
from onionchat.protocol.journal.entry import EntryKind
from onionchat.protocol.rooms.bodies import encode_edit, encode_text
from onionchat.protocol.sync.messages import Entries, encode_message
from onionchat.views import MessageAdded, MessageChanged


def send(peer, channel, *entries):
    """What a script wrote."""
    peer.say(channel, encode_message(Entries(entries)))


def last(person, contact):
    return person.history(contact)[-1]


def settle(world):
    world.pass_time(5)


def seen(person, contact):
    """What both sides have to show alike."""
    return [
        (m.id, m.text, m.kind, m.deleted, m.edited, sorted(r.emoji for r in m.reactions))
        for m in person.history(contact)
    ]


def test_an_edit_is_seen_by_both_and_what_was_said_before_can_be_looked_up(world, friends):
    alice, bob = friends
    first = alice.send("Bob", "helo")
    alice.send("Bob", "how are you?")
    settle(world)
    world.pass_time(10)
    edited = alice.do(alice.api.edit("Bob", first.id, "hello"))
    assert (edited.text, edited.id) == ("hello", first.id)
    assert edited.edited > first.time
    settle(world)
    for person, other in ((alice, "Bob"), (bob, "Alice")):
        assert person.texts(other) == ["hello", "how are you?"], "an edit moves nothing"
        versions = person.do(person.api.versions(other, first.id))
        assert [version.text for version in versions] == ["helo", "hello"]
        assert [e.message.text for e in person.told(MessageChanged)] == ["hello"]
    assert seen(alice, "Bob") == seen(bob, "Alice")
    assert bob.contact("Alice").unread == 2, "an edit is no new message"
    assert alice.contact("Bob").queued == 0
    assert len(bob.told(MessageAdded)) == 2


def test_the_search_finds_the_newest_version_only(world, friends):
    alice, bob = friends
    sent = alice.send("Bob", "the old words")
    settle(world)
    alice.do(alice.api.edit("Bob", sent.id, "the new words"))
    settle(world)
    for person in (alice, bob):
        assert not person.do(person.api.search("old", contact=None, limit=9))
        (found,) = person.do(person.api.search("new", contact=None, limit=9))
        assert found.text == "the new words"
        assert found.edited is not None
    assert bob.contact("Alice").last_text == "the new words"
    assert alice.contact("Bob").last_text == "the new words"


def test_the_last_edit_counts_and_survives_a_restart(world, friends):
    alice, bob = friends
    sent = alice.send("Bob", "1")
    for text in ("2", "3"):
        world.pass_time(2)
        alice.do(alice.api.edit("Bob", sent.id, text))
    settle(world)
    bob.restart()
    assert bob.texts("Alice") == alice.texts("Bob") == ["3"]
    assert [v.text for v in bob.do(bob.api.versions("Alice", sent.id))] == ["1", "2", "3"]


def test_only_ones_own_texts_can_be_edited(world, friends):
    alice, bob = friends
    sent = alice.send("Bob", "mine")
    settle(world)
    with pytest.raises(InvalidInput):
        bob.do(bob.api.edit("Alice", sent.id, "yours"))
    with pytest.raises(EmptyText):
        alice.do(alice.api.edit("Bob", sent.id, " "))
    with pytest.raises(UnknownMessage):
        alice.do(alice.api.edit("Bob", "0" * 64, "x"))
    alice.do(alice.api.set_timer("Bob", 300))
    with pytest.raises(InvalidInput):
        alice.do(alice.api.edit("Bob", last(alice, "Bob").id, "x"))


def test_a_message_of_another_conversation_is_not_found(world, friends, carol):
    alice, _bob = friends
    world.befriend(alice, carol)
    sent = alice.send("Carol", "hi")
    for work in (
        alice.api.edit("Bob", sent.id, "x"),
        alice.api.react("Bob", sent.id, "x"),
        alice.api.versions("Bob", sent.id),
        alice.api.send("Bob", "x", reply_to=sent.id),
        alice.api.delete("Bob", [sent.id], for_everyone=False),
    ):
        with pytest.raises(UnknownMessage):
            alice.do(work)


def test_an_edit_by_the_other_side_does_nothing(world, mallory):
    victim = mallory.victim
    sent = victim.send("Mallory", "mine")
    settle(world)
    peer, channel = mallory.sync()
    target = bytes.fromhex(sent.id)
    body = encode_edit(target, "forged")
    send(peer, channel, mallory.entry(kind=EntryKind.EDIT, body=body))
    settle(world)
    message = last(victim, "Mallory")
    assert (message.text, message.edited) == ("mine", None)


def test_reactions_are_one_a_person_and_can_be_taken_back(world, friends):
    alice, bob = friends
    sent = alice.send("Bob", "good news")
    settle(world)
    bob.do(bob.api.react("Alice", sent.id, "\U0001f44d"))
    bob.do(bob.api.react("Alice", sent.id, "\U0001f389"))
    alice.do(alice.api.react("Bob", sent.id, "\u2764"))
    settle(world)
    assert seen(alice, "Bob") == seen(bob, "Alice")
    reactions = {(r.author, r.mine, r.emoji) for r in last(alice, "Bob").reactions}
    assert reactions == {("Bob", False, "\U0001f389"), ("Alice", True, "\u2764")}
    bob.do(bob.api.react("Alice", sent.id, ""))
    settle(world)
    assert [r.emoji for r in last(alice, "Bob").reactions] == ["\u2764"]
    assert seen(alice, "Bob") == seen(bob, "Alice")
    assert alice.contact("Bob").unread == 0
    assert bob.contact("Alice").queued == 0
    with pytest.raises(InvalidInput):
        bob.do(bob.api.react("Alice", sent.id, "no emoji at all"))


def test_an_answer_shows_what_it_answers_as_it_is_now(world, friends):
    alice, bob = friends
    question = alice.send("Bob", "tea?")
    settle(world)
    bob.do(bob.api.send("Alice", "yes", reply_to=question.id))
    settle(world)
    (told,) = alice.told(MessageAdded)[1:]
    assert (told.message.reply.text, told.message.reply.mine) == ("tea?", True)
    assert last(bob, "Alice").reply.author == "Alice"
    alice.do(alice.api.edit("Bob", question.id, "coffee?"))
    settle(world)
    assert last(bob, "Alice").reply.text == "coffee?"
    alice.do(alice.api.delete("Bob", [question.id], for_everyone=True))
    settle(world)
    for person, other in ((alice, "Bob"), (bob, "Alice")):
        reply = last(person, other).reply
        assert (reply.text, reply.note) == ("", "The text was deleted.")


def test_an_answer_to_something_unknown_says_so(world, mallory):
    peer, channel = mallory.sync()
    send(peer, channel, mallory.entry(body=encode_text("what?", bytes(32))))
    settle(world)
    reply = last(mallory.victim, "Mallory").reply
    assert (reply.text, reply.note) == ("", "That message is not here.")


def test_kinds_of_a_newer_version_are_kept_and_shown_as_such(world, mallory):
    peer, channel = mallory.sync()
    send(peer, channel, mallory.entry(kind=99, body=b"from the future"), mallory.entry("after"))
    settle(world)
    unknown, after = mallory.victim.history("Mallory")
    assert (unknown.kind, unknown.text) == ("unknown", "")
    assert "newer version" in unknown.note
    assert after.text == "after"


def test_edits_made_apart_are_the_same_once_both_meet(world, friends):
    alice, bob = friends
    ids = [alice.send("Bob", f"text {n}").id for n in range(5)]
    settle(world)
    world.part(alice, bob)
    world.pass_time(30)
    for number, one in enumerate(ids):
        alice.do(alice.api.edit("Bob", one, f"edited {number}"))
        alice.do(alice.api.react("Bob", one, "a"))
        bob.do(bob.api.react("Alice", one, "b"))
        bob.do(bob.api.send("Alice", "an answer", reply_to=one))
    alice.do(alice.api.delete("Bob", ids[:1], for_everyone=True))
    world.heal(alice, bob)
    world.until(lambda: seen(alice, "Bob") == seen(bob, "Alice"), 900)
    settle(world)
    assert seen(alice, "Bob") == seen(bob, "Alice")
    assert [m.deleted for m in bob.history("Alice") if m.id == ids[0]] == [True]
