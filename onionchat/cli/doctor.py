"""doctor: what commonly goes wrong, with a node or without one.

What lives here: checks that need no node. What may not: repairs.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator, Sequence
from typing import Final

from onionchat.control import address, schema
from onionchat.control import passphrase as passphrases
from onionchat.displayable import displayable_line
from onionchat.errors import (
    NodeNotRunning,
    NoProfile,
    OnionchatError,
    ProfileDamaged,
    UnsafePermissions,
)
from onionchat.views import CheckView

from . import start
from .profile import read_passphrase
from .session import Session, print_json

MIN_FREE_BYTES: Final = 100 * 1024 * 1024
OLDEST_TOR: Final = (0, 4, 7)
YEARS: Final = (2025, 2100)
"""A clock outside of these years is wrong."""

_VERSION: Final = re.compile(r"Tor version (\d+)\.(\d+)\.(\d+)")
_OTHERS: Final = 0o077


def doctor(session: Session) -> int:
    """Check; the exit status is 1 when something is wrong."""
    checks = _each_once([*_local(session), *_node(session)])
    if session.json:
        print_json(checks)
    else:
        for check in checks:
            mark = "WRONG" if not check.ok else "note " if check.note else "ok   "
            print(f"{mark}  {displayable_line(check.name)}: {displayable_line(check.sentence)}")
    return 0 if all(check.ok for check in checks) else 1


def _each_once(found: list[CheckView]) -> list[CheckView]:
    """A running node knows more of its disk and of the clock; what is wrong counts in any case."""
    lines: dict[str, CheckView] = {}
    for check in found:
        before = lines.get(check.name)
        if before is None or before.ok or not check.ok:
            lines[check.name] = check
    return list(lines.values())


def _local(session: Session) -> Iterator[CheckView]:
    yield _profile(session)
    yield _disk(session)
    yield _sockets(session)
    yield _tor()
    yield _clock(session)


def _node(session: Session) -> list[CheckView]:
    try:
        client = session.client()
    except (NodeNotRunning, NoProfile, ProfileDamaged):
        found = [CheckView("node", True, "Not running.")]
        if address.holds_profile(session.profile):
            found += _database(session)
        return found
    assert client.node is not None
    return [
        CheckView("node", True, f"Running, process {client.node.pid}."),
        *session.call(schema.Doctor()),
    ]


def _database(session: Session) -> Sequence[CheckView]:
    """What a look into the database finds, by a program of its own: the node's code is not here."""
    if session.passphrase_file is None and not passphrases.on_terminal():
        sentence = "Not looked into: name the passphrase file with --passphrase-file."
        return [CheckView("database", True, sentence)]
    try:
        secret = read_passphrase(session, "Passphrase: ")
        with passphrases.unseen():
            return start.check_profile(session, secret)
    except OnionchatError as error:
        return [CheckView("database", False, str(error))]


def _profile(session: Session) -> CheckView:
    profile = session.profile
    if not address.holds_profile(profile):
        return CheckView("profile", False, str(address.no_profile(profile)))
    for path in (profile, profile / address.KEYSLOT):
        found = path.lstat()
        if stat.S_IMODE(found.st_mode) & _OTHERS or found.st_uid != os.geteuid():
            return CheckView("profile", False, UnsafePermissions.sentence)
    return CheckView("profile", True, "Only this user can read it.")


def _disk(session: Session) -> CheckView:
    folder = session.profile
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    return CheckView("disk", free >= MIN_FREE_BYTES, f"{free // 1024**2} MiB are free.")


def _sockets(session: Session) -> CheckView:
    try:
        folder = address.find(session.profile, os.environ)
    except (UnsafePermissions, OSError) as error:
        return CheckView("sockets", False, str(error))
    path = folder or address.run_folder(session.profile, os.environ)
    return CheckView("sockets", True, f"Their folder is {path.path}.")


def _tor() -> CheckView:
    program = os.environ.get("ONIONCHAT_TOR") or shutil.which("tor")
    if program is None:
        sentence = "No tor program was found; install the package `tor`, or name one with --tor."
        return CheckView("tor program", False, sentence)
    try:
        said = subprocess.run(  # noqa: S603 - the tor that the node would start
            [program, "--version"], capture_output=True, text=True, timeout=10, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return CheckView("tor program", False, f"{program} cannot be run.")
    found = _VERSION.search(said)
    if found is None:
        return CheckView("tor program", False, f"{program} does not say its version.")
    version = ".".join(found.groups())
    if tuple(map(int, found.groups())) < OLDEST_TOR:
        return CheckView("tor program", False, f"{program} has version {version}, too old.")
    return CheckView("tor program", True, f"{program}, version {version}.")


def _clock(session: Session) -> CheckView:
    now = time.time()
    year = time.gmtime(now).tm_year
    if not YEARS[0] <= year <= YEARS[1]:
        return CheckView("clock", False, f"This computer believes that it is the year {year}.")
    try:
        newest = max((e.stat().st_mtime for e in os.scandir(session.profile)), default=0)
    except OSError:
        newest = 0
    day = 24 * 3600
    if newest > now + day:
        sentence = "The clock stands before the last use of this profile; it seems to go wrong."
        return CheckView("clock", False, sentence)
    return CheckView("clock", True, "Nothing is wrong, as far as can be seen without a network.")
