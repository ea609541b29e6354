"""The real window over a real node, driven by mouse and keys: two people, each with both."""

import shutil
import tempfile
import time
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtGui import Qt
from real_people import Person

from onionchat.node.node import create_profile
from onionchat.protocol.crypto.rng import SystemRng
from onionchat.testing.fabricate import CENTRE, circle, fill, friend
from onionchat.testing.nodes import CHEAP, PASSPHRASE
from onionchat.types import Millis
from onionchat_gui.viewmodels.contact import Contact
from onionchat_gui.viewmodels.message_rows import MessageRole
from onionchat_gui.viewmodels.messages import MAX_ROWS
from onionchat_gui.viewmodels.search import State

LONG = 2_000
"""Messages of the long conversation: several times what the window keeps."""


@pytest.fixture(scope="module")
def made():
    """Profiles to be copied. Not in pytest's folder: its name would be too long for a socket."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    now = Millis(int(time.time() * 1000))
    (folder / "friends").mkdir()
    friends = circle(folder / "friends", 1, now=now)
    (folder / "long").mkdir()
    several = circle(folder / "long", 2, now=now)
    fill(several, 2 * LONG, now=now)
    strangers = [folder / "alice", folder / "bob"]
    for profile in strangers:
        create_profile(profile, PASSPHRASE, profile.name.title(), SystemRng(), cost=CHEAP)
    yield {"friends": friends, "long": several[:1], "strangers": strangers}
    shutil.rmtree(folder)


@pytest.fixture
def people(made, look, qtbot):
    """A function that lets people come: their nodes answer and their windows show it."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    sockets = folder / "s"
    sockets.mkdir()
    there = []

    def come(kind):
        there.extend(Person(folder, profile, sockets, look, qtbot) for profile in made[kind])
        starting = [(person, person.begin_node()) for person in there]
        for person, told in starting:
            person.until_ready(told)
            person.open_window()
        for person in there:
            person.until_inside()
        return there

    yield come
    for person in there:
        person.leave()
    shutil.rmtree(folder)


def test_from_a_link_to_texts_that_are_read(people):
    alice, bob = people("strangers")
    alice.set("read-receipts", "on")
    alice.choose("Add a contact")
    alice.press("For many, each waits for your answer")
    alice.press("Make a link")
    alice.until(lambda: alice.page.made_link.text())

    bob.choose("Add a contact")
    bob.paste(bob.page.link, alice.page.made_link.text())
    bob.type(bob.page.name, "Alice")
    bob.type(bob.page.greeting, "It is me, Bob from the market")
    bob.press("Send the request")
    bob.until(lambda: bob.names() == ["Alice"])

    alice.choose("Contact requests")
    alice.until(lambda: alice.page.cards)
    (card,) = alice.page.cards.values()
    assert card.greeting.text() == "It is me, Bob from the market"
    alice.type(card.petname, "Bob of the market")
    alice.press("Accept: Bob")
    alice.until(lambda: hasattr(alice.page, "composer"))
    alice.until(lambda: alice.names() == ["Bob of the market"])
    alice.until(alice.page.composer.isEnabled)

    # He still looks at the page that opened when he had asked.
    bob.until(bob.page.words.isVisible)
    bob.open("Alice")
    bob.until(bob.page.composer.isEnabled)
    bob.write("hello")
    alice.until(lambda: alice.messages() == [("hello", "received")])
    bob.until(lambda: bob.messages() == [("hello", "read")])
    alice.write("hello yourself")
    bob.until(lambda: bob.texts() == ["hello", "hello yourself"])
    # Bob does not say what he has read; nobody does unless asked to.
    alice.until(lambda: alice.messages()[-1] == ("hello yourself", "delivered"))


def test_a_text_is_queued_then_delivered_then_read(people):
    alice, bob = people("friends")
    alice.open(friend(1))
    # A link that comes up just now would take the text, and nobody would be at its other end.
    alice.until(lambda: "Connected" in alice.row(friend(1)))
    bob.kill_node()
    alice.until(lambda: "Not connected" in alice.row(friend(1)))
    alice.write("are you there?")
    alice.until(lambda: alice.messages() == [("are you there?", "queued")])
    bob.start_node()
    bob.set("read-receipts", "on")
    alice.until(lambda: alice.messages() == [("are you there?", "delivered")])
    bob.until_inside()
    bob.until(lambda: "1 unread" in bob.row(CENTRE))
    assert bob.window.windowTitle() == "(1) onionchat"
    bob.open(CENTRE)
    alice.until(lambda: alice.messages() == [("are you there?", "read")])
    assert bob.window.windowTitle() == "onionchat"


def test_what_was_typed_is_there_when_the_window_is_opened_again(people):
    alice, _ = people("friends")
    alice.open(friend(1))
    alice.type(alice.page.composer.box, "not ready ye")
    alice.close_window()
    alice.open_window()
    alice.until_inside()
    alice.open(friend(1))
    alice.until(lambda: alice.page.composer.box.toPlainText() == "not ready ye")
    alice.write("t")
    alice.until(lambda: alice.messages() and alice.messages()[0][0] == "not ready yet")
    assert alice.page.composer.box.toPlainText() == ""
    alice.close_window()
    alice.open_window()
    alice.until_inside()
    alice.open(friend(1))
    alice.until(lambda: alice.texts() == ["not ready yet"])
    assert alice.page.composer.box.toPlainText() == ""


def numbers(messages, rows):
    """Each fabricated text ends in its number."""
    return [int(messages.model().index(row, 0).data().rsplit(" ", 1)[1]) for row in rows]


def on_screen(messages):
    """The numbers that can be seen."""
    area = messages.viewport().rect()
    ends = (messages.indexAt(corner).row() for corner in (area.topLeft(), area.bottomLeft()))
    first, last = ends
    return numbers(messages, range(first, last + 1))


def test_a_long_conversation_is_walked_through_without_a_hole(people):
    (alice,) = people("long")
    alice.open(friend(2))
    alice.until(alice.messages)
    list_ = alice.page.messages
    newest = numbers(list_, [list_.model().rowCount() - 1])[0]
    oldest = newest - LONG + 1
    seen = set(on_screen(list_))
    alice.until(lambda: newest in on_screen(list_))

    def moved(before, stood):
        return on_screen(list_) != before or list_.currentIndex().row() != stood

    def walk(key, goal):
        while goal not in seen:
            before, stood = on_screen(list_), list_.currentIndex().row()
            alice.key(list_, key)
            # The first key goes to the edge of what is seen; at the edge of what is loaded, more
            # comes.
            alice.until(partial(moved, before, stood))
            length = list_.model().rowCount()
            first, last = numbers(list_, [0, length - 1])
            assert last - first + 1 == length <= MAX_ROWS
            now = on_screen(list_)
            assert min(now) <= max(before) and max(now) >= min(before), "a page was left out"
            seen.update(now)

    walk(Qt.Key.Key_PageUp, oldest)
    assert seen == set(range(oldest, newest + 1))
    assert alice.page.newest.isVisible()
    seen.clear()
    walk(Qt.Key.Key_PageDown, newest)
    assert seen == set(range(oldest, newest + 1))
    seen.clear()
    walk(Qt.Key.Key_PageUp, newest - 1000)
    alice.press("Newest messages")
    alice.until(lambda: newest in on_screen(list_))


def test_a_contact_is_renamed_verified_blocked_and_removed(people):
    alice, bob = people("friends")
    alice.open(friend(1))
    alice.press("About this contact")
    alice.page.name.selectAll()
    alice.type(alice.page.name, "Bob")
    alice.press("Save")
    alice.until(lambda: alice.names() == ["Bob"])

    bob.open(CENTRE)
    bob.press("About this contact")
    bob.until(lambda: bob.page.model.words)
    alice.until(lambda: alice.page.model.words)
    alice.type(alice.page.heard, "acid acid acid")
    alice.press("Compare")
    alice.until(lambda: alice.page.problems["words"].isVisible())
    assert alice.page.trust.text() == "Not validated yet"
    alice.page.heard.selectAll()
    alice.type(alice.page.heard, " ".join(bob.page.model.words))
    alice.press("Compare")
    alice.until(lambda: alice.page.trust.text() == "Validated")

    alice.press("Block…")
    alice.confirm("Cancel")
    assert not alice.page.model.blocked
    alice.press("Block…")
    alice.confirm("Block")
    alice.until(lambda: alice.page.model.blocked)
    bob.open(CENTRE)
    bob.until(lambda: "Not connected" in bob.row(CENTRE))
    bob.write("can you hear me?")
    alice.press("Unblock")
    bob.until(lambda: bob.messages() == [("can you hear me?", "delivered")])

    alice.press("Remove…")
    alice.confirm("Remove")
    alice.until(lambda: alice.names() == [])
    assert alice.window.notice.words.text() == "Bob was removed."


def is_last(person, message):
    return person.messages()[-1] == message


def test_a_node_that_is_killed_while_it_is_sent_a_text_loses_and_doubles_nothing(people):
    alice, bob = people("friends")
    alice.open(friend(1))
    alice.write("before")
    alice.until(lambda: alice.messages() == [("before", "delivered")])

    alice.freeze()
    alice.write("never read")
    alice.until(lambda: alice.messages()[-1] == ("never read", "sending"))
    alice.kill_node()
    alice.until(lambda: "is lost" in alice.strip())
    assert alice.messages()[-1] == ("never read", "failed")
    alice.type(alice.page.composer.box, "typed meanwh")
    alice.start_node()
    # The window sends it again by itself; the node knows by a tag whether it has it.
    alice.until(lambda: alice.messages()[-1] == ("never read", "delivered"))
    assert alice.strip() == ""
    alice.type(alice.page.composer.box, "ile")
    alice.key(alice.page.composer.box, Qt.Key.Key_Return)
    alice.until(lambda: alice.messages()[-1] == ("typed meanwhile", "delivered"))

    # Whatever it was about when it dies now.
    for text in ("in the middle", "in the middle again"):
        alice.write(text)
        alice.kill_node()
        alice.until(lambda: "is lost" in alice.strip())
        alice.start_node()
        alice.until(partial(is_last, alice, (text, "delivered")))
    written = ["before", "never read", "typed meanwhile", "in the middle", "in the middle again"]
    assert alice.texts() == written
    bob.open(CENTRE)
    bob.until(lambda: bob.texts() == written)


def test_what_was_written_long_ago_is_found_and_shown_at_its_place(people):
    (alice,) = people("long")
    alice.shortcut(Qt.Key.Key_F)
    alice.type(alice.window.search, "12")
    # While one types on, answers to less come and are no answer to more.
    alice.type(alice.window.search, "34")
    alice.until(lambda: alice.desk.search.state == State.DONE)
    assert alice.desk.search.rowCount() == 1
    alice.key(alice.window.search, Qt.Key.Key_Return)
    alice.until(lambda: hasattr(alice.page, "composer"))
    alice.until(lambda: alice.texts() and 1234 in on_screen(alice.page.messages))
    first, last = numbers(alice.page.messages, [0, len(alice.texts()) - 1])
    assert last - first + 1 == len(alice.texts())


def test_a_locked_window_shows_nothing_and_opens_by_the_passphrase(people):
    alice, bob = people("friends")
    alice.open(friend(1))
    alice.type(alice.page.composer.box, "half a sente")
    alice.shortcut(Qt.Key.Key_L)
    alice.until(alice.window.curtain.isVisible)
    assert alice.names() == []
    bob.open(CENTRE)
    bob.write("while you are away")
    bob.until(lambda: bob.messages() == [("while you are away", "delivered")])
    assert alice.names() == []

    secret = alice.window.curtain.passphrase
    alice.type(secret, "something else")
    alice.key(secret, Qt.Key.Key_Return)
    alice.until(alice.window.curtain.problem.isVisible)
    alice.until(secret.isEnabled)
    alice.type(secret, PASSPHRASE)
    alice.key(secret, Qt.Key.Key_Return)
    alice.until_inside()
    alice.until(lambda: not alice.window.curtain.isVisible())
    alice.open(friend(1))
    alice.until(lambda: alice.messages() == [("while you are away", "received")])
    alice.until(lambda: alice.page.composer.box.toPlainText() == "half a sente")


def test_what_is_said_of_messages_comes_to_the_other_window(people):
    alice, bob = people("friends")
    alice.open(friend(1))
    bob.open(CENTRE)
    alice.write("see you at the brigde")
    bob.until(lambda: bob.texts() == ["see you at the brigde"])

    def row(person, number):
        return person.page.messages.model().index(number).data(MessageRole.ROW)

    def act(person, number, word):
        menu = person.page.messages.menu(row(person, number))
        next(a for a in menu.actions() if a.text().partition("\t")[0] == word).trigger()

    # An answer quotes what it answers, and follows its edit.
    act(bob, 0, "Answer")
    bob.write("when?")
    alice.until(lambda: len(alice.texts()) == 2)
    assert row(alice, 1).quote.line == "see you at the brigde"
    assert row(bob, 1).quote.line == "see you at the brigde"
    act(alice, 0, "Edit")
    alice.page.composer.set_text("see you at the bridge")
    alice.page.composer.submit()
    bob.until(lambda: bob.texts()[0] == "see you at the bridge")
    for person in (alice, bob):
        person.until(lambda person=person: row(person, 1).quote.line == "see you at the bridge")
        assert row(person, 0).view.edited is not None

    bob.page.conversation.react(row(bob, 0).view.id, "👍")
    alice.until(lambda: [r.words for r in row(alice, 0).reactions] == ["👍"])
    assert not row(alice, 0).reactions[0].mine

    # The last line of the list follows what is last now, as it is now.
    act(bob, 1, "Edit")
    bob.page.composer.set_text("when exactly?")
    bob.page.composer.submit()
    alice.until(lambda: "when exactly?" in alice.row(friend(1)))
    bob.until(lambda: "when exactly?" in bob.row(CENTRE))
    bob.page.conversation.delete(row(bob, 1).view.id, everywhere=True)
    alice.until(lambda: row(alice, 1).bare)
    assert row(alice, 1).remark == "The author has deleted this for everyone."
    bob.until(lambda: row(bob, 1).view.asked == "arrived")
    alice.until(lambda: "when exactly?" not in alice.row(friend(1)))
    bob.until(lambda: "when exactly?" not in bob.row(CENTRE))

    known = alice.desk.conversations.contact(alice.page.contact)
    Contact(alice.desk.node, known.id, known, alice.page).set_timer(300)
    bob.until(lambda: bob.page._timer.isVisible())
    bob.until(lambda: row(bob, 2).is_line)
    alice.write("burn this")
    bob.until(lambda: row(bob, 3) is not None and row(bob, 3).left == "5 min")


def test_a_second_device_comes_in_by_a_link_and_a_code_and_is_put_out(people):
    old, new = people("strangers")
    old.choose("Your devices")
    old.press("Make a link")
    card = old.page.linking
    old.until(lambda: card.link.text())
    assert card.code.isHidden()

    new.press("This is another device of mine")
    new.until(lambda: hasattr(new.page, "join"))
    new.paste(new.page.link, card.link.text())
    new.type(new.page.name, "Laptop")
    new.press("Link this device")
    new.until(lambda: new.page.code.isVisible() and new.page.code.text())

    old.until(card.code.isVisible)
    old.type(card.code, "00000000")
    old.press("Take this device in")
    old.until(lambda: card.problem.words.text().startswith("No device that waits"))
    card.code.clear()
    old.type(card.code, new.page.code.text())
    old.press("Take this device in")
    old.until(lambda: card.words.text())
    new.until(lambda: new.page.words.text())
    assert card.words.text() == new.page.words.text()

    # Both are devices of the account of the first, and see each other.
    new.press("Finish")
    new.until(lambda: new.desk.session.status.name == "Alice")
    old.press("They are the same")
    old.until(lambda: [row.name.text() for row in old.page.rows.values()][1:] == ["Laptop"])
    _, row = old.page.rows.values()
    old.until(lambda: row.state.text() == "Connected")
    old.press("Put out…: Laptop")
    old.press("Put it out for good")
    old.until(lambda: row.state.text() == "Put out of your account")
