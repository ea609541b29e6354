"""People with the real window over a real node: everything but the network, which is Unix sockets.

What lives here: `Person`, who is at a window (`at_window`) and whose node is a process of the test.
What may not: expectations; those are tests.

A node is `onionchatd` itself, store and control socket and all, with `testing.socket_transport` in
place of tor. It runs in a process of its own: Twisted's reactor and Qt's loop share none.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from at_window import AtWindow

from onionchat.control import launch, schema
from onionchat.control.client import Client
from onionchat.store import keyslot, settings
from onionchat.store.database import Database
from onionchat.store.profile import place
from onionchat.testing.nodes import PASSPHRASE
from onionchat.testing.socket_daemon import SOCKETS
from onionchat.testing.torlab.process import bound_to_us
from onionchat_gui.theme import Theme

DAEMON = "onionchat.testing.socket_daemon"


def _settle_in(profile: Path) -> None:
    """The copy is the profile from now on: a node that takes itself for an older copy signs nothing
    before its contact has given back what it may lack, and these tests are of something else."""
    database = Database.open(profile, keyslot.unlock(profile, PASSPHRASE))
    with database.transaction() as tx:
        settings.put(tx, "profile.place", place(profile))
    database.close()


class Person(AtWindow):
    """Made from a profile that is copied, so that no test sees another's."""

    def __init__(self, folder: Path, made: Path, sockets: Path, look: Theme, qtbot: Any) -> None:
        super().__init__(folder / made.name, look, qtbot)
        shutil.copytree(made, self.profile)
        _settle_in(self.profile)
        self._secret = folder / f"{made.name}-passphrase"
        self._secret.touch(0o600)
        self._secret.write_text(PASSPHRASE + "\n")
        self._sockets = sockets
        self.node: subprocess.Popen[bytes] | None = None

    def start_node(self) -> None:
        """Start it; it dies with this process. Returns before it answers: the window waits."""
        self.until_ready(self.begin_node())

    def begin_node(self) -> int:
        """The same, and do not wait: a descriptor for `until_ready`."""
        told, tells = os.pipe()
        self.node = subprocess.Popen(
            [
                *bound_to_us(),
                *(sys.executable, "-m", DAEMON, "node", f"--profile={self.profile}"),
                *(f"--passphrase-file={self._secret}", f"--ready-fd={tells}"),
            ],
            env={**launch.daemon_environment(), SOCKETS: str(self._sockets)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=(tells,),
        )
        os.close(tells)
        return told

    def until_ready(self, told: int) -> None:
        """Wait until the node answers."""
        assert self.node is not None and self.node.stderr is not None
        with open(told) as pipe:
            word = pipe.read()
        if word.strip() != "ready":
            raise AssertionError(self.node.stderr.read().decode())

    def set(self, name: str, value: str) -> None:
        """Change a setting of the node."""
        with Client.connect(self.profile) as client:
            client.call(schema.Set(name=name, value=value))

    def freeze(self) -> None:
        """Let the node do nothing: what it is sent lies in its socket."""
        assert self.node is not None
        self.node.send_signal(signal.SIGSTOP)

    def kill_node(self) -> None:
        """`kill -9`."""
        if self.node is not None:
            self.node.kill()
            self.node.communicate()
            self.node = None

    def leave(self) -> None:
        """Nothing stays, whatever state it is in."""
        self.drop_window()
        self.kill_node()
