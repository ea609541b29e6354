"""The whole command line and the whole control API in one thread, in virtual time."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from onionchat.cli import main
from onionchat.control import core_dumps
from onionchat.control.address import KEYSLOT, RunFolder
from onionchat.control.client import Client
from onionchat.control.methods import Methods
from onionchat.control.server import ControlServer
from onionchat.errors import NodeNotRunning
from onionchat.testing.control_pipe import ControlPipe
from onionchat.testing.fake_node import FakeNode, FakeWorld

TOKEN = "00" * 32


class ZeroRng:
    """A token that tests know."""

    def random_bytes(self, size: int) -> bytes:
        return bytes(size)


@dataclass
class Said:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document of stdout."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """stdout as one JSON document a line."""
        return [json.loads(line) for line in self.out.splitlines()]


class Place:
    """Alice with her node, which runs, and Bob with his."""

    def __init__(self, profile: Path) -> None:
        self.profile = profile
        self.clock = Clock()
        self.world = FakeWorld(self.clock)
        self.node = FakeNode(self.world, "Alice", profile=str(profile), passphrase="correct horse")
        self.bob = FakeNode(self.world, "Bob")
        self.running = True
        self.server = ControlServer(
            self.clock,
            Methods(
                self.node, lambda link: (f"\x1b[30;107m▀▄█\x1b[0m {link}", f"<svg>{link}</svg>")
            ),
            RunFolder(profile / "run"),
            rng=ZeroRng(),
            on_stop=self.stop,
        )
        self.server._unsubscribe = self.node.subscribe(self.server.publish)

    def stop(self) -> None:
        self.running = False
        Deferred.fromCoroutine(self.server.close())

    def connect(self) -> Client:
        if not self.running:
            raise NodeNotRunning
        client = Client(ControlPipe(self.server, self.clock))
        client.hello(TOKEN)
        return client

    def befriend(self) -> None:
        """Alice and Bob are contacts."""
        link = result(self.bob.invite(standing=False, lifetime=None)).link
        result(self.node.add(link, name=None, greeting=""))

    def hear(self, text: str) -> None:
        """Bob writes."""
        result(self.bob.send("Alice", text))
        self.clock.advance(1)


def result(coroutine: Any) -> Any:
    """The result of a coroutine that waits for nothing."""
    results: list[Any] = []
    Deferred.fromCoroutine(coroutine).addCallback(results.append)
    return results[0]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    profile = tmp_path / "profile"
    profile.mkdir(mode=0o700)
    (profile / KEYSLOT).touch(mode=0o600)
    monkeypatch.setenv("ONIONCHAT_PROFILE", str(profile))
    monkeypatch.delenv("ONIONCHAT_PASSPHRASE_FILE", raising=False)
    monkeypatch.setenv("TZ", "UTC")
    # It would hold for all tests of this process.
    monkeypatch.setattr(core_dumps, "forbid", lambda: None)
    place = Place(profile)
    monkeypatch.setattr(Client, "connect", lambda profile, **_: place.connect())
    return place


@pytest.fixture
def cli(
    place: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Said]:
    """Run a command; `stdin` is what it can read."""

    def run(*arguments: str, stdin: bytes = b"") -> Said:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        status = main(arguments)
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Said(status, captured.out, captured.err)

    return run
