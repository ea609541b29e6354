"""Pools: disks of friends who know each other, made once by the real exchange and shared.

What lives here: `Pool` and its file, through which the processes of one campaign share it. What may
not: how friends are made.
"""

from __future__ import annotations

import fcntl
import io
import pickle
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.testing.scripted_peer import Stolen


@dataclass(frozen=True, slots=True)
class Pool:
    """Disks of people who know each other."""

    keyslots: dict[str, bytes] = field(repr=False)
    images: dict[str, dict[str, bytes]] = field(repr=False)
    stolen: dict[tuple[str, str], Stolen] = field(repr=False)
    """What a thief of the first one's device knows of the second one."""


def shared(place: Path, name: str, make: Callable[[], Pool]) -> Pool:
    """The pool of that name in a folder of this campaign's own; made here if it is not there.

    Whoever wants one that another process is making waits for it.
    """
    path = place / f"pool-{name}"
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        if written := file.read():
            pool = pickle.loads(written)  # noqa: S301 - written by this campaign, readable by it alone
            assert isinstance(pool, Pool)
            return pool
        pool = make()
        file.write(_pickled(pool))
        return pool


class _Pickler(pickle.Pickler):
    """Keys refuse to be pickled, which people's keys never shall be. These are nobody's."""

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, AgreementKey | SigningKey):
            return type(obj), (obj.seed,)
        return NotImplemented


def _pickled(pool: Pool) -> bytes:
    written = io.BytesIO()
    _Pickler(written).dump(pool)
    return written.getvalue()
