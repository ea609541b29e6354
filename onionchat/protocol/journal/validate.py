"""What an incoming entry must satisfy to become part of a journal (docs/spec/06-journal.md).

What lives here: the checks, in the order of the specification, against a `JournalView`. What may
not: writing to it, and policies (the caller passes `permit`, from rooms).

A batch needs one signature check per log: each entry names the hash of the one before it, so the
signature of the newest vouches for all. Signatures inside such a run may therefore be wrong without
harm, and a relay that passes the run on is not to blame for them.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from typing import TypeAlias

import attrs

from onionchat.errors import BadChain, BadSignature, ForkedLog, NotPermitted, ProtocolViolation
from onionchat.protocol.journal.entry import NO_ENTRY, SignedEntry, check_body, check_signature
from onionchat.protocol.journal.fork import ForkProof, SignedHeader
from onionchat.protocol.journal.order import OrderKey, order_key
from onionchat.protocol.journal.view import JournalView, LogHead
from onionchat.types import DeviceKey, EntryId, JournalId

Permit: TypeAlias = Callable[[SignedEntry], None]
"""A policy: raises `NotPermitted` for an entry whose author may not write it. It is asked before
the signature is checked, so it must not remember what it was asked."""


@attrs.frozen
class Accepted:
    """The entry is valid and new; `key` is its place in the order."""

    entry: SignedEntry
    key: OrderKey


@attrs.frozen
class Duplicate:
    """The entry is here already."""

    entry: SignedEntry


@attrs.frozen
class Waiting:
    """Entries that it names are not here; its signature is checked when its turn comes."""

    entry: SignedEntry
    missing: tuple[EntryId, ...]


@attrs.frozen
class Rejected:
    """The entry is refused for good."""

    entry: SignedEntry
    error: ProtocolViolation


Verdict: TypeAlias = Accepted | Duplicate | Waiting


@attrs.frozen
class Outcome:
    """What became of a batch; every entry of it is in exactly one of these, in their order."""

    accepted: tuple[Accepted, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    unproven: tuple[SignedEntry, ...] = ()
    """Fit their log, but no signature in the batch vouches for them: a later one of the same log
    still may, so they are kept for a while (bounded) and tried again with it."""
    rejected: tuple[Rejected, ...] = ()


def validate_entry(view: JournalView, entry: SignedEntry, permit: Permit) -> Verdict:
    """Check one entry against the journal.

    Raises:
        NotPermitted: of another journal, or refused by the policy.
        ForkedLog: signed for a position that holds another entry; see `fork_proof`.
        BadChain: previous entry, body size or body hash do not fit.
        BadSignature: not signed by its author.
    """
    verdict = _place(view, entry, permit)
    if isinstance(verdict, Accepted):
        check_signature(entry.header.author, entry.header_bytes, entry.signature)
    return verdict


def validate_batch(
    view: JournalView,
    entries: Iterable[SignedEntry],
    permit: Permit,
    spoiled: Container[EntryId] = (),
) -> Outcome:
    """Check entries in causal order, with one signature check per log where all is well.

    An entry may rest on earlier ones of the batch. Never raises what a peer caused: one bad entry
    does not keep the others from being accepted. A policy that depends on entries of the same
    journal (`account`) must be given batches of one. The own signatures of `spoiled` entries are
    known not to hold: they are not verified again.
    """
    overlay = _Overlay(view)
    logs: dict[bytes, list[SignedEntry]] = {}
    accepted: list[Accepted] = []
    duplicates: list[Duplicate] = []
    waiting: list[Waiting] = []
    rejected: list[Rejected] = []
    for entry in entries:
        try:
            verdict = _place(overlay, entry, permit)
        except ProtocolViolation as error:
            rejected.append(Rejected(entry, error))
            continue
        if isinstance(verdict, Accepted):
            overlay.add(verdict)
            accepted.append(verdict)
            logs.setdefault(entry.header.author, []).append(entry)
        elif isinstance(verdict, Duplicate):
            duplicates.append(verdict)
        else:
            waiting.append(verdict)
    unproven = [entry for log in logs.values() for entry in log[_proven(log, spoiled) :]]
    if unproven:
        accepted, late = _set_aside(accepted, {entry.id for entry in unproven})
        waiting.extend(late)
    return Outcome(
        tuple(accepted), tuple(duplicates), tuple(waiting), tuple(unproven), tuple(rejected)
    )


def fork_proof(view: JournalView, entry: SignedEntry) -> ForkProof | None:
    """The proof that goes with `ForkedLog`; None if `entry` forks nothing that is here."""
    stored = view.header_at(entry.author, entry.header.seq)
    if stored is None or stored.header == entry.header_bytes:
        return None
    return ForkProof(stored, SignedHeader(entry.header_bytes, entry.signature))


def _place(view: JournalView, entry: SignedEntry, permit: Permit) -> Verdict:
    """Everything but the signature of an entry that is accepted."""
    header = entry.header
    if header.journal != view.id:
        raise NotPermitted
    head = view.head_of(entry.author)
    expected, tip = (1, NO_ENTRY) if head is None else (head.seq + 1, head.id)
    if header.seq < expected:
        return _already_taken(view, entry)
    if header.seq == expected and header.previous != tip:
        raise BadChain
    if header.seq > expected and view.key_of(entry.previous) is not None:
        raise BadChain
    check_body(entry)
    permit(entry)
    keys: list[OrderKey] = []
    missing: list[EntryId] = []
    for ancestor in entry.ancestors:
        key = view.key_of(ancestor)
        if key is None:
            missing.append(ancestor)
        else:
            keys.append(key)
    if missing:
        return Waiting(entry, tuple(missing))
    return Accepted(entry, order_key(header.time, entry.id, keys))


def _already_taken(view: JournalView, entry: SignedEntry) -> Duplicate:
    """The position is filled: the same entry once more, or a fork.

    Nobody is accused without proof: both signatures must hold. A stored entry whose own signature
    does not (it was vouched for by a later one) makes the new one just a bad one.
    """
    if view.id_at(entry.author, entry.header.seq) == entry.id:
        return Duplicate(entry)
    check_signature(entry.header.author, entry.header_bytes, entry.signature)
    stored = view.header_at(entry.author, entry.header.seq)
    if stored is None or not _holds(entry.header.author, stored.header, stored.signature):
        raise BadChain
    raise ForkedLog


def _holds(author: bytes, header_bytes: bytes, signature: bytes) -> bool:
    try:
        check_signature(author, header_bytes, signature)
    except BadSignature:
        return False
    return True


def _proven(log: Sequence[SignedEntry], spoiled: Container[EntryId]) -> int:
    """How many entries of a chained run the newest valid signature vouches for."""
    author = log[0].header.author
    for count in range(len(log), 0, -1):
        newest = log[count - 1]
        if newest.id not in spoiled and _holds(author, newest.header_bytes, newest.signature):
            return count
    return 0


def _set_aside(
    accepted: list[Accepted], unproven: set[EntryId]
) -> tuple[list[Accepted], list[Waiting]]:
    """Take the unproven entries out; what rests on them waits for them."""
    kept: list[Accepted] = []
    late: list[Waiting] = []
    absent = set(unproven)
    for verdict in accepted:
        entry = verdict.entry
        if entry.id in unproven:
            continue
        missing = tuple(ancestor for ancestor in entry.ancestors if ancestor in absent)
        if missing:
            absent.add(entry.id)
            late.append(Waiting(entry, missing))
        else:
            kept.append(verdict)
    return kept, late


class _Overlay:
    """A journal as it would be with the entries of the batch that fitted so far."""

    def __init__(self, base: JournalView) -> None:
        self._base = base
        self._id = base.id
        self._keys: dict[EntryId, OrderKey] = {}
        self._heads: dict[DeviceKey, LogHead | None] = {}
        self._places: dict[tuple[DeviceKey, int], SignedEntry] = {}

    @property
    def id(self) -> JournalId:
        return self._id

    def add(self, verdict: Accepted) -> None:
        entry = verdict.entry
        self._keys[entry.id] = verdict.key
        self._heads[entry.author] = LogHead(entry.header.seq, entry.id)
        self._places[entry.author, entry.header.seq] = entry

    def key_of(self, entry: EntryId) -> OrderKey | None:
        key = self._keys.get(entry)
        return self._base.key_of(entry) if key is None else key

    def head_of(self, author: DeviceKey) -> LogHead | None:
        if author not in self._heads:
            self._heads[author] = self._base.head_of(author)
        return self._heads[author]

    def id_at(self, author: DeviceKey, seq: int) -> EntryId | None:
        entry = self._places.get((author, seq))
        return self._base.id_at(author, seq) if entry is None else entry.id

    def header_at(self, author: DeviceKey, seq: int) -> SignedHeader | None:
        entry = self._places.get((author, seq))
        if entry is None:
            return self._base.header_at(author, seq)
        return SignedHeader(entry.header_bytes, entry.signature)
