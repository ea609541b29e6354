"""From the start of a node to "a contact could reach it", over what tor alone needs for the same.

The other arm is a bare tor with one onion service: start, bootstrap, first descriptor uploaded.
Both begin with an empty data directory for tor.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

from benchmarks.report import PAIRS, Figure, Report, ratio_of
from onionchat.control.client import Client
from onionchat.control.schema import Status
from onionchat.errors import OnionchatError
from onionchat.testing.demo.lab import Lab
from onionchat.testing.demo.people import Person
from onionchat.testing.torlab.client import PlainClient


def _bare_tor(base: Path, torrc: Path) -> float:
    began = time.perf_counter()
    client = PlainClient.start(base, torrc)
    try:
        client.control.command("SETEVENTS HS_DESC")
        client.control.command(
            f"ADD_ONION NEW:ED25519-V3 Flags=DiscardPK Port=80,unix:{base}/nobody"
        )
        client.control.wait_event(lambda event: "UPLOADED" in event, timeout=120)
        return time.perf_counter() - began
    finally:
        client.stop()
        shutil.rmtree(base, ignore_errors=True)


def _node(person: Person) -> float:
    shutil.rmtree(person.profile / "tor", ignore_errors=True)
    began = time.perf_counter()
    person.spawn()
    try:
        while True:
            try:
                client = Client.connect(person.profile)
                break
            except OnionchatError:
                time.sleep(0.02)
        while not client.call(Status()).online:
            time.sleep(0.02)
        return time.perf_counter() - began
    finally:
        person.stop()


def run() -> Report:
    """Interleave both arms."""
    with tempfile.TemporaryDirectory(prefix="onionchat-bench-") as folder:
        base = Path(folder)
        lab = Lab(base / "network")
        lab.start()
        try:
            person = Person("Alice", base / "alice", lab.torrc)
            person.init()
            samples = []
            for number in range(PAIRS):
                bare = _bare_tor(base / f"bare{number}", lab.torrc)
                samples.append(([_node(person)] * 2, [bare] * 2))
        finally:
            lab.stop()
    ratio, ours, theirs = ratio_of(samples, 50)
    return Report(
        "reachable",
        [
            Figure(
                "reachable after start over bare tor",
                ratio,
                "ratio",
                1.10,
                {"node s": ours, "tor s": theirs},
            )
        ],
    )
