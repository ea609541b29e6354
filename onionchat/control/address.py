"""Where a profile's sockets live, and how to be sure that nobody else put them there.

What lives here: paths, and checks of who owns them. What may not: connections.

A Unix socket's path may have 107 bytes on Linux and 103 elsewhere, so a profile deep in the tree
gets a short private folder elsewhere; the profile then says where, in `run/where`, because the
environment of the node and of the client need not agree. A run folder says in turn whose it is
(`owner`), because files of a profile can be copied while its node runs: the copy must not lead to
the original's node.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from onionchat.errors import KeyslotMissing, NoProfile, OnionchatError, UnsafePermissions

MAX_SOCKET_PATH: Final = 100
"""Bytes of the longest path that every socket of a profile keeps to."""

LONGEST_NAME: Final = len("tor/") + 32
"""Bytes of the longest socket name inside the run folder: one of tor's, see `RunFolder.tor`."""

DATABASE: Final = "onionchat.db"
KEYSLOT: Final = "keyslot"
"""The store's name for the file without which a folder is no profile (a test compares the two)."""

WIPING: Final = "onionchat.wiping"
"""The store's name for the last file that goes when a profile is destroyed."""

WINDOW: Final = "window.json"
"""What the desktop's window remembers for itself."""

_TOR_TAKES: Final = re.compile(r"[\w./+@:=~-]+", re.ASCII)
"""Paths that can stand in tor's configuration and commands; a space cannot."""

_HASH_DIGITS: Final = 16
_OTHERS: Final = 0o077


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The private folder of a running node. Nothing in it outlives the node."""

    path: Path
    owner: str = ""
    """The profile that it was made for or found from, see `identity`."""

    @property
    def owner_file(self) -> Path:
        """Says whose folder this is: `owner`."""
        return self.path / "owner"

    @property
    def socket(self) -> Path:
        """The control API's Unix socket."""
        return self.path / "control.sock"

    @property
    def token(self) -> Path:
        """What a client must show first: 64 hex digits, new for each run."""
        return self.path / "token"

    @property
    def tor(self) -> Path:
        """For tor's sockets, whose names have at most 32 bytes."""
        return self.path / "tor"


def refusal(system: str = os.name) -> str | None:
    """Why no node and no front end runs on this system, as a sentence; None where they do."""
    if system == "posix":
        return None
    return (
        "onionchat does not run on this system: its programs meet at Unix sockets and lock files as"
        " Linux does. Windows has neither for them yet."
    )


def default_profile(environment: Mapping[str, str], platform: str = sys.platform) -> Path:
    """Where the profile is when nobody says otherwise: with what programs keep for their user."""
    return _data(environment, platform) / "onionchat" / "default"


def _data(environment: Mapping[str, str], platform: str) -> Path:
    name, usual = {
        "darwin": ("XDG_DATA_HOME", "~/Library/Application Support"),
        "win32": ("APPDATA", "~/AppData/Roaming"),
    }.get(platform, ("XDG_DATA_HOME", "~/.local/share"))
    said = environment.get(name, "")
    # The XDG specification wants relative paths ignored.
    return Path(said) if os.path.isabs(said) else Path(usual).expanduser()


def holds_profile(profile: Path) -> bool:
    """Whether there is a profile in this folder: its key slot, which everything else needs."""
    return os.path.lexists(profile / KEYSLOT)


def holds_traces(profile: Path) -> bool:
    """Whether there is a profile in this folder, or what one left that was not removed whole."""
    return any(os.path.lexists(profile / name) for name in (KEYSLOT, DATABASE, WIPING))


def no_profile(profile: Path) -> OnionchatError:
    """What to say of a folder without a key slot: no profile, or one that has lost it."""
    if os.path.lexists(profile / DATABASE):
        return KeyslotMissing()
    return NoProfile()


def identity(profile: Path) -> str:
    """What a copy of a profile's folder has not, and the moved folder still has: its file system
    and inode, as `device:inode`. Good as long as the file system stays mounted.

    Raises `OSError`.
    """
    found = profile.stat()
    return f"{found.st_dev}:{found.st_ino}"


def run_folder(profile: Path, environment: Mapping[str, str]) -> RunFolder:
    """The folder that a node of `profile` uses; nothing is created or checked."""
    inside = Path(os.path.realpath(profile)) / "run"
    fits = len(os.fsencode(inside)) + 1 + LONGEST_NAME <= MAX_SOCKET_PATH
    if fits and _TOR_TAKES.fullmatch(str(inside)):
        return RunFolder(inside)
    digest = hashlib.sha256(os.fsencode(inside.parent)).hexdigest()[:_HASH_DIGITS]
    base = environment.get("XDG_RUNTIME_DIR", "")
    short = Path(base) / f"onionchat-{digest}"
    if (
        os.path.isabs(base)
        and len(os.fsencode(short)) + 1 + LONGEST_NAME <= MAX_SOCKET_PATH
        and _is_private(Path(base))
    ):
        return RunFolder(short)
    # Anybody may have made this one before us: `create` and `find` look who did.
    return RunFolder(Path(f"/tmp/onionchat-{os.geteuid()}-{digest}"))  # noqa: S108


def create(profile: Path, environment: Mapping[str, str]) -> RunFolder:
    """Make the run folder of `profile` (and tor's in it) for a node that is about to start.

    Raises `UnsafePermissions` when it exists and is not a private folder of this user.
    """
    folder = run_folder(profile, environment)
    inside = profile / "run"
    for path in (inside, folder.path, folder.tor):
        # Existing is fine, being somebody else's is not: lstat, hence no link is followed.
        if not os.path.lexists(path):
            path.mkdir(mode=0o700)
        check_private_folder(path)
    where = inside / "where"
    where.unlink(missing_ok=True)
    if not os.path.samefile(inside, folder.path):
        write_private(where, str(folder.path))
    owned = RunFolder(folder.path, identity(profile))
    write_private(owned.owner_file, owned.owner)
    return owned


def discard(profile: Path, folder: RunFolder) -> None:
    """Remove a run folder that is not inside the profile, once its node has ended.

    What is not empty stays: it is not ours.
    """
    if folder.path.parent == Path(os.path.realpath(profile)):
        return
    with suppress(OSError):
        folder.tor.rmdir()
        folder.owner_file.unlink(missing_ok=True)
        folder.path.rmdir()
        (profile / "run" / "where").unlink()


def clear(folder: RunFolder) -> None:
    """Remove what a node that was killed left in a run folder, and the folder, which `find` gave.

    What is not a node's stays, and so does what cannot be removed.
    """
    for path in (folder.token, folder.owner_file, folder.socket, *folder.tor.glob("*")):
        with suppress(OSError):
            path.unlink(missing_ok=True)
    with suppress(OSError):
        folder.tor.rmdir()
        folder.path.rmdir()


def find(profile: Path, environment: Mapping[str, str]) -> RunFolder | None:
    """The run folder of the node that runs, or did run last, on `profile`; None without one.

    A folder of another profile's node is none: `profile` is then a copy, or stands where the other
    one stood.

    Raises `UnsafePermissions` when it is not a private folder of this user.
    """
    inside = profile / "run"
    if not os.path.lexists(inside):
        return None
    check_private_folder(inside)
    try:
        folder = RunFolder(Path(read_private(inside / "where")))
    except FileNotFoundError:
        folder = run_folder(profile, environment)
    if not os.path.lexists(folder.path):
        return None
    check_private_folder(folder.path)
    owner = identity(profile)
    try:
        if read_private(folder.owner_file) != owner:
            return None
    except FileNotFoundError:
        return None
    return RunFolder(folder.path, owner)


def check_private_folder(path: Path) -> None:
    """Raise `UnsafePermissions` unless `path` is a folder of this user that others cannot enter."""
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise UnsafePermissions("The place for the node's sockets is not a folder.")
    _check_owner_and_mode(found)


def write_private(path: Path, text: str) -> None:
    """Write a new file that only this user can read, or replace it in one step."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    # Exclusive: what is written goes into a file made here and now, never into a link's target.
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    new.replace(path)


def read_private(path: Path) -> str:
    """The text of a file that only this user can read.

    Raises `UnsafePermissions` when others can, or when it belongs to somebody else, and
    `FileNotFoundError`.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with open(descriptor, encoding="utf-8", errors="replace") as file:
        _check_owner_and_mode(os.fstat(descriptor))
        return file.read(4096)


def _is_private(path: Path) -> bool:
    try:
        check_private_folder(path)
    except (OSError, UnsafePermissions):
        return False
    return True


def _check_owner_and_mode(found: os.stat_result) -> None:
    if found.st_uid != os.geteuid():
        raise UnsafePermissions("The profile's sockets belong to another user.")
    if found.st_mode & _OTHERS:
        raise UnsafePermissions
