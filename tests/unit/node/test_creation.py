"""Making a profile: whole or not at all, and never at the cost of what was there."""

import pytest

from onionchat.errors import DiskFull, ProfileExists, ProfileInUse
from onionchat.node import creation
from onionchat.node.creation import create_profile
from onionchat.store import profile as profiles
from onionchat.store.database import Database
from onionchat.store.keyslot import Cost
from onionchat.testing.rng import SeededRng

CHEAP = Cost(1, 8)


def create(folder):
    return create_profile(folder, "correct horse", "Alice", SeededRng(1), cost=CHEAP)


STEPS = {
    "the tables": "onionchat.store.database.migrate.make",
    "the account": "onionchat.node.creation.accounts.found",
    "the onion": "onionchat.node.creation.stored_onions.ensure",
    "the key slot": "onionchat.node.creation.keyslot.store",
    "the slot's name": "onionchat.store.profile.sync_folder",
}


@pytest.mark.parametrize("error", [KeyboardInterrupt, DiskFull])
@pytest.mark.parametrize("step", list(STEPS))
def test_what_is_interrupted_leaves_nothing_behind(tmp_path, monkeypatch, step, error):
    """It left a lock and a database without key."""

    def interrupted(*_args, **_options):
        raise error

    folder = tmp_path / "profile"
    with monkeypatch.context() as patched:
        patched.setattr(STEPS[step], interrupted)
        with pytest.raises(error):
            create(folder)
    assert list(tmp_path.iterdir()) == []
    assert len(create(folder)) == 24


def test_an_interruption_after_the_slot_was_stored_leaves_nothing_either(tmp_path, monkeypatch):
    store = creation.keyslot.store

    def interrupted(*arguments):
        store(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(creation.keyslot, "store", interrupted)
    with pytest.raises(KeyboardInterrupt):
        create(tmp_path / "profile")
    assert list(tmp_path.iterdir()) == []


def test_what_was_there_before_stays(tmp_path, monkeypatch):
    """A folder with a stranger's file, a lock, and a database whose key slot was lost."""
    folder = tmp_path / "profile"
    folder.mkdir(mode=0o700)
    for name in ("diary", profiles.LOCK, profiles.DATABASE):
        (folder / name).write_text(name)

    def interrupted(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(creation.keyslot, "store", interrupted)
    with pytest.raises(KeyboardInterrupt):
        create(folder)
    assert {path.name: path.read_text() for path in folder.iterdir()} == {
        "diary": "diary",
        profiles.LOCK: profiles.LOCK,
        f"{profiles.DATABASE}.without-key-1": profiles.DATABASE,
    }


def test_a_profile_that_is_there_is_not_touched(tmp_path):
    folder = tmp_path / "profile"
    create(folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(ProfileExists):
        create(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_one_that_another_process_is_making_is_not_touched(tmp_path, monkeypatch):
    """Until its key slot is there: else its database would be put aside, and the slot open none."""
    folder = tmp_path / "profile"
    store = creation.keyslot.store

    def slowly(*arguments):
        with pytest.raises(ProfileInUse):
            Database.create(folder, arguments[1])
        store(*arguments)

    monkeypatch.setattr(creation.keyslot, "store", slowly)
    create(folder)
    names = {path.name for path in folder.iterdir()}
    assert names == {profiles.LOCK, profiles.DATABASE, profiles.KEYSLOT}
