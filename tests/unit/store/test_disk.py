"""A disk that fills up, breaks or loses power at any write or sync: nothing committed is lost."""

import apsw
import pytest

from onionchat.errors import DiskFull, OnionchatError, StorageFailed
from onionchat.store import contacts, keyslot, messages, settings
from onionchat.store.database import Database
from onionchat.testing.disk import Disk

from .conftest import SeededRng, World


@pytest.fixture(scope="module")
def disk():
    made = Disk("faulty")
    yield made
    made.unregister()


@pytest.fixture(autouse=True)
def _reset(disk):
    disk.arm(0)
    disk.unsynced.clear()
    disk.names.clear()


class Scenario:
    """A scripted life of a profile; remembers what was reported as stored, and what as failed."""

    def __init__(self, folder, master):
        self.folder = folder
        self.master = master
        self.stored = set()
        self.failed = set()
        self.errors = set()

    def step(self, text, index):
        def run(tx):
            world = World(tx, SeededRng(index))
            world.clock = 1000 + index
            if contacts.by_petname(tx, "alice") is None:
                world.contact("alice")
            world.say("alice", text, mine=index % 2 == 0)
            settings.put(tx, text, bytes(3000))

        return run

    def play(self, groups=4, size=3, synchronous=2):
        try:
            database = Database.open(self.folder, self.master, vfs="faulty")
        except OnionchatError as error:
            self.errors.add(type(error))
            return
        database.connection.pragma("synchronous", synchronous)
        for group in range(groups):
            texts = [f"message {group} {n}" for n in range(size)]
            outcomes = database.run_group(
                [self.step(text, group * size + n) for n, text in enumerate(texts)]
            ).outcomes
            for text, outcome in zip(texts, outcomes, strict=True):
                (self.failed if outcome.error else self.stored).add(text)
                if outcome.error:
                    self.errors.add(type(outcome.error))
            if group == 1:
                try:
                    database.reclaim()
                except OnionchatError as error:
                    self.errors.add(type(error))
        database.close()

    def found(self):
        """What is there after reopening with a sound disk; the database is checked."""
        database = Database.open(self.folder, self.master)
        try:
            assert database.check() == []
            names = set(database.run(settings.everything))
            with database.transaction() as tx:
                alice = contacts.by_petname(tx, "alice")
                page = messages.history(tx, alice.number, 100) if alice else []
                # Every table tells the same story.
                assert {message.text for message in page} == names
                if alice:
                    line = contacts.summary(tx, alice.number)
                    assert line.unread == sum(not message.mine for message in page)
                    assert line.queued == sum(message.mine for message in page)
                for name in names:
                    assert name in {message.text for message in messages.find(tx, name, 50)}
            return names
        finally:
            database.close()


@pytest.fixture
def scenario(tmp_path, rng):
    """A function that makes a fresh profile to play on."""
    master = keyslot.generate(rng)
    made = []

    def fresh():
        folder = tmp_path / str(len(made))
        Database.create(folder, master).close()
        made.append(folder)
        return Scenario(folder, master)

    return fresh


def steps_of(total, most):
    """At most `most` numbers from 1 to `total`: all of the first ones, then evenly spread."""
    stride = max(1, total // most)
    return sorted(set(range(1, min(total, 8) + 1)) | set(range(1, total + 1, stride)))


def test_a_sound_disk_stores_everything_and_sees_only_our_three_files(scenario, disk):
    played = scenario()
    played.play()
    assert played.failed == set()
    assert played.found() == played.stored
    assert {name.rsplit("/", 1)[1] for name in disk.names} <= {
        "onionchat.db",
        "onionchat.db-wal",
        "onionchat.db-journal",
    }
    assert disk.count > 50


@pytest.mark.parametrize("for_good", [False, True], ids=["once", "for good"])
@pytest.mark.parametrize(
    ("error", "named"), [(apsw.FullError, DiskFull), (apsw.IOError, StorageFailed)]
)
def test_a_failing_write_or_sync_loses_nothing_that_was_reported(
    scenario, disk, error, named, for_good
):
    whole = scenario()
    whole.play()
    total = disk.count
    named_at_all = set()
    for number in steps_of(total, 12):
        played = scenario()
        disk.arm(number, error=error, for_good=for_good)
        played.play()
        disk.arm(0)
        found = played.found()
        assert played.stored <= found, number
        assert found <= played.stored | played.failed, number
        named_at_all |= played.errors
    # Later steps of a broken disk may only say that the conversation is not there.
    assert named in named_at_all


def test_after_a_single_failure_the_same_connection_goes_on(scenario, disk):
    for number in range(3, 30, 3):
        played = scenario()
        disk.arm(number)
        played.play()
        disk.arm(0)
        assert played.found() >= played.stored
        # At most one group failed, later ones were stored.
        if played.stored:
            assert len(played.failed) <= 3


def lost_by_power_cuts(scenario, disk, synchronous):
    """How many messages that were reported as stored are gone after power cuts at many moments."""
    whole = scenario()
    whole.play(synchronous=synchronous)
    lost = 0
    for number in steps_of(disk.count, 20):
        played = scenario()
        disk.unsynced.clear()
        # From here on nothing reaches the disk, and what was not synced survives by halves.
        disk.arm(number, error=apsw.IOError, for_good=True)
        played.play(synchronous=synchronous)
        rng = SeededRng(number)
        disk.power_cut(lambda rng=rng: rng.uniform(0, 1) < 0.5)
        disk.arm(0)
        lost += len(played.stored - played.found())
    return lost


def test_power_lost_at_any_write_keeps_what_was_reported(scenario, disk):
    assert lost_by_power_cuts(scenario, disk, synchronous=2) == 0


def test_the_power_cut_would_find_a_missing_sync(scenario, disk):
    assert lost_by_power_cuts(scenario, disk, synchronous=1) > 0


def test_making_a_profile_on_a_full_disk_can_be_tried_again(tmp_path, disk, rng):
    master = keyslot.generate(rng)
    disk.arm(0)
    Database.create(tmp_path / "whole", master, vfs="faulty").close()
    for number in steps_of(disk.count, 20):
        folder = tmp_path / str(number)
        disk.arm(number, for_good=True)
        try:
            Database.create(folder, master, vfs="faulty").close()
        except OnionchatError as error:
            assert isinstance(error, DiskFull)
        disk.arm(0)
        Database.create(folder, master, vfs="faulty").close()


def test_reading_goes_on_while_the_disk_is_full(scenario, disk):
    played = scenario()
    played.play(groups=1)
    database = Database.open(played.folder, played.master, vfs="faulty")
    disk.arm(1, for_good=True)
    group = database.run_group([settings.everything])
    assert set(group.outcomes[0].value) == played.stored
    group = database.run_group([settings.everything, lambda tx: settings.put(tx, "x", b"")])
    # Found by the simulator: what only reads failed with whatever it shared a commit with, and a
    # contact's card, say, stayed as it was.
    assert set(group.outcomes[0].value) == played.stored
    assert type(group.outcomes[1].error) is DiskFull
    disk.arm(0)
    assert set(database.run(settings.everything)) == played.stored
    database.close()
