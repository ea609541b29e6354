"""Asking the maker of a link to become a contact.

What lives here: the model of the first half of the page "add". What may not: one's own invites.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Signal

from onionchat.control import schema
from onionchat.errors import OnionchatError
from onionchat.views import ContactView
from onionchat_gui.node import Node
from onionchat_gui.qr import QrReader

MAX_GREETING: Final = 1000
"""Bytes of UTF-8 that the node takes."""


class AddContact(QObject):
    """A link, a greeting and a petname, until the node has stored the request."""

    changed = Signal()
    """`link` or `busy` is another."""
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
        self.busy = False
        """The node or the reader of pictures is at it."""

    def set_link(self, text: str) -> None:
        """What stands in the field, as pasted: the node finds the link in a whole mail."""
        link = text.strip()
        if link != self.link:
            self.link = link
            self.changed.emit()

    def add(self, *, name: str = "", greeting: str = "") -> None:
        """Send the request."""
        if self.busy or not self.link:
            return
        self._begin()
        self._node.ask(
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
        return MAX_GREETING - len(greeting.strip().encode("utf-8", errors="replace"))

    def _begin(self) -> None:
        self.busy = True
        self.changed.emit()

    def _read(self, text: str) -> None:
        self.busy = False
        self.link = text.strip()
        self.changed.emit()

    def _added(self, view: ContactView) -> None:
        self.busy = False
        self.link = ""
        self.changed.emit()
        if view.problem:
            self.said.emit(view.problem)
        self.added.emit(view.id)

    def _fail(self, error: OnionchatError) -> None:
        self.busy = False
        self.changed.emit()
        self.failed.emit(str(error))
