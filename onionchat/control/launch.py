"""How a front end calls the daemon: its command line, and pipes for the passphrase and the outcome.

What lives here: starting a node in the background and having a profile made, without waiting for
either, and what both front ends need for other tasks of the daemon. What may not: waiting (each
front end has its own loop), and anything of the node, which is another program.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import onionchat
from onionchat.errors import InvalidInput, InvalidText, NodeNotRunning, OnionchatError, by_code

from . import first_run

DAEMON_MODULE: Final = "onionchat.daemon"
LOG: Final = "node.log"
"""In the profile: what a node in the background has to say; it never holds contents."""

START_SECONDS: Final = 60.0
"""How long a node may take until it answers or says why it does not."""

CREATE_SECONDS: Final = 120.0
"""How long making a profile may take: some seconds are for a slot that is slow to guess."""

DESTROY_SECONDS: Final = 60.0
"""How long destroying a profile may take; its key is gone in the first of them."""

_MAX_LOG_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Starting:
    """A node that is starting, in a session of its own."""

    process: subprocess.Popen[bytes]
    outcome: int
    """A descriptor: the node writes one line to it, or closes it; see `complaint`."""


@dataclass(frozen=True, slots=True)
class Creating:
    """A profile that is being made. SIGINT ends that, and leaves nothing of it."""

    process: subprocess.Popen[bytes]
    outcome: int
    """A descriptor: all that comes from it is what `first_run.made` reads."""


def daemon_command(profile: Path, arguments: Sequence[str]) -> list[str]:
    """The command line of the daemon, with this profile; never with a passphrase."""
    # -P: the folder in which the person happens to be must not offer modules to the node.
    return [sys.executable, "-P", "-m", DAEMON_MODULE, *arguments, f"--profile={profile}"]


def daemon_environment() -> dict[str, str]:
    """The environment in which the daemon finds the same onionchat as this program is."""
    ours = str(Path(onionchat.__file__).parents[1])
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return {**os.environ, "PYTHONPATH": os.pathsep.join([*filter(None, paths), ours])}


def start_node(profile: Path, passphrase: str, options: Sequence[str] = ()) -> Starting:
    """Start the node of a profile in the background, without waiting for it.

    `options` are the daemon's, about the tor to use.
    """
    ready_out, ready_in = os.pipe()
    try:
        with in_pipe(passphrase) as secret, _open_log(profile) as log:
            child = subprocess.Popen(  # noqa: S603 - our own program
                daemon_command(
                    profile,
                    ["node", f"--passphrase-fd={secret}", f"--ready-fd={ready_in}", *options],
                ),
                env=daemon_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(secret, ready_in),
                start_new_session=True,
            )
    except BaseException:
        os.close(ready_out)
        raise
    finally:
        os.close(ready_in)
    return Starting(child, ready_out)


def complaint(report: str, profile: Path) -> OnionchatError | None:
    """What a line from `Starting.outcome` says: None that the node answers, else why it ended."""
    if report.strip() == "ready":
        return None
    word, _, rest = report.strip().partition(" ")
    code, _, sentence = rest.partition(" ")
    if word == "error" and code.lstrip("-").isdigit():
        return by_code(int(code))(sentence)
    return NodeNotRunning(f"The node ended at once; {profile / LOG} may say why.")


def create_profile(profile: Path, name: str, passphrase: str) -> Creating:
    """Begin to make a profile, without waiting for it.

    Raises `InvalidInput`, `InvalidText`, `OSError`.
    """
    asked = first_run.written(first_run.NewProfile(passphrase, name))
    made_out, made_in = os.pipe()
    try:
        with in_pipe(asked) as secrets, interrupts_held_back():
            child = subprocess.Popen(  # noqa: S603 - our own program
                daemon_command(profile, ["init", "--json"]),
                env=daemon_environment(),
                stdin=secrets,
                stdout=made_in,
            )
    except BaseException:
        os.close(made_out)
        raise
    finally:
        os.close(made_in)
    return Creating(child, made_out)


def destroy_profile(profile: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Begin to destroy a profile whose node does not run or does not answer, without a question and
    without waiting; with a descriptor from which one line comes when it is done, or why it is not.
    What then is there of the profile counts, not the line.

    Raises `OSError`.
    """
    out, into = os.pipe()
    try:
        child = subprocess.Popen(  # noqa: S603 - our own program
            daemon_command(profile, ["wipe"]),
            env=daemon_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=into,
            start_new_session=True,
        )
    except BaseException:
        os.close(out)
        raise
    finally:
        os.close(into)
    return child, out


@contextmanager
def interrupts_held_back() -> Iterator[None]:
    """What is started inside lets them through when it is ready for them; so does this program."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def in_pipe(text: str) -> Iterator[int]:
    """The end to read of a pipe that holds a short text, for the daemon's `--passphrase-fd` and
    `--name-fd`: arguments and environment can be read by others.

    Raises `InvalidInput` when it is longer than any passphrase or name, `InvalidText`.
    """
    try:
        data = text.encode(errors="surrogateescape")
    except UnicodeEncodeError:
        raise InvalidText from None
    if len(data) > select.PIPE_BUF:  # so much never blocks
        raise InvalidInput("That is too long.")
    out, into = os.pipe()
    try:
        with open(into, "wb") as pipe:
            pipe.write(data)
        yield out
    finally:
        os.close(out)


def _open_log(profile: Path) -> IO[bytes]:
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
    descriptor = os.open(profile / LOG, flags, 0o600)
    log = open(descriptor, "ab")
    if log.tell() > _MAX_LOG_BYTES:
        log.truncate(0)
    return log
