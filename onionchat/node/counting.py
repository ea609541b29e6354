"""What of a conversation counts, after one of its rosters has changed.

What lives here: showing no more what a device wrote beyond its end, and showing again what counts
after all. What may not: rosters (`protocol.identity.roster`), rows (`store.counting`).
"""

from __future__ import annotations

from typing import Final

from onionchat.node import folding
from onionchat.node.changes import ContactUpdated, DueChanged, MessagesChanged, MessagesGone
from onionchat.node.rows import row_of
from onionchat.protocol.identity.roster import Roster
from onionchat.protocol.journal.entry import from_parts
from onionchat.protocol.journal.order import OrderKey
from onionchat.store import counting
from onionchat.store import journals as stored
from onionchat.store.entries import NewEntry, StoredEntry
from onionchat.store.journals import Journal
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import DeviceKey, JournalId, Millis

_NO_END: Final = 2**53


def recount(
    tx: Transaction, contact: ContactNo, before: Roster, after: Roster, now: Millis
) -> None:
    """The roster of one side of a conversation was `before` and is `after`."""
    journal = stored.direct(tx, contact)
    if journal is None:
        return
    for key in before.devices.keys() | after.devices.keys():
        was, ends = (_end(roster, key, journal.journal_id) for roster in (before, after))
        if ends < was:
            _hide(tx, journal, contact, key, ends, now)
        elif ends > was:
            _show(tx, journal, contact, key, was, ends, now)


def _end(roster: Roster, key: DeviceKey, journal: JournalId) -> int:
    device = roster.devices.get(key)
    if device is None:
        return 0
    return _NO_END if device.ends is None else device.ends.get(journal, 0)


def _hide(
    tx: Transaction, journal: Journal, contact: ContactNo, key: DeviceKey, after: int, now: Millis
) -> None:
    gone, changed = counting.hide(tx, journal, contact, key, after, now)
    for target in changed:
        folding.refresh(tx, journal, target)
    if changed:
        tx.emit(MessagesChanged(contact, tuple(changed)))
    if gone:
        tx.emit(DueChanged())
        tx.emit(MessagesGone(contact, tuple(gone)))
        tx.emit(ContactUpdated(contact))


def _show(
    tx: Transaction,
    journal: Journal,
    contact: ContactNo,
    key: DeviceKey,
    after: int,
    upto: int,
    now: Millis,
) -> None:
    back = [_row(entry, journal) for entry in counting.hidden(tx, journal, key, after, upto)]
    for entry in back:
        if entry.shown:
            counting.show(tx, journal, contact, entry.entry_id, entry.text, entry.reply_to)
    if back:
        folding.fold(tx, journal, back, now)
        tx.emit(MessagesChanged(contact, tuple(one.entry_id for one in back if one.shown)))
        tx.emit(ContactUpdated(contact))


def _row(entry: StoredEntry, journal: Journal) -> NewEntry:
    signed = from_parts(entry.header, entry.signature, entry.body)
    key = OrderKey(entry.effective, entry.depth, entry.entry_id)
    return row_of(journal, signed, key, entry.received, counts=True)
