"""What validation must be able to ask about one journal (docs/spec/06-journal.md).

What lives here: the interface that stores and the in-memory journal offer. What may not: either.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol, TypeAlias

from onionchat.protocol.journal.fork import SignedHeader
from onionchat.protocol.journal.order import OrderKey
from onionchat.types import DeviceKey, EntryId, JournalId

Frontier: TypeAlias = Mapping[DeviceKey, int]
"""Of each author the highest sequence number up to which its log is here without a gap."""


class LogHead(NamedTuple):
    """The newest entry of one log."""

    seq: int
    id: EntryId


class JournalView(Protocol):
    """One journal as it is on disk (or in memory) at one moment."""

    @property
    def id(self) -> JournalId:
        """The journal's id."""

    def key_of(self, entry: EntryId) -> OrderKey | None:
        """The order key of an entry that is here, otherwise None."""

    def head_of(self, author: DeviceKey) -> LogHead | None:
        """The newest entry of `author`, None if there is none."""

    def id_at(self, author: DeviceKey, seq: int) -> EntryId | None:
        """The id of entry `seq` of `author`, None if it is not here."""

    def header_at(self, author: DeviceKey, seq: int) -> SignedHeader | None:
        """Header and signature, verbatim, of entry `seq` of `author`, None if it is not here."""
