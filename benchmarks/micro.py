"""What single steps cost on one core, without goals: for comparing machines and versions."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.fabricated import now
from benchmarks.report import Figure, Report
from onionchat.node import journals
from onionchat.protocol.crypto.keys import AgreementKey
from onionchat.protocol.crypto.rng import Rng, SystemRng
from onionchat.protocol.journal.entry import EntryKind, SignedEntry, parse_entry
from onionchat.protocol.rooms.bodies import encode_text
from onionchat.protocol.session.handshake import Candidate, HandshakeDone, Initiator, Responder
from onionchat.store import contacts, keyslot, personas
from onionchat.store import journals as stored
from onionchat.store.database import Database
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.testing.fabricate import circle
from onionchat.testing.nodes import PASSPHRASE
from onionchat.types import JournalId

REPEATS = 20
CANDIDATES = 16
RECORDS = 5_000
ENTRIES = 5_000
SENT = 2_000
GROUP = 64
"""Messages that wait together, as when several front ends write at once."""

_ADDRESS = bytes(32)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _shake(rng: Rng, candidates: int) -> tuple[HandshakeDone, HandshakeDone]:
    """Both sides of a handshake; the called candidate is the last one tried."""
    static, keys = (
        AgreementKey.generate(rng),
        [AgreementKey.generate(rng) for _ in range(candidates)],
    )
    dialler = Initiator(static, keys[-1].public, None, "tor", _ADDRESS, rng, 0.0)
    callee = Responder([Candidate(key) for key in keys], "tor", _ADDRESS, rng, 0.0)
    assert callee.receive(dialler.bytes_to_send(), 0.0) is None
    up = dialler.receive(callee.bytes_to_send(), 0.0)
    other = callee.receive(dialler.bytes_to_send(), 0.0)
    assert up is not None and other is not None
    return up, other


def _records(rng: Rng) -> float:
    one, other = (done.session for done in _shake(rng, 1))

    def work() -> None:
        for _ in range(RECORDS):
            other.feed(one.encrypt(b"x" * 200))
            assert other.next_record() is not None

    return RECORDS / _seconds(work)


def _entries(folder: Path) -> tuple[float, float]:
    """Entries of a peer validated and stored, and own messages to durable commits, a second."""
    profiles = circle(folder, 1, now=now())
    database = Database.open(profiles[0], keyslot.unlock(profiles[0], PASSPHRASE))
    try:
        (contact,) = database.run(contacts.everyone)
        journal = database.run(lambda tx: _conversation(tx, contact.number))
        persona = database.run(lambda tx: personas.get(tx, contact.persona))
        body = encode_text("A sentence as people write them, of middling length.")

        def send(tx: Transaction) -> None:
            journals.append(tx, journal, persona.device, EntryKind.TEXT, body, now())

        def write() -> None:
            for _ in range(0, SENT, GROUP):
                database.run_group([send] * GROUP)

        committed = SENT / _seconds(write)
    finally:
        database.close()
    return _validated(profiles), committed


def _validated(profiles: list[Path]) -> float:
    """The friend writes; the first profile takes it all in."""
    friend = Database.open(profiles[1], keyslot.unlock(profiles[1], PASSPHRASE))
    try:
        (contact,) = friend.run(contacts.everyone)
        journal = friend.run(lambda tx: _conversation(tx, contact.number))
        device = friend.run(lambda tx: personas.get(tx, contact.persona)).device
        body = encode_text("A sentence as people write them, of middling length.")

        def write(tx: Transaction) -> list[SignedEntry]:
            return [
                journals.append(tx, journal, device, EntryKind.TEXT, body, now())
                for _ in range(ENTRIES)
            ]

        entries = friend.run(write)
    finally:
        friend.close()
    received = [parse_entry(entry.to_bytes()) for entry in entries]
    database = Database.open(profiles[0], keyslot.unlock(profiles[0], PASSPHRASE))
    try:

        def work() -> None:
            for first in range(0, ENTRIES, GROUP):
                part = received[first : first + GROUP]
                taken = database.run(partial(_take, journal.journal_id, part))
                assert len(taken.outcome.accepted) == len(part)

        return ENTRIES / _seconds(work)
    finally:
        database.close()


def _take(journal: JournalId, part: list[SignedEntry], tx: Transaction) -> journals.Taken:
    return journals.take(tx, journal, part, now())


def _conversation(tx: Transaction, number: ContactNo) -> stored.Journal:
    return next(j for j in stored.of_contact(tx, number) if j.kind == stored.DIRECT)


def run() -> Report:
    rng = SystemRng()
    with tempfile.TemporaryDirectory(prefix="onionchat-bench-") as folder:
        validated, committed = _entries(Path(folder))
    one, many = (
        1e3 * median(_seconds(partial(_shake, rng, count)) for _ in range(REPEATS))
        for count in (1, CANDIDATES)
    )
    return Report(
        "micro",
        [
            Figure("handshake, both sides", one, "ms"),
            Figure(f"handshake, the last of {CANDIDATES} candidates", many, "ms"),
            Figure("records made and read", _records(rng), "1/s"),
            Figure("entries of a peer, validated and durable", validated, "1/s"),
            Figure(f"own messages, {GROUP} to a commit", committed, "1/s"),
        ],
    )
