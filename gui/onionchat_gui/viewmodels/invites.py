"""One's own invites: making, showing, withdrawing.

What lives here: the model of the second half of the page "add". What may not: other people's links.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from onionchat.control import schema
from onionchat.errors import OnionchatError
from onionchat.views import ContactChanged, ContactRemoved, InviteView, RequestReceived
from onionchat_gui.node import Node

from .sentences import worded

_LONGEST: Final = 24 * 3600 * 1000
"""Milliseconds until the list is asked for again at the latest, if one of it ends by itself."""


class Invites(QObject):
    """The invites that can be used, the newest first, and the one just made."""

    changed = Signal()
    """`outstanding` or `busy` is another."""
    made = Signal(object)
    """A new `InviteReply`, to be shown."""
    failed = Signal(str)
    """Something was in vain: a sentence."""

    def __init__(
        self,
        node: Node,
        now: Callable[[], float],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._node = node
        self.outstanding: tuple[InviteView, ...] = ()
        self.shown: schema.InviteReply | None = None
        """The one made last, as long as it can be used."""
        self.used = False
        """Whether the one made last is not shown any more because somebody has used it."""
        self.busy = False
        self._now = now
        self._loading = self._stale = False
        self.ending = QTimer(self, singleShot=True)
        """Runs until the first of them can be used no more."""
        self.ending.timeout.connect(self.load)
        node.joined.connect(self.load)
        node.happened.connect(self._happened)

    def load(self) -> None:
        """Ask for the list."""
        if self._loading:
            # The answer on its way may be older than what happened now.
            self._stale = True
            return
        self._loading, self._stale = True, False
        self._node.ask(self, schema.Invites(), self._told, self._not_told)

    def make(self, *, standing: bool = False, lifetime: float | None = None) -> None:
        """Make a link; `lifetime` in seconds, None for what the node thinks right."""
        if self.busy:
            return
        self.busy = True
        self.changed.emit()
        self._node.ask(
            self, schema.Invite(standing=standing, lifetime=lifetime), self._made, self._fail
        )

    def revoke(self, id_: str) -> None:
        """Withdraw an invite: nobody can use it any more."""
        self._node.ask(self, schema.RevokeInvite(id=id_), lambda _: self._gone(id_), self._fail)

    def _happened(self, events: tuple[object, ...]) -> None:
        """Somebody used a link: there is a contact, or a request, that was not there before. No
        event tells which link it was, so the list is asked for.
        """
        kinds = ContactChanged | ContactRemoved | RequestReceived
        if self.outstanding and any(isinstance(event, kinds) for event in events):
            self.load()

    def _wait_for_the_end(self) -> None:
        ends = [invite.expires for invite in self.outstanding if invite.expires is not None]
        if not ends:
            self.ending.stop()
            return
        left = int((min(ends) - self._now()) * 1000) + 1000
        self.ending.start(max(1000, min(left, _LONGEST)))

    def _made(self, reply: schema.InviteReply) -> None:
        self.busy = False
        self.shown, self.used = reply, False
        self.outstanding = (reply.invite, *self.outstanding)
        self._wait_for_the_end()
        self.changed.emit()
        self.made.emit(reply)

    def _gone(self, id_: str) -> None:
        if self.shown is not None and self.shown.invite.id == id_:
            self.shown = None
        self.outstanding = tuple(invite for invite in self.outstanding if invite.id != id_)
        self.changed.emit()

    def _told(self, invites: tuple[InviteView, ...]) -> None:
        self._loading = False
        if self._stale:
            self.load()
            return
        usable = (invite for invite in invites if invite.state == "unused")
        self.outstanding = tuple(sorted(usable, key=lambda i: i.created, reverse=True))
        if self.shown is not None and self.shown.invite.id not in {i.id for i in self.outstanding}:
            state = {invite.id: invite.state for invite in invites}
            self.used = state.get(self.shown.invite.id) == "used"
            self.shown = None
        self._wait_for_the_end()
        self.changed.emit()

    def _not_told(self, error: OnionchatError) -> None:
        self._loading = False
        self.failed.emit(worded(error))

    def _fail(self, error: OnionchatError) -> None:
        self.busy = False
        self.changed.emit()
        self.failed.emit(worded(error))
