"""What a thief with one of the person's younger devices cannot bring about, or not for good
(docs/threat-model.md, "Your devices trust each other")."""

import pytest

from onionchat.node import accounts, erasure, eviction, journals, membership, quota, sharing
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.identity.persona import Persona as NewPersona
from onionchat.protocol.identity.statements import (
    account_id,
    build_genesis,
    build_profile,
    build_revoke,
)
from onionchat.protocol.journal.entry import EntryKind, sign_entry
from onionchat.protocol.journal.ids import account_journal, direct_journal
from onionchat.protocol.journal.memory import MemoryJournal
from onionchat.protocol.rooms.bodies import encode_text, encode_timer
from onionchat.protocol.rooms.household import (
    PETNAME,
    TRUST,
    Acquainted,
    PersonaRecord,
    build_consent,
    cleared_key,
    contact_key,
    decode_record,
    encode_cleared,
    encode_record,
    member_key,
    persona_key,
)
from onionchat.store import contacts, entries, erasing, expiring, personas, self_state
from onionchat.store import journals as stored
from onionchat.testing.household import Friend, Household
from onionchat.testing.rng import SeededRng
from onionchat.types import DeviceKey, LinkKey
from tests.unit.node.test_household import persona_of, says

NOW = 1_700_000_050_000


@pytest.fixture
def home(tmp_path):
    made = Household(tmp_path)
    yield made
    made.close()


@pytest.fixture
def bob():
    return Friend("Bob")


@pytest.fixture
def mallory():
    return Friend("Mallory")


def put(device, key, value):
    """What a changed program says on a device."""
    device.run(lambda tx: accounts.share(tx, key, value, device.now))


def put_out(home, device):
    first = home.devices[0]

    def work(tx):
        eviction.end(tx, personas.self_account(tx), device.key, first.now)
        journals.refresh_devices(tx, contacts.own(tx).number, first.now)

    first.run(work)
    home.devices.remove(device)


def conversation(device, friend):
    return direct_journal(persona_of(device, friend).account_id, friend.account)


def bodies(device):
    """Of the messages here in the order of their coming, whether there is a body."""
    rows = device.run(lambda tx: tx.rows("SELECT body FROM entries WHERE kind = 16 ORDER BY id"))
    return [row[0] is not None for row in rows]


def empty(device, friend):
    """The person empties a conversation on a device."""

    def begin(tx):
        contact = contacts.by_account(tx, friend.account)
        journal = stored.direct(tx, contact.number)
        upto = erasing.positions_before(tx, journal, None)
        erasure.clear_through(tx, contact.number, upto)
        sharing.share_cleared(tx, contact, device.now)

    device.run(begin)
    finish(device, friend)


def finish(device, friend):
    """As the node does it after the commit (`deletion`)."""
    number = device.contact(friend).number
    while device.run(lambda tx: erasure.erase_through(tx, number, device.now)) is not None:
        pass


# --- emptying conversations -----------------------------------------------------------------------


def test_what_is_not_written_yet_cannot_be_cleared(home, bob):
    first, thief = home.devices
    first.meet(bob)
    home.settle()
    persona, journal = persona_of(first, bob), conversation(first, bob)
    one, two = says(bob, persona, 1), says(bob, persona, 2)
    first.take(journal, [one])
    home.settle()
    for place in ((2**53 - 1, b"\xff" * 32), (2, b"\xff" * 32), (1, two.id)):
        key = cleared_key(bob.account, thief.key)
        put(thief, key, encode_cleared({bob.device: place}))
        home.settle()
        finish(first, bob)
    put_out(home, thief)
    first.take(journal, [two])
    finish(first, bob)
    assert bodies(first) == [True, True]
    new = home.link()
    home.settle()
    finish(new, bob)
    assert bodies(new) == [True, True]


def test_no_device_says_what_another_one_cleared(home, bob):
    first, thief = home.devices
    first.meet(bob)
    home.settle()
    one = says(bob, persona_of(first, bob), 1)
    first.take(conversation(first, bob), [one])
    key = cleared_key(bob.account, first.key)
    put(thief, key, encode_cleared({bob.device: (1, one.id)}))
    home.settle()
    finish(first, bob)
    assert bodies(first) == [True]
    assert first.run(lambda tx: self_state.value(tx, key)) is None


def test_what_was_emptied_elsewhere_goes_as_soon_as_it_is_here(home, bob):
    """Whether the word or the entries come first, and up to there."""
    first, second = home.devices
    first.meet(bob)
    home.settle()
    persona, journal = persona_of(first, bob), conversation(first, bob)
    one, two, three = (says(bob, persona, number) for number in (1, 2, 3))
    first.take(journal, [one, two])
    second.take(journal, [one])
    empty(first, bob)
    put(second, cleared_key(bob.account, second.key), b"?")
    home.settle()
    finish(second, bob)
    for device in home.devices:
        device.take(journal, [two, three])
        finish(device, bob)
        assert bodies(device) == [False, False, True]
    new = home.link()
    home.settle()
    finish(new, bob)
    assert bodies(new) == [False, False, True]


def test_an_emptied_conversation_has_no_bodies_of_what_counts_no_more(home, bob):
    first = home.devices[0]
    first.meet(bob)
    second = SigningKey(b"\x07" * 32)
    bobs, journal = account_journal(bob.account), conversation(first, bob)
    first.take(bobs, [bob.add_device(7)])
    text = sign_entry(second, journal, 1, b"", (), NOW, EntryKind.TEXT, encode_text("secret"))
    first.take(journal, [text])
    first.take(bobs, [bob.state(build_revoke(bob.account, DeviceKey(second.public), {}))])
    assert bodies(first) == [True]
    empty(first, bob)
    assert bodies(first) == [False]
    # Nor does anybody bring it back.
    number = first.run(lambda tx: stored.get(tx, journal).number)
    assert first.run(lambda tx: entries.is_erased(tx, number, text.id))


def test_what_disappears_does_so_even_if_its_device_was_put_out_meanwhile(home, bob):
    first = home.devices[0]
    first.meet(bob)
    second = SigningKey(b"\x07" * 32)
    bobs, journal = account_journal(bob.account), conversation(first, bob)
    first.take(bobs, [bob.add_device(7)])
    timer = sign_entry(second, journal, 1, b"", (), NOW, EntryKind.TIMER, encode_timer(300))
    text = sign_entry(second, journal, 2, timer.id, (), NOW, EntryKind.TEXT, encode_text("secret"))
    first.take(journal, [timer, text])
    first.take(bobs, [bob.state(build_revoke(bob.account, DeviceKey(second.public), {}))])
    number = first.contact(bob).number
    later = first.now + 301_000
    assert (number, text.id) in first.run(lambda tx: expiring.due(tx, later, 9))
    first.run(lambda tx: erasure.erase(tx, number, [text.id], later))
    assert bodies(first) == [False]
    assert (number, text.id) not in first.run(lambda tx: expiring.due(tx, later, 9))


# --- whose persona, and whose keys ----------------------------------------------------------------


def replaced(device, bob, mallory):
    """A record of the persona that Bob knows, which says that it is for Mallory."""
    key = persona_key(persona_of(device, bob).account_id)
    was = decode_record(device.run(lambda tx: self_state.value(tx, key)))
    met = Acquainted(mallory.account, mallory.entries, was.contact.public_id)
    return key, encode_record(PersonaRecord(bytes(80), was.created, was.entries, None, met))


@pytest.mark.parametrize("founder", [0, 1], ids=["of another device", "of its own"])
def test_nobody_is_replaced_by_another_one_on_devices_that_are_linked_later(
    home, bob, mallory, founder
):
    first, thief = home.devices
    home.devices[founder].meet(bob)
    home.settle()
    box = persona_of(first, bob).recovery_box
    put(thief, *replaced(thief, bob, mallory))
    put(thief, contact_key(mallory.account, PETNAME), b"Bob")
    put(thief, contact_key(mallory.account, TRUST), b"validated")
    home.settle()
    put_out(home, thief)
    new = home.link()
    home.settle()
    assert new.contact(bob).petname == "Bob"
    assert new.contact(mallory) is None
    assert persona_of(new, bob).recovery_box == box


def record_of(account):
    """That a persona is the person's: somebody else's account, in truth."""
    return encode_record(
        PersonaRecord(account.persona.recovery_box, NOW, account.entries, b"d" * 32, None)
    )


def is_ours(device, key):
    return device.run(lambda tx: bool(stored.ours_among(tx, {key})))


def proof(device, account):
    """The owner of an account says by its key that it is the key of one of the person's devices."""
    key = member_key(account.account, device.key, account.device)
    link = LinkKey(account.persona.link.public)
    return key, build_consent(account.account, device.key, account.persona.device, link)


def test_no_key_is_ours_whose_owner_has_not_said_so(home, mallory):
    first, thief = home.devices
    put(thief, persona_key(mallory.account), record_of(mallory))
    home.settle()
    assert not is_ours(first, mallory.device)


def test_the_key_of_a_contact_is_not_ours_even_if_it_says_so(home, mallory):
    first, thief = home.devices
    first.meet(mallory)
    twin = Twin(mallory)
    put(thief, *proof(thief, twin))
    put(thief, persona_key(twin.account), record_of(twin))
    home.settle()
    assert not is_ours(first, mallory.device)


class Twin(Friend):
    """Another account with the device key of a friend."""

    def __init__(self, friend):
        self.name = "Twin"
        old = friend.persona
        recovery = SigningKey.generate(SeededRng("twin"))
        self.device = DeviceKey(old.device.public)
        link = AgreementKey(b"\x05" * 32)
        genesis = build_genesis(b"t" * 16, self.device, LinkKey(link.public), recovery)
        self.account = account_id(genesis)
        self.persona = NewPersona(self.account, genesis, old.device, link, old.recovery_box)
        self.journal = MemoryJournal(account_journal(self.account))
        self.state(genesis)
        self.state(build_profile("Twin"))


def test_a_key_that_counts_as_ours_is_no_contacts(home, mallory):
    """Or the thief and a friend of his could write in our name in their conversation."""
    first, thief = home.devices
    put(thief, *proof(thief, mallory))
    put(thief, persona_key(mallory.account), record_of(mallory))
    home.settle()
    assert is_ours(first, mallory.device)
    twin = Twin(mallory)
    first.meet(twin)
    assert first.contact(twin) is None


def test_nor_does_a_contact_add_it_later(home, bob):
    first, thief = home.devices
    first.meet(bob)
    added = bob.add_device(7)
    second = SigningKey(b"\x07" * 32)
    assert not is_ours(first, DeviceKey(second.public))
    first.run(lambda tx: stored.mark_own(tx, DeviceKey(second.public)))
    first.take(account_journal(bob.account), [added])
    known = first.run(lambda tx: journals.roster(tx, bob.account))
    assert set(known.devices) == {bob.device}


# --- the disk -------------------------------------------------------------------------------------


def texts_of(device, friend, count):
    """What somebody signs with a device's key of a persona, sixty thousand bytes each."""
    persona, journal = persona_of(device, friend), conversation(device, friend)
    previous, made = b"", []
    for number in range(1, count + 1):
        body = encode_text("z" * 60_000)
        kind, key = EntryKind.TEXT, persona.device
        entry = sign_entry(key, journal, number, previous, (), NOW, kind, body)
        previous = entry.id
        made.append(entry)
    return made


@pytest.mark.parametrize("out", [True, False], ids=["put out", "one of ours"])
def test_what_a_device_that_was_put_out_signs_is_paid_for_by_the_contact_that_brings_it(
    home, bob, monkeypatch, out
):
    first, thief = home.devices
    first.meet(bob)
    home.settle()
    home.settle()
    assert persona_of(thief, bob).admitted
    monkeypatch.setattr(quota, "MAX_DAY", 200_000)
    journal, texts = conversation(first, bob), texts_of(thief, bob, 6)
    if out:
        put_out(home, thief)
        first.run(lambda tx: membership.settle_all(tx, first.rng, first.now))
    for text in texts:
        first.take(journal, [text])
    assert len(bodies(first)) == (3 if out else 6)
