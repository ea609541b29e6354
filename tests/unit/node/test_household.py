"""What one of the person's devices does, the others do (docs/devices.md): transactions alone,
entries are carried by hand."""

import pytest

from onionchat.errors import NotAdmittedYet
from onionchat.node import (
    accounts,
    acquaintance,
    eviction,
    journals,
    petnames,
    preferences,
    sharing,
)
from onionchat.node import (
    contacts as people,
)
from onionchat.node import (
    onions as placing,
)
from onionchat.node.changes import PersonChanged, RemovedElsewhere
from onionchat.protocol.contacts.states import ContactInputs
from onionchat.protocol.journal.entry import EntryKind, sign_entry
from onionchat.protocol.journal.ids import account_journal, direct_journal, self_journal
from onionchat.protocol.journal.order import OrderKey
from onionchat.protocol.rooms.bodies import decode_put, encode_text
from onionchat.protocol.rooms.household import (
    OWN_ONION,
    PETNAME,
    PROFILE_NAME,
    REMOVED,
    TRUST,
    VISIBILITY,
    Acquainted,
    PersonaRecord,
    contact_key,
    deleted_key,
    draft_key,
    encode_record,
    encode_seq,
    member_key,
    persona_key,
    read_key,
    setting_key,
)
from onionchat.protocol.rooms.self_state import Held
from onionchat.store import contacts, drafts, entries, frontiers, logs, onions, personas, self_state
from onionchat.store import journals as stored
from onionchat.store.contacts import ContactState
from onionchat.testing.household import Friend, Household
from onionchat.types import Trust, Visibility


@pytest.fixture
def home(tmp_path):
    made = Household(tmp_path)
    yield made
    made.close()


@pytest.fixture
def bob():
    return Friend("Bob")


@pytest.fixture
def carol():
    return Friend("Carol")


def persona_of(device, friend):
    def work(tx):
        contact = contacts.by_account(tx, friend.account)
        return personas.get(tx, contact.persona)

    return device.run(work)


def roster_of(device, friend):
    account = persona_of(device, friend).account_id
    return device.run(lambda tx: journals.roster(tx, account))


def rename(device, friend, name):
    def work(tx, contact):
        contacts.rename(tx, contact.number, name)
        sharing.share_contact(tx, contact.number, device.now, PETNAME)

    device.change(friend, work)


def trust(device, friend, value):
    def work(tx, contact):
        contacts.set_trust(tx, contact.number, value, device.now)
        sharing.share_contact(tx, contact.number, device.now, TRUST)

    device.change(friend, work)


def step(device, friend, given):
    device.change(
        friend,
        lambda tx, contact: acquaintance.step(tx, contact.number, given, device.now, device.rng),
    )


def says(friend, persona, number):
    """The next message of a friend, whose log holds nothing else."""
    journal = direct_journal(persona.account_id, friend.account)
    previous = says.last.get(friend.name, b"") if number > 1 else b""
    entry = sign_entry(
        friend.persona.device,
        journal,
        number,
        previous,
        (),
        1_700_000_000_000 + number * 1000,
        EntryKind.TEXT,
        encode_text(f"text {number}"),
    )
    says.last[friend.name] = entry.id
    return entry


says.last = {}


def put(device, key, value):
    """What a device of another make might say."""
    device.run(lambda tx: accounts.share(tx, key, value, device.now))


# --- a contact on every device --------------------------------------------------------------------


def test_a_contact_made_on_one_device_is_on_all(home, bob):
    one, two = home.devices
    one.meet(bob, "Bobby")
    assert two.contact(bob) is None
    home.settle()
    here, there = one.contact(bob), two.contact(bob)
    assert (there.petname, there.public_id) == ("Bobby", here.public_id)
    assert (there.state, there.trust, there.visibility) == (
        ContactState.ACTIVE,
        Trust.UNVALIDATED,
        Visibility.ONLINE,
    )
    assert there.suggested_name == "Bob"
    mine, theirs = persona_of(one, bob), persona_of(two, bob)
    assert mine.account_id == theirs.account_id
    assert mine.device.public != theirs.device.public
    assert mine.link.public != theirs.link.public
    assert mine.recovery_box == theirs.recovery_box


def test_the_new_device_is_added_and_says_where_it_is(home, bob):
    one, two = home.devices
    one.meet(bob)
    home.carry(one, two)
    persona = persona_of(two, bob)
    assert not persona.admitted
    assert two.run(lambda tx: onions.slot_of(tx, two_contact(tx, bob))) is None
    home.settle()
    assert persona_of(two, bob).admitted
    for device in home.devices:
        roster = roster_of(device, bob)
        assert list(roster.devices) == [
            persona_of(one, bob).device.public,
            persona_of(two, bob).device.public,
        ]
        assert set(roster.addresses) == set(roster.devices)


def two_contact(tx, friend):
    return contacts.by_account(tx, friend.account).number


def test_before_it_is_added_nothing_is_signed(home, bob):
    one, two = home.devices
    one.meet(bob)
    home.carry(one, two)
    persona = persona_of(two, bob)

    def write(tx):
        journal = stored.direct(tx, two_contact(tx, bob))
        return journals.append(
            tx, journal, persona.device, EntryKind.TEXT, encode_text("hello"), two.now
        )

    with pytest.raises(NotAdmittedYet):
        two.run(write)
    two.change(
        bob, lambda tx, found: people.show_to(tx, found, Visibility.ONLINE, two.rng, two.now)
    )
    assert len(roster_of(two, bob).devices) == 1
    home.settle()
    sent = two.run(write)
    home.settle()
    journal = direct_journal(persona.account_id, bob.account)
    assert one.frontier(journal) == {persona.device.public: 1}
    assert sent.author == persona.device.public


def test_whoever_makes_the_contact_the_others_follow(home, bob, carol):
    one, two = home.devices
    three = home.link()
    two.meet(bob)
    three.meet(carol)
    home.settle()
    for friend, first in ((bob, two), (carol, three)):
        rosters = [roster_of(device, friend) for device in home.devices]
        assert rosters[0] == rosters[1] == rosters[2]
        keys = {persona_of(device, friend).device.public for device in home.devices}
        assert set(rosters[0].devices) == keys
        assert next(iter(rosters[0].devices)) == persona_of(first, friend).device.public
        # One adds those that are there in the order of the self account.
        assert all(persona_of(device, friend).admitted for device in home.devices)


def test_devices_are_added_in_the_order_of_the_self_account(home, bob):
    one, two = home.devices
    three = home.link()
    one.meet(bob)
    for device in (three, two):
        home.carry(one, device)
    # Both consents come in one message.
    home.carry(three, two)
    home.carry(two, one)
    home.settle()
    assert list(roster_of(one, bob).devices) == [
        persona_of(device, bob).device.public for device in home.devices
    ]


def test_a_consent_for_somebody_else_counts_nothing(home, bob):
    one, two = home.devices
    three = home.link()
    one.meet(bob)
    home.carry(one, two)
    home.carry(one, three)
    account = persona_of(one, bob).account_id
    key = persona_of(three, bob).device.public
    forged = three.run(lambda tx: self_state.value(tx, member_key(account, three.key, key)))
    assert forged is not None
    put(three, member_key(account, two.key, key), forged)
    home.carry(three, one)
    assert len(roster_of(one, bob).devices) == 2
    assert one.run(lambda tx: self_state.value(tx, member_key(account, two.key, key))) is None


def test_no_device_passes_off_the_key_of_another_one(home, bob):
    """Or the other one would be put out in its place."""
    one, two = home.devices
    three = home.link()
    one.meet(bob)
    for device in (two, three):
        home.carry(one, device)
    account, key = persona_of(one, bob).account_id, persona_of(two, bob).device.public
    home.carry(two, three)
    taken = three.run(lambda tx: self_state.value(tx, member_key(account, two.key, key)))
    put(three, member_key(account, three.key, key), taken)
    home.carry(three, one)
    found = one.run(lambda tx: eviction.consents_of(tx, account, three.key))
    assert [consent.device_key for consent in found] == [persona_of(three, bob).device.public]


def test_a_device_that_is_put_out_is_not_added(home, bob):
    one, two = home.devices
    one.meet(bob)
    home.carry(one, two)
    own = one.run(personas.self_account)
    from onionchat.protocol.identity.statements import build_revoke

    one.run(lambda tx: accounts.state(tx, own, build_revoke(own.account_id, two.key, {}), one.now))
    home.carry(two, one)
    assert len(roster_of(one, bob).devices) == 1


def test_a_second_member_is_named_in_a_new_consent(home, bob):
    """Whoever added this device may never be met: each member there is can do it."""
    one, two = home.devices
    three = home.link()
    one.meet(bob)
    for device in (two, three):
        home.carry(one, device)
    home.carry(two, one)
    home.carry(one, two)
    account = persona_of(one, bob).account_id
    home.carry(two, three)
    (found,) = three.run(lambda tx: eviction.consents_of(tx, account, three.key))
    assert found.authors == {
        three.key,
        *(persona_of(d, bob).device.public for d in (one, two)),
    }
    home.carry(three, two)
    assert persona_of(three, bob).device.public in roster_of(two, bob).devices


# --- a person with one device ---------------------------------------------------------------------


def test_with_one_device_nothing_is_written_until_another_is_linked(tmp_path, bob):
    home = Household(tmp_path, devices=1)
    (one,) = home.devices
    one.meet(bob, "Bobby")
    rename(one, bob, "Robert")
    one.change(bob, lambda tx, found: drafts.put(tx, found.number, "begun", one.now))
    one.run(lambda tx: preferences.put(tx, preferences.READ_RECEIPTS, "on"))
    journal = self_journal(one.run(personas.self_account).account_id)
    assert not one.frontier(journal)
    two = home.link()
    home.settle()
    assert two.contact(bob).petname == "Robert"
    assert two.run(lambda tx: drafts.get(tx, two_contact(tx, bob))) == "begun"
    assert two.run(lambda tx: preferences.get(tx, preferences.READ_RECEIPTS)) == "on"
    told = one.frontier(journal)
    home.link()
    assert one.frontier(journal) == told
    home.settle()
    assert home.devices[2].contact(bob).petname == "Robert"
    home.close()


def test_everything_is_told_once(home, bob):
    one, two = home.devices
    one.meet(bob)
    home.settle()
    journal = self_journal(one.run(personas.self_account).account_id)
    told = one.frontier(journal), two.frontier(journal)
    for device in home.devices:
        device.run(lambda tx, device=device: sharing.share_everything(tx, device.now))
        device.run(lambda tx, d=device: sharing.share_new(tx, two_contact(tx, bob), d.now))
    assert (one.frontier(journal), two.frontier(journal)) == told


# --- who has an onion of its own ------------------------------------------------------------------


def give_own_onion(device, friend):
    def work(tx, contact):
        placing.place_alone(tx, contact.number, device.rng, device.now)
        sharing.share_own_onion(tx, contact.number, device.now)

    device.change(friend, work)


def onion_of(device, friend):
    """Where a device serves somebody; None if nowhere."""

    def work(tx):
        slot = onions.slot_of(tx, two_contact(tx, friend))
        return None if slot is None else onions.get(tx, slot.onion)

    return device.run(work)


def test_who_has_an_onion_of_its_own_has_one_on_each_device(home, bob, carol):
    """Or two contacts would have one address of the other device in common."""
    one, two = home.devices
    one.meet(bob)
    one.meet(carol)
    home.settle()
    assert onion_of(two, bob).number == onion_of(two, carol).number
    give_own_onion(one, bob)
    home.settle()
    late = home.link()
    home.settle()
    for device in (one, two, late):
        assert onion_of(device, bob).exclusive
        assert not onion_of(device, carol).exclusive


def test_the_first_other_device_hears_of_it_before_it_hears_of_the_contact(tmp_path, bob, carol):
    home = Household(tmp_path, devices=1)
    (one,) = home.devices
    one.meet(bob)
    one.meet(carol)
    give_own_onion(one, bob)
    two = home.link()
    first = one.run(accounts.load).persona
    told = self_journal(first.account_id)
    while home.carry(one, two, limit=1):
        if two.contact(bob) is not None:
            break
    key = contact_key(bob.account, OWN_ONION)
    assert two.run(lambda tx: self_state.value(tx, key)) == b""
    assert two.frontier(told) != one.frontier(told)
    home.settle()
    assert onion_of(two, bob).exclusive
    assert onion_of(two, carol).key.public != onion_of(two, bob).key.public
    home.close()


def test_whom_one_hides_from_for_a_while_is_alone_again(home, bob, carol):
    one, two = home.devices
    one.meet(bob)
    one.meet(carol)
    give_own_onion(one, bob)
    for visibility in (Visibility.HIDDEN, Visibility.ONLINE):

        def show(tx, contact, wanted=visibility):
            people.show_to(tx, contact, wanted, two.rng, two.now)
            sharing.share_contact(tx, contact.number, two.now, VISIBILITY)

        home.settle()
        two.change(bob, show)
    home.settle()
    assert onion_of(one, bob).exclusive
    assert onion_of(two, bob).exclusive


def test_to_be_hidden_or_blocked_gets_nobody_an_onion(home, bob):
    one, two = home.devices
    one.meet(bob)
    home.settle()
    two.change(
        bob,
        lambda tx, found: people.show_to(tx, found, Visibility.HIDDEN, two.rng, two.now),
    )
    give_own_onion(one, bob)
    home.settle()
    assert onion_of(two, bob) is None


def test_where_no_onion_is_left_it_is_served_nowhere_rather_than_with_others(home, bob, carol):
    one, two = home.devices
    others = [Friend(f"Friend {number}") for number in range(6)]
    for friend in (bob, carol, *others):
        one.meet(friend)
    home.settle()
    for friend in others:
        # Of this device alone, whose own devices have the one that is left.
        two.change(
            friend,
            lambda tx, found: placing.place_alone(tx, found.number, two.rng, two.now),
        )
    before = onion_of(two, carol)
    give_own_onion(one, bob)
    home.settle()
    assert onion_of(two, bob) is None
    assert onion_of(two, carol).key.public != before.key.public, "Bob knows the old place"
    assert onion_of(one, bob).exclusive


# --- what is said of a contact --------------------------------------------------------------------


def test_names_trust_visibility_and_blocking_travel(home, bob):
    one, two = home.devices
    one.meet(bob)
    home.settle()
    rename(two, bob, "Robert")
    trust(two, bob, Trust.VALIDATED)

    def hide(tx, contact):
        people.show_to(tx, contact, Visibility.HIDDEN, two.rng, two.now)
        sharing.share_contact(tx, contact.number, two.now, VISIBILITY)

    two.change(bob, hide)
    home.settle()
    here = one.contact(bob)
    assert (here.petname, here.trust, here.visibility) == (
        "Robert",
        Trust.VALIDATED,
        Visibility.HIDDEN,
    )
    assert here.verified is not None
    assert one.run(lambda tx: onions.slot_of(tx, here.number)) is None

    def show(tx, contact):
        people.show_to(tx, contact, Visibility.ONLINE, one.rng, one.now)
        sharing.share_contact(tx, contact.number, one.now, VISIBILITY)

    one.change(bob, show)
    step(one, bob, ContactInputs.block)
    home.settle()
    assert two.contact(bob).state is ContactState.BLOCKED
    assert two.run(lambda tx: onions.slot_of(tx, two_contact(tx, bob))) is None
    step(two, bob, ContactInputs.unblock)
    home.settle()
    assert one.contact(bob).state is ContactState.ACTIVE
    assert one.run(lambda tx: onions.slot_of(tx, two_contact(tx, bob))) is not None


def test_a_contact_that_is_blocked_before_a_device_hears_of_it_is_blocked_there(home, bob):
    one, two = home.devices
    one.meet(bob)
    step(one, bob, ContactInputs.block)
    home.settle()
    assert two.contact(bob).state is ContactState.BLOCKED
    assert two.run(lambda tx: onions.slot_of(tx, two_contact(tx, bob))) is None
    assert persona_of(two, bob).admitted


def test_the_last_name_wins_everywhere(home, bob):
    one, two = home.devices
    one.meet(bob)
    home.settle()
    rename(one, bob, "Earlier")
    two.now = one.now + 5000
    rename(two, bob, "Later")
    home.settle()
    assert one.contact(bob).petname == two.contact(bob).petname == "Later"


def test_of_two_contacts_with_one_name_the_same_one_gets_a_number_everywhere(home, bob, carol):
    one, two = home.devices
    one.meet(bob)
    one.meet(carol)
    home.settle()
    low, high = sorted((bob, carol), key=lambda friend: friend.account)
    rename(one, high, "Friend")
    rename(two, low, "friend")
    home.settle()
    for device in home.devices:
        assert device.contact(low).petname == "friend"
        assert device.contact(high).petname == "Friend 2"
    # Whoever gives the name up leaves it to the other, on each device alike.
    rename(one, low, "Somebody")
    home.settle()
    for device in home.devices:
        assert device.contact(high).petname == "Friend"


def test_a_name_of_a_request_that_others_do_not_know_of_gives_way(home, bob):
    one, two = home.devices

    def ask(tx):
        persona = accounts.new_persona(tx, two.rng, two.now)
        contacts.add(
            tx,
            public_id=bytes(16),
            persona=persona.number,
            petname="Bob",
            created=two.now,
        )

    two.run(ask)
    one.meet(bob, "Bob")
    home.settle()
    assert two.contact(bob).petname == "Bob"
    assert [name for _, name in two.run(contacts.petnames)] == ["Bob 2", "Bob"]


def test_very_long_names_have_room_for_their_number(home, bob, carol):
    one, two = home.devices
    one.meet(bob)
    one.meet(carol)
    home.settle()
    rename(one, bob, "é" * 32)
    rename(two, carol, "é" * 32)
    home.settle()
    names = {one.contact(friend).petname for friend in (bob, carol)}
    assert names == {"é" * 32, "é" * 31 + " 2"}


def test_a_name_that_no_person_could_give_is_none(home, bob):
    one, two = home.devices
    one.meet(bob)
    home.settle()
    put(one, contact_key(bob.account, PETNAME), b"two\nlines")
    put(one, PROFILE_NAME, b"\xff")
    home.settle()
    assert two.contact(bob).petname == "Bob"
    assert two.run(lambda tx: petnames.wanted(tx, bob.account)) is None


# --- trust ----------------------------------------------------------------------------------------


def test_a_proof_that_was_found_here_is_not_undone_by_who_had_not_heard_of_it(home, bob):
    one, two = home.devices
    one.meet(bob)
    home.settle()
    trust(one, bob, Trust.VALIDATED)
    two.change(bob, lambda tx, c: contacts.set_trust(tx, c.number, Trust.COMPROMISED, two.now))
    home.carry(one, two)
    assert two.contact(bob).trust is Trust.COMPROMISED
    # Told after it, the person's own decision counts.
    two.change(bob, lambda tx, c: sharing.share_contact(tx, c.number, two.now, TRUST))
    home.settle()
    assert one.contact(bob).trust is Trust.COMPROMISED
    one.now = two.now + 5000
    trust(one, bob, Trust.VALIDATED)
    home.settle()
    assert two.contact(bob).trust is Trust.VALIDATED


# --- removing -------------------------------------------------------------------------------------


def remove(device, friend):
    def work(tx, contact):
        sharing.share_removed(tx, friend.account, device.now)
        acquaintance.retire(tx, contact, device.now, device.rng)

    device.change(friend, work)


def test_a_removed_contact_is_shut_out_everywhere_and_stays_away(home, bob):
    one, two = home.devices
    one.meet(bob)
    home.settle()
    remove(one, bob)
    rename(two, bob, "Later")
    home.settle()
    number = two.run(lambda tx: two_contact(tx, bob))
    assert RemovedElsewhere(number) in two.events
    assert two.contact(bob).state is ContactState.BLOCKED
    put(one, contact_key(bob.account, REMOVED), None)
    put(one, contact_key(bob.account, "state"), b"active")
    home.settle()
    assert two.contact(bob).state is ContactState.BLOCKED
    assert two.run(lambda tx: sharing.is_removed(tx, bob.account))
    three = home.link()
    home.settle()
    assert three.contact(bob) is None


# --- conversations --------------------------------------------------------------------------------


def test_what_is_said_of_a_removed_contact_by_who_had_not_heard_so_is_not_kept(home, bob):
    one, two = home.devices
    one.meet(bob)
    home.settle()
    remove(one, bob)
    one.run(lambda tx: self_state.forget(tx, "contact", bob.account.hex(), PETNAME))
    rename(two, bob, "Robert")
    put(two, draft_key(bob.account), b"Dear Bob")
    record = two.run(lambda tx: self_state.value(tx, persona_key(persona_of_tx(tx, bob))))
    put(two, persona_key(persona_of(two, bob).account_id), record)
    home.carry(two, one)
    assert one.run(lambda tx: self_state.get(tx, contact_key(bob.account, PETNAME))) is None
    assert one.run(lambda tx: self_state.get(tx, draft_key(bob.account))) is None
    for key in (contact_key(bob.account, PETNAME), draft_key(bob.account)):
        assert set(told(one, key)).isdisjoint(told(two, key))


def test_what_was_read_on_one_device_is_read_on_all(home, bob):
    one, two = home.devices
    one.meet(bob)
    home.settle()
    persona = persona_of(one, bob)
    journal = direct_journal(persona.account_id, bob.account)
    texts = [says(bob, persona, number) for number in range(1, 4)]
    one.take(journal, texts)
    two.take(journal, texts[:1])

    def read(tx, contact):
        marks = frontiers.read_by_person(tx, contact.number)
        sharing.share_read(tx, contact.number, marks, one.now)

    one.change(bob, read)
    assert two.run(lambda tx: contacts.summary(tx, two_contact(tx, bob))).unread == 1
    home.carry(one, two)
    summary = two.run(lambda tx: contacts.summary(tx, two_contact(tx, bob)))
    assert (summary.unread, summary.last_text) == (0, "text 3")
    assert two.run(lambda tx: frontiers.person_read(tx, two_contact(tx, bob))) == {bob.device: 3}
    # A lower mark that comes later changes nothing, and what is here before is counted.
    put(one, read_key(bob.account, bob.device), encode_seq(1))
    home.settle()
    assert two.run(lambda tx: frontiers.person_read(tx, two_contact(tx, bob))) == {bob.device: 3}


def test_what_is_already_here_becomes_read(home, bob):
    one, two = home.devices
    one.meet(bob)
    home.settle()
    persona = persona_of(one, bob)
    journal = direct_journal(persona.account_id, bob.account)
    texts = [says(bob, persona, number) for number in range(1, 4)]
    one.take(journal, texts)
    two.take(journal, texts)
    put(one, read_key(bob.account, bob.device), encode_seq(2))
    home.settle()
    assert two.run(lambda tx: contacts.summary(tx, two_contact(tx, bob))).unread == 1


def test_drafts_travel_and_go(home, bob):
    one, two = home.devices
    one.meet(bob)
    home.settle()

    def keep(text):
        def work(tx, contact):
            drafts.put(tx, contact.number, text, one.now)
            sharing.share_draft(tx, contact.number, one.now)

        one.change(bob, work)
        home.settle()
        return two.run(lambda tx: drafts.get(tx, two_contact(tx, bob)))

    assert keep("begun") == "begun"
    assert keep("") == ""
    put(one, draft_key(bob.account), b"nul \0")
    home.settle()
    assert two.run(lambda tx: drafts.get(tx, two_contact(tx, bob))) == ""


# --- the person -----------------------------------------------------------------------------------


def test_settings_that_are_the_persons_travel_and_those_of_the_device_do_not(home):
    one, two = home.devices

    def change(tx):
        for name, value in (
            (preferences.READ_RECEIPTS, "on"),
            (preferences.VISIBILITY, "restricted"),
            (preferences.TOR_SOCKS, "127.0.0.1:9050"),
        ):
            preferences.put(tx, name, value)
            sharing.share_setting(tx, name, one.now)

    one.run(change)
    put(one, setting_key(preferences.TOR_SOCKS), b"127.0.0.1:9050")
    put(one, setting_key(preferences.READ_RECEIPTS), b"perhaps")
    put(one, ("something", "new"), b"?")
    home.settle()
    assert two.run(lambda tx: preferences.get(tx, preferences.VISIBILITY)) == "restricted"
    assert two.run(lambda tx: preferences.get(tx, preferences.TOR_SOCKS)) == ""
    assert two.run(lambda tx: preferences.get(tx, preferences.READ_RECEIPTS)) == "off"
    assert PersonChanged() in two.events
    assert two.run(lambda tx: self_state.value(tx, ("something", "new"))) == b"?"


def test_the_persons_name_travels(home):
    one, two = home.devices
    put(one, PROFILE_NAME, "Alícia".encode())
    home.settle()
    assert two.run(accounts.load).name == "Alícia"


# --- what the journal costs -----------------------------------------------------------------------


def bodies(device):
    journal = self_journal(device.run(personas.self_account).account_id)
    return device.run(
        lambda tx: tx.row(
            "SELECT COUNT(*), COUNT(e.body) FROM entries AS e JOIN journals AS j"
            " ON j.id = e.journal WHERE j.journal_id = ?",
            journal,
        )
    )


def test_what_a_later_value_made_void_is_erased_on_each_device(home, bob):
    one, two = home.devices
    one.meet(bob)
    home.settle()
    before = bodies(one)
    assert before == bodies(two)
    for number in range(1, 11):
        put(one, read_key(bob.account, bob.device), encode_seq(number))
        if number == 5:
            home.settle()
    rename(one, bob, "One")
    rename(two, bob, "Two")
    home.settle()
    for device in home.devices:
        entries, kept = bodies(device)
        # Of twelve further ones only the last mark has a body; of three names the last.
        assert entries == before[0] + 12
        assert kept == before[1] + 1


def told(device, key):
    """The entries about a key whose bodies are kept."""

    def work(tx):
        kept = (entry for entry in logs.ordered(tx, mine(tx)) if entry.body is not None)
        return [entry.entry_id for entry in kept if decode_put(entry.body).key == key]

    return device.run(work)


def test_of_two_that_say_the_same_all_devices_keep_the_same_one(home, bob):
    """Else a further device could get the one without its body from here, and the other from
    there."""
    key = read_key(bob.account, bob.device)
    home.settle()
    own = []
    for device in home.devices:
        put(device, key, encode_seq(5))
        (at,) = told(device, key)
        own.append(journals.signed(device.run(lambda tx, at=at: entries.get(tx, at))))
    one, two = home.devices
    one.take(own[1].header.journal, own[1:], two)
    two.take(own[0].header.journal, own[:1], one)
    assert len(told(one, key)) == 1
    assert told(one, key) == told(two, key)


def mine(tx):
    return self_journal(personas.self_account(tx).account_id)


def test_an_entry_that_comes_twice_is_not_made_void_by_itself(home, bob):
    one, two = home.devices
    one.meet(bob)
    home.settle()
    key = contact_key(bob.account, PETNAME)
    held = one.run(lambda tx: self_state.get(tx, key))
    assert not one.run(lambda tx: accounts.hold(tx, key, held, one.now))
    assert bodies(one) == bodies(two)


def test_values_that_grow_lose_nothing(home):
    (one, _) = home.devices
    key = ("read", "c" * 64, "d" * 64)

    def hold(place, value):
        held = Held(OrderKey(place, 1, bytes([place]) * 32), value)
        return one.run(lambda tx: accounts.hold(tx, key, held, one.now))

    assert hold(5, encode_seq(5))
    assert not hold(6, encode_seq(2))
    assert not hold(7, None)
    assert hold(3, encode_seq(9))
    assert one.run(lambda tx: self_state.value(tx, key)) == encode_seq(9)


# --- what does not fit ----------------------------------------------------------------------------


def test_records_that_are_none_make_no_contact(home, bob, carol):
    one, two = home.devices
    one.meet(bob)
    good = one.run(lambda tx: self_state.value(tx, persona_key(persona_of_tx(tx, bob))))
    account = persona_of(one, bob).account_id
    met = Acquainted(carol.account, carol.entries, b"i" * 16)
    own = Acquainted(account, bob.entries, b"i" * 16)
    for number, (key, value) in enumerate(
        [
            (persona_key(account), b"?"),
            (persona_key(carol.account), good),
            (("persona", "xyz"), good),
            (
                persona_key(bob.account),
                encode_record(PersonaRecord(b"b" * 80, 1, (b"?",), None, met)),
            ),
            (
                persona_key(bob.account),
                encode_record(PersonaRecord(b"b" * 80, 1, bob.entries, None, own)),
            ),
        ]
    ):
        put(two, key, value)
        home.carry(two, one)
        assert len(one.run(contacts.everyone)) == 1, number
    assert one.contact(bob).state is ContactState.ACTIVE


def persona_of_tx(tx, friend):
    return personas.get(tx, contacts.by_account(tx, friend.account).persona).account_id


def test_somebody_who_is_a_contact_of_two_devices_under_one_account_stays_so(home, bob):
    """Only somebody who shows one account to two links can bring it about."""
    one, two = home.devices
    one.meet(bob)
    two.meet(bob)
    home.settle()
    assert persona_of(one, bob).account_id != persona_of(two, bob).account_id
    assert len(one.run(contacts.everyone)) == len(two.run(contacts.everyone)) == 1


def test_odd_values_of_a_contact_change_nothing(home, bob):
    one, two = home.devices
    one.meet(bob)
    home.settle()
    before = two.contact(bob)
    for fact, value in (
        ("visibility", b"perhaps"),
        ("trust", b"?"),
        ("state", b"requested"),
        ("state", None),
        ("mood", b"good"),
    ):
        put(one, contact_key(bob.account, fact), value)
    put(one, read_key(bob.account, b"short"), encode_seq(1))
    put(one, ("contact", "xyz", "state"), b"blocked")
    home.settle()
    assert two.contact(bob) == before


def test_what_is_deleted_is_a_message_of_that_conversation_and_nothing_else(home, bob):
    """A thief at one device names the genesis of an account: nobody could fold its roster again."""
    first, thief = home.devices
    first.meet(bob)
    home.settle()
    own = first.run(lambda tx: personas.self_account(tx).account_id)
    for account in (bob.account, own):
        genesis, *_ = first.run(
            lambda tx, account=account: logs.ordered(tx, account_journal(account))
        )
        key = deleted_key(bob.account, genesis.entry_id)
        thief.run(lambda tx, key=key: accounts.share(tx, key, b"", thief.now))
    home.settle()
    journals._rosters.clear()  # as after a restart
    for account in (bob.account, own):
        assert first.run(lambda tx, account=account: journals.roster(tx, account)) is not None
