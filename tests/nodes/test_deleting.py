"""Deleting messages: here, for everyone, parts of conversations and whole ones."""

import shutil
from pathlib import Path

import apsw
import pytest

from onionchat.errors import InvalidInput, UnknownMessage
from onionchat.node import erasure
from onionchat.store import (
    contacts,
    entries,
    erasing,
    frontiers,
    keyslot,
    messages,
    profile,
)
from onionchat.store import journals as stored
from onionchat.testing.nodes import PASSPHRASE
from onionchat.views import MessageChanged, MessagesDeleted

SECRET = "Zuckerwattebaum"


def settle(world):
    world.pass_time(5)


def delete(person, contact, *ids, everyone=False):
    return person.do(person.api.delete(contact, ids, for_everyone=everyone))


def clear(person, contact, before=None, *, everyone=False):
    return person.do(person.api.clear(contact, before=before, for_everyone=everyone))


def plain(person, folder: Path) -> bytes:
    """Every page of a person's database and every one in its log, decrypted: what somebody sees who
    has the key and the disk."""
    copy = folder / f"copy of {person.name}"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(person.profile, copy, ignore=shutil.ignore_patterns("run"))
    key = keyslot.unlock(copy, PASSPHRASE).database_key()
    database = copy / profile.DATABASE
    log = database.with_name(database.name + "-wal")
    frames = log.read_bytes()[32:] if log.exists() else b""
    log.unlink(missing_ok=True)
    content = decrypted(database, key)
    size = int.from_bytes(content[16:18], "big")
    # The pages of the log in turns, so that each lies once at its place in a copy of the database.
    turns: list[dict[int, bytes]] = []
    for at in range(0, len(frames), 24 + size):
        number = int.from_bytes(frames[at : at + 4], "big")
        turn = next((turn for turn in turns if number not in turn), None)
        if turn is None:
            turns.append(turn := {})
        turn[number] = frames[at + 24 : at + 24 + size]
    original = (person.profile / profile.DATABASE).read_bytes()
    for turn in turns:
        changed = bytearray(original)
        for number, page in turn.items():
            place = (number - 1) * size
            changed.extend(bytes(max(0, place + size - len(changed))))
            changed[place : place + size] = page
        database.write_bytes(changed)
        content += decrypted(database, key)
    return content


def decrypted(database: Path, key: bytes) -> bytes:
    """The pages of a database, free ones included."""
    connection = apsw.Connection(str(database), vfs="multipleciphers-unix")
    connection.pragma("cipher", "chacha20")
    connection.execute(f"PRAGMA key = 'raw:{key.hex()}'")
    connection.pragma("journal_mode", "delete")
    connection.pragma("secure_delete", 0)
    connection.execute("PRAGMA rekey = ''")
    connection.close()
    return database.read_bytes()


def holds(person, folder, words=SECRET) -> bool:
    return words.encode() in plain(person, folder)


def number_of(person, contact):
    return person.read(
        lambda tx: next(c.number for c in contacts.everyone(tx) if c.petname == contact)
    )


# --- here -----------------------------------------------------------------------------------------


def test_a_deleted_message_is_gone_here_without_a_trace_and_stays_elsewhere(world, friends, folder):
    alice, bob = friends
    alice.send("Bob", "before")
    sent = alice.send("Bob", f"{SECRET} once")
    settle(world)
    bob.do(bob.api.react("Alice", sent.id, "\U0001f44d"))
    alice.do(alice.api.edit("Bob", sent.id, f"{SECRET} twice"))
    settle(world)
    assert holds(alice, folder), "else the test would see nothing"
    assert delete(alice, "Bob", sent.id).messages == 1
    assert alice.texts("Bob") == ["before"]
    assert alice.contact("Bob").last_text == "before"
    assert not alice.do(alice.api.search(SECRET, contact=None, limit=9))
    assert not holds(alice, folder)
    assert [e.ids for e in alice.told(MessagesDeleted)] == [(sent.id,)]
    settle(world)
    assert bob.texts("Alice") == ["before", f"{SECRET} twice"]
    with pytest.raises(UnknownMessage):
        delete(alice, "Bob", sent.id)
    assert alice.do(alice.api.doctor())


def test_ones_other_devices_do_the_same(world, friends, folder):
    alice, bob = friends
    laptop = world.device(alice, "Laptop")
    world.until(lambda: world.joined(alice, laptop), 900)
    world.until(lambda: [c.name for c in laptop.contacts()] == ["Bob"], 900)
    texts = [bob.send("Alice", text) for text in ("0", f"{SECRET} 1", f"{SECRET} 2")]
    world.until(lambda: len(laptop.history("Bob")) == len(alice.history("Bob")) == 3, 900)
    delete(alice, "Bob", texts[1].id)
    world.until(lambda: laptop.texts("Bob") == ["0", f"{SECRET} 2"], 900)
    delete(laptop, "Bob", texts[2].id)
    world.until(lambda: alice.texts("Bob") == ["0"], 900)
    settle(world)
    for device in (alice, laptop):
        assert not holds(device, folder)
    clear(laptop, "Bob")
    world.until(lambda: alice.texts("Bob") == [], 900)
    bob.send("Alice", "anew")
    world.until(lambda: alice.texts("Bob") == laptop.texts("Bob") == ["anew"], 900)
    assert len(bob.texts("Alice")) == 4


def test_what_comes_after_the_deletion_of_a_message_does_not_bring_it_back(world, friends, folder):
    alice, bob = friends
    sent = alice.send("Bob", "first")
    settle(world)
    delete(bob, "Alice", sent.id)
    alice.do(alice.api.edit("Bob", sent.id, SECRET))
    alice.do(alice.api.react("Bob", sent.id, "a"))
    settle(world)
    bob.do(bob.api.send("Alice", "still here"))
    assert bob.texts("Alice") == ["still here"]
    bob.do(bob.api._db.exclusive(lambda database: database.reclaim()))
    assert not holds(bob, folder)
    bob.restart()
    settle(world)
    assert bob.texts("Alice") == ["still here"]


def test_unread_and_queued_are_counted_anew(world, friends):
    alice, bob = friends
    first, second = alice.send("Bob", "1"), alice.send("Bob", "2")
    settle(world)
    world.part(alice, bob)
    waiting = alice.send("Bob", "never to be sent")
    assert bob.contact("Alice").unread == 2
    assert alice.contact("Bob").queued == 1
    delete(bob, "Alice", first.id)
    delete(alice, "Bob", waiting.id)
    assert bob.contact("Alice").unread == 1
    assert alice.contact("Bob").queued == 0
    bob.do(bob.api.mark_read("Alice", None))
    assert bob.contact("Alice").unread == 0
    delete(bob, "Alice", second.id)
    assert bob.contact("Alice").unread == 0
    assert bob.contact("Alice").last_text is None
    world.heal(alice, bob)
    world.until(lambda: world.linked(alice, bob), 900)
    settle(world)
    assert "never to be sent" not in bob.texts("Alice")
    assert alice.contact("Bob").queued == 0


def test_a_tag_does_not_send_again_what_was_deleted(world, friends):
    alice, bob = friends
    sent = alice.do(alice.api.send("Bob", "once", tag="t"))
    settle(world)
    delete(alice, "Bob", sent.id)
    again = alice.do(alice.api.send("Bob", "once", tag="t"))
    assert (again.id, again.deleted) == (sent.id, True)
    settle(world)
    assert bob.texts("Alice") == ["once"]


def test_what_another_device_deleted_is_erased_as_it_arrives(world, friends, folder):
    alice, bob = friends
    alice.send("Bob", "0")
    settle(world)
    world.part(alice, bob)
    sent = alice.send("Bob", SECRET)
    number = number_of(bob, "Alice")
    entry = bytes.fromhex(sent.id)
    for _ in range(2):
        bob.read(lambda tx: erasure.erase_one(tx, number, entry, 1))
    world.heal(alice, bob)
    world.until(lambda: alice.history("Bob")[-1].state == "delivered", 900)
    assert bob.texts("Alice") == ["0"]
    assert bob.contact("Alice").unread == 1
    assert not bob.do(bob.api.search(SECRET, contact=None, limit=9))
    assert bob.read(lambda tx: entries.get(tx, entry).body) is None


# --- for everyone ---------------------------------------------------------------------------------


def test_what_its_author_deletes_for_everyone_is_gone_on_both_sides(world, friends, folder):
    alice, bob = friends
    sent = alice.send("Bob", f"{SECRET} once")
    settle(world)
    alice.do(alice.api.edit("Bob", sent.id, f"{SECRET} twice"))
    settle(world)
    told = delete(alice, "Bob", sent.id, everyone=True)
    assert (told.messages, told.asked) == (1, 1)
    (mine,) = alice.history("Bob")
    assert (mine.text, mine.deleted, mine.asked) == ("", True, "asked")
    settle(world)
    (mine,) = alice.history("Bob")
    (theirs,) = bob.history("Alice")
    assert mine.asked == "arrived"
    assert "has arrived" in mine.note
    assert (theirs.text, theirs.deleted, theirs.asked) == ("", True, "asked")
    assert theirs.note == "The author has deleted this for everyone."
    assert [v.text for v in bob.do(bob.api.versions("Alice", sent.id))] == []
    assert bob.contact("Alice").last_text is None
    assert [e.message.asked for e in alice.told(MessageChanged)][-1] == "arrived"
    for person in (alice, bob):
        assert not holds(person, folder)
    with pytest.raises(InvalidInput):
        alice.do(alice.api.edit("Bob", sent.id, "back"))
    with pytest.raises(InvalidInput):
        bob.do(bob.api.react("Alice", sent.id, "a"))
    # The line that says so can go as well.
    delete(bob, "Alice", sent.id)
    assert bob.history("Alice") == ()


def test_only_ones_own_messages_can_be_deleted_for_everyone(world, friends):
    alice, bob = friends
    sent = alice.send("Bob", "mine")
    settle(world)
    with pytest.raises(InvalidInput):
        delete(bob, "Alice", sent.id, everyone=True)
    assert bob.texts("Alice") == ["mine"]


def test_who_does_not_honour_it_sees_that_it_was_asked_for(world, friends):
    alice, bob = friends
    bob.do(bob.api.set_setting("honour-deletion", "off"))
    sent = alice.send("Bob", "said is said")
    settle(world)
    delete(alice, "Bob", sent.id, everyone=True)
    settle(world)
    (theirs,) = bob.history("Alice")
    assert (theirs.text, theirs.deleted, theirs.asked) == ("said is said", False, "asked")
    assert theirs.note == "The author asked everybody to delete this."
    assert alice.history("Bob")[0].deleted


def test_what_is_deleted_for_everyone_before_it_was_sent_is_never_sent(world, friends, folder):
    alice, bob = friends
    alice.send("Bob", "0")
    settle(world)
    world.part(alice, bob)
    sent = alice.send("Bob", SECRET)
    delete(alice, "Bob", sent.id, everyone=True)
    assert not holds(alice, folder)
    world.heal(alice, bob)
    world.until(lambda: alice.history("Bob")[-1].asked == "arrived", 900)
    assert bob.texts("Alice")[0] == "0"
    assert SECRET not in "".join(bob.texts("Alice"))


# --- conversations --------------------------------------------------------------------------------


def test_a_whole_conversation_is_deleted_with_what_was_said_of_it(world, friends, folder):
    alice, bob = friends
    ids = [alice.send("Bob", f"{SECRET} {n}").id for n in range(5)]
    bob.send("Alice", f"{SECRET} of Bob")
    settle(world)
    alice.do(alice.api.edit("Bob", ids[0], f"{SECRET} edited"))
    alice.do(alice.api.set_timer("Bob", 300))
    alice.do(alice.api.set_draft("Bob", f"{SECRET} draft"))
    settle(world)
    gone = clear(alice, "Bob")
    assert gone.messages == 7
    assert alice.history("Bob") == ()
    contact = alice.contact("Bob")
    assert (contact.last_text, contact.draft, contact.unread, contact.queued) == (None, "", 0, 0)
    assert not holds(alice, folder)
    assert len(bob.history("Alice")) == 7
    assert contact.disappear == 300, "what was agreed on stays"
    alice.send("Bob", "anew")
    settle(world)
    assert alice.texts("Bob") == ["anew"]
    assert bob.texts("Alice")[-1] == "anew"
    assert alice.do(alice.api.doctor())


def test_the_beginning_of_a_conversation_is_deleted(world, friends):
    alice, bob = friends
    for number in range(4):
        alice.send("Bob", f"old {number}")
        bob.send("Alice", f"old too {number}")
    settle(world)
    world.pass_time(100)

    moment = alice.wall.millis() / 1000 - 50
    alice.send("Bob", "new")
    settle(world)

    assert clear(alice, "Bob", moment).messages == 8
    assert alice.texts("Bob") == ["new"]
    assert clear(alice, "Bob", moment).messages == 0


def test_a_conversation_can_be_deleted_for_everyone_as_far_as_it_is_ones_own(world, friends):
    alice, bob = friends
    for number in range(70):
        alice.send("Bob", f"{number}")
    bob.send("Alice", "Bob's own")
    settle(world)
    gone = clear(alice, "Bob", everyone=True)
    assert (gone.messages, gone.asked) == (71, 70)
    settle(world)
    assert alice.history("Bob") == ()
    assert [m.text for m in bob.history("Alice") if not m.deleted] == ["Bob's own"]


def test_clearing_that_was_interrupted_goes_on_after_the_start(world, friends):
    alice, bob = friends
    for number in range(30):
        bob.send("Alice", f"{number}")
    settle(world)
    number = number_of(alice, "Bob")

    def begin(tx):
        journal = stored.direct(tx, number)
        upto = frontiers.frontier(tx, journal.journal_id)
        erasure.clear_through(tx, number, upto)

    alice.read(begin)
    assert len(alice.history("Bob")) == 30
    alice.restart()
    settle(world)
    assert alice.history("Bob") == ()
    assert alice.contact("Bob").unread == 0


def test_what_arrives_of_a_part_that_another_device_cleared_is_not_kept(world, friends):
    alice, bob = friends
    bob.send("Alice", "0")
    settle(world)
    world.part(alice, bob)
    for number in range(3):
        bob.send("Alice", f"later {number}")
    number = number_of(alice, "Bob")
    (own,) = {device.device_key for device in alice.read(lambda tx: contacts.devices(tx, number))}
    alice.read(lambda tx: erasure.clear_through(tx, number, {own: 3}))
    world.heal(alice, bob)
    world.until(lambda: bob.history("Alice")[-1].state == "delivered", 900)
    settle(world)
    while alice.read(lambda tx: erasure.erase_through(tx, number, 1)) is not None:
        pass
    assert alice.texts("Bob") == ["later 2"]
    assert alice.contact("Bob").unread == 1
    # A lower position says nothing new.
    assert alice.read(lambda tx: erasure.clear_through(tx, number, {own: 2})) == {own: 3}


def test_removing_a_contact_also_forgets_what_was_deleted(world, friends):
    alice, _bob = friends
    sent = alice.send("Bob", "x")
    settle(world)
    delete(alice, "Bob", sent.id)
    clear(alice, "Bob")
    alice.do(alice.api.remove("Bob"))
    assert alice.do(alice.api.doctor())
    assert alice.read(lambda tx: messages.whatever_became_of(tx, bytes.fromhex(sent.id))) is None


def test_the_log_holds_what_was_erased_until_it_is_reclaimed(world, friends, folder):
    """Without that step the tests above would have to fail."""
    alice, _bob = friends
    sent = bytes.fromhex(alice.send("Bob", SECRET).id)
    alice.do(
        alice.api._db.run(
            lambda tx: erasing.erase(tx, contacts.by_petname(tx, "Bob").number, [sent], 1)
        )
    )
    assert holds(alice, folder)
    alice.do(alice.api._db.exclusive(lambda database: database.reclaim()))
    assert not holds(alice, folder)


def test_nobody_is_asked_for_the_body_of_what_was_deleted_before_it_was_sent(world, friends):
    alice, bob = friends
    world.part(alice, bob)
    sent = alice.send("Bob", SECRET)
    delete(alice, "Bob", sent.id, everyone=True)
    world.heal(alice, bob)
    world.until(lambda: alice.history("Bob")[-1].asked == "arrived", 900)
    assert bob.read(
        lambda tx: tx.row("SELECT 1 FROM erased WHERE entry_id = ?", bytes.fromhex(sent.id))
    )
    assert bob.read(lambda tx: tx.rows("SELECT 1 FROM hollow")) == []
