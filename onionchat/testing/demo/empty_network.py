"""A network namespace without a network: what runs in it can reach Unix sockets and nothing else.

Not even the loopback is up, and the kernel counts what programs tried to send all the same. What
lives here: making it, running programs in it, its counters. What may not: the node.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from types import TracebackType

_OPTIONS = (("-n",), ("-r", "-n"))
"""Of `unshare`: as root, and as an ordinary user where such may make namespaces."""

_SENT = ("OutRequests", "OutNoRoutes", "OutDatagrams", "ActiveOpens", "OutSegs", "OutMsgs")
"""What the kernel calls packets that went out, or would have (RFC 4293 and others)."""


def _unshare() -> tuple[str, ...] | None:
    program = shutil.which("unshare")
    if program is None or shutil.which("nsenter") is None:
        return None
    for options in _OPTIONS:
        done = subprocess.run([program, *options, "true"], capture_output=True, check=False)
        if done.returncode == 0:
            return (program, *options)
    return None


class EmptyNetwork:
    """One such namespace, for as long as the block lasts."""

    _words = _unshare()

    @classmethod
    def possible(cls) -> bool:
        """Whether one can be made here."""
        return cls._words is not None

    def __enter__(self) -> EmptyNetwork:
        assert self._words is not None
        # It says when it is inside, and stays until its input ends.
        self._holder = subprocess.Popen(
            [*self._words, "sh", "-c", "echo inside; exec cat"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._holder.stdout is not None
        self._holder.stdout.readline()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._holder.communicate()

    @property
    def prefix(self) -> tuple[str, ...]:
        """Words that start a program in here; it takes the process over."""
        assert self._words is not None
        user = ("-U", "--preserve-credentials") if "-r" in self._words else ()
        return ("nsenter", "-t", str(self._holder.pid), *user, "-n")

    @property
    def inode(self) -> int:
        """By which other processes can be seen to be inside."""
        return (self._proc / "ns" / "net").stat().st_ino

    def sent(self) -> dict[str, int]:
        """What programs in here tried to send since it exists: the kernel's counters above 0."""
        found = {}
        lines = (self._proc / "net" / "snmp").read_text().splitlines()
        for names, values in zip(lines[::2], lines[1::2], strict=True):
            kind, *words = names.split()
            for word, value in zip(words, values.split()[1:], strict=True):
                found[kind + word] = int(value)
        for line in (self._proc / "net" / "snmp6").read_text().splitlines():
            name, value = line.split()
            found[name] = int(value)
        return {name: value for name, value in found.items() if value and name.endswith(_SENT)}

    @property
    def _proc(self) -> Path:
        return Path("/proc") / str(self._holder.pid)
