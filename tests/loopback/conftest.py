"""Real processes of the daemon and the command line around fake nodes."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from onionchat.control.client import Client
from onionchat.errors import NodeNotRunning

PASSPHRASE = "correct horse battery"

# The command line as it is, but what it starts is the fake daemon.
PROGRAM = """
import sys
from onionchat.cli import main
from onionchat.control import launch
launch.DAEMON_MODULE = "onionchat.testing.fake_daemon"
sys.exit(main())
"""
COMMAND = [sys.executable, "-c", PROGRAM]


class Person:
    """Someone with a profile, a passphrase file and the command line."""

    def __init__(self, folder: Path) -> None:
        self.profile = folder / "profile"
        self.passphrase_file = folder / "passphrase"
        self.passphrase_file.touch(0o600)
        self.passphrase_file.write_text(PASSPHRASE + "\n")
        self.environment = {
            **os.environ,
            "ONIONCHAT_PROFILE": str(self.profile),
            "ONIONCHAT_PASSPHRASE_FILE": str(self.passphrase_file),
        }
        self.children: list[subprocess.Popen[bytes]] = []

    def run(self, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run a command to its end."""
        return subprocess.run(
            [*COMMAND, *arguments],
            input=stdin,
            capture_output=True,
            env=self.environment,
            timeout=60,
            check=False,
        )

    def ok(self, *arguments: str, stdin: bytes = b"") -> str:
        """The output of a command that must succeed."""
        done = self.run(*arguments, stdin=stdin)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def json(self, *arguments: str) -> Any:
        """The JSON document of a command that must succeed."""
        return json.loads(self.ok(*arguments, "--json"))

    def begin(self, *arguments: str, **options: Any) -> subprocess.Popen[bytes]:
        """Start a command that lasts."""
        child = subprocess.Popen(
            [*COMMAND, *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **options,
        )
        self.children.append(child)
        return child

    def start(self) -> subprocess.Popen[bytes]:
        """Make the profile if there is none; start the node and wait until it answers."""
        if not self.profile.exists():
            self.ok("init", "--name", "Alice")
        node = self.begin("node")
        until(self.answers)
        return node

    def answers(self) -> bool:
        """Whether the node does."""
        try:
            Client.connect(self.profile).close()
        except NodeNotRunning:
            return False
        return True

    def befriend(self) -> None:
        """Add the friend that lives in the fake daemon."""
        self.ok("add", (self.profile / "friend-link").read_text())


def connected(child: subprocess.Popen[bytes]) -> bool:
    """Whether a command that was begun has reached the node: its one socket is there."""
    try:
        opened = Path(f"/proc/{child.pid}/fd").iterdir()
        return any(os.readlink(one).startswith("socket:") for one in opened)
    except FileNotFoundError:
        return False


def until(condition: Any, seconds: float = 60) -> None:
    """Wait for what another process does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


@pytest.fixture
def person() -> Iterator[Person]:
    # Not pytest's folder: its name would be too long for a socket.
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        person = Person(Path(folder))
        try:
            yield person
        finally:
            for child in person.children:
                child.kill()
                child.communicate()
