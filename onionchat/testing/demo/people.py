"""A person of the demo: a profile, a node process, and the `onionchat` commands a person would
type.

Also used by the integration tests. What may not live here: shortcuts into the node.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from onionchat.control.client import Client
from onionchat.errors import NodeNotRunning, TimedOut
from onionchat.testing.demo.processes import arguments, children
from onionchat.testing.torlab import seed_client

POLL = 0.1
"""Seconds between two looks at a condition."""


def _serves(command: bytes) -> bool:
    return command != b"" and b"--version" not in command


class CommandFailed(Exception):
    """An `onionchat` command ended with another status than 0."""

    def __init__(self, arguments: tuple[str, ...], status: int, complaint: str) -> None:
        super().__init__(f"onionchat {' '.join(arguments[:1])}: status {status}: {complaint}")
        self.status = status
        self.complaint = complaint


class NeverHappened(Exception):
    """A condition did not come true before its deadline."""


def wait_for(what: str, condition: Callable[[], Any], seconds: float = 60.0) -> Any:  # noqa: ANN401
    """Poll `condition` until it is true and return its value.

    Raises:
        NeverHappened: `seconds` passed.
    """
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise NeverHappened(f"{what} did not happen within {seconds:.0f} s")
        time.sleep(POLL)


class Watcher:
    """`onionchat watch --json` as a process; keeps every event with the time it was seen."""

    def __init__(self, person: Person) -> None:
        self.events: list[tuple[float, dict[str, Any]]] = []
        self._process = subprocess.Popen(
            person.command("watch", "--json"),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            text=True,
            env=person.environment,
        )
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.events.append((time.time(), json.loads(line)))

    def close(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.wait()
        self._thread.join(timeout=5)


class Person:
    """One profile with its node, driven by the command line alone.

    Args:
        name: display name.
        home: folder for the profile, the passphrase file and the node's output.
        torrc: file with the private network's options; None for the public network.
        node_prefix: words before the node's command, such as an `unshare` call; they must end in
            the node itself taking over the process.
        seed: directory documents of the private network, with which tor starts quickly.
        environment: what the person's processes find in their environment besides ours.
    """

    def __init__(
        self,
        name: str,
        home: Path,
        torrc: Path | None,
        *,
        node_arguments: tuple[str, ...] = (),
        node_prefix: tuple[str, ...] = (),
        seed: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.profile = home / "profile"
        self.torrc = torrc
        self.log = home / "node.log"
        self.node: subprocess.Popen[bytes] | None = None
        self._node_arguments = node_arguments
        self._node_prefix = node_prefix
        self._seed = seed
        self.environment = {**os.environ, **(environment or {})}
        self.passphrase_file = home / "passphrase"
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.passphrase_file.touch(mode=0o600)
        self.passphrase_file.write_text(f"a passphrase for {name}\n")

    def like(self, name: str, home: Path) -> Person:
        """Another profile, whose node is started as this one's is."""
        return Person(
            name,
            home,
            self.torrc,
            node_arguments=self._node_arguments,
            node_prefix=self._node_prefix,
            seed=self._seed,
            environment=self.environment,
        )

    def command(self, *arguments: str) -> list[str]:
        """The full command line of `onionchat ARGUMENTS` for this person."""
        return [
            sys.executable,
            "-m",
            "onionchat.cli",
            "--profile",
            str(self.profile),
            "--passphrase-file",
            str(self.passphrase_file),
            *arguments,
        ]

    def typed(self, *arguments: str) -> str:
        """What a person would type in a terminal for the same."""
        program = Path(sys.executable).with_name("onionchat")
        words = [program, "--profile", self.profile, "--passphrase-file", self.passphrase_file]
        return shlex.join(str(word) for word in [*words, *arguments])

    def run(self, *arguments: str, stdin: bytes | None = None, seconds: float = 120.0) -> str:
        """Run a command and return its output.

        Raises:
            CommandFailed: it ended with another status than 0.
        """
        done = self.attempt(*arguments, stdin=stdin, seconds=seconds)
        if done.returncode != 0:
            raise CommandFailed(
                arguments, done.returncode, done.stderr.decode(errors="replace").strip()
            )
        return done.stdout.decode()

    def attempt(
        self, *arguments: str, stdin: bytes | None = None, seconds: float = 120.0
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a command to its end, whatever its status."""
        return subprocess.run(
            self.command(*arguments),
            input=stdin,
            stdin=None if stdin is not None else subprocess.DEVNULL,
            capture_output=True,
            env=self.environment,
            timeout=seconds,
            check=False,
        )

    def ask(self, *arguments: str) -> Any:  # noqa: ANN401 - a JSON document
        """Run a command with `--json` and return the document."""
        return json.loads(self.run(*arguments, "--json"))

    def init(self) -> str:
        """Create the profile; returns what was shown (with the recovery phrase)."""
        shown = self.run("init", "--name", self.name)
        if self._seed is not None:
            seed_client(self._seed, self.profile / "tor")
        return shown

    def start(self) -> None:
        """Start the node as a process and wait until it answers."""
        self.spawn()
        self.until_it_answers()

    def until_it_answers(self) -> None:
        """Wait until the node that was started answers.

        Raises:
            CommandFailed: it ended; NeverHappened.
        """
        wait_for(f"{self.name}'s node answering", self._answers)

    def spawn(self) -> None:
        """Start the node as a process."""
        arguments = ["node", *self._node_arguments]
        if self.torrc is not None:
            arguments += ["--torrc", str(self.torrc)]
        with self.log.open("ab") as log:
            self.node = subprocess.Popen(
                [*self._node_prefix, *self.command(*arguments)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment,
            )

    def client(self) -> Client:
        """A connection to the node's control API, quicker than a command for each request."""
        return Client.connect(self.profile)

    def _answers(self) -> bool:
        assert self.node is not None
        if self.node.poll() is not None:
            raise CommandFailed(("node",), self.node.returncode, self.log.read_text()[-2000:])
        try:
            self.client().close()
        except (NodeNotRunning, TimedOut):
            return False
        return True

    def online(self, seconds: float = 120.0) -> None:
        """Wait until a contact could reach this device."""
        wait_for(f"{self.name} online", lambda: self.ask("status")["online"], seconds)

    def kill(self) -> None:
        """`kill -9` the node."""
        assert self.node is not None
        self.node.send_signal(signal.SIGKILL)
        self.node.wait()
        self.node = None

    def stop(self) -> None:
        """Stop the node as a person would; kill it if it does not end."""
        if self.node is None:
            return
        self.node.send_signal(signal.SIGTERM)
        try:
            self.node.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.node.kill()
            self.node.wait()
        self.node = None

    def tor_pid(self) -> int | None:
        """Process id of the node's own tor: the child that is called tor."""
        assert self.node is not None
        found = (pid for pid, name in children(self.node.pid) if name == "tor")
        # The node also asks the program for its version; of one that has ended nothing can be read.
        return next((pid for pid in found if _serves(arguments(pid))), None)

    def history(self, contact: str, limit: int = 1000) -> list[dict[str, Any]]:
        """The conversation with `contact`, oldest first."""
        found: list[dict[str, Any]] = self.ask("history", contact, "--limit", str(limit))
        return found
