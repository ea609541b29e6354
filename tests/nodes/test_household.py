"""One person with two devices, whole nodes: what is done on one is done on the other
(docs/devices.md, "What travels in the `self` journal", "Personas on every device")."""

import pytest
from twisted.internet.defer import Deferred

from onionchat.errors import NotAdmittedYet
from onionchat.node import journals, membership
from onionchat.protocol.rooms.household import PROFILE_NAME
from onionchat.store import contacts, personas
from onionchat.testing.devices import acquaint, share
from onionchat.views import ContactChanged, ContactRemoved

SOON = 60


@pytest.fixture
def home(world, both, bob):
    """Alice's two devices, and Bob, who is a contact of both."""
    alice, laptop = both
    world.befriend(alice, bob)
    acquaint(laptop, "Bob")
    world.until(lambda: world.has_link(laptop, bob), 1200)
    return alice, laptop, bob


def devices_of(person, name):
    """How many active devices somebody knows of a contact."""

    def work(tx):
        contact = contacts.by_petname(tx, name)
        return sum(device.active for device in contacts.devices(tx, contact.number))

    return person.read(work)


# --- a contact on every device --------------------------------------------------------------------


def test_a_contact_made_on_one_device_is_talked_to_on_both(world, home):
    alice, laptop, bob = home
    assert devices_of(bob, "Alice") == 2
    assert laptop.contact("Bob").id == alice.contact("Bob").id
    laptop.send("Bob", "from the laptop")
    world.until(lambda: bob.texts("Alice") == ["from the laptop"], SOON)
    bob.send("Alice", "to all of you")
    alice.send("Bob", "from the old one")
    everybody = ((alice, "Bob"), (laptop, "Bob"), (bob, "Alice"))
    world.until(lambda: all(len(person.texts(to)) == 3 for person, to in everybody), SOON)
    assert alice.texts("Bob") == laptop.texts("Bob") == bob.texts("Alice")
    assert [m.mine for m in alice.history("Bob")] == [m.mine for m in laptop.history("Bob")]
    assert len(bob.contacts()) == 1


def test_a_contact_that_the_younger_device_makes_is_on_the_older_one(world, both, bob):
    alice, laptop = both
    laptop.add(bob.invite(), "Bobby")
    acquaint(alice, "Bobby")
    world.until(lambda: devices_of(bob, "Alice") == 2, SOON)
    alice.send("Bobby", "hello")
    world.until(lambda: bob.texts("Alice") == ["hello"], 1200)
    world.until(lambda: laptop.texts("Bobby") == ["hello"], SOON)


def test_whoever_accepts_a_request_does_it_for_both(world, both, bob):
    alice, laptop = both
    bob.add(alice.invite(standing=True), "Alice", "it is me")
    world.until(lambda: alice.do(alice.api.requests()), SOON)
    (request,) = alice.do(alice.api.requests())
    alice.do(alice.api.accept(request.id, name="Robert"))
    acquaint(laptop, "Robert")
    laptop.send("Robert", "welcome")
    world.until(lambda: bob.texts("Alice") == ["welcome"], 1200)


def test_until_it_is_added_a_device_reads_and_says_why_it_cannot_write(
    world, both, bob, monkeypatch
):
    alice, laptop = both
    with monkeypatch.context() as nobody:
        nobody.setattr(membership, "_add", lambda *_: None)
        world.befriend(alice, bob)
        world.until(lambda: laptop.contacts(), SOON)
        bob.send("Alice", "hello")
        world.until(lambda: laptop.texts("Bob") == ["hello"], SOON)
        with pytest.raises(NotAdmittedYet):
            laptop.send("Bob", "too early")
        view = laptop.contact("Bob")
        assert (view.problem, view.queued) == (NotAdmittedYet.sentence, 0)
        laptop.restart()
        assert laptop.contact("Bob").problem == NotAdmittedYet.sentence
        world.pass_time(600)
        assert laptop.links() == set()
    # What was left undone is done at the next start.
    alice.restart()
    acquaint(laptop, "Bob")
    assert laptop.contact("Bob").problem != NotAdmittedYet.sentence
    laptop.send("Bob", "now")
    world.until(lambda: bob.texts("Alice") == ["hello", "now"], 1200)


def test_both_sides_may_have_several_devices(world, home):
    alice, laptop, bob = home
    phone = world.device(bob, "Phone")
    acquaint(phone, "Alice")
    world.until(lambda: devices_of(alice, "Bob") == devices_of(laptop, "Bob") == 2, SOON)
    phone.send("Alice", "from the phone")
    laptop.send("Bob", "from the laptop")
    everybody = ((alice, "Bob"), (laptop, "Bob"), (bob, "Alice"), (phone, "Alice"))
    world.until(lambda: all(len(person.texts(to)) == 2 for person, to in everybody), 1200)
    bob.stop()
    alice.stop()
    laptop.send("Bob", "while the old ones are off")
    world.until(lambda: len(phone.texts("Alice")) == 3, 1200)
    bob.start()
    alice.start()
    world.until(lambda: all(len(person.texts(to)) == 3 for person, to in everybody), 1200)
    orders = {tuple(person.texts(to)) for person, to in everybody}
    assert len(orders) == 1


def test_a_device_that_was_off_for_all_of_it_catches_up(world, both, bob, carol):
    alice, laptop = both
    laptop.stop()
    for friend in (bob, carol):
        world.befriend(alice, friend)
    bob.send("Alice", "hello")
    world.until(lambda: alice.texts("Bob") == ["hello"], SOON)
    alice.do(alice.api.rename("Carol", "Caroline"))
    alice.do(alice.api.block("Caroline"))
    alice.do(alice.api.mark_read("Bob", None))
    laptop.start()
    acquaint(laptop, "Bob")
    acquaint(laptop, "Caroline")
    world.until(lambda: laptop.texts("Bob") == ["hello"], SOON)
    world.until(lambda: laptop.contact("Bob").unread == 0, SOON)
    assert laptop.contact("Caroline").state == "blocked"


def test_a_device_that_is_linked_later_gets_what_there_was(world, friends):
    alice, bob = friends
    bob.send("Alice", "long ago")
    world.until(lambda: alice.texts("Bob") == ["long ago"], SOON)
    alice.do(alice.api.mark_read("Bob", None))
    alice.do(alice.api.set_draft("Bob", "begun"))
    alice.do(alice.api.rename("Bob", "Robert"))
    laptop = world.device(alice, "Laptop")
    acquaint(laptop, "Robert")
    world.until(lambda: laptop.texts("Robert") == ["long ago"], SOON)
    view = laptop.contact("Robert")
    assert (view.unread, view.draft) == (0, "begun")


def test_what_was_erased_before_a_device_was_linked_does_not_come_back_there(world, friends):
    """The contact still has it, and would give it to the new device."""
    alice, bob = friends
    for text in ("cleared", "also cleared"):
        bob.send("Alice", text)
    world.until(lambda: len(alice.texts("Bob")) == 2, SOON)
    alice.do(alice.api.clear("Bob", before=None, for_everyone=False))
    for text in ("secret", "stays"):
        bob.send("Alice", text)
    world.until(lambda: alice.texts("Bob") == ["secret", "stays"], SOON)
    alice.do(alice.api.delete("Bob", [alice.history("Bob")[0].id], for_everyone=False))
    laptop = world.device(alice, "Laptop")
    acquaint(laptop, "Bob")
    world.until(lambda: world.has_link(laptop, bob), 1200)
    bob.send("Alice", "new")
    world.until(lambda: alice.texts("Bob") == laptop.texts("Bob") == ["stays", "new"], SOON)
    world.pass_time(60)
    assert laptop.texts("Bob") == ["stays", "new"]


def test_what_is_erased_on_one_device_is_erased_on_both(world, home):
    alice, laptop, bob = home
    for text in ("secret", "stays"):
        bob.send("Alice", text)
    world.until(lambda: len(alice.texts("Bob")) == len(laptop.texts("Bob")) == 2, SOON)
    laptop.do(laptop.api.delete("Bob", [laptop.history("Bob")[0].id], for_everyone=False))
    world.until(lambda: alice.texts("Bob") == ["stays"], SOON)
    alice.do(alice.api.set_draft("Bob", "begun"))
    world.until(lambda: laptop.contact("Bob").draft == "begun", SOON)
    alice.do(alice.api.clear("Bob", before=None, for_everyone=False))
    world.until(lambda: laptop.texts("Bob") == [] and not laptop.contact("Bob").draft, SOON)


# --- what is said of it ---------------------------------------------------------------------------


def test_a_name_a_trust_and_a_draft_follow(world, home):
    alice, laptop, _bob = home
    alice.do(alice.api.rename("Bob", "Robert"))
    laptop.do(laptop.api.validate("Bob", laptop.do(laptop.api.verify_words("Bob"))))
    laptop.do(laptop.api.set_draft("Bob", "begun here"))
    world.until(lambda: laptop.states() == {"Robert": "active"}, SOON)
    world.until(lambda: alice.contact("Robert").trust == "validated", SOON)
    world.until(lambda: alice.contact("Robert").draft == "begun here", SOON)
    assert any(event.contact.name == "Robert" for event in laptop.told(ContactChanged))
    laptop.do(laptop.api.send("Robert", "begun here", clear_draft=True))
    world.until(lambda: not alice.contact("Robert").draft, SOON)


def test_a_draft_that_was_not_told_when_the_node_died_is_told_at_the_next_start(world, home):
    alice, laptop, _bob = home
    laptop.do(laptop.api.set_draft("Bob", "begun"))
    laptop.kill()
    laptop.start()
    world.until(lambda: alice.contact("Bob").draft == "begun", 1200)


def test_what_was_read_here_is_not_unread_there(world, home):
    alice, laptop, bob = home
    for number in range(3):
        bob.send("Alice", f"text {number}")
    world.until(lambda: laptop.contact("Bob").unread == alice.contact("Bob").unread == 3, SOON)
    first = laptop.history("Bob")[0].id
    laptop.do(laptop.api.mark_read("Bob", first))
    world.until(lambda: alice.contact("Bob").unread == 2, SOON)
    alice.do(alice.api.mark_read("Bob", None))
    world.until(lambda: laptop.contact("Bob").unread == 0, SOON)
    assert laptop.do(laptop.api.first_unread("Bob")) is None


def test_whom_one_device_blocks_no_device_serves(world, home):
    alice, laptop, bob = home
    alice.do(alice.api.block("Bob"))
    world.until(lambda: laptop.contact("Bob").state == "blocked", SOON)
    world.until(lambda: not laptop.links() and not alice.links() and not bob.links(), SOON)
    bob.send("Alice", "hello?")
    world.pass_time(1800)
    assert alice.texts("Bob") == laptop.texts("Bob") == []
    laptop.do(laptop.api.unblock("Bob"))
    world.until(lambda: alice.contact("Bob").state == "active", SOON)
    world.until(lambda: alice.texts("Bob") == laptop.texts("Bob") == ["hello?"], 3600)


def test_whom_one_device_removes_is_gone_on_both(world, home):
    alice, laptop, bob = home
    bob.send("Alice", "hello")
    world.until(lambda: laptop.texts("Bob") == ["hello"], SOON)
    identity = laptop.contact("Bob").id
    alice.do(alice.api.remove("Bob"))
    world.until(lambda: laptop.contacts() == [], SOON)
    assert ContactRemoved(identity, "Bob") in laptop.told(ContactRemoved)
    assert laptop.do(laptop.api.search("hello", contact=None, limit=9)) == []
    world.pass_time(60)
    for device in (alice, laptop):
        device.restart()
        assert device.contacts() == []
        assert len(device.read(personas.everyone)) == 1


def test_a_removal_that_was_not_finished_is_finished_at_the_next_start(world, home):
    alice, laptop, _bob = home
    world.part(alice, laptop)
    alice.do(alice.api.remove("Bob"))
    world.heal(alice, laptop)

    def doomed(tx):
        contact = contacts.by_petname(tx, "Bob")
        return contact is not None and contact.state == "blocked"

    laptop.api.removal._delivery.end = lambda _number: stuck()
    world.until(lambda: laptop.read(doomed), 1200)
    laptop.kill()
    laptop.start()
    world.until(lambda: laptop.contacts() == [], SOON)


def stuck():
    return Deferred()


def test_settings_of_the_person_are_the_same_on_both(world, home):
    alice, laptop, bob = home
    alice.do(alice.api.set_setting("read-receipts", "on"))
    world.until(lambda: setting(laptop, "read-receipts") == "on", SOON)
    bob.send("Alice", "are you there?")
    bob_sent = bob.history("Alice")[0].id
    world.until(lambda: laptop.texts("Bob") == ["are you there?"], SOON)
    bob.do(bob.api.wait_delivered(bob_sent, 30))
    laptop.do(laptop.api.mark_read("Bob", None))
    world.until(lambda: bob.history("Alice")[0].state == "read", SOON)
    laptop.do(laptop.api.set_visibility("hidden", contact=None))
    world.until(lambda: setting(alice, "visibility") == "hidden", SOON)


def test_the_persons_name_is_the_same_on_both(world, both):
    alice, laptop = both
    share(alice, PROFILE_NAME, "Alícia".encode())
    world.until(lambda: laptop.do(laptop.api.status()).name == "Alícia", SOON)


def setting(device, name):
    return next(s.value for s in device.do(device.api.settings()) if s.name == name)


def test_what_is_done_on_both_at_once_ends_the_same(world, home, carol):
    alice, laptop, _bob = home
    world.befriend(alice, carol)
    acquaint(laptop, "Carol")
    world.part(alice, laptop)
    world.pass_time(5)
    alice.do(alice.api.rename("Bob", "Friend"))
    laptop.do(laptop.api.rename("Carol", "Friend"))
    alice.do(alice.api.set_draft("Carol", "one"))
    laptop.do(laptop.api.block("Bob"))
    world.pass_time(10)
    laptop.do(laptop.api.set_draft("Friend", "two"))
    world.pass_time(10)
    world.heal(alice, laptop)
    world.until(lambda: world.joined(alice, laptop), 1200)
    world.until(lambda: seen(alice) == seen(laptop), SOON)
    found = seen(alice)
    assert sorted(name for name, *_ in found.values()) == ["Friend", "Friend 2"]
    assert sorted(state for _, state, _ in found.values()) == ["active", "blocked"]
    assert {draft for *_, draft in found.values()} == {"", "two"}


def seen(device):
    return {view.id: (view.name, view.state, view.draft) for view in device.contacts()}


def test_rosters_are_the_same_everywhere(world, home):
    alice, laptop, bob = home
    phone = world.device(laptop, "Phone")
    acquaint(phone, "Bob")
    world.until(lambda: devices_of(bob, "Alice") == 3, SOON)

    def roster(tx):
        contact = contacts.by_petname(tx, "Bob")
        return journals.roster(tx, personas.get(tx, contact.persona).account_id)

    def theirs(tx):
        return journals.roster(tx, contacts.by_petname(tx, "Alice").account_id)

    def agree():
        known = bob.read(theirs)
        return all(device.read(roster) == known for device in (alice, laptop, phone))

    world.until(agree, SOON)
    assert len(bob.read(theirs).addresses) == 3
