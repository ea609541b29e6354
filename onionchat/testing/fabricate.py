"""Profiles with a past: contacts who never met over Tor, and messages that nobody wrote.

What lives here: making them for measurements and tests, quickly, through the real nodes' code and
in virtual time. They are ordinary profiles: nodes can run on them and reach each other over Tor.
What may not live here: anything that a node does not do or get as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

from onionchat.node import journals
from onionchat.protocol.crypto.keys import SigningKey
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.journal.entry import NO_ENTRY, EntryKind, sign_entry
from onionchat.protocol.journal.memory import parents_among
from onionchat.protocol.journal.order import OrderKey, order_key
from onionchat.protocol.journal.validate import Accepted
from onionchat.protocol.rooms.bodies import encode_text
from onionchat.store import contacts, frontiers, keyslot, logs, personas
from onionchat.store import journals as stored
from onionchat.store.database import Database
from onionchat.store.journals import Journal
from onionchat.store.keyslot import Cost
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.testing.nodes import PASSPHRASE, Person, World
from onionchat.testing.rng import SeededRng
from onionchat.testing.virtual_time import EPOCH
from onionchat.types import DeviceKey, EntryId, Millis

CENTRE: Final = "Centre"
"""Name of the person that knows all others."""

CHUNK: Final = 2_000
"""Messages to one commit."""

MESSAGE_MILLIS: Final = 60_000
"""From one message of a conversation to the next."""

_WORDS: Final = (
    "about after again all and because been before but call can come could day did down even find"
    " first from get give good had have here home how into its just know last leave like little"
    " long look made make many more most much must never new next now number off old one only"
    " other out over own people place right said same say see she should some still such take tell"
    " than that the their them then there these they thing think this time train two under until"
    " very walk want was water way well were what when where which while who will with word work"
    " world would write year you young"
).split()


def friend(number: int) -> str:
    """Name of one of the others, from 1 on."""
    return f"Friend{number}"


def circle(folder: Path, others: int, *, now: Millis, seed: int = 1) -> list[Path]:
    """Make profiles in `folder`, the first a contact of all `others`, whose profiles follow.

    They open with `testing.nodes.PASSPHRASE`, at once. `now` is when they met.
    """
    world = World(folder, seed)
    centre = _person(world, CENTRE, now)
    friends = []
    for number in range(1, others + 1):
        person = _person(world, friend(number), now)
        world.befriend(centre, person)
        person.stop()
        friends.append(person)
    world.end()
    return [person.profile for person in (centre, *friends)]


def mesh(folder: Path, people: int, *, now: Millis, seed: int = 1) -> list[Path]:
    """Make profiles in `folder`, each a contact of all others; they open as those of `circle`."""
    world = World(folder, seed)
    made: list[Person] = []
    for number in range(1, people + 1):
        person = _person(world, friend(number), now)
        for other in made:
            world.befriend(other, person)
        made.append(person)
    world.end()
    return [person.profile for person in made]


def _person(world: World, name: str, now: Millis) -> Person:
    person = Person(world, name, world.folder / name.lower())
    person.wall.offset = now - EPOCH
    person.create()
    world.people.append(person)
    return person.start()


def set_passphrase(profile: Path, passphrase: str, rng: Rng, cost: Cost | None = None) -> None:
    """Give a fabricated profile the passphrase slot of an ordinary one."""
    keyslot.change_passphrase(profile, PASSPHRASE, passphrase, rng, cost)


def fill(
    profiles: list[Path], messages: int, *, now: Millis, seed: int = 1, alone: bool = False
) -> None:
    """Put `messages` in all into the conversations of the first profile, written in turns.

    The newest is as old as `now`. They are in the first profile alone, as delivered: the others'
    profiles lend their keys. With `alone` the first person wrote all of them, and none of them is
    delivered.
    """
    keys = {}
    for profile in profiles[1:]:
        account, device = _identity(profile)
        keys[account] = device
    database = _open(profiles[0])
    try:
        everyone = database.run(contacts.everyone)
        each = messages // len(everyone)
        texts = _texts(SeededRng(f"{seed} texts"))
        for contact in everyone:
            assert contact.account_id is not None
            theirs = keys[contact.account_id]
            for first in range(0, each, CHUNK):
                size = min(CHUNK, each - first)
                begins = Millis(now - (each - first) * MESSAGE_MILLIS)
                database.run(partial(_write, contact.number, theirs, texts, size, begins, alone))
    finally:
        database.close()


def _open(profile: Path) -> Database:
    return Database.open(profile, keyslot.unlock(profile, PASSPHRASE))


def _identity(profile: Path) -> tuple[bytes, SigningKey]:
    """The account that a friend shows the centre, and the key of its device."""
    database = _open(profile)
    try:
        (contact,) = database.run(contacts.everyone)
        persona = database.run(lambda tx: personas.get(tx, contact.persona))
        return persona.account_id, persona.device
    finally:
        database.close()


def _write(
    number: ContactNo,
    theirs: SigningKey,
    texts: Iterator[str],
    size: int,
    begins: Millis,
    alone: bool,
    tx: Transaction,
) -> None:
    """As `journals.append` would, but stored together, which is several times faster."""
    journal = _conversation(tx, number)
    ours = personas.get(tx, contacts.get(tx, number).persona).device
    writer = _Writer(tx, journal, (theirs, ours))
    at = begins
    for position in range(size):
        at = Millis(begins + position * MESSAGE_MILLIS)
        writer.write(1 if alone else position % 2, encode_text(next(texts)), at)
    journals.store(tx, journal, writer.written, at, shown=lambda _entry: True)
    own = DeviceKey(ours.public)
    tip = frontiers.tip(tx, journal.journal_id, own)
    if tip is not None and not alone:
        frontiers.acknowledge(tx, number, journal.journal_id, {own: tip.seq})


class _Writer:
    """Two logs of one conversation, going on where they end in the store."""

    def __init__(
        self, tx: Transaction, journal: Journal, keys: tuple[SigningKey, SigningKey]
    ) -> None:
        self.written: list[Accepted] = []
        self._journal = journal.journal_id
        self._keys = keys
        self._heads = {
            place.entry_id: OrderKey(place.effective, place.depth, place.entry_id)
            for place in logs.heads(tx, journal.journal_id)
        }
        self._tips: list[tuple[int, EntryId, OrderKey | None]] = []
        for key in keys:
            tip = frontiers.tip(tx, journal.journal_id, DeviceKey(key.public))
            self._tips.append(
                (0, NO_ENTRY, None)
                if tip is None
                else (tip.seq, tip.entry_id, OrderKey(tip.effective, tip.depth, tip.entry_id))
            )

    def write(self, who: int, body: bytes, at: Millis) -> None:
        seq, previous, above = self._tips[who]
        parents = parents_among(self._heads, previous)
        time = Millis(at - at % 1000)
        entry = sign_entry(
            self._keys[who], self._journal, seq + 1, previous, parents, time, EntryKind.TEXT, body
        )
        ancestors = [self._heads[parent] for parent in parents]
        key = order_key(time, entry.id, ancestors if above is None else [*ancestors, above])
        for ancestor in entry.ancestors:
            self._heads.pop(ancestor, None)
        self._heads[entry.id] = key
        self._tips[who] = seq + 1, entry.id, key
        self.written.append(Accepted(entry, key))


def _conversation(tx: Transaction, number: ContactNo) -> Journal:
    return next(j for j in stored.of_contact(tx, number) if j.kind == stored.DIRECT)


def _texts(rng: Rng) -> Iterator[str]:
    """Sentences about as long as people's, median 50 characters; each once."""
    for number in count(1):
        words = int(3 + 14 * rng.uniform(0, 1) ** 2)
        chosen = [_WORDS[int(rng.uniform(0, len(_WORDS)))] for _ in range(words)]
        yield f"{' '.join(chosen)} {number}"
