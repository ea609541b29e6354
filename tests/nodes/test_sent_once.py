"""A message whose answer was lost is sent again by the program, and is there once."""

import random
import shutil

import pytest

from onionchat.errors import EmptyText, InvalidInput, RestoredBackup
from onionchat.node import restored
from onionchat.store import contacts, sent_tags
from onionchat.views import MessageAdded

DAY = sent_tags.KEPT_MILLIS / 1000


def send(person, text="hello", tag="tag-1", **more):
    return person.do(person.api.send("Bob", text, tag=tag, **more))


def test_sent_twice_with_one_tag_it_is_one_message(world, friends):
    alice, bob = friends
    first = send(alice)
    again = send(alice)
    assert (again.id, again.text, again.time) == (first.id, "hello", first.time)
    world.pass_time(10)
    assert bob.texts("Alice") == alice.texts("Bob") == ["hello"]
    assert len(alice.told(MessageAdded)) == 1
    assert send(alice).state == "delivered", "it says how the message is now"


def test_two_at_once_are_one(world, friends):
    alice, _ = friends
    asked = [alice.begin(alice.api.send("Bob", "hello", tag="tag-1")) for _ in range(3)]
    assert len({world.time.result(one).id for one in asked}) == 1
    assert alice.texts("Bob") == ["hello"]


def test_other_tags_and_none_are_other_messages(world, friends):
    alice, _ = friends
    for tag in ("a", "b", None, None):
        send(alice, tag=tag)
    assert alice.texts("Bob") == ["hello"] * 4


def test_a_tag_is_one_contact_s(world, friends, carol):
    alice, _ = friends
    world.befriend(alice, carol)
    send(alice)
    alice.do(alice.api.send("Carol", "hello", tag="tag-1"))
    assert (alice.texts("Bob"), alice.texts("Carol")) == (["hello"], ["hello"])


def test_killed_between_commit_and_answer(world, friends):
    alice, bob = friends

    def kill(_number):
        alice.db.after = lambda _: None
        alice.kill()

    alice.db.after = kill
    answers = []
    alice.begin(alice.api.send("Bob", "hello", tag="tag-1")).addCallback(answers.append)
    world.pass_time(1)
    assert alice.node is None, "it was killed"
    assert answers == []
    alice.start()
    assert alice.texts("Bob") == ["hello"]
    send(alice)
    world.pass_time(60)
    assert alice.texts("Bob") == bob.texts("Alice") == ["hello"]


def test_killed_before_the_commit(world, friends):
    alice, _ = friends
    alice.db.before = lambda _: alice.kill()
    alice.begin(alice.api.send("Bob", "hello", tag="tag-1"))
    world.pass_time(1)
    alice.start()
    assert alice.texts("Bob") == []
    send(alice)
    assert alice.texts("Bob") == ["hello"]


def test_what_could_not_be_stored_takes_no_tag(world, friends):
    alice, _ = friends
    with pytest.raises(EmptyText):
        send(alice, " ")
    alice.do(alice.api.block("Bob"))
    with pytest.raises(Exception, match="blocked"):
        send(alice)
    alice.do(alice.api.unblock("Bob"))
    send(alice)
    assert alice.texts("Bob") == ["hello"]


def test_another_text_is_never_taken_for_the_first(world, friends):
    alice, _ = friends
    send(alice)
    with pytest.raises(InvalidInput):
        send(alice, "something else")
    assert alice.texts("Bob") == ["hello"]


def test_a_repetition_is_answered_whatever_became_of_the_contact(world, friends):
    alice, _ = friends
    first = send(alice)
    alice.do(alice.api.block("Bob"))
    assert send(alice).id == first.id


def test_a_repetition_leaves_the_draft_that_was_begun_since(world, friends):
    alice, _ = friends
    send(alice, clear_draft=True)
    alice.do(alice.api.set_draft("Bob", "begun"))
    send(alice, clear_draft=True)
    assert alice.do(alice.api.draft("Bob")) == "begun"


def test_after_a_day_a_tag_is_forgotten(world, friends):
    alice, _ = friends
    send(alice)
    world.pass_time(DAY - 60)
    send(alice)
    assert alice.texts("Bob") == ["hello"]
    world.pass_time(60)
    send(alice)
    assert alice.texts("Bob") == ["hello", "hello"]


def test_a_message_that_is_written_again_is_the_one_of_its_tag(world, friends, folder):
    """A snapshot of the disk came back, and nobody noticed before the message was stored."""
    alice, bob = friends
    old = folder / "old"
    alice.stop()
    shutil.copytree(alice.profile, old)
    alice.start()
    alice.send("Bob", "after the snapshot")
    world.pass_time(10)
    alice.stop()
    bob.stop()
    shutil.rmtree(alice.profile)
    shutil.copytree(old, alice.profile)
    alice.start()
    alice.read(lambda tx: [restored.trust(tx, c.number) for c in contacts.everyone(tx)])
    first = send(alice)
    bob.start()

    def again():
        try:
            return send(alice).id != first.id
        except RestoredBackup:
            return False

    world.until(again, 700)
    world.pass_time(10)
    assert sorted(bob.texts("Alice")) == sorted(alice.texts("Bob"))
    assert sorted(alice.texts("Bob")) == ["after the snapshot", "hello"]


@pytest.mark.parametrize("seed", range(4))
def test_whenever_it_is_killed_each_text_is_there_once(world, friends, seed):
    """An impatient program: what was not answered it asks again, and sometimes twice at once."""
    alice, bob = friends
    chance = random.Random(seed)
    waiting = [f"text {number}" for number in range(40)]
    answered = {}

    def ask(text):
        def stored(view):
            answered.setdefault(text, set()).add(view.id)

        alice.begin(alice.api.send("Bob", text, tag=f"tag of {text}")).addCallback(stored)

    for _ in range(100):
        left = [text for text in waiting if text not in answered]
        if not left:
            break
        last = alice.db.commits + chance.randint(1, 6)

        def kill(number, last=last):
            if number == last and alice.node is not None:
                alice.kill()

        setattr(alice.db, chance.choice(["before", "after"]), kill)
        for text in left:
            if alice.node is None:
                break
            for _ in range(chance.choice([1, 1, 2])):
                ask(text)
            world.pass_time(chance.choice([0, 0, 0.01, 0.5]))
        world.pass_time(1)
        if alice.node is not None:
            alice.kill()
        alice.start()
    world.pass_time(120)
    assert all(len(ids) == 1 for ids in answered.values()), "every answer names one message"
    assert sorted(alice.texts("Bob")) == sorted(bob.texts("Alice")) == sorted(waiting)
