"""A node that starts has links to 50 contacts to make (goal T3; long).

Over an ideal dialler: a bare tor, restarted as the node's is, that is given all addresses at once
and calls 32 side by side from the moment it works. The contacts are stubs (`benchmarks.stubs`)
behind five tors, because 50 nodes are too many for the machine; 25 ms a link. While the node is at
it, the person writes to the contact whose turn would come last: that link, from the moment the node
is online, over a bare tor that calls nobody else.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from benchmarks.fabricated import centre, circle_of
from benchmarks.onions import reach
from benchmarks.reachable import DELAYED, _client
from benchmarks.report import Figure, Report
from onionchat.control.schema import Send, Status, Subscribe
from onionchat.net.transports.interface import VIRTUAL_PORT
from onionchat.net.transports.tor.events import COMPLETE
from onionchat.testing.demo.lab import Lab
from onionchat.testing.demo.people import Person
from onionchat.testing.fabricate import friend
from onionchat.testing.torlab.client import PlainClient
from onionchat.views import ConnectionChanged

CONTACTS = 50
TORS = 5
IDEAL_WIDTH = 32
PAIRS = 3
PATIENCE = 180.0
_POLL = 0.05


class Stubs:
    """The contacts, and where they are: host names and access secrets, in order."""

    def __init__(self, stack: ExitStack, base: Path, torrc: Path, profiles: list[Path]) -> None:
        base.mkdir()
        tors = [
            stack.enter_context(PlainClient.start(base / f"t{number}", torrc))
            for number in range(TORS)
        ]
        controls = ",".join(str(tor.directory / "control") for tor in tors)
        (base / "s").mkdir()
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.stubs", str(base / "s"), controls, *profiles],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdin is not None
        stack.callback(process.wait)
        stack.callback(process.stdin.close)
        self.addresses: list[tuple[str, str]] = json.loads(process.stdout.readline())


def _bare(base: Path, torrc: Path, addresses: list[tuple[str, str]]) -> float:
    """Seconds from a tor that works to the last of `addresses` reached; tor's folder is kept."""
    with PlainClient.start(base, torrc) as tor:
        for host, secret in addresses:
            key = base64.b64encode(bytes.fromhex(secret)).decode()
            tor.control.command(f"ONION_CLIENT_AUTH_ADD {host} x25519:{key}")
        began = time.perf_counter()
        with ThreadPoolExecutor(IDEAL_WIDTH) as pool:
            reached = list(
                pool.map(lambda a: reach(tor.socks, a[0], VIRTUAL_PORT, PATIENCE), addresses)
            )
        took = time.perf_counter() - began
    if not all(reached):
        raise AssertionError(f"{reached.count(False)} contacts were never reached")
    return took


def _node(person: Person) -> tuple[float, float]:
    """Seconds from tor working to all links, and to the one that the person waits for."""
    person.spawn()
    try:
        client = _client(person)
        client.call(Subscribe(events=("connection",)))
        end = time.perf_counter() + PATIENCE
        while client.call(Status()).tor.bootstrap < COMPLETE:
            time.sleep(_POLL)
        began = time.perf_counter()
        last = friend(CONTACTS)
        client.call(Send(contact=last, text="are you there?"))
        links: dict[str, float] = {}
        while len(links) < CONTACTS:
            if time.perf_counter() > end:
                raise AssertionError(f"only {len(links)} links came up")
            for event in client.pending_events():
                if isinstance(event, ConnectionChanged) and event.connected:
                    links.setdefault(event.name, time.perf_counter() - began)
            client.call(Status())
            time.sleep(_POLL)
        return max(links.values()), links[last]
    finally:
        person.stop()


def run() -> Report:
    """Three runs of each arm in turns."""
    with tempfile.TemporaryDirectory(prefix="ocb-") as folder, ExitStack() as stack:
        base = Path(folder)
        profiles = circle_of(base / "people", CONTACTS)
        lab = Lab(base / "n", *DELAYED)
        lab.start()
        stack.callback(lab.stop)
        stubs = Stubs(stack, base / "s", lab.torrc, profiles[1:])
        person = centre(base / "centre", profiles[0], lab.torrc)
        everybody, last = stubs.addresses, stubs.addresses[-1:]
        # Both have been started once before it counts.
        _bare(base / "b", lab.torrc, last)
        _node(person)
        storms, singles = [], []
        for _ in range(PAIRS):
            single = _bare(base / "b", lab.torrc, last)
            storm, urgent = _node(person)
            storms.append((storm, _bare(base / "b", lab.torrc, everybody)))
            singles.append((urgent, single))
            print(storms[-1], singles[-1], os.getloadavg()[0], flush=True)
    return Report(
        "storm",
        [
            Figure(
                name,
                median(ours / theirs for ours, theirs in pairs),
                "ratio",
                goal,
                {
                    "node s": median(ours for ours, _ in pairs),
                    other: median(theirs for _, theirs in pairs),
                    "load": os.getloadavg()[0],
                },
            )
            for name, pairs, goal, other in (
                (f"links to {CONTACTS} contacts over an ideal dialler", storms, 1.3, "ideal s"),
                ("the link that the person waits for", singles, 1.2, "alone s"),
            )
        ],
    )
