"""Destroying a profile: first its key, at once; then its files.

What lives here: which files those are and in which order they go. What may not: stopping whoever
uses them (node/, the daemon).

The database is worth nothing without the master key, and that is in the slot alone, so the slot is
overwritten, removed and synced first. A crash before that leaves the profile as it was; a crash at
any point after it leaves bytes that nothing opens, and `remove` can be called again.

What a disk keeps behind the file system's back (cells of an SSD, snapshots, backups) is not
reached: there, the passphrase is what protects an old slot.
"""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

from onionchat.errors import NoProfile, OnionchatError
from onionchat.store import profile

TOR: Final = "tor"
TORRC: Final = "torrc"
"""What stands in every folder that our tor has used."""

FOLDERS: Final = (TOR, "run")
"""Of the node's tor and of its sockets (a test compares the names with theirs)."""

FILES: Final = ("node.log", "window.json", "window.json.new")
"""What others write beside the store's own files."""

_SLOTS: Final = (profile.KEYSLOT + ".new", profile.KEYSLOT)
"""First what a change of the passphrase left: without the slot, it would be the only one."""


def destroy_key(folder: Path) -> None:
    """Make the profile's database unreadable, now and for whoever knows the passphrase.

    Needs no lock of the profile, so that it works whoever holds that; only a passphrase that is
    being changed is waited for, some milliseconds. Again, or without a slot, it does no harm.
    A slot that cannot be overwritten is removed all the same.

    Raises:
        StorageFailed: a slot cannot be removed, or the removal is perhaps not durable.
    """
    try:
        if profile.exists(folder) or profile.orphaned(folder):
            # When the slot is gone, this is what shows that the rest was a profile's.
            with suppress(OSError):
                profile.make_private_file(folder / profile.WIPING)
        with ExitStack() as locks:
            # Neither a folder where no file can be made nor who hangs with the lock may keep the
            # slot from being overwritten.
            with suppress(OSError):
                if any(os.path.lexists(folder / name) for name in _SLOTS):
                    locks.enter_context(profile.slot_locked(folder))
            # All of them before any is removed: one that cannot be must not save another.
            for name in _SLOTS:
                _overwrite(folder / name)
            failed: OSError | None = None
            for name in _SLOTS:
                try:
                    (folder / name).unlink(missing_ok=True)
                except OSError as error:
                    failed = error
            if folder.is_dir():
                profile.sync_folder(folder)
            if failed is not None:
                raise failed
    except OSError as error:
        raise profile.from_os(error) from error


def remove(folder: Path) -> list[str]:
    """Destroy the key, remove the profile's files and its folder; returns the names of what is not
    the profile's and therefore still there, with the folder.

    Raises:
        NoProfile: there is a folder, but nothing shows that it is a profile's.
        ProfileInUse: a node runs on it; its key is destroyed all the same.
        StorageFailed: something cannot be removed; the key is destroyed, if it could be, and the
            files are removed all the same.
    """
    folder = folder.resolve()
    if not folder.is_dir():
        return []
    # A `lock`, a `tor` and a `run` are names that anybody may give.
    ours = (profile.KEYSLOT, profile.DATABASE, profile.WIPING)
    if not any(os.path.lexists(folder / name) for name in ours):
        raise NoProfile
    kept: OnionchatError | None = None
    try:
        destroy_key(folder)
    except OnionchatError as error:
        kept = error
    lock = profile.Lock(folder)
    try:
        for path in _files(folder):
            path.unlink(missing_ok=True)
        for name in FOLDERS:
            # Only real folders: what a link leads to is not the profile's.
            if (folder / name).is_symlink():
                (folder / name).unlink()
            elif (folder / name).is_dir():
                _remove_folder(folder / name)
        (folder / profile.SLOT_LOCK).unlink(missing_ok=True)
        # The last but one: whoever comes meanwhile finds the profile in use.
        (folder / profile.LOCK).unlink(missing_ok=True)
        if kept is not None:
            # What shows that this is a profile's stays as long as a slot may.
            raise kept
        (folder / profile.WIPING).unlink(missing_ok=True)
        left = sorted(path.name for path in folder.iterdir())
        if not left:
            _remove_empty(folder)
    except OSError as error:
        raise profile.from_os(error) from error
    finally:
        lock.release()
    return left


def _remove_folder(path: Path) -> None:
    if path.name != TOR:
        shutil.rmtree(path)
        return
    torrc = path / TORRC
    inside = list(path.iterdir())
    if inside and torrc not in inside:
        # Not what our tor had.
        return
    # The torrc goes last, so that the rest can still be removed after a crash.
    for entry in inside:
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry != torrc:
            entry.unlink()
    torrc.unlink(missing_ok=True)
    path.rmdir()


def _remove_empty(folder: Path) -> None:
    """The folder of a service that may write in it alone is a mount, which it cannot remove: it
    stays, empty, and the profile is gone all the same."""
    try:
        folder.rmdir()
        profile.sync_folder(folder.parent)
    except OSError as error:
        if error.errno not in (errno.EBUSY, errno.EROFS, errno.EACCES, errno.EPERM):
            raise


def _files(folder: Path) -> list[Path]:
    """The database with its log and what was put aside of older ones, first of all."""
    databases = [
        path
        for path in folder.iterdir()
        if path.name == profile.DATABASE
        or path.name.startswith((profile.DATABASE + "-", profile.DATABASE + ".without-key-"))
    ]
    return [*sorted(databases), *(folder / name for name in FILES)]


def _overwrite(path: Path) -> None:
    # A link is only removed, and what cannot be written can perhaps still be removed.
    with suppress(OSError):
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW)
        try:
            profile.overwrite(descriptor)
        finally:
            os.close(descriptor)
