"""A whole journal in memory: for tests, the simulator and small journals.

What lives here: the same view that a store offers, and insertion. What may not: files.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Container, Iterable, Iterator, Sequence
from heapq import merge

from onionchat.protocol.crypto.keys import SigningKey
from onionchat.protocol.journal.entry import NO_ENTRY, SignedEntry, sign_entry
from onionchat.protocol.journal.fork import SignedHeader
from onionchat.protocol.journal.order import OrderKey
from onionchat.protocol.journal.validate import (
    Accepted,
    Outcome,
    Permit,
    validate_batch,
)
from onionchat.protocol.journal.view import Frontier, LogHead
from onionchat.protocol.wire.records import MAX_PARENTS
from onionchat.types import DeviceKey, EntryId, JournalId, Millis


def anybody(_entry: SignedEntry) -> None:
    """The policy that lets everybody write."""


def parents_among(heads: Iterable[EntryId], own_head: EntryId) -> tuple[EntryId, ...]:
    """The parents of a new entry: the other heads, sorted, at most `MAX_PARENTS`; the rest stay."""
    return tuple(sorted(head for head in heads if head != own_head))[:MAX_PARENTS]


class MemoryJournal:
    """Implements `JournalView`. Not bounded by itself: who feeds it decides what it takes."""

    def __init__(self, journal: JournalId) -> None:
        self._id = journal
        self._entries: dict[EntryId, SignedEntry] = {}
        self._keys: dict[EntryId, OrderKey] = {}
        self._logs: dict[DeviceKey, list[EntryId]] = {}
        self._heads: set[EntryId] = set()
        self._order: list[OrderKey] = []

    @property
    def id(self) -> JournalId:
        """The journal's id."""
        return self._id

    def key_of(self, entry: EntryId) -> OrderKey | None:
        """See `JournalView`."""
        return self._keys.get(entry)

    def head_of(self, author: DeviceKey) -> LogHead | None:
        """See `JournalView`."""
        log = self._logs.get(author)
        return LogHead(len(log), log[-1]) if log else None

    def id_at(self, author: DeviceKey, seq: int) -> EntryId | None:
        """See `JournalView`."""
        log = self._logs.get(author, [])
        return log[seq - 1] if 1 <= seq <= len(log) else None

    def header_at(self, author: DeviceKey, seq: int) -> SignedHeader | None:
        """See `JournalView`."""
        found = self.id_at(author, seq)
        if found is None:
            return None
        entry = self._entries[found]
        return SignedHeader(entry.header_bytes, entry.signature)

    def get(self, entry: EntryId) -> SignedEntry | None:
        """The entry with that id, None if it is not here."""
        return self._entries.get(entry)

    @property
    def heads(self) -> frozenset[EntryId]:
        """The entries that no other entry here names."""
        return frozenset(self._heads)

    @property
    def frontier(self) -> Frontier:
        """How far each author's log is here."""
        return {author: len(log) for author, log in self._logs.items()}

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[SignedEntry]:
        """All entries in the order in which they are shown."""
        return (self._entries[key.id] for key in self._order)

    def insert(self, accepted: Accepted) -> None:
        """Add what `validate` accepted for this journal as it is now."""
        entry = accepted.entry
        self._entries[entry.id] = entry
        self._keys[entry.id] = accepted.key
        self._logs.setdefault(entry.author, []).append(entry.id)
        self._heads.difference_update(entry.ancestors)
        self._heads.add(entry.id)
        insort(self._order, accepted.key)

    def receive(
        self,
        entries: Iterable[SignedEntry],
        permit: Permit = anybody,
        spoiled: Container[EntryId] = (),
    ) -> Outcome:
        """Validate a batch in causal order and insert what is accepted."""
        outcome = validate_batch(self, entries, permit, spoiled)
        for accepted in outcome.accepted:
            self.insert(accepted)
        return outcome

    def append(self, key: SigningKey, time: Millis, kind: int, body: bytes) -> SignedEntry:
        """Write the next entry of the log of `key` and insert it."""
        head = self.head_of(DeviceKey(key.public))
        seq, previous = (1, NO_ENTRY) if head is None else (head.seq + 1, head.id)
        parents = parents_among(self._heads, previous)
        entry = sign_entry(key, self._id, seq, previous, parents, time, kind, body)
        self.receive([entry])
        return entry

    def read(
        self, ranges: Sequence[tuple[DeviceKey, int, int]], max_bytes: int
    ) -> list[SignedEntry]:
        """Entries of the (author, first, last) `ranges` in order, parents first.

        At most `max_bytes` of wire bytes, but at least one entry if there is any.
        """
        found: list[SignedEntry] = []
        size = 0
        for key in merge(*(self._log_keys(*one) for one in ranges)):
            entry = self._entries[key.id]
            size += len(entry.to_bytes())
            if found and size > max_bytes:
                break
            found.append(entry)
        return found

    def _log_keys(self, author: DeviceKey, first: int, last: int) -> Iterator[OrderKey]:
        """The keys of a part of a log; lazily, because most of a long one is not looked at."""
        log = self._logs.get(author, [])
        for place in range(first - 1, min(last, len(log))):
            yield self._keys[log[place]]
