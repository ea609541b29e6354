"""What a node with 20 connected contacts costs while nothing happens.

Bytes are counted at the other ends of its links, both ways together: what either side sends is
caused by the protocol. tor's own padding, 103 B/s, is not in it. One minute says little about pings
that come every few minutes, so the first hour is measured too, with whole nodes in virtual time.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import mean

from benchmarks.counting import Counted
from benchmarks.fabricated import centre, circle_of
from benchmarks.processes import usage
from benchmarks.report import Figure, Report
from onionchat.testing.demo.lab import Lab
from onionchat.testing.demo.people import wait_for
from onionchat.testing.nodes import World
from onionchat.testing.torlab.client import PlainClient

CONTACTS = 20
SETTLE = 60.0
"""Seconds after the last link came up: double links are closed, descriptors uploaded."""

SECONDS = 60.0


class Farm:
    """The contacts' nodes."""

    def __init__(self, folder: Path, tor: PlainClient, profiles: list[Path]) -> None:
        folder.mkdir()
        control = f"unix:{tor.directory / 'control'}"
        self.last = {"written": 0, "read": 0, "links": 0}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.farm", control, str(folder), *map(str, profiles)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self._follow, daemon=True).start()

    def _follow(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.last = json.loads(line)

    @property
    def bytes(self) -> int:
        """Written and read by all links so far."""
        return self.last["written"] + self.last["read"]

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _virtual_hour(folder: Path) -> list[float]:
    """Bytes a second of all links, for each minute of the hour after the last one came up."""
    counted = Counted()
    try:
        world = World(folder)
        middle = world.person("Middle")
        for number in range(CONTACTS):
            world.befriend(middle, world.person(f"Friend{number}"))
        minutes = []
        for _ in range(60):
            counted.clear()
            world.pass_time(60)
            parts = [*counted.written, *counted.read]
            minutes.append(sum(size for clock, size in parts if clock is middle.reactor) / 60)
        assert len(middle.links()) == CONTACTS
        world.end()
    finally:
        counted.close()
    return minutes


def run() -> Report:
    with tempfile.TemporaryDirectory(prefix="onionchat-bench-") as folder:
        base = Path(folder)
        (base / "virtual").mkdir()
        hour = _virtual_hour(base / "virtual")
        profiles = circle_of(base / "people", CONTACTS)
        lab = Lab(base / "network")
        lab.start()
        try:
            with PlainClient.start(base / "tor", lab.torrc) as tor:
                farm = Farm(base / "farm", tor, profiles[1:])
                person = centre(base / "centre", profiles[0], lab.torrc)
                person.start()
                try:
                    assert person.node is not None
                    wait_for(
                        "links to all contacts",
                        lambda: person.ask("status")["connected"] == CONTACTS,
                        seconds=240,
                    )
                    time.sleep(SETTLE)
                    before, sent, began = usage(person.node.pid), farm.bytes, time.monotonic()
                    time.sleep(SECONDS)
                    after, sent_after = usage(person.node.pid), farm.bytes
                    took = time.monotonic() - began
                    links = person.ask("status")["connected"]
                finally:
                    person.stop()
                    farm.close()
        finally:
            lab.stop()
    arms = {"links": float(links), "seconds": took}
    cpu = 100 * (after.cpu_seconds - before.cpu_seconds) / took
    return Report(
        "idle",
        [
            Figure(
                "bytes of all links in the first hour",
                mean(hour),
                "B/s",
                100.0,
                {"most in a minute": max(hour), "second half hour": mean(hour[30:])},
            ),
            Figure(
                "bytes of all links, a minute over tor",
                (sent_after - sent) / took,
                "B/s",
                100.0,
                arms,
            ),
            Figure("wake-ups", (after.wakeups - before.wakeups) / took, "1/s", 1.0),
            Figure("processor", cpu, "%", 0.3),
        ],
    )
