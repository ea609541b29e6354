"""Targets for what travels in channels: journals, sync, the exchange by which people meet.

What lives here: scripts of messages, commits, time and local actions. What may not: the link below
(`machines`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import cache

from fuzz.people import NOW, TABLET, conversation, fork, person
from fuzz.records import NAME, OTHER_NAME, SYNC_MESSAGES, many_positions
from fuzz.target import Tape, chunked, target
from onionchat.errors import (
    ContactNotReady,
    DiskFull,
    UnexpectedMessage,
)
from onionchat.protocol.contacts.exchange import (
    Action,
    Done,
    Failed,
    JoinerExchange,
    OwnerExchange,
    StoreAcceptance,
    StoreRequest,
)
from onionchat.protocol.contacts.messages import (
    Accept,
    Confirm,
    Pending,
    Reason,
    Refuse,
    Request,
    encode_message,
)
from onionchat.protocol.contacts.states import (
    ContactInputs,
    ContactMachine,
    ContactState,
)
from onionchat.protocol.identity.roster import Act, fold
from onionchat.protocol.journal.entry import EntryKind, SignedEntry, sign_entry
from onionchat.protocol.journal.memory import MemoryJournal
from onionchat.protocol.journal.validate import fork_proof, validate_batch, validate_entry
from onionchat.protocol.rooms.bodies import encode_text
from onionchat.protocol.rooms.policy import AccountPolicy, DirectPolicy, SelfPolicy
from onionchat.protocol.sync import messages as sync
from onionchat.protocol.sync.events import (
    Bookmark,
    CommitEntries,
    OutEntry,
    PeerHas,
    ReadById,
    ReadEntries,
    SharedJournal,
    Violation,
)
from onionchat.protocol.sync.names import Names, frontier_digest
from onionchat.protocol.sync.position import Position
from onionchat.protocol.sync.session import SyncSession
from onionchat.protocol.wire.codec import encode
from onionchat.protocol.wire.records import MAX_MESSAGE
from onionchat.testing.rng import SeededRng
from onionchat.types import AccountId, DeviceKey, EntryId, JournalId, Millis

JOURNAL = conversation()[0].journal
HOSTILE = person("Bob").persona.device
"""Who writes the script knows Bob's keys."""


@cache
def policy() -> DirectPolicy:
    rosters = []
    for name in ("Alice", "Bob"):
        one = person(name)
        acts = [Act(e.id, e.author, e.seq, (), e.body) for e in one.journal]
        rosters.append(fold(one.persona.account, one.journal.id, acts))
    return DirectPolicy(rosters[0], rosters[1])


@cache
def pool() -> tuple[SignedEntry, ...]:
    """Entries that scripts name by number: good ones, forks, other journals, other authors."""
    said = conversation()
    alien = sign_entry(TABLET, JOURNAL, 1, EntryId(b""), (), NOW, EntryKind.TEXT, encode_text("x"))
    elsewhere = next(iter(person("Bob").journal))
    return (*said, *fork(), alien, elsewhere, said[2].without_body())


def made(tape: Tape, known: list[SignedEntry]) -> SignedEntry | None:
    """An entry by Bob as the script wants it, signed rightly; None if none can be made."""
    seq = tape.byte() % 8
    previous = tape.choose(known).id if seq != 1 and known else EntryId(b"")
    count = tape.byte() % 5
    parents = tuple(sorted({tape.choose(known).id for _ in range(count)})) if known else ()
    time = Millis(NOW + tape.number())
    kind = (EntryKind.TEXT, EntryKind.PUT, EntryKind.ROSTER, 99)[tape.byte() % 4]
    body = encode_text("script") if tape.byte() & 1 else tape.chunk()
    try:
        return sign_entry(HOSTILE, JOURNAL, seq, previous, parents, time, kind, body)
    except ValueError:
        return None


def journal_seeds() -> Iterator[bytes]:
    yield b"".join(bytes((0, n)) for n in range(6)) + b"\4"
    yield b"".join(bytes((0, n)) for n in range(5, -1, -1)) + b"\4"
    yield b"".join(bytes((0, n)) for n in (0, 7, 6, 1, 8, 9, 10)) + b"\4" + bytes((0, 2)) + b"\4"
    yield b"\0\0\4" + b"\1\1\0\0\0\0\1" + b"\4"
    yield b"\0\0\0\1\4" + b"\1\2\1\1\0\0\5\0\1\4" + b"\1\2\0\0\0\0\0\0\1\5"
    yield b"\0\0\2\0\0\x10\x01\4"
    yield b"\0\1\2\1\0\x99\x01\5"
    yield b"\0\0\0\0\4\0\7\5"
    yield b"\3\0\0\4"


@target(
    "journal",
    covers=(
        validate_entry,
        validate_batch,
        fork_proof,
        DirectPolicy.permit,
        MemoryJournal.receive,
    ),
    seeds=journal_seeds,
    max_size=400,
)
def journal(data: bytes) -> None:
    """Entries in any order, forged and forked: a log stays a chain, one entry for one number."""
    tape = Tape(data)
    here = MemoryJournal(JOURNAL)
    known = list(pool())
    batch: list[SignedEntry] = []
    while tape and len(known) < 60:
        kind = tape.byte() % 6
        if kind == 0:
            batch.append(tape.choose(pool()))
        elif kind == 1:
            entry = made(tape, known)
            if entry is not None:
                known.append(entry)
                batch.append(entry)
        elif kind == 2:
            batch.append(_altered(tape, tape.choose(known)))
        elif kind == 3:
            batch.append(tape.choose(known).without_body())
        elif kind == 4:
            outcome = here.receive(batch, policy().permit)
            parts = (outcome.accepted, outcome.duplicates, outcome.waiting, outcome.unproven)
            if sum(map(len, parts)) + len(outcome.rejected) != len(batch):
                raise AssertionError("an entry is in no part of the outcome, or in two")
            batch = []
            _check_chains(here)
        elif batch:
            entry = batch.pop()
            fork_proof(here, entry)
            validate_entry(here, entry, policy().permit)


def _altered(tape: Tape, entry: SignedEntry) -> SignedEntry:
    """The entry with a byte of its signature or body changed."""
    import attrs

    if tape.byte() & 1:
        return attrs.evolve(entry, signature=tape.flip(entry.signature)[:64].ljust(64, b"\0"))
    return attrs.evolve(entry, body=tape.flip(entry.body or b""))


def _check_chains(here: MemoryJournal) -> None:
    logs: dict[DeviceKey, list[SignedEntry]] = {}
    for entry in here:
        logs.setdefault(entry.author, []).append(entry)
    for log in logs.values():
        previous = EntryId(b"")
        for number, entry in enumerate(log, 1):
            if entry.seq != number or entry.previous != previous:
                raise AssertionError("a log is no chain")
            previous = entry.id


def policy_seeds() -> Iterator[bytes]:
    alice = person("Alice")
    for entry in alice.journal:
        yield b"\0" + chunked(entry.body or b"")
    for body in alice.adds_and_revokes():
        yield b"\0" + chunked(body) + b"\1" + chunked(body)
    yield b"\2" + chunked(b"\x92\x91\xa1k\xc0")
    yield b"\3" + chunked(b"future")


@target(
    "account-policy",
    covers=(AccountPolicy.permit, AccountPolicy.taken, SelfPolicy.permit),
    seeds=policy_seeds,
    max_size=2300,
)
def account_policy(data: bytes) -> None:
    """Statements of a contact's account, one by one as they are taken in."""
    tape = Tape(data)
    alice = person("Alice")
    account = alice.persona.account
    entries = list(alice.journal)
    acts = [Act(e.id, e.author, e.seq, (), e.body) for e in entries]
    roster = fold(account, alice.journal.id, acts)
    while tape:
        kind = tape.byte()
        body = tape.chunk()
        entry = sign_entry(
            alice.persona.device if kind & 1 or kind == 0 else TABLET,
            alice.journal.id,
            len(entries) + 1,
            entries[-1].id,
            (),
            NOW,
            (EntryKind.ROSTER, EntryKind.ROSTER, EntryKind.PUT, 99)[kind % 4],
            body,
        )
        if kind % 4 == 2:
            SelfPolicy(roster).permit(entry)
            continue
        rules = AccountPolicy(account, roster, entries=len(entries))
        rules.permit(entry)
        entries.append(entry)
        acts.append(Act(entry.id, entry.author, entry.seq, (), body if kind % 4 < 2 else None))
        if rules.taken(entry):
            roster = fold(account, alice.journal.id, acts)
        AccountPolicy(AccountId(bytes(32)), None).permit(entry)


# --- sync -----------------------------------------------------------------------------------------

SALT = b"handshake hash"
SELF = JournalId(b"another journal".ljust(32))


class Owner:
    """The owner of a session: a disk that answers when the script says so."""

    def __init__(self, written: int) -> None:
        self.journal = MemoryJournal(JOURNAL)
        self.journal.receive(conversation()[:written])
        self.now = 0.0
        self.me = DeviceKey(person("Alice").persona.device.public)
        frontier = self.positions()
        theirs = {a: p for a, p in frontier.items() if a != self.me}
        bookmark = Bookmark(frontier, theirs) if written % 2 else None
        self.session = SyncSession(
            journals={
                JOURNAL: SharedJournal(frontier, self.me, bookmark),
                SELF: SharedJournal({}, self.me),
            },
            salt=SALT,
            rng=SeededRng(9),
            now=0.0,
            share_read=True,
        )
        self.jobs: deque[CommitEntries | ReadEntries | ReadById] = deque()
        self.ended = False

    def positions(self) -> dict[DeviceKey, Position]:
        found = {}
        for author in self.journal.frontier:
            head = self.journal.head_of(author)
            if head is not None:
                found[author] = Position.of(*head)
        return found

    def settle(self) -> None:
        for _ in range(2):
            while (event := self.session.next_event()) is not None:
                if self.ended:
                    raise AssertionError("something happens after a violation")
                if isinstance(event, CommitEntries | ReadEntries | ReadById):
                    self.jobs.append(event)
                elif isinstance(event, PeerHas):
                    for author, seq in event.frontier.items():
                        if seq > self.journal.frontier.get(author, 0):
                            raise AssertionError("delivered what was never here")
                elif isinstance(event, Violation):
                    self.ended = True
            self.session.messages_to_send()
        if self.ended and self.session.deadline() is not None:
            raise AssertionError("an ended session has a deadline")

    def work(self) -> None:
        """The disk does its oldest job."""
        if not self.jobs:
            return
        job = self.jobs.popleft()
        if isinstance(job, CommitEntries):
            outcome = (
                self.journal.receive(job.entries, policy().permit)
                if job.journal == JOURNAL
                else validate_batch(MemoryJournal(SELF), (), policy().permit)
            )
            refused = {r.entry.id for r in outcome.rejected}
            if job.journal != JOURNAL:
                refused = {e.id for e in job.entries}
            self.session.committed(
                job.journal,
                self.positions() if job.journal == JOURNAL else {},
                self.now,
                waiting={w.entry.id: w.missing for w in outcome.waiting},
                unproven={e.id for e in outcome.unproven},
                refused=refused,
            )
        elif isinstance(job, ReadEntries):
            entries = self.journal.read(job.ranges, job.max_bytes)
            self.session.entries_read(job.journal, [OutEntry.of(e) for e in entries])
        else:
            found = (self.journal.get(EntryId(i)) for i in job.ids)
            self.session.found_by_id([OutEntry.of(e) for e in found if e is not None])


@cache
def names() -> tuple[bytes, ...]:
    """The names by which the peer can mean something here, and two that mean nothing."""
    known = Names(SALT)
    return (
        known.of(JOURNAL),
        known.of(SELF),
        known.of(person("Alice").device),
        known.of(person("Bob").device),
        NAME,
        OTHER_NAME,
    )


def peer_message(tape: Tape, known: list[SignedEntry]) -> bytes:
    """A well-formed message that says what the script wants."""
    name = tape.choose(names())
    kind = tape.byte() % 9
    if kind == 2:
        return sync.encode_message(sync.WantAll())
    if kind == 3:
        count = tape.byte() % 4 + 1
        return sync.encode_message(
            sync.Entries([tape.choose(known).to_bytes() for _ in range(count)])
        )
    if kind == 5:
        return sync.encode_message(sync.Want([tape.choose(known).id]))
    positions = {}
    for _ in range(tape.byte() % 4):
        place = tape.choose(known)
        seq = place.seq if tape.byte() & 1 else tape.byte() + 1
        positions[tape.choose(names())] = Position.of(seq, place.id)
    said: sync.Message
    if kind in (0, 1):
        frontiers = {name: positions}
        digest = frontier_digest(frontiers) if kind == 0 else tape.take(16).ljust(16, b"\0")
        said = sync.Have(digest, [(name, positions)], bool(tape.byte() & 1), bool(tape.byte() & 1))
    elif kind == 4:
        said = sync.Ack(tape.byte(), [(name, positions)])
    elif kind == 6:
        said = sync.ReadMark(name, tape.choose(names()), tape.byte() + 1)
    elif kind == 7:
        said = sync.Shared(name, positions)
    else:
        said = sync.Absent([name]) if tape.byte() & 1 else sync.Refuse(name, tape.choose(names()))
    return sync.encode_message(said)


def sync_seeds() -> Iterator[bytes]:
    have = b"\1\0\0\0\0\0"  # nothing there of the first journal
    for written in (0, 3, 6):
        head = bytes((written,)) + have
        yield head + b"\2\2\2"
        yield head + b"\1\0\3\0\0" + b"\2" + b"\1\0\3\1\1\2" + b"\2" + b"\3\x02\x00"
        yield head + b"\1\0\3\2\5\4\3" + b"\2\2\2" + b"\3\x00\xff\2"
        yield head + b"\2\2" + b"\1\0\4\2\2\1\1\2\0\3" + b"\3\x0f\xff"
        yield head + b"\1\0\5\2" + b"\2\2"
        yield head + b"\4\0\1\0\0\0\0\1" + b"\2"
        yield head + b"\5\0" + b"\5\1" + b"\2"
        yield head + b"\7\7\2"
        yield head + b"\6\0\1" + b"\3\x02\x00"
        yield head + b"\1\0\6\3\4"
        yield head + b"\1\0\7\1\1\1\3" + b"\2"
        yield head + b"\1\0\10\1" + b"\1\0\10\0\2"
        yield head + b"\1\0\2" + b"\2"
        yield head + b"\1\0\3\0\6\0\7" + b"\2\2"
        for message in SYNC_MESSAGES:
            yield head + b"\0" + chunked(sync.encode_message(message))
        yield bytes((written,)) + b"\1\0\1\1\2\1\2" + bytes(16) + b"\0\0" + have[0:]


def sync_large() -> Iterator[bytes]:
    frontier = many_positions(sync.MAX_AUTHORS)
    journal = names()[0]
    for message in (
        sync.Have(bytes(16), [(journal, frontier)] * 2, True, False),
        sync.Have(bytes(16), [(n.to_bytes(8, "big"), {}) for n in range(5000)], True, False),
        sync.Absent([n.to_bytes(8, "big") for n in range(7000)]),
        sync.Ack(0, [(journal, frontier)] * 2),
        sync.Entries([conversation()[0].to_bytes()] * 150),
        sync.Want([bytes([n]) * 32 for n in range(sync.MAX_WANTED)]),
    ):
        yield b"\3" + b"\1\0\0\0\0\0" + b"\0" + chunked(encode(message)[:65535]) + b"\2\2"
    # Texts of the largest size, signed, in one message.
    body = b"\x92\xda\xff\x00" + b"x" * 0xFF00 + b"\xc0"
    big = sign_entry(HOSTILE, JOURNAL, 1, EntryId(b""), (), NOW, EntryKind.TEXT, body)
    whole = sync.encode_message(sync.Entries([big.to_bytes()] * 2))
    yield b"\0" + b"\1\0\0\0\0\0" + b"\x08" + len(whole).to_bytes(3, "big") + whole + b"\2\2"


@target(
    "sync-core",
    covers=(
        SyncSession.receive,
        SyncSession.on_deadline,
        SyncSession.committed,
        SyncSession.entries_read,
        SyncSession.found_by_id,
        SyncSession.appended,
        SyncSession.add_journal,
        SyncSession.remove_journal,
        SyncSession.mark_read,
    ),
    declared=(),
    seeds=sync_seeds,
    large=sync_large,
    max_size=512,
)
def sync_core(data: bytes) -> None:
    """A contact says anything at any time: it ends in a `Violation` or in nothing."""
    tape = Tape(data)
    owner = Owner(tape.byte() % 7)
    known = list(pool())
    shared = True
    while tape:
        kind = tape.byte() % 9
        session = owner.session
        if kind == 0:
            session.receive(tape.chunk(), owner.now)
        elif kind == 1:
            session.receive(peer_message(tape, known), owner.now)
        elif kind == 2:
            owner.work()
        elif kind == 3:
            owner.now += tape.number() / 256
            due = session.deadline()
            if due is not None and due <= owner.now:
                session.on_deadline(owner.now)
        elif kind == 4 and len(known) < 40:
            entry = made(tape, known)
            if entry is not None:
                known.append(entry)
                session.receive(sync.encode_message(sync.Entries([entry.to_bytes()])), owner.now)
        elif kind == 5:
            shared = bool(tape.byte() & 1)
            if not shared:
                session.remove_journal(SELF)
            elif SELF not in session._replicas:
                session.add_journal(SELF, SharedJournal({}, owner.me))
        elif kind == 6:
            session.mark_read(JOURNAL, tape.choose(known).author, tape.byte() + 1, owner.now)
        elif kind == 7:
            key = person("Alice").persona.device
            if len(owner.journal) < 30:
                written = owner.journal.append(
                    key, Millis(NOW + 9), EntryKind.TEXT, encode_text("mine")
                )
                session.appended(written)
        elif kind == 8:
            session.receive(tape.take(tape.number(3) % (MAX_MESSAGE + 2)), owner.now)
        owner.settle()


# --- meeting --------------------------------------------------------------------------------------


@cache
def contact_lines() -> tuple[bytes, ...]:
    """Messages that scripts name by number."""
    alice, bob = person("Alice"), person("Bob")
    return tuple(
        encode_message(message)
        for message in (
            Request(bob.entries, "It is Bob"),
            Request(alice.entries, ""),
            Request(bob.entries[:2], "other"),
            Pending(),
            Accept(alice.entries),
            Accept(bob.entries),
            Confirm(),
            *(Refuse(reason) for reason in Reason),
            Refuse(77),
        )
    )


def _said(tape: Tape) -> bytes:
    choice = tape.byte()
    lines = contact_lines()
    if choice == 255:
        return tape.chunk()
    if choice >= 128:
        return tape.flip(lines[choice % len(lines)])
    return lines[choice % len(lines)]


def exchange_seeds() -> Iterator[bytes]:
    count = len(contact_lines())
    for stored in (b"\0", b"\1", b"\2"):
        for line in range(count):
            yield stored + b"\0" + bytes((1, line)) + b"\2"
            yield stored + bytes((1, line)) + b"\2" + bytes((1, 6))
            yield stored + b"\0" + bytes((1, 3)) + bytes((1, line)) + b"\3"
        yield stored + b"\0" + bytes((1, 255)) + chunked(b"\x91\x63")
        yield stored + b"\0" + bytes((1, 132)) + b"\0\x00\x40\x01"


@target(
    "exchange-joiner",
    covers=(JoinerExchange.receive,),
    seeds=exchange_seeds,
    max_size=256,
)
def exchange_joiner(data: bytes) -> None:
    """The side that has the link: nobody is stored but who introduced itself, once."""
    tape = Tape(data)
    alice, bob = person("Alice"), person("Bob")
    known = (None, alice.persona.account, bob.persona.account)[tape.byte() % 3]
    core = JoinerExchange(Request(bob.entries, "Hello"), known)
    storing: AccountId | None = None
    started = over = False
    while tape:
        kind = tape.byte() % 4
        actions: list[Action] = []
        if kind == 0 and not started and not over:
            started = True
            actions = core.start()
        elif kind == 1:
            actions = core.receive(_said(tape))
            started = True
            if over and actions:
                raise AssertionError("an exchange that is over goes on")
        elif storing is not None:
            account, storing = storing, None
            actions = core.stored(account) if kind == 2 else core.not_stored(DiskFull())
        for action in actions:
            if isinstance(action, StoreAcceptance):
                storing = action.introduction.account
            over = over or isinstance(action, Done | Failed)


@target(
    "exchange-owner",
    covers=(OwnerExchange.receive,),
    seeds=exchange_seeds,
    max_size=256,
)
def exchange_owner(data: bytes) -> None:
    """The side that gave the link away: only whoever holds the link key is stored."""
    tape = Tape(data)
    bob = person("Bob")
    callback = tape.byte() % 3
    core = OwnerExchange(bob.link_key)
    answers = (Pending(), Accept(person("Alice").entries), Refuse(Reason.FULL))
    deciding = pending = False
    if callback == 2:
        core.call_back(answers[1 + tape.byte() % 2])
    while tape:
        kind = tape.byte() % 4
        if kind == 1:
            for action in core.receive(_said(tape)):
                if isinstance(action, StoreRequest):
                    deciding = True
                    if action.introduction.link_key != bob.link_key:
                        raise AssertionError("somebody else was introduced")
        elif kind == 2 and (deciding or pending):
            answer = answers[tape.byte() % 3]
            if not deciding and isinstance(answer, Pending):
                continue
            core.answer(answer)
            deciding, pending = False, isinstance(answer, Pending)
        elif kind == 3 and deciding:
            core.not_stored(DiskFull())
            deciding = False


INPUTS = tuple(
    getattr(ContactInputs, name) for name in sorted(vars(ContactInputs)) if name[0] != "_"
)
STATES = tuple(state for state in ContactState if state is not ContactState.OWN)
"""Those of contacts."""


@target(
    "contact-life",
    covers=(ContactMachine.take,),
    declared=(UnexpectedMessage, ContactNotReady),
    seeds=lambda: (
        bytes((state, given)) for state in range(len(STATES)) for given in range(len(INPUTS))
    ),
    max_size=64,
)
def contact_life(data: bytes) -> None:
    """Inputs of peer and person in any order; blocking is never undone by the peer."""
    tape = Tape(data)
    machine = ContactMachine(tape.choose(STATES))
    while tape:
        given = tape.choose(INPUTS)
        machine.take(given)
        if ContactMachine(machine.state).state is not machine.state:
            raise AssertionError("a contact does not wake as it went to sleep")
