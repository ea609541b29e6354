"""wipe: destroy the profile, whether or not its node runs, answers, or is there at all.

What lives here: the question, and whom to ask for it. What may not: how a profile is destroyed.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Final

from onionchat.control import address, launch, schema
from onionchat.control.client import Client
from onionchat.displayable import displayable_line
from onionchat.errors import InvalidInput, OnionchatError, Refused, TimedOut

from . import start
from .contacts import on_terminal
from .profile import STOP_SECONDS, EndOf
from .session import Session

QUESTION: Final = (
    "The profile in {} will be destroyed for good: all messages, contacts and keys.\n"
    "Only a backup, or your recovery phrase, will be left of it. Type `wipe` to do that: "
)
KEY_GONE: Final = (
    "The profile's key is destroyed, so nobody can read it any more; but its node has not ended: "
    "end its process, then say `wipe` again to remove the files."
)

_ANSWER_SECONDS: Final = 3.0
"""For the node to destroy the key, which is done without it if it does not answer."""


def wipe(session: Session) -> None:
    """Destroy the profile, after a question."""
    profile = session.profile
    if not address.holds_traces(profile):
        raise address.no_profile(profile)
    _confirm(session, profile)
    if not _by_node(session):
        _without_node(session)
    print("The profile was destroyed.")
    if profile.is_dir():
        print(f"Files of something else are still in {displayable_line(str(profile))}.")


def _confirm(session: Session, profile: Path) -> None:
    if session.options.yes:
        return
    if not on_terminal():
        raise InvalidInput("Nothing was destroyed: without a terminal, say --yes.")
    print(QUESTION.format(displayable_line(str(profile))), end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() != "wipe":
        raise Refused("Nothing was destroyed.")


def _by_node(session: Session) -> bool:
    """Ask the node; whether it did all of it."""
    try:
        with closing(Client.connect(session.profile, timeout=_ANSWER_SECONDS)) as client:
            assert client.node is not None
            ended = EndOf(client.node.pid)
            # So that no node is destroyed that this profile only leads to.
            order = schema.Wipe(confirm="wipe", profile=address.identity(session.profile))
            client.call(order, timeout=_ANSWER_SECONDS)
    except (OnionchatError, OSError):
        # None runs, or it hangs, or cannot: what counts is that it is done.
        return False
    if not ended.wait(STOP_SECONDS):
        raise TimedOut(KEY_GONE)
    return not address.holds_traces(session.profile)


def _without_node(session: Session) -> None:
    """Have the daemon do it, which needs no lock to destroy the key. Raises `Refused` with its
    complaint."""
    done = subprocess.run(  # noqa: S603 - our own program
        start.daemon_command(session, ["wipe"], with_passphrase=False),
        env=launch.daemon_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode == 0 or not address.holds_traces(session.profile):
        return
    if not address.holds_profile(session.profile):
        raise Refused(KEY_GONE)
    said = done.stderr.decode("utf-8", errors="replace").strip().removeprefix("onionchat: ")
    raise Refused(said.splitlines()[-1] if said else None)
