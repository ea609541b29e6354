"""What is known of one contact, and what the person can do about it.

What lives here: the model of the contact page. What may not: the conversation with the contact.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from onionchat.control import schema
from onionchat.errors import OnionchatError
from onionchat.views import (
    ConnectionChanged,
    ContactChanged,
    ContactRemoved,
    ContactView,
    DeletedView,
    MessageStateChanged,
    RemovedView,
)
from onionchat_gui.node import Node

from .sentences import worded

VISIBILITIES: Final = ("online", "hidden")
"""As `set_visibility` takes them. "restricted" is about invites: to one contact it is "online"."""


class Field(StrEnum):
    """Where on the page something went wrong."""

    NAME = "name"
    WORDS = "words"
    VISIBILITY = "visibility"
    MESSAGES = "messages"
    ACTION = "action"


class Contact(QObject):
    """One contact. `view` is what the node said last; None until it said anything."""

    changed = Signal()
    """`view` or `busy` is another."""
    words_changed = Signal()
    """`words` and `svg` are there, or gone."""
    failed = Signal(str, str)
    """A `Field`, and the sentence that belongs below it."""
    said = Signal(str)
    """A sentence of the node that the person should read."""
    emptied = Signal()
    """All of the conversation was deleted, and with it the draft."""
    removed = Signal(str)
    """The contact is gone; the name that it had."""

    def __init__(
        self, node: Node, contact: str, view: ContactView | None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._node = node
        self.id = contact
        self.view = view
        self.words: tuple[str, ...] = ()
        self.svg = ""
        """The words as a QR code."""
        self.busy = False
        """A change is asked for and not answered yet."""
        self._counting = False
        node.happened.connect(self._happened)

    @property
    def blocked(self) -> bool:
        """Whether the person blocked this contact."""
        return self.view is not None and self.view.state == "blocked"

    @property
    def waits(self) -> bool:
        """Whether it is a request of one's own, not answered or in vain."""
        return self.view is not None and self.view.state in {
            "outgoing",
            "requested",
            "declined",
            "expired",
        }

    def tell(self, view: ContactView | None) -> None:
        """The whole list was told anew, and this is what it says of the contact, if anything."""
        before = self.view
        self.view = view
        self.changed.emit()
        self._load_first_words(before)

    @property
    def has_words(self) -> bool:
        """Whether there are safety words to compare: with who has not accepted there are none."""
        return _has_words(self.view)

    def load_words(self) -> None:
        """Ask for the safety words and their code."""
        self._node.ask(
            self,
            schema.VerifyQr(contact=self.id),
            self._told_words,
            lambda error: self.failed.emit(Field.WORDS, worded(error)),
        )

    def count(self) -> None:
        """Ask how many messages wait, where some did: no event tells that."""
        if self._counting or self.view is None or not self.view.queued:
            return
        self._counting = True

        def told(views: tuple[ContactView, ...]) -> None:
            self._counting = False
            found = next((view for view in views if view.id == self.id), None)
            if found is not None and self.view is not None:
                self._show(replace(self.view, queued=found.queued))

        def unknown(_: OnionchatError) -> None:
            self._counting = False

        self._node.ask(self, schema.Contacts(), told, unknown)

    def rename(self, name: str) -> None:
        """Give it another petname. The name that it has already is not asked for."""
        if self.view is not None and name != self.view.name:
            self._change(schema.Rename(contact=self.id, name=name), Field.NAME)

    def validate(self, text: str) -> None:
        """The words that the contact read out, or what its code says."""
        said = text.replace(",", " ").split()
        # With the numbers that stand before the words on the page, if they were read out, too.
        words = tuple(word for word in said if not _NUMBER.fullmatch(word)) or tuple(said)
        if len(words) > _MAX_WORDS or any(len(word) > _MAX_WORD for word in words):
            self.failed.emit(Field.WORDS, self.tr("These are not safety words: they are too long."))
        elif words:
            self._change(schema.Validate(contact=self.id, words=words), Field.WORDS)

    def matches(self) -> None:
        """The person compared the words that are shown, and they are the same."""
        if self.words:
            self._change(schema.Validate(contact=self.id, words=self.words), Field.WORDS)

    def set_visibility(self, visibility: str) -> None:
        """Say whether this contact can reach this device; one of `VISIBILITIES`."""
        if self.view is None or visibility == self.view.visibility:
            return

        def done(_: schema.Nothing) -> None:
            self._finish()
            if self.view is not None:
                self._show(replace(self.view, visibility=visibility))

        self._begin()
        self._node.ask(
            self,
            schema.SetVisibility(visibility=visibility, contact=self.id),  # type: ignore[arg-type]
            done,
            lambda error: self._not_done(Field.VISIBILITY, error),
        )

    def own_onion(self) -> None:
        """Move it to an address that no other contact knows."""
        self._change(schema.OwnOnion(contact=self.id), Field.ACTION)

    def block(self) -> None:
        """It can neither reach nor see this device from now on."""
        self._change(schema.Block(contact=self.id), Field.ACTION, tell=True)

    def unblock(self) -> None:
        """Undo `block`."""
        self._change(schema.Unblock(contact=self.id), Field.ACTION)

    def remove(self) -> None:
        """Forget it with all messages; a request of one's own is taken back."""
        self._begin()
        request = schema.Cancel(contact=self.id) if self.waits else schema.Remove(contact=self.id)
        self._node.ask(self, request, self._gone, lambda error: self._not_done(Field.ACTION, error))

    def set_timer(self, seconds: int) -> None:
        """Have what is written from now on disappear so long after it was seen; 0: it stays."""
        if self.view is not None and seconds != self.view.disappear:
            self._change(schema.SetTimer(contact=self.id, seconds=seconds), Field.MESSAGES)

    def clear(self, before: float | None, *, everywhere: bool) -> None:
        """Delete the conversation, or what was written before a time (seconds since 1970)."""

        def done(deleted: DeletedView) -> None:
            self._finish()
            said = self.tr("%n message(s) were deleted here.", "", deleted.messages)
            if deleted.asked:
                said += " " + self.tr(
                    "The contact is asked to delete %n message(s).", "", deleted.asked
                )
            if before is None:
                self.emptied.emit()
            self.said.emit(said)
            self.changed.emit()

        self._begin()
        request = schema.Clear(contact=self.id, before=before, for_everyone=everywhere)
        self._node.ask(self, request, done, lambda error: self._not_done(Field.MESSAGES, error))

    # --- What the node says ----------------------------------------------------------------------

    def _change(
        self, request: schema.Request[ContactView], field: Field, *, tell: bool = False
    ) -> None:
        def done(view: ContactView) -> None:
            self._finish()
            self._show(view)
            if tell and view.problem:
                self.said.emit(worded(view.problem))

        self._begin()
        self._node.ask(self, request, done, lambda error: self._not_done(field, error))

    def _begin(self) -> None:
        self.busy = True
        self.changed.emit()

    def _finish(self) -> None:
        self.busy = False

    def _not_done(self, field: Field, error: OnionchatError) -> None:
        self._finish()
        self.changed.emit()
        self.failed.emit(field, worded(error))

    def _told_words(self, reply: schema.VerifyQrReply) -> None:
        self.words, self.svg = reply.words, reply.svg
        self.words_changed.emit()

    def _gone(self, reply: RemovedView) -> None:
        self._finish()
        if reply.note:
            self.said.emit(worded(reply.note))
        if self.view is not None:
            self.view = None
            self.removed.emit(reply.name)

    def _show(self, view: ContactView) -> None:
        before, self.view = self.view, view
        self.changed.emit()
        self._load_first_words(before)

    def _load_first_words(self, before: ContactView | None) -> None:
        """The request was accepted just now: whoever looks at the page sees the words come."""
        if self.has_words and not _has_words(before):
            self.load_words()

    def _happened(self, events: tuple[object, ...]) -> None:
        seen = self.view
        for event in events:
            match event:
                case ContactChanged(contact=view) if view.id == self.id:
                    self.view = view
                case ConnectionChanged(contact=id_, connected=connected) if (
                    id_ == self.id and self.view is not None
                ):
                    # What stood in the way does not any more; the node tells what does now.
                    self.view = replace(self.view, connected=connected, problem=None)
                case MessageStateChanged(contact=id_) if id_ == self.id:
                    self.count()
                case ContactRemoved(contact=id_, name=name) if id_ == self.id:
                    if self.view is not None:
                        self.view = None
                        self.removed.emit(name)
                    return
        if self.view is not seen:
            self.changed.emit()
            self._load_first_words(seen)


def _has_words(view: ContactView | None) -> bool:
    return view is not None and view.state in {"active", "blocked"}


_NUMBER: Final = re.compile(r"[0-9]{1,2}[.:)]?")
_MAX_WORDS: Final = 64
_MAX_WORD: Final = 64
"""What `validate` takes; more is no safety word."""
