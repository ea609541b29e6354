"""A disk that fails on demand, as a VFS below SQLite's encryption.

What lives here: `Disk`, which writes to the real disk, counts, fails and cuts the power. What may
not: what a test expects.

Named "NAME" it is reached through `vfs="NAME"`: SQLite Multiple Ciphers puts "multipleciphers-NAME"
above it, so what arrives here is what would arrive at the disk.
"""

from __future__ import annotations

from collections.abc import Callable

import apsw


class Disk(apsw.VFS):
    """Passes everything on to the system, counts writes and syncs, and fails the one it is told to.

    `fail_at`: number of the write, truncation or sync to fail, from 1. `for_good`: all later ones
    fail too, as on a full or unplugged disk. `power_cut`: undoes what was not yet synced.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.error: type[apsw.Error] = apsw.FullError
        self.fail_at = 0
        self.for_good = False
        self.count = 0
        self.names: set[str] = set()
        self.unsynced: dict[str, list[tuple[int, bytes, int]]] = {}
        """For each file: the writes since its last sync as offset, old bytes, old size."""
        super().__init__(name, "unix")

    def arm(
        self, fail_at: int, *, error: type[apsw.Error] = apsw.FullError, for_good: bool = False
    ) -> None:
        """Count from now on, and fail at that number; 0: never."""
        self.count, self.fail_at, self.error, self.for_good = 0, fail_at, error, for_good

    def changes(self, what: str) -> None:
        """One write, truncation or sync begins. Raises the error that it was armed with."""
        self.count += 1
        if self.count == self.fail_at or (self.for_good and 0 < self.fail_at < self.count):
            raise self.error(what)

    def power_cut(self, keep: Callable[[], bool]) -> None:
        """Undo the unsynced writes for which `keep()` says no, the newest first."""
        for path, writes in self.unsynced.items():
            try:
                with open(path, "r+b") as file:
                    for offset, old, size in reversed(writes):
                        if not keep():
                            file.seek(offset)
                            file.write(old)
                            file.truncate(max(size, offset + len(old)) if old else size)
            except FileNotFoundError:
                continue
        self.unsynced.clear()

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: D102
        assert name is not None
        return _File(self, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: D102
        self.unsynced.pop(filename, None)
        super().xDelete(filename, syncdir)


class _File(apsw.VFSFile):
    def __init__(self, disk: Disk, name: str | apsw.URIFilename, flags: list[int]) -> None:
        self.disk = disk
        self.path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        disk.names.add(self.path)
        super().__init__("unix", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        self.disk.changes("write")
        size = self.xFileSize()
        old = self.xRead(min(len(data), size - offset), offset) if offset < size else b""
        self.disk.unsynced.setdefault(self.path, []).append((offset, old, size))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:
        self.disk.changes("truncate")
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:
        # What is synced is defined here; making the real disk do it too would only take its time.
        self.disk.changes("sync")
        self.disk.unsynced.pop(self.path, None)
