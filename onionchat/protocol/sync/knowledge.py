"""What the two sides of a link know of each other's frontiers.

What lives here: rebuilding the peer's frontiers from what it left out of its `Have`, and keeping
track of what it surely read of ours. What may not: queues, events.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from onionchat.errors import Malformed, TooLarge, UnexpectedMessage
from onionchat.protocol.sync.messages import MAX_HAVE, Have
from onionchat.protocol.sync.names import frontier_digest
from onionchat.protocol.sync.position import Position
from onionchat.protocol.sync.replica import Replica
from onionchat.types import DeviceKey

Frontiers: TypeAlias = dict[bytes, dict[bytes, Position]]
"""Frontiers by short names."""


class HaveReader:
    """Puts the parts of one `Have` together."""

    def __init__(self) -> None:
        self._said: Frontiers = {}
        self._bytes = 0

    def add(self, part: Have, size: int) -> Frontiers | None:
        """Take a part of `size` bytes; returns what all parts said, once there is no more.

        Raises:
            TooLarge: the parts are longer than `MAX_HAVE` together.
        """
        self._bytes += size
        if self._bytes > MAX_HAVE:
            raise TooLarge
        for journal, logs in part.changed:
            self._said.setdefault(journal, {}).update(logs)
        if part.more:
            return None
        said, self._said, self._bytes = self._said, {}, 0
        return said


def rebuild(have: Have, said: Frontiers, replicas: Iterable[Replica]) -> Frontiers | None:
    """All frontiers of the peer, from what its `Have` said; None if that cannot be made out.

    What it left out is what we are believed to know: either as the bookmark has it, or (the
    bookmark was lost) the peer has just what we have. The digest tells which, if any.

    Raises:
        Malformed: the digest of a full `Have` does not fit its content.
    """
    if have.full:
        if frontier_digest(said) != have.digest:
            raise Malformed
        return said
    shared = list(replicas)
    bookmarks = {r.name: r.base for r in shared if r.base is not None}
    same_as_here = {replica.name: replica.frontier_by_name() for replica in shared}
    for guess in (bookmarks, same_as_here):
        frontiers: Frontiers = {journal: dict(logs) for journal, logs in guess.items()}
        for journal, logs in said.items():
            frontiers.setdefault(journal, {}).update(logs)
        if frontier_digest(frontiers) == have.digest:
            return frontiers
    return None


class Announcements:
    """Which of our statements about our frontiers the peer has surely read.

    Both sides count the channel's messages; the peer's count comes back in its `Ack`. Two
    generations are kept, so the memory is bounded by what there is to state.
    """

    def __init__(self) -> None:
        self._sent = 0
        self._awaited_at = 0
        self._awaited: dict[Replica, dict[DeviceKey, Position]] = {}
        self._later_at = 0
        self._later: dict[Replica, dict[DeviceKey, Position]] = {}

    def count(self) -> None:
        """A message goes out."""
        self._sent += 1

    def state(self, replica: Replica, frontier: Mapping[DeviceKey, Position]) -> None:
        """The message that goes out next states this much of our frontier."""
        self._later.setdefault(replica, {}).update(frontier)
        self._later_at = self._sent + 1

    def forget(self, replica: Replica) -> None:
        """The journal is not shared: what was stated of it does not matter."""
        self._awaited.pop(replica, None)
        self._later.pop(replica, None)

    def heard(self, count: int) -> list[Replica]:
        """The peer read `count` messages. Returns the journals of which it now knows more.

        Raises:
            UnexpectedMessage: more than were sent.
        """
        if count > self._sent:
            raise UnexpectedMessage
        confirmed: list[Replica] = []
        for _generation in range(2):
            if count < self._awaited_at:
                break
            for replica, frontier in self._awaited.items():
                replica.confirm(frontier)
                confirmed.append(replica)
            self._awaited, self._later = self._later, {}
            self._awaited_at = self._later_at
        return confirmed
