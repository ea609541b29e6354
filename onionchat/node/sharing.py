"""What this device tells one's other devices in the `self` journal (docs/devices.md).

What lives here: the state of this device as values of that journal, and what is told when. What may
not: applying what others told (`household`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final

from onionchat.node import accounts, journals, petnames, preferences
from onionchat.protocol.contacts.introduction import beginning
from onionchat.protocol.journal.ids import account_journal
from onionchat.protocol.rooms.household import (
    OWN_ONION,
    PETNAME,
    PROFILE_NAME,
    RECOVERY_BOX,
    REMOVED,
    STATE,
    TRUST,
    VISIBILITY,
    Acquainted,
    PersonaRecord,
    build_consent,
    cleared_key,
    contact_key,
    decode_consent,
    decode_record,
    deleted_key,
    draft_key,
    encode_cleared,
    encode_record,
    encode_seq,
    member_key,
    persona_key,
    read_key,
    setting_key,
)
from onionchat.store import (
    contacts,
    drafts,
    erasing,
    frontiers,
    logs,
    onions,
    personas,
    self_state,
)
from onionchat.store import journals as stored
from onionchat.store.contacts import Contact, ContactState
from onionchat.store.personas import Persona
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import AccountId, DeviceKey, LinkKey, Millis, Seq


def first_entries(tx: Transaction, account: AccountId) -> tuple[bytes, ...]:
    """The entries of an account's journal by which it introduces itself."""
    ordered = logs.ordered(tx, account_journal(account))
    return tuple(entry.to_bytes() for entry in beginning(map(journals.signed, ordered)))


def share_contact(tx: Transaction, number: ContactNo, now: Millis, *facts: str) -> None:
    """Tell these facts of a contact: PETNAME, TRUST, VISIBILITY, STATE. Of a request that was not
    answered yet, and of a contact that is being removed, nothing is told."""
    contact = contacts.get(tx, number)
    account = _told_of(tx, contact)
    if account is None:
        return
    for fact in facts:
        value = _FACTS[fact](tx, contact)
        if accounts.share_if_new(tx, contact_key(account, fact), value, now) and fact == PETNAME:
            petnames.settle(tx)


def _told_of(tx: Transaction, contact: Contact) -> AccountId | None:
    """The account of a contact that other devices are told of; None if there is nothing to tell, or
    nobody."""
    account = contact.account_id
    if account is None or contact.state is ContactState.OWN:
        return None
    return account if accounts.other_devices(tx) and not is_removed(tx, account) else None


def share_new(tx: Transaction, number: ContactNo, now: Millis) -> None:
    """Tell of a contact that there is now, and everything of it."""
    contact = contacts.get(tx, number)
    account = _told_of(tx, contact)
    if account is None:
        return
    # Before the contact itself: no device may place it before it knows.
    share_own_onion(tx, number, now)
    persona = personas.get(tx, contact.persona)
    if persona.admitted:
        # First, for it proves that the record is told by who founded the persona.
        share_member(tx, persona, (), now)
    key = persona_key(persona.account_id)
    known = self_state.value(tx, key)
    if known is None or decode_record(known).contact is None:
        record = PersonaRecord(
            recovery_box=persona.recovery_box,
            created=persona.created,
            entries=first_entries(tx, persona.account_id),
            reserved=None,
            contact=Acquainted(account, first_entries(tx, account), contact.public_id),
        )
        accounts.share(tx, key, encode_record(record), now)
    share_contact(tx, number, now, *_FACTS)
    share_read(tx, number, frontiers.person_read(tx, number), now)
    share_draft(tx, number, now)


def share_own_onion(tx: Transaction, number: ContactNo, now: Millis) -> None:
    """Tell that a contact is served at an onion that nobody else knows, if it is."""
    account = _told_of(tx, contacts.get(tx, number))
    slot = onions.slot_of(tx, number)
    if account is not None and slot is not None and onions.get(tx, slot.onion).exclusive:
        accounts.share_if_new(tx, contact_key(account, OWN_ONION), b"", now)


def share_member(
    tx: Transaction, persona: Persona, authors: Collection[DeviceKey], now: Millis
) -> None:
    """Tell by which keys this device is in a persona, and that `authors` may add it there, unless
    that was told."""
    own = personas.self_account(tx)
    if own is None:
        return
    member, device = DeviceKey(own.device.public), DeviceKey(persona.device.public)
    key = member_key(persona.account_id, member, device)
    before = self_state.value(tx, key)
    if before is not None and decode_consent(before).authors.issuperset(authors):
        return
    link_key = LinkKey(persona.link.public)
    value = build_consent(persona.account_id, member, persona.device, link_key, authors)
    accounts.share(tx, key, value, now)


def share_read(
    tx: Transaction, number: ContactNo, marks: Mapping[DeviceKey, Seq], now: Millis
) -> None:
    """Tell how far the person has read a contact's logs."""
    account = contacts.get(tx, number).account_id
    if account is not None:
        for author, seq in marks.items():
            accounts.share_if_new(tx, read_key(account, author), encode_seq(seq), now)


def share_draft(tx: Transaction, number: ContactNo, now: Millis) -> None:
    """Tell what the person has begun to write to a contact, or that there is nothing any more."""
    account = contacts.get(tx, number).account_id
    if account is not None:
        text = drafts.get(tx, number)
        accounts.share_if_new(tx, draft_key(account), text.encode() or None, now)


def share_drafts(tx: Transaction, now: Millis) -> None:
    """Tell of all drafts what was not told when the node ended. O(drafts)."""
    if accounts.other_devices(tx):
        for number in drafts.kept(tx):
            share_draft(tx, number, now)


def share_setting(tx: Transaction, name: str, now: Millis) -> None:
    """Tell a setting, if it is one of the person and not of the device."""
    if name in preferences.OF_PERSON:
        accounts.share_if_new(tx, setting_key(name), preferences.get(tx, name).encode(), now)


def share_removed(tx: Transaction, account: AccountId, now: Millis) -> None:
    """Tell that a contact is to be forgotten, on each device and for good."""
    accounts.share_if_new(tx, contact_key(account, REMOVED), b"", now)


def is_removed(tx: Transaction, account: AccountId) -> bool:
    """Whether the person wants a contact forgotten."""
    return self_state.get(tx, contact_key(account, REMOVED)) is not None


def share_everything(tx: Transaction, now: Millis) -> None:
    """Tell everything that no other device could know yet: to be called in the transaction that
    makes the first other device a member. O(contacts)."""
    if len(accounts.other_devices(tx)) != 1:
        return
    account = accounts.load(tx)
    accounts.share_if_new(tx, PROFILE_NAME, account.name.encode(), now)
    if account.persona.recovery_box:
        accounts.share_if_new(tx, RECOVERY_BOX, account.persona.recovery_box, now)
    for name in sorted(preferences.OF_PERSON):
        share_setting(tx, name, now)
    for contact in contacts.everyone(tx):
        share_new(tx, contact.number, now)
        _share_erased(tx, contact, now)


def _share_erased(tx: Transaction, contact: Contact, now: Millis) -> None:
    """Tell what the person has erased of a conversation: from the contact a new device would get it
    all the same."""
    account, journal = _told_of(tx, contact), stored.direct(tx, contact.number)
    if account is None or journal is None:
        return
    share_cleared(tx, contact, now)
    for entry in erasing.hidden(tx, journal):
        accounts.share_if_new(tx, deleted_key(account, entry), b"", now)


def share_cleared(tx: Transaction, contact: Contact, now: Millis) -> None:
    """Tell up to where the logs of a conversation are erased here, by the newest entry of each that
    is to go."""
    own, account = personas.self_account(tx), contact.account_id
    journal = stored.direct(tx, contact.number)
    if own is None or account is None or journal is None:
        return
    upto = {
        author: (seq, last.entry_id)
        for author, seq in erasing.clear(tx, journal, {}).items()
        if (last := logs.at(tx, journal.journal_id, author, seq)) is not None
    }
    if upto:
        key = cleared_key(account, DeviceKey(own.device.public))
        accounts.share_if_new(tx, key, encode_cleared(upto), now)


_FACTS: Final[dict[str, Callable[[Transaction, Contact], bytes]]] = {
    STATE: lambda _tx, contact: contact.state.value.encode(),
    PETNAME: lambda _tx, contact: contact.petname.encode(),
    TRUST: lambda _tx, contact: contact.trust.value.encode(),
    VISIBILITY: lambda _tx, contact: contact.visibility.value.encode(),
}
