"""Own logs that a contact has otherwise than this profile: one that was moved back in time.

What lives here: which own entries count as long as that is in doubt, and taking back those for
whose numbers a contact has others (docs/store.md, "Copies"). What may not: knowing of copies
(`restored`), writing (`journals`).
"""

from __future__ import annotations

from collections.abc import Sequence

from onionchat.errors import BadChain, BadSignature
from onionchat.node import restored
from onionchat.node.changes import ContactUpdated, OwnForkFound, OwnLogsInDoubt
from onionchat.protocol.journal.entry import (
    SignedEntry,
    check_body,
    check_signature,
    from_parts,
)
from onionchat.protocol.sync.position import Position
from onionchat.store import contacts, frontiers, logs, personas, withdrawn
from onionchat.store import journals as stored
from onionchat.store.journals import Journal
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import DeviceKey, EntryId, JournalId, Seq


def own_key(tx: Transaction, journal: Journal) -> DeviceKey:
    """The key by which this device writes in a journal that is shared with a contact."""
    assert journal.contact is not None
    return DeviceKey(personas.get(tx, contacts.get(tx, journal.contact).persona).device.public)


def counted(tx: Transaction, journal: Journal) -> dict[DeviceKey, Position]:
    """The frontier of a journal as it is told to its contact.

    While it is in doubt whether the contact has other entries of our own log, only those count as
    here that it is known to have.
    """
    found = {
        key: Position.of(seq, entry)
        for key, (seq, entry) in frontiers.positions(tx, journal.journal_id).items()
    }
    if not restored.is_unsure(tx, journal.contact):
        return found
    own = own_key(tx, journal)
    there = _acknowledged(tx, journal, own)
    last = logs.at(tx, journal.journal_id, own, Seq(there)) if there else None
    if last is not None:
        found[own] = Position.of(last.seq, last.entry_id)
    else:
        found.pop(own, None)
    return found


def doubt(tx: Transaction, contact: ContactNo) -> None:
    """A contact has entries of our own logs that are not here.

    Emits OwnLogsInDoubt if there are such here that it is not known to have.
    """
    before = restored.is_unsure(tx, contact)
    restored.doubt(tx, contact)
    if before:
        return
    for journal in stored.of_contact(tx, contact):
        own = own_key(tx, journal)
        tip = frontiers.tip(tx, journal.journal_id, own)
        if tip is not None and tip.seq > _acknowledged(tx, journal, own):
            tx.emit(OwnLogsInDoubt(contact))
            return


def reconcile(tx: Transaction, journal: Journal, received: Sequence[SignedEntry]) -> None:
    """While in doubt: where a contact has another entry of ours than is here, and is not known to
    have the one that is here, that one is taken back with all that follow it.

    What people see of it is written again once all that the contact has is here
    (`journals.write_again`).
    """
    if not restored.is_unsure(tx, journal.contact):
        return
    own = own_key(tx, journal)
    there = _acknowledged(tx, journal, own)
    for entry in received:
        if entry.author != own or entry.journal != journal.journal_id or not _is_signed(entry):
            continue
        first = _conflict(tx, journal.journal_id, entry, there)
        if first is not None:
            _take_back(tx, journal, own, first)


def arrived(tx: Transaction, journal: Journal, taken: Sequence[SignedEntry]) -> list[EntryId]:
    """A contact has sent these entries of ours: it has them.

    Returns the messages among them, and before them, that are delivered by that.
    """
    if journal.contact is None:
        return []
    own = own_key(tx, journal)
    seq = max((entry.header.seq for entry in taken if entry.author == own), default=0)
    if not seq:
        return []
    return frontiers.acknowledge(tx, journal.contact, journal.journal_id, {own: Seq(seq)})


def refused(tx: Transaction, journal: Journal, entry: SignedEntry) -> None:
    """An entry in our name does not fit our log: if it is really signed, a copy of us wrote it."""
    assert journal.contact is not None
    if not _is_signed(entry):
        return
    own = own_key(tx, journal)
    tip = frontiers.tip(tx, journal.journal_id, own)
    if tip is None:
        return
    if _acknowledged(tx, journal, own) < min(tip.seq, entry.header.seq):
        doubt(tx, journal.contact)
    else:
        # Both were sent: nothing that is taken back here is taken back there.
        tx.emit(OwnForkFound(journal.contact))


def _acknowledged(tx: Transaction, journal: Journal, own: DeviceKey) -> int:
    assert journal.contact is not None
    return frontiers.acknowledged(tx, journal.contact, journal.journal_id).get(own, 0)


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
    withdrawn.take_back(tx, journal, own, first, named - removed)
    assert journal.contact is not None
    tx.emit(ContactUpdated(journal.contact))
