"""Destroying a profile, whatever runs on it: its key, then the node that has it open, its files.

What lives here: in which order, and how long a node is waited for. What may not: which files a
profile has (store/wipe), and asking anybody first. It blocks, for seconds: a process of its own.
"""

from __future__ import annotations

import os
import time
from contextlib import closing, suppress
from enum import Enum, auto
from pathlib import Path
from typing import Final

from onionchat.errors import (
    NodeNotRunning,
    OnionchatError,
    ProfileInUse,
    Stopping,
    StorageFailed,
    UnsafePermissions,
)
from onionchat.store import wipe

from . import address, schema
from .client import Client
from .process_end import EndOf

ANSWER_SECONDS: Final = 3.0
"""For a node to say that it ends."""

END_SECONDS: Final = 20.0
"""For a node that has said so to end."""

STARTING_SECONDS: Final = 15.0
"""For a node that holds the profile and cannot be asked yet: it starts, or ends already."""

_PAUSE_SECONDS: Final = 0.1


class Asked(Enum):
    """What became of asking a node to end with its profile."""

    ENDED = auto()
    NOBODY = auto()
    """There is none, or none that answers yet."""
    IN_VAIN = auto()
    """It hangs, or cannot."""


def end_node(profile: Path) -> Asked:
    """Have the node of this profile destroy it and end, if one runs; returns when it has ended."""
    try:
        with closing(Client.connect(profile, timeout=ANSWER_SECONDS)) as client:
            assert client.node is not None
            ended = EndOf(client.node.pid)
            # So that no node is destroyed that this profile only leads to.
            order = schema.Wipe(confirm="wipe", profile=address.identity(profile))
            client.call(order, timeout=ANSWER_SECONDS)
    except (NodeNotRunning, Stopping, FileNotFoundError):
        return Asked.NOBODY
    except (OnionchatError, OSError):
        return Asked.IN_VAIN
    return Asked.ENDED if ended.wait(END_SECONDS) else Asked.IN_VAIN


def destroy(profile: Path, starting_seconds: float = STARTING_SECONDS) -> list[str]:
    """Destroy it; returns the names of what is not the profile's and therefore still there.

    Raises:
        ProfileInUse: a node has it open and does not end; the key on the disk is destroyed, and
            that node has it in its memory still.
        NoProfile, StorageFailed: as `store.wipe.remove`.
    """
    kept: OnionchatError | None = None
    try:
        # Before anybody is waited for: from here on nobody opens it any more.
        wipe.destroy_key(profile)
    except StorageFailed as error:
        kept = error
    run: address.RunFolder | None = None
    until = _now() + starting_seconds
    while True:
        # While the profile is there to tell whether that folder is its own.
        run = _run_folder(profile) or run
        asked = end_node(profile)
        if asked == Asked.ENDED and not address.holds_traces(profile):
            left = sorted(path.name for path in profile.iterdir()) if profile.is_dir() else []
            break
        try:
            left = wipe.remove(profile)
            break
        except ProfileInUse as error:
            if kept is not None:
                raise kept from error
            # A node makes the folder of its sockets before all else: without it none will answer.
            if asked == Asked.IN_VAIN or run is None or _now() >= until:
                raise
        time.sleep(_PAUSE_SECONDS)
    if run is not None:
        address.clear(run)
    return left


def _run_folder(profile: Path) -> address.RunFolder | None:
    with suppress(OSError, UnsafePermissions):
        return address.find(profile, os.environ)
    return None


def _now() -> float:
    return time.monotonic()  # noqa: TID251 - a process of its own, which blocks
