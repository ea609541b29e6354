"""What messages look like to an observer of the link: whole nodes in virtual time, no network.

The corpus is a model of people's messages: lengths log-normal, half below 30 characters, one in
twenty above 155, one in a hundred above 300. Of seven texts one is in a script of two bytes a
character, and one in a script of three bytes that needs a third of the characters.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from math import exp, log
from pathlib import Path
from statistics import NormalDist

from benchmarks.counting import Counted
from benchmarks.report import Figure, Report
from onionchat.protocol.wire.records import CELL
from onionchat.testing.nodes import World
from onionchat.testing.rng import SeededRng

CORPUS = 1_000
_SCRIPTS = (*(("a", 1),) * 5, ("ж", 1), ("語", 3))
_MEDIAN, _SPREAD = log(30), 1.0


def _corpus() -> list[str]:
    rng, normal = SeededRng("corpus"), NormalDist(_MEDIAN, _SPREAD)
    texts = []
    for number in range(CORPUS):
        letter, density = _SCRIPTS[number % len(_SCRIPTS)]
        size = exp(normal.inv_cdf(rng.uniform(0.0001, 0.9999)))
        texts.append(letter * max(1, round(size / density)))
    return texts


def run() -> Report:
    counted = Counted()
    try:
        with tempfile.TemporaryDirectory(prefix="onionchat-bench-") as folder:
            world = World(Path(folder))
            alice, bob = world.person("Alice"), world.person("Bob")
            world.befriend(alice, bob)
            world.pass_time(120)
            counted.clear()
            alice.send("Bob", "x" * 100)
            world.pass_time(5)
            there, back = ([n for c, n in counted.written if c is p.reactor] for p in (alice, bob))
            counted.clear()
            for text in _corpus():
                alice.send("Bob", text)
                world.pass_time(3)
            sizes = Counter(size for clock, size in counted.written if clock is alice.reactor)
            world.end()
    finally:
        counted.close()
    small = 100 * sizes[CELL] / sizes.total()
    return Report(
        "wire",
        [
            Figure(
                "100 characters, bytes there", sum(there), "bytes", CELL, {"records": len(there)}
            ),
            Figure(
                "its acknowledgement, bytes back", sum(back), "bytes", CELL, {"records": len(back)}
            ),
            Figure(
                f"sizes of {CORPUS} messages",
                len(sizes),
                "sizes",
                4,
                {f"{size} B": float(found) for size, found in sorted(sizes.items())},
            ),
            Figure("messages above one cell", 100 - small, "%", 5.0),
        ],
    )
