"""What a sync session and its owner tell each other (docs/spec/07-sync.md).

What lives here: values. What may not: behaviour.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

import attrs

from onionchat.errors import ProtocolViolation
from onionchat.protocol.journal.entry import SignedEntry
from onionchat.protocol.journal.view import Frontier
from onionchat.protocol.sync.position import Position, tag_of
from onionchat.types import DeviceKey, EntryId, JournalId


@attrs.frozen
class Bookmark:
    """What is remembered of one journal and one peer from link to link.

    Losing or mixing it up costs bytes and a round trip, never entries.
    """

    told: Mapping[DeviceKey, Position]
    """Up to where the peer surely knows that the entries are here."""
    theirs: Mapping[DeviceKey, Position]
    """Up to where the entries are known to be there."""


@attrs.frozen
class SharedJournal:
    """A journal that both may read, as the owner hands it to a session."""

    frontier: Mapping[DeviceKey, Position]
    """What is committed here."""
    author: DeviceKey | None = None
    """The key by which this device writes in it, if it does."""
    bookmark: Bookmark | None = None
    delivered: Frontier | None = None
    """What is on disk as delivered, for own logs: they are reported (`PeerHas`) from there on. The
    bookmark may be ahead of it, if the link ended between the two or an old backup came back."""


class OutEntry(NamedTuple):
    """A committed entry for the wire."""

    journal: JournalId
    author: DeviceKey
    position: Position
    previous: bytes
    """The tag of the entry before; empty for the first."""
    data: bytes

    @property
    def seq(self) -> int:
        """Its number in its log."""
        return self.position.seq

    @classmethod
    def of(cls, entry: SignedEntry) -> OutEntry:
        """From a decoded entry."""
        return cls(
            entry.journal,
            entry.author,
            Position.of(entry.header.seq, entry.id),
            tag_of(entry.previous),
            entry.to_bytes(),
        )


@attrs.frozen
class OutMessage:
    """One message for the channel."""

    data: bytes = attrs.field(repr=False)
    expects_answer: bool
    """The peer answers soon (liveness, 05-link)."""


# --- requests: each is answered once, by the method it names --------------------------------------


@attrs.frozen
class ReadEntries:
    """Wanted from the store; answer with `SyncSession.entries_read`.

    Those entries of the (author, first, last) `ranges` that come first in the journal's order, of
    about `max_bytes` in all, but at least one.
    """

    journal: JournalId
    ranges: tuple[tuple[DeviceKey, int, int], ...]
    max_bytes: int


@attrs.frozen
class ReadById:
    """Wanted from the store; answer with `SyncSession.found_by_id`, what is not there left out.

    The answer is outside the window: it may wait until the peer has read what was written before.
    Meanwhile the peer can ask for `MAX_WANTED` more; beyond that it is in violation.
    """

    ids: tuple[EntryId, ...]
    max_bytes: int


@attrs.frozen
class CommitEntries:
    """To be validated and committed, in causal order; answer with `SyncSession.committed`."""

    journal: JournalId
    entries: tuple[SignedEntry, ...]
    spoiled: frozenset[EntryId] = frozenset()
    """Those of them whose own signatures were tried before and did not hold."""


# --- notices -------------------------------------------------------------------------------------


@attrs.frozen
class PeerHas:
    """The peer has committed these logs up to there (only what moved): delivered.

    Of our own log only what is known to be the same entries as here.
    """

    journal: JournalId
    frontier: Mapping[DeviceKey, int]


@attrs.frozen
class PeerRead:
    """The person there has read this author up to there."""

    journal: JournalId
    author: DeviceKey
    seq: int


@attrs.frozen
class Agreed:
    """A bookmark to be kept for the next link with this peer."""

    journal: JournalId
    bookmark: Bookmark


@attrs.frozen
class RolledBack:
    """The peer has more of this device's own log than is here, or other entries: an old backup was
    restored.

    Until they are here again, up to `peer_seq`, nothing may be written to that log. If the peer has
    another entry at `peer_seq`, nothing more of the log is sent on this link.
    """

    journal: JournalId
    author: DeviceKey
    peer_seq: int


@attrs.frozen
class Violation:
    """The peer broke the protocol: close the link. Nothing follows."""

    error: ProtocolViolation


Event: TypeAlias = (
    ReadEntries | ReadById | CommitEntries | PeerHas | PeerRead | Agreed | RolledBack | Violation
)
