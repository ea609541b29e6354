"""What Tor is doing, for as long as somebody looks at it.

What lives here: the model of the Tor page and of its progress, which other pages show too. What may
not: bridges that are typed (`bridges`), sentences (`tor_words`).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from onionchat.control import schema
from onionchat.errors import NodeNotRunning, OnionchatError, Stopping
from onionchat.views import StatusView, TorChanged, TorDetailsView, TorView
from onionchat_gui.node import Node

from .sentences import worded
from .session import Session

POLL_MILLIS: Final = 3_000
"""Between an answer and the next question."""
PATIENCE_MILLIS: Final = 30_000
"""Without progress for so long, a way out is offered."""
UP: Final = 100
"""Per cent of its start after which Tor can be used."""

HELPED: Final = frozenset({"blocked", "bridge", "stuck"})
"""Kinds of troubles out of which (other) bridges may lead."""
NOT_HELPED: Final = frozenset({"clock", "no_network", "not_found", "too_old"})
"""Kinds that stop Tor with bridges as well: to offer some would lead astray."""


class Reach(StrEnum):
    """Whether contacts can reach this device, and if not, what kind of reason that has."""

    YES = "yes"
    HIDDEN = "hidden"
    """The person wants it so."""
    NOBODY = "nobody"
    """There is no address yet that somebody could call."""
    NOT_YET = "not_yet"
    """Tor is up; its summary says what is missing."""
    NO_TOR = "no_tor"


def reach(status: StatusView | None) -> Reach:
    """Whether contacts can reach a device of which this was said last."""
    if status is None or not (status.tor.running and status.tor.bootstrap >= UP):
        return Reach.NO_TOR
    if status.online:
        return Reach.YES
    if status.visibility == "hidden":
        return Reach.HIDDEN
    return Reach.NOT_YET if status.tor.services else Reach.NOBODY


class Tor(QObject):
    """What `session.status` and `tor_details` say. Asks only between `open` and `close`."""

    changed = Signal()
    """Anything here is another."""

    def __init__(self, node: Node, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._node = node
        self._session = session
        self.view: TorDetailsView | None = None
        """The last answer; the newest state of Tor is `tor`."""
        self.unanswered = ""
        """Why there is no newer answer, in the node's words."""
        self.waited_long = False
        """Nothing has moved for `PATIENCE_MILLIS`."""
        self._open = self._asking = self._again = False
        self._best = -1
        self._poll = QTimer(self, singleShot=True, interval=POLL_MILLIS)
        self._poll.timeout.connect(self._ask)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MILLIS)
        self._patience.timeout.connect(self._out_of_patience)
        session.status_changed.connect(self._status_changed)
        session.changed.connect(self._status_changed)
        node.happened.connect(self._happened)
        node.joined.connect(self._ask)

    # --- What is known ---------------------------------------------------------------------------

    @property
    def tor(self) -> TorView | None:
        """How it is doing now; None before the node has said anything."""
        return self._session.status.tor if self._session.status is not None else None

    @property
    def running(self) -> bool:
        """Whether there is a tor at all."""
        return self.tor is not None and self.tor.running

    @property
    def up(self) -> bool:
        """Whether Tor can be used."""
        return self.tor is not None and self.tor.running and self.tor.bootstrap >= UP

    @property
    def joined(self) -> bool:
        """Whether another program started this tor: bridges are set there then."""
        return self.tor is not None and not self.tor.own

    @property
    def reach(self) -> Reach:
        """Whether contacts can reach this device."""
        return reach(self._session.status)

    @property
    def offers_bridge(self) -> bool:
        """Whether a bridge may be the way out."""
        if self.tor is None or self.up or self.joined:
            return False
        kinds = {trouble.kind for trouble in self.view.troubles} if self.view is not None else set()
        return bool(kinds & HELPED) or (self.waited_long and not kinds & NOT_HELPED)

    # --- Asking ----------------------------------------------------------------------------------

    def open(self) -> None:
        """Somebody looks: ask, and go on asking."""
        if not self._open:
            self._open = True
            self._ask()
            self._watch()

    def close(self) -> None:
        """Nobody looks any more."""
        self._open = self._again = False
        self._poll.stop()
        self._patience.stop()

    def begin_again(self) -> None:
        """Tor starts anew in another way: what stood still before says nothing of it."""
        self._best = -1
        self._watch()
        self._ask()

    def _ask(self) -> None:
        if not self._open or self._session.status is None:
            return
        if self._asking:
            self._again = True
            return
        self._asking = True
        self._poll.stop()
        self._node.ask(self, schema.TorDetails(), self._told, self._not_told)

    def _told(self, view: TorDetailsView) -> None:
        self.view, self.unanswered = view, ""
        self._answered()

    def _not_told(self, error: OnionchatError) -> None:
        # Of a connection that is gone the window tells.
        self.unanswered = "" if isinstance(error, NodeNotRunning | Stopping) else worded(error)
        self._answered()

    def _answered(self) -> None:
        self._asking = False
        if self._again:
            self._again = False
            self._ask()
        elif self._open:
            self._poll.start()
        self.changed.emit()

    def _happened(self, events: tuple[object, ...]) -> None:
        if any(isinstance(event, TorChanged) for event in events):
            self._ask()

    # --- Patience --------------------------------------------------------------------------------

    def _status_changed(self) -> None:
        if self._session.status is None:
            # Locked: nothing of it stays.
            self.view, self.unanswered, self._best = None, "", -1
        self._watch()
        if self.view is None:
            self._ask()
        self.changed.emit()

    def _watch(self) -> None:
        tor = self.tor
        if tor is None or self.up:
            self._best, self.waited_long = -1, False
            self._patience.stop()
        elif tor.bootstrap > self._best:
            # A start from the beginning, as after a repair, is no progress.
            self._best, self.waited_long = tor.bootstrap, False
            if self._open:
                self._patience.start()
        elif self._open and not self.waited_long and not self._patience.isActive():
            self._patience.start()

    def _out_of_patience(self) -> None:
        self.waited_long = True
        self.changed.emit()
