"""What commonly goes wrong, checked on a running node: the lines of `doctor`.

What lives here: judging what is known. What may not: finding it out on the network.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from onionchat.views import CheckView, StatusView, TorView

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
            "clock",
            status.clock is None,
            status.clock or "Neither Tor nor what contacts write speaks against it.",
        ),
        _tor(tor, status.clock),
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
            True,
            f"{tor.guards_pinned} layer-2 guards are kept over restarts."
            if tor.guards_pinned
            else "The joined tor chooses its own layer-2 guards."
            if not tor.own
            else "No layer-2 guards are kept: the Tor network is too small, or not known yet.",
            note=tor.guards_pinned == 0,
        ),
        CheckView("delivery", True, _waiting(status.queued), note=status.queued > 0),
    ]


def _tor(tor: TorView, clock: str | None) -> CheckView:
    said = f"tor {tor.version}: {tor.summary}" if tor.version else tor.summary
    reasons = [reason for reason in tor.reasons if reason not in (tor.summary, clock)]
    works = tor.running and tor.bootstrap == 100  # noqa: PLR2004 - per cent
    return CheckView("tor", works and not reasons, " ".join([said, *reasons]))


def _waiting(messages: int) -> str:
    if not messages:
        return "Nothing waits to be delivered."
    if messages == 1:
        return "1 message waits for its contact's device."
    return f"{messages} messages wait for their contacts' devices."
