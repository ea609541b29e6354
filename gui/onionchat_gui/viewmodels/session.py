"""Whether the window can show anything: no profile, locked, connecting, ready, lost.

What lives here: the states of docs/desktop.md and the way between them. What may not: contents.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from PySide6.QtCore import QObject, Signal

from onionchat.control import schema
from onionchat.errors import (
    NodeLocked,
    NodeNotRunning,
    NoProfile,
    OnionchatError,
    ProfileInUse,
    Stopping,
)
from onionchat.views import StatusView, TorChanged
from onionchat_gui.node import Node, Starter

from .conversations import Conversations
from .sentences import worded

LOST_TRIES: Final = 5
"""Tries, with the pauses of `Node.try_again`, until a lost node counts as ended: about 9 s."""


class Phase(StrEnum):
    """What the window shows."""

    NO_PROFILE = "no_profile"
    LOCKED = "locked"
    """No node runs, or one that waits for the passphrase: that starts or opens it."""
    CURTAIN = "curtain"
    """A node runs, and the window shows nothing of it before the passphrase is typed."""
    STARTING = "starting"
    CONNECTING = "connecting"
    READY = "ready"
    LOST = "lost"
    FAILED = "failed"


class Session(QObject):
    """The way from a profile's folder to a node that answers."""

    changed = Signal()
    """`phase` or `sentence` is another."""
    status_changed = Signal()
    """`status` is another."""
    in_use = Signal(object)
    """A passphrase that was to start a node, and one runs already: the session is covered, and that
    node says whether the passphrase is right."""

    def __init__(
        self,
        node: Node,
        starter: Starter,
        conversations: Conversations,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._node = node
        self._starter = starter
        self._conversations = conversations
        self.phase = Phase.CONNECTING
        self.sentence = ""
        """Why it is so, in the node's words; empty without a reason."""
        self.status: StatusView | None = None
        self.covered = False
        """Whether nothing may be shown until `uncover`, whatever the phase is meanwhile."""
        self.begins_anew = False
        """Whether the person knows that there is a database without its key."""
        self.wiped = False
        """Whether the person has destroyed the profile here, and is to read that it is done."""
        self._tries = 0
        self._attempt = 0
        """To start a node; what is heard of an older one counts for nothing."""
        self._greeted = False
        self._ended = False
        """A node was there, and is not any more."""
        self._waits = False
        """The node runs and waits for the passphrase itself."""
        self._told_status = self._told_contacts = False
        conversations.loaded.connect(self._contacts_told)
        conversations.not_loaded.connect(self._not_told)
        node.joined.connect(self._joined)
        node.parted.connect(self._parted)
        node.happened.connect(self._happened)

    @property
    def offers_first_run(self) -> bool:
        """Whether a profile can be made here: there is none, nor what one has left."""
        return self.phase == Phase.NO_PROFILE and not self.sentence

    def open(self) -> None:
        """Begin: look for a profile, then for its node. Also "Try again"."""
        was_gone = self.phase == Phase.NO_PROFILE
        if self._lacks_a_profile():
            return
        if was_gone:
            # What there was to show was covered perhaps, before the profile was away for a while.
            self._be_covered()
        self._enter(Phase.CONNECTING)
        if self._greeted:
            # What failed was an answer.
            self._ask_first()
        else:
            self._node.join()

    def begin_anew(self) -> None:
        """Offer a first run where a profile has lost its key: making one puts the old aside."""
        if self.phase == Phase.NO_PROFILE:
            self.begins_anew = True
            self._enter(Phase.NO_PROFILE)

    def unlock(self, passphrase: str) -> None:
        """Start the node with this passphrase, or open the one that waits for it."""
        self._enter(Phase.STARTING)
        self._attempt += 1
        attempt = self._attempt

        def waited_for() -> bool:
            # A late word must not end what came meanwhile: the profile was destroyed, say.
            return attempt == self._attempt and self.phase == Phase.STARTING

        def started() -> None:
            if waited_for():
                self.uncover()

        def not_started(error: OnionchatError) -> None:
            if waited_for():
                self._not_started(error, passphrase)

        if self._waits:
            request = schema.Unlock(passphrase=passphrase)
            self._node.ask(self, request, lambda _: started(), not_started)
        else:
            self._starter.start(passphrase, started, not_started)

    def cover(self) -> None:
        """Show nothing until `uncover`, where there is something to show: the window is locked."""
        if self.covered or self.phase in (Phase.NO_PROFILE, Phase.LOCKED, Phase.STARTING):
            return
        self._be_covered()
        self._enter(Phase.CURTAIN)

    def uncover(self) -> None:
        """The passphrase was right: show everything again."""
        self._be_uncovered()
        self.open()

    def reach(self) -> bool:
        """Join a node that may run, to give it an order; whether that is done already. Nothing of
        it is shown by that.
        """
        self.cover()
        self._be_covered()
        self._node.join()
        return self._greeted

    def be_gone(self, sentence: str = "", *, said: bool = True) -> None:
        """The profile was destroyed: nothing of it stays, whatever its node still does. `sentence`
        is what was not possible; whether it is `said` that the rest was, where there is none.
        """
        self.wiped = said or bool(sentence)
        self.status = None
        self._attempt += 1
        self._be_uncovered()
        self._enter(Phase.NO_PROFILE, sentence)
        self._node.leave()

    def _be_covered(self) -> None:
        self.covered = True
        self.status = None
        self._node.set_discreet(True)

    def _be_uncovered(self) -> None:
        self.covered = False
        self._node.set_discreet(False)

    def refresh(self) -> None:
        """Ask for `status` again."""
        self._node.ask(self, schema.Status(), self._told, self._not_told)

    def _joined(self) -> None:
        self._greeted, self._ended = True, False
        self._ask_first()

    def _ask_first(self) -> None:
        if self.covered:
            self._enter(Phase.CURTAIN)
            return
        self._told_status = self._told_contacts = False
        self.refresh()
        self._conversations.load()

    def _told(self, status: StatusView) -> None:
        if self.covered:
            return
        self._waits = status.locked
        if status.locked:
            self.status = None
            self._enter(Phase.LOCKED)
            return
        self.status = status
        self.status_changed.emit()
        self._told_status = True
        self._ready_if_told()

    def _contacts_told(self) -> None:
        self._told_contacts = True
        self._ready_if_told()

    def _ready_if_told(self) -> None:
        # An empty list that fills a moment later would look like contacts that are lost.
        all_told = self._told_status and self._told_contacts
        if all_told and self.phase in (Phase.CONNECTING, Phase.LOST):
            self._enter(Phase.READY)

    def _not_told(self, error: OnionchatError) -> None:
        # A connection that is gone tells so itself.
        # And of one that waits for its passphrase, its status.
        if not self.covered and not isinstance(error, NodeNotRunning | NodeLocked | Stopping):
            self._enter(Phase.FAILED, worded(error))

    def _not_started(self, error: OnionchatError, passphrase: str) -> None:
        if isinstance(error, ProfileInUse):
            # Somebody was faster, in a terminal say. Nobody has looked at the passphrase yet.
            self._be_covered()
            self._tries = 0
            self._enter(Phase.CURTAIN)
            self.in_use.emit(passphrase)
            self._node.join()
        else:
            self._enter(Phase.LOCKED, worded(error))

    def _parted(self, error: OnionchatError) -> None:
        self._ended = self._ended or self._greeted
        self._greeted = self._waits = False
        if self.phase in (Phase.NO_PROFILE, Phase.STARTING):
            # A late word of a node that is gone must not end a first run: its words are shown once.
            # And of one that is starting, its process tells.
            return
        if isinstance(error, NodeNotRunning):
            self._not_running()
        elif isinstance(error, Stopping):
            self._enter(Phase.CURTAIN if self.covered else Phase.LOST, worded(error))
            self._tries = 0
            self._try_again()
        else:
            self._enter(Phase.FAILED, worded(error))

    def _not_running(self) -> None:
        if self._lacks_a_profile():
            # Wiped: nothing of it stays on the screen.
            self.status = None
        elif self.phase in (Phase.LOST, Phase.CURTAIN) and self._tries < LOST_TRIES:
            # Perhaps it is only restarted.
            self._try_again()
        else:
            self.status = None
            self._enter(Phase.LOCKED, self._why_it_asks())

    def _why_it_asks(self) -> str:
        """Whoever was at work must not think that they were logged out, or that a text is lost."""
        if not self._ended:
            return ""
        return self.tr(
            "The service in the background has ended, and not by this window. Your passphrase"
            " starts it again. What you wrote is kept: it is sent then, or stands ready in its"
            " conversation."
        )

    def _lacks_a_profile(self) -> bool:
        missing = self._starter.missing()
        self.begins_anew = False
        if missing is None:
            return False
        self._be_uncovered()
        if isinstance(missing, NoProfile):
            sentence = ""
        elif self.wiped:
            # Its key shall be missing; what of it is still there was said.
            sentence = self.sentence
        else:
            # Where the messages are and only their key is not, "none yet" would make somebody begin
            # anew: that is said.
            sentence = worded(missing)
        self._enter(Phase.NO_PROFILE, sentence)
        return True

    def _try_again(self) -> None:
        self._tries += 1
        self._node.try_again()

    def _happened(self, events: tuple[object, ...]) -> None:
        for event in events:
            if isinstance(event, TorChanged) and self.status is not None:
                self.status = _with_tor(self.status, event)
                self.status_changed.emit()

    def _enter(self, phase: Phase, sentence: str = "") -> None:
        self.wiped = self.wiped and phase == Phase.NO_PROFILE
        if (phase, sentence) != (self.phase, self.sentence) or phase == Phase.CONNECTING:
            self.phase, self.sentence = phase, sentence
            self.changed.emit()


def _with_tor(status: StatusView, event: TorChanged) -> StatusView:
    # Imported here: msgspec's helpers are not needed before the first event.
    from msgspec.structs import replace

    return replace(status, tor=event.tor, online=event.online)
