"""The row of one's own other devices, what waits to be put, and giving up a self account."""

import apsw
import pytest

from onionchat.store import (
    contacts,
    entries,
    forget,
    journals,
    logs,
    personas,
    reserves,
    unwritten,
    withdrawn,
)
from onionchat.store.contacts import ContactState

from .conftest import key32


@pytest.fixture
def own(tx, world):
    """The row."""
    return contacts.add(
        tx,
        public_id=key32("own")[:16],
        persona=world.persona("me", is_self=True),
        petname="",
        created=1,
        state=ContactState.OWN,
        account_id=key32("account for me"),
    )


def test_there_is_none_at_first(tx, world):
    assert contacts.own(tx) is None
    assert not contacts.is_own(tx, world.contact("alice"))


def test_only_own_finds_it_and_whoever_has_its_number(tx, world, own):
    alice = world.contact("alice")
    assert contacts.own(tx).number == contacts.get(tx, own).number == own
    assert contacts.is_own(tx, own)
    assert [found.number for found in contacts.everyone(tx)] == [alice]
    assert contacts.petnames(tx) == [(alice, "alice")]
    assert [line.contact.number for line in contacts.chat_list(tx)] == [alice]
    assert contacts.by_petname(tx, "") is None
    row = contacts.get(tx, own)
    assert contacts.by_account(tx, row.account_id) is None
    assert contacts.by_persona(tx, row.persona) is None
    assert contacts.by_id_prefix(tx, bytes(16), b"\xff" * 16) == [contacts.get(tx, alice)]


def test_there_is_one_at_most(tx, world, own):
    with pytest.raises(apsw.ConstraintError):
        contacts.set_state(tx, world.contact("alice"), ContactState.OWN)


def test_it_is_looked_up_by_an_index(tx, own):
    plan = tx.rows("EXPLAIN QUERY PLAN SELECT id FROM contacts WHERE state = 'own'")
    assert "contacts_own" in plan[0][3]


def test_reserve_onions_are_hosted_for_it_as_well(tx, own):
    assert reserves.served(tx) == []
    tx.execute(
        "INSERT INTO onions (number, public_key, seed, exclusive, created) VALUES (0, ?, ?, 1, 1)",
        key32("onion"),
        key32("seed"),
    )
    tx.execute(
        "INSERT INTO slots (onion, position, secret, contact) VALUES (1, 0, ?, ?)",
        key32("secret"),
        own,
    )
    assert reserves.served(tx) == [reserves.Served(own, 0)]


def test_which_authors_are_ours(tx, world):
    world.contact("alice")
    other, stranger = key32("laptop"), key32("stranger")
    journals.author(tx, stranger)
    journals.mark_own(tx, other)
    keys = {world.own_key("alice"), other, stranger, key32("never seen")}
    assert journals.ours_among(tx, keys) == {world.own_key("alice"), other}
    assert journals.ours_among(tx, ()) == set()


def test_what_waits_to_be_put_is_taken_once_in_its_order(tx):
    unwritten.add(tx, b"first", 1)
    unwritten.add(tx, b"second", 2)
    unwritten.add(tx, b"of bob", 3)
    unwritten.forget(tx, lambda body: b"bob" in body)
    assert unwritten.take(tx) == [(b"first", 1), (b"second", 2)]
    assert unwritten.take(tx) == []


def test_of_the_self_journal_all_is_kept_that_is_taken_back(tx, world, own):
    """Nobody sees its entries, and the person did what they say."""
    journal = journals.ensure(tx, key32("self"), journals.SELF, own)
    mine = world.own_key("me")
    put = world.entry(journal.journal_id, mine, 1, shown=False, body=b"put")
    withdrawn.take_back(tx, journal, mine, 1, [])
    assert withdrawn.waiting(tx, own) == []
    entries.insert(tx, [put])
    withdrawn.take_back(tx, journal, mine, 1, [], hidden=True)
    assert [waits.body for waits in withdrawn.waiting(tx, own)] == [b"put"]
    assert logs.ordered(tx, journal.journal_id) == []


def test_a_self_account_is_given_up_with_all_that_is_known_of_it(tx, world):
    world.persona("me", is_self=True)
    account, mine = key32("account for me"), world.own_key("me")
    kept = [forget.account_journal(account), forget.self_journal(account)]
    for place in kept:
        journals.ensure(tx, place, journals.ACCOUNT)
        entries.insert(tx, [world.entry(place, mine, 1, shown=False)])
    unwritten.add(tx, b"waits", 1)
    forget.self_account(tx)
    assert personas.everyone(tx) == []
    for table in ("journals", "authors", "entries", "logs", "heads", "unwritten"):
        assert tx.rows(f"SELECT * FROM {table}") == [], table
    forget.self_account(tx)
