"""A message as it is stored, with all that is shown with it.

What lives here: reading it on the database thread. What may not: names and what is on its way,
which only the reactor's thread knows (`message_views`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from onionchat.node.said import marks_of
from onionchat.protocol.journal.entry import EntryKind
from onionchat.store import expiring, marks, messages
from onionchat.store.messages import Message
from onionchat.store.transaction import Transaction
from onionchat.types import EntryId, Millis

QUOTED: Final = 200
"""Characters of a quoted text."""


@dataclass(frozen=True, slots=True)
class Quote:
    """The message that another one answers."""

    id: EntryId = field(repr=False)
    message: Message | None = field(repr=False)
    """None if it is not here; its text is None if it was deleted."""


@dataclass(frozen=True, slots=True)
class Found:
    """One message."""

    message: Message
    reply: Quote | None = None
    edited: Millis | None = None
    """When its author wrote the newest version, by its clock."""
    reactions: tuple[tuple[bool, str], ...] = field(default=(), repr=False)
    """Whether ours, and what."""
    asked: bool = False
    """Its author asked everybody to delete it."""
    arrived: bool = False
    """A device of the contact has heard of that."""
    timer: int | None = None
    """What it set, in seconds, if it is a timer."""
    lifetime: int | None = None
    """Seconds after which it disappears, from when it was seen."""
    due: Millis | None = None
    """When it disappears."""


def get(tx: Transaction, entry_id: EntryId) -> Found:
    """One message. Raises UnknownMessage."""
    return look(tx, messages.get(tx, entry_id))


def page(tx: Transaction, found: Sequence[Message]) -> list[Found]:
    """Several messages: a few look-ups each, whatever the length of the conversation, and none
    where nothing was ever said of messages."""
    answers = marks.there_are_replies(tx)
    said = {journal: marks.there_are(tx, journal) for journal in {one.journal for one in found}}
    timed = expiring.is_used(tx)
    return [_look(tx, one, said=said[one.journal], answers=answers, timed=timed) for one in found]


def look(tx: Transaction, message: Message) -> Found:
    """What is shown with a message."""
    return _look(tx, message, said=True, answers=True, timed=True)


def _look(tx: Transaction, message: Message, *, said: bool, answers: bool, timed: bool) -> Found:
    marked = _marked(tx, message) if said else Found(message)
    lifetime, due, timer = None, None, None
    if timed:
        lifetime, due = expiring.of(tx, message.row) or (None, None)
        if message.kind == EntryKind.TIMER:
            timer = expiring.timer_of(tx, message.row)
    return replace(
        marked,
        reply=_quote(tx, message) if answers else None,
        timer=timer,
        lifetime=lifetime,
        due=due,
    )


def _marked(tx: Transaction, message: Message) -> Found:
    said, entries = marks_of(tx, message.journal, message.entry_id, mine=message.mine)
    change = said.edit_by(message.mine)
    edited = None
    if change is not None:
        edited = marks.written_at(tx, marks.row_of(tx, change.order.id))
    return Found(
        message=message,
        edited=edited,
        reactions=tuple(said.reactions().items()),
        asked=said.deletion_by(message.mine) is not None,
        arrived=any(mark.arrived for mark in entries),
    )


def _quote(tx: Transaction, message: Message) -> Quote | None:
    target = marks.reply_of(tx, message.row)
    if target is None:
        return None
    quoted = messages.whatever_became_of(tx, target)
    if quoted is not None and quoted.journal != message.journal:
        quoted = None
    return Quote(target, quoted)
