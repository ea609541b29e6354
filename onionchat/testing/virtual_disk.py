"""A disk in memory below SQLite's encryption, which can lose power, tear writes, fill up and fail.

What lives here: `VirtualDisk`, the disk of one machine, and `VirtualVfs`, SQLite's way to all of
them. What may not: when something breaks, which a simulation or a test decides.

A write is in the file at once and on the disk with the file's next sync. A power cut keeps any part
of what was not synced, by sectors of 512 bytes and in any order; the end of a process keeps all.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import apsw

SECTOR: Final = 512
"""Bytes that are written whole or not at all."""

_MAX_PATH: Final = 512
_KEEP_ALL, _KEEP_PREFIX, _KEEP_SOME, _KEEP_NONE = range(4)


class DiskFault(StrEnum):
    """What happens at the operation that was chosen."""

    DEATH = "death"
    """The process ends in the middle of it."""
    ERROR = "error"
    """It fails, once."""


@dataclass(eq=False)
class _Data:
    """One file: as processes see it, and what of it is on the disk for sure."""

    live: bytearray = field(default_factory=bytearray)
    durable: bytearray | None = None
    """None: not even its name is on the disk."""
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)
    """Since the last sync: offset and bytes of writes; a size and None of truncations."""

    def write(self, offset: int, data: bytes) -> None:
        _put(self.live, offset, data)
        self.pending.append((offset, data))

    def truncate(self, size: int) -> None:
        del self.live[size:]
        self.pending.append((size, None))

    def sync(self) -> None:
        if self.pending or self.durable is None:
            self.durable = self.durable or bytearray()
            for offset, data in self.pending:
                _do(self.durable, offset, data)
            self.pending.clear()

    def size(self) -> int:
        return len(self.live)


def _put(into: bytearray, offset: int, data: bytes) -> None:
    if len(into) < offset:
        into.extend(bytes(offset - len(into)))
    into[offset : offset + len(data)] = data


def _do(into: bytearray, offset: int, data: bytes | None) -> None:
    if data is None:
        del into[offset:]
    else:
        _put(into, offset, data)


class VirtualDisk:
    """The disk of one machine. `ended` is called when a fault ends its process."""

    def __init__(self) -> None:
        self.files: dict[str, _Data] = {}
        self.count = 0
        """Writes, truncations, syncs and deletions so far."""
        self.capacity: int | None = None
        """Bytes that all files may have together; None for no limit."""
        self.dead = False
        """Whether the process is gone: what it still tries fails and changes nothing."""
        self.torn = 0
        """Writes in whose middle the process ended."""
        self.lying = False
        """Whether syncs are promised and not done. Never so, unless it is planted."""
        self.ended: Callable[[], None] = lambda: None
        self.happened: Callable[[str], None] = lambda _what: None
        self._fault: DiskFault | None = None
        self._fault_at = 0
        self._part = 0.0
        self._removed: dict[str, _Data] = {}
        """Removed, but their names are perhaps still on the disk."""

    # --- faults ----------------------------------------------------------------------------------

    def arm(self, fault: DiskFault, operations: int, part: float = 0.0) -> None:
        """Let the fault happen at the operation after so many; of a write `part` is still done."""
        self._fault, self._fault_at, self._part = fault, self.count + operations, part

    def disarm(self) -> None:
        """Let nothing happen that has not happened yet."""
        self._fault = None

    @property
    def armed(self) -> bool:
        """Whether a fault is still to come."""
        return self._fault is not None

    @property
    def used(self) -> int:
        """Bytes of all files."""
        return sum(data.size() for data in self.files.values())

    def room(self) -> tuple[int, int]:
        """Bytes that are free, and of how many."""
        if self.capacity is None:
            return 2**40, 2**41
        return max(0, self.capacity - self.used), self.capacity

    def lose_power(self, chance: random.Random) -> None:
        """Keep of what was not synced some part; what was synced is all there."""
        for name, data in list(self._removed.items()):
            if name not in self.files and chance.random() < 0.5:  # noqa: PLR2004 - either way
                self.files[name] = data
        self._removed.clear()
        for name, data in sorted(self.files.items()):
            if data.durable is None and not data.pending and chance.random() < 0.5:  # noqa: PLR2004
                del self.files[name]
                continue
            kept = bytearray(data.durable or b"")
            for offset, piece in _surviving(data.pending, chance):
                _do(kept, offset, piece)
            self.files[name] = _Data(kept, bytearray(kept))

    def revive(self) -> None:
        """A new process may begin."""
        self.dead = False
        self._fault = None

    # --- images ----------------------------------------------------------------------------------

    def image(self) -> dict[str, bytes]:
        """All files, by their names, as processes see them now."""
        return {name: bytes(data.live) for name, data in self.files.items()}

    def load(self, image: dict[str, bytes]) -> None:
        """Have these files and no others, all on the disk for sure."""
        self.files = {name: _Data(bytearray(it), bytearray(it)) for name, it in image.items()}
        self._removed.clear()

    # --- for the VFS -----------------------------------------------------------------------------

    def changes(self, what: str, name: str, offset: int, size: int) -> float:
        """One operation begins; returns how much of it is done: 1 unless the process ends in it.

        Raises apsw.IOError.
        """
        if self.dead:
            raise apsw.IOError("the process is gone")
        self.count += 1
        self.happened(f"{what} {name} {offset} {size}")
        if self._fault is None or self.count < self._fault_at:
            return 1.0
        fault, self._fault = self._fault, None
        if fault is DiskFault.ERROR:
            raise apsw.IOError("a planted error")
        return self._part

    def end(self) -> None:
        """The process ends here and now. Raises apsw.IOError."""
        self.dead = True
        self.ended()
        raise apsw.IOError("the process ended")

    def require_room(self, more: int) -> None:
        """Raises apsw.FullError."""
        if more > 0 and self.capacity is not None and self.used + more > self.capacity:
            raise apsw.FullError("no room")

    def remove(self, name: str, *, durably: bool) -> None:
        """Remove a file. `durably`: the folder is synced with it."""
        data = self.files.pop(name, None)
        if data is not None and not durably and data.durable is not None:
            self._removed[name] = _Data(bytearray(data.durable), data.durable)


def _surviving(
    pending: list[tuple[int, bytes | None]], chance: random.Random
) -> list[tuple[int, bytes | None]]:
    """What of the unsynced operations reached the disk, in the order in which it did."""
    match chance.randrange(4):
        case 0:  # _KEEP_NONE
            return []
        case 1:  # _KEEP_ALL
            return list(pending)
        case 2:  # _KEEP_PREFIX
            done = pending[: chance.randint(0, len(pending))]
            if done and (data := done[-1][1]) is not None:
                done[-1] = done[-1][0], data[: chance.randint(0, len(data))]
            return done
    sectors: list[tuple[int, bytes | None]] = []
    for offset, data in pending:
        if data is None:
            if chance.getrandbits(1):
                sectors.append((offset, None))
            continue
        start = 0
        while start < len(data):
            end = min(len(data), start + SECTOR - (offset + start) % SECTOR)
            if chance.getrandbits(1):
                sectors.append((offset + start, data[start:end]))
            start = end
    if chance.getrandbits(1):
        chance.shuffle(sectors)
    return sectors


class _Open:
    """An open file, as SQLite wants to see it."""

    def __init__(self, disk: VirtualDisk, name: str, data: _Data) -> None:
        self._disk = disk
        self._name = name
        self._data = data

    def xRead(self, amount: int, offset: int) -> bytes:
        return bytes(self._data.live[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:
        disk = self._disk
        done = disk.changes("write", self._name, offset, len(data))
        disk.require_room(offset + len(data) - len(self._data.live))
        if done >= 1.0:
            self._data.write(offset, bytes(data))
            return
        part = bytes(data)[: int(len(data) * done)]
        if part:
            self._data.write(offset, part)
            disk.torn += 1
        disk.end()

    def xTruncate(self, size: int) -> None:
        done = self._disk.changes("truncate", self._name, size, 0)
        if done < 1.0:
            self._disk.end()
        self._data.truncate(size)

    def xSync(self, _flags: int) -> None:
        disk = self._disk
        done = disk.changes("sync", self._name, 0, 0)
        if not disk.lying and (done >= 1.0 or done > 0.5):  # noqa: PLR2004 - before or after it
            self._data.sync()
        if done < 1.0:
            disk.end()

    def xFileSize(self) -> int:
        return len(self._data.live)

    def xLock(self, _level: int) -> None:
        pass

    def xUnlock(self, _level: int) -> None:
        pass

    def xCheckReservedLock(self) -> bool:
        return False

    def xClose(self) -> None:
        pass

    def xSectorSize(self) -> int:
        return SECTOR

    def xDeviceCharacteristics(self) -> int:
        return int(apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE)

    def xFileControl(self, _op: int, _pointer: int) -> bool:
        return False


class VirtualVfs(apsw.VFS):
    """SQLite's way to virtual disks: each is mounted at a folder. Reached through `vfs=name`."""

    def __init__(self, name: str) -> None:
        self.disks: dict[str, VirtualDisk] = {}
        super().__init__(name, "unix", maxpathname=_MAX_PATH)

    def mount(self, folder: str, disk: VirtualDisk | None = None) -> VirtualDisk:
        """Put a disk, or a new one, at a folder."""
        self.disks[folder] = disk or VirtualDisk()
        return self.disks[folder]

    def _at(self, path: str) -> tuple[VirtualDisk, str]:
        folder, _, name = path.rpartition("/")
        disk = self.disks.get(folder)
        return (self.mount(folder) if disk is None else disk), name

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: D102
        assert name is not None
        path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        disk, short = self._at(path)
        flags[1] = flags[0]
        data = disk.files.get(short)
        if data is None:
            if disk.dead:
                raise apsw.CantOpenError("the process is gone")
            data = disk.files[short] = _Data()
        # apsw asks a file for methods, not for a base class.
        return _Open(disk, short, data)  # type: ignore[return-value]

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: D102
        disk, name = self._at(filename)
        done = disk.changes("delete", name, 0, 0)
        if done < 1.0:
            disk.end()
        disk.remove(name, durably=syncdir)

    def xAccess(self, pathname: str, flags: int) -> bool:  # noqa: D102
        disk, name = self._at(pathname)
        return name in disk.files

    def xFullPathname(self, name: str) -> str:  # noqa: D102
        return name
