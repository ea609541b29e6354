"""Bugs put into the real code on purpose: the simulator must find each of them (its anti-test).

What lives here: one function for each bug, which says what it changes; `PLANTED`, all of them.
What may not: anything that a simulation without a planted bug uses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any, Final
from unittest.mock import patch

from twisted.python.failure import Failure

from onionchat.errors import BadChain, DecryptionFailed, DiskFull
from onionchat.node import (
    delivery,
    folding,
    journals,
    own_logs,
    quota,
    repeats,
    restored,
    shared_journals,
)
from onionchat.node.contact_link import ContactLink
from onionchat.node.delivery import Delivery
from onionchat.node.links import Links
from onionchat.protocol.journal import validate
from onionchat.protocol.journal.order import OrderKey, order_key
from onionchat.protocol.link.liveness import Liveness, Verdict
from onionchat.protocol.session.noise import CipherState
from onionchat.protocol.session.records import Session
from onionchat.protocol.session.renewal import KeyAge
from onionchat.protocol.sync import session
from onionchat.protocol.sync.events import CommitEntries
from onionchat.protocol.sync.outgoing import Outgoing
from onionchat.protocol.sync.position import Position
from onionchat.protocol.sync.session import SyncSession
from onionchat.store import database, entries, logs, marks, withdrawn
from onionchat.testing.simulation import planted_devices
from onionchat.types import MessageState, Seq

Changes = list[tuple[Any, str, Any]]

PLANTED: Final[dict[str, Callable[[], Changes]]] = {}
"""Each gives what it puts in the place of what: object, attribute, value."""


def _bug(make: Callable[[], Changes]) -> Callable[[], Changes]:
    PLANTED[make.__name__.replace("_", "-")] = make
    return make


for _made in planted_devices.BUGS:
    _bug(_made)


@contextmanager
def planted(name: str | None) -> Iterator[None]:
    """While the block runs, the bug of that name is in the code; None: none is."""
    with ExitStack() as stack:
        for target, attribute, value in [] if name is None else PLANTED[name]():
            stack.enter_context(patch.object(target, attribute, value))
        yield


# --- what is acknowledged -------------------------------------------------------------------------


@_bug
def acknowledge_before_commit() -> Changes:
    """A peer is told that its entries are on disk before they are."""
    event = ContactLink._event

    def early(self: ContactLink, found: object) -> None:
        if not isinstance(found, CommitEntries):
            event(self, found)
            return
        assert self.session is not None
        journal, received = found.journal, found.entries
        now = self._delivery.wall.millis()
        self._delivery.db.run(lambda tx: journals.take(tx, journal, received, now)).addErrback(
            lambda _: None
        )
        frontier = {entry.author: Position.of(entry.header.seq, entry.id) for entry in received}
        self.session.committed(
            journal, frontier, self.live.now, waiting={}, unproven=[], refused=[]
        )

    return [(ContactLink, "_event", early)]


@_bug
def drop_last_entry_of_batch() -> Changes:
    """Of several entries that arrive together the last is not stored."""
    take = journals.take

    def shorter(tx: Any, journal: Any, received: Any, *more: Any) -> Any:
        return take(tx, journal, received[:-1] if len(received) > 1 else received, *more)

    return [(journals, "take", shorter)]


@_bug
def full_disk_acknowledged() -> Changes:
    """What found no room is acknowledged as if it were stored."""
    event = ContactLink._event

    def trusting(self: ContactLink, found: object) -> None:
        if not isinstance(found, CommitEntries):
            event(self, found)
            return
        journal, received = found.journal, found.entries
        now = self._delivery.wall.millis()

        def full(failure: Failure) -> journals.Taken:
            failure.trap(DiskFull)
            positions = {it.author: Position.of(it.header.seq, it.id) for it in received}
            return journals.Taken(validate.Outcome(), positions)

        def done(taken: journals.Taken) -> None:
            if not self._gone:
                self._committed(journal, taken)
                self.pump()

        work = self._delivery.db.run(lambda tx: journals.take(tx, journal, received, now))
        work.addErrback(full).addCallback(done).addErrback(
            lambda failure: self._delivery.storage_failed(self, failure)
        )

    return [(ContactLink, "_event", trusting)]


@_bug
def delivered_on_send() -> Changes:
    """A message counts as delivered when it is written to the link."""

    def sent(
        self: Delivery, link: ContactLink, journal: Any, author: Any, first: int, last: int
    ) -> None:
        def work(tx: Any) -> None:
            run = logs.run(
                tx,
                journal,
                author,
                Seq(first),
                upto=last,
                max_entries=last - first + 1,
            )
            ids = [entry.entry_id for entry in run if entry.shown]
            delivery._emit_state(tx, link.contact, ids, MessageState.DELIVERED)

        self._run(work, None, link)

    return [(Delivery, "sent", sent)]


@_bug
def delivered_is_on_its_way_again() -> Changes:
    """Whatever goes out on a new link is told as sent, also what was delivered long ago."""

    def sent(
        self: Delivery, link: ContactLink, journal: Any, author: Any, first: int, last: int
    ) -> None:
        def work(tx: Any) -> None:
            many = last - first + 1
            run = logs.run(tx, journal, author, Seq(first), upto=last, max_entries=many)
            ids = [entry.entry_id for entry in run if entry.shown]
            delivery._emit_state(tx, link.contact, ids, MessageState.SENT)

        self._run(work, None, link)

    return [(Delivery, "sent", sent)]


@_bug
def repeats_are_news() -> Changes:
    """A text that is asked for once more, because the answer was lost, is one more message."""
    return [(repeats, "message_of", lambda *_args: None)]


@_bug
def read_beyond_what_was_read() -> Changes:
    """The mark of what was read says more than that."""
    mark = SyncSession.mark_read

    def beyond(self: SyncSession, journal: Any, author: Any, seq: Any, now: float) -> None:
        mark(self, journal, author, seq + 3, now)

    return [(SyncSession, "mark_read", beyond)]


# --- what is sent ---------------------------------------------------------------------------------


@_bug
def forget_outbox() -> Changes:
    """After a restart only what was acknowledged counts as written."""
    counted, shared = own_logs.counted, shared_journals._shared

    def fewer(tx: Any, journal: Any, row: Any) -> Any:
        with patch.object(restored, "is_unsure", lambda _tx, _contact: True):
            return counted(tx, journal, row)

    def begun_with(tx: Any, journal: Any, kept: Any, row: Any, device: Any) -> Any:
        return shared(tx, journal, replace(kept, unsure=True), row, device)

    return [(own_logs, "counted", fewer), (shared_journals, "_shared", begun_with)]


@_bug
def forget_what_came_while_loading() -> Changes:
    """What is written while a link is being prepared is not told to its session."""

    def appended(self: ContactLink, entries: Any) -> None:
        if self.session is not None:
            self.session.appended(*entries)

    return [(ContactLink, "appended", appended)]


@_bug
def window_never_reopened() -> Changes:
    """Acknowledgements do not make room for more."""

    def landed(self: Outgoing, replica: Any, author: Any, seq: int) -> None:
        replica.land(author, seq)
        replica.compare(author)

    return [(Outgoing, "landed", landed)]


@_bug
def renewal_loses_a_record() -> Changes:
    """The first record under a renewed key is empty."""
    switch, encrypt = Session.switch_send, Session.encrypt
    fresh: set[int] = set()

    def switched(self: Session) -> None:
        switch(self)
        fresh.add(id(self))

    def emptied(self: Session, frames: bytes) -> bytes:
        if id(self) in fresh:
            fresh.discard(id(self))
            return encrypt(self, bytes(len(frames)))
        return encrypt(self, frames)

    return [(Session, "switch_send", switched), (Session, "encrypt", emptied)]


@_bug
def unreadable_records_are_passed_over() -> Changes:
    """A record that does not decrypt is left out, and the link goes on."""
    decrypt = Session.next_record

    def tolerant(self: Session) -> bytes | None:
        while True:
            try:
                return decrypt(self)
            except DecryptionFailed:
                self._receive._nonce += 1

    return [(Session, "next_record", tolerant)]


@_bug
def replayed_records_are_accepted() -> Changes:
    """A record that came before is taken once more."""
    decrypt = CipherState.decrypt

    def again(self: CipherState, ciphertext: bytes, associated: bytes = b"") -> bytes:
        try:
            return decrypt(self, ciphertext, associated)
        except DecryptionFailed:
            expected = self._nonce
            for earlier in range(max(0, expected - 16), expected):
                self._nonce = earlier
                try:
                    return decrypt(self, ciphertext, associated)
                except DecryptionFailed:
                    pass
                finally:
                    self._nonce = expected
            raise

    return [(CipherState, "decrypt", again)]


@_bug
def silent_links_stay() -> Changes:
    """A link whose other end does not answer is kept, also when its keys should have been renewed
    (which alone would end most of them in time)."""

    def check(self: Liveness, now: float, _token: bytes) -> Verdict:
        if now >= self.deadline():
            self.heard(now)
        return Verdict.FINE

    return [(Liveness, "check", check), (KeyAge, "over_at", lambda _self: None)]


# --- who wrote what where -------------------------------------------------------------------------


@_bug
def order_by_time_alone() -> Changes:
    """An entry's place is what its author's clock says."""

    def by_time(time: int, entry: Any, _ancestors: Any) -> OrderKey:
        return OrderKey(time, 1, entry)

    return [(journals, "order_key", by_time), (validate, "order_key", by_time)]


@_bug
def backdating_is_believed() -> Changes:
    """Of an entry that is received, a time before what it answers is taken as it is."""

    def believed(time: int, entry: Any, keys: Any) -> OrderKey:
        return OrderKey(time, 1 + max((key.depth for key in keys), default=0), entry)

    return [(validate, "order_key", believed)]


@_bug
def forks_are_ignored() -> Changes:
    """Two entries for one place lead to nothing."""
    return [(journals, "_keep_fork", lambda *_args, **_kinds: None)]


@_bug
def numbers_used_again_after_restore() -> Changes:
    """A copy of an older state writes on as if it were the newest."""
    return [
        (restored, "is_unsure", lambda _tx, _contact: False),
        (own_logs, "reconcile", lambda _tx, _journal, _received: None),
    ]


@_bug
def gaps_are_accepted() -> Changes:
    """An entry may leave out numbers of its log."""
    place = validate._place

    def lenient(view: Any, entry: Any, permit: Any) -> Any:
        try:
            return place(view, entry, permit)
        except BadChain:
            head = view.head_of(entry.author)
            if head is None or entry.header.seq <= head.seq + 1:
                raise
            keys = [view.key_of(ancestor) for ancestor in entry.ancestors]
            key = order_key(entry.header.time, entry.id, keys)
            return validate.Accepted(entry, key)

    return [(validate, "_place", lenient)]


@_bug
def taken_back_texts_are_kept() -> Changes:
    """What was taken back and written again is written again once more, when there is doubt."""
    return [(withdrawn, "forget", lambda _tx, _contact: None)]


@_bug
def taken_back_texts_are_not_looked_for() -> Changes:
    """What was taken back is written again though the contact had it after all."""
    again = journals.write_again

    def blindly(tx: Any, number: Any) -> None:
        with patch.object(entries, "places", lambda _tx, _ids: {}):
            again(tx, number)

    return [(journals, "write_again", blindly)]


# --- who may what ---------------------------------------------------------------------------------


@_bug
def blocked_contacts_are_served() -> Changes:
    """The links of whoever is blocked stay."""

    def changed(self: Links, number: Any) -> None:
        card = self._directory.get(number)
        if card is not None and self._peers is not None:
            self._aim(card)

    return [(Links, "_card_changed", changed), (Links, "close", lambda _self, _contact: None)]


@_bug
def quota_ignored() -> Changes:
    """A contact may fill the disk."""
    return [(quota, "judge", lambda *_: None)]


@_bug
def strangers_without_limit() -> Changes:
    """A peer may name as many devices as it likes."""
    return [(session, "MAX_STRANGERS", 10**9)]


# --- the disk -------------------------------------------------------------------------------------


def _with_pragma(name: str, value: str | int) -> Changes:
    configure = database._configure

    def changed(connection: Any) -> None:
        configure(connection)
        connection.pragma(name, value)

    return [(database, "_configure", changed)]


@_bug
def synchronous_off() -> Changes:
    """Commits do not wait for the disk."""
    return _with_pragma("synchronous", 0)


@_bug
def synchronous_normal() -> Changes:
    """Only checkpoints wait for the disk."""
    return _with_pragma("synchronous", 1)


@_bug
def no_rollback_journal() -> Changes:
    """A transaction that is interrupted stays by halves."""
    return _with_pragma("journal_mode", "off")


# --- what was deleted -----------------------------------------------------------------------------


@_bug
def deletion_for_everyone_is_ignored() -> Changes:
    """What its author asks everybody to delete stays where it is."""
    honour = folding._Folding._honour

    def own_only(self: Any, target: Any) -> None:
        message = marks.target(self._tx, self._journal.number, target)
        if message is not None and message.mine:
            honour(self, target)

    return [(folding._Folding, "_honour", own_only)]


@_bug
def what_is_said_of_deleted_messages_is_kept() -> Changes:
    """Edits of a message that was deleted are stored as they arrive."""

    class Forgetful:
        """The module `entries`, which remembers nothing that was erased."""

        is_erased = staticmethod(lambda *_: False)

    return [(folding, "entries", Forgetful)]
