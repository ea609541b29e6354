"""Into the middle of a conversation, and on from there in both directions."""

import pytest

from onionchat.errors import AmbiguousMessage, InvalidInput, UnknownContact, UnknownMessage


def stretch(person, **place):
    return person.do(person.api.history("Bob", **place))


def test_from_a_search_result_one_can_read_on_in_both_directions(world, friends):
    alice, _ = friends
    for number in range(30):
        alice.send("Bob", f"text {number}")
    (hit,) = alice.do(alice.api.search("17 ", contact=None, limit=5))
    here = stretch(alice, limit=5, around=hit.id)
    assert [m.text for m in here.messages] == [f"text {n}" for n in range(15, 20)]
    seen = list(here.messages)
    while here.older:
        here = stretch(alice, limit=4, before=seen[0].id)
        seen[:0] = here.messages
    newer = True
    while newer:
        here = stretch(alice, limit=4, after=seen[-1].id)
        seen += here.messages
        newer = here.newer
    assert [m.text for m in seen] == [f"text {n}" for n in range(30)]


def test_the_beginning_of_an_id_will_do(world, friends):
    alice, _ = friends
    sent = alice.send("Bob", "text")
    found = stretch(alice, limit=3, around=sent.id[:12])
    assert ([m.id for m in found.messages], found.older, found.newer) == ([sent.id], False, False)


def test_bad_places(world, friends):
    alice, bob = friends
    carol = world.person("Carol")
    world.befriend(alice, carol)
    alice.send("Bob", "text")
    elsewhere = alice.send("Carol", "text").id
    for way in ("before", "after", "around"):
        for place in (elsewhere, "0" * 64, "", "no id", "é" * 64):
            with pytest.raises((UnknownMessage, AmbiguousMessage)):
                stretch(alice, limit=5, **{way: place})
        with pytest.raises(UnknownContact):
            alice.do(alice.api.history("Nobody", limit=5, **{way: elsewhere}))
    with pytest.raises(InvalidInput, match="not several"):
        stretch(alice, limit=5, before=elsewhere, around=elsewhere)


@pytest.mark.parametrize("words", ["text ", "text", "te", "t"])
def test_a_search_goes_on_where_its_page_ended(world, friends, words):
    alice, _ = friends
    for number in range(25):
        alice.send("Bob", f"text {number}")
    found, before = [], None
    while True:
        page = alice.do(alice.api.search(words, contact=None, limit=10, before=before))
        if not page:
            break
        found += [message.text for message in page]
        before = page[-1].id
    assert found == [f"text {number}" for number in reversed(range(25))]
    with pytest.raises(UnknownMessage):
        alice.do(alice.api.search(words, contact=None, limit=10, before="0" * 64))


def test_where_reading_ended(world, friends):
    alice, bob = friends
    sent = [alice.send("Bob", f"text {number}").id for number in range(5)]
    world.until(lambda: len(bob.history("Alice")) == 5)

    def first_unread():
        return bob.do(bob.api.first_unread("Alice"))

    assert first_unread() == sent[0]
    bob.do(bob.api.mark_read("Alice", sent[2]))
    assert first_unread() == sent[3]
    bob.do(bob.api.mark_read("Alice", None))
    assert first_unread() is None
    with pytest.raises(UnknownContact):
        bob.do(bob.api.first_unread("Nobody"))
