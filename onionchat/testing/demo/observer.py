"""What somebody who watches the sockets of this machine sees: Linux's own tables, and packets
where allowed.

Sampling cannot prove the absence of a short-lived socket; the strace test does (docs/testing.md).
"""

from __future__ import annotations

import os
import re
import socket
import threading
from collections import Counter
from contextlib import suppress
from pathlib import Path

SAMPLE_SECONDS = 0.2
ETH_P_ALL = 3
IPV4_DIGITS = 8
CAPTURE_LIMIT = 64 * 1024 * 1024


class Observer:
    """Samples the sockets of processes, and captures loopback packets when it may."""

    def __init__(self) -> None:
        self._pids: dict[str, int] = {}
        self.kinds: dict[str, Counter[str]] = {}
        self.remotes: dict[str, set[str]] = {}
        self.hidden: set[str] = set()
        """Whose sockets could not be looked at: a node forbids it to its user's other programs."""
        self.captured = bytearray()
        self.can_capture = False
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._sample, daemon=True)]
        with suppress(OSError, AttributeError):
            self._packets = socket.socket(
                socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL)
            )
            self._packets.bind(("lo", 0))
            self._packets.settimeout(SAMPLE_SECONDS)
            self.can_capture = True
            self._threads.append(threading.Thread(target=self._capture, daemon=True))
        for thread in self._threads:
            thread.start()

    def watch(self, label: str, pid: int | None) -> None:
        """Watch the sockets of process `pid` under `label` from now on."""
        if pid is not None:
            self._pids[label] = pid

    def close(self) -> None:
        """Stop watching."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=5)
        if self.can_capture:
            self._packets.close()

    def found_in_packets(self, words: list[str]) -> int:
        """How many of the `words` were seen in clear in the captured packets."""
        return sum(word.encode() in self.captured for word in words)

    def _capture(self) -> None:
        while not self._stop.is_set():
            try:
                packet = self._packets.recv(65536)
            except TimeoutError:
                continue
            if len(self.captured) < CAPTURE_LIMIT:
                self.captured += packet

    def _sample(self) -> None:
        while not self._stop.wait(SAMPLE_SECONDS):
            tables = _socket_tables()
            for label, pid in list(self._pids.items()):
                kinds = self.kinds.setdefault(label, Counter())
                if not _may_look(pid):
                    self.hidden.add(label)
                    continue
                now: Counter[str] = Counter()
                for inode in _socket_inodes(pid):
                    kind, remote = tables.get(inode, ("", ""))
                    if kind:
                        now[kind] += 1
                    if remote:
                        self.remotes.setdefault(label, set()).add(remote)
                for kind, count in now.items():
                    kinds[kind] = max(kinds[kind], count)


def _may_look(pid: int) -> bool:
    try:
        os.listdir(f"/proc/{pid}/fd")
    except PermissionError:
        return False
    except OSError:
        # It ended.
        return True
    return True


def _socket_inodes(pid: int) -> list[str]:
    found = []
    with suppress(OSError):
        for descriptor in os.listdir(f"/proc/{pid}/fd"):
            with suppress(OSError):
                match = re.fullmatch(
                    r"socket:\[(\d+)\]", os.readlink(f"/proc/{pid}/fd/{descriptor}")
                )
                if match:
                    found.append(match[1])
    return found


def _socket_tables() -> dict[str, tuple[str, str]]:
    """Socket inode -> (family and type, remote address if connected)."""
    found: dict[str, tuple[str, str]] = {}
    for kind in ("tcp", "tcp6", "udp", "udp6", "raw", "packet"):
        with suppress(OSError):
            for line in Path(f"/proc/net/{kind}").read_text().splitlines()[1:]:
                fields = line.split()
                remote = "" if kind == "packet" else _address(fields[2])
                found[fields[8] if kind == "packet" else fields[9]] = (kind, remote)
    with suppress(OSError):
        for line in Path("/proc/net/unix").read_text().splitlines()[1:]:
            found[line.split()[6]] = ("unix", "")
    return found


def _address(field: str) -> str:
    host, _, port = field.partition(":")
    if int(port, 16) == 0:
        return ""
    if len(host) == IPV4_DIGITS:
        host = socket.inet_ntoa(bytes.fromhex(host)[::-1])
    return f"{host}:{int(port, 16)}"
