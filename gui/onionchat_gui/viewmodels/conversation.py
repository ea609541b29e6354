"""One conversation: its messages, its draft, sending.

What lives here: what the composer does. What may not: the list of messages itself (`messages`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Signal

from onionchat.control import schema
from onionchat.errors import NodeNotRunning, OnionchatError, Stopping
from onionchat.views import (
    ContactView,
    MessageChanged,
    MessageInfoView,
    MessagesDeleted,
    MessageView,
    VersionView,
)
from onionchat_gui.node import Node

from .aim import Aim
from .changing_rows import is_editable, quote_of
from .message_row import Local
from .messages import Messages
from .sentences import worded

DRAFT_MILLIS: Final = 500
"""A draft is stored when nothing was typed for so long."""


class Conversation(QObject):
    """What the person does with one contact."""

    failed = Signal(str)
    """Something was in vain: a sentence."""
    refused = Signal(str)
    """What the person wanted of a message was not done: a sentence. Nothing typed is lost."""
    written = Signal()
    """The composer's text is another: `text`."""
    settled = Signal()
    """After `put_away`: the node has all texts, nothing is kept here any more."""

    def __init__(
        self, node: Node, contact: str, now: Callable[[], float], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._node = node
        self._now = now
        self.contact = contact
        self.messages = Messages(node, contact, self, now=now)
        self.messages.failed.connect(self.failed)
        self.aim = Aim(self)
        self.draft = ""
        self.anyway = False
        """The person has said that texts go out although the contact is compromised."""
        self._draft_known = False
        self._typed = False
        self._storing = 0
        self._resumed = 0
        self._away = False
        self._cut_off: list[str] = []
        """Rows whose answer was lost with the node, in the order in which they were written."""
        self._pause = QTimer(self, singleShot=True, interval=DRAFT_MILLIS)
        self._pause.timeout.connect(self.store_draft)
        node.happened.connect(self.messages.take)
        node.happened.connect(self._happened)

    def open(self, around: str | None = None) -> None:
        """Ask for the newest messages, or those around one, and for the draft."""
        self.messages.jumped_to = around
        self.messages.load(around)
        self._node.ask(self, schema.Draft(contact=self.contact), self._drafted, self._fail)

    def resume(self) -> None:
        """The node is there again: store what could not be stored, send what was cut off, and ask
        for what was missed."""
        self._resumed += 1
        self._away = False
        self.store_draft()
        self.open(self.messages.jumped_to)
        self._send_cut_off()

    def put_away(self) -> None:
        """The window is locked: nothing stays but texts that the node does not have yet. What could
        not be sent becomes part of the draft; `settled` when all is stored, perhaps at once.
        """
        self._resumed += 1
        self._away = True
        self.put_down()
        self.messages.forget()
        self._send_cut_off()
        self._store_rest()

    def keeps_something(self) -> bool:
        """Whether a text in here may exist nowhere else."""
        return self._typed or self._storing > 0 or self.messages.has_unsent() or self.aim.changes

    @property
    def text(self) -> str:
        """What stands in the composer."""
        return self.aim.text if self.aim.edited is not None else self.draft

    def type(self, text: str) -> None:
        """The composer's text is this now."""
        if self.aim.edited is not None:
            self.aim.text = text
            return
        if text == self.draft:
            return
        self.draft, self._typed, self._draft_known = text, True, True
        self._pause.start()

    def forget_draft(self) -> None:
        """The node has forgotten it, with all of the conversation."""
        self._pause.stop()
        self.draft, self._typed = "", False
        if self.aim.edited is None:
            self.written.emit()

    def store_draft(self) -> None:
        """Store the draft now: the person looks elsewhere, or the window closes."""
        self._pause.stop()
        if not self._typed:
            return

        def stored(_: ContactView) -> None:
            self._storing -= 1
            self._settle()

        def not_stored(error: OnionchatError) -> None:
            self._storing -= 1
            self._typed = True
            if not isinstance(error, NodeNotRunning | Stopping):
                self._fail(error)
            elif resumed != self._resumed:
                # This comes late: `resume` thought that the draft was on its way.
                self.store_draft()

        resumed = self._resumed
        self._typed = False
        self._storing += 1
        request = schema.SetDraft(contact=self.contact, text=self.draft)
        self._node.ask(self, request, stored, not_stored)

    def send(self, text: str) -> None:
        """Send a text; until the node has it, it stands in the list as being sent."""
        if not text.strip():
            return
        self._pause.stop()
        self.draft, self._typed = "", False
        answered = self.aim.answered
        quote = quote_of(answered) if answered is not None else None
        self.aim.leave()
        self._send(self.messages.add_sending(text, self._now(), quote), text)

    # --- About a message ---------------------------------------------------------------------

    def answer(self, view: MessageView) -> None:
        """The next text answers this message."""
        self.put_down()
        self.aim.answer(view)

    def edit(self, view: MessageView) -> None:
        """Put a text of one's own into the composer; the draft waits meanwhile."""
        if is_editable(view):
            self.put_down()
            self.aim.edit(view)
            self.written.emit()

    def edit_last(self) -> None:
        """The newest text of one's own, if it is here."""
        view = self.messages.last_of_mine()
        if view is not None:
            self.edit(view)

    def leave(self) -> None:
        """Neither answer nor edit: the draft is in the composer again."""
        was = self.aim.edited
        self.aim.leave()
        if was is not None:
            self.written.emit()

    def put_down(self) -> None:
        """Leave it, and lose nothing: what was typed for an edit becomes part of the draft."""
        kept = self.aim.text if self.aim.changes else ""
        self.leave()
        if kept:
            self.type("\n\n".join(filter(None, (self.draft, kept))))
            self.written.emit()

    def save_edit(self) -> None:
        """What was typed is what the message says from now on; it stays until the node has it."""
        aim, view = self.aim, self.aim.edited
        if view is None or aim.busy or not aim.text.strip():
            return
        if aim.text == view.text:
            self.leave()
            return

        def done(_: MessageView) -> None:
            if aim.edited is view:
                self.leave()

        def failed(error: OnionchatError) -> None:
            if aim.edited is view:
                aim.busy = False
                aim.changed.emit()
            self.refused.emit(worded(error))

        aim.busy = True
        aim.changed.emit()
        request = schema.Edit(contact=self.contact, id=view.id, text=aim.text)
        self._node.ask(self, request, done, failed)

    def react(self, id_: str, emoji: str) -> None:
        """React to a message; with nothing, the reaction is taken back."""
        self._want(schema.React(contact=self.contact, id=id_, emoji=emoji))

    def delete(self, id_: str, *, everywhere: bool) -> None:
        """Delete a message here, and perhaps ask the contact's devices to."""
        self._want(schema.Delete(contact=self.contact, ids=(id_,), for_everyone=everywhere))

    def versions(self, id_: str, then: Callable[[tuple[VersionView, ...]], None]) -> None:
        """What a message said before; nothing is said where that cannot be had."""

        def unknown(error: OnionchatError) -> None:
            self.refused.emit(worded(error))

        self._node.ask(self, schema.Versions(contact=self.contact, id=id_), then, unknown)

    def where(self, id_: str, then: Callable[[MessageInfoView | None], None]) -> None:
        """At which devices a message is; nothing where that cannot be had now."""
        self._node.ask(self, schema.MessageInfo(id=id_), then, lambda _: then(None))

    def _want(self, request: schema.Request[Any]) -> None:
        def nothing(_: object) -> None:
            # Events say what became of it.
            pass

        def failed(error: OnionchatError) -> None:
            self.refused.emit(worded(error))

        self._node.ask(self, request, nothing, failed)

    def _happened(self, events: tuple[object, ...]) -> None:
        """The message that is answered or edited may be gone: what was typed stays."""
        for event in events:
            target = self.aim.target
            if target is None:
                return
            if isinstance(event, MessagesDeleted) and target.id in event.ids:
                self.put_down()
            elif isinstance(event, MessageChanged) and event.message.id == target.id:
                if event.message.deleted:
                    self.put_down()

    def advised(self) -> None:
        """The person has read the advice to compare safety words."""

        def nothing(_: object) -> None:
            # Without an answer it is given once more.
            pass

        self._node.ask(self, schema.SuggestionShown(contact=self.contact), nothing, nothing)

    def retry(self, id_: str) -> None:
        """Send again what could not be sent."""
        text = self.messages.unsent(id_)
        if text is not None:
            self.messages.mark(id_, Local.SENDING)
            self._send(id_, text)

    def _send(self, id_: str, text: str) -> None:
        def stored(view: MessageView) -> None:
            self.messages.sent(id_, view)
            self._settle()

        def not_stored(error: OnionchatError) -> None:
            self.messages.mark(id_, Local.FAILED, worded(error))
            if not isinstance(error, NodeNotRunning | Stopping):
                if self._away:
                    self._store_rest()
                return
            # Nobody knows whether it was stored. The node will, by the tag.
            if resumed != self._resumed:
                self.retry(id_)
            else:
                self._cut_off.append(id_)

        resumed = self._resumed
        request = schema.Send(
            contact=self.contact,
            text=text,
            clear_draft=not self.draft,
            tag=id_,
            anyway=self.anyway,
            reply_to=self.messages.answered(id_),
        )
        self._node.ask(self, request, stored, not_stored)

    def _send_cut_off(self) -> None:
        waiting, self._cut_off = self._cut_off, []
        for id_ in waiting:
            self.retry(id_)

    def _store_rest(self) -> None:
        """Texts that could not be sent go before the draft, and with it to the node."""
        texts = self.messages.failed_texts().items()
        # What was cut off may be stored already, and will be sent again.
        failed = {id_: text for id_, text in texts if id_ not in self._cut_off}
        if not failed or not self._draft_known:
            # A draft that was not even told yet must not be written over.
            self.store_draft()
            self._settle()
            return
        self._pause.stop()
        text = "\n\n".join(filter(None, (*failed.values(), self.draft)))

        def stored(_: ContactView) -> None:
            self._storing -= 1
            if not self._away:
                # Opened again meanwhile: the texts stand in the list, what is typed is the draft.
                self._typed = True
                self.store_draft()
                return
            for id_ in failed:
                self.messages.discard(id_)
            self.draft = text
            self._settle()

        def not_stored(_: OnionchatError) -> None:
            # Too long together, say: they wait here until the window is opened again.
            self._storing -= 1
            self._typed = True

        self._typed = False
        self._storing += 1
        self._node.ask(self, schema.SetDraft(contact=self.contact, text=text), stored, not_stored)

    def _settle(self) -> None:
        if self._away and not self.keeps_something():
            self.settled.emit()

    def _drafted(self, reply: schema.DraftReply) -> None:
        self._draft_known = True
        # What is typed meanwhile is newer.
        if not self._away and not self._typed and not self.draft:
            self.draft = reply.text
            if self.aim.edited is None:
                self.written.emit()

    def _fail(self, error: OnionchatError) -> None:
        self.failed.emit(worded(error))
