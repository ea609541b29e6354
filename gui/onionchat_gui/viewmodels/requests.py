"""Contact requests that wait for the person.

What lives here: the model of the requests page, and of what the window says of them elsewhere. What
may not: requests of one's own, which are contacts that have not answered.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from onionchat.control import schema
from onionchat.errors import OnionchatError, UnknownRequest
from onionchat.views import ContactChanged, ContactView, RequestReceived, RequestView
from onionchat_gui.node import Node

from .sentences import worded

R = TypeVar("R")


class Requests(QObject):
    """The requests that wait, the oldest first."""

    changed = Signal()
    """`waiting` or `busy` is another."""
    failed = Signal(str, str)
    """The id of a request, or nothing, and a sentence."""
    accepted = Signal(str)
    """The id of the contact that came of it."""
    said = Signal(str)
    """A sentence of the node that the person should read."""

    def __init__(self, node: Node, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._node = node
        self.waiting: tuple[RequestView, ...] = ()
        self.loaded = False
        self.busy: frozenset[str] = frozenset()
        """Ids of those that are being answered."""
        self._generation = 0
        node.happened.connect(self._happened)

    def load(self) -> None:
        """Ask for the whole list."""
        generation = self._generation

        def told(waiting: tuple[RequestView, ...]) -> None:
            if generation == self._generation:
                self._told(waiting)

        self._node.ask(
            self, schema.Requests(), told, lambda error: self.failed.emit("", worded(error))
        )

    def clear(self) -> None:
        """Forget all of them, and what was asked for and not answered yet: it is locked."""
        self._generation += 1
        self.waiting, self.loaded, self.busy = (), False, frozenset()
        self.changed.emit()

    def accept(self, id_: str, name: str = "") -> None:
        """Accept it; without a petname it gets the name that it calls itself."""

        def done(view: ContactView) -> None:
            self._drop(id_)
            self.accepted.emit(view.id)

        self._ask(id_, schema.Accept(id=id_, name=name.strip() or None), done)

    def decline(self, id_: str) -> None:
        """Decline it; its sender is told when it asks again."""
        self._ask(id_, schema.Decline(id=id_), lambda _: self._drop(id_))

    def block(self, id_: str) -> None:
        """Decline it for good: it cannot ask again."""

        def done(view: ContactView) -> None:
            self._drop(id_)
            if view.problem:
                self.said.emit(worded(view.problem))

        self._ask(id_, schema.Block(contact=id_), done)

    def _ask(self, id_: str, request: schema.Request[R], done: Callable[[R], None]) -> None:
        if id_ in self.busy:
            return

        def failed(error: OnionchatError) -> None:
            self.busy -= {id_}
            self.changed.emit()
            self.failed.emit(id_, worded(error))
            if isinstance(error, UnknownRequest):
                # Answered elsewhere meanwhile.
                self.load()

        self.busy |= {id_}
        self.changed.emit()
        self._node.ask(self, request, done, failed)

    def _drop(self, id_: str) -> None:
        self.busy -= {id_}
        self.waiting = tuple(request for request in self.waiting if request.id != id_)
        self.changed.emit()

    def _told(self, waiting: tuple[RequestView, ...]) -> None:
        self.loaded = True
        self.waiting = tuple(sorted(waiting, key=lambda request: (request.received, request.id)))
        self.changed.emit()

    def _happened(self, events: tuple[object, ...]) -> None:
        known = {request.id: request for request in self.waiting}
        before = dict(known)
        for event in events:
            match event:
                case RequestReceived(request=request):
                    known[request.id] = request
                case ContactChanged(contact=contact) if contact.state != "incoming":
                    known.pop(contact.id, None)
        if known != before:
            self._told(tuple(known.values()))
