"""What was said of one stored message, folded.

What lives here: from rows to `protocol.rooms.marks`. What may not: acting on it (`folding`).
"""

from __future__ import annotations

from typing import Final

from onionchat.protocol.journal.entry import EntryKind
from onionchat.protocol.journal.order import OrderKey
from onionchat.protocol.rooms.bodies import Deletion, Reaction, decode_edit
from onionchat.protocol.rooms.marks import Marks
from onionchat.store import marks
from onionchat.store.marks import Mark
from onionchat.store.transaction import Transaction
from onionchat.types import EntryId

SAID_OF_MESSAGES: Final = (EntryKind.EDIT, EntryKind.REACTION, EntryKind.DELETION)
"""Kinds that are no messages themselves."""


def marks_of(
    tx: Transaction, journal: int, target: EntryId, *, mine: bool
) -> tuple[Marks[bool], list[Mark]]:
    """What was said of a message whose author is our account (`mine`) or the contact's, and the
    entries that said it. Of edits only its author's are looked at.
    """
    found: Marks[bool] = Marks()
    said = marks.of(tx, journal, target, SAID_OF_MESSAGES)
    for mark in said:
        order = OrderKey(mark.key[0], mark.key[1], EntryId(mark.key[2]))
        if mark.kind == EntryKind.REACTION:
            found.apply(order, mark.mine, Reaction(target, mark.emoji))
        elif mark.kind == EntryKind.DELETION:
            found.apply(order, mark.mine, Deletion((target,)))
        elif mark.mine == mine:
            body = marks.body_of(tx, mark.entry)
            if body is not None:
                found.apply(order, mark.mine, decode_edit(body))
    return found, said
