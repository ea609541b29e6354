"""Whoever has the files and not the passphrase learns nothing from any of them."""

import apsw
import pytest

from onionchat.store import (
    contacts,
    drafts,
    entries,
    erasing,
    invites,
    keyslot,
    messages,
    onions,
    profile,
    sent_tags,
    settings,
)
from onionchat.store.contacts import ContactDevice
from onionchat.store.database import Database

from .conftest import CHEAP, PASSPHRASE, World, key32
from .test_invites import add_invite, add_request

WORDS = [f"needle{n:04d}" for n in range(200)]


def live(database, rng):
    """Put a bit of everything into a profile; returns the byte strings that must not show."""
    needles = [word.encode() for word in WORDS]

    def step(tx):
        world = World(tx, rng)
        alice = world.contact(
            "petname-needle", suggested_name="suggested-needle", greeting="grt-ndl"
        )
        for n, word in enumerate(WORDS):
            world.say("petname-needle", f"{word} in a longer sentence", mine=n % 2 == 0)
        contacts.put_device(
            tx,
            ContactDevice(
                alice, key32("d"), key32("l"), key32("onion"), key32("access"), 1, 0, True
            ),
        )
        slot = onions.assign(tx, alice, rng, 1)
        invite = add_invite(tx, "invite")
        add_request(tx, invite, "requester-needle")
        invites.add_join(tx, invites.Join(alice, key32("join"), b"link-needle", b"msg-needle"))
        settings.put(tx, "setting-needle", b"value-needle")
        drafts.put(tx, alice, "draft-needle", 1)
        sent_tags.put(tx, alice, "tag-needle", key32("tagged"), 1)
        erasing.erase(tx, alice, [messages.history(tx, alice, 1)[0].entry_id], 1)
        needles.extend(
            [
                b"needle",
                b"grt-ndl",
                b"petname",
                slot.secret.seed,
                onions.get(tx, slot.onion).key.seed,
                onions.get(tx, slot.onion).key.public,
                *map(key32, ("d", "l", "onion", "access", "onion invite", "x invite", "join")),
                key32("invite")[:16],
                key32("device for petname-needle"),
                key32("link for petname-needle"),
                key32("account for petname-needle"),
                key32("direct petname-needle"),
                messages.history(tx, alice, 5)[0].entry_id,
                entries.get(tx, messages.history(tx, alice, 5)[0].entry_id).header[:16],
                b"CREATE TABLE",
                b"entries",
                b"SQLite format",
            ]
        )

    database.run(step)
    return needles


def showing(folder, needles):
    return [
        (path.name, needle)
        for path in folder.iterdir()
        for needle in needles
        if needle in path.read_bytes()
    ]


def test_no_file_of_an_open_or_closed_profile_shows_anything(profile_folder, master, rng):
    database = Database.open(profile_folder, master)
    needles = live(database, rng)
    assert (profile_folder / "onionchat.db-wal").stat().st_size > 10_000
    assert showing(profile_folder, needles) == []
    database.reclaim()
    assert showing(profile_folder, needles) == []
    database.close()
    assert showing(profile_folder, needles) == []


def test_the_keys_of_the_profile_are_in_none_of_its_files(profile_folder, master):
    secrets = [master.database_key(), master._secret, PASSPHRASE.encode()]
    assert showing(profile_folder, secrets) == []
    assert showing(profile_folder, [secret.hex().encode() for secret in secrets]) == []


def test_the_search_would_find_plaintext(folder, master, rng, monkeypatch):
    """The same checker over the same life in a database without a key."""

    def plain(path, key, *, vfs="unix"):
        return apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)

    monkeypatch.setattr("onionchat.store.database.connect", plain)
    database = Database.create(folder, master)
    keyslot.store(folder, master, PASSPHRASE, rng, CHEAP)
    needles = live(database, rng)
    database.close()
    found = {needle for _, needle in showing(folder, needles)}
    missed = set(needles) - found
    # What was erased is gone even from the bare file; "petname" and all others are there.
    assert len(found) > 0.95 * len(needles), missed
    assert WORDS[-1].encode() not in found


def test_erasing_leaves_no_trace_even_under_the_key(folder, master, rng, monkeypatch):
    """In a bare file one can see that secure_delete and the index's secure-delete do their work."""

    def plain(path, key, *, vfs="unix"):
        return apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)

    monkeypatch.setattr("onionchat.store.database.connect", plain)
    database = Database.create(folder, master)
    with database.transaction() as tx:
        world = World(tx, rng)
        alice = world.contact("alice")
        said = [world.say("alice", f"needle{n} " * 20, mine=True).entry_id for n in range(400)]
    with database.transaction() as tx:
        erasing.erase(tx, alice, said[::2], 1)
    database.reclaim()
    content = (folder / profile.DATABASE).read_bytes()
    database.close()
    # Whole texts only: the index shares the beginnings of neighbouring words.
    left = [n for n in range(400) if f"needle{n} needle{n} ".encode() in content]
    assert left == list(range(1, 400, 2))


@pytest.mark.parametrize("suffix", ["", "-wal", "-journal", "-shm"])
def test_no_other_process_s_leftovers_are_world_readable(database, suffix):
    path = database.folder / (profile.DATABASE + suffix)
    assert not path.exists() or path.stat().st_mode & 0o077 == 0
