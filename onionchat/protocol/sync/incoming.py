"""The receiving half of a session: what the peer sent and what became of it.

What lives here: the peer's window as seen here, entries that wait for others, what must be
acknowledged. What may not: validation, and events for the owner.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, TypeAlias

import attrs

from onionchat.errors import FloodRefused
from onionchat.protocol.journal.entry import SignedEntry
from onionchat.protocol.journal.view import Frontier
from onionchat.protocol.sync.messages import MAX_WANTED, WINDOW
from onionchat.protocol.wire.records import MAX_MESSAGE
from onionchat.types import DeviceKey, EntryId, JournalId

MAX_PENDING_ENTRIES: Final = 1024
"""Entries that may wait for others; more than a window usually holds."""

MAX_PENDING_BYTES: Final = 512 * 1024
"""Bytes of bodies and headers that may wait: the window, and what was asked for by id."""

MAX_REFUSED: Final = 256
"""Logs that may have to be refused on one link before its peer counts as a flooder."""

MAX_UNPROVEN: Final = 64
"""Entries from one peer without a signature that holds for them. Whoever is honest has none; all
of them may be tried again with each one that follows."""

PENDING_SECONDS: Final = 60.0
"""How long an entry waits, however often it is tried, before its log is refused on this link."""

Log: TypeAlias = tuple[JournalId, DeviceKey]


@attrs.define
class _Pending:
    entry: SignedEntry
    missing: set[EntryId]
    until: float


class Incoming:
    """Entries from the peer until they are committed or given up."""

    def __init__(self) -> None:
        self.ack_due: dict[Log, None] = {}
        """Logs whose frontier the peer must be told."""
        self._unacked = 0
        self._ackable = 0
        self._counted: dict[Log, deque[tuple[int, int]]] = {}
        self._held: set[EntryId] = set()
        self._committing: dict[JournalId, deque[tuple[SignedEntry, ...]]] = {}
        self._pending: dict[EntryId, _Pending] = {}
        self._pending_bytes = 0
        self._until: dict[EntryId, float] = {}
        """When a held entry that was found waiting once is given up."""
        self._waiters: dict[EntryId, list[EntryId]] = {}
        self._unproven: dict[Log, list[EntryId]] = {}
        self._spoiled: set[EntryId] = set()
        """Held entries whose own signatures do not hold."""
        self._wanted: set[EntryId] = set()
        self._to_want: dict[EntryId, None] = {}
        self._refused: set[Log] = set()
        self._to_refuse: list[Log] = []
        self._spurned: dict[Log, int] = {}
        """Bytes of refused logs that came all the same: what was on its way, no more."""

    @property
    def hurry(self) -> bool:
        """Whether half the window waits for an acknowledgement that could be given."""
        return self._ackable * 2 >= WINDOW

    def accept(
        self, journal: JournalId, arrived: Iterable[tuple[SignedEntry, int]]
    ) -> tuple[SignedEntry, ...]:
        """Take entries of one journal from the peer, each with its bytes on the wire.

        Returns what is to be committed now, perhaps nothing.

        Raises:
            FloodRefused: a log that was refused goes on, or more than the window is unacknowledged
                (and one message besides: an entry that was asked for by id is outside the sender's
                window, but inside this one if it came by another link meanwhile).
        """
        if len(self._refused) > MAX_REFUSED:
            raise FloodRefused
        fresh: list[SignedEntry] = []
        for entry, size in arrived:
            log = (journal, entry.author)
            if log in self._refused:
                self._spurn(log, size)
                continue
            if entry.id in self._wanted:
                self._wanted.discard(entry.id)
            else:
                self._count(log, entry.header.seq, size)
            if entry.id not in self._held:
                self._held.add(entry.id)
                fresh.append(entry)
        return self._offer(journal, fresh)

    def spoiled(self, entries: Iterable[SignedEntry]) -> frozenset[EntryId]:
        """Those whose own signatures did not hold when they were tried.

        They are tried again with every entry of their log that follows: without this a peer could
        have each of a thousand signatures verified a thousand times.
        """
        return frozenset(entry.id for entry in entries if entry.id in self._spoiled)

    def committed(
        self,
        journal: JournalId,
        frontier: Frontier,
        waiting: Mapping[EntryId, Sequence[EntryId]],
        unproven: Collection[EntryId],
        refused: Collection[EntryId],
        now: float,
    ) -> tuple[SignedEntry, ...]:
        """What became of the oldest open batch of the journal. Returns what to commit next.

        Raises:
            ValueError: no batch of this journal is open.
        """
        done: list[EntryId] = []
        authors: dict[DeviceKey, None] = {}
        for entry in self._close(journal):
            log = (journal, entry.author)
            self._held.discard(entry.id)
            if entry.id in refused:
                self._refuse(log)
            elif entry.id in waiting or entry.id in unproven:
                if log not in self._refused:
                    self._wait(entry, waiting.get(entry.id, ()), now)
            else:
                done.append(entry.id)
                authors[entry.author] = None
            if entry.id not in self._held:
                self._until.pop(entry.id, None)
        self._spoiled.update(unproven)
        self._spoiled &= self._held
        for author in authors:
            self._settle((journal, author), frontier.get(author, 0))
        return self._offer(journal, self._freed(journal, done))

    def abandon(self, journal: JournalId) -> None:
        """Forget the oldest open batch of a journal that is not shared any more.

        Raises:
            ValueError: no batch of this journal is open.
        """
        gone = [entry.id for entry in self._close(journal)]
        self._held.difference_update(gone)
        self._spoiled.difference_update(gone)
        for entry_id in gone:
            self._until.pop(entry_id, None)

    def arrived(self, journal: JournalId, ids: Iterable[EntryId]) -> tuple[SignedEntry, ...]:
        """These are committed (by whichever link): returns what can be tried again now."""
        return self._offer(journal, self._freed(journal, ids))

    def _freed(self, journal: JournalId, ids: Iterable[EntryId]) -> list[SignedEntry]:
        """Take out what waited for these alone, and what waits for that in turn."""
        found = deque(ids)
        freed: list[EntryId] = []
        while found:
            arrived = found.popleft()
            self._wanted.discard(arrived)
            self._to_want.pop(arrived, None)
            for waiter in self._waiters.pop(arrived, ()):
                pending = self._pending[waiter]
                pending.missing.discard(arrived)
                # One that names an entry of another journal as its ancestor waits in vain.
                if not pending.missing and pending.entry.journal == journal:
                    freed.append(waiter)
                    # What waits only for this one can be tried in the same batch.
                    found.append(waiter)
        return self._release(freed)

    def _vouched(self, journal: JournalId) -> list[SignedEntry]:
        """Take out the unproven entries that what waits may vouch for, with what it rests on.

        Only an entry of the same log that follows an unproven one vouches for it; an entry is such
        one once it was tried and found waiting for what is here (never for what is not: then it
        would have all tried in vain). Between the two there may be entries of others, who had the
        good signature: what waits for unproven entries alone is tried with them.
        """
        # What could be tried, and whether it is, or follows in its log, an unproven entry.
        leads = {
            entry_id: True
            for log, ids in self._unproven.items()
            if log[0] == journal
            for entry_id in ids
        }
        vouching: list[EntryId] = []
        found = deque(leads)
        while found:
            for waiter in self._waiters.get(found.popleft(), ()):
                pending = self._pending[waiter]
                entry = pending.entry
                if waiter in leads or entry.journal != journal:
                    continue
                if not pending.missing <= leads.keys():
                    continue
                leads[waiter] = (
                    leads.get(entry.previous, False)
                    and self._pending[entry.previous].entry.author == entry.author
                )
                found.append(waiter)
                if leads[waiter]:
                    vouching.append(waiter)
        tried = dict.fromkeys(vouching)
        found = deque(vouching)
        while found:
            for ancestor in self._pending[found.popleft()].entry.ancestors:
                if ancestor in leads and ancestor not in tried:
                    tried[ancestor] = None
                    found.append(ancestor)
        return self._release(tried)

    def elsewhere(self, entry: SignedEntry) -> tuple[SignedEntry, ...]:
        """An entry was committed by another way: returns what can be tried again now."""
        log = (entry.journal, entry.author)
        pending = self._pending.get(entry.id)
        if pending is not None:
            self._drop(pending)
        if log in self._counted:
            self._settle(log, entry.header.seq)
        return self.arrived(entry.journal, [entry.id])

    def acknowledged(self) -> list[Log]:
        """The logs to acknowledge now; their bytes are off the window from here on."""
        logs = list(self.ack_due)
        self.ack_due.clear()
        self._unacked -= self._ackable
        self._ackable = 0
        return logs

    def wants(self) -> list[EntryId]:
        """The ids to ask the peer for now."""
        ids = list(self._to_want)[: MAX_WANTED - len(self._wanted)]
        for wanted in ids:
            del self._to_want[wanted]
        self._wanted.update(ids)
        return ids

    def ask(self, ids: Iterable[EntryId]) -> None:
        """Ask the peer for these besides: they are here, without their bodies."""
        for entry_id in ids:
            if entry_id not in self._wanted:
                self._to_want[entry_id] = None

    def refusals(self) -> list[Log]:
        """The logs to refuse now."""
        logs, self._to_refuse = self._to_refuse, []
        return logs

    def deadline(self) -> float | None:
        """When the oldest waiting entry is given up."""
        return min((pending.until for pending in self._pending.values()), default=None)

    def expire(self, now: float) -> None:
        """Give up what waited too long."""
        for pending in list(self._pending.values()):
            if pending.until <= now:
                self._refuse((pending.entry.journal, pending.entry.author))

    def leave(self, journal: JournalId) -> None:
        """The journal is not shared any more: forget everything of it."""
        for log in [log for log in self._counted if log[0] == journal]:
            self._uncount(log)
        for pending in list(self._pending.values()):
            if pending.entry.journal == journal:
                self._drop(pending)
        self.ack_due = {log: None for log in self.ack_due if log[0] != journal}
        self._refused = {log for log in self._refused if log[0] != journal}

    def _offer(self, journal: JournalId, fresh: list[SignedEntry]) -> tuple[SignedEntry, ...]:
        vouched = self._vouched(journal)
        offered = tuple(_parents_first(vouched + fresh) if vouched else fresh)
        if offered:
            self._committing.setdefault(journal, deque()).append(offered)
        return offered

    def _close(self, journal: JournalId) -> tuple[SignedEntry, ...]:
        open_batches = self._committing.get(journal)
        if not open_batches:
            raise ValueError("nothing of this journal is being committed")
        batch = open_batches.popleft()
        if not open_batches:
            del self._committing[journal]
        return batch

    def _count(self, log: Log, seq: int, size: int) -> None:
        self._unacked += size
        if self._unacked > WINDOW + MAX_MESSAGE:
            raise FloodRefused
        self._counted.setdefault(log, deque()).append((seq, size))

    def _spurn(self, log: Log, size: int) -> None:
        total = self._spurned.get(log, 0) + size
        if total > WINDOW + MAX_MESSAGE:
            raise FloodRefused
        self._spurned[log] = total

    def _settle(self, log: Log, frontier: int) -> None:
        """Everything up to `frontier` is on disk: it may be acknowledged."""
        counted = self._counted.get(log)
        while counted and counted[0][0] <= frontier:
            self._ackable += counted.popleft()[1]
            if not counted:
                del self._counted[log]
        self.ack_due[log] = None

    def _uncount(self, log: Log) -> None:
        self._unacked -= sum(size for _seq, size in self._counted.pop(log, ()))

    def _wait(self, entry: SignedEntry, missing: Sequence[EntryId], now: float) -> None:
        """Keep an entry until what it misses is here, or a later one of its log comes."""
        log = (entry.journal, entry.author)
        size = len(entry.header_bytes) + len(entry.body or b"")
        if (
            len(self._pending) >= MAX_PENDING_ENTRIES
            or self._pending_bytes + size > MAX_PENDING_BYTES
            or (not missing and sum(map(len, self._unproven.values())) >= MAX_UNPROVEN)
        ):
            self._refuse(log)
            return
        self._held.add(entry.id)
        until = self._until.setdefault(entry.id, now + PENDING_SECONDS)
        self._pending[entry.id] = _Pending(entry, set(missing), until)
        self._pending_bytes += size
        for ancestor in missing:
            self._waiters.setdefault(ancestor, []).append(entry.id)
            if ancestor not in self._held and ancestor not in self._wanted:
                self._to_want[ancestor] = None
        if not missing:
            self._unproven.setdefault(log, []).append(entry.id)

    def _release(self, ids: Iterable[EntryId]) -> list[SignedEntry]:
        """Take entries out of the pending ones; they stay held."""
        released = []
        for entry_id in ids:
            pending = self._pending.pop(entry_id)
            self._forget(pending)
            released.append(pending.entry)
        return released

    def _drop(self, pending: _Pending) -> None:
        entry = self._pending.pop(pending.entry.id).entry
        self._forget(pending)
        self._held.discard(entry.id)
        self._spoiled.discard(entry.id)
        self._until.pop(entry.id, None)

    def _forget(self, pending: _Pending) -> None:
        entry = pending.entry
        unproven = self._unproven.get((entry.journal, entry.author), [])
        if entry.id in unproven:
            unproven.remove(entry.id)
            if not unproven:
                del self._unproven[entry.journal, entry.author]
        self._pending_bytes -= len(entry.header_bytes) + len(entry.body or b"")
        for ancestor in pending.missing:
            waiters = self._waiters[ancestor]
            waiters.remove(entry.id)
            if not waiters:
                del self._waiters[ancestor]
                self._to_want.pop(ancestor, None)
                self._wanted.discard(ancestor)

    def _refuse(self, log: Log) -> None:
        """Take no more of a log on this link, and forget what waits of it."""
        if log in self._refused:
            return
        self._refused.add(log)
        self._to_refuse.append(log)
        self._uncount(log)
        for pending in list(self._pending.values()):
            if (pending.entry.journal, pending.entry.author) == log:
                self._drop(pending)


def _parents_first(entries: list[SignedEntry]) -> list[SignedEntry]:
    """The same entries, each after those among them that it names."""
    by_id = {entry.id: entry for entry in entries}
    missing = {entry.id: sum(one in by_id for one in entry.ancestors) for entry in entries}
    children: dict[EntryId, list[EntryId]] = {}
    for entry in entries:
        for ancestor in entry.ancestors:
            children.setdefault(ancestor, []).append(entry.id)
    ordered: list[SignedEntry] = []
    ready = deque(entry.id for entry in entries if not missing[entry.id])
    while ready:
        found = ready.popleft()
        ordered.append(by_id[found])
        for child in children.get(found, ()):
            missing[child] -= 1
            if not missing[child]:
                ready.append(child)
    return ordered
