"""Profiles in a temporary folder, and builders of rows with made-up bytes."""

import hashlib
import random
from pathlib import Path

import pytest

from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.store import contacts, entries, journals, keyslot, personas
from onionchat.store.database import Database


class SeededRng:
    """Random bytes that are the same in every run."""

    def __init__(self, seed=0):
        self._random = random.Random(seed)

    def random_bytes(self, size):
        return self._random.randbytes(size)

    def uniform(self, low, high):
        return self._random.uniform(low, high)


CHEAP = keyslot.Cost(passes=1, memory=8)
PASSPHRASE = "correct horse"


def key32(name):
    """32 bytes that stand for `name`."""
    return hashlib.blake2b(str(name).encode(), digest_size=32).digest()


class World:
    """Builds contacts and entries in one transaction without caring for their meaning."""

    def __init__(self, tx, rng):
        self.tx = tx
        self.rng = rng
        self.clock = 1_000_000

    def persona(self, name, *, is_self=False):
        return personas.add(
            self.tx,
            account_id=key32(f"account for {name}"),
            device=SigningKey(key32(f"device for {name}")),
            link=AgreementKey(key32(f"link for {name}")),
            recovery_box=b"box",
            created=1,
            is_self=is_self,
        )

    def contact(self, name, **more):
        """A contact with a direct journal `direct NAME`."""
        number = contacts.add(
            self.tx,
            public_id=key32(f"id of {name}")[:16],
            persona=self.persona(name),
            petname=name,
            created=1,
            **more,
        )
        journals.ensure(self.tx, key32(f"direct {name}"), journals.DIRECT, number)
        return number

    def own_key(self, name):
        """Our device key towards `name`."""
        return SigningKey(key32(f"device for {name}")).public

    def entry(self, journal, author, seq, *, parents=(), previous=None, **more):
        """An entry; its id follows from its place, its key from the clock."""
        self.clock += 1
        return make_entry(
            journal, author, seq, parents=parents, previous=previous, time=self.clock, **more
        )

    def say(self, name, text, *, mine):
        """Append a message to the conversation with `name`, naming the heads as parents."""
        from onionchat.store import frontiers, logs

        journal = key32(f"direct {name}")
        author = self.own_key(name) if mine else key32(f"device of {name}")
        tip = frontiers.tip(self.tx, journal, author)
        heads = logs.heads(self.tx, journal)
        previous = tip.entry_id if tip else None
        new = self.entry(
            journal,
            author,
            tip.seq + 1 if tip else 1,
            previous=previous,
            parents=tuple(h.entry_id for h in heads if h.entry_id != previous),
            depth=1 + max((h.depth for h in heads), default=0),
            text=text,
        )
        entries.insert(self.tx, [new])
        return new


def make_entry(
    journal,
    author,
    seq,
    *,
    previous=None,
    parents=(),
    time=1000,
    effective=None,
    depth=1,
    text=None,
    shown=True,
    body=b"?",
    header=None,
    kind=16,
    salt="",
):
    header = header or f"header {journal.hex()[:8]} {author.hex()[:8]} {seq} {salt}".encode() * 4
    return entries.NewEntry(
        journal=journal,
        author=author,
        seq=seq,
        entry_id=key32(header),
        header=header,
        signature=bytes(64),
        body=text.encode() if text is not None and body == b"?" else body,
        previous=previous,
        parents=tuple(parents),
        kind=kind,
        time=time,
        effective=time if effective is None else effective,
        depth=depth,
        received=time + 5,
        shown=shown,
        text=text,
    )


@pytest.fixture
def rng():
    return SeededRng()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "profile"


@pytest.fixture
def master(rng):
    return keyslot.generate(rng)


@pytest.fixture
def profile_folder(folder, master, rng) -> Path:
    """A whole profile, closed."""
    Database.create(folder, master).close()
    keyslot.store(folder, master, PASSPHRASE, rng, CHEAP)
    return folder


@pytest.fixture
def database(profile_folder, master):
    opened = Database.open(profile_folder, master)
    yield opened
    opened.close()


@pytest.fixture
def tx(database):
    with database.transaction() as transaction:
        yield transaction
    assert database.check() == []


@pytest.fixture
def world(tx, rng):
    return World(tx, rng)
