"""A small blocking client of tor's control port, over its Unix socket.

It speaks the protocol: log in, one command and its reply, events. What the commands mean is the
callers' business.
"""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from onionchat.testing.torlab.clock import Deadline, wait_until
from onionchat.testing.torlab.errors import TorLabError

__all__ = ["ControlError", "ControlPort"]

_READ_BYTES = 65_536
_CODE_DIGITS = 3
_ASYNC = "650"


class ControlError(TorLabError):
    """tor refused a command; `code` is its three-digit answer."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"tor answered {code} {message}")
        self.code = code
        self.message = message


class ControlPort:
    """One authenticated connection to the control port of a running tor."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._buffer = b""
        self._events: deque[list[str]] = deque()

    @classmethod
    def connect(cls, path: Path, *, timeout: float = 10.0) -> ControlPort:
        """Connect to the Unix socket `path` and log in with the cookie that tor names.

        Waits up to `timeout` seconds for the socket to be there. Raises `TorLabError`.
        """
        deadline = Deadline(timeout)
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            if not wait_until(lambda: _connected(sock, path), deadline):
                raise TorLabError(f"No tor listens on {path} after {timeout:g} s.")
            control = cls(sock)
            cookie = _cookie_file(control.command("PROTOCOLINFO 1", timeout=timeout))
            control.command(f"AUTHENTICATE {cookie.read_bytes().hex()}", timeout=timeout)
        except OSError as error:
            sock.close()
            raise TorLabError(f"Cannot log in to tor at {path}: {error}.") from error
        except TorLabError:
            sock.close()
            raise
        return control

    def __enter__(self) -> ControlPort:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; onion services that hang on it vanish."""
        self._sock.close()

    def command(self, line: str, *, timeout: float = 10.0) -> list[str]:
        """Send one command and return the lines of its reply without the codes.

        A line with data (``key=`` and more lines) is one item with newlines in it. Raises
        `ControlError` if tor refuses and `TorLabError` if it does not answer in `timeout` seconds.
        """
        if "\n" in line or "\r" in line:
            raise ValueError("a control command is one line")
        deadline = Deadline(timeout)
        try:
            self._sock.settimeout(max(deadline.remaining(), 0.001))
            self._sock.sendall(f"{line}\r\n".encode())
        except OSError as error:
            raise TorLabError(f"tor's control port is gone: {error}.") from error
        what = line.split(maxsplit=1)[0]
        while True:
            code, lines = self._message(deadline, f"the answer to {what}")
            if code == _ASYNC:
                self._events.append(lines)
                continue
            if not code.startswith("2"):
                raise ControlError(int(code), " / ".join(lines))
            return lines

    def get_info(self, key: str, *, timeout: float = 10.0) -> str:
        """Return the value that GETINFO gives for `key`. Raises as `command` does."""
        first = self.command(f"GETINFO {key}", timeout=timeout)[0]
        return first.removeprefix(f"{key}=").removeprefix("\n")

    def wait_event(self, wanted: Callable[[str], bool], *, timeout: float) -> str:
        """Return the first event for which `wanted` holds, of those heard and those to come.

        The events must have been asked for with the command SETEVENTS. Earlier events are
        dropped. Raises `TorLabError` after `timeout` seconds.
        """
        deadline = Deadline(timeout)
        while True:
            while self._events:
                event = "\n".join(self._events.popleft())
                if wanted(event):
                    return event
            code, lines = self._message(deadline, "an event")
            if code == _ASYNC:
                self._events.append(lines)

    def _message(self, deadline: Deadline, what: str) -> tuple[str, list[str]]:
        """Return the code and the lines of the next reply or event."""
        lines: list[str] = []
        while True:
            line = self._line(deadline, what)
            code, kind, text = (
                line[:_CODE_DIGITS],
                line[_CODE_DIGITS : _CODE_DIGITS + 1],
                line[_CODE_DIGITS + 1 :],
            )
            if not code.isdigit() or kind not in {" ", "-", "+"}:
                raise TorLabError(f"tor's control port says something unexpected: {line!r}.")
            if kind == "+":
                data = [text]
                while (line := self._line(deadline, what)) != ".":
                    data.append(line.removeprefix("."))
                text = "\n".join(data)
            lines.append(text)
            if kind == " ":
                return code, lines

    def _line(self, deadline: Deadline, what: str) -> str:
        while b"\r\n" not in self._buffer:
            self._sock.settimeout(max(deadline.remaining(), 0.001))
            try:
                data = self._sock.recv(_READ_BYTES)
            except TimeoutError:
                raise TorLabError(
                    f"tor's control port did not send {what} within {deadline.seconds:g} s."
                ) from None
            except OSError as error:
                raise TorLabError(f"tor's control port is gone: {error}.") from error
            if not data:
                raise TorLabError(f"tor closed its control port before {what}.")
            self._buffer += data
        line, self._buffer = self._buffer.split(b"\r\n", 1)
        return line.decode("utf-8", "replace")


def _connected(sock: socket.socket, path: Path) -> bool:
    try:
        sock.connect(str(path))
    except (FileNotFoundError, ConnectionRefusedError):
        return False
    return True


def _cookie_file(reply: list[str]) -> Path:
    for line in reply:
        _, found, quoted = line.partition('COOKIEFILE="')
        if found:
            return Path(quoted.partition('"')[0])
    raise TorLabError("tor's control port offers no login by cookie.")
