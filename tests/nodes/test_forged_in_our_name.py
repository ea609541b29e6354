"""Entries in our own name that we never signed: no contact can have us doubt our own log with them.

A reviewer's planted fault that nothing found: who signed them was not looked at.
"""

import pytest

from onionchat.node import own_logs, restored
from onionchat.protocol.crypto.keys import SigningKey
from onionchat.protocol.journal.entry import EntryKind, from_parts, sign_entry
from onionchat.protocol.rooms.bodies import encode_text
from onionchat.store import contacts, frontiers, logs, personas
from onionchat.store import journals as stored
from onionchat.views import Warned

FORGER = SigningKey(b"f" * 32)


def journal_of(tx):
    return stored.direct(tx, contacts.everyone(tx)[0].number)


def another(tx, seq, *, forged):
    """Another entry for a number of our own log, signed by the forger or really by us."""
    journal = journal_of(tx)
    device = personas.get(tx, contacts.get(tx, journal.contact).persona).device
    previous = logs.at(tx, journal.journal_id, device.public, seq - 1).entry_id
    key = FORGER if forged else device
    made = sign_entry(
        key, journal.journal_id, seq, previous, (), 0, EntryKind.TEXT, encode_text("other")
    )
    header = made.header_bytes.replace(key.public, device.public)
    return from_parts(header, made.signature, made.body)


@pytest.fixture
def alice_with_texts(world, friends):
    """Her first text is delivered, the second waits for Bob."""
    alice, bob = friends
    for text in ("one", "two"):
        alice.send("Bob", text)
    world.until(lambda: bob.texts("Alice") == ["one", "two"], 60)
    world.pass_time(5)
    world.part(alice, bob)
    alice.send("Bob", "three")
    return alice


def alarms(person):
    return [event for event in person.told(Warned) if "Two copies" in event.sentence]


def number_of(tx, text):
    """The number in our log of the text with that place: what comes before is not a text."""
    journal = journal_of(tx)
    device = personas.get(tx, contacts.get(tx, journal.contact).persona).device
    last = frontiers.tip(tx, journal.journal_id, device.public)
    return last.seq - ["three", "two"].index(text)


@pytest.mark.parametrize("forged", [True, False])
def test_a_forged_entry_raises_no_alarm_of_a_second_copy(world, alice_with_texts, forged):
    """Signed by us, it does: that is the anti-test."""
    alice = alice_with_texts
    alice.read(
        lambda tx: own_logs.refused(
            tx, journal_of(tx), another(tx, number_of(tx, "two"), forged=forged)
        )
    )
    world.pass_time(1)
    assert bool(alarms(alice)) is not forged


@pytest.mark.parametrize("forged", [True, False])
def test_a_forged_entry_takes_no_text_back(alice_with_texts, forged):
    """Signed by us, it does: that is the anti-test."""
    alice = alice_with_texts

    def work(tx):
        restored.doubt(tx, journal_of(tx).contact)
        own_logs.reconcile(tx, journal_of(tx), [another(tx, number_of(tx, "three"), forged=forged)])

    alice.read(work)
    assert ("three" in alice.texts("Bob")) is forged
