"""What a link shares: the journals of one contact, or on a link to an own device all that are kept.

What lives here: reading from disk what a session begins with, and what answers its questions. What
may not: sessions (`contact_link`), validation (`journals`).
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from typing import Final

from onionchat.errors import UnknownContact
from onionchat.node import journals, own_logs, restored
from onionchat.protocol.sync.events import (
    Bookmark,
    OutEntry,
    ReadById,
    ReadEntries,
    SharedJournal,
)
from onionchat.protocol.sync.position import Position
from onionchat.protocol.sync.seeking import Hollow
from onionchat.store import contacts, entries, frontiers, hollow, logs, personas
from onionchat.store import journals as stored
from onionchat.store.contacts import Contact, ContactState
from onionchat.store.entries import StoredEntry
from onionchat.store.frontiers import Known
from onionchat.store.journals import Journal
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import DeviceKey, JournalId, Seq

_KEPT: Final = (ContactState.ACTIVE, ContactState.BLOCKED)
"""States of contacts whose journals all own devices have."""

_FIRST: Final = (stored.ACCOUNT, stored.SELF, stored.DIRECT)
"""Who may write comes before what was written: what cannot be judged yet is refused."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a session begins with."""

    journals: dict[JournalId, SharedJournal]
    unsure: bool
    """Whether the other side may have more of our own logs than is here."""
    direct: JournalId = JournalId(b"")
    """The conversation; empty on a link to an own device."""
    own: DeviceKey = field(default=DeviceKey(b""), repr=False)
    """By which key we write there."""
    read: dict[DeviceKey, Seq] = field(default_factory=dict)
    """How far the person has read the conversation."""
    places: dict[JournalId, ContactNo] = field(default_factory=dict)
    """In which row's name each journal is kept."""
    hollow: list[Hollow] = field(default_factory=list)
    """Bodies that are missing here."""


def load(tx: Transaction, number: ContactNo, device: DeviceKey) -> Loaded:
    """What both may read: of a contact both accounts' rosters and the conversation; of our own
    other devices everything."""
    row = contacts.get(tx, number)
    if row.state is ContactState.OWN:
        return _load_all(tx, row, device)
    kept = _kept(tx, row, stored.of_contact(tx, number))
    direct = stored.direct(tx, number)
    return Loaded(
        {
            journal.journal_id: _shared(tx, journal, kept, number, device)
            for journal in kept.journals
        },
        kept.unsure,
        JournalId(b"") if direct is None else direct.journal_id,
        kept.own,
        frontiers.person_read(tx, number),
        {journal.journal_id: number for journal in kept.journals},
        hollow.of(tx, [journal.journal_id for journal in kept.journals]),
    )


def load_of(
    tx: Transaction, number: ContactNo, own: ContactNo, device: DeviceKey
) -> dict[JournalId, SharedJournal]:
    """What is shared of one contact (or none any more) with a device of `own`, our other ones."""
    try:
        contact = contacts.get(tx, number)
    except UnknownContact:
        return {}
    kept = _kept(tx, contact, _journals_of(tx, contact))
    return {
        journal.journal_id: _shared(tx, journal, kept, own, device) for journal in kept.journals
    }


@dataclass(frozen=True, slots=True)
class _Kept:
    """Journals that are kept because of one contact, or of our other devices."""

    row: ContactNo
    journals: list[Journal]
    own: DeviceKey = field(repr=False)
    """By which key we write in them."""
    unsure: bool
    """Whether our logs in them are in doubt."""


def _kept(tx: Transaction, row: Contact, kept: list[Journal]) -> _Kept:
    own = personas.device_key(tx, row.persona)
    return _Kept(row.number, kept, own, restored.is_unsure(tx, row.number))


def _load_all(tx: Transaction, own: Contact, device: DeviceKey) -> Loaded:
    rows = [_kept(tx, own, stored.of_contact(tx, own.number))]
    for contact in contacts.everyone(tx):
        found = _journals_of(tx, contact)
        if found:
            rows.append(_kept(tx, contact, found))
    places = sorted(
        ((journal, kept) for kept in rows for journal in kept.journals),
        key=lambda place: _FIRST.index(place[0].kind),
    )
    return Loaded(
        {
            journal.journal_id: _shared(tx, journal, kept, own.number, device)
            for journal, kept in places
        },
        rows[0].unsure or bool(restored.claims_of(tx, device)),
        places={journal.journal_id: kept.row for journal, kept in places},
        hollow=hollow.of(tx, [journal.journal_id for journal, _ in places]),
    )


def _journals_of(tx: Transaction, contact: Contact) -> list[Journal]:
    """The journals of a contact that own devices share, those of accounts first.

    The conversation is one of them once both rosters are here: whoever wrote in it could not be
    told from a stranger.
    """
    if contact.state not in _KEPT or contact.account_id is None:
        return []
    found = stored.of_contact(tx, contact.number)
    known = all(
        frontiers.has_entries(tx, journal.journal_id)
        for journal in found
        if journal.kind == stored.ACCOUNT
    )
    return sorted(
        (journal for journal in found if known or journal.kind != stored.DIRECT),
        key=lambda journal: _FIRST.index(journal.kind),
    )


def _shared(
    tx: Transaction, journal: Journal, kept: _Kept, row: ContactNo, device: DeviceKey
) -> SharedJournal:
    """A journal as a session with a device of `row` begins with it."""
    remembered = frontiers.sync_bookmark(tx, device, journal.journal_id)
    bookmark = None if remembered is None else Bookmark(*map(_positions, remembered))
    here = own_logs.here(tx, journal)
    writes = journal.kind in (stored.DIRECT, stored.SELF) or kept.own in here
    delivered = {kept.own: Seq(0), **frontiers.reached(tx, row, journal.journal_id)}
    if journal.kind == stored.DIRECT:
        # Where each message is is told for every device.
        said = frontiers.reached_by(tx, device, journal.journal_id)
        delivered = {key: min(seq, said.get(key, Seq(0))) for key, seq in delivered.items()}
    if kept.unsure:
        here = own_logs.without_doubtful(tx, journal, row, kept.own, here)
    return SharedJournal(here, kept.own if writes else None, bookmark, delivered)


def read_entries(tx: Transaction, request: ReadEntries) -> list[OutEntry]:
    """What answers `ReadEntries`."""
    found = logs.ranges(
        tx,
        request.journal,
        {author: (Seq(first), Seq(last)) for author, first, last in request.ranges},
        max_bytes=request.max_bytes,
    )
    return [_out(entry) for entry in found]


def read_by_id(tx: Transaction, request: ReadById, shared: Container[JournalId]) -> list[OutEntry]:
    """What answers `ReadById`: entries of the journals that are shared with whoever asks.

    Others do not even take room: two contacts could find out that they know the same person.
    """
    found: list[OutEntry] = []
    size = 0
    for entry_id, place in entries.places(tx, request.ids).items():
        if place.journal not in shared:
            continue
        entry = entries.get(tx, entry_id)
        assert entry is not None
        size += entry.size
        if found and size > request.max_bytes:
            break
        found.append(_out(entry))
    return found


def _out(entry: StoredEntry) -> OutEntry:
    return OutEntry.of(journals.signed(entry))


def _positions(known: Known) -> dict[DeviceKey, Position]:
    return {key: Position(seq, tag) for key, (seq, tag) in known.items()}
