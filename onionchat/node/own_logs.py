"""Own logs that a contact has otherwise than this profile: one that was moved back in time.

What lives here: which own entries count as long as that is in doubt, and taking back those for
whose numbers a contact has others (docs/store.md, "Copies"). What may not: knowing of copies
(`restored`), writing (`journals`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from onionchat.errors import BadChain, BadSignature
from onionchat.node import folding, restored
from onionchat.node.changes import ContactUpdated, OwnForkFound, OwnLogsInDoubt
from onionchat.protocol.journal.entry import (
    SignedEntry,
    check_body,
    check_signature,
    from_parts,
)
from onionchat.protocol.sync.position import Position
from onionchat.store import contacts, entries, frontiers, logs, personas, withdrawn
from onionchat.store import journals as stored
from onionchat.store.journals import SELF, Journal
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import DeviceKey, EntryId, JournalId, Seq


@dataclass(frozen=True, slots=True)
class Source:
    """From whom entries came: a contact, or one of our other devices."""

    row: ContactNo
    """The contact, or the row of our own other devices."""
    own: DeviceKey | None = field(default=None, repr=False)
    """The device of ours that it was."""


def own_key(tx: Transaction, journal: Journal) -> DeviceKey:
    """The key by which this device writes in a journal that is shared with a contact, or with our
    other devices alone."""
    assert journal.contact is not None
    return personas.device_key(tx, contacts.get(tx, journal.contact).persona)


def counted(tx: Transaction, journal: Journal, row: ContactNo) -> dict[DeviceKey, Position]:
    """The frontier of a journal as it is told to `row`, its contact or our other devices.

    While it is in doubt whether others have other entries of our own log, only those count as here
    that `row` is known to have.
    """
    found = here(tx, journal)
    if not restored.is_unsure(tx, journal.contact):
        return found
    return without_doubtful(tx, journal, row, own_key(tx, journal), found)


def here(tx: Transaction, journal: Journal) -> dict[DeviceKey, Position]:
    """The frontier of a journal as it stands on disk."""
    return {
        key: Position.of(seq, entry)
        for key, (seq, entry) in frontiers.positions(tx, journal.journal_id).items()
    }


def without_doubtful(
    tx: Transaction,
    journal: Journal,
    row: ContactNo,
    own: DeviceKey,
    frontier: Mapping[DeviceKey, Position],
) -> dict[DeviceKey, Position]:
    """Of a journal in doubt, as much of a frontier as counts towards `row`; `own` is our key."""
    found = dict(frontier)
    there = _acknowledged(tx, journal, own, row)
    last = logs.at(tx, journal.journal_id, own, Seq(there)) if there else None
    if last is not None:
        found[own] = Position.of(last.seq, last.entry_id)
    else:
        found.pop(own, None)
    return found


def doubt(tx: Transaction, contact: ContactNo, by: DeviceKey | None = None) -> None:
    """Entries of our own logs for a contact are elsewhere and not here: at the contact, or `by` a
    device of ours.

    Emits OwnLogsInDoubt if there are such here that are not known to be there.
    """
    before = restored.is_unsure(tx, contact)
    if by is None:
        restored.doubt(tx, contact)
    else:
        restored.claim(tx, contact, by)
    if before:
        return
    rows = _rows(tx, contact)
    for journal in stored.of_contact(tx, contact):
        own = own_key(tx, journal)
        tip = frontiers.tip(tx, journal.journal_id, own)
        told = min(_acknowledged(tx, journal, own, row) for row in rows)
        if tip is not None and tip.seq > told:
            tx.emit(OwnLogsInDoubt(contact))
            return


def reconcile(tx: Transaction, journal: Journal, received: Sequence[SignedEntry]) -> None:
    """While in doubt: where others have another entry of ours than is here, and nobody is known to
    have the one that is here, that one is taken back with all that follow it.

    What people see of it is written again once all that the contact has is here
    (`journals.write_again`).
    """
    if not restored.is_unsure(tx, journal.contact):
        return
    own = own_key(tx, journal)
    there = _known_elsewhere(tx, journal, own)
    for entry in received:
        if entry.author != own or entry.journal != journal.journal_id or not _is_signed(entry):
            continue
        first = _conflict(tx, journal.journal_id, entry, there)
        if first is not None:
            _take_back(tx, journal, own, first)


def arrived(
    tx: Transaction, journal: Journal, taken: Sequence[SignedEntry], source: Source
) -> list[EntryId]:
    """`source` has sent these entries: of ours among them, and of our other devices, it has them.

    Returns the messages among them, and before them, that are delivered by that: to a contact, for
    what our own devices have is not delivered.
    """
    there: dict[DeviceKey, Seq] = {}
    for entry in taken:
        there[entry.author] = Seq(max(entry.header.seq, there.get(entry.author, 0)))
    delivered = frontiers.acknowledge(tx, source.row, journal.journal_id, there)
    return delivered if source.own is None else []


def named(tx: Transaction, journal: Journal, taken: Sequence[SignedEntry]) -> list[EntryId]:
    """Our own devices have sent these entries. Whatever of ours a contact has named in what it
    wrote, and all that this rests on, it has: it takes in nothing whose ancestors are not there.

    Returns the messages that are known to be delivered by that. Each entry of ours is looked at
    once in its life.
    """
    assert journal.contact is not None
    ours = stored.ours_among(tx, {entry.author for entry in taken})
    waiting = [
        EntryId(parent)
        for entry in taken
        if entry.author not in ours
        for parent in entry.header.parents
    ]
    reached = frontiers.acknowledged(tx, journal.contact, journal.journal_id)
    there: dict[DeviceKey, Seq] = {}
    while waiting:
        for place in entries.places(tx, (waiting.pop(),)).values():
            known = there.get(place.author, reached.get(place.author, 0))
            if place.seq <= known or not stored.ours_among(tx, (place.author,)):
                continue
            first = Seq(known + 1)
            for one in logs.run(tx, journal.journal_id, place.author, first, upto=place.seq):
                header = from_parts(one.header, one.signature, None).header
                waiting += map(EntryId, header.parents)
            there[place.author] = place.seq
    return frontiers.acknowledge(tx, journal.contact, journal.journal_id, there)


def refused(
    tx: Transaction, journal: Journal, entry: SignedEntry, by: DeviceKey | None = None
) -> None:
    """An entry in our name does not fit our log: if it is really signed, a copy of us wrote it.

    It came from the contact, or `by` a device of ours.
    """
    assert journal.contact is not None
    if not _is_signed(entry):
        return
    own = own_key(tx, journal)
    tip = frontiers.tip(tx, journal.journal_id, own)
    if tip is None:
        return
    if _known_elsewhere(tx, journal, own) < min(tip.seq, entry.header.seq):
        doubt(tx, journal.contact, by)
    else:
        # Both were sent: nothing that is taken back here is taken back there.
        own_row = contacts.own(tx) if by is not None else None
        tx.emit(OwnForkFound(journal.contact if own_row is None else own_row.number))


def _acknowledged(tx: Transaction, journal: Journal, own: DeviceKey, row: ContactNo) -> int:
    return frontiers.acknowledged(tx, row, journal.journal_id).get(own, 0)


def _known_elsewhere(tx: Transaction, journal: Journal, own: DeviceKey) -> int:
    """Up to where anybody has our log as it is here."""
    assert journal.contact is not None
    rows = _rows(tx, journal.contact)
    return max(_acknowledged(tx, journal, own, row) for row in rows)


def _rows(tx: Transaction, contact: ContactNo) -> set[ContactNo]:
    """Who shares the journals of a contact: the contact, and our other devices."""
    own = contacts.own(tx)
    return {contact} if own is None else {contact, own.number}


def _is_signed(entry: SignedEntry) -> bool:
    try:
        check_body(entry)
        check_signature(entry.author, entry.header_bytes, entry.signature)
    except (BadChain, BadSignature):
        return False
    return True


def _conflict(tx: Transaction, journal: JournalId, entry: SignedEntry, there: int) -> Seq | None:
    """From where on our log is not the one that `entry` is of; None if it fits, or if the contact
    is known to have all that it does not fit.
    """
    seq = entry.header.seq
    here = logs.at(tx, journal, entry.author, Seq(seq))
    if here is not None:
        return Seq(seq) if here.entry_id != entry.id and seq > there else None
    tip = frontiers.tip(tx, journal, entry.author)
    if tip is None or tip.seq <= there or seq != tip.seq + 1 or entry.previous == tip.entry_id:
        return None
    # It follows another entry: how far back they differ is not known yet.
    return Seq(there + 1)


def _take_back(tx: Transaction, journal: Journal, own: DeviceKey, first: Seq) -> None:
    removed: set[EntryId] = set()
    named: set[EntryId] = set()
    for stored_entry in logs.run(tx, journal.journal_id, own, first):
        removed.add(stored_entry.entry_id)
        entry = from_parts(stored_entry.header, stored_entry.signature, None)
        named.update(entry.ancestors)
    # What the person did is kept, too: it stands in the `self` journal, where nobody sees it.
    hidden = journal.kind == SELF
    for target in withdrawn.take_back(tx, journal, own, first, named - removed, hidden=hidden):
        folding.refresh(tx, journal, target)
    assert journal.contact is not None
    tx.emit(ContactUpdated(journal.contact))
