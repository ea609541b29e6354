"""The disk fails at any write of a script of 200 operations of journals, intake and store.

Thinned here; every single one: `make crash`. Which ways there are: `onionchat.testing.crashes`.
"""

import shutil

import pytest

from onionchat.testing.crashes.life import Broken, Template
from onionchat.testing.crashes.points import VFS, WAYS, Play, count, numbers_of, point
from onionchat.testing.disk import Disk, Unsynced
from onionchat.testing.rng import SeededRng

STRIDE = 200


@pytest.fixture(scope="module")
def disk():
    made = Disk(VFS)
    yield made
    made.unregister()


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return Template.make(tmp_path_factory.mktemp("people"))


@pytest.fixture(scope="module")
def changes(template, disk, tmp_path_factory):
    """How many writes, truncations and syncs the script makes."""
    return count(template, tmp_path_factory.mktemp("whole") / "life", disk)


def lost(template, disk, folder, way, numbers, **how):
    """How many of these points do not recover."""
    wrong = 0
    for number in numbers:
        try:
            point(template, folder, disk, way, number, **how)
        except Broken:
            wrong += 1
    return wrong


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_every_point_recovers(template, disk, changes, tmp_path, way):
    numbers = numbers_of(changes, STRIDE)
    for number in numbers:
        point(template, tmp_path / "life", disk, way, number)


@pytest.mark.parametrize("name", ["power", "torn", "lost"])
def test_without_syncs_a_power_cut_would_be_noticed(template, disk, changes, tmp_path, name):
    way = next(way for way in WAYS if way.name == name)
    numbers = range(changes // 2, changes, changes // 12)
    assert lost(template, disk, tmp_path / "life", way, numbers, synchronous=0) > 0


@pytest.fixture
def played(template, tmp_path):
    """A life of a few commits on a sound disk, and what was acknowledged."""
    life = template.copy(tmp_path / "life")
    play = Play(life, 60)
    play.run(sound=True)
    life.check(play.known)
    return life, play


def test_an_acknowledged_text_that_is_gone_is_noticed(played):
    life, play = played
    what = next(what for what in play.known if what.startswith("text "))
    with pytest.raises(Broken, match="lost"):
        life.check({**play.known, what + "!": "00"})


def test_a_text_that_is_there_twice_is_noticed(played):
    life, play = played
    database = life.open()
    steps = (life.step(number, SeededRng(number)) for number in range(1000, 1100))
    step = next(step for step in steps if step.__qualname__.startswith("Life._write"))
    database.run(step)
    database.run(step)
    database.close()
    with pytest.raises(Broken, match="twice"):
        life.check(play.known)


def test_a_restored_old_copy_that_writes_on_is_noticed(played, tmp_path, template):
    """The same number with other content: what must never have been sent."""
    life, play = played
    shutil.rmtree(life.folder)
    again = template.copy(life.folder)
    database = again.open()
    for number in range(500, 560):
        database.run(again.step(number, SeededRng(number)))
    database.close()
    with pytest.raises(Broken, match="another one now|lost"):
        again.check(play.known)


@pytest.mark.parametrize("sector", [0, 4])
def test_what_is_undone_is_as_it_was(tmp_path, sector):
    """The disk's own bookkeeping: writes and truncations, undone all, in part, not at all."""
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    changes = [
        Unsynced(2, 5, b"23456", 10),
        Unsynced(8, 6, b"89", 10),
        Unsynced(4, 10, b"WWWW89NNNN"[:10], 14, whole=True),
    ]
    after = b"01WWWWW7NNNNNN"
    changes[2] = Unsynced(4, 10, after[4:], 14, whole=True)
    path.write_bytes(after[:4])
    with open(path, "r+b") as file:
        for change in reversed(changes):
            for piece in change.pieces(sector):
                piece.undo(file)
    assert path.read_bytes() == b"0123456789"


def test_an_append_that_is_lost_before_one_that_stays_leaves_zeros(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"01aabb")
    with open(path, "r+b") as file:
        Unsynced(2, 2, b"", 2).undo(file)
    assert path.read_bytes() == b"01\0\0bb"
