"""The window over a real node, on Qt's offscreen platform: start, memory, frames, long lists.

The node runs as always but for Unix sockets in place of tor: its start over tor is the subject of
`reachable`. The profile has 100,000 messages with 20 contacts; the long one 1,000,000 with one
contact, beside 1,000 others. Both are made once and kept in .cache/ (the long one takes some
minutes and 1 GB; `ONIONCHAT_BENCH_MESSAGES=100000` takes a smaller one). What is done in the
window, and where the clock is read, stands in `window_process.py`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.fabricated import now
from benchmarks.large import CACHE, MANY, acquaintances
from benchmarks.large import profile as spread
from benchmarks.processes import proportional, resident
from benchmarks.report import Figure, Report
from benchmarks.window_process import SECRET
from onionchat.control import launch
from onionchat.control.client import Client
from onionchat.control.schema import Contacts, Send, Status, Stop
from onionchat.protocol.crypto.rng import SystemRng
from onionchat.store import keyslot
from onionchat.store.database import Database
from onionchat.testing.demo.people import wait_for
from onionchat.testing.fabricate import circle, fill, set_passphrase
from onionchat.testing.nodes import PASSPHRASE
from onionchat.testing.rng import SeededRng
from onionchat.testing.socket_daemon import SOCKETS

MESSAGES = 100_000
BURST = 1_000
STARTS = 7
PATIENCE = 200
FRAME_MILLIS = 1000 / 60


def long_profile() -> Path:
    """One conversation with very many messages, among a thousand that have none."""
    made = CACHE / f"{MANY}-in-one"
    if not made.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        new = CACHE / f"{MANY}-in-one-being-made-by-{os.getpid()}"
        profiles = circle(new, 1, now=now())
        fill(profiles, MANY, now=now())
        database = Database.open(profiles[0], keyslot.unlock(profiles[0], PASSPHRASE))
        database.run(lambda tx: acquaintances(tx, SeededRng("many contacts")))
        database.close()
        profiles[0].rename(made)
        shutil.rmtree(new)
    return made


class Place:
    """A folder in which nodes on sockets find each other."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.sockets = base / "s"
        self.sockets.mkdir()
        self.log = (base / "log").open("ab")
        self.environment = {
            **launch.daemon_environment(),
            SOCKETS: str(self.sockets),
            SECRET: PASSPHRASE,
            "QT_QPA_PLATFORM": "offscreen",
            "ONIONCHAT_BENCH_BURST": str(BURST),
        }

    def copy(self, profile: Path, name: str) -> Path:
        """A profile that may be changed."""
        return Path(shutil.copytree(profile, self.base / name))

    @contextmanager
    def node(self, profile: Path) -> Iterator[int]:
        """A node that runs; its process id."""
        secret = self.base / "passphrase"
        secret.touch(0o600)
        secret.write_text(PASSPHRASE + "\n")
        command = [sys.executable, "-m", "onionchat.testing.socket_daemon", "node"]
        command += [f"--profile={profile}", f"--passphrase-file={secret}"]
        process = subprocess.Popen(command, env=self.environment, stderr=self.log)
        try:
            wait_for("the node", lambda: answers(profile))
            yield process.pid
        finally:
            process.terminate()
            process.wait()

    def begin(self, what: str, profile: Path) -> subprocess.Popen[str]:
        """Start the window's process."""
        command = [sys.executable, "-m", "benchmarks.window_process", what, str(profile)]
        command.append(repr(time.monotonic()))
        return subprocess.Popen(
            command,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )

    def window(self, what: str, profile: Path) -> dict[str, Any]:
        """What a window reports at its end."""
        said, _ = self.begin(what, profile).communicate(timeout=PATIENCE)
        found: dict[str, Any] = json.loads(said.splitlines()[-1])
        return found


def answers(profile: Path) -> bool:
    """Whether a node does."""
    try:
        with Client.connect(profile) as client:
            client.call(Status())
    except Exception:  # noqa: BLE001 - not yet
        return False
    return True


def _start(place: Place, profile: Path) -> list[Figure]:
    rounds = [place.window("start", profile) for _ in range(STARTS)]

    def middle(name: str) -> float:
        return median(each[name] for each in rounds)

    arms = {
        "python": middle("python"),
        "imports": middle("imports"),
        "answered": middle("ready"),
        "MB": middle("MB"),
    }
    goal = f"cold start to a window that is painted, {MESSAGES} messages"
    return [Figure(goal, middle("painted"), "s", 1.5, arms)]


def _locked(place: Place, profile: Path) -> Figure:
    set_passphrase(profile, PASSPHRASE, SystemRng())
    rounds = []
    for _ in range(3):
        rounds.append(place.window("start", profile))
        with Client.connect(profile) as client:
            client.call(Stop())
        wait_for("the node's end", lambda: not answers(profile))
    arms = {name: median(each[name] for each in rounds) for name in ("locked", "starting")}
    painted = median(each["painted"] for each in rounds)
    return Figure("the same from locked, with the start of the node", painted, "s", None, arms)


def _memory(place: Place, profile: Path) -> list[Figure]:
    with place.node(profile) as pid:
        idle = resident(pid)
        found = place.window("several", profile)
        used = resident(pid)
        shared = proportional(pid)
    conversations = found["conversations"]
    return [
        Figure(
            f"memory of the window, {conversations} conversations walked through",
            found["MB"],
            "MB",
            200.0,
            {"PSS MB": found["PSS MB"]},
        ),
        Figure("memory of its node", used, "MB", 120.0, {"idle MB": idle, "PSS MB": shared}),
    ]


def _burst(place: Place) -> list[Figure]:
    profiles = circle(place.base / "two", 1, now=now())
    with place.node(profiles[1]), Client.connect(profiles[1]) as client:
        (contact,) = client.call(Contacts())
        for number in range(BURST):
            client.call(Send(contact=contact.id, text=f"one of very many texts {number}"))
    with place.node(profiles[0]):
        window = place.begin("burst", profiles[0])
        assert window.stdout is not None
        if window.stdout.readline() != "ready\n":
            raise RuntimeError(f"the window ended with status {window.wait()}")
        with place.node(profiles[1]):
            said, _ = window.communicate(timeout=PATIENCE)
    found = json.loads(said.splitlines()[-1])
    seconds = found.pop("seconds")
    arms = {name: value for name, value in found.items() if name not in ("MB", "PSS MB")}
    return [
        Figure(
            f"longest turn of the window's loop while {BURST} messages come",
            found["longest ms"],
            "ms",
            FRAME_MILLIS,
            {"came in s": seconds, **arms},
        )
    ]


def _long(place: Place) -> list[Figure]:
    profile = place.copy(long_profile(), "long")
    with place.node(profile):
        found = place.window("long", profile)
        searched = place.window("search", profile)
    return [
        Figure(
            f"opening a conversation of {MANY} messages among 1,001",
            1e3 * found["first"],
            "ms",
            200.0,
            {"again ms": 1e3 * found["again"]},
        ),
        Figure(
            "a page up in it, the longest",
            1e3 * found["page"],
            "ms",
            None,
            {name: found[name] for name in ("longest ms", "longest ms by the clock")},
        ),
        Figure(
            "search while typing, from a key to its results, the longest",
            1e3 * searched["longest"],
            "ms",
            None,
            {"median": 1e3 * searched["median"], "pause for more keys": searched["pause"]},
        ),
    ]


def run() -> Report:
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="oc-bench-", dir="/tmp") as folder:
        place = Place(Path(folder))
        profile = place.copy(spread(MESSAGES), "p")
        with place.node(profile):
            figures += _start(place, profile)
        figures += _memory(place, profile)
        figures.append(_locked(place, profile))
        figures += _burst(place)
        figures += _long(place)
    return Report("window", figures)
