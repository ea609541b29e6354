"""The disk of the simulator behaves as a disk: what was synced stays, the rest by parts."""

import random

import apsw
import pytest

from onionchat.testing.virtual_disk import SECTOR, DiskFault, VirtualVfs


@pytest.fixture(scope="module")
def vfs():
    made = VirtualVfs("test-virtual-disk")
    yield made
    made.unregister()


@pytest.fixture
def disk(vfs):
    vfs.disks.clear()
    return vfs.mount("/machine")


def opened(vfs, name="file"):
    flags = [apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE, 0]
    return vfs.xOpen(f"/machine/{name}", flags)


def test_what_was_synced_survives_and_the_rest_by_sectors(vfs, disk):
    seen = set()
    for seed in range(300):
        disk.load({})
        file = opened(vfs)
        file.xWrite(b"a" * 4 * SECTOR, 0)
        file.xSync(0)
        file.xWrite(b"b" * 2 * SECTOR, SECTOR)
        disk.lose_power(random.Random(seed))
        content = disk.image()["file"]
        assert len(content) == 4 * SECTOR
        assert content[:SECTOR] == content[3 * SECTOR :] == b"a" * SECTOR
        seen.add(tuple(content[at] for at in range(0, len(content), SECTOR)))
    a, b = ord("a"), ord("b")
    assert {(a, x, y, a) for x in (a, b) for y in (a, b)} <= seen


def test_unsynced_writes_may_arrive_in_another_order(vfs, disk):
    seen = set()
    for seed in range(300):
        disk.load({"file": bytes(SECTOR)})
        file = opened(vfs)
        file.xWrite(b"1" * SECTOR, 0)
        file.xWrite(b"2" * SECTOR, 0)
        disk.lose_power(random.Random(seed))
        seen.add(disk.image()["file"][:1])
    assert seen == {b"\0", b"1", b"2"}


def test_a_process_that_ends_leaves_all_that_it_wrote(vfs, disk):
    file = opened(vfs)
    file.xWrite(b"written", 0)
    disk.arm(DiskFault.DEATH, 1, part=0.5)
    with pytest.raises(apsw.IOError):
        file.xWrite(b"torn off", 7)
    with pytest.raises(apsw.IOError):
        file.xWrite(b"never", 0)
    disk.revive()
    assert disk.image()["file"] == b"writtentorn"


def test_a_planted_error_happens_once(vfs, disk):
    file = opened(vfs)
    disk.arm(DiskFault.ERROR, 2)
    file.xWrite(b"x", 0)
    with pytest.raises(apsw.IOError):
        file.xSync(0)
    file.xSync(0)


def test_a_full_disk_takes_no_more_and_what_is_there_can_be_overwritten(vfs, disk):
    file = opened(vfs)
    file.xWrite(bytes(100), 0)
    disk.capacity = 150
    assert disk.room() == (50, 150)
    with pytest.raises(apsw.FullError):
        file.xWrite(bytes(100), 100)
    file.xWrite(b"y" * 100, 0)


def test_a_removed_file_may_come_back_until_the_folder_was_synced(vfs, disk):
    def after(*, durably):
        back = set()
        for seed in range(40):
            disk.load({"log": b"old"})
            disk.remove("log", durably=durably)
            disk.lose_power(random.Random(seed))
            back.add("log" in disk.image())
        return back

    assert after(durably=False) == {True, False}
    assert after(durably=True) == {False}


def test_a_disk_that_lies_about_syncs_loses_them(vfs, disk):
    lost = 0
    for seed in range(40):
        disk.load({"file": b"old"})
        disk.lying = True
        file = opened(vfs)
        file.xWrite(b"new", 0)
        file.xSync(0)
        disk.lose_power(random.Random(seed))
        lost += disk.image()["file"] == b"old"
    assert lost > 5
