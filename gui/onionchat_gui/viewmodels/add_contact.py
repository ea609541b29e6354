"""Asking the maker of a link to become a contact.

What lives here: the model of the first half of the page "add". What may not: one's own invites.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from onionchat.control import schema
from onionchat.errors import NodeNotRunning, OnionchatError, Stopping
from onionchat.types import MAX_GREETING_BYTES
from onionchat.views import ContactView, LinkView
from onionchat_gui.node import Node
from onionchat_gui.qr import QrReader

from .sentences import worded

PAUSE_MILLIS: Final = 300
"""A link is looked at when nothing was typed for so long."""


class AddContact(QObject):
    """A link, a greeting and a petname, until the node has stored the request."""

    changed = Signal()
    """`link`, `found`, `wrong` or `busy` is another."""
    failed = Signal(str)
    """The sentence that belongs below the link."""
    said = Signal(str)
    """A sentence of the node that the person should read."""
    added = Signal(str)
    """The request is stored; the contact's id."""

    def __init__(
        self, node: Node, reader: QrReader | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._node = node
        self._reader = reader or QrReader(self)
        self.link = ""
        self.name = self.greeting = ""
        """As they were typed: who leaves the page for a while finds them there."""
        self.found: LinkView | None = None
        """What the link says, if the node would take it."""
        self.wrong = False
        """Whether the node has said that it would not take what stands in the field."""
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MILLIS)
        self._pause.timeout.connect(self.check)
        self.busy = False
        """The node or the reader of pictures is at it."""

    def set_link(self, text: str) -> None:
        """What stands in the field, as pasted: the node finds the link in a whole mail."""
        link = text.strip()
        if link != self.link:
            self._take(link)
            self._pause.start()

    def check(self) -> None:
        """Ask the node what it thinks of the link; a late answer about another one is ignored."""
        link = self.link
        if not link or self.busy:
            return

        def told(view: LinkView) -> None:
            if link == self.link:
                self.found = view
                self.changed.emit()

        def refused(error: OnionchatError) -> None:
            if link == self.link and not self.busy:
                # What does not answer just now says nothing of the link.
                self.wrong = not isinstance(error, NodeNotRunning | Stopping)
                self.changed.emit()
                self.failed.emit(worded(error))

        self._node.ask(self, schema.CheckLink(link=link), told, refused)

    def _take(self, link: str) -> None:
        self.link, self.found, self.wrong = link, None, False
        self.changed.emit()

    def add(self, *, name: str = "", greeting: str = "") -> None:
        """Send the request."""
        if self.busy or not self.link:
            return
        self._begin()
        self._node.ask(
            self,
            schema.Add(link=self.link, name=name.strip() or None, greeting=greeting.strip()),
            self._added,
            self._fail,
        )

    def read_file(self, path: str) -> None:
        """Take the link from the code in a picture file."""
        if not self.busy:
            self._begin()
            self._reader.read_file(path, self._read, self._fail)

    def read_picture(self, content: bytes) -> None:
        """Take the link from the code in a picture in memory."""
        if not self.busy:
            self._begin()
            self._reader.read_bytes(content, self._read, self._fail)

    @staticmethod
    def room(greeting: str) -> int:
        """Bytes that may still be written; negative if there are too many."""
        return MAX_GREETING_BYTES - len(greeting.strip().encode("utf-8", errors="replace"))

    def _begin(self) -> None:
        self.busy = True
        self.changed.emit()

    def _read(self, text: str) -> None:
        self.busy = False
        self._take(text.strip())
        self.check()

    def _added(self, view: ContactView) -> None:
        self.busy = False
        self._pause.stop()
        self.name = self.greeting = ""
        self._take("")
        if view.problem:
            self.said.emit(worded(view.problem))
        self.added.emit(view.id)

    def _fail(self, error: OnionchatError) -> None:
        self.busy = False
        self.changed.emit()
        self.failed.emit(worded(error))
