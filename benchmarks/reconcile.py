"""Finding out who lacks what: two sessions with 20 logs and 100,000 or 1,000,000 entries (S1).

What is counted is what both sides say before either knows what to send. The other arm are figures
measured with Negentropy (a set reconciliation over ids) for as many entries and differences: some
spread over all the time, or the newest only. Logs are contiguous, so that is one case for us.
Time is that of making both sessions and exchanging their first messages.
"""

from __future__ import annotations

import time
from statistics import median

from benchmarks.report import PAIRS, Figure, Report
from onionchat.protocol.sync.events import (
    Agreed,
    Bookmark,
    OutEntry,
    OutMessage,
    ReadEntries,
    SharedJournal,
)
from onionchat.protocol.sync.messages import Entries, decode_message
from onionchat.protocol.sync.position import Position
from onionchat.protocol.sync.session import SyncSession
from onionchat.testing.rng import SeededRng
from onionchat.types import DeviceKey, JournalId

AUTHORS = 20
JOURNAL = JournalId(bytes(32))
_KEYS = [DeviceKey(bytes([number]) * 32) for number in range(1, AUTHORS + 1)]
_DATA = bytes(300)

NEGENTROPY: dict[tuple[int, int], tuple[int, int]] = {
    (100_000, 10): (13_817, 1_742),
    (100_000, 100): (109_567, 3_286),
    (100_000, 1_000): (784_276, 17_742),
    (1_000_000, 100): (161_976, 5_191),
    (1_000_000, 1_000): (1_346_254, 34_319),
}
"""Bytes both ways for (entries, differences): spread over all the time, and the newest only."""

REPEATS = 200

READ = 200
"""Entries that are read at a time here."""

Frontier = dict[DeviceKey, Position]


def _position(seq: int) -> Position:
    return Position(seq, seq.to_bytes(8, "big"))


def frontiers(entries: int, differences: int) -> tuple[Frontier, Frontier, Frontier]:
    """What both had after the last link, and what each has now; half of the news is on each side,
    spread over its half of the logs."""
    each = entries // AUTHORS
    common = {key: _position(each) for key in _KEYS}
    sides = []
    for half in (_KEYS[: AUTHORS // 2], _KEYS[AUTHORS // 2 :]):
        here = dict(common)
        for number in range(differences // 2):
            key = half[number % len(half)]
            here[key] = _position(here[key].seq + 1)
        sides.append(here)
    return common, sides[0], sides[1]


def _session(here: Frontier, common: Frontier, seed: int) -> SyncSession:
    shared = SharedJournal(here, None, Bookmark(common, common))
    return SyncSession(
        journals={JOURNAL: shared}, salt=b"x" * 32, rng=SeededRng(seed), now=0.0, share_read=False
    )


def exchange(entries: int, differences: int) -> tuple[int, float]:
    """Bytes of both sides until both know what to send, and seconds.

    Checks that it is one round: the first answer of each side carries just what the other lacks.
    """
    common, one, other = frontiers(entries, differences)
    began = time.perf_counter()
    here, there = _session(one, common, 1), _session(other, common, 2)
    said, heard = here.messages_to_send(), there.messages_to_send()
    _hear(here, heard)
    _hear(there, said)
    seconds = time.perf_counter() - began
    size = sum(len(message.data) for message in (*said, *heard))
    for session in (here, there):
        assert _payload(session) == min(differences // 2, READ)
    return size, seconds


def _hear(session: SyncSession, messages: list[OutMessage]) -> None:
    for message in messages:
        session.receive(message.data, 0.0)


def _payload(session: SyncSession) -> int:
    """Entries in the very next messages of a session; its owner reads what it asks for."""
    while (event := session.next_event()) is not None:
        if isinstance(event, ReadEntries):
            found = [
                OutEntry(JOURNAL, author, _position(seq), _position(seq - 1).tag, _DATA)
                for author, first, last in event.ranges
                for seq in range(first, last + 1)
            ]
            session.entries_read(event.journal, found[:READ])
            break
        assert isinstance(event, Agreed)
    messages = [decode_message(message.data) for message in session.messages_to_send()]
    return sum(len(said.entries) for said in messages if isinstance(said, Entries))


def _seconds(entries: int) -> float:
    return sum(exchange(entries, 100)[1] for _ in range(REPEATS))


def run() -> Report:
    figures = []
    for entries in (100_000, 1_000_000):
        size, _ = exchange(entries, 0)
        figures.append(Figure(f"{entries} entries in sync, both ways", size, "bytes", 64))
    for (entries, differences), (spread, newest) in NEGENTROPY.items():
        size, _ = exchange(entries, differences)
        arms = {"bytes": size, "random": spread, "newest": newest}
        name = f"{entries} entries, {differences} differ"
        figures.append(Figure(f"{name}: over random", size / spread, "ratio", 1 / 20, arms))
        figures.append(Figure(f"{name}: over newest", size / newest, "ratio", 1 / 5))
    pairs = [(_seconds(1_000_000), _seconds(10_000)) for _ in range(PAIRS)]
    figures.append(
        Figure(
            "time for 1,000,000 over 10,000 entries",
            median(many / few for many, few in pairs),
            "ratio",
            1.5,
            {
                "ms": 1e3 * median(many for many, _ in pairs) / REPEATS,
                "ms of 10,000": 1e3 * median(few for _, few in pairs) / REPEATS,
            },
        )
    )
    return Report("reconcile", figures)
