"""Safety words: the same on both sides, and what becomes of them when keys change."""

import pytest

from onionchat.errors import ContactCompromised, ContactNotReady, InvalidInput
from onionchat.node import accounts
from onionchat.node.journals import append
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.identity.statements import build_add, build_revoke, consent
from onionchat.protocol.journal.entry import EntryKind
from onionchat.protocol.journal.ids import account_journal
from onionchat.protocol.rooms.household import TRUST, contact_key
from onionchat.protocol.sync.messages import Entries, encode_message
from onionchat.store import contacts, journals, logs, personas, self_state
from onionchat.testing.household import add_own_device
from onionchat.testing.nodes import Person
from onionchat.testing.virtual_time import EPOCH
from onionchat.types import DeviceKey, Millis
from onionchat.views import ContactChanged, Warned


def test_both_sides_read_the_same_words(friends, world, carol):
    alice, bob = friends
    words = alice.do(alice.api.verify_words("Bob"))
    assert len(words) == 12
    assert bob.do(bob.api.verify_words("Alice")) == words
    world.befriend(alice, carol)
    assert alice.do(alice.api.verify_words("Carol")) != words


@pytest.mark.parametrize("between", [", ", ". ", "\n", "; ", " – ", ".\n", " 7. ", "/"], ids=repr)
def test_words_may_be_typed_with_whatever_stands_between_them(friends, between):
    alice, bob = friends
    words = bob.do(bob.api.verify_words("Alice"))
    typed = between.join(words).title() + "."
    assert alice.do(alice.api.validate("Bob", typed.split())).trust == "validated"


@pytest.mark.parametrize("words", [[], ["wrong.", "words."], ["word"] * 13])
def test_another_number_of_words_is_told_as_that_and_not_as_an_attack(friends, words):
    alice, _ = friends
    with pytest.raises(InvalidInput, match=f"There are 12 safety words; these are {len(words)}"):
        alice.do(alice.api.validate("Bob", words))


def test_the_right_words_validate_and_wrong_ones_do_not(friends):
    alice, bob = friends
    words = list(bob.do(bob.api.verify_words("Alice")))
    with pytest.raises(InvalidInput, match="not the safety words"):
        alice.do(alice.api.validate("Bob", [*words[:-1], "wrong"]))
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


# --- devices that come and go ---------------------------------------------------------------------


def validate(person: Person, name: str, **more):
    words = person.do(person.api.verify_words(name))
    return person.do(person.api.validate(name, words, **more))


def news(person: Person, name: str) -> list[tuple[int, str]]:
    return [(item.device, item.kind) for item in person.contact(name).news]


def test_whoever_is_validated_stays_so_when_a_device_joins_and_the_person_is_told(world, friends):
    alice, bob = friends
    alice.read(add_own_device)
    validate(alice, "Bob")
    words = alice.do(alice.api.verify_words("Bob"))
    assert news(alice, "Bob") == []
    state(bob, added(DEVICE, LINK))
    world.until(lambda: news(alice, "Bob") == [(2, "added")], 20)
    assert alice.contact("Bob").trust == "validated"
    assert alice.do(alice.api.verify_words("Bob")) == words
    assert bob.do(bob.api.verify_words("Alice")) == words
    told = [event for event in alice.told(Warned) if "added a device" in event.sentence]
    assert [event.contact for event in told] == [alice.contact("Bob").id]
    assert "Bob added a device on" in alice.do(alice.api.status()).warnings[-1]
    assert shared_trust(alice) == b"validated"


def test_also_of_a_contact_that_nobody_validated_and_when_a_device_goes(world, friends):
    alice, bob = friends
    state(bob, added(DEVICE, LINK))
    world.until(lambda: news(alice, "Bob") == [(2, "added")], 20)
    world.pass_time(3600)
    state(bob, lambda persona: build_revoke(persona.account_id, DEVICE.public, {}))
    world.until(lambda: news(alice, "Bob") == [(2, "added"), (2, "removed")], 20)
    first, then = alice.contact("Bob").news
    assert then.time - first.time > 3600
    assert [event for event in alice.told(Warned) if "removed a device" in event.sentence]


def test_it_is_told_for_seven_days_over_restarts(world, friends):
    alice, bob = friends
    state(bob, added(DEVICE, LINK))
    world.until(lambda: news(alice, "Bob"), 20)
    bob.stop()
    alice.restart()
    world.pass_time(6.9 * 24 * 3600)
    assert news(alice, "Bob") == [(2, "added")]
    world.pass_time(0.2 * 24 * 3600)
    assert news(alice, "Bob") == []
    assert not any("device" in warning for warning in alice.do(alice.api.status()).warnings)


DEVICE, LINK = SigningKey(bytes(range(2, 34))), AgreementKey(bytes(range(3, 35))).public


def added(device: SigningKey, link: bytes):
    """The statement by which a person's first device adds another one."""

    def body(persona):
        agreed = consent(persona.account_id, persona.device.public, device, link)
        return build_add(device.public, link, agreed)

    return body


def state(person: Person, body) -> None:
    """Append a statement to the roster that the only contact is shown."""

    def work(tx):
        (contact,) = contacts.everyone(tx)
        persona = personas.get(tx, contact.persona)
        accounts.state(tx, persona, body(persona), Millis(1))

    person.read(work)


def shared_trust(person: Person) -> bytes:
    """What one's other devices read of the trust in the only contact."""

    def work(tx):
        (contact,) = contacts.everyone(tx)
        return self_state.value(tx, contact_key(contact.account_id, TRUST))

    return person.read(work)


# --- proof against a contact's keys ---------------------------------------------------------------


def fork(world, alice, mallory):
    """Mallory signs two entries for one place."""
    peer, channel = mallory.sync()
    one, other = mallory.entry("one thing", seq=1), mallory.entry("another", seq=1)
    for entry in (one, other):
        peer.say(channel, encode_message(Entries([entry])))
        world.pass_time(2)
    return peer, channel


def test_nothing_is_sent_to_a_compromised_contact_but_by_will(world, friends, mallory):
    alice, _ = friends
    fork(world, alice, mallory)
    assert alice.contact("Mallory").trust == "compromised"
    with pytest.raises(ContactCompromised):
        alice.send("Mallory", "a secret")
    assert alice.texts("Mallory") == ["one thing"]
    alice.do(alice.api.send("Mallory", "I know", anyway=True))
    assert alice.texts("Mallory") == ["one thing", "I know"]
    assert alice.send("Bob", "to you as ever").state in ("queued", "sent")


def test_what_happened_is_named_wherever_the_contact_is(world, friends, mallory):
    alice, _ = friends
    assert alice.contact("Mallory").against is None
    fork(world, alice, mallory)
    for _round in range(2):
        against = alice.contact("Mallory").against
        assert against.startswith("Device 1 of this contact signed two different messages")
        assert f"Mallory is compromised. {against}" in alice.do(alice.api.status()).warnings
        assert alice.do(alice.api.contact("Mallory")).against == against
        alice.restart()


def test_words_do_not_quietly_undo_a_proof(world, friends, mallory):
    """The words are right whoever has the keys."""
    alice, _ = friends
    fork(world, alice, mallory)
    with pytest.raises(ContactCompromised, match="Device 1 of this contact signed two"):
        validate(alice, "Mallory")
    with pytest.raises(InvalidInput):
        alice.do(alice.api.validate("Mallory", ["wrong"] * 12, anyway=True))
    assert alice.contact("Mallory").trust == "compromised"
    assert validate(alice, "Mallory", anyway=True).trust == "validated"
    assert alice.contact("Mallory").against is None
    assert alice.send("Mallory", "good that I asked").state in ("queued", "sent")
    assert len(alice.read(logs.forks)) == 1, "the proof is kept"


def test_the_person_can_say_so_without_a_proof(world, friends):
    alice, bob = friends
    world.device(alice, "Laptop")
    validate(alice, "Bob")
    found = alice.do(alice.api.distrust("Bob"))
    assert (found.trust, found.against[:10]) == ("compromised", "You marked")
    with pytest.raises(ContactCompromised):
        alice.send("Bob", "hello")
    world.pass_time(1)
    assert shared_trust(alice) == b"compromised"
    with pytest.raises(ContactCompromised):
        validate(alice, "Bob")
    assert validate(alice, "Bob", anyway=True).trust == "validated"


def test_the_same_proof_counts_once_and_another_one_anew(world, friends, mallory):
    alice, _ = friends
    peer, channel = fork(world, alice, mallory)
    validate(alice, "Mallory", anyway=True)
    peer.hang_up()
    world.pass_time(1)
    peer, channel = mallory.sync()
    peer.say(channel, encode_message(Entries([mallory.entry("another", seq=1, time=EPOCH)])))
    world.pass_time(2)
    assert alice.contact("Mallory").trust == "compromised", "a third entry for that place"
    validate(alice, "Mallory", anyway=True)
    for _round in range(2):
        peer.hang_up()
        world.pass_time(1)
        peer, channel = mallory.sync()
        peer.say(channel, encode_message(Entries([mallory.entry("another", seq=1, time=EPOCH)])))
        world.pass_time(2)
        assert alice.contact("Mallory").trust == "validated", "what the person knows of"


def test_a_junior_device_that_revokes_its_senior_is_proof(world, friends):
    """Nothing comes of the revocation; but somebody has the device who should not."""
    alice, bob = friends
    state(bob, added(DEVICE, LINK))
    world.until(lambda: news(alice, "Bob"), 20)

    def evict(tx):
        (contact,) = contacts.everyone(tx)
        persona = personas.get(tx, contact.persona)
        journal = journals.get(tx, account_journal(persona.account_id))
        body = build_revoke(persona.account_id, DeviceKey(persona.device.public), {})
        append(tx, journal, DEVICE, EntryKind.ROSTER, body, Millis(1))

    bob.read(evict)
    world.until(lambda: alice.contact("Bob").trust == "compromised", 20)
    against = alice.contact("Bob").against
    assert against.startswith("Device 2 of this contact tried to put out a device")
    assert [event for event in alice.told(Warned) if "put out" in event.sentence]
    assert world.linked(alice, bob), "the senior device is what it was"
    state(bob, lambda persona: build_revoke(persona.account_id, DEVICE.public, {}))
    world.until(lambda: "removed that device since" in alice.contact("Bob").against, 20)


# --- the advice to compare ------------------------------------------------------------------------


def advised(person: Person, name: str) -> bool:
    return person.contact(name).suggest_verify


def test_comparing_is_advised_once_after_the_first_words_both_ways(world, friends):
    alice, bob = friends
    alice.send("Bob", "hello")
    alice.send("Bob", "are you there?")
    world.until(lambda: len(bob.texts("Alice")) == 2, 20)
    assert not advised(alice, "Bob")
    assert not advised(bob, "Alice")
    bob.send("Alice", "hi")
    assert advised(bob, "Alice")
    world.until(lambda: advised(alice, "Bob"), 20)
    world.until(lambda: any(e.contact.suggest_verify for e in alice.told(ContactChanged)), 5)
    alice.restart()
    assert advised(alice, "Bob"), "until somebody has told the person"
    alice.do(alice.api.suggestion_shown("Bob"))
    assert not advised(alice, "Bob")
    alice.send("Bob", "again")
    alice.restart()
    assert not advised(alice, "Bob")


def test_whoever_has_compared_already_is_not_advised(world, friends):
    alice, bob = friends
    validate(alice, "Bob")
    alice.send("Bob", "hello")
    bob.send("Alice", "hi")
    world.until(lambda: advised(bob, "Alice") and len(alice.texts("Bob")) == 2, 20)
    assert not advised(alice, "Bob")
    validate(bob, "Alice")
    assert not advised(bob, "Alice")
