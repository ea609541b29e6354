"""The profiles of this user: those in the default place, by name.

What lives here: names, folders, and who runs. What may not: opening a profile, its passphrase.
"""

from __future__ import annotations

import os
import socket
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from onionchat.errors import InvalidInput, UnsafePermissions

from . import address

DEFAULT: Final = "default"
MAX_NAME: Final = 64
"""Bytes of a profile's name in UTF-8."""

_CONNECT_SECONDS: Final = 1.0
_SHOWN: Final = frozenset("LMNPSZ")


class ProfileView(Struct, frozen=True):
    """One profile, as far as it can be seen without its passphrase."""

    name: str
    path: str
    default: bool
    """Whether it is the one that is used when nobody says otherwise."""
    running: bool
    """Whether a node answers for it."""
    key: bool
    """Whether its key slot is there; without, it was not wiped to the end, or damaged."""


def folder(environment: Mapping[str, str]) -> Path:
    """Where named profiles are."""
    return address.default_profile(environment).parent


def named(name: str, environment: Mapping[str, str]) -> Path:
    """The folder of the profile with that name, whether there is one or not.

    Raises:
        InvalidInput: not a name: empty, with a slash, a dot at its beginning, blanks around it,
            characters that cannot be seen, or more than 64 bytes.
    """
    seen = all(unicodedata.category(character)[0] in _SHOWN for character in name)
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        size = 0
    if (
        not 0 < size <= MAX_NAME
        or not seen
        or "/" in name
        or name[0] == "."
        or name.strip() != name
    ):
        raise InvalidInput(
            "A profile's name has 1 to 64 bytes, no slash and no dot at its beginning."
        )
    return folder(environment) / name


def listed(environment: Mapping[str, str]) -> tuple[ProfileView, ...]:
    """All profiles in the default place: the default one first, then by name.

    What is no profile, and what this user may not look into, is left out.
    """
    place = folder(environment)
    try:
        names = [entry.name for entry in os.scandir(place) if entry.is_dir()]
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except PermissionError as error:
        raise UnsafePermissions(f"The folder {place} cannot be looked into.") from error
    found = [
        ProfileView(
            name,
            str(place / name),
            default=name == DEFAULT,
            running=runs(place / name, environment),
            key=address.holds_profile(place / name),
        )
        for name in names
        # A backup that was interrupted begins with a dot.
        if name[0] != "." and address.holds_traces(place / name)
    ]
    return tuple(
        sorted(found, key=lambda view: (not view.default, view.name.casefold(), view.name))
    )


def runs(profile: Path, environment: Mapping[str, str]) -> bool:
    """Whether something listens at the profile's control socket."""
    try:
        where = address.find(profile, environment)
        if where is None:
            return False
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(_CONNECT_SECONDS)
            connection.connect(os.fspath(where.socket))
    except (OSError, UnsafePermissions):
        return False
    return True
