"""What an adversary gains who waits for restarts, or who calls all the time (goal P5; long).

Restarts: the second layer of guards after 20 restarts of the Tor transport, and of a tor alone, in
turns, both seen in the paths of their circuits (a private network of ten relays). Calls: how often
one contact that reconnects ten times a second gets through to a whole node, with the node's budget
and without (virtual time).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, cast

from twisted.internet import task
from twisted.internet.defer import Deferred

from benchmarks.report import Figure, Report
from onionchat.errors import OnionchatError
from onionchat.net.transports.interface import DialFailed
from onionchat.net.transports.tor.run import TorReactor
from onionchat.node import callers
from onionchat.testing.nodes import World
from onionchat.testing.rng import SeededRng
from onionchat.testing.scripted_peer import ScriptedPeer, steal
from onionchat.testing.second_layer import RELAYS, KeptLayer, plain_layer
from onionchat.testing.torlab.network import PrivateTorNetwork

RESTARTS = 20
DAY = 86_400.0
HOUR = 3600.0

EVERY = 0.1
"""Seconds between two calls."""

HOURS = 3
FREE_SECONDS = 120.0
"""How long the arm without a budget is measured: it is the same all the time."""


# --- restarts -------------------------------------------------------------------------------------


async def _restarts(reactor: TorReactor) -> dict[str, Any]:
    with (
        tempfile.TemporaryDirectory(prefix="onionchat-bench-") as folder,
        PrivateTorNetwork.start(
            Path(folder) / "n", relays=RELAYS, snapshot_cache=Path(".cache/torlab")
        ) as lab,
    ):
        network = lab.client_torrc, lab.client_seed
        ours, alone = KeptLayer(reactor, Path(folder) / "o", *network), Path(folder) / "p"
        await ours.run()
        chosen, first = ours.chosen, plain_layer(alone, *network)
        same = [0, 0]
        for _ in range(RESTARTS):
            same[0] += await ours.run() <= chosen and ours.chosen == chosen
            same[1] += plain_layer(alone, *network) <= first
        now = time.time()
        return {
            "ours": same[0],
            "plain": same[1],
            "days": sorted((guard.until - now) / DAY for guard in ours.kept),
        }


def _layers() -> list[Figure]:
    """In a process of its own, because a reactor runs once."""
    command = [sys.executable, "-m", "benchmarks.vanguards"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = json.loads(told.splitlines()[-1])
    days = found["days"]
    return [
        Figure(
            f"restarts of {RESTARTS} after which another relay stood second",
            RESTARTS - found["ours"],
            "",
            0,
            {"tor alone": RESTARTS - found["plain"]},
        ),
        Figure("longest life left", days[-1], "days", 12, {"shortest": days[0]}),
    ]


# --- calls ----------------------------------------------------------------------------------------


def calls_let_in(seconds: float, *, budget: bool) -> list[float]:
    """When a contact that calls every tenth of a second got through to the node, in seconds."""
    at_once = callers.CALLS_AT_ONCE
    if not budget:
        callers.CALLS_AT_ONCE = 10**9  # type: ignore[misc]
    try:
        with tempfile.TemporaryDirectory(prefix="onionchat-bench-") as folder:
            return _call(World(Path(folder)), seconds)
    finally:
        callers.CALLS_AT_ONCE = at_once  # type: ignore[misc]


def _call(world: World, seconds: float) -> list[float]:
    alice, bob = world.person("Alice"), world.person("Bob")
    world.befriend(alice, bob)
    stolen = bob.read(steal)
    bob.stop()
    transport = world.network.transport("reconnecting")
    world.time.result(transport.start())
    got: list[float] = []
    began = world.time.now
    connect = world.network.connect

    def counting(caller: Any, service: Any, factory: Any) -> Any:  # noqa: ANN401 - as it is called
        if caller is transport:
            got.append(world.time.now - began)
        return connect(caller, service, factory)

    world.network.connect = counting  # type: ignore[method-assign]
    while world.time.now < began + seconds:
        begun = world.time.now
        peer = ScriptedPeer(transport, world.time, SeededRng(f"call {begun}"))
        try:
            peer.call(stolen)
            peer.hang_up()
        except (DialFailed, OnionchatError):
            pass
        world.pass_time(max(0.0, begun + EVERY - world.time.now))
    world.end()
    return got


def _calls() -> list[Figure]:
    held = calls_let_in(HOURS * HOUR, budget=True)
    free = len(calls_let_in(FREE_SECONDS, budget=False)) / FREE_SECONDS * HOUR
    later = len(held) - callers.CALLS_AT_ONCE
    arms = {"in all": float(len(held)), "hours": float(HOURS)}
    return [
        Figure("calls an hour after the first twelve", later / HOURS, "/h", 6.0, arms),
        Figure(
            "calls over an arm without a budget",
            len(held) / HOURS / free,
            "ratio",
            1 / 20,
            {"with /h": len(held) / HOURS, "without /h": free},
        ),
    ]


def run() -> Report:
    """Restarts, then calls."""
    return Report("vanguards", [*_layers(), *_calls()])


def _main(reactor: Any) -> Deferred[None]:  # noqa: ANN401 - as `task.react` gives it
    async def tell() -> None:
        print(json.dumps(await _restarts(cast(TorReactor, reactor))))

    return Deferred.fromCoroutine(tell())


if __name__ == "__main__":
    task.react(_main, ())
