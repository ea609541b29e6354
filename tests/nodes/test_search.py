"""A search goes on in steps, and others come between them."""

from twisted.internet.defer import Deferred, gatherResults

from onionchat.store import search


def between(world, alice, monkeypatch, *, frequent):
    """How many commits others get done while a search runs over a hundred messages."""
    if frequent:
        monkeypatch.setattr(search, "MAX_PAGES", -1)
        monkeypatch.setattr(search, "STEP_ROWS", 10)
    texts = ["other words"] * 100
    world.time.result(gatherResults([alice.begin(alice.api.send("Bob", t)) for t in texts]))
    going = Deferred.fromCoroutine(alice.api.search("rare", contact=None, limit=5))
    found, done = [], 0
    going.addBoth(found.append)
    while not found:
        alice.read(lambda _tx: None)
        done += 1
    assert found == [[]]
    return done


def test_others_come_between_the_steps_of_a_long_search(world, friends, monkeypatch):
    assert between(world, friends[0], monkeypatch, frequent=True) >= 10


def test_a_search_that_the_index_answers_is_one_step(world, friends, monkeypatch):
    """What makes the other test fail if there were no steps."""
    assert between(world, friends[0], monkeypatch, frequent=False) <= 3


def test_a_message_is_found_by_a_frequent_beginning(world, friends, monkeypatch):
    alice, _ = friends
    monkeypatch.setattr(search, "MAX_PAGES", -1)
    monkeypatch.setattr(search, "STEP_ROWS", 2)
    for number in range(7):
        alice.send("Bob", f"word {number}")
    views = alice.do(alice.api.search("wo", contact="Bob", limit=5))
    assert [view.text for view in views] == [f"word {number}" for number in (6, 5, 4, 3, 2)]
