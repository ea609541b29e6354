"""A message on a warm link, from `send` to its appearance at the other node, over a raw echo.

Both arms cross the same kind of path: six hops of the private network. The echo is a round trip of
one record; the message goes one way, and through two encrypted databases and two control sockets.
"""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path

from benchmarks.raw_onion import RawEcho
from benchmarks.report import PAIRS, Figure, Report, ratio_of
from onionchat.control.client import Client
from onionchat.control.schema import Send, Subscribe
from onionchat.testing.demo.lab import Lab
from onionchat.testing.demo.pair import connected_pair
from onionchat.testing.demo.people import Person
from onionchat.views import MessageAdded

SAMPLES = 60
"""Messages, and echoes, in each arm of each pair."""

TEXT = (
    "A line as people write them, about as long as a sentence tends to be: one hundred characters."
)


class _Arrivals:
    """When each text appeared at the receiving node."""

    def __init__(self, person: Person) -> None:
        self._client = Client.connect(person.profile)
        self._client.call(Subscribe(events=("message",)))
        self._seen: dict[str, float] = {}
        self._changed = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for event in self._client.events():
            if isinstance(event, MessageAdded):
                with self._changed:
                    self._seen[event.message.text] = time.perf_counter()
                    self._changed.notify_all()

    def wait(self, text: str) -> float:
        with self._changed:
            self._changed.wait_for(lambda: text in self._seen, timeout=60)
            return self._seen.pop(text)


def _messages(client: Client, arrivals: _Arrivals, contact: str, series: int) -> list[float]:
    found = []
    for number in range(SAMPLES):
        text = f"{series:02d} {number:03d} {TEXT}"
        began = time.perf_counter()
        client.call(Send(contact=contact, text=text))
        found.append(arrivals.wait(text) - began)
    return found


def run() -> Report:
    """Interleave both arms."""
    with tempfile.TemporaryDirectory(prefix="onionchat-bench-") as folder:
        base = Path(folder)
        lab = Lab(base / "network")
        lab.start()
        try:
            raw = RawEcho(base, lab.torrc)
            alice, bob = connected_pair(base, lab.torrc)
            try:
                client, arrivals = Client.connect(alice.profile), _Arrivals(bob)
                _messages(client, arrivals, "Bob", 99)
                raw.round_trips(SAMPLES)
                samples = [
                    (_messages(client, arrivals, "Bob", number), raw.round_trips(SAMPLES))
                    for number in range(PAIRS)
                ]
            finally:
                alice.stop()
                bob.stop()
                raw.close()
        finally:
            lab.stop()
    figures = []
    for percent in (50, 95):
        ratio, ours, theirs = ratio_of(samples, percent)
        figures.append(
            Figure(
                f"message shown over raw echo, p{percent}",
                ratio,
                "ratio",
                1.15,
                {"message ms": ours * 1e3, "echo ms": theirs * 1e3},
            )
        )
    return Report("latency", figures)
