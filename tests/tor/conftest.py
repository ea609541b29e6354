"""The private Tor network for the tests that need one: started once, stopped at the end.

It runs as a process of its own, as for any other program, and dies with this one: it ends when
its standard input does.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]
STOP_SECONDS = 30

LONGEST = ("test_second_layer.py", "test_trouble.py", "test_no_network.py", "test_crashes.py")
"""Files that begin first: one that were the last would keep the other worker waiting."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`make test` gives whole files to two workers, in this order."""
    order = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))


@dataclass(frozen=True)
class TorLab:
    """A private network that runs in another process; `ready` is all that it told of itself."""

    ready: dict[str, Any]
    process: subprocess.Popen[str]

    @property
    def torrc(self) -> Path:
        """The lines that a client appends to its torrc."""
        return Path(self.ready["torrc"])

    @property
    def client_seed(self) -> Path:
        """What `seed_client` gives to a new client, so that it starts quickly."""
        return Path(self.ready["client_seed"])

    @property
    def relay_pids(self) -> list[int]:
        return [relay["pid"] for relay in self.ready["relays"]]

    @property
    def pids(self) -> list[int]:
        """All processes of the network but its supervisor."""
        nodes = [node["pid"] for kind in ("relays", "authorities") for node in self.ready[kind]]
        return nodes + ([self.ready["proxy"]] if self.ready["proxy"] else [])

    def stop(self) -> None:
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process.wait(timeout=STOP_SECONDS)


def _start_lab(directory: Path, cache: Path, *options: str) -> TorLab:
    """Start the command and wait until it says that the network is ready."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "onionchat.testing.torlab", "up", "--json", "--until-eof"),
            *("--dir", str(directory), "--snapshot-cache", str(cache)),
            *options,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # There the file that names the tor to use is looked for.
        cwd=REPOSITORY,
        # The same packages as here, whether installed or not.
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        pytest.fail(f"no private Tor network: exit code {process.wait()}, see standard error")
    process.stdout.close()
    return TorLab(json.loads(line), process)


@pytest.fixture
def start_lab() -> Iterator[Callable[..., TorLab]]:
    """A function that starts a network of one's own: (directory, snapshot cache, *options)."""
    started: list[TorLab] = []

    def start(directory: Path, cache: Path, *options: str) -> TorLab:
        started.append(_start_lab(directory, cache, *options))
        return started[-1]

    yield start
    for lab in started:
        lab.stop()


@pytest.fixture(scope="session")
def tor_network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TorLab]:
    """A private Tor network, shared by all tests: do not break its relays."""
    lab = _start_lab(tmp_path_factory.mktemp("tor") / "lab", REPOSITORY / ".cache" / "torlab")
    yield lab
    lab.stop()
