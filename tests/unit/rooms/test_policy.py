"""Policies: what each kind of journal takes in, and what of it counts."""

import pytest

from onionchat.errors import Malformed, NotPermitted, TooLarge
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.identity.persona import Persona
from onionchat.protocol.identity.roster import MAX_DEVICES, Act, fold
from onionchat.protocol.identity.statements import (
    MAX_STATEMENT,
    build_add,
    build_profile,
    build_revoke,
    consent,
)
from onionchat.protocol.journal.entry import NO_ENTRY, EntryKind, sign_entry
from onionchat.protocol.journal.ids import account_journal, direct_journal, self_journal
from onionchat.protocol.journal.memory import MemoryJournal
from onionchat.protocol.rooms.bodies import (
    encode_deletion,
    encode_edit,
    encode_put,
    encode_reaction,
    encode_text,
    encode_timer,
)
from onionchat.protocol.rooms.policy import (
    MAX_ACCOUNT_BYTES,
    MAX_ACCOUNT_ENTRIES,
    AccountPolicy,
    DirectPolicy,
    SelfPolicy,
)
from onionchat.testing.rng import SeededRng

PHRASE = AgreementKey(b"p" * 32)
MINE, THEIRS = (Persona.create(SeededRng(n), PHRASE.public) for n in (1, 2))
SECOND, STRANGER = SigningKey(b"2" * 32), SigningKey(b"3" * 32)
LINK = b"link".ljust(32)
TALK = direct_journal(MINE.account, THEIRS.account)
SELF = self_journal(MINE.account)
ROSTER, PUT, TEXT, NEWER = EntryKind.ROSTER, EntryKind.PUT, EntryKind.TEXT, 99


def roster_of(journal, account):
    acts = [
        Act(e.id, e.author, e.seq, e.header.parents, e.body if e.header.kind == ROSTER else None)
        for e in journal
    ]
    return fold(account, journal.id, acts)


def account_of(persona, *more):
    """The journal of a persona's account; `more` are (key, body) of further statements."""
    journal = MemoryJournal(account_journal(persona.account))
    for key, body in ((persona.device, persona.genesis), *more):
        journal.append(key, 1000, ROSTER, body)
    return journal


def roster(persona, *more):
    return roster_of(account_of(persona, *more), persona.account)


def entry(key, journal, kind, body, seq=1):
    return sign_entry(key, journal, seq, NO_ENTRY if seq == 1 else bytes(32), (), 1000, kind, body)


def refused(policy, written, error=NotPermitted):
    with pytest.raises(error) as caught:
        policy.permit(written)
    assert type(caught.value) is error


def test_an_account_begins_with_its_genesis():
    policy, journal = AccountPolicy(MINE.account, None), account_journal(MINE.account)
    policy.permit(entry(MINE.device, journal, ROSTER, MINE.genesis))
    refused(policy, entry(MINE.device, journal, ROSTER, THEIRS.genesis))
    refused(policy, entry(MINE.device, journal, ROSTER, build_profile("x")))
    refused(policy, entry(MINE.device, journal, NEWER, MINE.genesis))


def test_an_account_is_written_by_its_known_devices():
    add = build_add(
        SECOND.public,
        LINK,
        consent(MINE.account, MINE.device.public, SECOND, LINK),
    )
    end = build_revoke(MINE.account, SECOND.public, {})
    statements = [(MINE.device, add), (MINE.device, end)]
    policy = AccountPolicy(MINE.account, roster(MINE, *statements))
    journal, name = account_journal(MINE.account), build_profile("x")
    policy.permit(entry(MINE.device, journal, ROSTER, name, 2))
    # Revoked: taken in all the same, since others may already stand on it. The fold leaves it out.
    policy.permit(entry(SECOND, journal, ROSTER, name))
    policy.permit(entry(SECOND, journal, NEWER, b"?"))
    refused(policy, entry(STRANGER, journal, ROSTER, name))
    refused(policy, entry(MINE.device, journal, TEXT, encode_text("hi"), 2))
    refused(policy, entry(MINE.device, journal, ROSTER, b"?", 2), Malformed)
    refused(policy, entry(MINE.device, journal, ROSTER, name, 2).without_body())


def an_add(account, author, key, link=LINK):
    return build_add(key.public, link, consent(account, author.public, key, link))


def test_finding_4_an_account_has_so_many_entries_and_bytes():
    journal, name = account_journal(MINE.account), build_profile("x")
    current = roster(MINE)
    almost = AccountPolicy(MINE.account, current, entries=MAX_ACCOUNT_ENTRIES - 1)
    last = entry(MINE.device, journal, ROSTER, name, 2)
    almost.permit(last)
    assert not almost.taken(last)
    refused(almost, entry(MINE.device, journal, ROSTER, name, 3))
    size = len(last.header_bytes) + len(name)
    almost = AccountPolicy(MINE.account, current, size=MAX_ACCOUNT_BYTES - size)
    almost.permit(last)
    assert not almost.taken(last)
    refused(almost, entry(MINE.device, journal, NEWER, b"", 3))
    refused(AccountPolicy(MINE.account, current, size=MAX_ACCOUNT_BYTES - size + 1), last)


def test_finding_4_entries_of_an_account_are_counted_from_none():
    policy, journal = AccountPolicy(MINE.account, roster(MINE)), account_journal(MINE.account)
    one = entry(MINE.device, journal, NEWER, b"x", 2)
    for _ in range(MAX_ACCOUNT_ENTRIES - 1):
        policy.taken(one)
    policy.permit(one)
    policy.taken(one)
    refused(policy, one)


def test_finding_4_bytes_of_an_account_are_counted_from_none():
    policy, journal = AccountPolicy(MINE.account, roster(MINE)), account_journal(MINE.account)
    one = entry(MINE.device, journal, NEWER, bytes(1500), 2)
    header = len(one.header_bytes)
    count = (MAX_ACCOUNT_BYTES - header - 256) // (header + 1500)
    for _ in range(count):
        policy.taken(one)
    left = MAX_ACCOUNT_BYTES - count * (header + 1500) - header
    refused(policy, entry(MINE.device, journal, NEWER, bytes(left + 1), 2))
    policy.permit(entry(MINE.device, journal, NEWER, bytes(left), 2))


def test_finding_4_also_what_newer_versions_say_in_an_account_is_short():
    policy, journal = AccountPolicy(MINE.account, roster(MINE)), account_journal(MINE.account)
    longest = entry(MINE.device, journal, NEWER, bytes(MAX_STATEMENT), 2)
    policy.permit(longest)
    assert not policy.taken(longest)
    long = entry(MINE.device, journal, NEWER, bytes(MAX_STATEMENT + 1), 2)
    refused(policy, long, TooLarge)
    refused(policy, long.without_body(), TooLarge)


def test_finding_4_so_many_keys_are_known_for_an_account():
    journal, account = account_journal(MINE.account), MINE.account
    keys = [SigningKey(bytes([n]) * 32) for n in range(100, 100 + MAX_DEVICES)]
    adds = [an_add(account, MINE.device, key, key.public) for key in keys]
    policy = AccountPolicy(account, roster(MINE, *((MINE.device, add) for add in adds[:-2])))
    last = entry(MINE.device, journal, ROSTER, adds[-2], 2)
    policy.permit(last)
    assert policy.taken(last), "the new device may write from here on"
    full = AccountPolicy(account, roster(MINE, *((MINE.device, add) for add in adds[:-1])))
    refused(full, entry(MINE.device, journal, ROSTER, adds[-1], 2))
    # Whom it knows already it may hear of again.
    again = entry(MINE.device, journal, ROSTER, adds[0], 2)
    full.permit(again)
    assert not full.taken(again)


def test_finding_4_a_device_that_did_not_consent_is_not_added():
    policy, journal = AccountPolicy(MINE.account, roster(MINE)), account_journal(MINE.account)
    forced = build_add(SECOND.public, LINK, bytes(64))
    refused(policy, entry(MINE.device, journal, ROSTER, forced, 2))


def test_which_of_two_devices_with_one_link_key_came_first_does_not_matter():
    """Found by the properties of merging: whoever got the second `Add` first refused the other one,
    and with it everything that its author said since, also the revocation of a thief.
    """
    journal, account = account_journal(MINE.account), MINE.account
    policy = AccountPolicy(
        account, roster(MINE, (MINE.device, an_add(account, MINE.device, SECOND)))
    )
    for device in (SECOND, STRANGER):
        policy.permit(entry(MINE.device, journal, ROSTER, an_add(account, MINE.device, device), 2))


def test_a_genesis_is_signed_by_the_device_that_it_names():
    policy, journal = AccountPolicy(MINE.account, None), account_journal(MINE.account)
    refused(policy, entry(STRANGER, journal, ROSTER, MINE.genesis))
    first = entry(MINE.device, journal, ROSTER, MINE.genesis)
    policy.permit(first)
    assert policy.taken(first)


def test_what_an_account_takes_in_makes_its_roster():
    journal = MemoryJournal(account_journal(MINE.account))
    current = None
    for sent in account_of(MINE, (MINE.device, build_profile("Zoë"))):
        outcome = journal.receive([sent], AccountPolicy(MINE.account, current).permit)
        assert len(outcome.accepted) == 1
        current = roster_of(journal, MINE.account)
    assert current.name == "Zoë"


def test_the_self_journal_is_written_by_ones_own_devices():
    policy = SelfPolicy(roster(MINE))
    good = entry(MINE.device, SELF, PUT, encode_put(("a",), b""))
    policy.permit(good)
    policy.permit(good.without_body())
    policy.permit(entry(MINE.device, SELF, NEWER, b"?"))
    assert policy.counts(good)
    refused(policy, entry(THEIRS.device, SELF, PUT, encode_put(("a",), b"")))
    refused(policy, entry(MINE.device, SELF, TEXT, encode_text("hi")))
    refused(policy, entry(MINE.device, SELF, PUT, b"?"), Malformed)


def test_a_conversation_is_written_by_both_sides():
    policy = DirectPolicy(roster(MINE), roster(THEIRS))
    for author in (MINE.device, THEIRS.device):
        good = entry(author, TALK, TEXT, encode_text("hi"))
        policy.permit(good)
        policy.permit(good.without_body())
        policy.permit(entry(author, TALK, NEWER, b"?"))
        assert policy.counts(good)
        refused(policy, entry(author, TALK, ROSTER, build_profile("x")))
        refused(policy, entry(author, TALK, TEXT, b"?"), Malformed)
    stranger = entry(STRANGER, TALK, TEXT, encode_text("hi"))
    refused(policy, stranger)
    assert not policy.counts(stranger)


def test_a_conversation_also_holds_what_is_said_of_its_messages():
    policy = DirectPolicy(roster(MINE), roster(THEIRS))
    for kind, body in (
        (EntryKind.EDIT, encode_edit(bytes(32), "x")),
        (EntryKind.REACTION, encode_reaction(bytes(32), "")),
        (EntryKind.DELETION, encode_deletion([bytes(32)])),
        (EntryKind.TIMER, encode_timer(300)),
    ):
        policy.permit(entry(MINE.device, TALK, kind, body))
        policy.permit(entry(MINE.device, TALK, kind, body).without_body())
        refused(policy, entry(MINE.device, TALK, kind, b"?"), Malformed)
        refused(policy, entry(STRANGER, TALK, kind, body))
        refused(SelfPolicy(roster(MINE)), entry(MINE.device, SELF, kind, body))
    refused(policy, entry(MINE.device, TALK, PUT, encode_put(("a",), b"")))


def test_beyond_its_end_a_device_is_heard_but_does_not_count():
    end = build_revoke(THEIRS.account, THEIRS.device.public, {TALK: 1})
    policy = DirectPolicy(roster(MINE), roster(THEIRS, (THEIRS.device, end)))
    before = entry(THEIRS.device, TALK, TEXT, encode_text("hi"))
    after = entry(THEIRS.device, TALK, TEXT, encode_text("hi"), 2)
    policy.permit(before)
    policy.permit(after)
    assert policy.counts(before)
    assert not policy.counts(after)
