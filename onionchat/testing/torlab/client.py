"""A tor that is a client of the private network, as a node starts one.

For tests and measurements that need tor without the rest of a node. It is an ordinary client:
what it may do in the network is written in the client torrc that the network gives out.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from types import TracebackType

from onionchat.testing.torlab.clock import Deadline, wait_until
from onionchat.testing.torlab.control import ControlPort
from onionchat.testing.torlab.errors import TorLabError
from onionchat.testing.torlab.process import Child, spawn, stop_all
from onionchat.testing.torlab.program import find_tor

__all__ = ["PlainClient", "seed_client"]

# The directory documents that a client may take over from a relay.
_DOCUMENTS = (
    "cached-certs",
    "cached-microdesc-consensus",
    "cached-microdescs",
    "cached-microdescs.new",
)


def seed_client(seed: Path, data_directory: Path) -> None:
    """Copy the directory documents in `seed` to a client's new data directory.

    The client then bootstraps without fetching them. `seed` is the ``client_seed`` of a network.
    Raises `TorLabError` if they cannot be copied.
    """
    try:
        data_directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in _DOCUMENTS:
            if (seed / name).exists():
                shutil.copyfile(seed / name, data_directory / name)
    except OSError as error:
        raise TorLabError(f"Cannot copy the directory documents: {error}.") from error


class PlainClient:
    """A running client tor with a SOCKS socket and an open control connection."""

    def __init__(self, directory: Path, child: Child, control: ControlPort) -> None:
        self.directory = directory
        self.control = control
        self._child = child

    @classmethod
    def start(
        cls,
        directory: Path,
        client_torrc: Path,
        *,
        seed: Path | None = None,
        tor: Path | str | None = None,
        timeout: float = 60.0,
    ) -> PlainClient:
        """Start a client with its data in `directory` and return when it has bootstrapped.

        `client_torrc` are the network's lines; with `seed` it begins with the directory documents
        of the network. Raises `TorLabError` if it has not bootstrapped in `timeout` seconds.
        """
        program = find_tor(tor)
        directory = directory.absolute()
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if seed is not None:
            seed_client(seed, directory)
        lines = [
            f"DataDirectory {directory}",
            f"ControlSocket unix:{directory}/control",
            f"SocksPort unix:{directory}/socks ExtendedErrors OnionTrafficOnly",
            "CookieAuthentication 1",
            f"Log notice file {directory}/notice.log",
            f"__OwningControllerProcess {os.getpid()}",
            client_torrc.read_text(encoding="utf-8"),
        ]
        (directory / "torrc").write_text("\n".join(lines), encoding="utf-8")
        (directory / "empty.torrc").write_text("", encoding="utf-8")
        child = spawn(
            program.command(directory / "torrc", directory / "empty.torrc"),
            output=directory / "output.log",
        )
        deadline = Deadline(timeout)
        try:
            control = ControlPort.connect(directory / "control", timeout=timeout)
            if not wait_until(lambda: _bootstrapped(control), deadline):
                phase = control.get_info("status/bootstrap-phase")
                raise TorLabError(f"The client is not up after {timeout:g} s: {phase}.")
        except BaseException:
            stop_all([child])
            raise
        return cls(directory, child, control)

    def __enter__(self) -> PlainClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The process id of tor."""
        return self._child.pid

    @property
    def socks(self) -> Path:
        """The Unix socket that speaks SOCKS 5 with tor's extended errors, to onions only."""
        return self.directory / "socks"

    def stop(self) -> None:
        """End the client; its files stay. Does nothing the second time."""
        self.control.close()
        stop_all([self._child])


def _bootstrapped(control: ControlPort) -> bool:
    return "PROGRESS=100 " in control.get_info("status/bootstrap-phase")
