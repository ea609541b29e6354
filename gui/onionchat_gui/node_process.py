"""The node's process: made, started and followed without waiting; and making its profile.

What lives here: Qt's notifiers around `control.launch`. What may not: the connection, and what is
shown meanwhile. Passphrases and the words of a recovery phrase pass through and are not kept.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QSocketNotifier, QTimer

from onionchat.control import address, first_run, launch
from onionchat.errors import OnionchatError, Refused, StorageFailed, TimedOut

from .node import Starter, ignore

_MAX_REPORT: Final = 4096


class _Report:
    """What comes out of a pipe, up to a newline or its end, or until it takes too long."""

    def __init__(
        self,
        descriptor: int,
        seconds: float,
        then: Callable[[bytes], None],
        late: Callable[[], None],
        parent: QObject,
    ) -> None:
        self._descriptor = descriptor
        self._then, self._late = then, late
        self._report = bytearray()
        os.set_blocking(descriptor, False)
        self._notifier = QSocketNotifier(descriptor, QSocketNotifier.Type.Read, parent)
        # Of a method Qt would keep nothing but the name: this object lives as long as these two.
        self._notifier.activated.connect(lambda: self._read())
        self._deadline = QTimer(parent, singleShot=True, interval=int(seconds * 1000))
        self._deadline.timeout.connect(lambda: self._end())
        self._deadline.start()

    def close(self) -> None:
        """Look no further."""
        self._notifier.setEnabled(False)
        self._notifier.deleteLater()
        self._deadline.stop()
        self._deadline.deleteLater()
        os.close(self._descriptor)
        # Who is told must not live as long as these two, which are its children.
        self._then, self._late = ignore, lambda: None
        self._report.clear()

    def _end(self) -> None:
        late = self._late
        self.close()
        late()

    def _read(self) -> None:
        try:
            piece = os.read(self._descriptor, _MAX_REPORT)
        except BlockingIOError:
            return
        self._report.extend(piece)
        if not piece or b"\n" in piece or len(self._report) > _MAX_REPORT:
            then, report = self._then, bytes(self._report)
            self.close()
            then(report)


class NodeProcess(Starter):
    """Makes the profile in a folder and starts its node."""

    def __init__(
        self, profile: Path, options: tuple[str, ...] = (), parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._profile = profile
        self._options = options
        self._children: list[subprocess.Popen[bytes]] = []
        self._nodes: list[subprocess.Popen[bytes]] = []
        """Those of them that run a node, or will."""
        self._starting: subprocess.Popen[bytes] | None = None
        self._creating: tuple[subprocess.Popen[bytes], _Report] | None = None

    def missing(self) -> OnionchatError | None:
        """As `Starter.missing`."""
        found = address.holds_profile(self._profile)
        return None if found else address.no_profile(self._profile)

    def start(
        self, passphrase: str, then: Callable[[], None], failed: Callable[[OnionchatError], None]
    ) -> None:
        """As `Starter.start`."""
        try:
            starting = launch.start_node(self._profile, passphrase, self._options)
        except OnionchatError as error:
            self._soon(failed, error)
            return
        except OSError as error:
            self._soon(failed, StorageFailed(f"The node cannot be started: {error.strerror}."))
            return
        self._follow(starting.process)
        self._nodes = [node for node in self._nodes if node.poll() is None]
        self._nodes.append(starting.process)
        self._starting = starting.process

        def told(report: bytes) -> None:
            self._starting = None
            line = report.decode("utf-8", errors="replace")
            error = launch.complaint(line, self._profile)
            if error is None:
                then()
            else:
                failed(error)

        def late() -> None:
            self._starting = None
            failed(TimedOut(f"The node did not start within {launch.START_SECONDS:.0f} s."))

        _Report(starting.outcome, launch.START_SECONDS, told, late, self)

    def create(
        self,
        name: str,
        passphrase: str,
        then: Callable[[tuple[str, ...]], None],
        failed: Callable[[OnionchatError], None],
    ) -> None:
        """As `Starter.create`."""
        try:
            creating = launch.create_profile(self._profile, name, passphrase)
        except OnionchatError as error:
            self._soon(failed, error)
            return
        except OSError as error:
            self._soon(failed, StorageFailed(f"No profile can be made: {error.strerror}."))
            return
        self._follow(creating.process)

        def told(report: bytes) -> None:
            self._creating = None
            try:
                made = first_run.made(report)
            except OnionchatError as error:
                failed(error)
            else:
                then(made.words)

        def late() -> None:
            self._creating = None
            creating.process.send_signal(signal.SIGINT)
            failed(TimedOut(f"No profile was made within {launch.CREATE_SECONDS:.0f} s."))

        report = _Report(creating.outcome, launch.CREATE_SECONDS, told, late, self)
        self._creating = creating.process, report

    def stop_creating(self) -> None:
        """As `Starter.stop_creating`."""
        if self._creating is not None:
            process, report = self._creating
            self._creating = None
            process.send_signal(signal.SIGINT)
            report.close()

    def stop_starting(self) -> None:
        """As `Starter.stop_starting`."""
        if self._starting is not None:
            self._starting.kill()

    def identity(self) -> str:
        """As `Starter.identity`."""
        try:
            return address.identity(self._profile)
        except OSError:
            return ""

    def destroy(
        self, then: Callable[[bool], None], failed: Callable[[OnionchatError], None]
    ) -> None:
        """As `Starter.destroy`."""
        try:
            process, outcome = launch.destroy_profile(self._profile)
        except OSError as error:
            self._soon(failed, StorageFailed(f"Nothing was destroyed: {error.strerror}."))
            return
        self._follow(process)

        def told(report: bytes) -> None:
            if address.holds_profile(self._profile):
                said = report.decode("utf-8", errors="replace").strip()
                failed(Refused(said.removeprefix("onionchat: ") or None))
            elif address.holds_traces(self._profile) and self._kill_nodes():
                # They hang, and they were ours. Now what is left can go.
                self.destroy(then, failed)
            else:
                then(address.holds_traces(self._profile))

        def late() -> None:
            failed(TimedOut("The profile was not destroyed: its disk does not answer."))

        _Report(outcome, launch.DESTROY_SECONDS, told, late, self)

    def _kill_nodes(self) -> bool:
        """End nodes that this window has started, whatever they do; whether there were any."""
        alive = [node for node in self._nodes if node.poll() is None]
        self._nodes = []
        for node in alive:
            node.kill()
        return bool(alive)

    def _follow(self, process: subprocess.Popen[bytes]) -> None:
        """Keep it, so that its end is collected by a later `poll` and it never becomes a zombie."""
        self._children = [child for child in self._children if child.poll() is None]
        self._children.append(process)

    def _soon(self, failed: Callable[[OnionchatError], None], error: OnionchatError) -> None:
        QTimer.singleShot(0, self, lambda: failed(error))
