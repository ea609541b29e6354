"""A disk that fails on demand, as a VFS below SQLite's encryption.

Named "NAME" it is reached through `vfs="NAME"`: SQLite Multiple Ciphers puts "multipleciphers-NAME"
above it, so what arrives here is what would arrive at the disk.
"""

import apsw


class Disk(apsw.VFS):
    """Passes everything on to the system, counts writes and syncs, and fails the one it is told to.

    `fail_at`: number of the write, truncation or sync to fail, from 1. `for_good`: all later ones
    fail too, as on a full or unplugged disk. `power_cut`: undoes what was not yet synced.
    """

    def __init__(self, name):
        self.name = name
        self.error = apsw.FullError
        self.fail_at = 0
        self.for_good = False
        self.count = 0
        self.names = set()
        self.unsynced = {}
        super().__init__(name, "unix")

    def arm(self, fail_at, *, error=apsw.FullError, for_good=False):
        self.count, self.fail_at, self.error, self.for_good = 0, fail_at, error, for_good

    def changes(self, what):
        self.count += 1
        if self.count == self.fail_at or (self.for_good and 0 < self.fail_at < self.count):
            raise self.error(what)

    def power_cut(self, keep):
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

    def xOpen(self, name, flags):
        return _File(self, name, flags)

    def xDelete(self, filename, syncdir):
        self.unsynced.pop(filename, None)
        super().xDelete(filename, syncdir)


class _File(apsw.VFSFile):
    def __init__(self, disk, name, flags):
        self.disk = disk
        self.path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        disk.names.add(self.path)
        super().__init__("unix", name, flags)

    def xWrite(self, data, offset):
        self.disk.changes("write")
        size = self.xFileSize()
        old = self.xRead(min(len(data), size - offset), offset) if offset < size else b""
        self.disk.unsynced.setdefault(self.path, []).append((offset, old, size))
        super().xWrite(data, offset)

    def xTruncate(self, size):
        self.disk.changes("truncate")
        super().xTruncate(size)

    def xSync(self, flags):
        # What is synced is defined here; making the real disk do it too would only take its time.
        self.disk.changes("sync")
        self.disk.unsynced.pop(self.path, None)
