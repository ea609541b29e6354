"""A profile with very many messages: start (A1), search (A2) and answers, encrypted as always.

`start`: a process that imports what a node imports, opens the profile, lists the chats and reads
the last 50 messages of each. Other arms: the same with 1,000 messages, and the imports alone.
`search`: the newest 50 hits as the person gets them. The other arm is FTS5 alone on the same
database, which finds the same 50 row numbers and reads their texts. `wait`: how long a commit waits
at most behind a search, i.e. how long the longest search takes. `answers`: a real node (sockets in
the place of tor) from its start to the first answer of `status`, and what `onionchat status` and
the newest 50 messages of a conversation take from it, over the control API.

The profile is made once and kept in .cache/ (1,000,000 messages take some minutes and 1 GB).
`ONIONCHAT_BENCH_MESSAGES=100000` takes a smaller one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import msgspec

from benchmarks.fabricated import now
from benchmarks.report import PAIRS, Figure, Report, ratio_of
from onionchat.control.client import Client
from onionchat.control.methods import excerpt
from onionchat.control.schema import Contacts, History, Status
from onionchat.errors import Unavailable
from onionchat.node import people
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.store import contacts, drafts, keyslot, messages, onions, personas, search
from onionchat.store.database import Database
from onionchat.store.transaction import Transaction
from onionchat.testing.demo.people import wait_for
from onionchat.testing.fabricate import circle, fill
from onionchat.testing.nodes import PASSPHRASE
from onionchat.testing.rng import SeededRng
from onionchat.testing.socket_daemon import SOCKETS

MANY = int(os.environ.get("ONIONCHAT_BENCH_MESSAGES", "1000000"))
FEW = 1_000
CONTACTS = 20
PAGE = 50
PEOPLE = 1_000
RUNS = 40
"""Times that each search is made, in each pair."""

CACHE = Path(".cache/benchmarks")

QUERIES = {
    "rare word": "77777 ",
    "common word": "people ",
    "two words": "people time ",
    "prefix": "peop",
    "prefix of one letter": "w",
    "five common words": "people time water world year ",
}
"""The fabricated texts are made of some hundred words, all of them common, and one number each. A
blank at the end makes the last word a whole one."""


def profile(count: int) -> Path:
    """A fabricated profile with so many messages."""
    made = CACHE / f"{count}-messages"
    if not made.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        new = CACHE / f"{count}-being-made-by-{os.getpid()}"
        profiles = circle(new, CONTACTS, now=now())
        fill(profiles, count, now=now())
        profiles[0].rename(made)
    return made


def _open(folder: Path) -> Database:
    return Database.open(folder, keyslot.unlock(folder, PASSPHRASE))


def _start(folder: Path | None) -> float:
    """Seconds of a process that is ready to answer; without a folder, of its imports."""
    command = [sys.executable, "-m", "benchmarks.large", *([] if folder is None else [str(folder)])]
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def _answer(folder: Path) -> None:
    database = _open(folder)
    chats = database.run(contacts.chat_list)
    assert len(chats) == CONTACTS
    for chat in chats:
        found = database.run(lambda tx, chat=chat: messages.history(tx, chat.contact.number, PAGE))
        assert len(found) == PAGE
    os._exit(0)  # closing is not part of it


def _seconds(work: Callable[[], object], runs: int = RUNS) -> list[float]:
    found = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return found


def _searches(database: Database) -> tuple[list[Figure], float]:
    figures, longest = [], 0.0
    for name, typed in QUERIES.items():
        expression = database.run(lambda tx, typed=typed: search.query(tx, typed))

        def ours(typed: str = typed) -> None:
            database.run(lambda tx: messages.find(tx, typed, PAGE))

        def raw(expression: str | None = expression) -> None:
            database.run(
                lambda tx: tx.rows(
                    "SELECT rowid, text FROM search WHERE search MATCH ?"
                    " ORDER BY rowid DESC LIMIT ?",
                    expression,
                    PAGE,
                )
            )

        samples = [(_seconds(ours), _seconds(raw)) for _ in range(PAIRS)]
        ratio, one, other = ratio_of(samples, 95)
        longest = max(longest, *(_longest_step(database, typed) for _ in range(RUNS)))
        arms = {"ms": 1e3 * one, "raw ms": 1e3 * other}
        figures.append(Figure(f"search, {name}, p95 over raw", ratio, "ratio", 2.0, arms))
    return figures, longest


def _longest_step(database: Database, typed: str) -> float:
    """Seconds that one step of a search keeps others from the database, at most."""
    going, more, longest = messages.Search(typed, PAGE), True, 0.0
    while more:
        began = time.perf_counter()
        more = database.run(going.step)
        longest = max(longest, time.perf_counter() - began)
    return longest


def _jump(database: Database) -> Figure:
    """A page around a message in the very middle of a conversation, over the newest page."""
    first = database.run(contacts.chat_list)[0].contact.number
    row = database.run(
        lambda tx: tx.row(
            "SELECT e.entry_id FROM entries AS e JOIN journals AS j ON j.id = e.journal"
            " WHERE j.contact = ? AND e.shown = 1 ORDER BY e.effective LIMIT 1 OFFSET ?",
            first,
            MANY // CONTACTS // 2,
        )
    )
    assert row is not None

    def jump() -> None:
        database.run(lambda tx: messages.around(tx, first, PAGE, row[0]))

    def newest() -> None:
        database.run(lambda tx: messages.newest(tx, first, PAGE))

    samples = [(_seconds(jump), _seconds(newest)) for _ in range(PAIRS)]
    ratio, one, other = _medians(samples)
    arms = {"ms": 1e3 * one, "newest ms": 1e3 * other}
    return Figure("a page around a message over the newest page", ratio, "ratio", 2.0, arms)


def _many_contacts() -> Figure:
    """The list of 1,000 contacts as the control API answers with it, names alike looked for; the
    other arm is the chat list alone."""
    rng = SeededRng("many contacts")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "profile"
        database = Database.create(made, keyslot.generate(rng))
        database.run(lambda tx: acquaintances(tx, rng))

        def ours() -> None:
            found = database.run(people.views)
            msgspec.json.encode([excerpt(view) for _, view in found])
            assert len(found) == PEOPLE

        samples = [
            (_seconds(ours, 5), _seconds(lambda: database.run(contacts.chat_list), 5))
            for _ in range(PAIRS)
        ]
        database.close()
    _, one, other = _medians(samples)
    return Figure(
        f"the list of {PEOPLE:,} contacts", 1e3 * one, "ms", 100.0, {"chat list ms": 1e3 * other}
    )


def acquaintances(tx: Transaction, rng: SeededRng) -> None:
    onions.ensure(tx, rng, now())
    for number in range(PEOPLE):
        persona = personas.add(
            tx,
            account_id=rng.random_bytes(32),
            device=SigningKey(rng.random_bytes(32)),
            link=AgreementKey(rng.random_bytes(32)),
            recovery_box=b"",
            created=now(),
            is_self=False,
        )
        contact = contacts.add(
            tx,
            public_id=rng.random_bytes(16),
            persona=persona,
            petname=f"Friend {number}",
            created=now(),
            state=contacts.ContactState.ACTIVE,
        )
        drafts.put(tx, contact, "a text that is not ready yet " * 9, now())


def _ranked(database: Database) -> Figure:
    """What ranking by relevance would cost; the newest first are found without it."""

    def ours() -> None:
        database.run(lambda tx: messages.find(tx, "people ", PAGE))

    def ranked() -> None:
        database.run(
            lambda tx: tx.rows(
                "SELECT rowid, text FROM search WHERE search MATCH ? ORDER BY rank LIMIT ?",
                'text : "people"',
                PAGE,
            )
        )

    samples = [(_seconds(ours, 5), _seconds(ranked, 2)) for _ in range(PAIRS)]
    ratio, one, other = _medians(samples)
    arms = {"ms": 1e3 * one, "bm25 ms": 1e3 * other}
    return Figure("newest first over ranked by bm25", ratio, "ratio", 1 / 20, arms)


def _chat_list(database: Database) -> Figure:
    def ours() -> None:
        database.run(contacts.chat_list)

    def scan() -> None:
        database.run(
            lambda tx: tx.rows(
                "SELECT j.contact, MAX(e.effective), COUNT(*) FROM entries AS e"
                " JOIN journals AS j ON j.id = e.journal WHERE e.shown = 1 GROUP BY e.journal"
            )
        )

    samples = [(_seconds(ours, 5), _seconds(scan, 1)) for _ in range(PAIRS)]
    ratio, one, other = _medians(samples)
    return Figure(
        "chat list over group by",
        ratio,
        "ratio",
        0.1,
        {"ms": 1e3 * one, "group by ms": 1e3 * other},
    )


def _answers(folder: Path) -> list[Figure]:
    """Of one node that runs on a copy of the profile."""
    with tempfile.TemporaryDirectory(dir=CACHE) as base:
        copy = Path(shutil.copytree(folder, Path(base) / "profile")).absolute()
        secret = Path(base) / "secret"
        secret.touch(0o600)
        secret.write_text(PASSPHRASE + "\n")
        command = [sys.executable, "-m", "onionchat.testing.socket_daemon", "node"]
        command += [f"--profile={copy}", f"--passphrase-file={secret}"]
        began = time.perf_counter()
        node = subprocess.Popen(
            command, env={**os.environ, SOCKETS: base}, stderr=subprocess.DEVNULL
        )
        try:
            wait_for("the node", lambda: _status(copy) is not None)
            first = time.perf_counter() - began
            said = [sys.executable, "-m", "onionchat.cli", f"--profile={copy}", "status"]
            by_hand = _seconds(lambda: subprocess.run(said, check=True, capture_output=True), 10)
            with Client.connect(copy) as client:
                asked = _seconds(lambda: client.call(Status()))
                known = [one.id for one in client.call(Contacts())]
                pages = _seconds(
                    lambda: client.call(History(contact=known.pop(), limit=PAGE)), len(known)
                )
        finally:
            node.terminate()
            node.wait()
    arms = {"ms at the node": 1e3 * median(asked)}
    return [
        Figure(f"start to the first answer, {MANY} messages", first, "s"),
        Figure("`onionchat status`, the whole process", median(by_hand), "s", 1.0, arms),
        Figure(f"the newest {PAGE} of a conversation, longest", 1e3 * max(pages), "ms", 100.0),
    ]


def _status(folder: Path) -> object:
    try:
        with Client.connect(folder) as client:
            return client.call(Status())
    except Unavailable:
        return None


def _medians(samples: list[tuple[list[float], list[float]]]) -> tuple[float, float, float]:
    pairs = [(median(one), median(other)) for one, other in samples]
    return (
        median(one / other for one, other in pairs),
        median(one for one, _ in pairs),
        median(other for _, other in pairs),
    )


def run() -> Report:
    many, few = profile(MANY), profile(FEW)
    rounds = [(_start(many), _start(few), _start(None)) for _ in range(PAIRS)]
    large, small, alone = (median(column) for column in zip(*rounds, strict=True))
    arms = {"s": large, "s with 1,000": small, "s of imports": alone}
    figures = [
        Figure(
            f"start, {MANY} over {FEW} messages",
            median(one / other for one, other, _ in rounds),
            "ratio",
            1.3,
            arms,
        ),
        Figure(
            f"start, {MANY} messages over imports",
            median(one / other for one, _, other in rounds),
            "ratio",
            1.5,
        ),
    ]
    figures += _answers(many)
    database = _open(many)
    try:
        figures += [_chat_list(database), _jump(database), _many_contacts()]
        found, longest = _searches(database)
        figures += [*found, _ranked(database)]
        figures.append(Figure("a commit waits for a search at most", 1e3 * longest, "ms", 10.0))
    finally:
        database.close()
    return Report("large", figures)


if __name__ == "__main__":
    import twisted.internet.reactor  # noqa: F401

    if len(sys.argv) > 1:
        _answer(Path(sys.argv[1]))
    os._exit(0)
