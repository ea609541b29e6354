"""What every command has at hand: its options, the profile, the node, and safe ways to print.

What lives here: the connection that is made when first needed, and output. What may not: commands.

Plain output is for people: other people's text passes through `displayable`. JSON output is for
programs: it holds the exact text, in ASCII, so that a terminal shows nothing of it raw either.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import msgspec

from onionchat.control import address, profiles
from onionchat.control.client import CALL_TIMEOUT, Client
from onionchat.control.schema import Request
from onionchat.displayable import displayable_line
from onionchat.errors import (
    InvalidInput,
    InvalidParameters,
    NodeNotRunning,
    NoProfile,
    UnsafePermissions,
)

R = TypeVar("R")

NO_PROFILE: Final = (
    "There is no profile in {}; `onionchat init` makes one, --profile or ONIONCHAT_PROFILE names "
    "another folder."
)

_FIELD: Final = re.compile(r"`\$\.(\w+)")
_OPTIONS: Final = {
    "lifetime": "--expires",
    "limit": "--limit",
    "new": "the new passphrase",
    "old": "the old passphrase",
    "path": "DIR",
    "timeout": "--wait",
}
"""What the person calls a parameter, where it is not the parameter's name."""


class Session:
    """One run of one command."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.json: bool = getattr(options, "json", False)
        self._client: Client | None = None

    @property
    def profile(self) -> Path:
        """The profile's folder: options, environment, or the default. Raises `InvalidInput` for
        a name that none can have."""
        name = getattr(self.options, "named", None)
        if name is not None:
            return profiles.named(name, os.environ)
        given = getattr(self.options, "profile", None) or os.environ.get("ONIONCHAT_PROFILE")
        return Path(given).absolute() if given else address.default_profile(os.environ)

    @property
    def passphrase_file(self) -> Path | None:
        """The file that holds the passphrase, if one was named."""
        given = getattr(self.options, "passphrase_file", None)
        given = given or os.environ.get("ONIONCHAT_PASSPHRASE_FILE")
        return Path(given) if given else None

    def client(self) -> Client:
        """The connection to the node. Raises `NoProfile`, and what `Client.connect` raises."""
        if self._client is None:
            try:
                self._client = Client.connect(self.profile)
            except (NodeNotRunning, UnsafePermissions):
                whose = _of_somebody_else(self.profile)
                if whose is not None:
                    raise UnsafePermissions(whose) from None
                if not address.holds_profile(self.profile):
                    missing = address.no_profile(self.profile)
                    if isinstance(missing, NoProfile):
                        # Over SSH or `sudo -u` another one than the person has in mind.
                        missing = NoProfile(NO_PROFILE.format(self.profile))
                    raise missing from None
                raise
        return self._client

    def call(self, request: Request[R], *, timeout: float = CALL_TIMEOUT) -> R:
        """Ask the node. Raises the error that it answers with.

        Parameters that do not fit are the person's input here: `InvalidInput` names what it was,
        without the words of the control API.
        """
        try:
            return self.client().call(request, timeout=timeout)
        except InvalidParameters as error:
            found = _FIELD.search(str(error))
            if found is None:
                raise InvalidInput from None
            name = _OPTIONS.get(found[1], found[1].upper())
            if "length >= 1" in str(error):
                raise InvalidInput(f"{name} is empty.") from None
            raise InvalidInput(f"That input is not valid: {name}.") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._client is not None:
            self._client.close()


def _of_somebody_else(profile: Path) -> str | None:
    """What to say of a profile that is another user's: a service's, looked at over SSH."""
    try:
        owner = profile.stat().st_uid
    except PermissionError:
        return f"{profile} cannot be looked into by this user; be its owner, as by `sudo -u`."
    except OSError:
        return None
    if owner == os.geteuid():
        return None
    import pwd

    try:
        name = pwd.getpwuid(owner).pw_name
    except KeyError:
        name = f"#{owner}"
    return f"{profile} belongs to the user {name}: say `sudo -u {name} -H onionchat …`."


def warn(sentence: str) -> None:
    """Tell the person something that is not the result.

    Not an error: see `caution` for what should be looked at although the command went well.
    """
    print(f"onionchat: {displayable_line(sentence)}", file=sys.stderr, flush=True)


def caution(sentence: str) -> None:
    """Warn the person of something; the command goes on."""
    warn(f"warning: {sentence}")


def print_json(value: Any) -> None:  # noqa: ANN401 - any view, or a tuple of views
    """Print a view as one line of JSON in ASCII, at once."""
    import json

    text = json.dumps(msgspec.to_builtins(value))
    print(text.replace("\x7f", "\\u007f"), flush=True)


def print_table(rows: list[tuple[str, ...]]) -> None:
    """Print rows in columns; every cell is made safe and kept in one line."""
    safe = [[displayable_line(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*safe, strict=True)] if safe else []
    for row in safe:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())


def counted(number: int, thing: str) -> str:
    """A number of things, `thing` in the singular."""
    return f"1 {thing}" if number == 1 else f"{number} {thing}s"


def local_time(seconds: float, *, date: bool = True) -> str:
    """A point in time as this place's clocks show it."""
    try:
        return time.strftime("%Y-%m-%d %H:%M" if date else "%H:%M", time.localtime(seconds))
    except (OverflowError, ValueError, OSError):
        # A contact's clock can say anything.
        return "????-??-?? ??:??" if date else "??:??"


def duration(seconds: float) -> str:
    """A span of time in its largest unit."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
