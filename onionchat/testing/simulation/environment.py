"""What a simulated machine has in the place of the real one.

What lives here: the few functions of the product that ask the operating system, answered for
virtual disks, and limits small enough to be reached. What may not: protocol.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from onionchat.errors import ProfileDamaged
from onionchat.node import quota
from onionchat.protocol.identity import words
from onionchat.protocol.link import link
from onionchat.protocol.session import noise
from onionchat.protocol.sync import incoming, outgoing, session
from onionchat.store import database, intake, profile
from onionchat.store.transaction import Transaction
from onionchat.testing.simulation import kem
from onionchat.testing.virtual_disk import VirtualVfs

VFS: Final = "onionchat-simulation"

DAY_QUOTA: Final = 160 * 1024
"""Bytes that one contact may have stored in a day: a flood reaches it within one run."""


WINDOW: Final = 16 * 1024
"""Bytes of entries that may be unacknowledged: a burst of texts fills it."""


STRANGERS: Final = 512
"""Devices that a peer may name on a link though they have no log here."""


RENEWAL: Final = 40 * 1024
"""Bytes after which a link renews its keys: a burst of texts is enough."""


WORDS_MEMORY: Final = 64 * 1024
"""Bytes that safety words are stretched with: the cost is for attackers, who do not guess here."""


class Machines:
    """All machines of a run: their disks, and where their files are said to lie."""

    def __init__(self, vfs: VirtualVfs) -> None:
        self.vfs = vfs
        self.places: dict[str, int] = {}

    def reset(self) -> None:
        """No machines."""
        self.vfs.disks.clear()
        self.places.clear()

    def place(self, folder: Path) -> bytes:
        """In the place of `profile.place`: changes when other files are put there."""
        return b"place %d" % self.places.get(str(folder), 0)

    def check_size(self, path: Path) -> None:
        """In the place of `database._check_size`: of the virtual file. Raises ProfileDamaged."""
        data = self.vfs.disks[str(path.parent)].files.get(path.name)
        if data is None or data.size() < database.SMALLEST:
            raise ProfileDamaged

    def room(self, tx: Transaction) -> tuple[int, int]:
        """In the place of `intake.room`."""
        row = tx.row("SELECT file FROM pragma_database_list WHERE name = 'main'")
        assert row is not None
        return self.vfs.disks[str(Path(row[0]).parent)].room()


@contextmanager
def _renewing(size: int) -> Iterator[None]:
    """Renew keys after so many bytes: links have these limits by default, and values are frozen."""
    limits = link._LIMITS
    before = limits.size
    object.__setattr__(limits, "size", size)
    try:
        yield
    finally:
        object.__setattr__(limits, "size", before)


@cache
def _vfs() -> VirtualVfs:
    """The one way of this process to virtual disks, which is never taken back.

    SQLite Multiple Ciphers puts its own VFS above the first one of a name, and keeps it: it would
    go on to call that one when it is gone, and never reach a second one of the same name.
    """
    return VirtualVfs(VFS)


@contextmanager
def simulated() -> Iterator[Machines]:
    """While the block runs, nodes of this process live on virtual machines."""
    machines = Machines(_vfs())
    changes: list[tuple[Any, str, Any]] = [
        (noise, "MLKEM768PrivateKey", kem.FakePrivateKey),
        (noise, "MLKEM768PublicKey", kem.FakePublicKey),
        (profile, "place", machines.place),
        (intake, "room", machines.room),
        (database, "_check_size", machines.check_size),
        (quota, "MAX_DAY", DAY_QUOTA),
        (words, "_MEMORY", WORDS_MEMORY),
        (incoming, "WINDOW", WINDOW),
        (outgoing, "WINDOW", WINDOW),
        (outgoing, "LIVE_RESERVE", WINDOW // 8),
        (outgoing, "LEAST_READ", WINDOW // 8),
        (outgoing, "MAX_BATCH", WINDOW // 2),
        (session, "MAX_BATCH", WINDOW // 2),
        (session, "MAX_STRANGERS", STRANGERS),
    ]
    try:
        with ExitStack() as stack:
            for module, name, value in changes:
                stack.enter_context(patch.object(module, name, value))
            stack.enter_context(_renewing(RENEWAL))
            yield machines
    finally:
        machines.reset()
