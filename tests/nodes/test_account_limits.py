"""What a contact may write into its own account's journal, and what each entry costs us.

Finding 4 of the security audit: bodies of 128 KiB, thousands of keys, and the whole journal read
and folded for every entry. Finding 25: two badly signed statements kept the database busy for ever.
"""

import pytest

from onionchat.errors import BadSignature
from onionchat.node import journals
from onionchat.protocol.identity.statements import build_profile
from onionchat.protocol.journal.entry import EntryKind
from onionchat.protocol.journal.ids import account_journal
from onionchat.store import contacts, personas
from onionchat.store import journals as stored

NEWER = 200


def write(person, kind, bodies):
    """Write into the journal of one's account, whatever its policy says."""

    def work(tx):
        persona = personas.get(tx, contacts.everyone(tx)[0].persona)
        journal = stored.get(tx, account_journal(persona.account_id))
        for body in bodies:
            journals.append(tx, journal, persona.device, kind, body, 0)

    person.read(work)


@pytest.fixture
def folds(monkeypatch):
    """The number of rosters that were computed."""
    counted = []
    real = journals.fold

    def fold(account, *rest):
        counted.append(account)
        return real(account, *rest)

    monkeypatch.setattr(journals, "fold", fold)
    return counted


def test_finding_4_long_entries_of_unknown_kinds_are_not_stored(world, friends):
    alice, bob = friends
    write(bob, NEWER, [bytes(100_000)] * 5)
    world.pass_time(30)
    (size,) = alice.read(
        lambda tx: tx.row("SELECT SUM(LENGTH(body)) FROM entries WHERE kind = ?", NEWER)
    )
    assert size is None
    alice.send("Bob", "I talk to you all the same")
    world.until(lambda: bob.texts("Alice") == ["I talk to you all the same"], 60)


def test_finding_4_messages_compute_no_roster(world, friends, folds):
    alice, bob = friends
    alice.send("Bob", "one")
    bob.send("Alice", "two")
    world.pass_time(10)
    assert alice.texts("Bob") == bob.texts("Alice")
    assert len(folds) == 0


def test_finding_4_many_statements_in_one_batch_compute_one_roster(world, friends, folds):
    alice, bob = friends
    world.part(alice, bob)
    world.pass_time(60)
    write(bob, EntryKind.ROSTER, [build_profile(f"Bob {n}") for n in range(50)])
    folds.clear()
    world.heal(alice, bob)
    world.until(lambda: alice.contact("Bob").suggested_name == "Bob 49", 900)
    assert len(folds) <= 4


def test_finding_4_a_roster_is_that_of_what_is_stored_also_after_an_undone_change(world, friends):
    alice, _bob = friends

    def work(tx):
        persona = personas.get(tx, contacts.everyone(tx)[0].persona)
        journal = stored.get(tx, account_journal(persona.account_id))
        before = journals.roster(tx, persona.account_id)
        names = []
        for name in ("undone", "kept"):
            try:
                with tx.savepoint():
                    body = build_profile(name)
                    journals.append(tx, journal, persona.device, EntryKind.ROSTER, body, 0)
                    names.append(journals.roster(tx, persona.account_id).name)
                    if name == "undone":
                        raise LookupError
            except LookupError:
                names.append(journals.roster(tx, persona.account_id) == before)
        return names

    assert alice.read(work) == ["undone", True, "kept"]


@pytest.fixture
def taken(monkeypatch):
    """How many entries went to the database at a time, and what was refused of them."""
    counted = []
    real = journals.take

    def take(tx, journal, received, *rest):
        assert len(counted) < 100, "the database has no rest"
        result = real(tx, journal, received, *rest)
        counted.append([type(one.error) for one in result.outcome.rejected])
        return result

    monkeypatch.setattr(journals, "take", take)
    return counted


def test_finding_25_statements_with_bad_signatures_are_refused_and_not_tried_again(
    world, friends, taken
):
    """They are validated one by one, so nothing vouches for them; but they were kept and tried
    again with each other, without an end.
    """
    alice, bob = friends
    world.part(alice, bob)
    world.pass_time(60)
    write(bob, EntryKind.ROSTER, [build_profile(f"Bob {n}") for n in range(2)])
    bob.read(
        lambda tx: tx.execute(
            "UPDATE entries SET signature = zeroblob(64) WHERE id IN "
            "(SELECT id FROM entries WHERE kind = ? ORDER BY id DESC LIMIT 2)",
            EntryKind.ROSTER,
        )
    )
    bob.send("Alice", "my name does not matter")
    world.heal(alice, bob)
    world.until(lambda: alice.texts("Bob") == ["my name does not matter"], 900)
    world.pass_time(120)
    assert [BadSignature] in [refused[:1] for refused in taken]
    assert alice.contact("Bob").suggested_name == "Bob"
