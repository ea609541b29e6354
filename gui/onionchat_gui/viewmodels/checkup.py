"""What commonly goes wrong, looked at when somebody asks: the node's `doctor`.

What lives here: asking, and what is shown of the answer. What may not: any judgement, which is the
node's; what the Tor page says anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject, Signal

from onionchat.control import schema
from onionchat.errors import OnionchatError
from onionchat.views import CheckView
from onionchat_gui.node import Node

from .sentences import worded

_SAID_ABOVE: Final = ("tor", "reachable")
"""Lines of which the page says more already."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    title: str
    sentence: str
    wrong: bool
    note: bool
    """Nothing is wrong, but it is worth knowing."""


class Checkup(QObject):
    """Looks when it is told to; reading a large database takes the node some seconds."""

    changed = Signal()

    def __init__(self, node: Node, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._node = node
        self.busy = False
        self.problem = ""
        self.findings: tuple[Finding, ...] = ()

    def look(self) -> None:
        """Ask the node."""
        if not self.busy:
            self.busy, self.problem = True, ""
            self.changed.emit()
            self._node.ask(self, schema.Doctor(), self._told, self._failed)

    def _told(self, checks: tuple[CheckView, ...]) -> None:
        self.busy = False
        self.findings = tuple(_finding(check) for check in checks if check.name not in _SAID_ABOVE)
        self.changed.emit()

    def _failed(self, error: OnionchatError) -> None:
        self.busy, self.problem, self.findings = False, worded(error), ()
        self.changed.emit()


def _finding(check: CheckView) -> Finding:
    titles = {
        "database": QCoreApplication.translate("Checkup", "Messages on this device"),
        "disk": QCoreApplication.translate("Checkup", "Room on the disk"),
        "clock": QCoreApplication.translate("Checkup", "Clock"),
        "guards": QCoreApplication.translate("Checkup", "First servers of Tor"),
        "delivery": QCoreApplication.translate("Checkup", "Delivery"),
    }
    title = titles.get(check.name, check.name)
    return Finding(title, worded(check.sentence), wrong=not check.ok, note=check.note)
