"""What strangers and hostile contacts cost, and what an honest contact notices of them (X1 to X4).

Real processes and real sockets without tor: Alice's node is flooded at its sockets, as its tor
would hand on the flood; Bob, an honest contact, writes to her meanwhile. Quiet and flooded
stretches alternate, and the ratio of Bob's latency in both is what counts. tor has limits of its
own before any of this (proof of work, streams of a circuit); here they are not counted on.
"""

from __future__ import annotations

import os
import secrets
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from string import ascii_lowercase

from benchmarks.fabricated import now
from benchmarks.processes import resident, usage
from benchmarks.report import Figure, Report, percentile, ratio_of
from onionchat.control.client import Client
from onionchat.control.schema import Send, Subscribe
from onionchat.node import journals
from onionchat.protocol.journal.entry import EntryKind
from onionchat.protocol.rooms.bodies import encode_text
from onionchat.protocol.session.handshake import FIRST_SIZE
from onionchat.store import contacts, keyslot, personas
from onionchat.store import journals as stored
from onionchat.store.database import Database
from onionchat.store.transaction import Transaction
from onionchat.testing.demo.pair import befriend
from onionchat.testing.demo.people import Person, wait_for
from onionchat.testing.socket_daemon import SOCKETS
from onionchat.views import MessageAdded

RATE = 200
"""Connections of strangers a second."""

HONEST = "honest "
"""What Bob's texts begin with."""

TINY, LARGE = 60_000, 800
"""Texts that wait at the hostile contact: more than are taken in all the arms together."""


class SocketPerson(Person):
    """A person whose node meets others over sockets in a folder. `far`: on another machine, so to
    speak: what that node works is done when nobody else here has anything to do.
    """

    def __init__(self, name: str, base: Path, sockets: Path, *, far: bool = False) -> None:
        super().__init__(
            name,
            base / name.lower(),
            None,
            node_prefix=("nice", "-n", "19") if far else (),
            environment={SOCKETS: str(sockets)},
        )

    def command(self, *arguments: str) -> list[str]:
        """The node itself is another program; everything else is the command line's."""
        words = super().command(*arguments)
        if arguments[:1] == ("node",):
            words[words.index("onionchat.cli")] = "onionchat.testing.socket_daemon"
        return words


class Honest:
    """Bob writes to Alice, one message after the other."""

    def __init__(self, alice: Person, bob: Person) -> None:
        self._client = Client.connect(bob.profile)
        self._seen = Client.connect(alice.profile)
        self._seen.call(Subscribe(events=("message",)))
        self._at: dict[str, float] = {}
        self.others = 0
        """Messages of others that Alice was shown."""
        self._changed = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()
        self._count = 0

    def _read(self) -> None:
        for event in self._seen.events():
            if isinstance(event, MessageAdded):
                with self._changed:
                    if event.message.text.startswith(HONEST):
                        self._at[event.message.text] = time.perf_counter()
                        self._changed.notify_all()
                    else:
                        self.others += 1

    def latencies(self, seconds: float, every: float = 0.05) -> list[float]:
        """Seconds from sending to being shown, of messages sent during so many seconds."""
        found, end = [], time.perf_counter() + seconds
        while time.perf_counter() < end:
            self._count += 1
            text = f"{HONEST}{self._count}"
            began = time.perf_counter()
            self._client.call(Send(contact="Alice", text=text))
            with self._changed:
                if not self._changed.wait_for(lambda text=text: text in self._at, timeout=60):
                    raise RuntimeError("a message did not arrive within a minute")
                found.append(self._at.pop(text) - began)
            time.sleep(max(0.0, began + every - time.perf_counter()))
        return found


@dataclass
class Scene:
    """Alice and Bob, contacts of each other, each with a running node."""

    base: Path
    sockets: Path
    alice: SocketPerson
    bob: SocketPerson

    def person(self, name: str, *, far: bool = False) -> SocketPerson:
        """Somebody more, running."""
        made = SocketPerson(name, self.base, self.sockets, far=far)
        made.init()
        made.start()
        return made

    @property
    def pid(self) -> int:
        """Alice's node."""
        assert self.alice.node is not None
        return self.alice.node.pid


@contextmanager
def scene(kind: type[SocketPerson] = SocketPerson) -> Iterator[Scene]:
    """Set everything up, and stop it. `kind` says what runs the nodes."""
    with tempfile.TemporaryDirectory(prefix="oc-", dir="/dev/shm") as folder:
        base = Path(folder)
        sockets = base / "s"
        sockets.mkdir(mode=0o700)
        alice, bob = (kind(name, base, sockets) for name in ("Alice", "Bob"))
        try:
            for person in (alice, bob):
                person.init()
                person.start()
            befriend(alice, bob)
            yield Scene(base, sockets, alice, bob)
        finally:
            alice.stop()
            bob.stop()


class Strangers:
    """Connections at `rate` a second to sockets, each with a first message of random bytes.

    `stay`: they are held open and send one byte each ten seconds instead.
    """

    def __init__(
        self, paths: list[Path], rate: float, *, stay: bool = False, most: int = 10**9
    ) -> None:
        self._paths, self._rate, self._stay, self._most = paths, rate, stay, most
        self.made = 0
        self.open: list[socket.socket] = []
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Strangers:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()
        for connection in self.open:
            connection.close()

    def _run(self) -> None:
        # Of the form that a first message has, so that it is judged by every candidate's key.
        noise = FIRST_SIZE.to_bytes(2, "big") + b"\x01" + secrets.token_bytes(FIRST_SIZE - 1)
        began = time.perf_counter()
        while not self._end.is_set():
            if self.made == self._most:
                time.sleep(0.05)
                continue
            if time.perf_counter() < began + self.made / self._rate:
                time.sleep(0.001)
                continue
            connection = socket.socket(socket.AF_UNIX)
            connection.setblocking(False)
            try:
                connection.connect(str(self._paths[self.made % len(self._paths)]))
                connection.send(noise[:1] if self._stay else noise)
            except OSError:
                connection.close()
            else:
                self.open.append(connection)
            self.made += 1
            if not self._stay and len(self.open) > self._rate:
                self.open.pop(0).close()

    def still_open(self) -> int:
        """How many of them the node has not closed yet."""
        return sum(not _closed(connection) for connection in self.open)


def _closed(connection: socket.socket) -> bool:
    try:
        return connection.recv(4096, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def paths_of(scene: Scene) -> list[Path]:
    """All sockets of Alice's node: those in the folder that are not Bob's."""
    before = set(scene.sockets.iterdir())
    scene.bob.stop()
    hers = [path for path in scene.sockets.iterdir() if path in before and _answers(path)]
    scene.bob.start()
    return hers


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(str(path))
        except OSError:
            return False
        return True


# --- the figures ----------------------------------------------------------------------------------


def strangers(scene: Scene, pairs: int, seconds: float) -> list[Figure]:
    """X1: strangers by unknown keys, at a contact onion's socket and an invite's."""
    scene.alice.run("invite", "--standing")
    paths = paths_of(scene)
    honest = Honest(scene.alice, scene.bob)
    honest.latencies(2)
    idle, memory = usage(scene.pid).cpu_seconds, resident(scene.pid)
    began = time.perf_counter()
    quiet = [honest.latencies(seconds)]
    alone = (usage(scene.pid).cpu_seconds - idle) / (time.perf_counter() - began)
    samples, spent, made = [], 0.0, 0
    for _ in range(pairs):
        before, at = usage(scene.pid).cpu_seconds, time.perf_counter()
        with Strangers(paths, RATE) as flood:
            flooded = honest.latencies(seconds)
        took = time.perf_counter() - at
        spent += usage(scene.pid).cpu_seconds - before - alone * took
        made += flood.made
        samples.append((flooded, quiet[-1]))
        quiet.append(honest.latencies(seconds))
    ratio, under, without = ratio_of(samples, 95)
    return [
        Figure(
            "X1 honest p95 under 200 strangers/s",
            ratio,
            "x",
            1.5,
            {"flooded ms": under * 1000, "quiet ms": without * 1000},
        ),
        Figure("X1 processor time of one stranger", 1000 * spent / made, "ms", 1.0, {"n": made}),
        Figure("X1 resident memory more", resident(scene.pid) - memory, "MB", 33.5),
    ]


def half_open(scene: Scene, connections: int) -> list[Figure]:
    """X2: connections that say nearly nothing; when are all of them gone?"""
    paths = paths_of(scene)
    honest = Honest(scene.alice, scene.bob)
    honest.latencies(1)
    quiet = honest.latencies(5)
    memory = resident(scene.pid)
    with Strangers(paths, 2000, stay=True, most=connections) as flood:
        wait_for("the flood", lambda: flood.made == connections, 30)
        began = time.perf_counter()
        during = honest.latencies(5)
        more = resident(scene.pid) - memory
        wait_for("their end", lambda: flood.still_open() == 0, 90)
        gone = time.perf_counter() - began
    return [
        Figure(
            f"X2 honest p95 beside {connections} half-open",
            percentile(during, 95) / percentile(quiet, 95),
            "x",
            1.2,
            {"beside ms": 1000 * percentile(during, 95), "quiet ms": 1000 * percentile(quiet, 95)},
        ),
        Figure("X2 until all half-open ones are gone", gone, "s", 31.0),
        Figure("X2 resident memory more", more, "MB", 33.5),
    ]


def hostile_contact(scene: Scene, pairs: int, seconds: float) -> list[Figure]:
    """X4: an accepted contact sends as much as it can; what does Bob notice?

    What it sends was signed before, and its node has the lowest priority: its own work is not what
    Alice's node is to be judged by.
    """
    honest = Honest(scene.alice, scene.bob)
    honest.latencies(2)
    figures = []
    for number, (name, texts) in enumerate(
        (("largest texts", large_texts(LARGE)), ("tiny texts", ["x"] * TINY))
    ):
        mallory = scene.person(f"Mallory{number}", far=True)
        befriend(scene.alice, mallory)
        mallory.stop()
        write_ahead(mallory, texts)
        samples, taken = [], 0
        for _ in range(pairs):
            quiet = honest.latencies(seconds)
            before = honest.others
            mallory.start()
            try:
                wait_for("the flood", lambda before=before: honest.others > before, 120)
                before = honest.others
                samples.append((honest.latencies(seconds), quiet))
                taken += honest.others - before
            finally:
                mallory.stop()
        scene.alice.run("block", mallory.name)
        ratio, beside, without = ratio_of(samples, 95)
        figures.append(
            Figure(
                f"X4 honest p95 beside a contact's {name}",
                ratio,
                "x",
                1.5,
                {
                    "beside ms": 1000 * beside,
                    "quiet ms": 1000 * without,
                    "theirs a second": taken / (pairs * seconds),
                    "load": os.getloadavg()[0],
                },
            )
        )
    return figures


def large_texts(count: int) -> list[str]:
    """Texts of nearly the greatest length, of short words: the slowest to make searchable."""
    random = Random(1)
    words = ["".join(random.choices(ascii_lowercase, k=random.randint(1, 8))) for _ in range(20000)]
    return [" ".join(random.choices(words, k=10_800))[:60_000] for _ in range(count)]


def write_ahead(person: Person, texts: list[str]) -> None:
    """Let texts to the only contact wait in the profile of somebody whose node does not run."""
    passphrase = person.passphrase_file.read_text().strip()
    database = Database.open(person.profile, keyslot.unlock(person.profile, passphrase))

    def write(tx: Transaction) -> None:
        (contact,) = contacts.everyone(tx)
        journal = stored.direct(tx, contact.number)
        assert journal is not None
        device = personas.get(tx, contact.persona).device
        for text in texts:
            journals.append(tx, journal, device, EntryKind.TEXT, encode_text(text), now())

    try:
        database.run(write)
    finally:
        database.close()


def run() -> Report:
    """All of it, some minutes; `ONIONCHAT_BENCH_SHORT=1` for a look."""
    short = bool(os.environ.get("ONIONCHAT_BENCH_SHORT"))
    with scene() as stage:
        figures = strangers(stage, 2 if short else 5, 4 if short else 10)
        figures += half_open(stage, 300 if short else 1000)
        figures += hostile_contact(stage, 2 if short else 5, 5 if short else 10)
    return Report("abuse", figures)
