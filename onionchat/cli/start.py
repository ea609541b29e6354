"""Starting the node's process: in the foreground, or in the background for the chat prompt.

What lives here: what the command line adds to `control.launch`: its options, and waiting. What may
not: anything of the node, which is another program.
"""

from __future__ import annotations

import select
import subprocess
from collections.abc import Sequence

import msgspec

from onionchat.control import launch
from onionchat.errors import Refused, TimedOut
from onionchat.views import CheckView

from .arguments import NODE_OPTIONS
from .session import Session


def daemon_command(
    session: Session, arguments: list[str], *, with_passphrase: bool = True
) -> list[str]:
    """The command line of the daemon, with this profile; never with a passphrase."""
    command = launch.daemon_command(session.profile, arguments)
    file = getattr(session.options, "passphrase_file", None)
    if file is not None and with_passphrase:
        command.append(f"--passphrase-file={file}")
    return command


def node_options(session: Session) -> list[str]:
    """What the person said of the tor to use, for the node's command line."""
    found = []
    for name in NODE_OPTIONS:
        value = getattr(session.options, name.removeprefix("--").replace("-", "_"), None)
        if value is not None:
            found.append(f"{name}={value}")
    return found


def create_profile(session: Session, name: str, passphrase: str) -> int:
    """Run `init` as a child at the same terminal; returns its exit status."""
    with launch.in_pipe(passphrase) as secret, launch.in_pipe(name) as typed:
        arguments = ["init", f"--name-fd={typed}", f"--passphrase-fd={secret}"]
        with launch.interrupts_held_back():
            child = subprocess.Popen(  # noqa: S603 - our own program
                daemon_command(session, arguments, with_passphrase=False),
                env=launch.daemon_environment(),
                pass_fds=(secret, typed),
            )
    try:
        return child.wait()
    except KeyboardInterrupt:
        # It was interrupted as well, and is clearing up.
        child.wait()
        raise


def check_profile(session: Session, passphrase: str) -> Sequence[CheckView]:
    """Have the daemon look into the profile's database; returns what it found.

    Raises `Refused` with its complaint when it could not look.
    """
    with launch.in_pipe(passphrase) as secret, launch.interrupts_held_back():
        child = subprocess.Popen(  # noqa: S603 - our own program
            daemon_command(session, ["check", f"--passphrase-fd={secret}"], with_passphrase=False),
            env=launch.daemon_environment(),
            pass_fds=(secret,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    said, complaint = child.communicate()
    if child.returncode != 0:
        words = complaint.decode("utf-8", errors="replace").strip().removeprefix("onionchat: ")
        raise Refused(words.splitlines()[-1] if words else None)
    return msgspec.json.decode(said, type=tuple[CheckView, ...])


def start_node(session: Session, passphrase: str) -> None:
    """Start the node in the background, in a session of its own; returns when it answers.

    Raises the error that the node reports (`WrongPassphrase`, `ProfileInUse`, …), `NodeNotRunning`
    when it ended without a word, `TimedOut`.
    """
    starting = launch.start_node(session.profile, passphrase, node_options(session))
    with open(starting.outcome, "rb") as ready:
        if not select.select([ready], [], [], launch.START_SECONDS)[0]:
            raise TimedOut(f"The node did not start within {launch.START_SECONDS:.0f} s.")
        report = ready.readline().decode("utf-8", errors="replace")
    error = launch.complaint(report, session.profile)
    if error is not None:
        starting.process.wait(launch.START_SECONDS)
        raise error
