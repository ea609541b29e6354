"""Five nodes that are contacts of each other, 50 messages a second in all (goal S3; long).

From `send` to the event at the other node, over one message a second on the same links. Every text
is looked for afterwards in the receivers' histories: none may be missing, none be there twice.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections import Counter
from itertools import count
from pathlib import Path
from statistics import median

from benchmarks.fabricated import now
from benchmarks.latency import TEXT
from benchmarks.report import Figure, Report, percentile
from onionchat.control.client import Client
from onionchat.control.schema import Send, Subscribe
from onionchat.protocol.crypto.rng import SystemRng
from onionchat.testing.demo.lab import Lab
from onionchat.testing.demo.people import Person, wait_for
from onionchat.testing.fabricate import friend, mesh, set_passphrase
from onionchat.views import MessageAdded

PEOPLE = 5
SLOW, FAST = 1.0, 50.0
SECONDS = 30.0
PAIRS = 2
"""Fewer than usual: each takes a minute."""

SHAPES = {
    "no delay": ("--delay-ms", "0"),
    "25 ms a link": ("--delay-ms", "25", "--jitter-ms", "5"),
}


class _Traffic:
    """Sends and sees what comes."""

    def __init__(self, people: list[Person]) -> None:
        self._people = people
        self._sent: dict[str, tuple[float, str, str]] = {}
        self._seen: dict[str, float] = {}
        self._numbers = count(1)
        self._clients = [Client.connect(person.profile) for person in people]
        for person in people:
            watch = Client.connect(person.profile)
            watch.call(Subscribe(events=("message",)))
            threading.Thread(target=self._follow, args=(watch,), daemon=True).start()

    def _follow(self, watch: Client) -> None:
        for event in watch.events():
            if isinstance(event, MessageAdded) and not event.message.mine:
                self._seen.setdefault(event.message.text, time.perf_counter())

    def run(self, rate: float, seconds: float) -> list[float]:
        """Seconds of each message; as many a second in all, from everybody in turn."""
        texts: list[str] = []
        began = time.perf_counter()
        every = len(self._people) / rate

        def send(sender: int) -> None:
            client, others = self._clients[sender], [n for n in range(PEOPLE) if n != sender]
            due = began + sender / rate
            turn = 0
            while due < began + seconds:
                time.sleep(max(0.0, due - time.perf_counter()))
                other = friend(others[turn % len(others)] + 1)
                text = f"{next(self._numbers):06d} {TEXT}"
                self._sent[text] = (time.perf_counter(), friend(sender + 1), other)
                texts.append(text)
                client.call(Send(contact=other, text=text))
                due += every
                turn += 1

        senders = [threading.Thread(target=send, args=(n,)) for n in range(PEOPLE)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        wait_for("all messages", lambda: all(text in self._seen for text in texts), 60)
        return [self._seen[text] - self._sent[text][0] for text in texts]

    def wrong(self) -> tuple[int, int]:
        """How many texts are missing in the histories, and how many are there more than once."""
        found: Counter[str] = Counter()
        for person in self._people:
            for other in range(1, PEOPLE + 1):
                if friend(other) != person.name:
                    history = person.history(friend(other), 10_000)
                    found.update(m["text"] for m in history if not m["mine"])
        return sum(found[text] == 0 for text in self._sent), sum(n > 1 for n in found.values())


def _compared(name: str, base: Path, shape: tuple[str, ...]) -> list[Figure]:
    base.mkdir()
    profiles = mesh(base / "m", PEOPLE, now=now())
    lab = Lab(base / "n", *shape)
    lab.start()
    people = [Person(friend(n), base / f"p{n}", lab.torrc) for n in range(1, PEOPLE + 1)]
    try:
        for person, profile in zip(people, profiles, strict=True):
            set_passphrase(profile, person.passphrase_file.read_text().strip(), SystemRng())
            profile.rename(person.profile)
            person.start()
        for person in people:
            wait_for("all links", lambda p=person: p.ask("status")["connected"] == PEOPLE - 1, 180)
        traffic = _Traffic(people)
        traffic.run(FAST, 5.0)
        pairs = [(traffic.run(FAST, SECONDS), traffic.run(SLOW, SECONDS)) for _ in range(PAIRS)]
        missing, double = traffic.wrong()
    finally:
        for person in people:
            person.stop()
        lab.stop()
    arms = {
        "50/s ms": 1e3 * median(percentile(fast, 95) for fast, _ in pairs),
        "1/s ms": 1e3 * median(percentile(slow, 95) for _, slow in pairs),
        "messages": float(sum(len(fast) + len(slow) for fast, slow in pairs)),
        "load": os.getloadavg()[0],
    }
    ratio = median(percentile(fast, 95) / percentile(slow, 95) for fast, slow in pairs)
    return [
        Figure(f"p95 at 50 messages a second over 1 a second, {name}", ratio, "ratio", 1.5, arms),
        Figure(f"messages lost, {name}", float(missing), "", 0.0),
        Figure(f"messages doubled, {name}", float(double), "", 0.0),
    ]


def run() -> Report:
    """Both networks."""
    with tempfile.TemporaryDirectory(prefix="onionchat-bench-") as folder:
        figures = []
        for number, (name, shape) in enumerate(SHAPES.items()):
            figures += _compared(name, Path(folder) / str(number), shape)
    return Report("live", figures)
