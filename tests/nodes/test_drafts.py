"""What was written and not sent: kept by the person's devices alone."""

import pytest

from onionchat.errors import InvalidText, TextTooLong, UnknownContact
from onionchat.node import people
from onionchat.protocol.rooms.household import draft_key
from onionchat.store import contacts, drafts, self_state
from onionchat.testing.household import add_own_device
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


# --- one's other devices --------------------------------------------------------------------------


def told_of_drafts(person: Person) -> list[bytes | None]:
    """What one's other devices were told, as far as it still counts."""

    def work(tx):
        (contact,) = contacts.everyone(tx)
        held = self_state.get(tx, draft_key(contact.account_id))
        return None if held is None else held.value

    return person.read(work)


def entries_of(person: Person) -> int:
    return person.read(lambda tx: tx.row("SELECT COUNT(*) FROM entries"))[0]


def test_other_devices_hear_of_it_within_five_seconds_and_once(world, friends):
    alice, _ = friends
    alice.read(add_own_device)
    before = entries_of(alice)
    for length in range(1, 5):
        alice.do(alice.api.set_draft("Bob", "abcd"[:length]))
        world.pass_time(1)
        assert told_of_drafts(alice) is None
    world.pass_time(2)
    assert told_of_drafts(alice) == b"abcd"
    assert entries_of(alice) == before + 1
    alice.do(alice.api.set_draft("Bob", ""))
    assert told_of_drafts(alice) is None
    assert entries_of(alice) == before + 2


def test_sending_it_tells_at_once_and_stopping_as_well(world, friends):
    alice, _ = friends
    alice.read(add_own_device)
    alice.do(alice.api.set_draft("Bob", "hello"))
    alice.restart()
    assert told_of_drafts(alice) == b"hello"
    alice.do(alice.api.send("Bob", "hello", clear_draft=True))
    assert told_of_drafts(alice) is None
