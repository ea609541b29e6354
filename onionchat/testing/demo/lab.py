"""The private Tor network as a process beside the demo or a test."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

_PORTS = ("orport", "dirport")


class LabFailed(Exception):
    """The private Tor network did not come up."""


class Lab:
    """`python -m onionchat.testing.torlab up`, ended when this object or this process ends."""

    def __init__(self, base: Path, *arguments: str) -> None:
        self._base = base
        self._arguments = arguments
        self._process: subprocess.Popen[str] | None = None
        self.torrc = Path()
        self.client_seed = Path()
        self.seconds = 0.0
        self.nodes = 0
        self.relay_addresses: set[str] = set()

    def start(self) -> None:
        """Bring the network up; returns when it is ready.

        Raises:
            LabFailed: it said why on stderr.
        """
        cache = Path(".cache/torlab").absolute()
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "onionchat.testing.torlab",
                "up",
                "--json",
                "--until-eof",
                "--dir",
                str(self._base),
                "--snapshot-cache",
                str(cache),
                *self._arguments,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise LabFailed(f"the private Tor network ended with status {self._process.wait()}")
        ready = json.loads(line)
        self.torrc = Path(ready["torrc"])
        self.client_seed = Path(ready["client_seed"])
        self.seconds = float(ready["seconds"])
        nodes = [*ready["relays"], *ready["authorities"]]
        self.nodes = len(nodes)
        self.relay_addresses = {
            f"127.0.0.1:{node[port]}" for node in nodes for port in _PORTS if port in node
        }

    def stop(self) -> None:
        """End the network and wait for it."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process.wait(timeout=60)
            self._process = None
