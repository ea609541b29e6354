"""One's own invites: making, showing, withdrawing.

What lives here: the model of the second half of the page "add". What may not: other people's links.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from onionchat.control import schema
from onionchat.errors import OnionchatError
from onionchat.views import InviteView
from onionchat_gui.node import Node

from .sentences import worded


class Invites(QObject):
    """The invites that can be used, the newest first, and the one just made."""

    changed = Signal()
    """`outstanding` or `busy` is another."""
    made = Signal(object)
    """A new `InviteReply`, to be shown."""
    failed = Signal(str)
    """Something was in vain: a sentence."""

    def __init__(self, node: Node, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._node = node
        self.outstanding: tuple[InviteView, ...] = ()
        self.shown: schema.InviteReply | None = None
        """The one made last, as long as it can be used."""
        self.busy = False
        node.joined.connect(self.load)

    def load(self) -> None:
        """Ask for the list."""
        self._node.ask(self, schema.Invites(), self._told, self._fail)

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

    def _made(self, reply: schema.InviteReply) -> None:
        self.busy = False
        self.shown = reply
        self.outstanding = (reply.invite, *self.outstanding)
        self.changed.emit()
        self.made.emit(reply)

    def _gone(self, id_: str) -> None:
        if self.shown is not None and self.shown.invite.id == id_:
            self.shown = None
        self.outstanding = tuple(invite for invite in self.outstanding if invite.id != id_)
        self.changed.emit()

    def _told(self, invites: tuple[InviteView, ...]) -> None:
        usable = (invite for invite in invites if invite.state == "unused")
        self.outstanding = tuple(sorted(usable, key=lambda i: i.created, reverse=True))
        if self.shown is not None and self.shown.invite.id not in {i.id for i in self.outstanding}:
            self.shown = None
        self.changed.emit()

    def _fail(self, error: OnionchatError) -> None:
        self.busy = False
        self.changed.emit()
        self.failed.emit(worded(error))
