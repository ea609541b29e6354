"""Starting the node's process: in the foreground, or in the background for the chat prompt.

What lives here: how the daemon is called, and how a passphrase and the outcome go over pipes. What
may not: anything of the node, which is another program.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

import msgspec

import onionchat
from onionchat.errors import NodeNotRunning, Refused, TimedOut, by_code
from onionchat.views import CheckView

from .arguments import NODE_OPTIONS
from .session import Session

DAEMON_MODULE: Final = "onionchat.daemon"
LOG: Final = "node.log"
"""In the profile: what a node in the background has to say; it never holds contents."""

START_SECONDS: Final = 60.0
_MAX_LOG_BYTES: Final = 1024 * 1024


def daemon_command(
    session: Session, arguments: list[str], *, with_passphrase: bool = True
) -> list[str]:
    """The command line of the daemon, with this profile; never with a passphrase."""
    # -P: the folder in which the person happens to be must not offer modules to the node.
    command = [sys.executable, "-P", "-m", DAEMON_MODULE, *arguments]
    command.append(f"--profile={session.profile}")
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


def daemon_environment() -> dict[str, str]:
    """The environment in which the daemon finds the same onionchat as this program is."""
    ours = str(Path(onionchat.__file__).parents[1])
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return {**os.environ, "PYTHONPATH": os.pathsep.join([*filter(None, paths), ours])}


def create_profile(session: Session, name: str, passphrase: str) -> int:
    """Run `init` as a child at the same terminal; returns its exit status."""
    secret_out, secret_in = os.pipe()
    arguments = ["init", f"--name={name}", f"--passphrase-fd={secret_out}"]
    with _interrupts_held_back():
        child = subprocess.Popen(  # noqa: S603 - our own program
            _without_file(daemon_command(session, arguments)),
            env=daemon_environment(),
            pass_fds=(secret_out,),
        )
    try:
        os.close(secret_out)
        _hand_over(secret_in, passphrase)
        return child.wait()
    except KeyboardInterrupt:
        # It was interrupted as well, and is clearing up.
        child.wait()
        raise


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """What is started inside lets them through when it is ready for them; so does this program."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def check_profile(session: Session, passphrase: str) -> Sequence[CheckView]:
    """Have the daemon look into the profile's database; returns what it found.

    Raises `Refused` with its complaint when it could not look.
    """
    secret_out, secret_in = os.pipe()
    with _interrupts_held_back():
        child = subprocess.Popen(  # noqa: S603 - our own program
            _without_file(daemon_command(session, ["check", f"--passphrase-fd={secret_out}"])),
            env=daemon_environment(),
            pass_fds=(secret_out,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    os.close(secret_out)
    _hand_over(secret_in, passphrase)
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
    secret_out, secret_in = os.pipe()
    ready_out, ready_in = os.pipe()
    arguments = ["node", f"--passphrase-fd={secret_out}", f"--ready-fd={ready_in}"]
    arguments += node_options(session)
    command = _without_file(daemon_command(session, arguments))
    with _open_log(session.profile) as log:
        child = subprocess.Popen(  # noqa: S603 - our own program
            command,
            env=daemon_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(secret_out, ready_in),
            start_new_session=True,
        )
    os.close(secret_out)
    os.close(ready_in)
    _hand_over(secret_in, passphrase)
    with open(ready_out, "rb") as ready:
        if not select.select([ready], [], [], START_SECONDS)[0]:
            raise TimedOut(f"The node did not start within {START_SECONDS:.0f} s.")
        report = ready.readline().decode("utf-8", errors="replace").strip()
    if report == "ready":
        return
    child.wait(START_SECONDS)
    word, _, rest = report.partition(" ")
    code, _, sentence = rest.partition(" ")
    if word == "error" and code.lstrip("-").isdigit():
        raise by_code(int(code))(sentence)
    raise NodeNotRunning(f"The node ended at once; {session.profile / LOG} may say why.")


def _without_file(command: list[str]) -> list[str]:
    # The passphrase was read already, from the named file or from the person.
    return [part for part in command if not part.startswith("--passphrase-file=")]


def _hand_over(descriptor: int, passphrase: str) -> None:
    # The child may have ended at once; then its own report counts. Python ignores SIGPIPE.
    with suppress(BrokenPipeError), open(descriptor, "wb") as pipe:
        pipe.write(passphrase.encode())


def _open_log(profile: Path) -> IO[bytes]:
    path = profile / LOG
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
    descriptor = os.open(path, flags, 0o600)
    log = open(descriptor, "ab")
    if log.tell() > _MAX_LOG_BYTES:
        log.truncate(0)
    return log
