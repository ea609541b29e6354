"""A contact that was away catches up: 100,000 signed messages from one store into another (S2).

Two processes with a real store and a real sync session each, joined by a socket pair without link
encryption. What counts is the time of the receiver, from the first word to the last entry on disk:
decoded, judged, deduplicated, durable. The other arm is the plain rate at which PyNaCl verifies as
many signatures of headers as long, one after the other.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from nacl.bindings import crypto_sign, crypto_sign_open, crypto_sign_seed_keypair

from benchmarks.fabricated import now
from benchmarks.replicator import EACH, HEADS
from benchmarks.report import PAIRS, Figure, Report
from onionchat.testing.fabricate import circle, fill

MESSAGES = 100_000
VERIFIED = 20_000
"""Signatures of the other arm, half of them before each run and half after it."""

SIGNED_BYTES = 200
"""About a header with its label."""


def caught_up(sender: Path, receiver: Path, messages: int, how: str) -> float:
    """Seconds until all messages of one profile are in the other."""
    one, other = socket.socketpair()
    with one, other:
        processes = [
            subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "benchmarks.replicator",
                    *(str(profile), str(stream.fileno()), str(enough), how),
                ],
                pass_fds=[stream.fileno()],
                stdout=subprocess.PIPE,
            )
            for profile, stream, enough in ((sender, one, 0), (receiver, other, messages))
        ]
    outputs = [process.communicate(timeout=300)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    return float(outputs[1])


def _verify_rate() -> float:
    public, secret = crypto_sign_seed_keypair(bytes(32))
    signed = crypto_sign(b"x" * SIGNED_BYTES, secret)
    began = time.perf_counter()
    for _ in range(VERIFIED // 2):
        crypto_sign_open(signed, public)
    return VERIFIED // 2 / (time.perf_counter() - began)


def _pair(base: Path, profiles: Sequence[Path], messages: int, how: str) -> tuple[float, float]:
    """Entries caught up and signatures verified, a second."""
    receiver = base / "receiver"
    shutil.copytree(profiles[1], receiver)
    try:
        before = _verify_rate()
        rate = messages / caught_up(profiles[0], receiver, messages, how)
        return rate, (before + _verify_rate()) / 2
    finally:
        shutil.rmtree(receiver)


def measure(messages: int, pairs: int) -> dict[str, list[tuple[float, float]]]:
    """Of each way the pairs of rates."""
    with tempfile.TemporaryDirectory(prefix="onionchat-bench-") as folder:
        base = Path(folder)
        profiles = circle(base / "people", 1, now=now())
        fill(profiles, messages, now=now(), alone=True)
        found: dict[str, list[tuple[float, float]]] = {HEADS: [], EACH: []}
        for _ in range(pairs):
            for how, rates in found.items():
                rates.append(_pair(base, profiles, messages, how))
    return found


def _figure(name: str, pairs: list[tuple[float, float]], least: float) -> Figure:
    """The time of one over the time of the other, so that less is better as everywhere."""
    return Figure(
        name,
        median(verified / rate for rate, verified in pairs),
        "ratio",
        1 / least,
        {
            "entries/s": median(rate for rate, _ in pairs),
            "verifications/s": median(verified for _, verified in pairs),
        },
    )


def run() -> Report:
    found = measure(MESSAGES, PAIRS)
    return Report(
        "backfill",
        [
            _figure("catching up over verifying alone", found[HEADS], 2.0),
            _figure("the same, each signature verified", found[EACH], 0.5),
        ],
    )
