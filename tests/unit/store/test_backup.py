"""Backups: whole or absent, the same key, taken while the node writes."""

import fcntl
import os
import shutil
from pathlib import Path

import apsw
import pytest

from onionchat.errors import DiskFull, ProfileExists, StorageFailed
from onionchat.store import keyslot, profile, settings
from onionchat.store.backup import COPIED, Backup, backup
from onionchat.store.database import Database
from onionchat.testing.disk import Disk

from .conftest import PASSPHRASE


@pytest.fixture
def target(tmp_path):
    return tmp_path / "copy"


def stored(folder, key):
    database = Database.open(folder, key)
    try:
        assert database.check() == []
        return database.run(settings.everything)
    finally:
        database.close()


def test_a_backup_is_a_whole_profile_under_the_same_passphrase(database, master, target):
    database.run(lambda tx: settings.put(tx, "a", b"1"))
    backup(database, master, target)
    assert sorted(os.listdir(target)) == ["keyslot", "onionchat.db"]
    assert {path.stat().st_mode & 0o777 for path in target.iterdir()} == {0o600}
    assert target.stat().st_mode & 0o777 == 0o700
    assert stored(target, keyslot.unlock(target, PASSPHRASE)) == {"a": b"1", COPIED: b"\x01"}


def test_what_is_committed_while_it_runs_is_in_it(database, master, target):
    database.run(lambda tx: settings.put(tx, "big", bytes(2_000_000)))
    running = Backup(database, master, target)
    assert not running.step(10)
    database.run(lambda tx: settings.put(tx, "late", b"2"))
    assert not target.exists()
    while not running.step(100):
        pass
    assert stored(target, master)["late"] == b"2"


def test_nothing_is_overwritten(database, master, target):
    target.mkdir()
    with pytest.raises(ProfileExists):
        backup(database, master, target)


def test_an_abandoned_or_interrupted_backup_leaves_no_profile(database, master, target):
    running = Backup(database, master, target)
    running.step(1)
    running.abandon()
    assert os.listdir(target.parent) == ["profile"]
    Backup(database, master, target).step(1)  # the process ends here
    backup(database, master, target)
    assert sorted(os.listdir(target.parent)) == ["copy", "profile"]


@pytest.mark.parametrize("where", ["rename", "mkdir", "fsync"])
def test_a_full_disk_leaves_no_profile(database, master, target, monkeypatch, where):
    def full(*args, **more):
        raise OSError(28, "full")

    with monkeypatch.context() as patched:
        patched.setattr(os, where, full)
        with pytest.raises(DiskFull):
            backup(database, master, target)
    assert os.listdir(target.parent) == ["profile"]


def test_a_disk_that_fills_up_while_pages_are_copied_leaves_no_profile(database, master, target):
    disk = Disk("full")
    for number in (*range(1, 8), *range(8, 500, 29)):
        disk.arm(number)
        try:
            running = Backup(database, master, target, vfs="full")
            while not running.step(5):
                pass
        except DiskFull:
            assert os.listdir(target.parent) == ["profile"]
        else:
            break
    assert number > 3
    shutil.rmtree(target)
    disk.unregister()
    backup(database, master, target)
    assert stored(target, master) == {COPIED: b"\x01"}


def test_there_is_no_plaintext_in_a_backup(database, master, target):
    database.run(lambda tx: settings.put(tx, "needle in the key", b"needle in the value"))
    backup(database, master, target)
    for path in target.iterdir():
        assert b"needle" not in path.read_bytes()


def test_the_slot_is_copied_while_nobody_can_exchange_it(database, master, target, monkeypatch):
    """Else it may be the one that a change of the passphrase has just overwritten."""
    real, locked = Path.read_bytes, []

    def looked_at(path):
        if path.name == profile.KEYSLOT:
            with open(path.with_name(profile.SLOT_LOCK), "rb") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    locked.append(path)
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", looked_at)
    backup(database, master, target)
    assert len(locked) == 1


def test_a_key_slot_that_vanished_meanwhile_fails_the_backup(database, master, target):
    (database.folder / "keyslot").unlink()
    with pytest.raises(StorageFailed):
        backup(database, master, target)
    assert os.listdir(target.parent) == ["profile"]


def test_a_copy_that_cannot_be_begun_leaves_no_profile(database, master, target, monkeypatch):
    class Refusing:
        system_errno = 5

        def pragma(self, *args):
            raise apsw.IOError

        def close(self, force):
            raise apsw.IOError

    monkeypatch.setattr("onionchat.store.backup.connect", lambda *args, **more: Refusing())
    with pytest.raises(StorageFailed):
        backup(database, master, target)
    assert os.listdir(target.parent) == ["profile"]
