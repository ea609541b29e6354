"""The profile's key while the node runs: the passphrase checked, and the key destroyed."""

import shutil

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from onionchat.errors import (
    DiskFull,
    InvalidInput,
    NoProfile,
    OnionchatError,
    Stopping,
    TooManyTries,
    WrongPassphrase,
)
from onionchat.node.custody import Custody
from onionchat.node.tries import FREE
from onionchat.store import keyslot, profile
from onionchat.testing.nodes import CHEAP, PASSPHRASE
from onionchat.testing.rng import SeededRng


def verify(person, passphrase):
    return person.do(person.api.verify_passphrase(passphrase))


def wrong(person, times):
    for _ in range(times):
        with pytest.raises(WrongPassphrase):
            verify(person, "wrong")


def test_the_passphrase_and_no_other(alice):
    verify(alice, PASSPHRASE)
    wrong(alice, 2)
    verify(alice, PASSPHRASE)
    with pytest.raises(InvalidInput):
        verify(alice, "")


def test_after_five_wrong_ones_not_even_the_right_one_is_looked_at(world, alice):
    wrong(alice, FREE)
    with pytest.raises(TooManyTries, match="in 1 s") as refused:
        verify(alice, PASSPHRASE)
    assert refused.value.wait == 1
    world.pass_time(1)
    verify(alice, PASSPHRASE)
    wrong(alice, FREE - 1)


def test_changing_the_passphrase_counts_as_well(alice):
    for _ in range(FREE):
        with pytest.raises(WrongPassphrase):
            alice.do(alice.api.change_passphrase("wrong", "new one"))
    with pytest.raises(TooManyTries):
        verify(alice, PASSPHRASE)


def test_many_at_once_are_tried_one_after_the_other(world, alice, monkeypatch):
    """Else a client with 64 requests under way would have 64 free tries."""
    tried = []
    unlock = keyslot.unlock
    monkeypatch.setattr(
        keyslot, "unlock", lambda folder, text: (tried.append(text), unlock(folder, text))[1]
    )
    errors = []
    for number in range(64):
        answer = Deferred.fromCoroutine(alice.api.verify_passphrase(f"guess {number}"))
        answer.addErrback(lambda failure: errors.append(failure.type))
    world.until(lambda: len(errors) == 64, 5)
    assert len(tried) <= FREE + 2
    assert errors.count(TooManyTries) == 64 - len(tried)


def test_a_slot_put_in_the_place_of_ours_opens_no_lock_screen(world, alice, tmp_path):
    other = tmp_path / "other"
    keyslot.create(other, "mine", SeededRng("other"), CHEAP)
    shutil.copy(other / profile.KEYSLOT, alice.profile / profile.KEYSLOT)
    assert keyslot.unlock(alice.profile, "mine")
    with pytest.raises(WrongPassphrase):
        verify(alice, "mine")


def test_destroyed_the_profile_opens_no_more_even_after_a_kill(alice):
    alice.do(alice.api.destroy_key())
    assert alice.api.wiped
    with pytest.raises(Stopping):
        verify(alice, PASSPHRASE)
    with pytest.raises(Stopping):
        alice.do(alice.api.change_passphrase(PASSPHRASE, "new one"))
    alice.kill()
    with pytest.raises(OnionchatError):
        alice.start()


def test_a_passphrase_that_is_being_changed_does_not_bring_the_key_back(world, alice):
    ends = []
    for work in (
        alice.api.change_passphrase(PASSPHRASE, "new one"),
        alice.api.destroy_key(),
        alice.api.change_passphrase("new one", "newer one"),
    ):
        Deferred.fromCoroutine(work).addBoth(ends.append)
    world.until(lambda: len(ends) == 3, 5)
    assert ends[2].check(Stopping)
    assert not (alice.profile / profile.KEYSLOT).exists()
    for passphrase in (PASSPHRASE, "new one", "newer one"):
        with pytest.raises((NoProfile, OnionchatError)):
            keyslot.unlock(alice.profile, passphrase)


def test_destroying_waits_for_no_passphrase_that_is_not_being_tried_yet(tmp_path):
    """Each takes a second; whoever wipes has none to lose."""
    slow, ends = [], []

    def off_thread(work):
        slow.append(Deferred())
        return slow[-1]

    custody = Custody(Clock(), tmp_path, SeededRng("x"), off_thread, lambda: None)
    for _ in range(5):
        Deferred.fromCoroutine(custody.verify("x")).addBoth(ends.append)
    Deferred.fromCoroutine(custody.destroy()).addBoth(ends.append)
    assert len(slow) == 1
    slow[0].callback(None)
    assert [end.type for end in ends if end is not None] == [Stopping] * 4
    assert len(slow) == 2, "of the six only the first passphrase and the destruction took time"


def test_a_backup_that_is_being_written_has_no_key_either(alice, tmp_path):
    alice.do(alice.api.destroy_key())
    with pytest.raises(OnionchatError):
        alice.do(alice.api.backup(str(tmp_path / "copy")))
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_could_not_be_destroyed_still_ends_the_node(alice, monkeypatch):
    def full(folder):
        raise DiskFull

    monkeypatch.setattr("onionchat.store.wipe.destroy_key", full)
    with pytest.raises(DiskFull):
        alice.do(alice.api.destroy_key())
    assert alice.api.wiped
