"""One window per profile: a second start brings the first window to the front, and ends.

What lives here: who is first, and the call for the first one. What may not: windows.

Who is first holds a lock on a file in the profile's run folder, which says where its socket is. The
lock goes with its process, however that ends; so do file and socket count for nothing without it.
"""

from __future__ import annotations

import fcntl
import os
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from onionchat.control import address
from onionchat.errors import UnsafePermissions

from . import activation

_LOCK: Final = "window.lock"
_SOCKET: Final = "window.sock"
_MAX_BYTES: Final = 256
_CALL_SECONDS: Final = 2.0
_PAUSE_SECONDS: Final = 0.05


class OneWindow(QObject):
    """This process's claim to be the window of its profile."""

    called = Signal()
    """Somebody wanted to open the window a second time."""

    def __init__(self, profile: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._profile = profile
        self._lock: int | None = None
        self._place: Path | None = None
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._connected)

    def claim(self, environment: Mapping[str, str]) -> bool:
        """Be the window of this profile; False if another process is.

        Where there is no profile (yet), or its folder is not private, nothing can be claimed and
        nobody is refused. Again, it does no harm.
        """
        if self._lock is not None:
            if address.holds_profile(self._profile) and os.fstat(self._lock).st_nlink:
                return True
            # The profile was destroyed, and there may be another one in its place.
            self.release()
        if not address.holds_profile(self._profile):
            return True
        try:
            place = _folder(self._profile, environment)
            lock = _open(self._profile / "run" / _LOCK)
        except (OSError, UnsafePermissions):
            return True
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return False
        self._lock, self._place = lock, place
        path = place / _SOCKET
        # Of a window that is gone: who holds the lock is the only one.
        with suppress(OSError):
            path.unlink()
        self._server.listen(os.fspath(path))
        # On a full disk nobody can call this window, which is better than none.
        with suppress(OSError):
            os.ftruncate(lock, 0)
            os.pwrite(lock, os.fsencode(path), 0)
        return True

    def release(self) -> None:
        """Let another process be the window."""
        self._server.close()
        if self._place is not None:
            # A node that ended before could not remove its folder outside of the profile, because
            # of our socket; the name of that tells that there was a profile. What is not empty
            # stays.
            with suppress(OSError):
                self._place.rmdir()
            self._place = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _connected(self) -> None:
        while (link := self._server.nextPendingConnection()) is not None:
            link.readyRead.connect(lambda link=link: self._read(link))
            link.disconnected.connect(link.deleteLater)
            if link.bytesAvailable():
                self._read(link)

    def _read(self, link: QLocalSocket) -> None:
        said = bytes(link.read(_MAX_BYTES).data()).decode("ascii", errors="replace").strip()
        link.disconnectFromServer()
        activation.accept(said)
        self.called.emit()


def call_first(profile: Path, environment: Mapping[str, str]) -> bool:
    """Ask the window that holds the profile to come to the front; whether it could be asked.

    Waits, at most two seconds: this process has no window and nothing else to do.
    """
    ends = time.monotonic() + _CALL_SECONDS  # noqa: TID251 - no loop and no clock here yet
    while True:
        with suppress(OSError, ValueError):
            path = address.read_private(profile / "run" / _LOCK)
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
                link.settimeout(_CALL_SECONDS)
                link.connect(path)
                link.sendall(
                    environment.get(activation.ACTIVATION, "").encode()[:_MAX_BYTES] + b"\n"
                )
            return True
        if time.monotonic() >= ends:  # noqa: TID251
            return False
        # The first one may be about to listen.
        time.sleep(_PAUSE_SECONDS)


def _folder(profile: Path, environment: Mapping[str, str]) -> Path:
    """A private folder for the socket, short enough for its path: the one of the node's sockets."""
    place = address.run_folder(profile, environment).path
    for folder in (profile / "run", place):
        if not os.path.lexists(folder):
            folder.mkdir(mode=0o700)
        address.check_private_folder(folder)
    return place


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
