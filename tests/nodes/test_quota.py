"""How much of the disk a contact may fill; finding 12 of the security audit: there was no limit."""

import pytest

from onionchat.errors import DiskFull
from onionchat.node import journals, quota
from onionchat.protocol.crypto.keys import SigningKey
from onionchat.protocol.identity.statements import build_add, consent
from onionchat.protocol.journal.entry import EntryKind, parse_entry
from onionchat.protocol.journal.ids import account_journal
from onionchat.protocol.sync.messages import Entries, encode_message
from onionchat.store import contacts, intake, personas
from onionchat.store import journals as stored
from onionchat.types import DeviceKey, LinkKey
from onionchat.views import Warned

TEXT = "x" * 60_000


@pytest.fixture
def small(monkeypatch):
    """Three of these texts a day, ten in all."""
    monkeypatch.setattr(quota, "MAX_DAY", 200_000)
    monkeypatch.setattr(quota, "MAX_TOTAL", 620_000)


def numbered(texts):
    return [text.partition(" ")[0] for text in texts]


def test_finding_12_beyond_the_share_of_a_day_nothing_is_stored_or_acknowledged(
    world, friends, small
):
    alice, bob = friends
    for number in range(5):
        bob.send("Alice", f"{number} {TEXT}")
    world.pass_time(600)
    assert numbered(alice.texts("Bob")) == ["0", "1", "2"]
    assert [m.state for m in bob.history("Alice")] == ["delivered"] * 3 + ["queued"] * 2
    assert alice.do(alice.api.doctor())
    # The next day the rest comes by itself.
    world.pass_time(86_400)
    world.until(lambda: numbered(alice.texts("Bob"))[:5] == ["0", "1", "2", "3", "4"], 7200)


def test_finding_12_whatever_kind_of_entry_a_contact_sends_counts_against_its_share(
    world, friends, mallory, small
):
    """Kinds of newer versions are kept unread: they fill the disk just as texts do."""
    alice, _ = friends
    peer, channel = mallory.sync()
    for number in range(5):
        later = mallory.entry(kind=99, body=f"{number} {TEXT}".encode())
        peer.say(channel, encode_message(Entries([later])))
        world.pass_time(1)
    stored_bodies = "SELECT COUNT(*) FROM entries WHERE kind = 99"
    assert alice.read(lambda tx: tx.row(stored_bodies)) == (3,)
    assert [w for w in alice.told(Warned) if "Mallory has sent more" in w.sentence]
    taken = alice.read(lambda tx: tx.row("SELECT MAX(total) FROM intake"))
    assert taken[0] > 180_000


def test_own_messages_flow_on_to_a_contact_over_its_share_and_its_receipts_come(
    world, friends, small
):
    alice, bob = friends
    for number in range(5):
        bob.send("Alice", f"{number} {TEXT}")
    world.until(lambda: alice.told(Warned), 60)
    for number in range(3):
        alice.send("Bob", f"slow down {number}")
        world.until(lambda n=number: f"slow down {n}" in bob.texts("Alice"), 5)
    world.until(lambda: {m.state for m in alice.history("Bob") if m.mine} == {"delivered"}, 5)
    assert numbered(alice.texts("Bob"))[:3] == ["0", "1", "2"]
    assert world.linked(alice, bob)


def test_the_person_is_told_once_who_sent_too_much_and_until_when(world, friends, small):
    alice, bob = friends
    for number in range(8):
        bob.send("Alice", f"{number} {TEXT}")
        world.pass_time(20)
    bob.restart()
    world.pass_time(7200)
    (warned,) = alice.told(Warned)
    assert "Bob has sent more than a contact's share of a day" in warned.sentence
    assert "until 2027-01-16 00:00 UTC" in warned.sentence
    assert warned.contact == alice.contact("Bob").id


def test_finding_12_there_is_an_end_for_good(world, friends, small):
    alice, bob = friends
    for day in range(4):
        for number in range(3):
            bob.send("Alice", f"{day}.{number} {TEXT}")
        world.pass_time(86_400)
    assert len(alice.texts("Bob")) == 10
    size = alice.read(lambda tx: tx.row("SELECT SUM(LENGTH(body)) FROM entries"))
    assert size[0] < 620_000


def test_finding_12_a_contact_beyond_its_share_is_not_listened_to_for_a_while(
    world, friends, small
):
    alice, bob = friends
    attached = []
    real = alice.node.delivery.attach

    def attach(*args, **how):
        attached.append(world.time.now)
        return real(*args, **how)

    alice.node.delivery.attach = attach
    for number in range(5):
        bob.send("Alice", f"{number} {TEXT}")
    world.pass_time(3600)
    assert len(attached) < 3


def test_finding_12_others_are_not_concerned(world, friends, carol, small):
    alice, bob = friends
    world.befriend(alice, carol)
    for number in range(5):
        bob.send("Alice", f"{number} {TEXT}")
    world.pass_time(60)
    carol.send("Alice", TEXT)
    world.until(lambda: alice.texts("Carol") == [TEXT], 60)


def test_finding_12_the_last_room_on_the_disk_is_for_the_person(world, friends, monkeypatch):
    alice, bob = friends
    plenty = intake.room
    monkeypatch.setattr(intake, "room", lambda _tx: (quota.KEPT_FREE - 1, 10**12))
    bob.send("Alice", "more")
    world.pass_time(30)
    assert alice.texts("Bob") == []
    assert bob.history("Alice")[0].state == "queued"
    assert [w for w in alice.told(Warned) if w.sentence == DiskFull.sentence]
    assert alice.send("Bob", "I can still write").state == "queued"
    monkeypatch.setattr(intake, "room", plenty)
    world.until(lambda: alice.texts("Bob")[-1:] == ["more"] or "more" in alice.texts("Bob"), 3600)
    world.until(lambda: "I can still write" in bob.texts("Alice"), 3600)


def test_finding_12_a_small_disk_keeps_less(world, friends, monkeypatch):
    alice, bob = friends
    monkeypatch.setattr(intake, "room", lambda _tx: (4_000_000, 64_000_000))
    bob.send("Alice", "fits")
    world.until(lambda: alice.texts("Bob") == ["fits"], 60)


@pytest.mark.parametrize("lasting", [False, True])
def test_finding_23_a_contact_over_its_share_still_states_its_devices_and_addresses(
    world, friends, monkeypatch, lasting
):
    """Else a thief who floods with one device keeps us from hearing that it was revoked."""
    alice, bob = friends
    bob.send("Alice", "the last that is taken")
    world.pass_time(60)
    monkeypatch.setattr(quota, "MAX_TOTAL" if lasting else "MAX_DAY", 1)
    bob.send("Alice", "one too many")
    world.pass_time(60)
    assert alice.texts("Bob") == ["the last that is taken"]

    def adds(tx):
        persona = personas.get(tx, contacts.everyone(tx)[0].persona)
        journal = stored.get(tx, account_journal(persona.account_id))
        first, link = DeviceKey(persona.device.public), LinkKey(bytes(range(32)))
        second = SigningKey(bytes(range(32)))
        statement = build_add(
            DeviceKey(second.public), link, consent(persona.account_id, first, second, link)
        )
        journals.append(tx, journal, persona.device, EntryKind.ROSTER, statement, 0)

    bob.read(adds)
    bob.restart()
    world.until(lambda: len(alice.node.directory.all()[0].devices) == 2, 600)


def test_bodies_that_come_later_are_paid_for_as_well(world, friends, mallory, monkeypatch):
    """Entries without their bodies cost little; the bodies are not free for that."""
    monkeypatch.setattr(quota, "MAX_DAY", 200_000)
    alice, _ = friends
    peer, channel = mallory.sync()
    whole = [parse_entry(mallory.entry("x" * 60_000)) for _ in range(12)]
    for entry in whole:
        peer.say(channel, encode_message(Entries([entry.without_body().to_bytes()])))
    world.pass_time(10)
    for entry in whole:
        peer.say(channel, encode_message(Entries([entry.to_bytes()])))
        world.pass_time(3)
    stored = alice.read(lambda tx: tx.row("SELECT SUM(LENGTH(body)) FROM entries WHERE kind = 16"))
    assert 0 < stored[0] <= 200_000
