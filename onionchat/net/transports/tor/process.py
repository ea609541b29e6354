"""The node's own tor as a child process: found, configured, started, ended with the node.

What it says on its control port is not known here.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import socket
import stat
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Final

from twisted.internet.defer import Deferred
from twisted.internet.error import ProcessDone, ProcessExitedAlready
from twisted.internet.interfaces import IReactorProcess, IReactorTime
from twisted.internet.protocol import ProcessProtocol
from twisted.python.failure import Failure

from onionchat.errors import InvalidInput, TorFailed, TorNotFound, TorTooOld, UnsafePermissions
from onionchat.net.transports.tor.events import redact
from onionchat_torconfig import template

MIN_VERSION: Final = (0, 4, 7)
"""The first with vanguards-lite and congestion control."""

MAX_SOCKET_PATH: Final = 100
"""Bytes; the kernel has room for 107, and the longest name in the folder is added to it."""

STOP_SECONDS: Final = 5.0
VERSION_SECONDS: Final = 20.0
_LEASH: Final = 3
"""The number of tor's end of the first control connection, in tor."""

_LONGEST_NAME: Final = "/service-999"
_SAID_LINES: Final = 40
_LINE_BYTES: Final = 2000
_PASSED_ON: Final = ("HOME", "PATH", "TMPDIR", "LANG", "LD_LIBRARY_PATH", "SYSTEMROOT")
_VERSION = re.compile(rb"Tor version (\d{1,4})\.(\d{1,4})\.(\d{1,4})(?:\.(\d{1,5}))?")


class ProcessReactor(IReactorProcess, IReactorTime):
    """What this module needs of a reactor."""


@dataclass(frozen=True, slots=True)
class TorFolders:
    """Where tor keeps its data, and where the sockets are (short path, without odd characters)."""

    data: Path
    runtime: Path

    @property
    def control(self) -> str:
        """The control socket."""
        return str(self.runtime / "control")

    @property
    def socks(self) -> str:
        """The SOCKS socket."""
        return str(self.runtime / "socks")

    def service(self, number: int) -> str:
        """The socket of the service with this number."""
        return str(self.runtime / f"service-{number}")

    def prepare(self) -> None:
        """Make both folders, private ones, and remove tor's sockets of an earlier run.

        Raises:
            InvalidInput: a path is too long for a socket or cannot stand in tor's configuration.
            UnsafePermissions: a folder belongs to or can be entered by others.
        """
        text = str(self.runtime)
        if len(os.fsencode(text + _LONGEST_NAME)) > MAX_SOCKET_PATH:
            raise InvalidInput("The runtime folder's path is too long for Unix sockets.")
        if not re.fullmatch(r"[\w./+@:=~-]+", text, re.ASCII):
            raise InvalidInput("The runtime folder's path has characters that Tor cannot take.")
        if any(ord(c) < 0x20 for c in str(self.data)):  # noqa: PLR2004
            raise InvalidInput("The profile's path has control characters.")
        for folder in (self.data, self.runtime):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            found = folder.stat()
            if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
                raise UnsafePermissions
        for left in (self.runtime / "control", self.runtime / "socks"):
            left.unlink(missing_ok=True)

    def locked(self) -> bool:
        """Whether a tor still runs on the data folder: it holds a lock as long as it lives."""
        try:
            descriptor = os.open(self.data / "lock", os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def clear_services(self) -> None:
        """Remove the services' sockets of an earlier run."""
        for left in self.runtime.glob("service-*"):
            left.unlink(missing_ok=True)


NOT_THERE: Final = (
    "The tor program that was named (--tor or ONIONCHAT_TOR) is not there or cannot be run."
)


def find_tor(wanted: str | None) -> str:
    """The path of the tor program: `wanted`, else the one on PATH. Raises TorNotFound."""
    found = shutil.which(wanted or "tor")
    if found is None and wanted is None:
        # Debian keeps it where ordinary users' PATH may not lead.
        found = shutil.which(
            "tor", path="/usr/sbin:/usr/local/bin:/usr/local/sbin:/opt/homebrew/bin"
        )
    if found is None and wanted is not None:
        raise TorNotFound(NOT_THERE)
    if found is None:
        raise TorNotFound
    return str(Path(found).absolute())


def parse_version(output: bytes) -> tuple[int, ...] | None:
    """The version in what `tor --version` prints, as numbers; None if it prints something else."""
    match = _VERSION.search(output)
    return None if match is None else tuple(int(part) for part in match.groups() if part)


def check_version(version: tuple[int, ...] | None) -> None:
    """Raises TorTooOld below 0.4.7, TorFailed if the program is no tor."""
    if version is None:
        raise TorFailed("The program named as tor does not say a Tor version.")
    if version < MIN_VERSION:
        raise TorTooOld


class _Output(ProcessProtocol):
    """Collects what a short-lived program prints."""

    def __init__(self) -> None:
        self.text = b""
        self.done: Deferred[bytes] = Deferred()

    def outReceived(self, data: bytes) -> None:
        self.text = (self.text + data)[:_LINE_BYTES]

    def processEnded(self, reason: Failure = Failure(ProcessDone(0))) -> None:  # noqa: B008
        if not self.done.called:
            self.done.callback(self.text)


async def tor_version(reactor: ProcessReactor, program: str) -> tuple[int, ...]:
    """Ask a tor program for its version.

    Raises:
        TorFailed: it does not run, says nothing in time, or is no tor.
        TorTooOld: it is older than 0.4.7.
    """
    output = _Output()
    try:
        process = reactor.spawnProcess(output, program, [program, "--version"], env=_environment())
    except OSError:
        raise TorFailed("The tor program cannot be started.") from None

    def kill() -> None:
        try:
            process.signalProcess("KILL")
        except ProcessExitedAlready:
            return

    timer = reactor.callLater(VERSION_SECONDS, kill)
    text = await output.done
    if timer.active():
        timer.cancel()
    version = parse_version(text)
    check_version(version)
    assert version is not None
    return version


def _environment() -> dict[str, str]:
    """Proxy variables and the like of the person's shell are not for tor."""
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ}


def quoted(path: Path) -> str:
    """A path as a quoted string of a torrc."""
    text = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def torrc_text(folders: TorFolders, *, owner_pid: int, lines: Sequence[str], appended: str) -> str:
    """The whole configuration of the own tor."""
    text = Template(template("node.torrc")).substitute(
        data_directory=quoted(folders.data),
        runtime_directory=folders.runtime,
        owner_pid=owner_pid,
        lines="\n".join(lines),
    )
    return f"{text}\n{appended}\n" if appended else text


def write_torrc(
    folders: TorFolders, *, lines: Sequence[str], extra: Path | None
) -> tuple[Path, Path]:
    """Write the configuration and the empty defaults; returns both paths.

    Raises:
        InvalidInput: the person's own torrc cannot be read.
    """
    appended = ""
    if extra is not None:
        try:
            appended = extra.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is not UTF-8"
            raise InvalidInput(f"The file {extra} (--torrc) cannot be read: {why}.") from None
    torrc, defaults = folders.data / "torrc", folders.data / "torrc-defaults"
    text = torrc_text(folders, owner_pid=os.getpid(), lines=lines, appended=appended)
    for path, content in ((torrc, text), (defaults, "")):
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
    return torrc, defaults


class TorProcess(ProcessProtocol):
    """A running tor. `on_end` is called once when it has ended."""

    def __init__(self, reactor: ProcessReactor, on_end: Callable[[], None]) -> None:
        self._reactor = reactor
        self._on_end = on_end
        self._rest = b""
        self._waiting: list[Deferred[None]] = []
        self._leash: socket.socket | None = None
        self.ended = False
        self.said: deque[str] = deque(maxlen=_SAID_LINES)
        """The last lines of its output, redacted."""

    @classmethod
    def spawn(
        cls,
        reactor: ProcessReactor,
        program: str,
        torrc: Path,
        defaults: Path,
        on_end: Callable[[], None],
    ) -> TorProcess:
        """Start tor. Raises TorFailed if the program cannot be started."""
        process = cls(reactor, on_end)
        arguments = [program, "-f", str(torrc), "--defaults-torrc", str(defaults)]
        # A control connection that is there before tor runs, and that nothing is said on: when
        # this process ends, at whatever moment, it is closed, and that is tor's end.
        process._leash, its_end = socket.socketpair()
        arguments += ["--__OwningControllerFD", str(_LEASH)]
        files: dict[int, int | str] = {0: "w", 1: "r", 2: "r", _LEASH: its_end.fileno()}
        try:
            reactor.spawnProcess(
                process, program, arguments, env=_environment(), path="/", childFDs=files
            )
        except OSError:
            process._leash.close()
            raise TorFailed("The tor program cannot be started.") from None
        finally:
            its_end.close()
        return process

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return None if self.transport is None else self.transport.pid

    def connectionMade(self) -> None:
        """It runs: it reads nothing from us."""
        if self.transport is not None:
            self.transport.closeStdin()

    def outReceived(self, data: bytes) -> None:
        """Keep the last lines, redacted."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        self._rest = self._rest[-_LINE_BYTES:]
        for line in lines:
            self.said.append(redact(line.decode("utf-8", "replace")))

    errReceived = outReceived

    def processEnded(self, reason: Failure = Failure(ProcessDone(0))) -> None:  # noqa: B008
        """It ended, for whatever reason."""
        self.ended = True
        if self._leash is not None:
            self._leash.close()
        waiting, self._waiting = self._waiting, []
        for deferred in waiting:
            deferred.callback(None)
        self._on_end()

    def complaint(self) -> str:
        """Its last error as a sentence, or "" if it gave none."""
        for line in reversed(self.said):
            _, mark, text = line.partition("[err] ")
            if mark and not text.startswith(("Reading config failed", "set_options(): Bug")):
                return text[:300]
        for line in reversed(self.said):
            _, mark, text = line.partition("[warn] ")
            if mark and not text.startswith("Tor was compiled"):
                return text[:300]
        return ""

    async def stop(self) -> None:
        """End it: ask, then after five seconds kill, also when it is suspended."""
        if self.ended:
            return
        ended: Deferred[None] = Deferred()
        self._waiting.append(ended)
        self._signal("TERM")
        timer = self._reactor.callLater(STOP_SECONDS, self._signal, "KILL")
        await ended
        if timer.active():
            timer.cancel()

    def kill(self) -> None:
        """End it at once."""
        self._signal("KILL")

    def _signal(self, name: str) -> None:
        if self.ended or self.transport is None:
            return
        try:
            self.transport.signalProcess(name)
        except ProcessExitedAlready:
            return
