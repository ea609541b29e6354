"""An entry as it is stored: what people see of it and search.

What lives here: from an entry and its place to its row. What may not: whether it may be stored
(`journals`), storing it (`store.entries`).
"""

from __future__ import annotations

from onionchat.node.said import SAID_OF_MESSAGES
from onionchat.protocol.journal.entry import EntryKind, SignedEntry
from onionchat.protocol.journal.order import OrderKey
from onionchat.protocol.rooms.bodies import decode_text
from onionchat.store.entries import NewEntry
from onionchat.store.journals import DIRECT, Journal
from onionchat.types import EntryId, Millis


def row_of(
    journal: Journal, entry: SignedEntry, key: OrderKey, received: Millis, *, counts: bool
) -> NewEntry:
    """The row of an entry of `journal` at its place in the order; `counts`: its author's log
    reaches to it. A text that counts has to be one that the policy took in.
    """
    kind = entry.header.kind
    is_message = (
        journal.kind == DIRECT
        and counts
        and kind not in SAID_OF_MESSAGES
        # Without its body it is no message yet: somebody may still have that.
        and (entry.body is not None or entry.header.body_size == 0)
    )
    text, reply_to = None, None
    if is_message and kind == EntryKind.TEXT and entry.body is not None:
        said = decode_text(entry.body)
        text, reply_to = said.text, said.reply_to
    return NewEntry(
        journal=journal.journal_id,
        author=entry.author,
        seq=entry.seq,
        entry_id=entry.id,
        header=entry.header_bytes,
        signature=entry.signature,
        body=entry.body,
        previous=entry.previous or None,
        parents=tuple(EntryId(parent) for parent in entry.header.parents),
        kind=kind,
        time=Millis(entry.header.time),
        effective=Millis(key.effective),
        depth=key.depth,
        received=received,
        shown=is_message,
        text=text,
        reply_to=None if reply_to is None else EntryId(reply_to),
    )
