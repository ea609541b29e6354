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
from onionchat.protocol.journal.entry import EntryKind
from onionchat.protocol.rooms.bodies import encode_text
from onionchat.store import contacts, frontiers, keyslot, personas
from onionchat.store import journals as stored
from onionchat.store.database import Database
from onionchat.store.journals import Journal
from onionchat.store.keyslot import Cost
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.testing.nodes import PASSPHRASE, Person, World
from onionchat.testing.rng import SeededRng
from onionchat.testing.virtual_time import EPOCH
from onionchat.types import DeviceKey, Millis, Seq

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


def _person(world: World, name: str, now: Millis) -> Person:
    person = Person(world, name, world.folder / name.lower())
    person.wall.offset = now - EPOCH
    person.create()
    world.people.append(person)
    return person.start()


def set_passphrase(profile: Path, passphrase: str, rng: Rng, cost: Cost | None = None) -> None:
    """Give a fabricated profile the passphrase slot of an ordinary one."""
    keyslot.change_passphrase(profile, PASSPHRASE, passphrase, rng, cost)


def fill(profiles: list[Path], messages: int, *, now: Millis, seed: int = 1) -> None:
    """Put `messages` in all into the conversations of the first profile, written in turns.

    The newest is as old as `now`. They are in the first profile alone, as delivered: the others'
    profiles lend their keys.
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
                database.run(partial(_write, contact.number, theirs, texts, size, begins))
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
    tx: Transaction,
) -> None:
    journal = _conversation(tx, number)
    ours = personas.get(tx, contacts.get(tx, number).persona).device
    last = 0
    for position in range(size):
        at = Millis(begins + position * MESSAGE_MILLIS)
        key = ours if position % 2 else theirs
        entry = journals.append(tx, journal, key, EntryKind.TEXT, encode_text(next(texts)), at)
        if key is ours:
            last = entry.seq
    if last:
        frontiers.acknowledge(tx, number, journal.journal_id, {DeviceKey(ours.public): Seq(last)})


def _conversation(tx: Transaction, number: ContactNo) -> Journal:
    return next(j for j in stored.of_contact(tx, number) if j.kind == stored.DIRECT)


def _texts(rng: Rng) -> Iterator[str]:
    """Sentences about as long as people's, median 50 characters; each once."""
    for number in count(1):
        words = int(3 + 14 * rng.uniform(0, 1) ** 2)
        chosen = [_WORDS[int(rng.uniform(0, len(_WORDS)))] for _ in range(words)]
        yield f"{' '.join(chosen)} {number}"
