"""The profile's key: taken out of its slot, another passphrase around it, a passphrase checked, the
key destroyed.

What lives here: the order of these, one at a time, and how often a passphrase may be tried. What
may not: the slot's format (store/keyslot), which files a profile has (store/wipe).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from twisted.internet.defer import Deferred, DeferredLock
from twisted.internet.interfaces import IReactorTime

from onionchat.errors import InvalidInput, Stopping, TooManyTries, WrongPassphrase
from onionchat.node.tries import Tries
from onionchat.protocol.crypto.rng import Rng
from onionchat.store import keyslot, wipe
from onionchat.store.keyslot import MasterKey

T = TypeVar("T")

OffThread = Callable[[Callable[[], Any]], Deferred[Any]]
"""Runs slow work on some other thread."""


class Custody:
    """Whoever comes while one thing is under way waits for it."""

    def __init__(
        self,
        clock: IReactorTime,
        folder: Path,
        rng: Rng,
        off_thread: OffThread,
        key: Callable[[], MasterKey | None],
        unlock: Callable[[Path, str], MasterKey] | None = None,
    ) -> None:
        self.destroyed = False
        """Whether the profile's key is gone from the disk."""
        self._clock = clock
        self._folder = folder
        self._rng = rng
        self._off_thread = off_thread
        self._key = key
        self._unlock = unlock or (lambda folder, text: keyslot.unlock(folder, text))
        self._tries = Tries()
        # Else a passphrase that is being changed could bring a slot back that was destroyed.
        self._turn = DeferredLock()

    async def change_passphrase(self, old: str, new: str) -> None:
        """Put `new` around the key. Raises what `verify` raises, InvalidInput, DiskFull,
        StorageFailed."""
        if not new:
            raise InvalidInput("The new passphrase is empty.")
        await self._try(lambda: keyslot.change_passphrase(self._folder, old, new, self._rng))

    async def unlock(self, passphrase: str) -> MasterKey:
        """The key that this passphrase is around, of a node that is locked. Raises what `verify`
        raises, and keeps nothing."""
        return await self._try(lambda: self._unlock(self._folder, passphrase))

    async def verify(self, passphrase: str) -> None:
        """Return if this is the passphrase of the profile that runs here.

        Raises:
            WrongPassphrase; TooManyTries: too many wrong ones in a row, it was not looked at;
            Stopping: the key is destroyed; Unavailable: not enough memory; what `unlock` raises of
            a slot that was damaged meanwhile.
        """
        key = self._key()

        def work() -> None:
            # A slot that somebody put in the place of ours must not open a lock screen.
            if self._unlock(self._folder, passphrase) != key:
                raise WrongPassphrase

        await self._try(work)

    async def destroy(self) -> None:
        """Destroy the key on the disk. Raises StorageFailed."""
        # From now on nothing is written for this key, even if destroying it should fail, and of the
        # passphrases that wait no more than the one at work is tried: it takes a second each.
        self.destroyed = True
        async with self._turn:
            await self._off_thread(lambda: wipe.destroy_key(self._folder))

    async def _try(self, work: Callable[[], T]) -> T:
        async with self._turn:
            if self.destroyed:
                raise Stopping
            pause = self._tries.pause(self._clock.seconds())
            if pause:
                wait = math.ceil(pause)
                raise TooManyTries(f"Too many wrong passphrases; try again in {wait} s.", wait)
            try:
                result: T = await self._off_thread(work)
            except WrongPassphrase:
                self._tries.wrong(self._clock.seconds())
                raise
            self._tries.right()
            return result
