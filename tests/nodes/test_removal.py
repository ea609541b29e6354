"""Taking a request back, and forgetting a contact: what is left of it, and what the other sees."""

import pytest

from onionchat.errors import NotARequest, UnknownContact
from onionchat.net.transports.interface import DialReason
from onionchat.testing.nodes import Person, World
from onionchat.views import ContactRemoved

TEXTS = ("the harbour at nine", "bring the green umbrella")


def dump(person: Person) -> bytes:
    """Every value of every table in the database, the index's pages too."""

    def work(tx):
        tables = [
            row[0]
            for row in tx.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
            if not row[0].startswith("sqlite_")
        ]
        parts = []
        for table in tables:
            for row in tx.rows(f'SELECT * FROM "{table}"'):
                parts += [v.encode() if isinstance(v, str) else v for v in row if v is not None]
        return b"\0".join(v if isinstance(v, bytes) else str(v).encode() for v in parts)

    return person.read(work)


def traces(person: Person, secrets: dict[str, bytes]) -> set[str]:
    """Which of the secrets occur in the database, as they are or in hex."""
    data = dump(person)
    words = data.lower()
    return {
        name
        for name, secret in secrets.items()
        if secret in data or secret.hex().encode() in words or secret.lower() in words
    }


def secrets_of(person: Person, contact: str) -> dict[str, bytes]:
    """Texts, names, ids and keys of a relationship."""
    card = next(c for c in person.api.directory.all() if c.petname == contact)
    found = {text: text.split()[-1].encode() for text in TEXTS}
    found |= {
        "petname": contact.encode(),
        "our account for it": card.own_account,
        "our device for it": card.own_device,
        "our link key for it": card.link.public,
        "our secret link key for it": card.link.seed,
        "its id": bytes.fromhex(card.id),
        "its id as the window wrote it": card.id.encode(),
    }
    if card.account is not None and card.direct is not None:
        found |= {
            "its account": card.account,
            "its device": card.devices[0].device_key,
            "its link key": card.devices[0].link_key,
            "its onion": card.devices[0].onion_key,
            "its access secret": card.devices[0].access_secret,
            "conversation": card.direct,
        }
    return found


@pytest.fixture
def three(world: World, alice: Person, bob: Person, carol: Person) -> tuple[Person, ...]:
    """Bob and Carol are contacts of Alice, in one onion group; Alice and Bob have talked."""
    world.befriend(alice, bob)
    world.befriend(alice, carol)
    world.pass_time(30)
    alice.do(alice.api.rename("Bob", "Robert"))
    alice.send("Robert", TEXTS[0])
    bob.send("Alice", TEXTS[1])
    alice.send("Carol", "see you")
    world.until(lambda: sorted(alice.texts("Robert")) == sorted(TEXTS))
    world.until(lambda: carol.texts("Alice") == ["see you"])
    alice.do(alice.api.mark_read("Robert", None))
    robert = next(view for view in alice.do(alice.api.contacts()) if view.name == "Robert")
    alice.do(alice.api.set_setting("last-conversation", robert.id))
    world.pass_time(5)
    return alice, bob, carol


# --- remove ---------------------------------------------------------------------------------------


def test_nothing_of_a_removed_contact_is_left_in_the_database(world, three):
    alice, _bob, _carol = three
    secrets = secrets_of(alice, "Robert")
    # The anti-test: the same search finds all of it before.
    assert traces(alice, secrets) == set(secrets)
    gone = alice.do(alice.api.remove("Robert"))
    assert (gone.name, gone.messages, gone.note) == ("Robert", 2, None)
    assert traces(alice, secrets) == set()
    alice.restart()
    world.pass_time(30)
    assert traces(alice, secrets) == set()
    assert [check.ok for check in alice.do(alice.api.doctor()) if check.name == "database"] == [
        True
    ]


def test_a_blocked_one_that_is_removed_leaves_nothing_either(three):
    alice, _bob, _carol = three
    secrets = secrets_of(alice, "Robert")
    alice.do(alice.api.block("Robert"))
    alice.do(alice.api.remove("Robert"))
    assert traces(alice, secrets) == set()


def test_the_removed_one_sees_what_a_blocked_one_sees(world, three):
    alice, bob, _carol = three
    address = bob.address_of("Alice")
    alice.do(alice.api.remove("robert"))
    world.pass_time(5)
    assert bob.links() == set()
    assert bob.knock(address) is DialReason.NO_DESCRIPTOR
    assert bob.address_of("Alice") == address, "it does not learn the new one"
    bob.send("Alice", "hello?")
    world.pass_time(1300)
    assert [m.state for m in bob.history("Alice")][-1] == "queued"
    assert bob.contact("Alice").state == "active"
    assert "hello?" not in dump(alice).decode(errors="replace")


def test_the_others_go_on_and_the_name_is_free(world, three):
    alice, _bob, carol = three
    alice.do(alice.api.remove("Robert"))
    assert [view.name for view in alice.contacts()] == ["Carol"]
    with pytest.raises(UnknownContact):
        alice.send("Robert", "anybody?")
    alice.do(alice.api.rename("Carol", "Robert"))
    carol.restart()
    world.until(lambda: "Robert" in alice.links(), 60)
    alice.send("Robert", "you are Robert now")
    world.until(lambda: carol.texts("Alice")[-1] == "you are Robert now", 60)
    assert alice.do(alice.api.search("umbrella", contact=None, limit=5)) == []


def test_a_long_conversation_is_removed_in_small_steps(world, three, monkeypatch):
    """Overwriting the search index takes long: others must not wait for all of it."""
    monkeypatch.setattr("onionchat.store.forget.CHUNK", 10)
    alice, _bob, _carol = three
    for number in range(95):
        alice.send("Robert", f"umbrella {number}")
    commits = alice.db.commits
    assert alice.do(alice.api.remove("Robert")).messages == 97
    assert alice.db.commits - commits >= 10
    assert alice.do(alice.api.search("umbrella", contact=None, limit=5)) == []
    assert traces(alice, {"text": b"umbrella"}) == set()


def test_front_ends_are_told(three):
    alice, _bob, _carol = three
    view = alice.contact("Robert")
    alice.do(alice.api.remove("Robert"))
    assert alice.told(ContactRemoved) == [ContactRemoved(view.id, "Robert")]


def test_a_removed_contact_that_comes_by_a_new_link_is_somebody_new(world, three):
    alice, bob, _carol = three
    alice.do(alice.api.validate("Robert", alice.do(alice.api.verify_words("Robert"))))
    alice.do(alice.api.remove("Robert"))
    bob.add(alice.invite(), "Alice again")
    world.until(lambda: "Bob" in alice.states(), 60)
    world.until(lambda: bob.states()["Alice again"] == "active", 60)
    found = alice.contact("Bob")
    assert (found.state, found.trust, alice.texts("Bob")) == ("active", "unvalidated", [])
    bob.send("Alice again", "do you remember?")
    world.until(lambda: alice.texts("Bob") == ["do you remember?"], 60)
    # What it had written to the one that is gone goes on waiting there.
    assert bob.contact("Alice").state == "active"


def test_who_came_by_a_standing_link_is_told_of_like_in_block_and_waits_when_it_asks_anew(
    world, alice, bob
):
    link = alice.invite(standing=True)
    bob.add(link, "Alice")
    world.until(lambda: alice.do(alice.api.requests()), 60)
    alice.do(alice.api.accept(alice.do(alice.api.requests())[0].id, name=None))
    world.until(lambda: world.linked(alice, bob), 60)
    note = alice.do(alice.api.remove("Bob")).note
    assert note is not None and "revoke" in note
    bob.do(bob.api.remove("Alice"))
    bob.add(link, "Alice")
    world.until(lambda: alice.do(alice.api.requests()), 60)
    assert alice.contacts() == []


def test_a_contact_that_has_not_confirmed_yet_cannot_come_after_all(world, alice, bob):
    link = alice.invite()
    bob.add(link, "Alice")
    world.until(lambda: "Bob" in alice.states(), 60)
    alice.do(alice.api.remove("Bob"))
    world.pass_time(3600)
    assert alice.contacts() == [] and alice.links() == set()


def test_a_crash_between_the_two_commits_leaves_a_blocked_contact_that_can_be_removed(world, three):
    alice, bob, _carol = three
    removing = alice.begin(alice.api.remove("Robert"))
    removing.addErrback(lambda _: None)
    first = alice.db.commits + 1

    def kill(number):
        if number == first:
            alice.kill()

    alice.db.after = kill
    world.pass_time(10)
    alice.start()
    assert alice.contact("Robert").state == "blocked"
    secrets = secrets_of(alice, "Robert")
    assert alice.do(alice.api.remove("Robert")).messages == 2
    assert traces(alice, secrets) == set()
    world.pass_time(60)
    assert bob.links() == set()


def test_removing_while_messages_come_in_disturbs_nothing(world, three):
    alice, bob, carol = three
    for number in range(50):
        bob.send("Alice", f"number {number}")
        carol.send("Alice", f"number {number}")
    removing = alice.begin(alice.api.remove("Robert"))
    world.until(lambda: removing.called, 60)
    world.until(lambda: len(alice.texts("Carol")) == 51, 120)
    assert "Robert" not in alice.states()


def test_a_restored_backup_still_has_the_contact(world, three, folder):
    """What was removed is gone from here, not from copies made before."""
    alice, _bob, _carol = three
    alice.do(alice.api.backup(str(folder / "copy")))
    alice.do(alice.api.remove("Robert"))
    alice.stop()
    copy = Person(world, "Alice", folder / "copy")
    world.people.append(copy)
    copy.start()
    assert "Robert" in copy.states()


# --- cancel ---------------------------------------------------------------------------------------


def test_a_request_that_can_never_succeed_is_taken_back(world, alice, bob):
    invite = alice.do(alice.api.invite(standing=False, lifetime=None))
    alice.do(alice.api.revoke_invite(invite.id))
    bob.add(invite.link, "Allie", greeting="it is me, wanderer")
    world.pass_time(300)
    assert bob.contact("Allie").state == "outgoing"
    secrets = {"greeting": b"wanderer", "petname": b"Allie"} | {
        "link": invite.link.encode()[-20:],
        "our account for it": next(iter(bob.api.directory.all())).own_account,
    }
    before = traces(bob, secrets)
    assert {"greeting", "petname", "our account for it"} <= before
    gone = bob.do(bob.api.cancel("Allie"))
    assert (gone.name, gone.messages) == ("Allie", 0)
    assert bob.contacts() == [] and traces(bob, secrets) == set()
    world.pass_time(1300)
    assert bob.contacts() == []


def test_a_link_whose_request_was_taken_back_can_be_followed_again(world, alice, bob):
    link = alice.invite()
    alice.stop()
    bob.add(link, "Alice")
    world.pass_time(5)
    bob.do(bob.api.cancel("Alice"))
    alice.start()
    world.pass_time(60)
    assert alice.contacts() == []
    bob.add(link, "Alice")
    world.until(lambda: world.linked(alice, bob), 120)


def test_an_acceptance_after_the_request_was_taken_back_reaches_nobody(world, alice, bob):
    bob.add(alice.invite(standing=True), "Alice")
    world.until(lambda: alice.do(alice.api.requests()), 60)
    world.until(lambda: bob.states() == {"Alice": "requested"}, 60)
    bob.do(bob.api.cancel("Alice"))
    alice.do(alice.api.accept(alice.do(alice.api.requests())[0].id, name=None))
    world.pass_time(3600)
    assert bob.contacts() == [] and alice.links() == set()


def test_a_contact_is_not_cancelled(friends):
    alice, _bob = friends
    with pytest.raises(NotARequest):
        alice.do(alice.api.cancel("Bob"))
    with pytest.raises(UnknownContact):
        alice.do(alice.api.cancel("Zoe"))
    assert alice.contact("Bob").state == "active"
