"""The encrypted database of a profile: create, open, group commit, close.

What lives here: the connection and its guarantees. What may not: tables (the data modules), where
keys come from (`keyslot`). All of it is called on one thread; calls block for the time of the disk.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

import apsw

from onionchat.errors import (
    DiskFull,
    NoProfile,
    OnionchatError,
    ProfileDamaged,
    ProfileExists,
    ProfileInUse,
    StorageFailed,
    Unavailable,
)
from onionchat.store import migrate, profile
from onionchat.store.keyslot import MasterKey
from onionchat.store.transaction import Transaction

__all__ = ["Database", "Group", "Outcome", "Transaction", "connect", "named_errors"]

T = TypeVar("T")

CACHE_KIB: Final = 8000
"""Page cache, KiB: what the database costs in memory however large it grows."""

WAL_LIMIT: Final = 16 * 1024 * 1024
"""Bytes to which the write-ahead log is cut once it was copied into the database."""

SMALLEST: Final = 512
"""Bytes of SQLite's smallest page: no database is smaller."""

MISSING: Final = (
    "The profile's database (onionchat.db) is missing; restore it, and the key file, from a backup."
)

# After these SQLite cannot promise that the transaction is still whole: all of it fails.
_FATAL: Final = (apsw.FullError, apsw.IOError, apsw.NoMemError, apsw.CantOpenError)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one function of a group."""

    value: Any = field(default=None, repr=False)
    """What it returned."""
    error: Exception | None = None
    """What undid it; None if its work is on disk."""


@dataclass(frozen=True, slots=True)
class Group:
    """What became of a group: an outcome for each function, in order, and events to publish."""

    outcomes: tuple[Outcome, ...]
    events: tuple[object, ...] = field(repr=False)


class Database:
    """One open profile database. Make it with `create` or `open`."""

    def __init__(
        self,
        folder: Path,
        connection: apsw.Connection,
        lock: profile.Lock,
        making: profile.Making | None = None,
    ) -> None:
        self._folder = folder
        self._connection = connection
        self._lock = lock
        self._making = making

    @classmethod
    def create(cls, folder: Path, key: MasterKey, *, vfs: str = "unix") -> Database:
        """Make the database of a new profile and open it.

        The key slot is written after this (`keyslot.store`): a database without slot is what an
        killed `init` leaves, or one whose slot was lost: it is put aside, not overwritten.

        Raises:
            ProfileExists: `folder` holds a key slot; nothing was changed.
            ProfileInUse, UnsafePermissions, DiskFull, StorageFailed.
        """
        making = profile.Making(folder)
        profile.make_folder(folder)
        if profile.exists(folder):
            raise ProfileExists
        lock = profile.Lock(folder)
        try:
            path = folder / profile.DATABASE
            try:
                _put_aside(path)
                making.owns_database()
                profile.make_private_file(path)
            except OSError as error:
                raise profile.from_os(error) from error
            connection = connect(path, key, vfs=vfs)
            try:
                with named_errors(connection):
                    # Before the first table, or it has no effect.
                    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
                    _configure(connection)
                    migrate.make(connection)
                profile.sync_folder(folder)
            except BaseException:
                _close_quietly(connection)
                raise
        except BaseException:
            making.undo()
            lock.release()
            raise
        return cls(folder, connection, lock, making)

    @classmethod
    def open(cls, folder: Path, key: MasterKey, *, vfs: str = "unix") -> Database:
        """Open the profile's database and bring it to this version's schema.

        Raises:
            NoProfile: no database there.
            ProfileInUse: another process has it open.
            ProfileDamaged: truncated, altered, foreign, or of another key.
            ProfileTooNew: written by a newer version.
            UnsafePermissions, DiskFull, StorageFailed.
        """
        profile.check_private(folder)
        path = folder / profile.DATABASE
        lock = profile.Lock(folder)
        try:
            if not os.path.lexists(path):
                raise NoProfile if not profile.exists(folder) else ProfileDamaged(MISSING)
            for suffix in ("", "-wal"):
                file = path.with_name(path.name + suffix)
                if os.path.lexists(file):
                    profile.check_private(file)
            _check_size(path)
            connection = connect(path, key, vfs=vfs)
            try:
                with named_errors(connection):
                    _configure(connection)
                    migrate.upgrade(connection)
            except BaseException:
                _close_quietly(connection)
                raise
        except BaseException:
            lock.release()
            raise
        return cls(folder, connection, lock)

    @property
    def folder(self) -> Path:
        """The profile's folder."""
        return self._folder

    @property
    def connection(self) -> apsw.Connection:
        """For `backup` and measurements; everything else goes through transactions."""
        return self._connection

    def run_group(self, steps: Sequence[Callable[[Transaction], object]]) -> Group:
        """Run functions in one transaction and commit them together: one sync for all.

        Each runs in a savepoint: what it raises undoes only its own work. Nothing is known to have
        happened, and no event is handed out, before the commit is on disk. If commit or disk
        fail, every function fails with that error, and there are no events. A failure of the disk
        means "not known to be stored": after a crash at that very moment it may be there.

        On a full disk each function is tried once more in a commit of its own, so that those that
        only read, or write little, do not fail with the others.
        """
        group = self._run_together(steps)
        if len(steps) == 1 or not all(isinstance(it.error, DiskFull) for it in group.outcomes):
            return group
        alone = [self._run_together([step]) for step in steps]
        return Group(
            tuple(one.outcomes[0] for one in alone),
            tuple(event for one in alone for event in one.events),
        )

    def _run_together(self, steps: Sequence[Callable[[Transaction], object]]) -> Group:
        outcomes: list[Outcome] = []
        try:
            with self._committing() as tx:
                for step in steps:
                    outcomes.append(self._outcome(tx, step))
        except (OnionchatError, apsw.Error) as error:
            failed = [outcome if outcome.error else Outcome(error=error) for outcome in outcomes]
            failed += [Outcome(error=error)] * (len(steps) - len(failed))
            return Group(tuple(failed), ())
        return Group(tuple(outcomes), tx.take_events())

    def run(self, step: Callable[[Transaction], T]) -> T:
        """Run one function in its own transaction, for start-up and tools; its events are dropped.

        Raises what the function raises, or the disk's error.
        """
        with self._committing() as tx:
            return step(tx)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction as a block: committed at its end, undone if it raises.

        `take_events()` of the transaction, called after the block, gives its events.
        """
        with self._committing() as tx:
            yield tx

    def reclaim(self, pages: int = 1000) -> None:
        """Give erased space back: up to `pages` free pages, and the write-ahead log.

        Old pages in the log are ciphertext under the same key; after an erasure this removes them.
        """
        with named_errors(self._connection):
            self._connection.execute(f"PRAGMA incremental_vacuum({int(pages)})").fetchall()
            self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)

    def check(self) -> list[str]:
        """Read everything and compare indices with tables; an empty list if it is sound.

        Takes seconds for large profiles. Raises ProfileDamaged if it cannot even be read.
        """
        with named_errors(self._connection):
            found = [str(row[0]) for row in self._connection.execute("PRAGMA integrity_check")]
            found += ["foreign key" for _ in self._connection.execute("PRAGMA foreign_key_check")]
            self._connection.execute("INSERT INTO search (search) VALUES ('integrity-check')")
        return [sentence for sentence in found if sentence != "ok"]

    def close(self) -> None:
        """Copy the log into the database, remove it, let go of the lock. Twice does no harm.

        A full disk only leaves the log in place; it is complete, and the next `open` reads it.
        """
        _close_quietly(self._connection)
        self._lock.release()

    def settle(self) -> None:
        """Copy the log into the database and remove it, but stay the only one who has the profile.

        Nothing can be run any more; `close` or `discard` must follow.
        """
        _close_quietly(self._connection)

    def discard(self) -> None:
        """Close a database that `create` made, and remove it with all that came about with it."""
        _close_quietly(self._connection)
        if self._making is not None:
            self._making.undo()
        self._lock.release()

    def _outcome(self, tx: Transaction, step: Callable[[Transaction], object]) -> Outcome:
        try:
            with tx.savepoint():
                return Outcome(step(tx))
        except _FATAL:
            raise
        except Exception as error:
            if not self._connection.in_transaction:
                raise StorageFailed from error
            # Handed to the one who asked for this step; the others go on.
            return Outcome(error=_named(error, self._connection) or error)

    @contextmanager
    def _committing(self) -> Iterator[Transaction]:
        tx = Transaction(self._connection)
        with named_errors(self._connection):
            self._connection.execute("BEGIN")
            try:
                yield tx
                tx.write_index()
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


def _check_size(path: Path) -> None:
    """Refuse what is too short for a database: SQLite would begin a new one in its place.

    Its first page is on disk before there is a log. Raises ProfileDamaged.
    """
    try:
        if path.stat().st_size < SMALLEST:
            raise ProfileDamaged
    except OSError as error:
        raise profile.from_os(error) from error


def _put_aside(path: Path) -> None:
    """Keep a database whose key slot is missing: somebody may find the slot in a backup."""
    aside = path
    number = 0
    while os.path.lexists(aside):
        number += 1
        aside = path.with_name(f"{path.name}.without-key-{number}")
    for suffix in ("", "-wal", "-journal"):
        old = path.with_name(path.name + suffix)
        if os.path.lexists(old):
            old.rename(aside.with_name(aside.name + suffix))


def connect(path: Path, key: MasterKey, *, vfs: str = "unix") -> apsw.Connection:
    """A connection to an existing file, keyed but not yet read.

    SQLite Multiple Ciphers puts its encrypting VFS above the one named `vfs`, so that a test's VFS
    sees exactly the encrypted bytes that the disk sees.
    """
    try:
        connection = apsw.Connection(
            str(path), flags=apsw.SQLITE_OPEN_READWRITE, vfs=f"multipleciphers-{vfs}"
        )
    except apsw.Error as error:
        raise StorageFailed from error
    connection.pragma("cipher", "chacha20")
    # `raw:` because the key is random already; uncached so that no statement keeps it.
    connection.execute(f"PRAGMA key = 'raw:{key.database_key().hex()}'", can_cache=False)
    return connection


def _configure(connection: apsw.Connection) -> None:
    connection.set_busy_timeout(0)
    # Plans do not depend on what is bound. Else SQLite prepares every join anew each time values
    # are bound to it, in the hope of a better plan, which takes longer than the join.
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
    for pragma, value in (
        ("temp_store", 2),  # memory: nothing plain in temporary files
        ("locking_mode", "exclusive"),  # with it, the log's index is in memory: no -shm file
        ("mmap_size", 0),
        ("cache_size", -CACHE_KIB),
        ("secure_delete", 1),
        ("foreign_keys", 1),
        ("trusted_schema", 0),
        ("cell_size_check", 1),
    ):
        connection.pragma(pragma, value)
    if connection.pragma("journal_mode", "wal") != "wal":
        raise StorageFailed
    connection.pragma("synchronous", 2)  # FULL: a commit is on disk when it returns
    connection.pragma("journal_size_limit", WAL_LIMIT)


@contextmanager
def named_errors(connection: apsw.Connection) -> Iterator[None]:
    """Turn SQLite's errors into named ones; our own mistakes in SQL pass as they are."""
    try:
        yield
    except (apsw.Error, MemoryError) as error:
        named = _named(error, connection)
        if named is None:
            raise
        raise named from error


def _named(error: Exception, connection: apsw.Connection) -> OnionchatError | None:
    match error:
        case apsw.NotADBError() | apsw.CorruptError():
            return ProfileDamaged()
        case apsw.FullError():
            return DiskFull()
        case apsw.IOError():
            return DiskFull() if profile.no_room(connection.system_errno) else StorageFailed()
        case apsw.BusyError() | apsw.LockedError():
            return ProfileInUse()
        case apsw.CantOpenError() | apsw.ReadOnlyError() | apsw.PermissionsError():
            return StorageFailed()
        case apsw.NoMemError() | MemoryError():
            return Unavailable("There is not enough memory.")
        case _:
            return None


def _close_quietly(connection: apsw.Connection) -> None:
    # Closing copies the log; whatever stops that stops nothing that is already committed.
    with suppress(apsw.Error):
        connection.close()
