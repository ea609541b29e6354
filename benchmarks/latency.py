"""A message on a warm link, from `send` to its appearance at the other node, over a raw echo.

Both arms cross the same kind of path: six hops of the private network. The echo is a round trip of
one record; the message goes one way, and through two encrypted databases and two control sockets.
For those who find that unequal: the message over the raw way there. When the sender is told of the
delivery is printed too: acknowledgements wait on purpose (docs/spec/07-sync.md).
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.raw_onion import RawEcho
from benchmarks.report import PAIRS, Figure, Report, ratio_of
from onionchat.control.client import Client
from onionchat.control.schema import Send, Subscribe
from onionchat.testing.demo.lab import Lab
from onionchat.testing.demo.pair import connected_pair
from onionchat.testing.demo.people import Person
from onionchat.views import MessageAdded, MessageStateChanged

SAMPLES = 60
"""Messages, and echoes, in each arm of each pair."""

DELIVERIES = 10

NO_DELAY = ("--delay-ms", "0")
"""Through the proxies: without them, waits of the kernel's TCP on loopback hide everything else."""

TEXT = (
    "A line as people write them, about as long as a sentence tends to be: one hundred characters."
)


class _Seen:
    """When a front end of a person was told of each text that came, and of each delivery."""

    def __init__(self, person: Person) -> None:
        self._client = Client.connect(person.profile)
        self._client.call(Subscribe(events=("message", "state")))
        self._at: dict[str, float] = {}
        self._changed = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for event in self._client.events():
            match event:
                case MessageAdded(message=message):
                    self._note([message.text])
                case MessageStateChanged(ids=ids, state="delivered"):
                    self._note(ids)

    def _note(self, names: Sequence[str]) -> None:
        with self._changed:
            self._at.update(dict.fromkeys(names, time.perf_counter()))
            self._changed.notify_all()

    def wait(self, name: str) -> float:
        """The time at which a text or a delivery was told."""
        with self._changed:
            if not self._changed.wait_for(lambda: name in self._at, timeout=60):
                raise RuntimeError("a message did not arrive within a minute")
            return self._at.pop(name)


class _Sender:
    """Alice writes to Bob, one message after the other."""

    def __init__(self, alice: Person, bob: Person) -> None:
        self._client, self._hers, self._his = (
            Client.connect(alice.profile),
            _Seen(alice),
            _Seen(bob),
        )
        self._count = 0

    def shown(self, number: int) -> list[float]:
        """Seconds from sending to being shown at the other end."""
        return [self._send()[0] for _ in range(number)]

    def told(self, number: int) -> list[float]:
        """Seconds from sending to being told that it was delivered."""
        found = []
        for _ in range(number):
            _, began, message = self._send()
            found.append(self._hers.wait(message) - began)
        return found

    def _send(self) -> tuple[float, float, str]:
        self._count += 1
        text = f"{self._count:05d} {TEXT}"
        began = time.perf_counter()
        sent = self._client.call(Send(contact="Bob", text=text))
        return self._his.wait(text) - began, began, sent.id


def run() -> Report:
    """Interleave both arms."""
    with tempfile.TemporaryDirectory(prefix="onionchat-bench-") as folder:
        base = Path(folder)
        lab = Lab(base / "network", *NO_DELAY)
        lab.start()
        try:
            raw = RawEcho(base, lab.torrc)
            alice, bob = connected_pair(base, lab.torrc)
            try:
                sender = _Sender(alice, bob)
                sender.shown(SAMPLES)
                raw.trips(SAMPLES)
                pairs = [(sender.shown(SAMPLES), raw.trips(SAMPLES)) for _ in range(PAIRS)]
                told = sender.told(DELIVERIES)
            finally:
                alice.stop()
                bob.stop()
                raw.close()
        finally:
            lab.stop()
    shown = [(ours, echo[0]) for ours, echo in pairs]
    one_way = [(ours, echo[1]) for ours, echo in pairs]
    return Report(
        "latency",
        [
            _figure("message shown over raw echo", shown, 50, 1.15),
            _figure("message shown over raw echo", shown, 95, 1.10),
            _figure("message shown over the raw way there", one_way, 50, None),
            Figure("delivery told, p50", median(told), "s"),
        ],
    )


def _figure(
    name: str,
    samples: Sequence[tuple[Sequence[float], Sequence[float]]],
    percent: int,
    goal: float | None,
) -> Figure:
    ratio, ours, raw = ratio_of(samples, percent)
    arms = {"message ms": ours * 1e3, "raw ms": raw * 1e3}
    return Figure(f"{name}, p{percent}", ratio, "ratio", goal, arms)
