"""One message as a conversation shows it.

What lives here: a row, how much of its text is shown, and what stands close together. What may not:
the list of them (`message_rows`), and pixels.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from onionchat.displayable import displayable
from onionchat.views import MessageView

from . import links, remarks
from .links import Link
from .remarks import Quoted, Reaction

MAX_CHARACTERS: Final = 4000
MAX_LINES: Final = 60
"""What a bubble shows of a long text, and a page of `reading`."""

GROUP_SECONDS: Final = 300
"""Messages of one author within this time stand close together."""


class Local(StrEnum):
    """States of a message that the node does not have (yet)."""

    SENDING = "sending"
    FAILED = "failed"


@dataclass(slots=True)
class Row:
    """One message as it is shown."""

    view: MessageView
    text: str
    """Safe to show, perhaps cut."""
    cut: bool
    problem: str = ""
    """Why it was not sent."""
    day: tuple[int, int, int] | None = None
    """Where this device is."""
    hidden: bool = False
    """The node told a new message of this text: most likely this one, whose answer is to come."""
    quote: Quoted | None = None
    """What it answers."""
    reactions: tuple[Reaction, ...] = ()
    remark: str = ""
    """What the node remarks on it; where there is no text, it stands in its place."""
    left: str = ""
    """How long it is still here; nothing if it stays."""
    _links: tuple[Link, ...] | None = None

    @property
    def bare(self) -> bool:
        """Whether it has no text (any more): `remark` says why."""
        return not self.text

    @property
    def is_line(self) -> bool:
        """Whether it is a line about the conversation, which nobody said."""
        return self.view.kind == "timer"

    @property
    def links(self) -> tuple[Link, ...]:
        """In `text`, as far as it is shown. Looked for when they are first asked for: most rows of
        a conversation are never painted, and a hostile text costs milliseconds.
        """
        if self._links is None:
            self._links = links.find(self.text, cut=self.cut)
        return self._links


def row_of(view: MessageView, now: float = 0.0) -> Row:
    """A message as it is shown: safe, and no more of it than fits a bubble. All that is said of it
    is made here, once, and not whenever it is painted.
    """
    text = view.text
    short = text[:MAX_CHARACTERS]
    lines = short.split("\n", MAX_LINES)
    short = "\n".join(lines[:MAX_LINES])
    shown, cut = displayable(short), len(short) < len(text)
    return Row(
        view,
        shown,
        cut,
        day=day(view.time),
        quote=remarks.quoted(view.reply),
        reactions=remarks.reactions(view) if view.reactions else (),
        remark=remarks.remark(view) if view.note or view.kind == "timer" else "",
        left=remarks.left(view, now),
    )


def day(seconds: float) -> tuple[int, int, int] | None:
    """The day of a point in time, here; None when a clock says what no calendar has."""
    try:
        return time.localtime(seconds)[:3]
    except (OverflowError, ValueError, OSError):
        return None


def grouped(before: Row, row: Row) -> bool:
    """Whether a message belongs to the one before it."""
    return (
        before.view.mine == row.view.mine
        and before.is_line == row.is_line
        and before.day == row.day
        and abs(row.view.time - before.view.time) < GROUP_SECONDS
    )
