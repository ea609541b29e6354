"""The passphrase slot: what opens a profile, and what never does."""

import os
import pickle
import struct
from contextlib import suppress

import pytest

from onionchat.errors import (
    DiskFull,
    InvalidInput,
    InvalidText,
    NoProfile,
    ProfileDamaged,
    ProfileExists,
    ProfileTooNew,
    StorageFailed,
    Unavailable,
    UnsafePermissions,
    WrongPassphrase,
)
from onionchat.protocol.crypto.hashing import digest
from onionchat.protocol.crypto.labels import Label
from onionchat.store import keyslot, profile

from .conftest import CHEAP, PASSPHRASE, SeededRng


@pytest.fixture
def slot(folder, rng):
    """A profile folder with nothing but a slot; the master key is beside it."""
    key = keyslot.create(folder, PASSPHRASE, rng, CHEAP)
    return folder, key


def rewrite(folder, change):
    """Replace the slot by `change(slot without checksum)`, with the right checksum."""
    path = folder / profile.KEYSLOT
    content = bytes(change(bytearray(path.read_bytes()[:-13])))
    path.write_bytes(content + digest(Label.KEYSLOT, content, size=13))


def test_the_passphrase_opens_the_slot(slot):
    folder, key = slot
    assert keyslot.unlock(folder, PASSPHRASE) == key
    assert len(key.database_key()) == 32


def test_another_passphrase_does_not(slot):
    with pytest.raises(WrongPassphrase):
        keyslot.unlock(slot[0], "correct horsf")


def test_the_same_passphrase_typed_on_another_keyboard_does(folder, rng):
    key = keyslot.create(folder, "Ångström ﬁ", rng, CHEAP)
    assert keyslot.unlock(folder, "A\u030angstro\u0308m fi") == key


@pytest.mark.parametrize("passphrase", ["", "x" * 1025])
def test_empty_and_endless_passphrases_are_refused(folder, rng, passphrase):
    with pytest.raises(InvalidInput):
        keyslot.create(folder, passphrase, rng, CHEAP)
    assert not profile.exists(folder)


def test_a_passphrase_that_is_no_text_is_refused(slot):
    with pytest.raises(InvalidText):
        keyslot.unlock(slot[0], "\udcff")


def test_a_second_profile_in_the_same_folder_is_refused(slot, rng):
    folder, key = slot
    with pytest.raises(ProfileExists):
        keyslot.create(folder, "other", rng, CHEAP)
    assert keyslot.unlock(folder, PASSPHRASE) == key


def test_a_folder_without_slot_is_no_profile(tmp_path):
    with pytest.raises(NoProfile):
        keyslot.unlock(tmp_path, PASSPHRASE)


def test_folder_and_slot_are_private(slot):
    folder, _ = slot
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / profile.KEYSLOT).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o620, 0o602])
def test_a_slot_that_others_can_touch_is_refused(slot, mode):
    (slot[0] / profile.KEYSLOT).chmod(mode)
    with pytest.raises(UnsafePermissions):
        keyslot.unlock(slot[0], PASSPHRASE)


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o701])
def test_a_folder_that_others_can_enter_is_refused(slot, mode, rng):
    folder, _ = slot
    folder.chmod(mode)
    with pytest.raises(UnsafePermissions):
        keyslot.unlock(folder, PASSPHRASE)
    (folder / profile.KEYSLOT).unlink()
    with pytest.raises(UnsafePermissions):
        keyslot.create(folder, PASSPHRASE, rng, CHEAP)


def test_a_slot_that_is_a_link_is_refused(slot, tmp_path):
    path = slot[0] / profile.KEYSLOT
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnsafePermissions):
        keyslot.unlock(slot[0], PASSPHRASE)


def test_a_slot_of_another_user_is_refused(slot, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(UnsafePermissions):
        keyslot.unlock(slot[0], PASSPHRASE)


def test_a_truncated_or_lengthened_slot_is_damaged(slot):
    path = slot[0] / profile.KEYSLOT
    whole = path.read_bytes()
    for content in [whole[:n] for n in range(len(whole))] + [whole + b"x"]:
        path.write_bytes(content)
        with pytest.raises(ProfileDamaged):
            keyslot.unlock(slot[0], PASSPHRASE)


def test_a_flipped_byte_anywhere_is_damage_not_a_wrong_passphrase(slot):
    path = slot[0] / profile.KEYSLOT
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        version = place == 8  # 1 becomes 0, which never was
        with pytest.raises(ProfileDamaged):
            keyslot.unlock(slot[0], PASSPHRASE)
        assert version or whole[8] == 1


def test_a_later_version_is_too_new(slot):
    def later(content):
        content[8] = 2
        return content

    rewrite(slot[0], later)
    with pytest.raises(ProfileTooNew):
        keyslot.unlock(slot[0], PASSPHRASE)


@pytest.mark.parametrize(
    ("passes", "memory"),
    [(1, 2**30), (2**32 - 1, 8), (0, 8), (1, 7), (17, 8), (1, 1024 * 1024 + 1)],
)
def test_a_hostile_slot_cannot_ask_for_a_terabyte_or_a_day(slot, monkeypatch, passes, memory):
    def asking(content):
        content[9:17] = struct.pack(">II", passes, memory)
        return content

    def never(*args):
        raise AssertionError("derived")

    monkeypatch.setattr(keyslot, "crypto_pwhash_alg", never)
    rewrite(slot[0], asking)
    with pytest.raises(ProfileDamaged):
        keyslot.unlock(slot[0], PASSPHRASE)


def test_weaker_parameters_put_into_a_slot_open_nothing(folder, rng):
    keyslot.create(folder, PASSPHRASE, rng, keyslot.Cost(passes=2, memory=16))

    def weaker(content):
        content[9:17] = struct.pack(">II", 1, 8)
        return content

    rewrite(folder, weaker)
    with pytest.raises(WrongPassphrase):
        keyslot.unlock(folder, PASSPHRASE)


def test_too_little_memory_is_said(slot, monkeypatch):
    def fails(*args):
        raise MemoryError

    monkeypatch.setattr(keyslot, "crypto_pwhash_alg", fails)
    with pytest.raises(Unavailable, match="memory"):
        keyslot.unlock(slot[0], PASSPHRASE)


def test_the_default_cost_is_what_the_documentation_says():
    assert keyslot.Cost() == keyslot.Cost(passes=3, memory=256 * 1024)


def test_changing_the_passphrase_keeps_the_key_and_renews_salt_and_box(slot, rng):
    folder, key = slot
    before = (folder / profile.KEYSLOT).read_bytes()
    keyslot.change_passphrase(folder, PASSPHRASE, "new", rng, CHEAP)
    after = (folder / profile.KEYSLOT).read_bytes()
    assert keyslot.unlock(folder, "new") == key
    assert before[17:33] != after[17:33]
    with pytest.raises(WrongPassphrase):
        keyslot.unlock(folder, PASSPHRASE)


def test_a_slot_that_is_exchanged_while_it_is_read_is_read_again(slot, rng, monkeypatch):
    """What was opened may be zeros by then."""
    folder, _ = slot
    real, opened = os.open, []

    def open_and_exchange(path, flags, *more):
        descriptor = real(path, flags, *more)
        if not opened and str(path).endswith(profile.KEYSLOT):
            opened.append(path)
            keyslot.change_passphrase(folder, PASSPHRASE, "another one", rng, CHEAP)
        return descriptor

    monkeypatch.setattr(os, "open", open_and_exchange)
    with pytest.raises(WrongPassphrase):  # not KeyslotDamaged
        keyslot.unlock(folder, PASSPHRASE)
    assert opened


def test_a_wrong_old_passphrase_changes_nothing(slot, rng):
    before = (slot[0] / profile.KEYSLOT).read_bytes()
    with pytest.raises(WrongPassphrase):
        keyslot.change_passphrase(slot[0], "wrong", "new", rng, CHEAP)
    assert (slot[0] / profile.KEYSLOT).read_bytes() == before


class Killed(BaseException):
    """The process ends here."""


STEPS = ("unlink", "open", "write", "fsync", "close", "rename", "sync_folder")


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_one_of_the_two_passphrases_opens(slot, rng, monkeypatch, step, after):
    folder, key = slot
    keyslot.unlock(folder, PASSPHRASE)
    owner = profile if step == "sync_folder" else os
    real = getattr(owner, step)
    armed = []

    def dies(*args, **more):
        if armed:
            return real(*args, **more)
        armed.append(1)
        if after:
            with suppress(FileNotFoundError):
                real(*args, **more)
        raise Killed

    with monkeypatch.context() as patched:
        # Only the writing half: the slot has been read when the new one is sealed.
        sealed = keyslot.MasterKey.sealed

        def seal_then_arm(self, *args):
            content = sealed(self, *args)
            patched.setattr(owner, step, dies)
            return content

        patched.setattr(keyslot.MasterKey, "sealed", seal_then_arm)
        with pytest.raises(Killed):
            keyslot.change_passphrase(folder, PASSPHRASE, "new", rng, CHEAP)
    opened = {}
    for passphrase in (PASSPHRASE, "new"):
        with suppress(WrongPassphrase):
            opened[passphrase] = keyslot.unlock(folder, passphrase)
    assert list(opened.values()) == [key]
    # What was left behind does not stand in the way of the next attempt.
    (valid,) = opened
    keyslot.change_passphrase(folder, valid, "third", rng, CHEAP)
    assert keyslot.unlock(folder, "third") == key


@pytest.mark.parametrize(("number", "error"), [(28, DiskFull), (122, DiskFull), (5, StorageFailed)])
def test_a_disk_that_refuses_is_named_and_the_old_slot_stays(slot, rng, monkeypatch, number, error):
    folder, key = slot

    def refuses(*args):
        raise OSError(number, "no")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", refuses)
        with pytest.raises(error):
            keyslot.change_passphrase(folder, PASSPHRASE, "new", rng, CHEAP)
    assert keyslot.unlock(folder, PASSPHRASE) == key


def test_a_master_key_shows_nothing_and_is_not_pickled():
    key = keyslot.generate(SeededRng(7))
    assert "secret" in repr(key)
    assert key.database_key().hex() not in repr(key)
    assert key != object()
    with pytest.raises(TypeError):
        pickle.dumps(key)
    with pytest.raises(ValueError, match="32"):
        keyslot.MasterKey(b"short")


def test_a_slot_that_cannot_be_read_is_said(slot, monkeypatch):
    def refuses(*args):
        raise OSError(5, "no")

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", refuses)
        with pytest.raises(StorageFailed):
            keyslot.unlock(slot[0], PASSPHRASE)


def test_a_folder_that_cannot_be_made_or_looked_at_is_said(folder, rng, monkeypatch):
    folder.parent.joinpath("file").write_text("")
    with pytest.raises(StorageFailed):
        keyslot.create(folder.parent / "file" / "profile", PASSPHRASE, rng, CHEAP)
    with pytest.raises(StorageFailed):
        profile.check_private(folder.parent / "file" / "x")
