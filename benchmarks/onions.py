"""How many onion services one tor can offer, and what authorised clients cost (goal T4; long).

A tor offers 1, 5, 10, 25, 50 services, or one with 1, 16, 160 authorised clients, and another dials
all of them until each has answered. Then the scheme of the node (docs/tor.md): the onions that 50
contacts share, against one service, in turns.
"""

from __future__ import annotations

import base64
import os
import socket
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.processes import moved_bytes, resident, usage
from benchmarks.report import PAIRS, Figure, Report
from onionchat.protocol.crypto.keys import AgreementKey
from onionchat.protocol.crypto.rng import SystemRng
from onionchat.store.onions import MAX_ONIONS, SLOTS
from onionchat.testing.demo.lab import Lab
from onionchat.testing.torlab.client import PlainClient

NO_DELAY = ("--delay-ms", "0")
CURVE = (1, 5, 10, 25, 50)
KEYS = (1, 16, 160)
CONTACTS = 50
PATIENCE = 150.0
"""Seconds until those that have not answered are counted as never."""

WIDTH = 16
RETRY = 2.0


@dataclass(frozen=True)
class Cost:
    """What so many services took until all had answered. `answered`: how many did."""

    services: int
    answered: int
    seconds: float
    circuits: int
    memory: float
    cpu: float
    moved: float
    """MB that tor wrote and read on the connections that it has."""


def _listener(path: Path) -> socket.socket:
    """Takes connections and ends them."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen(128)

    def serve() -> None:
        while True:
            try:
                stream, _ = listener.accept()
            except OSError:
                return
            stream.close()

    threading.Thread(target=serve, daemon=True).start()
    return listener


def _exactly(stream: socket.socket, size: int) -> bytes:
    data = stream.recv(size, socket.MSG_WAITALL)
    if len(data) < size:
        raise ConnectionError("the stream ended")
    return data


def dial_once(socks: Path, onion: str, port: int, isolation: str, seconds: float) -> bool:
    """Whether an onion took a connection."""
    name, word = f"{onion}.onion".encode(), isolation.encode()
    with socket.socket(socket.AF_UNIX) as stream:
        stream.settimeout(max(seconds, 0.1))
        try:
            stream.connect(str(socks))
            stream.sendall(b"\x05\x01\x02")
            _exactly(stream, 2)
            stream.sendall(b"\x01\x01o" + bytes([len(word)]) + word)
            _exactly(stream, 2)
            stream.sendall(
                b"\x05\x01\x00\x03" + bytes([len(name)]) + name + port.to_bytes(2, "big")
            )
            return _exactly(stream, 10)[1] == 0
        except OSError:
            return False


def reach(socks: Path, onion: str, port: int, patience: float) -> bool:
    """Dial until the onion takes a connection, for so many seconds at most."""
    end = time.monotonic() + patience
    tries = 0
    while (left := end - time.monotonic()) > 0:
        tries += 1
        if dial_once(socks, onion, port, f"{onion} {tries}", min(left, 30.0)):
            return True
        time.sleep(RETRY)
    return False


def _offer(tor: PlainClient, path: Path, clients: list[AgreementKey]) -> str:
    words = ["ADD_ONION NEW:ED25519-V3", f"Port=80,unix:{path}"]
    words.insert(1, "Flags=DiscardPK,V3Auth" if clients else "Flags=DiscardPK")
    words += [
        f"ClientAuthV3={base64.b32encode(key.public).decode().rstrip('=')}" for key in clients
    ]
    return tor.control.command(" ".join(words))[0].removeprefix("ServiceID=")


def _measure(base: Path, torrc: Path, services: int, keys: int) -> Cost:
    """Start two fresh tors, offer, dial all."""
    base.mkdir()
    rng = SystemRng()
    listener = _listener(base / "echo")
    with PlainClient.start(base / "h", torrc) as home, PlainClient.start(base / "g", torrc) as away:
        began = time.perf_counter()
        cpu = usage(home.pid).cpu_seconds
        onions = []
        for _ in range(services):
            clients = [AgreementKey.generate(rng) for _ in range(keys)]
            onion = _offer(home, base / "echo", clients)
            onions.append(onion)
            if clients:
                secret = base64.b64encode(clients[0].seed).decode()
                away.control.command(f"ONION_CLIENT_AUTH_ADD {onion} x25519:{secret}")
        answered: list[float] = []

        def call(onion: str) -> None:
            left = began + PATIENCE - time.perf_counter()
            if reach(away.socks, onion, 80, left):
                answered.append(time.perf_counter() - began)

        with ThreadPoolExecutor(WIDTH) as pool:
            list(pool.map(call, onions))
        status = home.control.get_info("circuit-status")
        circuits = [line for line in status.splitlines() if line]
        moved = moved_bytes(home.pid)
        found = Cost(
            services,
            len(answered),
            max(answered) if len(answered) == services else PATIENCE,
            len(circuits),
            resident(home.pid),
            usage(home.pid).cpu_seconds - cpu,
            moved / 1e6,
        )
    listener.close()
    return found


def _figure(name: str, cost: Cost) -> Figure:
    arms = {
        "answered": float(cost.answered),
        "circuits": float(cost.circuits),
        "tor MB": cost.memory,
        "tor CPU s": cost.cpu,
        "moved MB": cost.moved,
        "load": os.getloadavg()[0],
    }
    return Figure(name, cost.seconds, "s", None, arms)


def run() -> Report:
    """The curve, then the pairs."""
    groups = min(MAX_ONIONS, -(-CONTACTS // SLOTS))
    figures = []
    with tempfile.TemporaryDirectory(prefix="onionchat-bench-") as folder:
        base = Path(folder)
        lab = Lab(base / "n", *NO_DELAY)
        lab.start()
        try:
            for count in CURVE:
                cost = _measure(base / f"s{count}", lab.torrc, count, 0)
                figures.append(_figure(f"all of {count} services answer", cost))
                print(figures[-1], flush=True)
            for keys in KEYS:
                cost = _measure(base / f"k{keys}", lab.torrc, 1, keys)
                figures.append(_figure(f"one service with {keys} keys answers", cost))
            pairs = []
            for number in range(PAIRS):
                one = _measure(base / f"a{number}", lab.torrc, 1, SLOTS)
                pairs.append((_measure(base / f"b{number}", lab.torrc, groups, SLOTS), one))
        finally:
            lab.stop()
    for name, goal, of in (
        ("time", 2.0, lambda cost: cost.seconds),
        ("resident memory", 1.5, lambda cost: cost.memory),
    ):
        arms = {
            f"{groups} onions": median(of(ours) for ours, _ in pairs),
            "one": median(of(one) for _, one in pairs),
        }
        ratio = median(of(ours) / of(one) for ours, one in pairs)
        figures.append(
            Figure(f"{CONTACTS} contacts over one service, {name}", ratio, "ratio", goal, arms)
        )
    return Report("onions", figures)
