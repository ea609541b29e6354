"""Where a passphrase comes from: a file, a descriptor, or a person at a terminal.

What lives here: reading it, and judging a new one. What may not: what is done with it. Used by the
daemon and the command line. A passphrase never stands in arguments or in the environment.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from onionchat.errors import InvalidInput, InvalidText, Refused

from . import strength

MIN_LENGTH: Final = 8
"""Characters that a new passphrase, typed by a person, must have."""

MAX_BYTES: Final = 1024

_OTHERS: Final = 0o077
_TRIES: Final = 3

Warn = Callable[[str], None]


def from_file(path: Path, warn: Warn) -> str:
    """The first line of a file, without its newline. Warns when others can read the file.

    Raises `InvalidInput` when there is no such file or the line is empty, `InvalidText`.
    """
    try:
        with open(path, "rb") as file:
            if os.fstat(file.fileno()).st_mode & _OTHERS:
                warn("The passphrase file can be read by other users; make it private (chmod 600).")
            line = file.readline(MAX_BYTES + 2)
    except OSError as error:
        why = error.strerror
        raise InvalidInput(f"The passphrase file {path} cannot be read: {why}.") from None
    return checked(line)


def from_descriptor(descriptor: int) -> str:
    """All that can be read from an inherited pipe, which is closed then; else as `from_file`."""
    try:
        with open(descriptor, "rb") as file:
            line = file.read(MAX_BYTES + 2)
    except OSError as error:
        raise InvalidInput(f"The passphrase cannot be read: {error.strerror}.") from None
    return checked(line)


def ask(prompt: str) -> str:
    """Ask the person at the terminal, without showing what is typed.

    Raises `InvalidInput` when there is no terminal or nothing is typed.
    """
    if not on_terminal():
        raise InvalidInput(
            "No passphrase was given; name a file that holds it with --passphrase-file."
        )
    # Costs time to load, and most commands never ask.
    import getpass

    try:
        return checked(getpass.getpass(prompt).encode())
    except (EOFError, UnicodeEncodeError):
        raise InvalidInput("No passphrase was given.") from None


@contextmanager
def unseen() -> Iterator[None]:
    """While a passphrase is being tried, which takes a second or more: what is typed meanwhile is
    not shown, and does not go on as input of what comes after. It may be the passphrase again.
    """
    if not on_terminal():
        yield
        return
    import termios

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    silent = [*before[:3], before[3] & ~termios.ECHO, *before[4:]]
    termios.tcsetattr(terminal, termios.TCSADRAIN, silent)
    try:
        yield
    finally:
        # Flushing: what has not been read is thrown away.
        termios.tcsetattr(terminal, termios.TCSAFLUSH, before)


def ask_new(prompt: str, warn: Warn) -> str:
    """Ask for a new passphrase, twice, until it is good enough; at most three times.

    Raises `Refused`.
    """
    for _ in range(_TRIES):
        try:
            first = ask(prompt)
            check_new(first)
        except InvalidInput as error:
            if not on_terminal():
                raise
            warn(str(error))
            continue
        hint = strength_hint(first)
        if hint:
            warn(hint)
        if ask("The same again: ") == first:
            return first
        warn("The two passphrases differ.")
    raise Refused("No passphrase was chosen; nothing was changed.")


def check_new(passphrase: str) -> None:
    """Raise `InvalidInput` when a new passphrase is too short."""
    if len(passphrase) < MIN_LENGTH:
        raise InvalidInput(f"A passphrase must have at least {MIN_LENGTH} characters.")


def strength_hint(passphrase: str) -> str:
    """What could be better about a passphrase; empty when it looks good (see `strength`)."""
    found = strength.estimate(passphrase)
    if found.level in (strength.Level.GOOD, strength.Level.STRONG):
        return ""
    return " ".join(filter(None, (found.sentence, found.warning, strength.BETTER)))


def on_terminal() -> bool:
    """Whether a person can be asked."""
    return sys.stdin is not None and sys.stdin.isatty()


def checked(line: bytes) -> str:
    """A passphrase as every way in takes it, without a newline at its end.

    What comes in by one door only would open the profile by that door only.

    Raises `InvalidInput` when it is empty, too long or not one line, `InvalidText`.
    """
    line = line.removesuffix(b"\n").removesuffix(b"\r")
    if b"\n" in line:
        raise InvalidInput("A passphrase is one line.")
    if len(line) > MAX_BYTES:
        raise InvalidInput(f"A passphrase has at most {MAX_BYTES} bytes.")
    if not line:
        raise InvalidInput("The passphrase is empty.")
    try:
        # One passphrase typed on two keyboards can be two byte strings; this makes them one.
        return unicodedata.normalize("NFC", line.decode())
    except UnicodeDecodeError:
        raise InvalidText("The passphrase is not valid UTF-8.") from None
