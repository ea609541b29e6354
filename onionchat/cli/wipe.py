"""wipe: destroy the profile, whether or not its node runs, answers, or is there at all.

What lives here: the question. What may not: how a profile is destroyed (the daemon's task).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from onionchat.control import address, launch
from onionchat.displayable import displayable_line
from onionchat.errors import InvalidInput, Refused

from . import start
from .contacts import on_terminal
from .session import Session

QUESTION: Final = (
    "The profile in {} will be destroyed for good: all messages, contacts and keys.\n"
    "Only a backup, or your recovery phrase, will be left of it. Type `wipe` to do that: "
)
KEY_GONE: Final = (
    "The profile's key is destroyed on the disk; but its node has not ended and can still read "
    "everything: end its process, then say `wipe` again to remove the files."
)


def wipe(session: Session) -> None:
    """Destroy the profile, after a question."""
    profile = session.profile
    if not address.holds_traces(profile):
        raise address.no_profile(profile)
    _confirm(session, profile)
    _destroy(session)
    print("The profile was destroyed.")
    if profile.is_dir() and any(profile.iterdir()):
        print(f"Files of something else are still in {displayable_line(str(profile))}.")


def _confirm(session: Session, profile: Path) -> None:
    if session.options.yes:
        return
    if not on_terminal():
        raise InvalidInput("Nothing was destroyed: without a terminal, say --yes.")
    print(QUESTION.format(displayable_line(str(profile))), end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() != "wipe":
        raise Refused("Nothing was destroyed.")


def _destroy(session: Session) -> None:
    """Have the daemon do it: it destroys the key at once, and then asks whatever node runs. Raises
    `Refused` with its complaint."""
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
