"""A destroyed profile: its key first, then its files, and nothing of anybody else."""

import errno
import os
import signal
import sys
from pathlib import Path

import pytest

from onionchat.control import address
from onionchat.errors import NoProfile, OnionchatError, ProfileInUse, StorageFailed
from onionchat.node.node import TOR_FOLDER
from onionchat.store import keyslot, profile, settings, wipe
from onionchat.store.database import Database

from .conftest import CHEAP, PASSPHRASE, SeededRng

STEPS = 60
"""More than the calls that a removal makes."""

BEFORE_THE_SLOT = 4
"""Steps: the mark, the slot's lock, looking for a slot that a change left, opening the slot."""


@pytest.fixture
def made(folder, rng):
    """A profile as a node leaves it, with all that can be in its folder."""
    key = keyslot.generate(rng)
    database = Database.create(folder, key)
    database.run(lambda tx: settings.put(tx, "x", b"a secret"))
    database.close()
    keyslot.store(folder, key, PASSPHRASE, rng, CHEAP)
    (folder / "onionchat.db.without-key-1").write_bytes(b"old")
    profile.make_private_file(folder / "onionchat.db-wal")
    (folder / "node.log").write_text("started")
    (folder / "tor" / "keys").mkdir(parents=True)
    (folder / "tor" / "state").write_text("Guard")
    (folder / "tor" / "torrc").touch()
    (folder / "run" / "tor").mkdir(parents=True)
    return folder


def opens(folder):
    try:
        Database.open(folder, keyslot.unlock(folder, PASSPHRASE)).close()
    except OnionchatError:
        return False
    return True


def test_the_names_are_those_that_others_give():
    assert wipe.FOLDERS == (TOR_FOLDER, "run")
    from onionchat.control import launch

    assert wipe.FILES == (launch.LOG, address.WINDOW, address.WINDOW + ".new")
    assert address.WIPING == profile.WIPING


def test_nothing_is_left(made):
    assert opens(made)
    assert wipe.remove(made) == []
    assert not made.exists()
    assert made.parent.exists()


def test_without_its_key_the_database_opens_for_nobody(made):
    slot = (made / "keyslot").read_bytes()
    wipe.destroy_key(made)
    assert not opens(made)
    assert (made / "onionchat.db").exists()
    assert not address.holds_profile(made) and address.holds_traces(made)
    # That the test would notice: with the slot it opens.
    (made / "keyslot").write_bytes(slot)
    (made / "keyslot").chmod(0o600)
    assert opens(made)


def test_the_slot_is_overwritten_before_it_goes(made):
    """Whoever still has the file open, or another name for it, has nothing."""
    (made / "keyslot.new").write_bytes(b"a slot that was being changed")
    os.link(made / "keyslot", made / "another name")
    with open(made / "keyslot.new", "rb") as opened:
        wipe.destroy_key(made)
        assert set(opened.read()) == {0}
    assert set((made / "another name").read_bytes()) == {0}
    assert not (made / "keyslot").exists() and not (made / "keyslot.new").exists()


def test_what_is_somebody_elses_stays(made, tmp_path):
    (made / "holiday.jpg").write_bytes(b"mine")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").touch()
    os.rename(made / "tor", tmp_path / "moved")
    (made / "tor").symlink_to(elsewhere)
    (made / "onionchat.db-wal").unlink()
    (made / "onionchat.db-wal").symlink_to(elsewhere / "precious")
    assert wipe.remove(made) == ["holiday.jpg"]
    assert os.listdir(made) == ["holiday.jpg"]
    assert (elsewhere / "precious").exists()


def test_a_slot_that_is_a_link_does_not_lead_elsewhere(made, tmp_path):
    precious = tmp_path / "precious"
    precious.write_bytes(b"mine")
    (made / "keyslot").unlink()
    (made / "keyslot").symlink_to(precious)
    wipe.destroy_key(made)
    assert precious.read_bytes() == b"mine"
    assert not os.path.lexists(made / "keyslot")


def test_while_a_node_has_it_the_key_goes_all_the_same(made):
    with profile.locked(made), pytest.raises(ProfileInUse):
        wipe.remove(made)
    assert not opens(made)
    assert wipe.remove(made) == []


def test_twice_and_of_nothing(made, tmp_path):
    wipe.remove(made)
    assert wipe.remove(made) == []
    wipe.destroy_key(tmp_path / "nothing")
    with pytest.raises(NoProfile):
        keyslot.unlock(made, PASSPHRASE)


def test_a_folder_that_cannot_be_changed(place_of_a_user, rng):
    folder = made.__wrapped__(place_of_a_user / "profile", rng)
    assert opens(folder)
    folder.chmod(0o500)
    try:
        with pytest.raises(StorageFailed):
            wipe.destroy_key(folder)
        # It was overwritten all the same.
        assert (folder / "keyslot").exists()
        assert not opens(folder)
    finally:
        folder.chmod(0o700)


@pytest.mark.parametrize("number", [errno.EBUSY, errno.EROFS])
def test_a_folder_that_a_service_may_only_write_in_stays_empty(made, monkeypatch, number):
    """It is a mount then: found with `ReadWritePaths` of a service's unit."""

    remove = Path.rmdir

    def refuse(path):
        if path == made.resolve():
            raise OSError(number, os.strerror(number))
        remove(path)

    monkeypatch.setattr(Path, "rmdir", refuse)
    assert wipe.remove(made) == []
    assert list(made.iterdir()) == []


def test_finding_5_a_folder_that_is_no_profile_is_left_alone(tmp_path):
    folder = tmp_path / "project"
    (folder / "tor").mkdir(parents=True)
    (folder / "tor" / "hs_ed25519_secret_key").write_text("precious")
    (folder / "run").mkdir()
    for name in ("lock", "node.log"):
        (folder / name).touch()
    assert not address.holds_traces(folder)
    with pytest.raises(NoProfile):
        wipe.remove(folder)
    assert sorted(os.listdir(folder)) == ["lock", "node.log", "run", "tor"]
    assert (folder / "tor" / "hs_ed25519_secret_key").exists()


def test_finding_5_a_tor_folder_without_our_torrc_stays(made):
    (made / "tor" / "torrc").unlink()
    assert wipe.remove(made) == ["tor"]
    assert (made / "tor" / "state").exists()


@pytest.mark.parametrize("when", ["before", "after"])
def test_finding_4_a_change_under_way_does_not_bring_the_key_back(folder, rng, when):
    key = keyslot.generate(rng)
    database = Database.create(folder, key)
    keyslot.store(folder, key, PASSPHRASE, rng, CHEAP)

    class WipedMeanwhile:
        def random_bytes(self, count):
            # Between the old slot's opening and the new one's writing, as another process does.
            if when == "before":
                wipe.destroy_key(folder)
            return rng.random_bytes(count)

    if when == "before":
        with pytest.raises(OnionchatError):
            keyslot.change_passphrase(folder, PASSPHRASE, "new one", WipedMeanwhile(), CHEAP)
    else:
        # That the test would notice: without a wipe the new slot opens.
        keyslot.change_passphrase(folder, PASSPHRASE, "new one", WipedMeanwhile(), CHEAP)
        assert keyslot.unlock(folder, "new one") == key
    database.close()
    assert profile.exists(folder) is (when == "after")
    assert not (folder / "keyslot.new").exists()


def test_finding_4_who_hangs_with_the_lock_keeps_no_key(made, monkeypatch):
    monkeypatch.setattr(profile, "_SLOT_TRIES", 1)
    with profile.slot_locked(made):
        with pytest.raises(OnionchatError):
            keyslot.change_passphrase(made, PASSPHRASE, "new one", SeededRng("x"), CHEAP)
        assert opens(made)
        wipe.destroy_key(made)
    assert not opens(made)


def test_finding_7_what_a_change_left_goes_before_the_slot(made, monkeypatch):
    (made / "keyslot.new").write_bytes((made / "keyslot").read_bytes())
    order = []
    monkeypatch.setattr(wipe, "_overwrite", lambda path: order.append(path.name))
    wipe.destroy_key(made)
    assert order == ["keyslot.new", "keyslot"]


def test_what_cannot_be_removed_saves_no_slot(made):
    (made / "keyslot.new").mkdir()
    with pytest.raises(StorageFailed):
        wipe.destroy_key(made)
    assert not (made / "keyslot").exists()


def test_the_files_go_also_when_it_is_not_sure_that_the_key_did(made, monkeypatch):
    def fail(*_):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(profile, "sync_folder", fail)
        with pytest.raises(StorageFailed):
            wipe.remove(made)
    assert os.listdir(made) == [profile.WIPING], "by which it is known as a profile's"
    assert wipe.remove(made) == []
    assert not made.exists()


def test_finding_7_a_failed_write_leaves_no_second_slot(made, monkeypatch):
    def fail(*_):
        raise OSError(5, "Input/output error", "keyslot")

    monkeypatch.setattr(os, "rename", fail)
    with pytest.raises(StorageFailed):
        keyslot.change_passphrase(made, PASSPHRASE, "new one", SeededRng("x"), CHEAP)
    assert not (made / "keyslot.new").exists()
    assert opens(made)


def test_finding_8_the_old_slot_is_overwritten_when_the_passphrase_changes(made):
    with open(made / "keyslot", "rb") as old:
        keyslot.change_passphrase(made, PASSPHRASE, "much stronger", SeededRng("x"), CHEAP)
        assert set(old.read()) == {0}
    keyslot.unlock(made, "much stronger")


def killed_at(step, work):
    """Do `work` in a child process that dies, as by kill -9, before its `step`-th change of the
    file system; whether it died of that."""
    child = os.fork()
    if child == 0:
        count = 0

        def hook(event, arguments):
            nonlocal count
            writing = event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_RDWR
            writing = writing or (event == "open" and (arguments[2] or 0) & os.O_WRONLY)
            if event in ("os.remove", "os.rmdir", "os.rename", "os.truncate") or writing:
                count += 1
                if count == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def test_killed_at_any_step_it_is_whole_or_unreadable_and_can_be_finished(folder, rng, tmp_path):
    died = 0
    for step in range(1, STEPS):
        place = tmp_path / f"step {step}"
        place.mkdir(mode=0o700)
        made.__wrapped__(place, rng)
        slot = (place / "keyslot").read_bytes()
        if not killed_at(step, lambda place=place: wipe.remove(place)):
            break
        died = step
        # Before the slot's turn nothing has begun.
        assert opens(place) is (step <= BEFORE_THE_SLOT)
        if step <= BEFORE_THE_SLOT:
            assert (place / "keyslot").read_bytes() == slot
        # An empty folder is nothing of a profile any more.
        if os.listdir(place):
            wipe.remove(place)
            assert not place.exists()
    assert died > 8
    assert not place.exists()


def test_files_before_the_key_would_be_noticed(folder, rng, tmp_path, monkeypatch):
    """The broken order: a crash between leaves a slot that opens what is left of the database."""
    monkeypatch.setattr(wipe, "destroy_key", lambda folder: None)
    place = tmp_path / "broken"
    place.mkdir(mode=0o700)
    made.__wrapped__(place, rng)
    assert killed_at(2, lambda: wipe.remove(place))
    assert opens(place)
