"""unlock: hand the passphrase to a node that was started without it."""

from __future__ import annotations

from typing import Final

from onionchat.control import passphrase as passphrases
from onionchat.control import schema
from onionchat.errors import Refused, WrongPassphrase

from .profile import read_passphrase
from .session import Session, warn

_TRIES: Final = 3


def unlock(session: Session) -> None:
    """Open the profile of a locked node; asks up to three times."""
    if not session.call(schema.Status()).locked:
        print("The profile is open already.")
        return
    ask_until_open(session)
    print("The profile is open; the node connects to Tor.")


def ask_until_open(session: Session) -> None:
    """Ask for the passphrase of a locked node until one fits. Raises `Refused` after the third."""
    for _ in range(_TRIES):
        secret = read_passphrase(session, "Passphrase: ")
        try:
            with passphrases.unseen():
                session.call(schema.Unlock(passphrase=secret))
        except WrongPassphrase as error:
            if session.passphrase_file is not None or not passphrases.on_terminal():
                raise
            warn(str(error))
        else:
            return
    raise Refused("The profile was not opened.")
