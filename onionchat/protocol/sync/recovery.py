"""Own logs of which the peer has more than this device, or other entries: a restored old backup.

What lives here: noticing it, and not letting a peer claim it for ever. What may not: fetching (that
is the ordinary sync), and keeping the owner from writing (it is told, and must).
"""

from __future__ import annotations

from typing import Final

import attrs

from onionchat.protocol.sync.events import RolledBack
from onionchat.protocol.sync.replica import Replica
from onionchat.types import JournalId

PROGRESS_SECONDS: Final = 60.0
"""How long a peer may take without any progress to send what it claims to have of our own log."""

RECOVERY_SECONDS: Final = 600.0
"""How long it may take in all: meanwhile nothing can be written to the journal."""


@attrs.define
class _Claim:
    seq: int
    until: float
    limit: float


class Recovery:
    """The claims of one peer about our own logs."""

    def __init__(self) -> None:
        self._claims: dict[JournalId, _Claim] = {}

    def check(self, replica: Replica, now: float) -> RolledBack | None:
        """Compare an own log; returns what is news."""
        if replica.own is None:
            return None
        here, there = replica.seq(replica.own), replica.peer_seq(replica.own)
        claim = self._claims.get(replica.id)
        if there <= here and not replica.otherwise:
            self._claims.pop(replica.id, None)
            return None
        if claim is None:
            limit = now + RECOVERY_SECONDS
            self._claims[replica.id] = _Claim(there, now + PROGRESS_SECONDS, limit)
        elif there > claim.seq:
            claim.seq = there
        else:
            return None
        return RolledBack(replica.id, replica.own, there)

    def progress(self, journal: JournalId, now: float) -> None:
        """Something of the journal that came from the peer was committed."""
        claim = self._claims.get(journal)
        if claim is not None:
            claim.until = min(now + PROGRESS_SECONDS, claim.limit)

    def forget(self, journal: JournalId) -> None:
        """The journal is not shared any more."""
        self._claims.pop(journal, None)

    def deadline(self) -> float | None:
        """When a claim counts as false."""
        return min((claim.until for claim in self._claims.values()), default=None)
