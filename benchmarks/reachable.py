"""From the start of a node to "a contact could reach it", over what tor alone needs for the same.

The other arm is a bare tor that is told of its onion service (with as many authorised clients) at
once: start, bootstrap, first descriptor uploaded. Both begin with an empty data directory, the node
with a profile to be opened by its passphrase. Once with no delay between the relays, where only the
processor counts, and once with delays that make a round trip to an onion service about 0.4 s.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.report import PAIRS, Figure, Report, ratio_of
from onionchat.control.client import Client
from onionchat.control.schema import Status, Subscribe
from onionchat.errors import OnionchatError
from onionchat.net.transports.interface import AUTHORISED_STEP
from onionchat.protocol.crypto.keys import AgreementKey
from onionchat.protocol.crypto.rng import SystemRng
from onionchat.testing.demo.lab import Lab
from onionchat.testing.demo.people import Person
from onionchat.testing.torlab.control import ControlPort
from onionchat.testing.torlab.program import find_tor
from onionchat.views import TorChanged

DELAYED = ("--delay-ms", "25", "--jitter-ms", "5")
_POLL = 0.01


def _bare_tor(base: Path, torrc: Path) -> float:
    """Seconds of a tor alone."""
    base.mkdir(mode=0o700)
    lines = [
        f"DataDirectory {base}/data",
        f"ControlSocket unix:{base}/control",
        f"SocksPort unix:{base}/socks ExtendedErrors OnionTrafficOnly",
        "CookieAuthentication 1",
        f"Log notice file {base}/notice.log",
        f"__OwningControllerProcess {os.getpid()}",
        torrc.read_text(),
    ]
    (base / "torrc").write_text("\n".join(lines))
    (base / "empty").write_text("")
    rng = SystemRng()
    secrets = (AgreementKey.generate(rng).public for _ in range(AUTHORISED_STEP))
    clients = (base64.b32encode(key).decode().rstrip("=") for key in secrets)
    service = " ".join(
        (
            "ADD_ONION NEW:ED25519-V3 Flags=DiscardPK,V3Auth",
            f"Port=80,unix:{base}/nobody",
            *(f"ClientAuthV3={client}" for client in clients),
        )
    )
    command = find_tor(None).command(base / "torrc", base / "empty")
    began = time.perf_counter()
    tor = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        with ControlPort.connect(base / "control", timeout=30) as control:
            control.command("SETEVENTS HS_DESC")
            control.command(service)
            control.wait_event(lambda event: "UPLOADED" in event, timeout=120)
        return time.perf_counter() - began
    finally:
        tor.terminate()
        tor.wait()
        shutil.rmtree(base)


def _node(person: Person) -> float:
    """Seconds of a node."""
    shutil.rmtree(person.profile / "tor", ignore_errors=True)
    began = time.perf_counter()
    person.spawn()
    try:
        client = _client(person)
        client.call(Subscribe(events=("tor",)))
        if not client.call(Status()).online:
            for event in client.events():
                if isinstance(event, TorChanged) and event.online:
                    break
        return time.perf_counter() - began
    finally:
        person.stop()


def _client(person: Person) -> Client:
    while True:
        try:
            return Client.connect(person.profile)
        except OnionchatError:
            time.sleep(_POLL)


def _compared(name: str, base: Path, *shape: str) -> Figure:
    base.mkdir()
    lab = Lab(base / "network", *shape)
    lab.start()
    try:
        person = Person("Alice", base / "alice", lab.torrc)
        person.init()
        _node(person)
        samples = []
        for number in range(PAIRS):
            bare = _bare_tor(base / f"bare{number}", lab.torrc)
            samples.append(([_node(person)] * 2, [bare] * 2))
    finally:
        lab.stop()
    ratio, ours, theirs = ratio_of(samples, 50)
    return Figure(name, ratio, "ratio", 1.10, {"node s": ours, "tor s": theirs})


def run() -> Report:
    """Interleave both arms, in both networks."""
    with tempfile.TemporaryDirectory(prefix="onionchat-bench-") as folder:
        base = Path(folder)
        return Report(
            "reachable",
            [
                _compared("reachable over bare tor, no delay", base / "a"),
                _compared("reachable over bare tor, 25 ms a link", base / "b", *DELAYED),
            ],
        )
