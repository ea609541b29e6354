"""Goal P4: two contacts who put together all that they ever got from one person find nothing in
common but what that person typed, and where they share an onion, its address.
"""

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pytest

from onionchat.net.transports.memory_end import MemoryEnd
from onionchat.node import journals
from onionchat.node.live_link import LiveLink
from onionchat.protocol.identity import persona
from onionchat.protocol.identity.statements import SALT_SIZE, Address, decode_statement
from onionchat.protocol.journal.entry import parse_entry
from onionchat.protocol.link.events import LinkUp, MessageReceived
from onionchat.protocol.sync.messages import Entries, Want, decode_message, encode_message
from onionchat.store import contacts, onions
from onionchat.testing.devices import acquaint
from onionchat.testing.nodes import Person, World

SHORTEST = 8
"""Bytes of the shortest string that counts as something in common."""


@dataclass
class Loot:
    """What one node received from one other, and what it keeps of it."""

    values: list[bytes] = field(default_factory=list)

    def shingles(self, size: int = SHORTEST) -> set[bytes]:
        return {
            value[start : start + size]
            for value in self.values
            for start in range(len(value) - size + 1)
        }


def spy(monkeypatch, loot: dict[str, Loot], world: World) -> None:
    """Record what every node hears after decryption, and every byte on the wire."""
    hear = LiveLink._event

    def heard(self: LiveLink, event: object) -> None:
        owner = next(
            (p for p in world.people if p.node is not None and p.node._peers is self._peers), None
        )
        if owner is not None:
            if isinstance(event, MessageReceived):
                loot.setdefault(owner.profile.name, Loot()).values.append(event.data)
            elif isinstance(event, LinkUp):
                loot.setdefault(owner.profile.name, Loot()).values.append(event.remote_static)
        hear(self, event)

    monkeypatch.setattr(LiveLink, "_event", heard)
    write = MemoryEnd.write

    def written(self: MemoryEnd, data: bytes) -> None:
        if self._peer is not None and self._peer.protocol is not None:
            live = self._peer.protocol
            for person in world.people:
                peers = None if person.node is None else person.node._peers
                if peers is not None and any(link.protocol is live for link in peers._links):
                    loot.setdefault(person.profile.name, Loot()).values.append(data)
        write(self, data)

    monkeypatch.setattr(MemoryEnd, "write", written)


def rows(person: Person) -> Iterable[bytes]:
    """Every text and blob of a database."""

    def work(tx):
        tables = [
            name
            for (name,) in tx.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
            if not name.startswith(("sqlite_", "search"))
        ]
        return [
            value for table in tables for row in tx.rows(f"SELECT * FROM {table}") for value in row
        ]

    for value in person.read(work):
        if isinstance(value, str):
            yield value.encode()
        elif isinstance(value, bytes):
            yield value


def common(
    folder, monkeypatch, *, apart: bool, spoil: Callable[[Person], None] | None = None
) -> tuple[set[bytes], World]:
    """What Bob and Carol have in common of Alice, without what strangers have as well."""
    world = World(folder)
    loot: dict[str, Loot] = {}
    spy(monkeypatch, loot, world)
    alice, bob, carol, erin = (world.person(name) for name in ("Alice", "Bob", "Carol", "Erin"))
    namesake = Person(world, "Alice", folder / "namesake")
    world.people.append(namesake)
    namesake.create()
    namesake.start()
    if spoil is not None:
        spoil(alice)
    bob.add(alice.invite(), "Her")
    world.until(lambda: "Her" in bob.links() and "Bob" in alice.links())
    if apart:
        alice.do(alice.api.own_onion("Bob"))
    carol.add(alice.invite(standing=True), "Someone", greeting="I am Carol")
    world.until(lambda: alice.do(alice.api.requests()))
    alice.do(alice.api.accept("r2", name=None))
    world.until(lambda: "Someone" in carol.links() and "Carol" in alice.links())
    # Somebody of the same name: what she says as well is the protocol's, or her name's.
    world.befriend(namesake, erin)
    namesake.do(namesake.api.own_onion("Erin"))
    for number in range(3):
        alice.send("Bob", f"the first text, number {number}")
        bob.send("Her", f"some answer, {number}")
        alice.send("Carol", f"quite another one: {number}")
        carol.send("Someone", f"a different reply {number}")
        namesake.send("Erin", f"unrelated talk {number}")
        erin.send("Alice", f"unrelated reply {number}")
        world.pass_time(3)
    alice.restart()
    world.until(lambda: "Someone" in carol.links() and "Her" in bob.links())
    bob.restart()
    carol.restart()
    world.until(lambda: "Someone" in carol.links() and "Her" in bob.links())
    world.pass_time(5)
    for person in (bob, carol, erin):
        loot[person.profile.name].values.extend(rows(person))
    # What the three have of their own is known to each of them alone, so it does not matter here.
    found = loot["bob"].shingles() & loot["carol"].shingles()
    known = loot["erin"].shingles(SHORTEST - 1)
    # One byte may follow or precede what everybody says and be the same by chance.
    found = {part for part in found if part[1:] not in known and part[:-1] not in known}
    return found, world


def test_two_contacts_of_different_groups_have_nothing_in_common(folder, monkeypatch):
    found, world = common(folder, monkeypatch, apart=True)
    assert found == set()
    world.end()


def test_two_contacts_of_one_group_share_its_address_alone(folder, monkeypatch):
    found, world = common(folder, monkeypatch, apart=False)
    alice = world.people[0]
    (onion,) = alice.read(lambda tx: [onion.key.public for onion in onions.in_use(tx)])
    address = {onion[start : start + SHORTEST] for start in range(len(onion) - SHORTEST + 1)}
    assert address <= found
    # Where the address stands in a message, the bytes around it are the same as well.
    assert {part for part in found if not touches(part, onion)} == set()
    world.end()


def touches(part: bytes, value: bytes) -> bool:
    """Whether `part` could be a piece of a text in which `value` stands."""
    return part in value or any(
        part.endswith(value[:size]) or part.startswith(value[-size:]) for size in range(1, SHORTEST)
    )


# --- the person's other devices -------------------------------------------------------------------


def places(friend: Person) -> set[bytes]:
    """The keys of all onions that Alice's devices ever stated to somebody."""

    def work(tx):
        (contact,) = contacts.everyone(tx)
        found = set()
        for entry in journals.account_entries(tx, contact.account_id):
            body = parse_entry(entry).body
            statement = None if body is None else decode_statement(body)
            if isinstance(statement, Address):
                found.add(statement.onion_key)
        return found

    return friend.read(work)


def test_each_device_serves_a_contact_with_an_onion_of_its_own_alone(world, alice, bob, carol):
    """Finding 18 of the audit: at the other device's shared onion the two could be compared."""
    world.befriend(alice, bob)
    alice.do(alice.api.own_onion("Bob"))
    world.befriend(alice, carol)
    devices = [alice]
    for name in ("Laptop", "Phone"):
        devices.append(world.device(alice, name))
        for friend in ("Bob", "Carol"):
            acquaint(devices[-1], friend)
    # One of each device, and the one where Bob was before he got his own.
    world.until(lambda: (len(places(bob)), len(places(carol))) == (4, 3), 1200)
    assert not places(bob) & places(carol)
    for device in devices:
        assert device.contact("Bob").own_onion
        assert not device.contact("Carol").own_onion


def test_an_onion_that_one_device_gives_the_other_gives_as_well(world, both, bob, carol):
    alice, laptop = both
    for friend in (bob, carol):
        world.befriend(alice, friend)
        acquaint(laptop, friend.name)
    laptop.do(laptop.api.own_onion("Carol"))
    world.until(lambda: alice.contact("Carol").own_onion, 60)
    alone = {
        device.read(lambda tx: onions.get(tx, _slot(tx, "Carol").onion).key.public)
        for device in both
    }
    world.until(lambda: alone <= places(carol), 1200)
    assert not alone & places(bob)


def _slot(tx, name):
    slot = onions.slot_of(tx, contacts.by_petname(tx, name).number)
    assert slot is not None
    return slot


# --- what one asks for with what the other knows ------------------------------------------------


def answers(bob: Person, ids: list[bytes]) -> list[bytes]:
    """The ids of the entries that Bob's contact sends when he asks for these."""
    heard: list[bytes] = []
    ((link,),) = bob.node.delivery._links.values()
    receive = link.session.receive

    def noted(data: bytes, now: float) -> None:
        message = decode_message(data)
        if isinstance(message, Entries):
            heard.extend(parse_entry(entry).id for entry in message.entries)
        receive(data, now)

    link.session.receive = noted
    link.live.send(link._channel, encode_message(Want(ids)))
    link.live.flush()
    bob.world.pass_time(10)
    return heard


@pytest.mark.parametrize("same", [True, False], ids=["his contact", "somebody else"])
def test_finding_28_who_asks_for_entries_of_another_contact_sees_no_difference(
    world, friends, carol, same
):
    """An entry that was not for him took the room of those that were."""
    alice, bob = friends
    other = alice if same else world.person("Erin")
    world.befriend(other, carol)
    long = "x" * 60_000
    bob.send("Alice", long)
    carol.send(other.name, long)
    world.until(lambda: other.texts("Carol") == [long] and alice.texts("Bob") == [long], 60)
    his, hers = (
        bytes.fromhex(person.history(name)[0].id)
        for person, name in ((bob, "Alice"), (carol, other.name))
    )
    assert answers(bob, [hers, his]) == [his]


# --- the check itself: builds that leak are caught -----------------------------------------------


def test_a_build_that_gives_everybody_one_salt_is_caught(folder, monkeypatch):
    salt = bytes(range(200, 200 + SALT_SIZE))

    def spoil(alice: Person) -> None:
        make = persona.build_genesis

        def same(_salt, *rest):
            return make(salt if _salt in seen else _salt, *rest)

        seen: set[bytes] = set()
        fresh = alice.api.rng.random_bytes

        def noted(size: int) -> bytes:
            made = fresh(size)
            seen.add(made)
            return made

        monkeypatch.setattr(alice.api.rng, "random_bytes", noted)
        monkeypatch.setattr(persona, "build_genesis", same)

    found, world = common(folder, monkeypatch, apart=True, spoil=spoil)
    assert any(part in salt for part in found)
    world.end()


def test_two_invites_have_nothing_in_common(alice):
    def parts(text: str) -> set[bytes]:
        text = text.removeprefix("onionchat:")
        data = base64.b32decode(text + "=" * (-len(text) % 8))[6:]
        return Loot([data]).shingles()

    assert not parts(alice.invite()) & parts(alice.invite())
