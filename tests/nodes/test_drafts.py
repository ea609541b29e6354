"""What was written and not sent: kept on this device alone."""

import pytest

from onionchat.errors import InvalidText, TextTooLong, UnknownContact
from onionchat.node import people
from onionchat.store import drafts
from onionchat.testing.nodes import Person
from onionchat.types import MAX_TEXT_BYTES
from onionchat.views import ContactChanged


def draft_of(person: Person, contact: str) -> str:
    return person.do(person.api.draft(contact))


def test_a_draft_is_there_after_a_kill(world, friends):
    alice, _ = friends
    text = "not ready\n" + "x" * 300
    view = alice.do(alice.api.set_draft("Bob", text))
    alice.kill()
    alice.start()
    assert draft_of(alice, "Bob") == text
    (shown,) = alice.contacts()
    assert shown.draft == view.draft == text[:256]


def test_other_windows_are_told(world, friends):
    alice, _ = friends
    alice.do(alice.api.set_draft("Bob", "begun"))
    assert alice.told(ContactChanged)[-1].contact.draft == "begun"


def test_nobody_is_sent_a_draft(world, friends):
    alice, bob = friends
    world.pass_time(60)
    sizes = alice.read(lambda tx: tx.row("SELECT COUNT(*) FROM entries"))
    alice.do(alice.api.set_draft("Bob", "a secret plan"))
    world.pass_time(600)
    # Neither in a conversation nor in the journal of one's own devices.
    assert alice.read(lambda tx: tx.row("SELECT COUNT(*) FROM entries")) == sizes
    assert bob.history("Alice") == ()


def test_sending_forgets_it_in_the_same_step(world, friends, monkeypatch):
    alice, _ = friends
    alice.do(alice.api.set_draft("Bob", "hello"))
    alice.send("Bob", "something else")
    assert draft_of(alice, "Bob") == "hello"
    alice.do(alice.api.send("Bob", "hello", clear_draft=True))
    assert draft_of(alice, "Bob") == ""
    assert alice.told(ContactChanged)[-1].contact.draft == ""


def test_a_message_that_is_stored_is_answered_whatever_comes_after(world, friends, monkeypatch):
    """Else it would be sent again: nobody waits for the contact to be read for the event."""
    alice, _ = friends

    def broken(*_):
        raise UnknownContact

    alice.do(alice.api.set_draft("Bob", "hello"))
    monkeypatch.setattr(people, "view", broken)
    assert alice.do(alice.api.send("Bob", "hello", clear_draft=True)).text == "hello"
    alice.do(alice.api.mark_read("Bob", None))


def test_what_cannot_be_sent_keeps_the_draft(world, friends):
    alice, _ = friends
    alice.do(alice.api.set_draft("Bob", "hello"))
    alice.do(alice.api.block("Bob"))
    with pytest.raises(Exception, match="blocked"):
        alice.do(alice.api.send("Bob", "hello", clear_draft=True))
    assert draft_of(alice, "Bob") == "hello"


@pytest.mark.parametrize("blank", ["", " \n\t", "\u200b"])
def test_a_blank_draft_is_none(world, friends, blank):
    alice, _ = friends
    alice.do(alice.api.set_draft("Bob", "hello"))
    alice.do(alice.api.set_draft("Bob", blank))
    assert draft_of(alice, "Bob") == ""


@pytest.mark.parametrize(
    ("text", "error"),
    [("x" * (MAX_TEXT_BYTES + 1), TextTooLong), ("a\0b", InvalidText), ("\ud800x", InvalidText)],
)
def test_what_could_never_be_sent_is_no_draft(world, friends, text, error):
    alice, _ = friends
    with pytest.raises(error):
        alice.do(alice.api.set_draft("Bob", text))
    assert draft_of(alice, "Bob") == ""


def test_a_draft_for_nobody(world, friends):
    alice, _ = friends
    with pytest.raises(UnknownContact):
        alice.do(alice.api.set_draft("Nobody", "x"))
    with pytest.raises(UnknownContact):
        draft_of(alice, "Nobody")


def test_a_removed_contact_leaves_no_draft(world, friends):
    alice, _ = friends
    alice.do(alice.api.set_draft("Bob", "x"))
    number = alice.read(lambda tx: tx.row("SELECT id FROM contacts"))[0]
    alice.do(alice.api.remove("Bob"))
    assert alice.read(lambda tx: drafts.get(tx, number)) == ""
