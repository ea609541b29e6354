"""One of two real stores that synchronise over a socket: a process of the benchmark `backfill`.

`python -m benchmarks.replicator PROFILE SOCKET MESSAGES HOW` talks until so many messages came in
(0: until the other side ends), and says how many seconds went by from the other's first word on.
HOW is `heads` (what a node does) or `each`: every single signature is verified as well.
"""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from twisted.internet import reactor
from twisted.internet.interfaces import IDelayedCall
from twisted.internet.protocol import Factory, connectionDone
from twisted.protocols.basic import Int32StringReceiver
from twisted.python.failure import Failure

from benchmarks.fabricated import now
from onionchat.node import journals
from onionchat.node.changes import EntriesCommitted
from onionchat.node.dbthread import DbThread
from onionchat.node.shared_journals import load, read_by_id, read_entries
from onionchat.protocol.crypto.rng import SystemRng
from onionchat.protocol.journal.entry import SignedEntry, check_signature
from onionchat.protocol.sync.events import (
    CommitEntries,
    Event,
    ReadById,
    ReadEntries,
    SharedJournal,
    Violation,
)
from onionchat.protocol.sync.session import SyncSession
from onionchat.store import contacts, keyslot
from onionchat.store.database import Database
from onionchat.store.transaction import Transaction
from onionchat.testing.nodes import PASSPHRASE
from onionchat.types import JournalId

HEADS, EACH = "heads", "each"

T = TypeVar("T")

Check = Callable[[SignedEntry], None]


class Replicator(Int32StringReceiver):
    """One side: a store on its thread, a session of it, and a socket to the other."""

    MAX_LENGTH = 1 << 20

    def __init__(self, profile: Path, check: Check | None, enough: int) -> None:
        self.added = 0
        self.heard: float | None = None
        """When the other side said its first word."""
        self.done = 0.0
        self.broken: Failure | None = None
        self._check = check
        self._enough = enough
        self._timer: IDelayedCall | None = None
        self._session: SyncSession | None = None
        self._early: list[bytes] = []
        self._db = DbThread(
            reactor,
            lambda: Database.open(profile, keyslot.unlock(profile, PASSPHRASE)),
            self._publish,
        )

    def connectionMade(self) -> None:
        self._db.start()
        self._ask(_load, self._begin)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._db.stop().addBoth(lambda _: reactor.stop())

    def stringReceived(self, string: bytes) -> None:
        self.heard = self.heard or time.perf_counter()
        if self._session is None:
            self._early.append(string)
            return
        self._session.receive(string, time.monotonic())
        self._pump()

    def _begin(self, journals: dict[JournalId, SharedJournal]) -> None:
        self._session = SyncSession(
            journals=journals,
            salt=b"benchmark",
            rng=SystemRng(),
            now=time.monotonic(),
            share_read=False,
        )
        for message in self._early:
            self._session.receive(message, time.monotonic())

    def _pump(self) -> None:
        session = self._session
        if session is None:
            return
        busy = True
        while busy:
            busy = False
            while (event := session.next_event()) is not None:
                busy = True
                self._handle(session, event)
            for message in session.messages_to_send():
                busy = True
                self.sendString(message.data)
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        deadline = session.deadline()
        if deadline is not None:
            self._timer = reactor.callLater(max(0.0, deadline - time.monotonic()), self._tick)
        if 0 < self._enough <= self.added and not self.done:
            self.done = time.perf_counter()
            self.transport.loseConnection()

    def _tick(self) -> None:
        assert self._session is not None
        self._session.on_deadline(time.monotonic())
        self._pump()

    def _handle(self, session: SyncSession, event: Event) -> None:
        match event:
            case ReadEntries(journal=journal):
                self._ask(
                    lambda tx: read_entries(tx, event),
                    lambda found: session.entries_read(journal, found),
                )
            case ReadById():
                self._ask(lambda tx: read_by_id(tx, event, _load(tx).keys()), session.found_by_id)
            case CommitEntries():
                self._ask(
                    lambda tx: self._take(tx, event),
                    lambda taken: self._committed(session, event.journal, taken),
                )
            case Violation(error=error):
                raise error

    def _take(self, tx: Transaction, event: CommitEntries) -> journals.Taken:
        if self._check is not None:
            for entry in event.entries:
                self._check(entry)
        return journals.take(tx, event.journal, event.entries, now())

    def _committed(self, session: SyncSession, journal: JournalId, taken: journals.Taken) -> None:
        outcome = taken.outcome
        self.added += len(outcome.accepted)
        session.committed(
            journal,
            taken.frontier,
            time.monotonic(),
            waiting={item.entry.id: item.missing for item in outcome.waiting},
            unproven=[entry.id for entry in outcome.unproven],
            refused=[item.entry.id for item in outcome.rejected],
        )

    def _publish(self, event: object) -> None:
        if isinstance(event, EntriesCommitted) and self._session is not None:
            self._session.appended(*(committed.entry for committed in event.entries))

    def _ask(self, work: Callable[[Transaction], T], answer: Callable[[T], None]) -> None:
        def done(result: T) -> None:
            answer(result)
            self._pump()

        def failed(failure: Failure) -> None:
            self.broken = failure
            self.transport.loseConnection()

        self._db.run(work).addCallback(done).addErrback(failed)


def _load(tx: Transaction) -> dict[JournalId, SharedJournal]:
    (contact,) = contacts.everyone(tx)
    (device,) = (known for known in contacts.devices(tx, contact.number) if known.active)
    return dict(load(tx, contact.number, device.device_key).journals)


def talk(profile: Path, stream: socket.socket, check: Check | None, enough: int) -> Replicator:
    """Talk until so many entries are on disk here, or the other side ends."""
    side = Replicator(profile, check, enough)
    stream.setblocking(False)
    reactor.adoptStreamConnection(
        stream.fileno(), socket.AF_UNIX, Factory.forProtocol(lambda: side)
    )
    reactor.run()
    if side.broken is not None:
        side.broken.raiseException()
    return side


def _every_signature(entry: SignedEntry) -> None:
    check_signature(entry.author, entry.header_bytes, entry.signature)


if __name__ == "__main__":
    profile, number, enough, how = sys.argv[1:]
    found = talk(
        Path(profile),
        socket.socket(fileno=int(number)),
        _every_signature if how == EACH else None,
        int(enough),
    )
    if found.heard is not None:
        print(found.done - found.heard)
