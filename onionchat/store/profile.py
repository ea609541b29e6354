"""The profile folder: names of its files, who may read them, one process at a time.

What lives here: paths, permissions, the lock, durable replacement of a small file. What may not:
keys (`keyslot`) and SQL (`database`).
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from onionchat.errors import (
    DiskFull,
    NoProfile,
    OnionchatError,
    ProfileInUse,
    StorageFailed,
    UnsafePermissions,
)

KEYSLOT: Final = "keyslot"
"""The passphrase slot; a folder without it holds no profile."""

DATABASE: Final = "onionchat.db"
"""The encrypted database; while it is open, a write-ahead log stands beside it."""

LOCK: Final = "lock"
"""An empty file that the running process holds locked."""

WIPING: Final = "onionchat.wiping"
"""An empty file that says that the profile here is being destroyed; the last one to go."""

SLOT_LOCK: Final = "keyslot.lock"
"""An empty file that is locked while the slot is exchanged or destroyed, for a moment."""

_NEW: Final = ".new"
_SLOT_TRIES: Final = 200
_POLL_SECONDS: Final = 0.01
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


def from_os(error: OSError) -> OnionchatError:
    """The named error for a failed system call: DiskFull, or StorageFailed for all others, which
    names the path."""
    if error.errno in _NO_ROOM:
        return DiskFull()
    if error.filename is None or error.strerror is None:
        return StorageFailed()
    return StorageFailed(f"{os.fsdecode(error.filename)} cannot be used: {error.strerror}.")


def no_room(number: int) -> bool:
    """Whether an `errno` says that there is no room left (disk or quota)."""
    return number in _NO_ROOM


def place(folder: Path) -> bytes:
    """What changes when a profile's files are copied to somewhere and come back: their inodes.

    Not the number of the file system, which can change whenever it is mounted.
    Raises StorageFailed.
    """
    try:
        numbers = [path.stat().st_ino for path in (folder, folder / DATABASE)]
    except OSError as error:
        raise from_os(error) from error
    return ":".join(map(str, numbers)).encode()


def exists(folder: Path) -> bool:
    """Whether `folder` holds a profile, that is, a key slot."""
    return os.path.lexists(folder / KEYSLOT)


def orphaned(folder: Path) -> bool:
    """Whether `folder` holds a database whose key slot is missing."""
    return os.path.lexists(folder / DATABASE) and not exists(folder)


def make_folder(folder: Path) -> None:
    """Make the profile's folder with mode 0700, or check the one that is there.

    Raises:
        UnsafePermissions: others can enter a folder that was there before.
        DiskFull, StorageFailed: it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise from_os(error) from error
    check_private(folder)


def check_private(path: Path) -> None:
    """Refuse a file or folder that group or others can touch, or that another user owns.

    Raises:
        UnsafePermissions: somebody else could read or replace it.
        NoProfile: there is nothing at `path`.
        StorageFailed: it cannot be looked at.
    """
    try:
        found = path.stat(follow_symlinks=path.is_dir())
    except FileNotFoundError as error:
        raise NoProfile from error
    except OSError as error:
        raise from_os(error) from error
    if not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):
        raise UnsafePermissions("A file of the profile is a link or a device; it was not opened.")
    if found.st_uid != os.geteuid():
        raise UnsafePermissions("A file of the profile belongs to another user.")
    if found.st_mode & _OTHERS:
        raise UnsafePermissions


def make_private_file(path: Path) -> None:
    """Make an empty file of mode 0600; one that is there already is an error of the caller."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))


def sync_folder(folder: Path) -> None:
    """Make new and renamed names in `folder` survive a power failure."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def slot_locked(folder: Path) -> Iterator[None]:
    """Keep everybody else from exchanging or destroying the key slot.

    Waits for who does just now, which takes milliseconds. Raises `OSError`, `TimeoutError` too,
    when that one hangs.
    """
    descriptor = os.open(folder / SLOT_LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        for tries_left in reversed(range(_SLOT_TRIES)):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not tries_left:
                    raise TimeoutError(errno.ETIMEDOUT, "the key slot is locked") from None
                time.sleep(_POLL_SECONDS)
        yield
    finally:
        os.close(descriptor)


def overwrite(descriptor: int) -> None:
    """Put zeros in the place of a file's content, on the disk. Raises `OSError`."""
    os.pwrite(descriptor, bytes(os.fstat(descriptor).st_size), 0)
    os.fsync(descriptor)


def replace_file(path: Path, content: bytes) -> None:
    """Write `path` so that at every moment either the old or the new content is there, whole.

    When it fails, what was written of the new content is removed.

    Raises:
        DiskFull, StorageFailed: nothing was changed, or the change is whole but perhaps not yet
            durable.
    """
    new = path.with_name(path.name + _NEW)
    try:
        # Left over from a process that was killed: not in use by anybody.
        new.unlink(missing_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            view = memoryview(content)
            while view:
                view = view[os.write(descriptor, view) :]
            os.fsync(descriptor)
            os.rename(new, path)
        except OSError:
            with suppress(OSError):
                overwrite(descriptor)
            with suppress(OSError):
                new.unlink()
            raise
        finally:
            os.close(descriptor)
        sync_folder(path.parent)
    except OSError as error:
        raise from_os(error) from error


class Making:
    """The files of a profile that is being made, so that they can be taken back, and no others.

    Made before the folder is; `undo` only while the profile is locked.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._new_folder = not os.path.lexists(folder)
        self._names = [] if os.path.lexists(folder / LOCK) else [LOCK]

    def owns_database(self) -> None:
        """No database of somebody else is in the way any more, nor a key slot."""
        self._names = [
            *(DATABASE + suffix for suffix in ("", "-wal", "-journal")),
            KEYSLOT + _NEW,
            KEYSLOT,
            *self._names,
        ]

    def undo(self) -> None:
        """Remove what was made, and the folder if it is empty then. A disk that fails keeps it."""
        with suppress(OSError):
            for name in self._names:
                (self._folder / name).unlink(missing_ok=True)
            if self._new_folder:
                self._folder.rmdir()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the profile for this process alone while the block runs."""
    lock = Lock(folder)
    try:
        yield
    finally:
        lock.release()


class Lock:
    """The profile's lock, held from construction to `release` or the end of the process.

    Raises:
        ProfileInUse: another process, or another `Lock` of this one, holds it.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self._descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except FileNotFoundError as error:
            raise NoProfile from error
        except OSError as error:
            raise from_os(error) from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            if error.errno in {errno.EWOULDBLOCK, errno.EACCES}:
                raise ProfileInUse from error
            raise from_os(error) from error

    def release(self) -> None:
        """Let others have the profile; calling it twice does no harm."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)
