"""Words for what Tor does, for people who do not know Tor.

What lives here: states and counts → translated words. What may not: what the node says itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from onionchat.displayable import displayable_line
from onionchat.views import CircuitsView, TorServiceView, TorView

from .sentences import worded
from .tor import UP, Reach

_LIST_FROM, _WAYS_FROM = 15, 75
"""Per cent: from there on tor fetches the list of relays, and builds circuits (its own phases)."""


def step(tor: TorView) -> str:
    """What is being done now, while Tor connects; what the node says where that is not it."""
    if not tor.running or not 0 < tor.bootstrap < UP:
        return displayable_line(worded(tor.summary))
    if tor.bootstrap < _LIST_FROM:
        return QCoreApplication.translate("tor", "Looking for a way into the Tor network…")
    if tor.bootstrap < _WAYS_FROM:
        return QCoreApplication.translate("tor", "Fetching the list of Tor's servers…")
    return QCoreApplication.translate("tor", "Making ways through the Tor network…")


def reach(found: Reach) -> str:
    """Whether contacts can reach this device."""
    return {
        Reach.YES: QCoreApplication.translate("tor", "Contacts can reach you."),
        Reach.HIDDEN: QCoreApplication.translate(
            "tor", "Nobody can reach you, as you chose; this device calls your contacts."
        ),
        Reach.NOBODY: QCoreApplication.translate("tor", "There is nobody yet who could reach you."),
        Reach.NOT_YET: QCoreApplication.translate("tor", "Contacts cannot reach you yet."),
        Reach.NO_TOR: QCoreApplication.translate(
            "tor", "Contacts cannot reach you until Tor is connected."
        ),
    }[found]


def ways(circuits: CircuitsView) -> tuple[tuple[str, int], ...]:
    """What each way through the network is for, and how many there are."""
    return (
        (QCoreApplication.translate("tor", "To devices of your contacts"), circuits.joined),
        (QCoreApplication.translate("tor", "Being made to such devices"), circuits.calling),
        (
            QCoreApplication.translate("tor", "To entrances, where contacts call you"),
            circuits.entrances,
        ),
        (
            QCoreApplication.translate("tor", "To announce and look up addresses"),
            circuits.directory,
        ),
        (QCoreApplication.translate("tor", "Kept ready for the next call"), circuits.ready),
        (QCoreApplication.translate("tor", "For other things"), circuits.other),
    )


def addresses(services: Iterable[TorServiceView]) -> tuple[tuple[str, str], ...]:
    """What this device's addresses are for, and how they are. Those that are alike are one line."""
    purposes = {
        "contacts": QCoreApplication.translate("tor", "For your contacts"),
        "invite": QCoreApplication.translate("tor", "For an invite link"),
        "reserve": QCoreApplication.translate(
            "tor", "For a contact who missed a change of address"
        ),
        "other": QCoreApplication.translate("tor", "For something else"),
    }
    states = {
        "waiting": QCoreApplication.translate("tor", "waits for Tor"),
        "publishing": QCoreApplication.translate("tor", "is being announced"),
        "published": QCoreApplication.translate("tor", "announced; entrances: %1"),
        "failed": QCoreApplication.translate("tor", "could not be announced, is tried again"),
        "withdrawn": QCoreApplication.translate("tor", "no longer used"),
    }
    alike: dict[tuple[str, str], list[TorServiceView]] = {}
    for service in services:
        alike.setdefault((service.purpose, service.state), []).append(service)
    rows = []
    for (purpose, state), found in alike.items():
        told = [service.entrances for service in found if service.entrances is not None]
        words = states.get(state, displayable_line(state))
        if not told and state == "published":
            words = QCoreApplication.translate("tor", "announced")
        name = purposes.get(purpose, purposes["other"])
        if len(found) > 1:
            name = (
                QCoreApplication.translate("tor", "%1 (%2)")
                .replace("%1", name)
                .replace("%2", str(len(found)))
            )
        rows.append((name, words.replace("%1", str(sum(told)))))
    return tuple(rows)


def bridge_kind(transport: str) -> str:
    """A kind of bridge; the names of kinds are the same in all languages."""
    return (
        QCoreApplication.translate("tor", "plain")
        if transport == "plain"
        else displayable_line(transport)
    )
