"""The node's process: made, started and followed without waiting.

What lives here: Qt's notifiers around `control.launch`, and creating a profile. What may not: the
connection, and what is shown meanwhile. A passphrase passes through and is not kept.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QSocketNotifier, QTimer

from onionchat.control import address, launch
from onionchat.errors import OnionchatError, StorageFailed, TimedOut

from .node import Starter

_MAX_REPORT: Final = 4096


class NodeProcess(Starter):
    """Starts the node of one profile."""

    def __init__(
        self, profile: Path, options: tuple[str, ...] = (), parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._profile = profile
        self._options = options
        self._running: list[launch.Starting] = []

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
        except OSError as error:
            reason = StorageFailed(f"The node cannot be started: {error.strerror}.")
            QTimer.singleShot(0, self, lambda: failed(reason))
            return
        # Kept, so that its end is collected by a later `poll` and it never becomes a zombie.
        self._running = [s for s in self._running if s.process.poll() is None]
        self._running.append(starting)
        os.set_blocking(starting.outcome, False)
        notifier = QSocketNotifier(starting.outcome, QSocketNotifier.Type.Read, self)
        deadline = QTimer(self, singleShot=True, interval=int(launch.START_SECONDS * 1000))
        report = bytearray()

        def finish(error: OnionchatError | None) -> None:
            notifier.setEnabled(False)
            notifier.deleteLater()
            deadline.stop()
            deadline.deleteLater()
            os.close(starting.outcome)
            if error is None:
                then()
            else:
                failed(error)

        def read() -> None:
            try:
                piece = os.read(starting.outcome, _MAX_REPORT)
            except BlockingIOError:
                return
            report.extend(piece)
            if not piece or b"\n" in piece or len(report) > _MAX_REPORT:
                line = report.decode("utf-8", errors="replace")
                finish(launch.complaint(line, self._profile))

        notifier.activated.connect(read)
        deadline.timeout.connect(
            lambda: finish(TimedOut(f"The node did not start within {launch.START_SECONDS:.0f} s."))
        )
        deadline.start()
