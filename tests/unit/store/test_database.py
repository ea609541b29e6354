"""The encrypted database: opening, grouping, closing, and every way in which that fails."""

import subprocess
import sys

import apsw
import pytest

from onionchat.errors import (
    DiskFull,
    NameTaken,
    NoProfile,
    ProfileDamaged,
    ProfileExists,
    ProfileInUse,
    ProfileTooNew,
    StorageFailed,
    Unavailable,
    UnsafePermissions,
)
from onionchat.store import keyslot, migrate, profile, settings
from onionchat.store.database import CACHE_KIB, Database, connect, named_errors

from .conftest import SeededRng


def put(key, value=b"v"):
    return lambda tx: settings.put(tx, key, value)


def errors(group):
    return [type(outcome.error) for outcome in group.outcomes]


NONE = type(None)


def keys(database):
    return sorted(database.run(settings.everything))


# --- create and open ----------------------------------------------------------------------------


def test_what_was_stored_is_there_after_reopening(profile_folder, master):
    database = Database.open(profile_folder, master)
    database.run(put("a"))
    database.close()
    database.close()
    again = Database.open(profile_folder, master)
    assert keys(again) == ["a"]
    again.close()


def test_a_closed_profile_is_three_private_files(profile_folder):
    files = {path.name: path.stat().st_mode & 0o777 for path in profile_folder.iterdir()}
    assert files == {"keyslot": 0o600, "onionchat.db": 0o600, "lock": 0o600}


def test_an_open_profile_has_a_private_log_and_no_shared_memory(database):
    database.run(put("a"))
    files = {path.name: path.stat().st_mode & 0o777 for path in database.folder.iterdir()}
    assert files["onionchat.db-wal"] == 0o600
    assert not any(name.endswith("-shm") for name in files)


def test_the_connection_is_set_up_as_promised(database):
    found = {
        name: database.connection.pragma(name)
        for name in (
            "cipher journal_mode synchronous locking_mode secure_delete foreign_keys temp_store"
            " mmap_size cache_size auto_vacuum trusted_schema application_id"
        ).split()
    }
    assert found == {
        "cipher": "chacha20",
        "journal_mode": "wal",
        "synchronous": 2,
        "locking_mode": "exclusive",
        "secure_delete": 1,
        "foreign_keys": 1,
        "temp_store": 2,
        "mmap_size": 0,
        "cache_size": -CACHE_KIB,
        "auto_vacuum": 2,
        "trusted_schema": 0,
        "application_id": migrate.APPLICATION_ID,
    }


@pytest.mark.parametrize("stable", [True, False])
def test_a_join_is_prepared_once_whatever_is_bound_to_it(database, stable):
    # `False` is SQLite's default, under which this test has something to find.
    connection = database.connection
    if not stable:
        connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 0)
    prepared = []

    def asked(*about):
        prepared.append(about)
        return apsw.SQLITE_OK

    connection.authorizer = asked
    join = "SELECT 1 FROM journals AS j CROSS JOIN authors AS a WHERE j.id = ? AND a.id = ?"
    for number in range(3):
        connection.execute(join, (number, number)).fetchall()
        if number == 0:
            assert prepared
            prepared.clear()
    assert (prepared == []) is stable


def test_every_table_is_strict(database):
    listed = database.connection.execute("PRAGMA table_list").fetchall()
    ours = [row for row in listed if row[2] == "table" and not row[1].startswith("sqlite_")]
    assert len(ours) > 20
    assert [row[1] for row in ours if not row[5]] == []


def test_creating_over_a_profile_is_refused(profile_folder, master):
    with pytest.raises(ProfileExists):
        Database.create(profile_folder, master)
    Database.open(profile_folder, master).close()


def test_a_database_without_slot_is_put_aside_not_overwritten(folder, master):
    first = Database.create(folder, master)
    first.run(put("old"))
    first.close()
    other = keyslot.generate(SeededRng(9))
    second = Database.create(folder, other)
    assert keys(second) == []
    second.close()
    (folder / "onionchat.db").rename(folder / "new")
    (folder / "onionchat.db.without-key-1").rename(folder / "onionchat.db")
    found = Database.open(folder, master)
    assert keys(found) == ["old"]
    found.close()


def test_opening_what_is_not_there(folder, master, rng):
    with pytest.raises(NoProfile):
        Database.open(folder, master)
    folder.mkdir(mode=0o700)
    with pytest.raises(NoProfile):
        Database.open(folder, master)
    keyslot.store(folder, master, "x", rng, keyslot.Cost(1, 8))
    with pytest.raises(ProfileDamaged):
        Database.open(folder, master)


@pytest.mark.parametrize(
    ("name", "mode"), [("", 0o755), ("onionchat.db", 0o644), ("onionchat.db", 0o660)]
)
def test_files_that_others_can_touch_are_refused(profile_folder, master, name, mode):
    (profile_folder / name).chmod(mode)
    with pytest.raises(UnsafePermissions):
        Database.open(profile_folder, master)


def test_a_database_that_is_a_link_is_refused(profile_folder, master, tmp_path):
    path = profile_folder / profile.DATABASE
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnsafePermissions):
        Database.open(profile_folder, master)


# --- one process at a time ----------------------------------------------------------------------


def test_a_second_opening_is_refused_until_the_first_is_closed(database, master):
    with pytest.raises(ProfileInUse) as caught:
        Database.open(database.folder, master)
    assert not any(character.isdigit() for character in str(caught.value))
    database.close()
    Database.open(database.folder, master).close()


def test_another_process_is_refused_too(database):
    script = (
        "import sys; from pathlib import Path; from onionchat.store.profile import Lock\n"
        "try: Lock(Path(sys.argv[1]))\n"
        "except Exception as error: print(type(error).__name__)"
    )
    found = subprocess.run(
        [sys.executable, "-c", script, str(database.folder)],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": ":".join(path for path in sys.path if path)},
        check=False,
    )
    assert found.stdout.strip() == "ProfileInUse", found.stderr


def test_a_key_file_without_its_database_says_what_is_missing(profile_folder, master):
    (profile_folder / "onionchat.db").unlink()
    with pytest.raises(ProfileDamaged, match="is missing; restore it"):
        Database.open(profile_folder, master)


def test_a_failed_opening_lets_go_of_the_lock(profile_folder, master):
    with pytest.raises(ProfileDamaged):
        Database.open(profile_folder, keyslot.generate(SeededRng(5)))
    Database.open(profile_folder, master).close()


def test_the_lock_is_held_for_a_block_and_released_twice_without_harm(profile_folder):
    with profile.locked(profile_folder), pytest.raises(ProfileInUse):
        profile.Lock(profile_folder)
    lock = profile.Lock(profile_folder)
    lock.release()
    lock.release()


def test_a_lock_that_is_a_link_is_not_followed(profile_folder, tmp_path):
    (profile_folder / profile.LOCK).unlink()
    (profile_folder / profile.LOCK).symlink_to(tmp_path / "target")
    with pytest.raises(StorageFailed):
        profile.Lock(profile_folder)
    with pytest.raises(NoProfile):
        profile.Lock(tmp_path / "nowhere")


# --- damage -------------------------------------------------------------------------------------


def fill(folder, master, rows=40):
    database = Database.open(folder, master)
    database.run_group([put(f"key {n}", bytes(2000)) for n in range(rows)])
    database.close()
    return (folder / profile.DATABASE).read_bytes()


def read_all(folder, master):
    """Open and read every page; the named error, or None."""
    try:
        database = Database.open(folder, master)
    except ProfileDamaged:
        return ProfileDamaged
    try:
        return ProfileDamaged if database.check() else None
    except ProfileDamaged:
        return ProfileDamaged
    finally:
        database.close()


def test_a_wrong_key_is_damage(profile_folder):
    with pytest.raises(ProfileDamaged):
        Database.open(profile_folder, keyslot.generate(SeededRng(5)))


def test_a_foreign_database_is_damage(profile_folder, master):
    path = profile_folder / profile.DATABASE
    path.unlink()
    plain = apsw.Connection(str(path))
    plain.execute("CREATE TABLE t (a)")
    plain.close()
    path.chmod(0o600)
    with pytest.raises(ProfileDamaged):
        Database.open(profile_folder, master)


def test_a_foreign_database_under_our_key_is_damage(profile_folder, master):
    path = profile_folder / profile.DATABASE
    path.write_bytes(b"")
    connection = connect(path, master)
    connection.execute("CREATE TABLE t (a)")
    connection.close()
    with pytest.raises(ProfileDamaged):
        Database.open(profile_folder, master)


def test_a_database_truncated_at_any_length_is_damage(profile_folder, master):
    whole = fill(profile_folder, master)
    path = profile_folder / profile.DATABASE
    lengths = {0, 1, 15, 16, 99, 100, 511, 512, 1024, 4095, 4096, 4097, len(whole) - 1}
    lengths |= set(range(4096, len(whole), 16 * 4096))
    for length in sorted(lengths):
        path.write_bytes(whole[:length])
        assert read_all(profile_folder, master) is ProfileDamaged, length
        # A refused start wrote into what was left of it.
        assert path.read_bytes() == whole[:length]
    path.write_bytes(whole)
    assert read_all(profile_folder, master) is None


@pytest.mark.parametrize("size", [0, 1, 511])
def test_a_remainder_of_a_database_is_damage_and_not_written_to(profile_folder, master, size):
    """A refused start made a file of 0 bytes one of 4096."""
    path = profile_folder / "onionchat.db"
    left = path.read_bytes()[:size]
    path.write_bytes(left)
    log = path.with_name("onionchat.db-wal")
    log.write_bytes(b"what may be left of a log")
    log.chmod(0o600)
    with pytest.raises(ProfileDamaged):
        Database.open(profile_folder, master)
    assert path.read_bytes() == left
    assert log.read_bytes() == b"what may be left of a log"


def test_a_flipped_byte_is_damage_wherever_it_is_read(profile_folder, master):
    whole = fill(profile_folder, master)
    path = profile_folder / profile.DATABASE
    rng = SeededRng(3)
    places = [0, 16, 17, 20, 24, 28, 92, 4095] + [
        int(rng.uniform(0, len(whole) - 1)) for _ in range(40)
    ]
    unnoticed = []
    for place in places:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x40]) + whole[place + 1 :])
        if read_all(profile_folder, master) is None:
            unnoticed.append(place)
    assert [place for place in unnoticed if place > 4096] == []
    # Bytes 18 to 23 of the file say "WAL" and page geometry in the clear; they are not contents.
    assert set(unnoticed) <= set(range(16, 24))
    path.write_bytes(whole)


def test_two_exchanged_pages_are_damage(profile_folder, master):
    whole = fill(profile_folder, master)
    path = profile_folder / profile.DATABASE
    page = [whole[n : n + 4096] for n in range(0, len(whole), 4096)]
    page[-1], page[-2] = page[-2], page[-1]
    path.write_bytes(b"".join(page))
    assert read_all(profile_folder, master) is ProfileDamaged


def test_a_torn_log_loses_nothing_that_was_before_the_tear(profile_folder, master):
    database = Database.open(profile_folder, master)
    database.run(put("first"))
    log = profile_folder / "onionchat.db-wal"
    length = log.stat().st_size
    database.run(put("second"))
    whole = log.read_bytes()
    main = (profile_folder / profile.DATABASE).read_bytes()
    database.close()
    for cut in range(length, len(whole), 997):
        (profile_folder / profile.DATABASE).write_bytes(main)
        log.write_bytes(whole[:cut])
        log.chmod(0o600)
        again = Database.open(profile_folder, master)
        assert keys(again) == ["first"], cut
        again.close()


def test_damage_that_a_step_meets_is_that_step_s_error(database):
    def damaged(tx):
        raise apsw.CorruptError

    assert errors(database.run_group([put("a"), damaged])) == [NONE, ProfileDamaged]
    assert keys(database) == ["a"]


# --- versions -----------------------------------------------------------------------------------


def test_a_newer_schema_is_refused_and_left_alone(profile_folder, master):
    database = Database.open(profile_folder, master)
    database.connection.pragma("user_version", len(migrate.migrations()) + 1)
    database.close()
    with pytest.raises(ProfileTooNew):
        Database.open(profile_folder, master)


def schema(connection):
    return connection.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"
    ).fetchall()


@pytest.mark.parametrize("old", range(1, len(migrate.migrations()) + 1))
def test_every_old_version_upgrades(folder, master, database, old):
    fresh = schema(database.connection)
    other = folder.with_name("old")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(migrate, "make", lambda c, make=migrate.make: make(c, old))
        Database.create(other, master).close()
    upgraded = Database.open(other, master)
    assert schema(upgraded.connection) == fresh
    assert migrate.version(upgraded.connection) == len(migrate.migrations())
    upgraded.close()


def test_an_upgrade_applies_what_is_missing_all_or_nothing(profile_folder, master, monkeypatch):
    present = migrate.migrations()
    more = "CREATE TABLE more (a INTEGER) STRICT;"
    monkeypatch.setattr(migrate, "migrations", lambda: (*present, more, "broken"))
    with pytest.raises(apsw.SQLError):
        Database.open(profile_folder, master)
    monkeypatch.setattr(migrate, "migrations", lambda: (*present, more))
    database = Database.open(profile_folder, master)
    assert database.run(lambda tx: tx.rows("SELECT a FROM more")) == []
    assert migrate.version(database.connection) == len(present) + 1
    database.close()


# --- groups -------------------------------------------------------------------------------------


def test_results_come_in_order(database):
    group = database.run_group([lambda tx: 1, lambda tx: "two", put("a")])
    assert [outcome.value for outcome in group.outcomes] == [1, "two", None]
    assert group.events == ()
    assert database.run_group([]).outcomes == ()


def test_a_failing_step_undoes_its_own_work_only(database):
    def fails(tx):
        settings.put(tx, "poison", b"")
        tx.emit("poisoned")
        raise NameTaken

    def says(tx):
        tx.emit("said")

    group = database.run_group([put("a"), fails, says, put("b")])
    assert errors(group) == [NONE, NameTaken, NONE, NONE]
    assert group.events == ("said",)
    assert keys(database) == ["a", "b"]


def test_a_mistake_in_sql_is_that_step_s_error(database):
    group = database.run_group([lambda tx: tx.execute("SELEKT"), put("a")])
    assert errors(group) == [apsw.SQLError, NONE]
    assert keys(database) == ["a"]


def test_events_are_handed_out_after_the_commit_in_order(database):
    committed = []
    database.connection.set_wal_hook(lambda *_: committed.append(True) or 0)

    def step(number):
        def run(tx):
            tx.emit(number)
            settings.put(tx, str(number), b"")
            assert not committed

        return run

    group = database.run_group([step(1), step(2)])
    assert committed == [True]
    assert group.events == (1, 2)


def test_a_failed_commit_fails_everybody_and_publishes_nothing(database):
    own = ValueError("own")

    def fails(tx):
        raise own

    def says(tx):
        tx.emit("said")

    database.connection.set_commit_hook(lambda: True)
    group = database.run_group([put("a"), fails, says])
    database.connection.set_commit_hook(None)
    assert group.outcomes[1].error is own
    assert errors(group) == [apsw.ConstraintError, ValueError, apsw.ConstraintError]
    assert group.events == ()
    assert keys(database) == []
    database.run(put("later"))
    assert keys(database) == ["later"]


def test_a_killed_thread_leaves_nothing_behind(database):
    def killed(tx):
        settings.put(tx, "a", b"")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        database.run_group([put("b"), killed])
    assert keys(database) == []


def test_a_step_that_ends_the_transaction_fails_everybody(database):
    def ends(tx):
        settings.put(tx, "b", b"")
        tx.execute("ROLLBACK")
        raise ValueError

    group = database.run_group([put("a"), ends, put("c")])
    assert errors(group) == [StorageFailed] * 3
    assert keys(database) == []


def test_a_block_commits_at_its_end_and_gives_its_events(database):
    with database.transaction() as tx:
        settings.put(tx, "a", b"")
        tx.emit("said")
    assert tx.take_events() == ("said",)
    with pytest.raises(ValueError, match="no"), database.transaction() as tx:
        settings.put(tx, "b", b"")
        raise ValueError("no")
    assert keys(database) == ["a"]


def test_savepoints_nest(database):
    def step(tx):
        settings.put(tx, "outer", b"")
        tx.emit("outer")
        with pytest.raises(ValueError, match="no"), tx.savepoint():
            settings.put(tx, "middle", b"")
            tx.emit("middle")
            with tx.savepoint():
                settings.put(tx, "inner", b"")
                tx.emit("inner")
            raise ValueError("no")

    group = database.run_group([step])
    assert group.events == ("outer",)
    assert keys(database) == ["outer"]


@pytest.mark.parametrize(
    ("error", "named"),
    [
        (apsw.NotADBError, ProfileDamaged),
        (apsw.BusyError, ProfileInUse),
        (apsw.LockedError, ProfileInUse),
        (apsw.CantOpenError, StorageFailed),
        (apsw.ReadOnlyError, StorageFailed),
        (apsw.IOError, StorageFailed),
        (apsw.ConstraintError, apsw.ConstraintError),
    ],
)
def test_errors_of_sqlite_have_names(database, error, named):
    with pytest.raises(named), named_errors(database.connection):
        raise error


def test_a_path_that_cannot_be_opened(tmp_path, master):
    with pytest.raises(StorageFailed):
        connect(tmp_path / "nowhere" / "x", master)


def test_erased_space_is_given_back(database):
    database.run(put("big", bytes(4_000_000)))
    database.reclaim(0)
    full = (database.folder / profile.DATABASE).stat().st_size
    database.run(put("big", None))
    database.reclaim(10_000)
    assert (database.folder / profile.DATABASE).stat().st_size < full - 3_500_000
    assert (database.folder / "onionchat.db-wal").stat().st_size == 0


def test_too_little_memory_fails_the_group(database):
    def starves(tx):
        raise apsw.NoMemError

    assert errors(database.run_group([put("a"), starves])) == [Unavailable, Unavailable]
    assert keys(database) == []


def test_a_folder_without_room_for_the_database(folder, master, monkeypatch):
    def full(path):
        raise OSError(28, "full")

    monkeypatch.setattr(profile, "make_private_file", full)
    with pytest.raises(DiskFull):
        Database.create(folder, master)


def test_a_database_that_refuses_the_log_is_not_used(folder, master, monkeypatch):
    def memory(path, key, *, vfs="unix"):
        return apsw.Connection(":memory:")

    monkeypatch.setattr("onionchat.store.database.connect", memory)
    with pytest.raises(StorageFailed):
        Database.create(folder, master)


def test_a_lock_that_cannot_be_taken_for_another_reason(profile_folder, monkeypatch):
    def refuses(*args):
        raise OSError(37, "no locks")

    monkeypatch.setattr("fcntl.flock", refuses)
    with pytest.raises(StorageFailed):
        profile.Lock(profile_folder)
