# ruff: noqa: S608 - the parts put together are constants
"""Contacts, their devices, and the chat list; and the row of one's own other devices.

What lives here: rows as the person's decisions and the folds of journals left them. What may not:
deciding states (node/), statements (entries), requests and invites (`invites`).

One's own other devices are one more row, in the state `OWN` (docs/devices.md, "The own row").
Whatever lists, finds or counts contacts leaves it out; `own` finds it, and what takes a number
works with it as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import apsw

from onionchat.errors import NameTaken, UnknownContact
from onionchat.protocol.contacts.states import ContactState as ContactState
from onionchat.store.transaction import ContactNo, PersonaNo, Row, Transaction
from onionchat.types import (
    AccountId,
    DeviceKey,
    EntryId,
    LinkKey,
    Millis,
    OnionKey,
    Trust,
    Visibility,
)

_COLUMNS = (
    "id, public_id, persona, account_id, state, petname, suggested_name, trust, visibility,"
    " greeting, created, verified, advised"
)
_TRUE = "state <> 'own'"
"""Holds for contacts, and not for the row of one's own other devices."""
_DRAFT = "substr(d.text, 1, 256)"
"""As much of a draft as of the newest message."""
_DEVICE_COLUMNS = (
    "contact, device_key, link_key, onion_key, access_secret, port, capabilities, active, rank,"
    " added, ended"
)


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact."""

    number: ContactNo
    public_id: bytes = field(repr=False)
    """What front ends name it by."""
    persona: PersonaNo
    """Who we are for it."""
    account_id: AccountId | None = field(repr=False)
    """Who it is for us; None until it answered."""
    state: ContactState
    petname: str = field(repr=False)
    suggested_name: str = field(repr=False)
    trust: Trust
    visibility: Visibility
    greeting: str = field(repr=False)
    created: Millis
    verified: Millis | None
    advised: int = 0
    """Whether the person was advised to compare safety words: see `advise`."""


@dataclass(frozen=True, slots=True)
class ContactDevice:
    """One device of a contact, as its roster says."""

    contact: ContactNo
    device_key: DeviceKey = field(repr=False)
    link_key: LinkKey = field(repr=False)
    onion_key: OnionKey | None = field(repr=False)
    access_secret: bytes | None = field(repr=False)
    port: int
    capabilities: int
    active: bool
    rank: int = 0
    """Its place by seniority, from 0."""
    added: Millis = Millis(0)
    """When this device heard of it; 0: it was there from the beginning."""
    ended: Millis | None = None
    """When this device heard that it is active no more; 0: it was not from the beginning on."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A line of the chat list: the contact, its newest message, what is unread and queued."""

    contact: Contact
    last_entry: EntryId | None = field(repr=False)
    last_time: Millis | None
    last_text: str = field(repr=False)
    """The beginning of the newest message."""
    last_mine: bool
    unread: int
    queued: int
    draft: str = field(default="", repr=False)
    """The beginning of what was written and not sent."""


def add(
    tx: Transaction,
    *,
    public_id: bytes,
    persona: PersonaNo,
    petname: str,
    created: Millis,
    state: ContactState = ContactState.OUTGOING,
    account_id: AccountId | None = None,
    suggested_name: str = "",
    greeting: str = "",
) -> ContactNo:
    """Store a new contact, unvalidated and visible.

    Raises:
        NameTaken: another contact has that petname (in other capitals, perhaps).
    """
    with tx.savepoint():
        try:
            number = tx.insert(
                "INSERT INTO contacts (public_id, persona, account_id, state, petname, petname_key,"
                " suggested_name, trust, visibility, greeting, created)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                public_id,
                persona,
                account_id,
                state,
                petname,
                petname.casefold(),
                suggested_name,
                Trust.UNVALIDATED,
                Visibility.ONLINE,
                greeting,
                created,
            )
        except apsw.ConstraintError as error:
            if by_petname(tx, petname) is not None:
                raise NameTaken from error
            raise
        tx.execute(
            "INSERT INTO summaries (contact, last_effective, last_depth, last_entry_id, last_time,"
            " last_text, last_mine, unread, queued) VALUES (?, 0, 0, x'', 0, '', 0, 0, 0)",
            number,
        )
    return ContactNo(number)


def get(tx: Transaction, number: ContactNo) -> Contact:
    """The contact of that number. Raises UnknownContact."""
    return _one(tx, "id = ?", number)


def own(tx: Transaction) -> Contact | None:
    """The row of one's own other devices; None before the first one came (index contacts_own)."""
    row = tx.row(f"SELECT {_COLUMNS} FROM contacts WHERE state = 'own'")
    return _contact(row) if row else None


def is_own(tx: Transaction, number: ContactNo) -> bool:
    """Whether that is the row of one's own other devices."""
    return tx.row("SELECT 1 FROM contacts WHERE id = ? AND state = 'own'", number) is not None


def by_petname(tx: Transaction, petname: str) -> Contact | None:
    """The contact of that petname, whatever its capitals."""
    return _maybe(tx, f"petname_key = ? AND {_TRUE}", petname.casefold())


def by_account(tx: Transaction, account_id: AccountId) -> Contact | None:
    """The contact with that account id."""
    return _maybe(tx, f"account_id = ? AND {_TRUE}", account_id)


def by_persona(tx: Transaction, persona: PersonaNo) -> Contact | None:
    """The contact for whom we are that persona."""
    return _maybe(tx, f"persona = ? AND {_TRUE}", persona)


def by_id_prefix(tx: Transaction, first: bytes, last: bytes) -> list[Contact]:
    """Up to two contacts whose public id is in `first` ≤ id ≤ `last`: none, one, or ambiguous."""
    return [
        _contact(row)
        for row in tx.rows(
            f"SELECT {_COLUMNS} FROM contacts WHERE public_id BETWEEN ? AND ? AND {_TRUE} LIMIT 2",
            first,
            last,
        )
    ]


def everyone(tx: Transaction) -> list[Contact]:
    """All contacts, the oldest first."""
    return [
        _contact(row)
        for row in tx.rows(f"SELECT {_COLUMNS} FROM contacts WHERE {_TRUE} ORDER BY id")
    ]


def petnames(tx: Transaction) -> list[tuple[ContactNo, str]]:
    """All contacts' names, the oldest contact first."""
    return [
        (row[0], row[1])
        for row in tx.rows(f"SELECT id, petname FROM contacts WHERE {_TRUE} ORDER BY id")
    ]


def rename(tx: Transaction, number: ContactNo, petname: str) -> None:
    """Give another petname. Raises NameTaken, UnknownContact."""
    holder = by_petname(tx, petname)
    if holder is not None and holder.number != number:
        raise NameTaken
    _set(tx, number, "petname = ?, petname_key = ?", petname, petname.casefold())


def set_state(tx: Transaction, number: ContactNo, state: ContactState) -> None:
    """Store the state that the exchange or the person led to. Raises UnknownContact."""
    _set(tx, number, "state = ?", state)


def set_account(tx: Transaction, number: ContactNo, account_id: AccountId) -> None:
    """Store who the contact turned out to be. Raises UnknownContact."""
    _set(tx, number, "account_id = ?", account_id)


def set_suggested_name(tx: Transaction, number: ContactNo, name: str) -> None:
    """Store what the contact calls itself. Raises UnknownContact."""
    _set(tx, number, "suggested_name = ?", name)


def set_trust(tx: Transaction, number: ContactNo, trust: Trust, at: Millis | None) -> None:
    """Store the trust, and when the words were compared. Raises UnknownContact."""
    _set(tx, number, "trust = ?, verified = ?", trust, at)


def set_visibility(tx: Transaction, number: ContactNo, visibility: Visibility) -> None:
    """Store what this contact alone may see. Raises UnknownContact."""
    _set(tx, number, "visibility = ?", visibility)


def put_device(tx: Transaction, device: ContactDevice) -> None:
    """Store a device of a contact as its roster says now, instead of what was known of it."""
    tx.execute(
        f"INSERT INTO contact_devices ({_DEVICE_COLUMNS})"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (contact, device_key) DO UPDATE SET onion_key = excluded.onion_key,"
        " access_secret = excluded.access_secret, port = excluded.port,"
        " capabilities = excluded.capabilities, active = excluded.active,"
        " link_key = excluded.link_key, rank = excluded.rank, added = excluded.added,"
        " ended = excluded.ended",
        device.contact,
        device.device_key,
        device.link_key,
        device.onion_key,
        device.access_secret,
        device.port,
        device.capabilities,
        device.active,
        device.rank,
        device.added,
        device.ended,
    )


def devices(tx: Transaction, contact: ContactNo) -> list[ContactDevice]:
    """All devices of a contact, revoked ones too (index contact_devices_contact)."""
    return [
        _device(row)
        for row in tx.rows(
            f"SELECT {_DEVICE_COLUMNS} FROM contact_devices WHERE contact = ? ORDER BY id", contact
        )
    ]


def has_device(tx: Transaction, key: DeviceKey) -> bool:
    """Whether a device is a contact's, or was: O(devices of contacts)."""
    return (
        tx.row(
            "SELECT 1 FROM contact_devices AS d JOIN contacts AS c ON c.id = d.contact"
            " WHERE d.device_key = ? AND c.state <> ?",
            key,
            ContactState.OWN.value,
        )
        is not None
    )


def active_devices(tx: Transaction) -> list[ContactDevice]:
    """The active devices of all active contacts: whom to dial."""
    return [
        _device(row)
        for row in tx.rows(
            "SELECT d.contact, d.device_key, d.link_key, d.onion_key, d.access_secret, d.port,"
            " d.capabilities, d.active, d.rank, d.added, d.ended"
            " FROM contact_devices AS d JOIN contacts AS c"
            " ON c.id = d.contact WHERE d.active = 1 AND c.state = ? ORDER BY d.id",
            ContactState.ACTIVE,
        )
    ]


def changed_devices(tx: Transaction, since: Millis) -> list[ContactDevice]:
    """The devices of all contacts that came or went after `since`: a scan of all devices."""
    return [
        _device(row)
        for row in tx.rows(
            f"SELECT {_DEVICE_COLUMNS} FROM contact_devices WHERE added > ? OR ended > ?"
            " ORDER BY contact, rank, id",
            since,
            since,
        )
    ]


def advise(tx: Transaction, number: ContactNo, step: int) -> None:
    """Store how far the advice to compare safety words is (`node.trust`). Raises
    UnknownContact."""
    _set(tx, number, "advised = ?", step)


def chat_list(tx: Transaction) -> list[Summary]:
    """All contacts, the latest conversation first: a scan of the summaries, never of entries."""
    columns = ", ".join("c." + name.strip() for name in _COLUMNS.split(","))
    return [
        Summary(
            contact=_contact(row[:13]),
            last_entry=row[13] or None,
            last_time=row[14] if row[13] else None,
            last_text=row[15],
            last_mine=bool(row[16]),
            unread=row[17],
            queued=row[18],
            draft=row[19] or "",
        )
        for row in tx.rows(
            f"SELECT {columns}, s.last_entry_id, s.last_time, s.last_text, s.last_mine, s.unread,"
            f" s.queued, {_DRAFT} FROM summaries AS s JOIN contacts AS c ON c.id = s.contact"
            " LEFT JOIN drafts AS d ON d.contact = s.contact WHERE c.state <> 'own'"
            " ORDER BY s.last_effective DESC, s.last_depth DESC, s.last_entry_id DESC, c.id DESC"
        )
    ]


def summary(tx: Transaction, number: ContactNo) -> Summary:
    """One line of the chat list. Raises UnknownContact."""
    row = tx.row(
        "SELECT s.last_entry_id, s.last_time, s.last_text, s.last_mine, s.unread, s.queued,"
        f" {_DRAFT} FROM summaries AS s LEFT JOIN drafts AS d ON d.contact = s.contact"
        " WHERE s.contact = ?",
        number,
    )
    if row is None:
        raise UnknownContact
    return Summary(
        contact=get(tx, number),
        last_entry=row[0] or None,
        last_time=row[1] if row[0] else None,
        last_text=row[2],
        last_mine=bool(row[3]),
        unread=row[4],
        queued=row[5],
        draft=row[6] or "",
    )


def queued(tx: Transaction) -> int:
    """Messages of ours that no device of their contact has yet, over all contacts: O(contacts)."""
    row = tx.row("SELECT COALESCE(SUM(queued), 0) FROM summaries")
    assert row is not None
    return int(row[0])


def _set(
    tx: Transaction, number: ContactNo, assignments: str, *values: str | bytes | int | None
) -> None:
    if not tx.execute(f"UPDATE contacts SET {assignments} WHERE id = ?", *values, number):
        raise UnknownContact


def _maybe(tx: Transaction, condition: str, value: bytes | str | int) -> Contact | None:
    row = tx.row(f"SELECT {_COLUMNS} FROM contacts WHERE {condition}", value)
    return _contact(row) if row else None


def _one(tx: Transaction, condition: str, value: int) -> Contact:
    found = _maybe(tx, condition, value)
    if found is None:
        raise UnknownContact
    return found


def _contact(row: Row) -> Contact:
    return Contact(
        number=row[0],
        public_id=row[1],
        persona=row[2],
        account_id=row[3],
        state=ContactState(row[4]),
        petname=row[5],
        suggested_name=row[6],
        trust=Trust(row[7]),
        visibility=Visibility(row[8]),
        greeting=row[9],
        created=row[10],
        verified=row[11],
        advised=row[12],
    )


def _device(row: Row) -> ContactDevice:
    return ContactDevice(
        contact=row[0],
        device_key=row[1],
        link_key=row[2],
        onion_key=row[3],
        access_secret=row[4],
        port=row[5],
        capabilities=row[6],
        active=bool(row[7]),
        rank=row[8],
        added=row[9],
        ended=row[10],
    )
