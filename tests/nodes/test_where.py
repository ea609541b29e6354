"""Where each message is: at which devices of a contact, since when, and why it waits."""

import pytest

from onionchat.errors import DiskFull, UnknownMessage
from onionchat.net.transports.interface import Address
from onionchat.node import accounts, household, restored
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.identity.statements import build_add, build_revoke, consent
from onionchat.protocol.sync.messages import Ack, Entries, Have, Refuse, decode_message
from onionchat.protocol.sync.messages import encode_message as encoded
from onionchat.protocol.sync.names import Names, frontier_digest
from onionchat.protocol.sync.position import Position
from onionchat.store import contacts, frontiers, personas
from onionchat.store import journals as stored
from onionchat.testing.devices import acquaint
from onionchat.testing.nodes import Person, World
from onionchat.testing.rng import SeededRng
from onionchat.testing.scripted_peer import ScriptedPeer
from onionchat.types import DeviceKey, Millis
from onionchat.views import DeviceHasView, MessageInfoView

KEY, LINK = SigningKey(bytes(range(32))), AgreementKey(bytes(range(1, 33)))


def info(person: Person, message_id: str) -> MessageInfoView:
    return person.do(person.api.message_info(message_id))


def theirs(person: Person, message_id: str) -> list[DeviceHasView]:
    """What is known of the contact's devices."""
    mine, *others = info(person, message_id).devices
    assert (mine.owner, mine.name, mine.state) == ("mine", "this device", "has")
    return others


def states(person: Person, message_id: str) -> list[str]:
    return [device.state for device in theirs(person, message_id)]


def test_a_message_is_at_the_contacts_device_since_it_said_so(world, friends):
    alice, bob = friends
    before = alice.wall.millis() / 1000
    sent = alice.send("Bob", "hello")
    assert states(alice, sent.id) in (["waiting"], ["sent"])
    world.until(lambda: states(alice, sent.id) == ["has"], 10)
    found = info(alice, sent.id)
    assert (found.message.text, found.read) == ("hello", False)
    (device,) = found.devices[1:]
    assert (device.owner, device.number, device.name) == ("contact", 1, "device 1")
    assert device.active
    assert before <= device.since <= alice.wall.millis() / 1000
    alice.restart()
    assert theirs(alice, sent.id) == [device]


def test_what_the_contact_wrote_is_at_its_author(world, friends):
    alice, bob = friends
    bob.send("Alice", "hi")
    world.until(lambda: alice.texts("Bob") == ["hi"], 10)
    (message,) = alice.history("Bob")
    assert states(alice, message.id) == ["wrote"]
    assert not info(alice, message.id).read
    alice.do(alice.api.mark_read("Bob", None))
    assert info(alice, message.id).read


def test_whether_it_was_read(world, friends):
    alice, bob = friends
    bob.do(bob.api.set_setting("read-receipts", "on"))
    sent = alice.send("Bob", "hello")
    world.until(lambda: bob.texts("Alice") == ["hello"], 10)
    bob.do(bob.api.mark_read("Alice", None))
    world.until(lambda: info(alice, sent.id).read, 10)


def test_why_it_waits_while_the_contact_is_away(world, friends):
    alice, bob = friends
    bob.stop()
    world.pass_time(60)
    sent = alice.send("Bob", "hello")
    world.pass_time(60)
    (device,) = theirs(alice, sent.id)
    assert (device.state, device.since) == ("waiting", None)
    assert device.why == alice.contact("Bob").problem
    alice.do(alice.api.block("Bob"))
    assert [device.why for device in theirs(alice, sent.id)] == ["You blocked this contact."]


def test_of_no_message_nothing_is_known(friends):
    alice, _ = friends
    with pytest.raises(UnknownMessage):
        info(alice, "ab" * 32)


# --- a second device of the contact, which a script plays -----------------------------------------


class Second:
    """Bob's second device."""

    def __init__(self, world: World, alice: Person, bob: Person) -> None:
        self.world, self.alice, self.bob = world, alice, bob
        self.address: Address = bob.address_of("Alice")
        self.state(lambda persona: build_add(KEY.public, LINK.public, _agreed(persona)))
        world.until(lambda: len(_devices(alice)) == 2, 20)

    def state(self, body) -> None:
        def work(tx):
            persona = personas.get(tx, contacts.everyone(tx)[0].persona)
            accounts.state(tx, persona, body(persona), Millis(1))

        self.bob.read(work)

    def call(self, *, shares: bool = True) -> None:
        """A link to Alice on which the device says that it has nothing of the conversation; or
        that it does not share it at all."""
        transport = self.world.network.transport("second")
        self.world.time.result(transport.start())
        self.peer = ScriptedPeer(transport, self.world.time, SeededRng(2))
        card = next(card for card in self.alice.api.directory.all() if card.petname == "Bob")
        self.peer.dial(LINK, card.link.public, self.address)
        self.world.until(lambda: self.peer.up, 10)
        self.channel = self.peer.open("sync")
        names = Names(self.peer.up.handshake_hash)
        self.journal, self.author = names.of(card.direct), names.of(card.own_device)
        journals = [j for j in _journals(self.alice) if shares or j != card.direct]
        said = {names.of(journal): {} for journal in journals}
        self.say(Have(frontier_digest(said), list(said.items()), True, False))
        self.world.pass_time(3)

    def say(self, message) -> None:
        self.peer.say(self.channel, encoded(message))

    def got(self) -> int:
        """How many messages with entries came."""
        decoded = [decode_message(data) for _, data in self.peer.heard]
        return sum(isinstance(message, Entries) for message in decoded)

    def acknowledge(self, seq: int) -> None:
        def tag(tx):
            journal = stored.direct(tx, contacts.everyone(tx)[0].number).journal_id
            (found,) = frontiers.positions(tx, journal).values()
            return found[1]

        there = Position.of(seq, self.alice.read(tag))
        self.say(Ack(self.got(), [(self.journal, {self.author: there})]))


def _agreed(persona):
    return consent(persona.account_id, persona.device.public, KEY, LINK.public)


def _devices(person: Person):
    return person.read(lambda tx: contacts.devices(tx, contacts.everyone(tx)[0].number))


def _journals(person: Person):
    def work(tx):
        number = contacts.everyone(tx)[0].number
        return [journal.journal_id for journal in stored.of_contact(tx, number)]

    return person.read(work)


@pytest.fixture
def second(world, friends):
    return Second(world, *friends)


def test_each_device_is_told_apart(world, friends, second):
    alice, bob = friends
    sent = alice.send("Bob", "hello")
    world.until(lambda: states(alice, sent.id) == ["has", "waiting"], 10)
    assert alice.history("Bob")[0].state == "delivered"
    one, two = theirs(alice, sent.id)
    assert (one.number, two.number, two.name) == (1, 2, "device 2")
    assert two.why == "Not connected; another device that is passes it on."
    second.call()
    assert states(alice, sent.id) == ["has", "sent"]
    second.acknowledge(1)
    world.until(lambda: states(alice, sent.id) == ["has", "has"], 5)
    one, two = theirs(alice, sent.id)
    assert one.since < two.since


def test_what_a_device_has_is_on_disk_as_soon_as_it_said_so(world, friends, second):
    """And not only when the link ends."""
    alice, bob = friends
    sent = alice.send("Bob", "hello")
    world.until(lambda: states(alice, sent.id) == ["has", "waiting"], 10)
    second.call()
    second.acknowledge(1)
    world.until(lambda: frontier_of(alice, KEY) == 1, 5)
    alice.kill()
    alice.start()
    assert states(alice, sent.id) == ["has", "has"]


def frontier_of(person: Person, key: SigningKey) -> int:
    def work(tx):
        journal = stored.direct(tx, contacts.everyone(tx)[0].number).journal_id
        return max(frontiers.reached_by(tx, DeviceKey(key.public), journal).values(), default=0)

    return person.read(work)


def test_what_is_behind_others_and_what_is_refused(world, friends, second):
    alice, bob = friends
    texts = [alice.send("Bob", str(number) * 60_000) for number in range(7)]
    world.until(lambda: alice.contact("Bob").queued == 0, 60)
    second.call()
    found = [theirs(alice, text.id)[1] for text in texts]
    assert [device.state for device in found][:3] == ["sent"] * 3
    assert found[-1].state == "waiting"
    assert found[-1].why.startswith("Behind ")
    alice.read(lambda tx: restored.doubt(tx, contacts.everyone(tx)[0].number))
    assert "which is a copy" in theirs(alice, texts[-1].id)[1].why
    second.say(Refuse(second.journal, second.author))
    world.pass_time(2)
    whys = {theirs(alice, text.id)[1].why for text in texts}
    assert len(whys) == 1
    assert "share of a day" in whys.pop()


def test_while_the_disk_is_full(world, friends):
    alice, bob = friends
    bob.stop()
    world.pass_time(5)
    sent = alice.send("Bob", "hello")
    alice.node.notices.failed(DiskFull())
    assert theirs(alice, sent.id)[0].why == "The disk here is full: no connection is kept."


def test_a_connection_that_is_being_set_up(world, friends, second):
    alice, bob = friends
    sent = alice.send("Bob", "hello")
    second.say = lambda message: None
    second.call()
    assert theirs(alice, sent.id)[1].why == "The connection is being set up."


def test_a_device_that_does_not_share_the_conversation(world, friends, second):
    alice, bob = friends
    sent = alice.send("Bob", "hello")
    second.call(shares=False)
    assert theirs(alice, sent.id)[1].why == "It does not have this conversation yet."


def test_a_removed_device_gets_nothing_and_what_it_had_is_known(world, friends, second):
    alice, bob = friends
    first = alice.send("Bob", "before")
    second.call()
    second.acknowledge(1)
    world.until(lambda: states(alice, first.id) == ["has", "has"], 10)
    second.state(lambda persona: build_revoke(persona.account_id, KEY.public, {}))
    world.until(lambda: not _devices(alice)[1].active, 20)
    after = alice.send("Bob", "after")
    world.until(lambda: states(alice, after.id)[0] == "has", 10)
    had, gone = theirs(alice, first.id)[1], theirs(alice, after.id)[1]
    assert (had.state, had.active) == ("has", False)
    assert (gone.state, gone.active) == ("waiting", False)
    assert gone.why == "This device was removed: it gets nothing any more."


def test_one_s_own_other_devices_are_there(world, friends):
    alice, bob = friends
    laptop = world.device(alice, "Laptop")
    world.until(lambda: world.joined(alice, laptop))
    acquaint(laptop, "Bob")
    sent = alice.send("Bob", "hello")
    world.pass_time(10)
    this, other, bobs = info(alice, sent.id).devices
    assert (this.owner, this.number, other.owner) == ("mine", 0, "mine")
    assert (other.state, other.why) == ("has", None)
    assert bobs.state == "has"
    laptop.stop()
    world.pass_time(10)
    sent = alice.send("Bob", "later")
    world.pass_time(10)
    _, other, bobs = info(alice, sent.id).devices
    assert (other.state, bobs.state) == ("waiting", "has")
    assert other.why


def test_an_own_device_may_not_have_the_conversation_yet(world, friends, monkeypatch):
    alice, bob = friends
    monkeypatch.setattr(household, "apply", lambda *_: None)
    laptop = world.device(alice, "Laptop")
    world.until(lambda: world.joined(alice, laptop))
    sent = alice.send("Bob", "hello")
    world.pass_time(10)
    _, other, bobs = info(alice, sent.id).devices
    assert (other.state, other.why) == ("waiting", "It does not have this conversation yet.")
    assert bobs.state == "has"
