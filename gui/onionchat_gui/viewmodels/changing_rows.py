"""Rows that follow what is said of their messages: edits, reactions, deletions, the time.

What lives here: showing a message as it is now, and how long it is still here. What may not: which
messages there are, and asking for them (`messages`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import QObject, QTimer

from onionchat.views import MessageView, QuoteView

from . import remarks
from .message_row import Local, Row, row_of
from .message_rows import MessageRows

TICK_MILLIS: Final = 20_000
"""How often it is looked at how long messages are still here."""

QUOTED: Final = 200
"""Characters of a message that its answers quote; as the node does."""


class ChangingRows(MessageRows):
    """Messages in their order, as they are now."""

    def __init__(self, now: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        # Texts that exist nowhere else, in or out of the rows: they stand after the newest message.
        self._unsent: dict[str, Row] = {}
        self._clock = QTimer(self, interval=TICK_MILLIS)
        self._clock.timeout.connect(self.tick)

    def tick(self) -> None:
        """Time passes: how long messages are still here is another."""
        now, touched = self._now(), []
        for number, row in enumerate(self._rows):
            if row.view.disappears is not None:
                words = remarks.left(row.view, now)
                if words != row.left:
                    row.left = words
                    touched.append(number)
        if touched:
            self.dataChanged.emit(self.index(min(touched)), self.index(max(touched)))

    def view(self, id_: str) -> MessageView | None:
        """A message that is in here."""
        row = self._by_id.get(id_)
        return row.view if row is not None else None

    def _rows_of(self, views: Iterable[MessageView]) -> list[Row]:
        now = self._now()
        rows = [row_of(view, now) for view in views]
        if any(row.view.disappears is not None for row in rows):
            self._clock.start()
        return rows

    def _change(self, changed: dict[str, MessageView], gone: set[str]) -> list[int]:
        """Show messages as they are now, and what their answers quote of them; which rows."""
        now, touched = self._now(), []
        for number, row in enumerate(self._rows):
            view = changed.get(row.view.id, row.view)
            if view.reply is not None and (view.reply.id in gone or view.reply.id in changed):
                view = replace(view, reply=_quote_of(view.reply, changed.get(view.reply.id)))
            if view is row.view:
                continue
            fresh = row_of(view, now)
            fresh.problem, fresh.hidden = row.problem, row.hidden
            self._rows[number] = self._by_id[view.id] = fresh
            if view.id in self._unsent:
                self._unsent[view.id] = fresh
            if view.disappears is not None:
                self._clock.start()
            touched.append(number)
        return touched


def is_editable(view: MessageView) -> bool:
    """Whether the person may have it say something else."""
    stored = view.state not in (Local.SENDING, Local.FAILED)
    return view.mine and stored and view.kind == "text" and not view.deleted


def may_be_answered(view: MessageView) -> bool:
    """Whether there is something to answer or to react to, and the node has it."""
    stored = view.state not in (Local.SENDING, Local.FAILED)
    return stored and view.kind == "text" and not view.deleted


def quote_of(view: MessageView) -> QuoteView:
    """What an answer to this message quotes of it."""
    if view.deleted or view.kind != "text":
        return QuoteView(view.id, view.author, view.mine, note=view.note or "")
    return QuoteView(view.id, view.author, view.mine, view.text[:QUOTED])


def _quote_of(before: QuoteView, view: MessageView | None) -> QuoteView:
    if view is None:
        return QuoteView(before.id, before.author, before.mine, note="The text was deleted.")
    return quote_of(view)
