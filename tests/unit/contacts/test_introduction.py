"""An introduction is the checked beginning of one account, and nothing else."""

import msgspec
import pytest

from onionchat.errors import (
    BadChain,
    BadSignature,
    ForkedLog,
    Malformed,
    NotPermitted,
    TooLarge,
)
from onionchat.protocol.contacts.introduction import beginning, introduce
from onionchat.protocol.contacts.messages import MAX_ENTRIES, MAX_ENTRY_BYTES
from onionchat.protocol.crypto.keys import SigningKey
from onionchat.protocol.identity.statements import (
    account_id,
    build_genesis,
    build_profile,
    build_revoke,
    decode_statement,
)
from onionchat.protocol.journal.entry import NO_ENTRY, EntryKind, parse_entry, sign_entry
from onionchat.protocol.journal.ids import account_journal
from onionchat.protocol.wire.codec import encode

ROSTER = EntryKind.ROSTER


def refused(entries, error):
    with pytest.raises(error) as caught:
        introduce(entries)
    assert type(caught.value) is error


def signed(person, seq, previous, body, *, key=None, kind=ROSTER, parents=()):
    key = key or person.persona.device
    return sign_entry(key, person.journal.id, seq, previous, parents, 1, kind, body).to_bytes()


def first_id(person):
    return parse_entry(person.entries()[0]).id


def test_somebody_introduces_itself(alice):
    told = introduce(alice.entries())
    assert told.account == alice.persona.account
    assert told.device_key == alice.persona.device.public
    assert told.link_key == alice.persona.link.public
    assert told.name == "Alice"
    assert told.address.onion_key == alice.onion.public
    assert told.roster.active(told.device_key)
    assert tuple(entry.to_bytes() for entry in told.entries) == alice.entries()
    assert "Alice" not in repr(told)


def test_an_account_introduces_itself_by_the_beginning_of_its_journal(alice, bob):
    whole = [parse_entry(data) for data in alice.entries()]
    assert beginning(whole) == tuple(whole)
    assert beginning([]) == ()
    first, *rest = whole
    revoke = build_revoke(alice.persona.account, bob.persona.device.public, {})
    newer = sign_entry(alice.persona.device, alice.journal.id, 2, first.id, (), 1, 99, b"?")
    long = sign_entry(
        alice.persona.device, alice.journal.id, 2, first.id, (), 1, 99, bytes(MAX_ENTRY_BYTES)
    )
    other = sign_entry(
        bob.persona.device,
        alice.journal.id,
        1,
        NO_ENTRY,
        (first.id,),
        1,
        ROSTER,
        build_profile("x"),
    )
    ended = parse_entry(signed(alice, 2, first.id, revoke))
    for stop in (newer, long, other, ended):
        assert beginning([first, stop, *rest]) == (first,)
    many = [first, *([rest[0]] * (2 * MAX_ENTRIES))]
    assert len(beginning(many)) == MAX_ENTRIES


def test_the_newest_name_and_address_count(alice):
    alice.say(build_profile("A\u202elice B."))
    assert introduce(alice.entries()).name == "Alice B."


def test_a_hidden_one_has_no_address_and_the_shy_no_name(alice):
    assert introduce(alice.entries()[:2]).address is None
    assert introduce(alice.entries()[:1]).name == ""


def test_size_limits(alice):
    refused([], Malformed)
    refused(alice.entries()[:1] * (MAX_ENTRIES + 1), Malformed)
    refused([alice.entries()[0] + bytes(MAX_ENTRY_BYTES)], TooLarge)
    refused([b"\xc1"], Malformed)


def test_it_begins_with_the_genesis(alice):
    refused(alice.entries()[1:], NotPermitted)
    refused([signed(alice, 1, NO_ENTRY, b"\xc1")], Malformed)
    refused([signed(alice, 1, NO_ENTRY, alice.persona.genesis, kind=EntryKind.TEXT)], NotPermitted)
    refused([parse_entry(alice.entries()[0]).without_body().to_bytes()], NotPermitted)
    refused([signed(alice, 2, bytes(32), alice.persona.genesis)], Malformed)


def test_only_the_genesis_device_speaks(alice, bob):
    genesis, *_ = alice.entries()
    refused(
        [signed(alice, 1, NO_ENTRY, alice.persona.genesis, key=SigningKey(bytes(32)))], NotPermitted
    )
    stranger = signed(alice, 1, NO_ENTRY, build_profile("x"), key=bob.persona.device)
    refused([genesis, stranger], NotPermitted)
    refused([genesis, bob.entries()[1]], NotPermitted)


def test_it_holds_only_names_and_addresses(alice, bob):
    alice.say(build_revoke(alice.persona.account, bob.persona.device.public, {}))
    refused(alice.entries(), NotPermitted)
    genesis, *_ = alice.entries()
    other = signed(alice, 2, first_id(alice), b"", kind=EntryKind.TEXT)
    refused([genesis, other], NotPermitted)
    refused([genesis, signed(alice, 2, first_id(alice), b"\xc1")], Malformed)


def test_the_entries_follow_one_another(alice):
    genesis, profile, address = alice.entries()
    refused([genesis, address], Malformed)
    refused([genesis, genesis], Malformed)
    refused([genesis, signed(alice, 2, bytes(32), build_profile("x"))], BadChain)
    second = signed(alice, 2, first_id(alice), build_profile("x"))
    refused([genesis, profile, second], ForkedLog)
    waiting = signed(alice, 2, first_id(alice), build_profile("x"), parents=(bytes(32),))
    refused([genesis, waiting], Malformed)


def test_signatures(alice):
    genesis, profile, address = alice.entries()
    fields = msgspec.msgpack.decode(profile)
    fields[1] = bytes(64)
    refused([genesis, msgspec.msgpack.encode(fields)], BadSignature)
    # Nothing vouches for another: in an account's journal each statement is taken in by itself.
    refused([genesis, msgspec.msgpack.encode(fields), address], BadSignature)

    key = SigningKey(b"k" * 32)
    made = build_genesis(bytes(16), key.public, alice.persona.link.public, SigningKey(bytes(32)))
    forged = encode(msgspec.structs.replace(decode_statement(made), recovery_signature=bytes(64)))
    journal = account_journal(account_id(forged))
    entry = sign_entry(key, journal, 1, NO_ENTRY, (), 1, ROSTER, forged)
    refused([entry.to_bytes()], BadSignature)
