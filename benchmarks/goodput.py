"""Goodput of a bulk channel of our link over a bare copy on the same circuit (goal T1).

Two client tors, one onion service with two ports, two streams with one isolation: tor puts both on
one circuit. Arms alternate, so both get the same circuit warmed up alike. Once with no delay, where
the processor counts, and once with 25 ms a link, where windows and round trips do.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.copying import CHANNEL_PORT, RAW_PORT
from benchmarks.report import PAIRS, Figure, Report, ratio_of
from onionchat.testing.demo.lab import Lab
from onionchat.testing.torlab.client import PlainClient

MIB = 1 << 20
NO_DELAY = ("--delay-ms", "0")
DELAYED = ("--delay-ms", "25", "--jitter-ms", "5")


QUEUE_CELLS = 50_000
LONG_QUEUES = (
    "--consensus-param",
    f"circ_max_cell_queue_size={QUEUE_CELLS}",
    "--consensus-param",
    f"circ_max_cell_queue_size_out={QUEUE_CELLS}",
)
"""For both arms: with the public network's limits (1,250 and 1,000 cells) tor closes circuits whose
sender is quicker than delays allow there, in the bare copy's turn above all (docs/benchmarks.md).
"""

ATTEMPTS = 3
"""Networks that are tried before a circuit that dies ends the benchmark."""


class CopyEnded(Exception):
    """One end of a copy is gone, mostly because the circuit died; its standard error says why."""


class End:
    """A process of `benchmarks.copying`."""

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.copying", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.told()

    def told(self) -> dict[str, float]:
        """The next line that it says."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise CopyEnded
        told: dict[str, float] = json.loads(line)
        return told

    def copy(self, arm: str, size: int) -> dict[str, float]:
        """Copy `size` bytes."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{arm} {size}\n")
        self._process.stdin.flush()
        return self.told()

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)


def _compared(name: str, base: Path, size: int, *shape: str) -> list[Figure]:
    """Figures of one network. Deaths of circuits are told among the arms, and it begins anew."""
    for attempt in range(ATTEMPTS):
        try:
            return _tried(name, base / str(attempt), size, attempt, *shape)
        except CopyEnded:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError


def _tried(name: str, base: Path, size: int, died: int, *shape: str) -> list[Figure]:
    base.mkdir(parents=True)
    lab = Lab(base / "n", *shape, *LONG_QUEUES)
    lab.start()
    try:
        with (
            PlainClient.start(base / "h", lab.torrc) as home,
            PlainClient.start(base / "g", lab.torrc) as away,
        ):
            host = End("host", str(base))
            home.control.command("SETEVENTS HS_DESC")
            onion = home.control.command(
                "ADD_ONION NEW:ED25519-V3"
                f" Port={RAW_PORT},unix:{base}/raw Port={CHANNEL_PORT},unix:{base}/channel"
            )[0].removeprefix("ServiceID=")
            home.control.wait_event(lambda event: "UPLOADED" in event, timeout=60)
            guest = End("guest", str(away.socks), onion)
            try:
                for arm in ("raw", "channel"):
                    guest.copy(arm, size // 4)
                pairs = [
                    (guest.copy("channel", size), guest.copy("raw", size)) for _ in range(PAIRS)
                ]
            finally:
                guest.close()
                host.close()
    finally:
        lab.stop()
    # Speeds: how much slower the bare copy's time is than ours, in the sense that less is better.
    times = [([ours["seconds"]] * 2, [raw["seconds"]] * 2) for ours, raw in pairs]
    ratio, ours, raw = ratio_of(times, 50)
    channel = [pair[0] for pair in pairs]
    extra = max((c["written"] + c["read"]) / size for c in channel)
    arms = {"channel MB/s": size / ours / 1e6, "raw MB/s": size / raw / 1e6}
    arms |= {"sender's CPU %": 100 * max(c["cpu"] / c["seconds"] for c in channel)}
    arms |= {"load": os.getloadavg()[0], "circuits that died": died}
    return [
        Figure(
            f"time of {size // MIB} MiB over a bare copy's, {name}", ratio, "ratio", 1 / 0.9, arms
        ),
        Figure(f"bytes at the SOCKS boundary over payload, {name}", extra, "ratio", 1.02),
    ]


def run() -> Report:
    """Interleave both arms, in both networks."""
    with tempfile.TemporaryDirectory(prefix="onionchat-bench-") as folder:
        base = Path(folder)
        return Report(
            "goodput",
            [
                *_compared("no delay", base / "a", 32 * MIB, *NO_DELAY),
                *_compared("25 ms a link", base / "b", 8 * MIB, *DELAYED),
            ],
        )
