"""Making a profile: the database, the self account, the first onion, and at last the key slot.

What lives here: the order in which that happens. What may not: anything of a running node.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from onionchat.names import clean_name
from onionchat.node import accounts
from onionchat.node.wallclock import SystemWallClock, WallClock
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.identity.recovery import phrase_from_seed, recovery_key
from onionchat.store import keyslot
from onionchat.store import onions as stored_onions
from onionchat.store.database import Database
from onionchat.store.keyslot import Cost
from onionchat.store.transaction import Transaction

SEED_SIZE: Final = 32


def create_profile(
    profile: Path,
    passphrase: str,
    name: str,
    rng: Rng,
    *,
    cost: Cost | None = None,
    wall: WallClock | None = None,
    vfs: str = "unix",
) -> list[str]:
    """Make a profile and return the 24 words of its recovery phrase, which nothing keeps.

    What fails or is interrupted leaves nothing behind, and what was there before as it was.

    `vfs` names SQLite's way to the disk, here and in `open_node`: simulations have another.

    Raises:
        ProfileExists, InvalidInput (name, empty passphrase), UnsafePermissions, DiskFull,
        StorageFailed.
    """
    cleaned = clean_name(name) if name.strip() else ""
    now = (wall or SystemWallClock()).millis()
    seed = rng.random_bytes(SEED_SIZE)
    key = keyslot.generate(rng)
    database = Database.create(profile, key, vfs=vfs)
    try:
        public = recovery_key(seed).public

        def work(tx: Transaction) -> None:
            accounts.found(tx, rng, public, cleaned, now)
            stored_onions.ensure(tx, rng, now)

        database.run(work)
        database.settle()
        # The slot makes the folder a profile, so it comes last; and nobody else may begin to make
        # one in this folder before it is there.
        keyslot.store(profile, key, passphrase, rng, cost)
    except BaseException:
        # Interrupted, perhaps: without its phrase nobody could ever use this profile.
        database.discard()
        raise
    database.close()
    return phrase_from_seed(seed).split()
