"""Whose key is which in a persona, and what the recovery key settles (docs/devices.md, "Putting a
device out"): transactions alone, entries are carried by hand."""

import pytest

from onionchat.errors import InvalidInput, RestoredBackup
from onionchat.node import accounts, eviction, journals, restored
from onionchat.protocol.crypto.keys import AgreementKey
from onionchat.protocol.identity.statements import build_revoke
from onionchat.protocol.journal.entry import EntryKind
from onionchat.protocol.journal.ids import account_journal
from onionchat.protocol.rooms.bodies import encode_text
from onionchat.protocol.rooms.household import member_key
from onionchat.store import contacts, messages, personas, self_state
from onionchat.store import journals as stored
from onionchat.testing.household import PHRASE_KEY, Friend, Household


@pytest.fixture
def home(tmp_path):
    made = Household(tmp_path, devices=3)
    yield made
    made.close()


@pytest.fixture
def bob():
    return Friend("Bob")


def own(device):
    return device.run(personas.self_account)


def persona(device, friend):
    return device.run(lambda tx: personas.get(tx, contacts.by_account(tx, friend.account).persona))


def roster(device, account):
    return device.run(lambda tx: journals.roster(tx, account.account_id))


def household(device):
    return roster(device, own(device))


def keys(device, friend, of):
    return device.run(
        lambda tx: eviction.active_keys(tx, persona_in(tx, friend), roster_of_self(tx), of.key)
    )


def persona_in(tx, friend):
    return personas.get(tx, contacts.by_account(tx, friend.account).persona)


def roster_of_self(tx):
    return journals.roster(tx, personas.self_account(tx).account_id)


def end(device, other):
    """In the self account alone."""

    def work(tx):
        eviction.end(tx, personas.self_account(tx), other.key, device.now)
        journals.refresh_devices(tx, contacts.own(tx).number, device.now)

    device.run(work)


def by_the_words(device, other, phrase=PHRASE_KEY):
    def work(tx):
        eviction.sign(tx, personas.self_account(tx), other.key, phrase)
        eviction.settle_own(tx, device.now)

    device.run(work)


# --- whose key is which ---------------------------------------------------------------------------


def test_every_device_knows_by_which_key_each_of_them_is_in_a_persona(home, bob):
    one, two, three = home.devices
    one.meet(bob)
    home.settle()
    for device in home.devices:
        for other in home.devices:
            assert keys(device, bob, other) == {persona(other, bob).device.public}
    assert two.contact(bob) and three.contact(bob)


def test_who_founded_a_persona_and_said_nothing_is_the_one_who_told_of_it(home, bob):
    one, two, _three = home.devices
    two.meet(bob)
    key = member_key(persona(two, bob).account_id, two.key, persona(two, bob).device.public)
    two.run(lambda tx: self_state.forget(tx, *key))
    home.settle()
    one.run(lambda tx: self_state.forget(tx, *key))
    assert keys(one, bob, two) == {persona(two, bob).device.public}
    # Whoever says it of himself goes before that.
    home.settle()
    assert keys(one, bob, one) == {persona(one, bob).device.public}


def test_that_a_device_told_of_another_ones_persona_makes_it_not_its_founder(home, bob):
    one, two, three = home.devices
    one.meet(bob)
    home.settle()
    account = persona(one, bob).account_id
    record = ("persona", account.hex())
    two.run(lambda tx: accounts.share(tx, record, self_state.value(tx, record), two.now))
    home.settle()
    assert keys(three, bob, two) == {persona(two, bob).device.public}


# --- who does it ----------------------------------------------------------------------------------


def test_nobody_ends_himself_because_others_say_so(home, bob):
    """A thief who has the senior device could make a junior give up what it founded."""
    one, two, _three = home.devices
    two.meet(bob)
    home.settle()
    end(one, two)
    home.carry(one, two)
    known = roster(two, persona(two, bob))
    assert known.active(persona(two, bob).device.public)


def test_once_the_words_end_the_senior_what_it_said_of_this_one_is_void(home, bob):
    """Also if the thief has told this one of it, so that it stands in what is here."""
    one, two, _three = home.devices
    one.meet(bob)
    home.settle()
    end(one, two)
    account = persona(one, bob)
    theirs = build_revoke(account.account_id, persona(two, bob).device.public, {})
    one.run(lambda tx: accounts.state(tx, account, theirs, one.now))
    home.carry(one, two)
    assert not household(two).active(two.key)
    assert not roster(two, account).active(persona(two, bob).device.public)
    by_the_words(two, one)
    assert household(two).active(two.key)
    assert not household(two).active(one.key)

    def in_the_persona(tx):
        found = persona_in(tx, bob)
        (key,) = eviction.active_keys(tx, found, roster_of_self(tx), one.key)
        eviction.sign(tx, found, key, PHRASE_KEY)
        assert eviction.waits(tx, found)
        eviction.append_signed(tx, found, two.now)
        assert not eviction.waits(tx, found)

    two.run(in_the_persona)
    known = roster(two, account)
    assert known.active(persona(two, bob).device.public)
    assert not known.active(account.device.public)


def test_what_a_third_device_wrote_is_shown_again_once_its_end_is_void(home, bob):
    one, two, three = home.devices
    one.meet(bob)
    home.settle()

    def write(tx):
        journal = stored.direct(tx, contacts.by_account(tx, bob.account).number)
        key = persona_in(tx, bob).device
        journals.append(tx, journal, key, EntryKind.TEXT, encode_text("mine"), three.now)

    three.run(write)
    home.carry(three, two)
    assert shown(two, bob) == ["mine"]
    account = persona(one, bob)
    for other in (two, three):
        ended = build_revoke(account.account_id, persona(other, bob).device.public, {})
        one.run(lambda tx, ended=ended: accounts.state(tx, account, ended, one.now))
    home.carry(one, two)
    assert shown(two, bob) == []

    def words(tx):
        eviction.sign(tx, persona_in(tx, bob), account.device.public, PHRASE_KEY)
        eviction.append_signed(tx, persona_in(tx, bob), two.now)

    two.run(words)
    assert shown(two, bob) == ["mine"]


def shown(device, friend):
    def work(tx):
        contact = contacts.by_account(tx, friend.account)
        return [one.text for one in messages.newest(tx, contact.number, 9).messages]

    return device.run(work)


def test_words_of_another_account_sign_nothing(home):
    one, two, _three = home.devices
    with pytest.raises(InvalidInput):
        by_the_words(two, one, AgreementKey(b"other".ljust(32)))
    assert not two.run(lambda tx: eviction.waits(tx, personas.self_account(tx)))


def test_a_sealed_secret_that_is_not_the_accounts_signs_nothing(home):
    one, two, _three = home.devices
    box = Friend("Eve").persona.recovery_box

    def damage(tx):
        tx.execute("UPDATE personas SET recovery_box = ? WHERE is_self = 1", box)

    two.run(damage)
    with pytest.raises(InvalidInput):
        by_the_words(two, one)


# --- in doubt -------------------------------------------------------------------------------------


def test_what_a_restored_copy_may_not_say_yet_waits_until_it_may(home):
    one, two, three = home.devices
    home.settle()
    number = two.run(contacts.own).number
    two.run(lambda tx: restored.doubt(tx, number))
    with pytest.raises(RestoredBackup):
        end(two, three)
    by_the_words(two, one)
    assert household(two).active(one.key)
    two.run(lambda tx: restored.trust(tx, number))
    two.run(lambda tx: eviction.settle_own(tx, two.now))
    assert not household(two).active(one.key)
    journal = account_journal(own(two).account_id)
    before = two.frontier(journal)
    two.run(lambda tx: eviction.settle_own(tx, two.now))
    assert two.frontier(journal) == before
