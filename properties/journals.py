"""Journals: whatever comes in which order, in which batches and how often, the result is the same.

Up to five devices write, some of the time without having seen each other, with clocks that jump.
One of them is hostile in most cases: it signs the middle of its log badly, dates back, names
parents that nobody has, or forks its log; somebody else adds forged and damaged entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import attrs

from onionchat.errors import ForkedLog
from onionchat.protocol.crypto.keys import SigningKey
from onionchat.protocol.journal.entry import NO_ENTRY, SignedEntry, from_parts, sign_entry
from onionchat.protocol.journal.fork import verify_fork
from onionchat.protocol.journal.memory import MemoryJournal, anybody
from onionchat.protocol.journal.order import OrderKey
from onionchat.protocol.journal.validate import Outcome, fork_proof
from onionchat.protocol.sync.incoming import Incoming
from onionchat.types import EntryId, JournalId, Millis
from properties.case import Case

JOURNAL = JournalId(b"\x0f" * 32)
KEYS = [SigningKey(bytes([n]) * 32) for n in range(1, 6)]
EVE = KEYS[4]
NOBODY = EntryId(b"\x77" * 32)

NewJournal = Callable[[JournalId], MemoryJournal]


@dataclass
class Replica:
    """A device that takes in what comes, and tries again what had to wait, as a sync session does.

    A refused entry is not tried again before `new_link`.
    """

    journal: MemoryJournal
    waiting: dict[EntryId, SignedEntry] = field(default_factory=dict)
    accused: set[bytes] = field(default_factory=set)
    """Authors of whom there is a fork proof that holds."""

    def take(self, batch: Sequence[SignedEntry]) -> None:
        """One batch arrives."""
        size = -1
        while len(self.journal) != size:
            size = len(self.journal)
            # What waits goes first where it fits: a new entry may vouch for it.
            self._offer(_parents_first([*self.waiting.values(), *batch]))
            batch = ()

    def _offer(self, batch: Sequence[SignedEntry]) -> None:
        outcome = self.journal.receive(batch, anybody)
        for entry in batch:
            self.waiting.pop(entry.id, None)
        for entry in (*outcome.unproven, *(one.entry for one in outcome.waiting)):
            self.waiting[entry.id] = entry
        self._accuse(outcome)

    def _accuse(self, outcome: Outcome) -> None:
        for rejected in outcome.rejected:
            if isinstance(rejected.error, ForkedLog):
                proof = fork_proof(self.journal, rejected.entry)
                if proof is not None:
                    self.accused.add(verify_fork(proof))

    def new_link(self) -> None:
        """What waited is forgotten, as at the end of a link."""
        self.waiting.clear()

    def state(self) -> tuple[object, ...]:
        """Everything that two replicas with the same entries have in common."""
        journal = self.journal
        entries = [(journal.key_of(one.id), one.header_bytes, one.body) for one in journal]
        return entries, dict(journal.frontier), journal.heads


class SyncReplica(Replica):
    """Takes in what comes through the receiving half of a real sync session."""

    def __init__(self, journal: MemoryJournal) -> None:
        super().__init__(journal)
        self._incoming = Incoming()

    def take(self, batch: Sequence[SignedEntry]) -> None:
        """One message arrives."""
        arrived = [(entry, len(entry.header_bytes)) for entry in batch]
        todo = self._incoming.accept(JOURNAL, arrived)
        while todo:
            outcome = self.journal.receive(todo, anybody)
            todo = self._incoming.committed(
                JOURNAL,
                self.journal.frontier,
                {one.entry.id: one.missing for one in outcome.waiting},
                {one.id for one in outcome.unproven},
                {one.entry.id for one in outcome.rejected},
                0.0,
            )


def replica_of(new: NewJournal, *batches: Sequence[SignedEntry]) -> Replica:
    """A replica that was given these batches."""
    replica = Replica(new(JOURNAL))
    for batch in batches:
        replica.take(batch)
    return replica


def honest_history(case: Case, writers: Sequence[SigningKey]) -> list[SignedEntry]:
    """What some devices wrote that met now and then; ancestors first."""
    replicas = [MemoryJournal(JOURNAL) for _ in writers]
    written: list[SignedEntry] = []
    for _ in range(case.chance.randint(1, 10)):
        who = case.chance.randrange(len(writers))
        if case.chance.random() < 0.5:
            other = case.chance.choice(replicas)
            replicas[who].receive(list(other))
        time = Millis(case.chance.choice((0, 1, 2, 3, 1000, 2**48 - 1)))
        body = case.chance.randbytes(1)
        written.append(replicas[who].append(writers[who], time, 16, body))
    return written


def damaged_signature(entry: SignedEntry) -> SignedEntry:
    """The same header under a signature that does not hold."""
    return attrs.evolve(entry, signature=bytes(64))


def any_order(case: Case, new: NewJournal) -> None:
    """Same entries, any order, any batches, some twice: same order, frontier, heads, content."""
    entries = honest_history(case, KEYS)
    # An author who signs the middle of its log badly on purpose: a later signature vouches for it.
    newest = {entry.author: entry.id for entry in entries}
    for place, entry in enumerate(entries):
        if entry.author == EVE.public and entry.id != newest[entry.author]:
            if case.chance.random() < 0.5:
                entries[place] = damaged_signature(entry)
    everything = replica_of(new, entries)
    case.require(len(everything.journal) == len(entries), "what is whole and signed is taken in")
    other = replica_of(new, *case.batches(case.doubled(entries)))
    case.require(other.state() == everything.state(), "any order of arrival gives the same view")
    synced = SyncReplica(new(JOURNAL))
    for batch in case.batches(case.doubled(entries)):
        synced.take(batch)
    case.require(synced.state() == everything.state(), "a sync session brings the same view")
    case.require(not everything.accused and not other.accused, "nobody is accused without a fork")
    ordered(case, everything.journal)


def ordered(case: Case, journal: MemoryJournal) -> None:
    """Topological, then by key; no effective time before an ancestor's; keys and heads as
    specified.
    """
    last: OrderKey | None = None
    places: set[EntryId] = set()
    for entry in journal:
        key = journal.key_of(entry.id)
        assert key is not None
        above = [journal.key_of(one) for one in entry.ancestors]
        case.require(places.issuperset(entry.ancestors), "ancestors come first")
        case.require(last is None or last < key, "the order is that of the keys")
        times = [entry.header.time, *(one.effective for one in above if one is not None)]
        case.require(key.effective == max(times), "effective time is not before any ancestor's")
        depths = [0, *(one.depth for one in above if one is not None)]
        case.require(key.depth == 1 + max(depths), "depth is that of the longest chain")
        case.require(key.id == entry.id, "the id decides last")
        places.add(entry.id)
        last = key
    named = {one for entry in journal for one in entry.ancestors}
    case.require(journal.heads == places - named, "heads are what no entry names")


def algebra(case: Case, new: NewJournal) -> None:
    """Merging replicas is commutative, associative and idempotent."""
    entries = honest_history(case, KEYS)

    def part() -> list[SignedEntry]:
        """The content of some replica: closed under "has seen"."""
        return case.causal(entries, _id, _needs)[: case.chance.randint(0, len(entries))]

    def merged(*parts: Iterable[SignedEntry]) -> Replica:
        return replica_of(new, *(list(part) for part in parts))

    a, b, c = part(), part(), part()
    ab, ba = merged(a, b), merged(b, a)
    case.require(ab.state() == ba.state(), "merging is commutative")
    left, right = merged(ab.journal, c), merged(a, merged(b, c).journal)
    case.require(left.state() == right.state(), "merging is associative")
    case.require(merged(a, a).state() == merged(a).state(), "merging is idempotent")
    before = {one.id: left.journal.key_of(one.id) for one in merged(a).journal}
    alone = merged(a).journal
    case.require(
        all(alone.key_of(one) == key for one, key in before.items()), "a key never changes"
    )


def hostile(case: Case, new: NewJournal) -> None:
    """Void entries stay out, and nothing that somebody sends keeps out what is honest."""
    entries = honest_history(case, KEYS)
    junk = [case.chance.choice(_JUNK)(case, entries) for _ in range(case.chance.randint(1, 4))]
    whole = replica_of(new, entries)
    poisoned = replica_of(new, *case.batches(case.doubled([*entries, *junk])))
    good = {entry.id for entry in entries}
    case.require(all(entry.id in good for entry in poisoned.journal), "what is void never gets in")
    case.require(not poisoned.accused, "nobody is accused by forged entries")
    poisoned.new_link()
    for batch in case.batches(case.shuffled(entries)):
        poisoned.take(batch)
    case.require(poisoned.state() == whole.state(), "an honest link brings all of it")


def _forged(case: Case, entries: Sequence[SignedEntry]) -> SignedEntry:
    """Another entry for a position of somebody's log, by somebody who has not the key."""
    victim = case.chance.choice(entries)
    key = next(key for key in KEYS if key.public == victim.author)
    header = victim.header
    return damaged_signature(
        sign_entry(
            key, JOURNAL, header.seq, victim.previous, (), Millis(5), 16, case.chance.randbytes(2)
        )
    )


def _body(case: Case, entries: Sequence[SignedEntry]) -> SignedEntry:
    """A real header with another body."""
    victim = case.chance.choice(entries)
    return from_parts(victim.header_bytes, victim.signature, b"another body")


def _orphan(case: Case, entries: Sequence[SignedEntry]) -> SignedEntry:
    """Signed, and names a parent that nobody has."""
    key = SigningKey(case.chance.randbytes(32))
    return sign_entry(key, JOURNAL, 1, NO_ENTRY, (NOBODY,), Millis(0), 16, b"")


def _gap(case: Case, entries: Sequence[SignedEntry]) -> SignedEntry:
    """Number 7 of a log that does not begin."""
    key = SigningKey(case.chance.randbytes(32))
    return sign_entry(key, JOURNAL, 7, NOBODY, (), Millis(0), 16, b"")


def _skipped(case: Case, entries: Sequence[SignedEntry]) -> SignedEntry:
    """A number is skipped: it names an entry as its previous that is not the one before it."""
    victim = case.chance.choice(entries)
    key = next(key for key in KEYS if key.public == victim.author)
    beyond = 2 + sum(entry.author == victim.author for entry in entries)
    return sign_entry(key, JOURNAL, beyond, victim.id, (), Millis(0), 16, b"")


def _elsewhere(case: Case, entries: Sequence[SignedEntry]) -> SignedEntry:
    """A valid entry of another journal."""
    return sign_entry(KEYS[0], JournalId(bytes(32)), 1, NO_ENTRY, (), Millis(0), 16, b"")


_JUNK = (_forged, _body, _orphan, _gap, _skipped, _elsewhere)


def forks(case: Case, new: NewJournal) -> None:
    """A fork is proven whatever comes first, and touches nothing but what rests on it."""
    entries = honest_history(case, KEYS[:4])
    first, second = _two_branches(case)
    honest = {entry.id for entry in entries}
    answer = sign_entry(KEYS[3], JournalId(JOURNAL), *_next(entries), Millis(9), 16, b"answer")
    replies = [] if case.chance.random() < 0.5 else [answer]
    both = [*entries, *first, *second, *replies]
    replicas = [replica_of(new, *case.batches(case.doubled(both))) for _ in range(2)]
    for replica in replicas:
        case.require(replica.accused == {EVE.public}, "a fork is proven whatever comes first")
        taken = {entry.id for entry in replica.journal}
        case.require(honest <= taken, "a fork keeps no honest entry out")
        case.require({one.id for one in replies} <= taken, "who did not see it is not touched")
        case.require(
            not ({one.id for one in first} & taken and {one.id for one in second} & taken),
            "one branch is taken, the other is void and stays so",
        )
        ordered(case, replica.journal)
    one, other = replicas
    shared = {entry.id for entry in one.journal} & {entry.id for entry in other.journal}
    case.require(
        [entry.id for entry in one.journal if entry.id in shared]
        == [entry.id for entry in other.journal if entry.id in shared],
        "what two replicas share is in the same order on both",
    )


def _two_branches(case: Case) -> tuple[list[SignedEntry], list[SignedEntry]]:
    """Two logs of one key that begin at the same position; each 1 to 3 entries."""
    branches: list[list[SignedEntry]] = []
    for name in (b"one", b"two"):
        log: list[SignedEntry] = []
        for seq in range(1, case.chance.randint(1, 3) + 1):
            previous = log[-1].id if log else NO_ENTRY
            log.append(sign_entry(EVE, JOURNAL, seq, previous, (), Millis(seq), 16, name))
        branches.append(log)
    return branches[0], branches[1]


def _next(entries: Sequence[SignedEntry]) -> tuple[int, EntryId, tuple[EntryId, ...]]:
    """Number, previous and parents of the next entry of the fourth device."""
    own = [entry for entry in entries if entry.author == KEYS[3].public]
    return (own[-1].seq + 1, own[-1].id, ()) if own else (1, NO_ENTRY, ())


def _parents_first(entries: Sequence[SignedEntry]) -> list[SignedEntry]:
    """In causal order, as a batch must be; of two copies of one entry the first stays first."""
    by_id = {entry.id: entry for entry in entries}
    depths: dict[EntryId, int] = {}

    def depth(one: EntryId) -> int:
        if one not in depths:
            above = [depth(other) for other in by_id[one].ancestors if other in by_id]
            depths[one] = 1 + max(above, default=0)
        return depths[one]

    return sorted(entries, key=lambda entry: depth(entry.id))


def _id(entry: SignedEntry) -> EntryId:
    return entry.id


def _needs(entry: SignedEntry) -> Sequence[EntryId]:
    return entry.ancestors


CHECKS = (any_order, algebra, hostile, forks)
