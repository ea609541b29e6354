"""Requests to send that come again, because their answer was lost.

What lives here: which message a program's tag stands for. What may not: the rows of tags
(`store.sent_tags`), sending (`conversations`).

A tag is stored in the transaction of its message: after a crash both are there or neither is.
"""

from __future__ import annotations

from onionchat.errors import InvalidInput, RestoredBackup
from onionchat.store import messages, sent_tags, withdrawn
from onionchat.store.messages import Message
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import Millis


def message_of(
    tx: Transaction, contact: ContactNo, tag: str, text: str, now: Millis
) -> Message | None:
    """The message that was made for a tag, perhaps deleted since; None if there is none yet.

    Raises:
        InvalidInput: it says something else, so this text would be lost if that were the answer.
        RestoredBackup: it is one of those that are written again once the contact was met.
    """
    entry = sent_tags.find(tx, contact, tag, now)
    if entry is None:
        return None
    found = messages.whatever_became_of(tx, entry)
    if found is None:
        if any(waiting.entry_id == entry for waiting in withdrawn.waiting(tx, contact)):
            raise RestoredBackup
        return None
    if found.text is not None and found.text != text:
        raise InvalidInput("That tag was used for a message of another text.")
    return found
