"""The private network itself: brings authorities and relays up, from nothing or from a snapshot.

The order of the steps is decided here. What the files say is in ``torrc``, how processes are tied
to this one in ``process``, what is kept for the next start in ``snapshot``.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType

from onionchat.testing.torlab import torrc
from onionchat.testing.torlab.client import seed_client
from onionchat.testing.torlab.clock import Deadline, epoch, wait_until
from onionchat.testing.torlab.consensus import Consensus, read_consensus
from onionchat.testing.torlab.control import ControlPort
from onionchat.testing.torlab.errors import TorLabError
from onionchat.testing.torlab.keys import make_keys
from onionchat.testing.torlab.layout import AUTHORITIES, Layout
from onionchat.testing.torlab.ports import PortClaims, listener
from onionchat.testing.torlab.process import Child, python_program, spawn, stop_all
from onionchat.testing.torlab.program import TorProgram, find_tor
from onionchat.testing.torlab.shaping import LinkShape, proxy_argument
from onionchat.testing.torlab.snapshot import (
    Snapshot,
    SnapshotCache,
    snapshot_key,
)

__all__ = ["STATE_FILE", "PrivateTorNetwork"]

# With three, the guard, the hops between and the end of onion circuits cannot all differ.
LEAST_RELAYS = 4
STATE_FILE = "lab.json"

_CLIENT = "client.torrc"
_BANDWIDTH = "bandwidth"
_SEED = "client-seed"
_LOCK = "lab.lock"
_PROXY = "proxy"

_CONSENSUS_EXTRA_SECONDS = 20.0
_STORED_SECONDS = 20.0
_READY_SECONDS = 30.0
_TAIL_LINES = 6


class PrivateTorNetwork:
    """A running private network. `start` makes one; use it as a context manager or call `stop`."""

    def __init__(
        self,
        base: Path,
        program: TorProgram,
        shape: LinkShape | None,
        params: Mapping[str, int],
    ) -> None:
        """Prepare a network below `base` without starting anything; callers want `start`."""
        self.base = base
        self.shape = shape
        self.from_snapshot = False
        self.seconds = 0.0
        self.failed_attempts: list[str] = []
        self._program = program
        self._params = params
        self._layout = Layout((), ())
        self._claims = PortClaims()
        self._children: dict[str, Child] = {}
        self._lock: int | None = None

    @classmethod
    def start(
        cls,
        base: Path,
        *,
        relays: int = LEAST_RELAYS,
        shape: LinkShape | None = None,
        snapshot_cache: Path | None = None,
        tor: Path | str | None = None,
        consensus_params: Mapping[str, int] | None = None,
    ) -> PrivateTorNetwork:
        """Bring a network up below the directory `base`; return when clients can use it.

        With `shape` a proxy stands before each relay; `LinkShape()`, without any delay, makes for
        steadier timing than None. `snapshot_cache` keeps bootstrapped networks for quicker starts.
        `tor` is the program (see `find_tor` for the default). `consensus_params` are voted for
        beside those of the public network, or instead of those of the same name. Takes
        about 11 s from nothing, 1 s from a snapshot. Raises `TorLabError`, with nothing left
        running.
        """
        took = Deadline(0)
        if relays < LEAST_RELAYS:
            raise TorLabError(f"A private network needs at least {LEAST_RELAYS} relays.")
        base = base.absolute()
        torrc.check_directory(base)
        params = torrc.consensus_params(consensus_params or {})
        network = cls(base, find_tor(tor), shape, params)
        try:
            network._occupy()
            network._bring_up(relays, snapshot_cache)
            network._keep_client_seed()
            network.seconds = took.elapsed()
            _write(base / STATE_FILE, json.dumps(network.describe()) + "\n")
        except BaseException:
            network.stop()
            raise
        return network

    def __enter__(self) -> PrivateTorNetwork:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def client_torrc(self) -> Path:
        """The file with the lines that a client appends to its torrc to join the network."""
        return self.base / _CLIENT

    @property
    def client_seed(self) -> Path:
        """The directory that `seed_client` takes, so that a new client starts quickly."""
        return self.base / _SEED

    @property
    def relay_pids(self) -> list[int]:
        """The process ids of the relays, in order; a killed relay keeps its place."""
        return [self._children[node.nickname].pid for node in self._layout.relays]

    @property
    def pids(self) -> dict[str, int]:
        """The process ids of all processes of the network by name."""
        return {name: child.pid for name, child in self._children.items()}

    def describe(self) -> dict[str, object]:
        """Return what programs need to know to use this network, as values for JSON."""
        pids = self.pids
        return {
            "ready": True,
            "torrc": str(self.client_torrc),
            "client_seed": str(self.client_seed),
            "seconds": round(self.seconds, 3),
            "from_snapshot": self.from_snapshot,
            "failed_attempts": self.failed_attempts,
            "dir": str(self.base),
            "tor": str(self._program.tor),
            "supervisor": os.getpid(),
            "proxy": pids.get(_PROXY),
            "relays": [
                {"nickname": node.nickname, "pid": pids[node.nickname], "orport": node.or_port}
                for node in self._layout.relays
            ],
            "authorities": [
                {"nickname": node.nickname, "pid": pids[node.nickname], "orport": node.or_port}
                for node in self._layout.authorities
            ],
        }

    def kill_relay(self, number: int) -> None:
        """End a relay at once, as a crash would."""
        child = self._relay(number)
        child.kill()
        child.wait()

    def restart_relay(self, number: int) -> None:
        """Start a killed relay again, with its keys and its port."""
        name = self._layout.relays[number].nickname
        self._run_tor(name)

    def suspend_relay(self, number: int) -> None:
        """Stop a relay without closing its connections, as a frozen machine would."""
        self._relay(number).send_signal(signal.SIGSTOP)

    def resume_relay(self, number: int) -> None:
        """Let a suspended relay go on."""
        self._relay(number).send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """End all processes of the network; its files stay. Does nothing the second time."""
        stop_all(self._children.values())
        self._claims.close()
        if self._lock is not None:
            (self.base / STATE_FILE).unlink(missing_ok=True)
            os.close(self._lock)
            self._lock = None

    def _relay(self, number: int) -> Child:
        return self._children[self._layout.relays[number].nickname]

    def _occupy(self) -> None:
        """Make `base` ours: one network in a directory at a time."""
        try:
            self.base.mkdir(mode=0o700, parents=True, exist_ok=True)
            if any(self.base.iterdir()) and not (self.base / _LOCK).exists():
                raise TorLabError(f"{self.base} holds other things than a private network.")
            lock = os.open(self.base / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise TorLabError(f"Cannot use the directory {self.base}: {error}.") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise TorLabError(f"A private network is running in {self.base} already.") from None
        self._lock = lock
        _write(self.base / torrc.EMPTY_FILE, "")

    def _bring_up(self, relays: int, cache_directory: Path | None) -> None:
        if cache_directory is None:
            self._from_nothing(relays)
            return
        key = snapshot_key(self._program.version(), relays, self._params)
        cache = SnapshotCache(cache_directory.absolute(), key)
        for snapshot in cache.usable():
            if self._claims.claim(snapshot.layout.ports()) and self._from_stored(snapshot):
                return
        consensus = self._from_nothing(relays)
        cache.store(self.base, self._layout, consensus)

    def _from_stored(self, snapshot: Snapshot) -> bool:
        """Start `snapshot`, whose ports are claimed; False if no network comes up from it."""
        self._clear()
        try:
            snapshot.restore(self.base)
            self._launch(snapshot.layout, torrc.STORED_VOTE)
            deadline = Deadline(_STORED_SECONDS)
            self._wait_consensus(snapshot.layout.names(), deadline)
            self._wait_relays(deadline)
        except TorLabError as error:
            self._abandon(error)
            snapshot.discard()
            return False
        self.from_snapshot = True
        return True

    def _from_nothing(self, relays: int) -> Consensus:
        """Start with new keys and a first vote; an unlucky vote is held again, more slowly."""
        for vote in torrc.FIRST_VOTES:
            self._clear()
            ports = self._claims.take(2 * AUTHORITIES + relays)
            layout = make_keys(
                self._program, self.base, self.base / torrc.EMPTY_FILE, ports, relays
            )
            try:
                self._launch(layout, vote)
                seconds = vote.lead + 2 * vote.interval + _CONSENSUS_EXTRA_SECONDS
                deadline = Deadline(seconds)
                self._wait_consensus([node.nickname for node in layout.authorities], deadline)
                # Relays that asked before the vote wait ever longer before they ask again; told
                # to reload, they ask at once.
                for number in range(relays):
                    self._relay(number).send_signal(signal.SIGHUP)
                consensus = self._wait_consensus(layout.names(), deadline)
                self._wait_relays(Deadline(_READY_SECONDS))
            except TorLabError as error:
                self._abandon(error)
            else:
                return consensus
        problems = self.failed_attempts
        raise TorLabError(f"No private network after {len(problems)} attempts. {problems[-1]}")

    def _clear(self) -> None:
        """Remove the data directories of an earlier network."""
        for pattern in ("auth[0-9]*", "relay[0-9]*", _SEED):
            for path in self.base.glob(pattern):
                shutil.rmtree(path)

    def _abandon(self, error: TorLabError) -> None:
        """End what an attempt has started; the next one begins anew."""
        self.failed_attempts.append(str(error))
        stop_all(self._children.values())
        self._children.clear()
        self._claims.close()

    def _launch(self, layout: Layout, vote: torrc.VotePlan) -> None:
        """Write all files and start all processes."""
        self._layout = layout
        listen_ports = self._start_proxy(layout)
        now = epoch()
        bandwidth = self.base / _BANDWIDTH
        _write(bandwidth, torrc.bandwidth_file(layout, now=now))
        _write(self.client_torrc, torrc.client_torrc(layout, base=self.base))
        owner = os.getpid()
        for authority in layout.authorities:
            text = torrc.authority_torrc(
                layout,
                authority,
                base=self.base,
                owner_pid=owner,
                bandwidth_path=bandwidth,
                vote=vote,
                now=now,
                params=self._params,
            )
            self._start_tor(authority.nickname, text)
        for number, relay in enumerate(layout.relays):
            text = torrc.relay_torrc(
                layout,
                relay,
                base=self.base,
                owner_pid=owner,
                listen_port=listen_ports[number] if listen_ports else None,
            )
            self._start_tor(relay.nickname, text)

    def _start_tor(self, name: str, text: str) -> None:
        directory = self.base / name
        _write(directory / "torrc", text)
        self._run_tor(name)

    def _run_tor(self, name: str) -> None:
        directory = self.base / name
        argv = self._program.command(directory / "torrc", self.base / torrc.EMPTY_FILE)
        self._children[name] = spawn(argv, output=directory / "output.log")

    def _start_proxy(self, layout: Layout) -> list[int] | None:
        """Start the proxy before the relays; return the ports on which these shall listen."""
        if self.shape is None:
            return None
        ports = self._claims.take(len(layout.relays))
        try:
            sockets = [listener(node.or_port) for node in layout.relays]
        except OSError as error:
            raise TorLabError(f"The proxy's port was taken: {error}.") from error
        try:
            links = [(sock.fileno(), port) for sock, port in zip(sockets, ports, strict=True)]
            script = Path(__file__).with_name("shaping.py")
            self._children[_PROXY] = spawn(
                [*python_program(script), proxy_argument(self.shape, links)],
                output=self.base / "proxy.log",
                pass_fds=[sock.fileno() for sock in sockets],
            )
        finally:
            for sock in sockets:
                sock.close()
        return ports

    def _wait_consensus(self, nodes: list[str], deadline: Deadline) -> Consensus:
        """Wait until `nodes` have a consensus with which circuits can be built; return one."""
        relays = [node.nickname for node in self._layout.relays]
        found: dict[str, Consensus] = {}

        def complete() -> bool:
            for name in nodes:
                if name not in found:
                    consensus = read_consensus(self.base / name)
                    if consensus is None:
                        return False
                    problem = consensus.problem(relays)
                    if problem is not None:
                        raise TorLabError(f"The consensus is of no use: {problem}.")
                    found[name] = consensus
            return True

        self._wait(complete, deadline, "consensus")
        return found[nodes[0]]

    def _wait_relays(self, deadline: Deadline) -> None:
        """Wait until every relay takes connections and has the descriptors of all others."""
        for node in self._layout.relays:
            path = self.base / node.nickname / "control"
            self._wait(path.exists, deadline, f"listener of {node.nickname}")
            with ControlPort.connect(path) as control:
                ready = partial(_has_descriptors, control)
                self._wait(ready, deadline, f"relay descriptors at {node.nickname}")

    def _keep_client_seed(self) -> None:
        source = self.base / self._layout.relays[0].nickname
        shutil.rmtree(self.client_seed, ignore_errors=True)
        seed_client(source, self.client_seed)

    def _wait(self, condition: Callable[[], bool], deadline: Deadline, what: str) -> None:
        def checked() -> bool:
            self._check_alive()
            return condition()

        if not wait_until(checked, deadline):
            raise TorLabError(f"No {what} after {deadline.seconds:g} s.{self._last_words()}")

    def _check_alive(self) -> None:
        for name, child in self._children.items():
            code = child.poll()
            if code is not None:
                raise TorLabError(f"{name} ended with code {code}.{self._last_words(name)}")

    def _last_words(self, only: str | None = None) -> str:
        """Return the last lines of the logs, for the message of an exception."""
        names = self._layout.names() if only is None else [only]
        text = []
        for name in names:
            logs = (self.base / name / "notice.log", self.base / name / "output.log")
            for path in (*logs, self.base / f"{name}.log"):
                if path.is_file():
                    lines = path.read_text(errors="replace").splitlines()[-_TAIL_LINES:]
                    text += [f"{name}: {line}" for line in lines]
        return "".join(f"\n{line}" for line in text)


def _has_descriptors(control: ControlPort) -> bool:
    return control.get_info("status/enough-dir-info") == "1"


def _write(path: Path, text: str) -> None:
    """Write a file whole: whoever looks sees the old text or the new, not half of it."""
    aside = path.with_name(path.name + ".new")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)
