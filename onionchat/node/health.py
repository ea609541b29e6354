"""What commonly goes wrong, checked on a running node: the lines of `doctor`.

What lives here: judging what is known. What may not: finding it out on the network.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from onionchat.views import CheckView, StatusView

ROOM: Final = 200 * 1024 * 1024
"""Bytes of free disk below which a full disk is near."""


def database(damage: Sequence[str]) -> CheckView:
    """What reading all of the database found."""
    sentence = "The database is damaged: restore a backup." if damage else "The database is sound."
    return CheckView("database", not damage, sentence)


def checks(status: StatusView, profile: Path, damage: Sequence[str]) -> list[CheckView]:
    """All lines, the most basic first."""
    free = shutil.disk_usage(profile).free
    tor = status.tor
    return [
        database(damage),
        CheckView("disk", free > ROOM, f"{free // 1024**2:,} MiB are free for the profile."),
        CheckView(
            "tor",
            tor.running and tor.bootstrap == 100,  # noqa: PLR2004 - per cent
            f"tor {tor.version}: {tor.summary}" if tor.version else tor.summary,
        ),
        *(CheckView("tor", False, reason) for reason in tor.reasons),
        CheckView(
            "reachable",
            status.online or status.visibility == "hidden",
            "A contact could reach this device now."
            if status.online
            else "This device is hidden: it only dials."
            if status.visibility == "hidden"
            else "No contact can reach this device just now.",
        ),
        CheckView(
            "guards",
            tor.guards_pinned > 0 or not tor.own,
            f"{tor.guards_pinned} layer-2 guards are kept over restarts."
            if tor.guards_pinned
            else "The joined tor chooses its own layer-2 guards."
            if not tor.own
            else "No layer-2 guards are kept: the Tor network is too small, or not known yet.",
        ),
        CheckView(
            "delivery",
            status.queued == 0,
            "Nothing waits to be delivered."
            if not status.queued
            else f"{status.queued} messages wait for their contacts' devices.",
        ),
    ]
