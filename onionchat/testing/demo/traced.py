"""Which sockets a process and its children open, tor left out: by `strace`, or by Python's audit.

`strace` sees everything that reaches the kernel. Where there is none, or it is not allowed to
trace, a hook inside Python sees what Python code does (a C library's own sockets would be missed).
What lives here: recording and judging. What may not: the node; it is started as always, with a
prefix and an environment.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

_CALLS = (
    "trace=socket,socketpair,connect,bind,sendto,sendmsg,sendmmsg,execve,clone,?clone3,?fork,?vfork"
)

_BORN = re.compile(r"^(?:clone3?|v?fork)\(.* = ([0-9]+)$")
_RUNS = re.compile(r'^execve\("([^"]*)".* = 0$')
_FAMILY = re.compile(r"^socket(?:pair)?\((\w+), ")
_ADDRESS = re.compile(r"sa_family=(\w+)")
_PATH = re.compile(r'sun_path=(@?)"([^"]*)"')
_GROUPS = re.compile(r"nl_groups=(?:0x)?0*([0-9a-f]*)\b")
_ROUTE = re.compile(r", (?:NETLINK_ROUTE|0)\) = ")
_HIDDEN = re.compile(r", 0x[0-9a-f]+, [0-9]+\) = ")
_FAILED = re.compile(r" = -1 E[A-Z]+ ")

AUDIT = """
import os, sys

def _audit():
    record = os.open({record!r}, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    name = {{1: "AF_UNIX", 2: "AF_INET", 10: "AF_INET6", 16: "AF_NETLINK", 17: "AF_PACKET"}}

    def text(address):
        if isinstance(address, (str, bytes)):
            path = os.fsdecode(address)
            at = "@" if path.startswith("\\0") else ""
            return '{{sa_family=AF_UNIX, sun_path=%s"%s"}}' % (at, path.lstrip("\\0"))
        if isinstance(address, tuple) and len(address) == 2 and not isinstance(address[0], str):
            return "{{sa_family=AF_NETLINK, nl_groups=%#x}}" % address[1]
        return "{{sa_family=AF_INET, %s}}" % (address,)

    def hook(event, args):
        line = ""
        if event == "socket.__new__":
            line = "socket(%s, %d, %d) = 0" % (name.get(args[1], "AF_%d" % args[1]), *args[2:4])
        elif event in ("socket.bind", "socket.connect", "socket.sendto", "socket.sendmsg"):
            if args[1] is not None:
                line = "%s(0, %s) = 0" % (event[7:], text(args[1]))
        elif event.startswith("socket.get") and event != "socket.gethostname":
            line = "%s() = 0" % event
        if line:
            os.write(record, line.encode() + b"\\n")

    sys.addaudithook(hook)

_audit()
"""


def usable_strace() -> str | None:
    """The `strace` program, if there is one and it may trace here."""
    program = shutil.which("strace")
    if program is None:
        return None
    tried = subprocess.run(
        [program, *_options(Path(os.devnull), each=False), "true"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return program if tried.returncode == 0 and not tried.stderr else None


def _options(record: Path, *, each: bool) -> list[str]:
    # -D: the traced program keeps the process id and gets the signals, strace stands aside.
    # Strings are cut to nothing, so that no content gets into the record; paths are not.
    follow = "-ff" if each else "-f"
    return ["-D", follow, "-q", "--seccomp-bpf", "-s", "0", "-e", _CALLS, "-o", str(record)]


class SocketTrace:
    """A record of the sockets of all processes that are started with `prefix` and `environment`.

    A node also needs `arguments`. Of a node that was started by an ordinary user the kernel shows
    what sockets it opens, but not all addresses that it uses them with.

    Args:
        folder: an empty one for the record.
        tor: the tor program; it and what it starts are left out.
        strace: the program, or None for Python's audit.
        planted: Python code that every Python process runs at its start, for a test of this test.
    """

    def __init__(self, folder: Path, *, tor: Path, strace: str | None, planted: str = "") -> None:
        self._folder = folder
        self._tor = os.path.realpath(tor)
        # By way of a shell, whose memory strace may read: the kernel hides that of a node, which
        # forbids it, from ordinary users, and with it what program the node starts.
        wrapper = folder / "tor"
        wrapper.write_text(f'#!/bin/sh\nexec "{self._tor}" "$@"\n')
        wrapper.chmod(0o755)
        self.arguments = ("--tor", str(wrapper))
        self.prefix: tuple[str, ...] = ()
        self.environment: dict[str, str] = {}
        code = planted
        if strace is not None:
            self.prefix = (strace, *_options(folder / "trace", each=True))
        else:
            code = AUDIT.format(record=str(folder / "trace.audit")) + planted
        if code:
            hooks = folder / "hooks"
            hooks.mkdir()
            (hooks / "sitecustomize.py").write_text(code)
            paths = [str(hooks), os.environ.get("PYTHONPATH", "")]
            self.environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))

    def families(self) -> dict[str, int]:
        """How many sockets of each family were opened."""
        found: dict[str, int] = {}
        for line in self._lines():
            match = _FAMILY.match(line)
            if match and not _FAILED.search(line):
                found[match[1]] = found.get(match[1], 0) + 1
        return found

    def findings(self, places: Iterable[Path]) -> list[str]:
        """What a node must not do, call by call; sockets in the folders `places` are its own.

        Allowed are Unix sockets at paths in those folders, and one that only hears from the kernel
        that the network has changed (netlink with groups bound, nothing ever sent on it).
        """
        folders = [os.path.realpath(place) for place in places]
        return sorted(line for line in self._lines() if not _allowed(line, folders))

    def _lines(self) -> Iterator[str]:
        """The calls of all traced processes and threads but tor's."""
        records = {
            path.suffix[1:]: path.read_text(errors="replace").splitlines()
            for path in self._folder.glob("trace.*")
        }
        left_out: set[str] = set()
        waiting = [pid for pid, lines in records.items() if self._turns_into_tor(lines)]
        while waiting:
            pid = waiting.pop()
            left_out.add(pid)
            born = (_BORN.match(line) for line in self._as_tor(records.get(pid, [])))
            waiting += [match[1] for match in born if match and match[1] not in left_out]
        for pid, lines in records.items():
            if pid not in left_out:
                yield from lines
            elif self._turns_into_tor(lines):
                # What was still ours, between fork and exec.
                yield from lines[: len(lines) - len(self._as_tor(lines))]

    def _turns_into_tor(self, lines: list[str]) -> bool:
        return any(map(self._runs_tor, lines))

    def _as_tor(self, lines: list[str]) -> list[str]:
        """The calls after tor took the process over; all of a process that tor has started."""
        for index, line in enumerate(lines):
            if self._runs_tor(line):
                return lines[index:]
        return lines

    def _runs_tor(self, line: str) -> bool:
        # Found on the PATH, it may have another name there.
        match = _RUNS.match(line)
        return match is not None and os.path.realpath(match[1]) == self._tor


def _allowed(line: str, folders: list[str]) -> bool:
    call = line.partition("(")[0]
    family = _FAMILY.match(line)
    if family:
        netlink = family[1] == "AF_NETLINK" and _ROUTE.search(line) is not None
        return family[1] == "AF_UNIX" or netlink
    if call.startswith("socket.get"):
        return False
    if call not in ("connect", "bind", "sendto", "sendmsg", "sendmmsg"):
        return True
    address = _ADDRESS.search(line)
    if address is None:
        # To whom the socket is connected or bound already, which was judged there; but netlink
        # needs no connection, and strace shows its messages by their length. An address that may
        # not be read is one where none is used.
        return "nlmsg_len" not in line and (call != "sendto" or not _HIDDEN.search(line))
    if address[1] == "AF_NETLINK":
        groups = _GROUPS.search(line)
        return call == "bind" and groups is not None and groups[1] not in ("", "0")
    path = _PATH.search(line)
    return (
        address[1] == "AF_UNIX"
        and path is not None
        and not path[1]
        and os.path.realpath(os.path.dirname(path[2])) in folders
    )
