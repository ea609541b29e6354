"""Safety words: the same on both sides, and what becomes of them when keys change."""

import pytest

from onionchat.errors import ContactNotReady, InvalidInput
from onionchat.node import accounts
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.identity.statements import build_add, consent
from onionchat.store import contacts, personas, settings
from onionchat.testing.nodes import Person
from onionchat.types import Millis
from onionchat.views import Warned


def test_both_sides_read_the_same_words(friends, world, carol):
    alice, bob = friends
    words = alice.do(alice.api.verify_words("Bob"))
    assert len(words) == 8
    assert bob.do(bob.api.verify_words("Alice")) == words
    world.befriend(alice, carol)
    assert alice.do(alice.api.verify_words("Carol")) != words


def test_the_right_words_validate_and_wrong_ones_do_not(friends):
    alice, bob = friends
    words = list(bob.do(bob.api.verify_words("Alice")))
    with pytest.raises(InvalidInput):
        alice.do(alice.api.validate("Bob", [*words[:-1], "wrong"]))
    with pytest.raises(InvalidInput):
        alice.do(alice.api.validate("Bob", []))
    assert alice.contact("Bob").trust == "unvalidated"
    typed = "  ".join(words).upper().split(" ")
    assert alice.do(alice.api.validate("Bob", typed)).trust == "validated"
    alice.restart()
    assert alice.contact("Bob").trust == "validated"
    assert bob.contact("Alice").trust == "unvalidated"


def test_before_the_other_has_accepted_there_are_no_words(alice, bob):
    bob.add(alice.invite(standing=True), "Alice")
    with pytest.raises(ContactNotReady):
        bob.do(bob.api.verify_words("Alice"))


def test_moving_to_another_address_changes_no_words(world, friends):
    alice, bob = friends
    words = alice.do(alice.api.verify_words("Bob"))
    alice.do(alice.api.validate("Bob", words))
    bob.do(bob.api.own_onion("Alice"))
    world.pass_time(10)
    assert alice.contact("Bob").trust == "validated"
    assert alice.do(alice.api.verify_words("Bob")) == words


def test_a_device_that_joins_after_the_validation_is_shown(world, friends):
    """The contact's roster names a further device: the words vouch for other keys by now."""
    alice, bob = friends
    alice.do(alice.api.validate("Bob", alice.do(alice.api.verify_words("Bob"))))
    words = alice.do(alice.api.verify_words("Bob"))
    add_device(bob)
    world.until(lambda: alice.do(alice.api.verify_words("Bob")) != words, 20)
    assert alice.contact("Bob").trust == "unvalidated"
    assert len([e for e in alice.told(Warned) if "safety words" in e.sentence]) == 1
    world.pass_time(1)
    assert shared_trust(alice) == b"unvalidated"


def shared_trust(person: Person) -> bytes:
    """What one's other devices read of the trust in the only contact."""

    def work(tx):
        (contact,) = contacts.everyone(tx)
        return settings.get(tx, f"self/contact/{contact.account_id.hex()}/trust")

    return person.read(work)


def add_device(person: Person) -> None:
    def work(tx):
        (contact,) = contacts.everyone(tx)
        persona = personas.get(tx, contact.persona)
        device, link = SigningKey(bytes(range(32))), AgreementKey(bytes(range(1, 33))).public
        consented = consent(persona.account_id, persona.device.public, device, link)
        accounts.state(tx, persona, build_add(device.public, link, consented), Millis(1))

    person.read(work)
