"""A person at a terminal: a program behind a pseudo-terminal, what it shows and what is typed.

What lives here: reading until something appears, typing, waiting for the end. What may not:
expectations of any one program.
"""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import time
from collections.abc import Mapping, Sequence
from typing import Final

_ESCAPES: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_END_SECONDS: Final = 60.0
_CHUNK: Final = 65536


class Screen:
    """`command` at a terminal of 80 columns."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.said = ""
        """What was shown since the last `until`, with its escape sequences."""
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            full = {"TERM": "xterm", "COLUMNS": "80"} | dict(environment)
            os.execve(command[0], list(command), full)  # noqa: S606 - the test's own command

    def until(self, text: str, seconds: float = 60.0) -> str:
        """Read until `text` appears; returns what was shown since the last time up to it."""
        end = time.monotonic() + seconds
        while text not in self.shown():
            assert time.monotonic() < end, f"no {text!r} in {self.shown()!r}"
            if select.select([self._terminal], [], [], 0.1)[0]:
                try:
                    self.said += os.read(self._terminal, _CHUNK).decode(errors="replace")
                except OSError:
                    assert text in self.shown(), f"ended without {text!r}: {self.shown()!r}"
        before, found, self.said = self.shown().partition(text)
        return before + found

    def shown(self) -> str:
        """The same without escape sequences."""
        return _ESCAPES.sub("", self.said)

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self._terminal, text.encode())

    def end(self) -> int:
        """The exit status, soon."""
        limit = time.monotonic() + _END_SECONDS
        while True:
            # A terminal that nobody reads would keep it from ending.
            while select.select([self._terminal], [], [], 0.02)[0]:
                try:
                    self.said += os.read(self._terminal, _CHUNK).decode(errors="replace")
                except OSError:
                    break
            pid, code = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid = 0
                return os.waitstatus_to_exitcode(code)
            assert time.monotonic() < limit, "it does not end"

    def close(self) -> None:
        """End it, if it has not ended."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._terminal)
