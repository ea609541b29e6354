"""Bootstrapped networks kept on disk, so that the next start needs neither keys nor a vote.

A cache directory holds a directory for each kind of network (tor version, number of relays,
templates) and in it a few snapshots, each with ports of its own. Which of them can be started now
is decided here as far as files tell; whether their ports are free is the caller's business.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from onionchat.testing.torlab.clock import utc_now
from onionchat.testing.torlab.consensus import Consensus
from onionchat.testing.torlab.errors import TorLabError
from onionchat.testing.torlab.layout import Layout
from onionchat.testing.torlab.torrc import template_digest

__all__ = ["Snapshot", "SnapshotCache", "snapshot_key"]

# Raised whenever a stored network of an older version of this code could not be started.
_FORMAT = 1
_DESCRIPTION = "snapshot.json"
# How the name of a snapshot begins while it is being written.
_ASIDE = ".new-"
_ABANDONED = timedelta(hours=1)
# Enough for as many networks side by side as a test run on one machine has.
_MOST = 4
# The consensus stays valid for a week, but an onion service counts the revision of its descriptor
# in seconds from the shared random value of the consensus, which may be two days older than that.
# Its counter ends after three days and a little: then tor logs a failed assertion.
_MAX_AGE = timedelta(hours=20)
_MARGIN = timedelta(hours=12)
_LEFT_OUT = frozenset({"control", "control_auth_cookie", "lock", "pid", "socks", "torrc"})


def snapshot_key(tor_version: str, relays: int, params: Mapping[str, int]) -> str:
    """Return the directory name of the snapshots of one kind of network.

    The consensus `params` are part of it: they are in the stored consensus, for a week.
    """
    text = json.dumps([_FORMAT, tor_version, relays, template_digest(params)])
    return f"{relays}-relays-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


@dataclass(frozen=True)
class Snapshot:
    """One stored network: its directory, who is in it and when it must have been started."""

    directory: Path
    layout: Layout
    usable_until: datetime

    def restore(self, base: Path) -> None:
        """Copy the data directories below `base`. Raises `TorLabError` if that fails."""
        try:
            for name in self.layout.names():
                shutil.copytree(self.directory / name, base / name)
        except (OSError, shutil.Error) as error:
            raise TorLabError(f"Cannot copy the snapshot {self.directory}: {error}.") from error

    def discard(self) -> None:
        """Remove a snapshot from which no network comes up."""
        shutil.rmtree(self.directory, ignore_errors=True)


class SnapshotCache:
    """The snapshots of one kind of network in a cache directory."""

    def __init__(self, cache: Path, key: str) -> None:
        self._directory = cache / key

    def usable(self) -> Iterator[Snapshot]:
        """Yield the snapshots that can be started now; removes those that have grown too old."""
        try:
            directories = sorted(self._directory.iterdir())
        except FileNotFoundError:
            return
        for directory in directories:
            if directory.name.startswith(_ASIDE):
                _remove_if_abandoned(directory)
                continue
            snapshot = _read(directory)
            if snapshot is None or snapshot.usable_until < utc_now():
                shutil.rmtree(directory, ignore_errors=True)
            else:
                yield snapshot

    def store(self, base: Path, layout: Layout, consensus: Consensus) -> Snapshot | None:
        """Store the network that runs below `base`; return None if there are enough of them.

        Every snapshot is written aside and gets its own name at the end, so that it is seen whole
        or not at all, and two processes that store at once both succeed. Raises `TorLabError`.
        """
        if sum(1 for _ in self.usable()) >= _MOST:
            return None
        until = min(consensus.valid_until - _MARGIN, consensus.valid_after + _MAX_AGE)
        description = {
            "format": _FORMAT,
            "usable_until": until.isoformat(),
            "layout": layout.to_json(),
        }
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            aside = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=self._directory))
            try:
                for name in layout.names():
                    shutil.copytree(base / name, aside / name, ignore=_leave_out)
                (aside / _DESCRIPTION).write_text(json.dumps(description), encoding="utf-8")
                final = aside.with_name(aside.name.removeprefix(_ASIDE))
                aside.rename(final)
            except BaseException:
                shutil.rmtree(aside, ignore_errors=True)
                raise
        except (OSError, shutil.Error) as error:
            raise TorLabError(f"The network cannot be stored: {error}.") from error
        return Snapshot(final, layout, until)


def _leave_out(directory: str, names: list[str]) -> set[str]:
    """Name what a stored network needs not or must not have: sockets, locks, logs."""
    return {
        name
        for name in names
        if name in _LEFT_OUT
        or name.endswith((".log", ".tmp"))
        or not _is_plain(Path(directory) / name)
    }


def _remove_if_abandoned(directory: Path) -> None:
    """Remove what a writer that was killed left behind, but not what is being written."""
    try:
        written = datetime.fromtimestamp(directory.stat().st_mtime, tz=UTC)
    except FileNotFoundError:
        return
    if utc_now() - written > _ABANDONED:
        shutil.rmtree(directory, ignore_errors=True)


def _is_plain(path: Path) -> bool:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return False  # A running tor replaces its files.
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode)


def _read(directory: Path) -> Snapshot | None:
    """Return what a snapshot says of itself, None if it is not a whole snapshot."""
    try:
        value = json.loads((directory / _DESCRIPTION).read_text(encoding="utf-8"))
        if value["format"] != _FORMAT:
            return None
        until = datetime.fromisoformat(value["usable_until"]).astimezone(UTC)
        return Snapshot(directory, Layout.from_json(value["layout"]), until)
    except (OSError, ValueError, TypeError, KeyError):
        return None
