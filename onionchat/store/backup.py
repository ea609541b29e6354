"""A copy of a running profile: the same key, the same passphrase, a new folder.

What lives here: copying database and key slot so that the target is a whole profile or absent.
What may not: restoring, which is copying the folder back. A restored node has lost what it wrote
since, so its next entry could fork its own log. It learns that from its contacts, who tell a
frontier beyond its own (docs/spec/07-sync.md).
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

import apsw

from onionchat.errors import ProfileExists
from onionchat.store import profile
from onionchat.store.database import Database, connect, named_errors
from onionchat.store.keyslot import MasterKey

COPIED: Final = "profile.copied"
"""Setting that a backup carries and its original does not: whoever opens it is an older self."""


class Backup:
    """A backup under way. `step` until it says so, or `abandon`; the database stays usable between.

    What is committed while it runs is in the copy as well.

    Raises:
        ProfileExists: there is something at `target`.
        DiskFull, StorageFailed.
    """

    def __init__(
        self, database: Database, key: MasterKey, target: Path, *, vfs: str = "unix"
    ) -> None:
        self._source = database
        self._target = target
        self._partial = target.with_name(f".{target.name}.partial")
        if os.path.lexists(target):
            raise ProfileExists("There is something at that place already; nothing was changed.")
        try:
            # What an interrupted backup left behind.
            shutil.rmtree(self._partial, ignore_errors=True)
            self._partial.mkdir(mode=0o700)
            copy = self._partial / profile.DATABASE
            profile.make_private_file(copy)
        except OSError as error:
            raise profile.from_os(error) from error
        self._copy = connect(copy, key, vfs=vfs)
        try:
            with named_errors(self._copy):
                self._copy.pragma("temp_store", 2)
                self._steps = self._copy.backup("main", database.connection, "main")
        except BaseException:
            self._remove()
            raise

    def step(self, pages: int = 500) -> bool:
        """Copy up to `pages` more; returns whether the backup is complete and in its place."""
        try:
            with named_errors(self._copy):
                if not self._steps.step(pages):
                    return False
                self._steps.finish()
                self._copy.pragma("locking_mode", "exclusive")
                self._copy.execute(
                    "INSERT INTO settings (key, value) VALUES (?, x'01') ON CONFLICT DO NOTHING",
                    (COPIED,),
                )
                # Its own log goes with it, which a full disk does not let it either.
                self._copy.close()
            # Whoever changes the passphrase overwrites the slot that it exchanges.
            with profile.slot_locked(self._source.folder):
                slot = (self._source.folder / profile.KEYSLOT).read_bytes()
            profile.replace_file(self._partial / profile.KEYSLOT, slot)
            os.rename(self._partial, self._target)
            profile.sync_folder(self._target.parent)
        except OSError as error:
            self.abandon()
            raise profile.from_os(error) from error
        except BaseException:
            self.abandon()
            raise
        return True

    def abandon(self) -> None:
        """Stop, and remove what was copied."""
        with suppress(apsw.Error):  # an error that `step` has raised already
            self._steps.close(True)
        self._remove()

    def _remove(self) -> None:
        with suppress(apsw.Error):
            self._copy.close(True)
        shutil.rmtree(self._partial, ignore_errors=True)


def backup(database: Database, key: MasterKey, target: Path) -> None:
    """Copy the whole profile to the new folder `target` at once. Raises what `Backup` raises."""
    running = Backup(database, key, target)
    while not running.step():
        pass
