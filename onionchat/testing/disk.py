"""A disk that fails on demand, as a VFS below SQLite's encryption.

What lives here: `Disk`, which writes to the real disk, counts, fails and cuts the power. What may
not: what a test expects.

Named "NAME" it is reached through `vfs="NAME"`: SQLite Multiple Ciphers puts "multipleciphers-NAME"
above it, so what arrives here is what would arrive at the disk.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

import apsw


class Unsynced(NamedTuple):
    """A write, or the part of a file that a truncation cut off, which no sync has made safe."""

    offset: int
    length: int
    old: bytes
    """What was there before; shorter than `length` where the file was."""
    size: int
    """Bytes of the file before."""
    whole: bool = False
    """Whether it stays or goes as a whole whatever is torn: a truncation."""

    def pieces(self, sector: int) -> Iterator[Unsynced]:
        """The parts that stay or go by themselves, the last one first."""
        if self.whole or not sector:
            yield self
            return
        first, last = self.offset // sector, (self.offset + self.length - 1) // sector
        for number in range(last, first - 1, -1):
            begin = max(self.offset, number * sector)
            end = min(self.offset + self.length, (number + 1) * sector)
            old = self.old[begin - self.offset : end - self.offset]
            yield Unsynced(begin, end - begin, old, min(begin, self.size))

    def undo(self, file: BinaryIO) -> None:
        """Put back what was there."""
        end = file.seek(0, os.SEEK_END)
        file.seek(self.offset)
        if end > self.offset + self.length:
            # Something behind it stays, so the file keeps its length.
            file.write(self.old.ljust(self.length, b"\0"))
        else:
            file.write(self.old)
            file.truncate(max(self.size, self.offset + len(self.old)))


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
        self.unsynced: dict[str, list[Unsynced]] = {}
        """For each file: the writes and truncations since its last sync."""
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

    def power_cut(self, keep: Callable[[], bool], *, sector: int = 0) -> None:
        """Undo the unsynced writes for which `keep()` says no, the newest first.

        With `sector`, each piece of so many bytes of a write stays or goes by itself: torn writes.
        What was to be appended and did not stay leaves zeros, if something behind it did.
        """
        for path, writes in self.unsynced.items():
            try:
                with open(path, "r+b") as file:
                    for write in reversed(writes):
                        for piece in write.pieces(sector):
                            if not keep():
                                piece.undo(file)
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

    def _remember(self, change: Unsynced) -> None:
        self.disk.unsynced.setdefault(self.path, []).append(change)

    def xWrite(self, data: bytes, offset: int) -> None:
        self.disk.changes("write")
        size = self.xFileSize()
        old = self.xRead(min(len(data), size - offset), offset) if offset < size else b""
        self._remember(Unsynced(offset, len(data), old, size))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:
        self.disk.changes("truncate")
        before = self.xFileSize()
        if size < before:
            old = self.xRead(before - size, size)
            self._remember(Unsynced(size, before - size, old, before, whole=True))
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:
        # What is synced is defined here; making the real disk do it too would only take its time.
        self.disk.changes("sync")
        self.disk.unsynced.pop(self.path, None)
