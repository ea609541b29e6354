"""A stretch of one conversation, of bounded length over a conversation of any length.

What lives here: filling the rows by pages, what happens to them, what is not sent yet. What may
not: rows as Qt sees them (`message_rows`), how a message looks, and the composer's text
(`conversation`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import QObject, QUuid, Signal

from onionchat.control import schema
from onionchat.errors import NodeNotRunning, OnionchatError, Stopping
from onionchat.views import (
    MessageAdded,
    MessageChanged,
    MessagesDeleted,
    MessageStateChanged,
    MessageView,
    QuoteView,
)
from onionchat_gui.node import Node

from .changing_rows import ChangingRows, is_editable
from .message_row import Local, Row, row_of
from .sentences import worded

FIRST_PAGE: Final = 50
PAGE: Final = 100
MAX_ROWS: Final = 600
"""Stored messages kept; what is further away is asked for again when it is needed."""

MAX_PLACED: Final = 16
"""Late messages put at their places one by one; for more at once the newest page is loaded."""

NEIGHBOURS: Final = 3
"""A message with the ones before and after it."""


class Messages(ChangingRows):
    """The rows around what the person looks at. Newest last; `at_end` says whether it is here."""

    failed = Signal(str)
    """A page could not be had: a sentence."""
    loaded = Signal()
    """The first page is there, or a jump has arrived."""
    jumped = Signal()
    """`jumped_to` is another, or is to be looked at once more."""
    reading_began = Signal()
    """`unread_from` is here now: reading goes on there."""

    def __init__(
        self,
        node: Node,
        contact: str,
        parent: QObject | None = None,
        *,
        now: Callable[[], float] = lambda: 0.0,
    ) -> None:
        super().__init__(now, parent)
        self._node = node
        self._contact = contact
        self._older = self._newer = False
        self._asking = ""
        self._around: str | None = None
        self._generation = 0
        self._gone: set[str] = set()
        """What was deleted while a page was asked for, which may still bring it."""

    @property
    def at_end(self) -> bool:
        """Whether the newest message is in here."""
        return not self._newer

    # --- Filling ---------------------------------------------------------------------------------

    def load(self, around: str | None = None) -> None:
        """Show the newest messages, or those around one."""
        self._generation += 1
        generation = self._generation
        self._asking = "first"
        self._around = around

        def told(page: schema.Page) -> None:
            if generation == self._generation:
                self._begin(page)

        def failed(error: OnionchatError) -> None:
            if generation == self._generation:
                self._not_told(error)
                # A node that is back is asked again for the same.
                if around is not None and not isinstance(error, NodeNotRunning | Stopping):
                    self._not_there()

        request = schema.History(contact=self._contact, limit=FIRST_PAGE, around=around)
        self._node.ask(self, request, told, failed)

    def jump(self, id_: str) -> None:
        """Go to a message and mark it."""
        self.jumped_to = id_
        if id_ not in self._by_id or self._asking == "first":
            self.load(around=id_)
        self.jumped.emit()

    def end_jump(self) -> None:
        """The person did something else: the mark goes."""
        if self.jumped_to is not None:
            self.jumped_to = None
            self.jumped.emit()

    def begin_reading(self, id_: str) -> None:
        """The conversation was opened, and this is the first message that nobody has read."""
        self._mark_unread(id_)
        if id_ in self._by_id and self._asking != "first":
            self.reading_began.emit()

    def _mark_unread(self, id_: str | None) -> None:
        before, self.unread_from = self.unread_from, id_
        for changed in (before, id_):
            row = self.row(changed or "")
            if row >= 0:
                self.dataChanged.emit(self.index(row), self.index(row))

    def _not_there(self) -> None:
        # Removed since it was found, say: the newest are better than nothing.
        self.end_jump()
        if not self._rows:
            self.load()

    def forget(self) -> None:
        """Nothing of the conversation stays, but what is not sent yet, unseen until `load`."""
        self._generation += 1
        self._asking, self.jumped_to, self.unread_from = "", None, None
        self.beginResetModel()
        self._rows, self._by_id = [], {}
        self._clock.stop()
        # As if the newest were elsewhere, so that nothing is added.
        self._older, self._newer = False, True
        self.endResetModel()

    def want_older(self) -> None:
        """The person comes near the first row."""
        stored = self._stored()
        if self._older and not self._asking and stored:
            self._ask_page(
                "older", schema.History(contact=self._contact, limit=PAGE, before=stored[0].view.id)
            )

    def want_newer(self) -> None:
        """The person comes near the last row."""
        stored = self._stored()
        if self._newer and not self._asking and stored:
            self._ask_page(
                "newer", schema.History(contact=self._contact, limit=PAGE, after=stored[-1].view.id)
            )

    def _ask_page(self, which: str, request: schema.History) -> None:
        self._asking = which
        generation = self._generation

        def told(page: schema.Page) -> None:
            if generation != self._generation:
                return
            self._asking = ""
            if which == "older":
                self._prepend(page)
            else:
                self._extend(page)

        self._node.ask(self, request, told, self._not_told)

    def _not_told(self, error: OnionchatError) -> None:
        self._asking = ""
        self.failed.emit(worded(error))

    def _begin(self, page: schema.Page) -> None:
        self._asking = ""
        self.beginResetModel()
        self._by_id = {}
        self._rows = self._new_rows(page.messages)
        self._older, self._newer = page.more, page.newer
        if not self._newer:
            self._rows += [row for row in self._unsent.values() if not row.hidden]
        self._by_id = {row.view.id: row for row in self._rows}
        self.endResetModel()
        self.loaded.emit()
        if self.unread_from in self._by_id:
            self.reading_began.emit()

    def _prepend(self, page: schema.Page) -> None:
        self._older = page.more
        self._insert(0, self._new_rows(page.messages))
        if len(self._stored()) > MAX_ROWS:
            self._remove(MAX_ROWS, len(self._rows) - 1)
            self._newer = True

    def _extend(self, page: schema.Page) -> None:
        self._newer = page.newer
        self._insert(len(self._stored()), self._new_rows(page.messages))
        self._show_unsent()
        self._trim_front()

    def _new_rows(self, views: tuple[MessageView, ...] | list[MessageView]) -> list[Row]:
        """Of a page, or of what came: those that are neither here nor deleted meanwhile."""
        gone = self._gone
        if not self._asking:
            self._gone = set()
        fresh = (view for view in views if view.id not in self._by_id and view.id not in gone)
        return self._rows_of(fresh)

    def _trim_front(self) -> None:
        excess = len(self._stored()) - MAX_ROWS
        if excess > 0:
            self._remove(0, excess - 1)
            self._older = True

    # --- What happens ----------------------------------------------------------------------------

    def take(self, events: tuple[object, ...]) -> None:
        """A batch of events: one insertion for all new messages, one change for all states."""
        new: list[MessageView] = []
        touched: list[int] = []
        states: dict[str, str] = {}
        changed: dict[str, MessageView] = {}
        gone: list[str] = []
        for event in events:
            if isinstance(event, MessageAdded) and event.message.contact == self._contact:
                if event.message.id not in self._by_id:
                    new.append(event.message)
            elif isinstance(event, MessageStateChanged) and event.contact == self._contact:
                states.update(dict.fromkeys(event.ids, event.state))
            elif isinstance(event, MessageChanged) and event.message.contact == self._contact:
                changed[event.message.id] = event.message
            elif isinstance(event, MessagesDeleted) and event.contact == self._contact:
                gone += event.ids
        if gone or changed:
            new = [changed.get(view.id, view) for view in new if view.id not in gone]
        for view in new:
            if view.mine:
                self._hide_sending(view.text)
        if new:
            self._arrived(new)
        for id_, state in states.items():
            row = self._by_id.get(id_)
            if row is not None and row.view.state != state:
                row.view = replace(row.view, state=state)
                touched.append(self._rows.index(row))
        if changed or gone:
            touched += self._change(changed, set(gone))
        if touched:
            self.dataChanged.emit(self.index(min(touched)), self.index(max(touched)))
        if gone:
            self._delete(set(gone))

    def _delete(self, gone: set[str]) -> None:
        """Rows go, each stretch of them at once."""
        if self._asking:
            self._gone |= gone
        if self.jumped_to in gone:
            self.end_jump()
        if self.unread_from in gone:
            self.unread_from = None
        last = len(self._rows) - 1
        while last >= 0:
            first = last
            while first >= 0 and self._rows[first].view.id in gone:
                first -= 1
            if first < last:
                self._remove(first + 1, last)
            last = first - 1
        if not self._rows and (self._older or self._newer) and self._asking != "first":
            self.load()
        elif self._rows:
            # Days and groups begin elsewhere now.
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def last_of_mine(self) -> MessageView | None:
        """The newest text of one's own that the node has, where the newest is in here."""
        if not self.at_end:
            return None
        mine = (row.view for row in reversed(self._stored()) if is_editable(row.view))
        return next(mine, None)

    def _arrived(self, new: list[MessageView]) -> None:
        if self._asking == "first":
            # The page that was asked for may or may not have them.
            self.load(self._around)
            return
        if self._newer:
            return
        stored = self._stored()
        if stored and any(view.time < stored[-1].view.time for view in new):
            # Something from before: only the node knows its place.
            if len(new) > MAX_PLACED:
                self.load()
                return
            for view in new:
                self._place(view.id)
            return
        self._insert(len(stored), self._new_rows(new))
        self._trim_front()

    def _place(self, id_: str) -> None:
        """Ask the node between which messages this one stands, and put it there."""
        generation = self._generation

        def told(page: schema.Page) -> None:
            if generation == self._generation and id_ not in self._by_id:
                self._put(id_, page.messages)

        around = schema.History(contact=self._contact, limit=NEIGHBOURS, around=id_)
        self._node.ask(self, around, told, self._not_told)

    def _put(self, id_: str, page: tuple[MessageView, ...]) -> None:
        ids = [view.id for view in page]
        if id_ not in ids:
            return
        rows = {row.view.id: number for number, row in enumerate(self._rows)}
        at = ids.index(id_)
        if at > 0 and ids[at - 1] in rows:
            self._insert(rows[ids[at - 1]] + 1, self._new_rows([page[at]]))
        elif at + 1 < len(ids) and ids[at + 1] in rows:
            self._insert(rows[ids[at + 1]], self._new_rows([page[at]]))
        elif self._rows and page[at].time < self._rows[0].view.time:
            # Further up than what is shown.
            self._older = True
        else:
            # Between others that have no place yet: a hole would be worse than a jump.
            self.load()
            return
        if not self._newer:
            self._trim_front()

    # --- Not sent yet ----------------------------------------------------------------------------

    def add_sending(self, text: str, now: float, reply: QuoteView | None = None) -> str:
        """Show a text that is on its way to the node; returns the row's id.

        At random, because it is what the node is given too, to know the text when it comes again.
        """
        # Whoever answers has read.
        self._mark_unread(None)
        id_ = QUuid.createUuid().toString(QUuid.StringFormat.WithoutBraces)
        view = MessageView(
            id=id_,
            contact=self._contact,
            author="",
            mine=True,
            text=text,
            time=now,
            state=Local.SENDING,
            reply=reply,
        )
        self._unsent[id_] = row_of(view)
        self._show_unsent()
        return id_

    def sent(self, id_: str, view: MessageView) -> None:
        """The node has stored what was shown as `id_`."""
        self._drop(id_)
        if view.id not in self._by_id:
            self._arrived([view])

    def mark(self, id_: str, state: Local, problem: str = "") -> None:
        """A text of one's own is being sent, or could not be."""
        row = self._unsent.get(id_)
        if row is None:
            return
        row.view, row.problem, row.hidden = replace(row.view, state=state), problem, False
        if id_ in self._by_id:
            index = self.index(self._rows.index(row))
            self.dataChanged.emit(index, index)
        else:
            self._show_unsent()

    def unsent(self, id_: str) -> str | None:
        """The text of a message that could not be sent."""
        row = self._unsent.get(id_)
        return row.view.text if row is not None and row.view.state == Local.FAILED else None

    def answered(self, id_: str) -> str | None:
        """The message that a text which is not sent yet answers, if that is still here."""
        row = self._unsent.get(id_)
        quote = row.view.reply if row is not None else None
        return quote.id if quote is not None and quote.note is None else None

    def failed_texts(self) -> dict[str, str]:
        """All texts that could not be sent, by the ids of their rows."""
        rows = self._unsent.items()
        return {id_: row.view.text for id_, row in rows if row.view.state == Local.FAILED}

    def discard(self, id_: str) -> None:
        """Forget a text that was not sent."""
        self._drop(id_)

    def has_unsent(self) -> bool:
        """Whether something here exists nowhere else."""
        return bool(self._unsent)

    def _show_unsent(self) -> None:
        if self._newer:
            return
        missing = (row for id_, row in self._unsent.items() if id_ not in self._by_id)
        self._insert(len(self._rows), [row for row in missing if not row.hidden])

    def _hide_sending(self, text: str) -> None:
        # Only hidden: the same text may have come from another program, and this one may fail yet.
        for row in self._unsent.values():
            if row.view.state == Local.SENDING and row.view.text == text and not row.hidden:
                row.hidden = True
                self._take_out(row)
                return

    def _drop(self, id_: str) -> None:
        row = self._unsent.get(id_)
        if row is not None:
            self._take_out(row)
            del self._unsent[id_]

    def _take_out(self, row: Row) -> None:
        if row.view.id in self._by_id:
            number = self._rows.index(row)
            self._remove(number, number)

    def _stored(self) -> list[Row]:
        return [row for row in self._rows if row.view.id not in self._unsent]
