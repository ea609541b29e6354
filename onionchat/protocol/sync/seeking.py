"""Bodies that are not here, though their entries are: asked of whoever has the entries.

What lives here: what is asked of one peer when. What may not: whether a body fits (`journal`), or
which are missing (the store).

Whoever erased a body passes the entry on without it; another device may still have it
(docs/spec/07-sync.md, "Hollow entries").
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from onionchat.protocol.sync.messages import MAX_BATCH
from onionchat.protocol.wire.records import MAX_ENTRY_HEADER
from onionchat.types import DeviceKey, EntryId, JournalId

MAX_SOUGHT: Final = 1024
"""Bodies asked for on one link."""

MAX_GROUP: Final = 16
"""Bodies asked for at a time: there is room left for ancestors that are missing."""

_BESIDE: Final = MAX_ENTRY_HEADER + 128
"""Bytes of an entry beside its body."""


class Hollow(NamedTuple):
    """An entry without its body."""

    journal: JournalId
    author: DeviceKey
    seq: int
    id: EntryId
    size: int
    """Bytes of the body that is missing."""


class Seeking:
    """What is to be asked of one peer, each once. A group follows when the one before has come."""

    def __init__(self) -> None:
        self._waiting: deque[Hollow] = deque()
        self._known: set[EntryId] = set()
        self._asked: set[EntryId] = set()

    def add(self, entries: Iterable[Hollow]) -> None:
        """These are missing here."""
        for entry in entries:
            if entry.id not in self._known and len(self._known) < MAX_SOUGHT:
                self._known.add(entry.id)
                self._waiting.append(entry)

    def came(self, ids: Iterable[EntryId]) -> None:
        """The peer sent these, with or without their bodies."""
        self._asked.difference_update(ids)

    def next(self, has: Callable[[JournalId, DeviceKey], int]) -> list[EntryId]:
        """The ids to ask for now, of which one answer can hold all; `has` says how far the peer has
        a log. What it has not yet waits."""
        if self._asked:
            return []
        later: list[Hollow] = []
        room = MAX_BATCH
        while self._waiting and len(self._asked) < MAX_GROUP:
            entry = self._waiting.popleft()
            if has(entry.journal, entry.author) < entry.seq:
                later.append(entry)
                continue
            room -= entry.size + _BESIDE
            if self._asked and room < 0:
                self._waiting.appendleft(entry)
                break
            self._asked.add(entry.id)
        self._waiting.extend(later)
        return sorted(self._asked)
