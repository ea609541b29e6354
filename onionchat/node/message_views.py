"""Messages as front ends are shown them.

What lives here: from what is stored to `MessageView`, and the sentences that go with a message.
What may not: reading the store (`found`), services.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from onionchat.node.changes import Committed
from onionchat.node.directory import Card
from onionchat.node.found import QUOTED, Found, Quote
from onionchat.protocol.journal.entry import EntryKind
from onionchat.protocol.journal.order import is_far_ahead
from onionchat.store.transaction import ContactNo
from onionchat.types import DeviceKey, EntryId, MessageState, Millis
from onionchat.views import MessageView, QuoteView, ReactionView

FAR_AHEAD: Final = "The author's clock is ahead of this computer's."
UNKNOWN_KIND: Final = "A newer version of onionchat is needed to show this."
ERASED: Final = "The text was deleted."
DELETED_BY_AUTHOR: Final = "The author has deleted this for everyone."
DELETION_ASKED: Final = "The author asked everybody to delete this."
DELETION_SENT: Final = "You deleted this and asked for it to be deleted everywhere."
DELETION_ARRIVED: Final = "You deleted this; the request to delete it has arrived."
NOT_HERE: Final = "That message is not here."
TIMER_OFF: Final = "From here on messages stay."

_UNITS: Final = (
    (7 * 86400, "week", "weeks"),
    (86400, "day", "days"),
    (3600, "hour", "hours"),
    (60, "minute", "minutes"),
    (1, "second", "seconds"),
)

KINDS: Final = {EntryKind.TEXT: "text", EntryKind.TIMER: "timer"}


@dataclass(frozen=True, slots=True)
class Row:
    """A message as stored, and what is needed to say where it is."""

    id: EntryId = field(repr=False)
    contact: ContactNo
    seq: int
    author: DeviceKey = field(repr=False)
    mine: bool
    """Whether a device of ours wrote it, this one or another."""
    text: str | None = field(repr=False)
    time: Millis
    received: Millis
    state: MessageState
    kind: int = EntryKind.TEXT
    erased: bool = False
    found: Found | None = None
    """What is shown beside the text; None if there is nothing."""


def row(found: Found) -> Row:
    """From what is stored."""
    message = found.message
    assert message.contact is not None
    return Row(
        id=message.entry_id,
        contact=message.contact,
        seq=message.seq,
        author=message.author,
        mine=message.mine,
        text=message.text,
        time=message.time,
        received=message.received,
        state=message.state,
        kind=message.kind,
        erased=message.erased,
        found=found,
    )


def committed_row(committed: Committed, card: Card, received: Millis) -> Row:
    """From what was just stored."""
    if committed.found is not None:
        return row(committed.found)
    entry, mine = committed.entry, committed.mine
    return Row(
        id=entry.id,
        contact=card.number,
        seq=entry.seq,
        author=entry.author,
        mine=mine,
        text=committed.text,
        time=Millis(entry.header.time),
        received=received,
        state=MessageState.QUEUED if mine else MessageState.RECEIVED,
        kind=entry.header.kind,
    )


def view(row: Row, card: Card, own_name: str, state: MessageState) -> MessageView:
    """With the names of people, and the state as the links know it."""
    found = row.found
    plain = MessageView(
        id=row.id.hex(),
        contact=card.id,
        author=own_name if row.mine else card.petname,
        mine=row.mine,
        text=row.text or "",
        time=row.time / 1000,
        state=state.value,
        received=None if row.mine else row.received / 1000,
        note=_note(row),
        kind=KINDS.get(EntryKind(row.kind), "unknown") if row.kind in KINDS else "unknown",
        deleted=row.erased,
    )
    if found is None:
        return plain
    return MessageView(
        id=plain.id,
        contact=plain.contact,
        author=plain.author,
        mine=plain.mine,
        text=plain.text,
        time=plain.time,
        state=plain.state,
        received=plain.received,
        note=plain.note,
        kind=plain.kind,
        deleted=plain.deleted,
        asked=_asked(found),
        edited=None if found.edited is None or row.erased else found.edited / 1000,
        reply=None if found.reply is None else _quote(found.reply, card, own_name),
        reactions=tuple(
            ReactionView(emoji, mine, own_name if mine else card.petname)
            for mine, emoji in found.reactions
        ),
        timer=found.timer,
        lifetime=found.lifetime,
        disappears=None if found.due is None else found.due / 1000,
    )


def duration(seconds: int) -> str:
    """A time in words: "1 week", "90 minutes"."""
    size, one, many = next(unit for unit in _UNITS if seconds % unit[0] == 0)
    count = seconds // size
    return f"{count} {one if count == 1 else many}"


def _asked(found: Found) -> str:
    if not found.asked:
        return ""
    return "arrived" if found.arrived else "asked"


def _quote(quote: Quote, card: Card, own_name: str) -> QuoteView:
    message = quote.message
    if message is None:
        return QuoteView(quote.id.hex(), note=NOT_HERE)
    return QuoteView(
        id=quote.id.hex(),
        author=own_name if message.mine else card.petname,
        mine=message.mine,
        text=(message.text or "")[:QUOTED],
        note=ERASED if message.erased else None,
    )


def _note(row: Row) -> str | None:
    found = row.found
    if row.kind == EntryKind.TIMER:
        seconds = None if found is None else found.timer
        if not seconds:
            return TIMER_OFF
        return f"From here on messages disappear {duration(seconds)} after they were seen."
    asked = found is not None and found.asked
    if row.erased:
        if asked and row.mine:
            assert found is not None
            return DELETION_ARRIVED if found.arrived else DELETION_SENT
        return DELETED_BY_AUTHOR if asked else ERASED
    if asked:
        return DELETION_ASKED
    if row.text is None:
        return UNKNOWN_KIND
    if not row.mine and is_far_ahead(row.time, row.received):
        return FAR_AHEAD
    return None
