"""X3: ten thousand strangers ask to become contacts; what is kept, shown and stored of it.

Whole nodes in virtual time: what is counted does not depend on the machine. Long: some minutes.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from benchmarks.report import Figure, Report
from onionchat.testing.nodes import World
from onionchat.testing.request_flood import Stranger
from onionchat.views import RequestReceived

MANY = 10_000


def flood(world: World, link: str, count: int, *, secret: bool = True) -> list[bytes]:
    """Let so many strangers ask; returns what they were answered."""
    answers: list[bytes] = []
    for number in range(count):
        stranger = Stranger(world, number)
        stranger.ask(link, secret=secret)
        answers += stranger.heard
        stranger.leave()
    return answers


def folder_size(folder: Path) -> int:
    """Bytes of all files in it but the write-ahead log, which each kind of writing fills up to one
    and the same size before it is copied into the database."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files if not path.name.endswith("-wal"))


def run() -> Report:
    """Both floods. `ONIONCHAT_BENCH_SHORT=1` has 300 strangers each."""
    count = 300 if os.environ.get("ONIONCHAT_BENCH_SHORT") else MANY
    with tempfile.TemporaryDirectory(prefix="oc-", dir="/dev/shm") as folder:
        world = World(Path(folder))
        alice = world.person("Alice")
        link = alice.invite(standing=True)
        world.pass_time(5)
        alice.restart()
        times: list[float] = []
        alice.api.subscribe(
            lambda event: (
                times.append(world.time.now) if isinstance(event, RequestReceived) else None
            )
        )
        before, began = folder_size(alice.profile), time.process_time()
        uninvited = flood(world, link, count, secret=False)
        reached = len(alice.do(alice.api.requests())) + len(times) + len(uninvited)
        flood(world, link, count)
        spent = time.process_time() - began
        kept = len(alice.do(alice.api.requests()))
        world.pass_time(200)
        alice.restart()
        more = folder_size(alice.profile) - before
        gaps = [later - earlier for earlier, later in zip(times, times[1:], strict=False)]
        world.end()
    return Report(
        "requests",
        [
            Figure("X3 requests without the secret that reach anybody", reached, "", 0),
            Figure(f"X3 requests kept of {count}", kept, "", 100),
            Figure("X3 events a second, at most", 1 / min(gaps), "/s", 1.0, {"events": len(times)}),
            Figure("X3 disk", more / 2**20, "MiB", 1.0),
            Figure(
                "X3 processor time of both sides, each request",
                1000 * spent / (2 * count),
                "ms",
            ),
        ],
    )
