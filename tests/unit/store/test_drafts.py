"""Drafts: one a contact, replaced, forgotten, gone with the contact."""

from onionchat.store import contacts, drafts, forget


def test_a_draft_is_kept_whole_and_the_list_shows_its_beginning(tx, world):
    alice = world.contact("alice")
    assert drafts.get(tx, alice) == ""
    drafts.put(tx, alice, "x" * 1000, 1)
    assert drafts.get(tx, alice) == "x" * 1000
    assert contacts.summary(tx, alice).draft == "x" * 256
    assert [line.draft for line in contacts.chat_list(tx)] == ["x" * 256]


def test_the_last_one_counts_and_nothing_forgets_it(tx, world):
    alice, bob = world.contact("alice"), world.contact("bob")
    drafts.put(tx, alice, "first", 1)
    drafts.put(tx, alice, "second", 2)
    drafts.put(tx, bob, "to bob", 2)
    assert drafts.get(tx, alice) == "second"
    drafts.put(tx, alice, "", 3)
    assert (drafts.get(tx, alice), drafts.get(tx, bob)) == ("", "to bob")
    assert contacts.summary(tx, alice).draft == ""


def test_a_contact_that_is_removed_takes_its_draft_along(tx, world):
    world.persona("me", is_self=True)
    alice = world.contact("alice")
    drafts.put(tx, alice, "never sent", 1)
    forget.contact(tx, alice)
    assert tx.rows("SELECT * FROM drafts") == []
