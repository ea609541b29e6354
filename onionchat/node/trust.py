"""What speaks for and against a contact's keys: proofs, news of its devices, the words compared.

What lives here: functions on the database thread. What may not: what the person does about it
(`contacts`), what front ends are told (`notices`).
"""

from __future__ import annotations

import time
from collections.abc import Container, Iterable, Sequence
from typing import Final

from onionchat.node.changes import ContactUpdated, ForkFound
from onionchat.protocol.identity.roster import Act, is_eviction
from onionchat.protocol.identity.statements import Revoke, decode_statement
from onionchat.protocol.journal.entry import EntryKind, from_parts
from onionchat.protocol.journal.validate import Accepted
from onionchat.store import contacts, logs
from onionchat.store.contacts import Contact, ContactDevice, ContactState
from onionchat.store.entries import NewEntry, StoredEntry
from onionchat.store.journals import DIRECT, Journal
from onionchat.store.logs import EVICTION, Fork
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import AccountId, DeviceKey, EntryId, Millis, Trust
from onionchat.views import DeviceNewsView

NEWS_MILLIS: Final = 7 * 24 * 3600 * 1000
"""For how long it is told that a contact's devices changed."""

WITHOUT_PROOF: Final = "You marked this contact as compromised, here or on another device of yours."
"""Why a contact is compromised against which no proof is here."""

WROTE, HEARD, DUE, ASKED = 1, 2, 3, 4
"""Steps of the advice to compare safety words (`contacts.advised`): we have written, the contact
has, both have."""


def act_of(entry: StoredEntry) -> Act:
    """An entry of an account's journal as the roster wants to see it."""
    header = from_parts(entry.header, entry.signature, None).header
    return Act(
        id=entry.entry_id,
        author=entry.author,
        seq=entry.seq,
        parents=tuple(EntryId(parent) for parent in header.parents),
        body=entry.body if entry.kind == EntryKind.ROSTER else None,
    )


def accuse(tx: Transaction, number: ContactNo, proof: Fork) -> None:
    """There is a proof that a key of a contact's is misused: kept with what follows from it, or
    not at all, so that no crash comes between the two.

    What the person has seen, and then compared the words all the same, counts no second time.
    """
    compromised = contacts.get(tx, number).trust is Trust.COMPROMISED
    if logs.add_fork(tx, proof, again=not compromised):
        contacts.set_trust(tx, number, Trust.COMPROMISED, proof.seen)
        tx.emit(ContactUpdated(number))
        tx.emit(ForkFound(number, proof.author, proof.kind))


def accuse_own(tx: Transaction, proof: Fork) -> None:
    """There is a proof that a key of another device of ours is misused."""
    own = contacts.own(tx)
    if logs.add_fork(tx, proof) and own is not None:
        tx.emit(ForkFound(own.number, proof.author, proof.kind))


def look_for_evictions(
    tx: Transaction,
    journal: Journal,
    account: AccountId,
    taken: Iterable[Accepted],
    now: Millis,
) -> None:
    """Whether one of these entries of a contact's account, or of our self account, is a junior
    device's try to revoke a senior one: it is void, and proof that somebody has the device who
    should not."""
    assert journal.contact is not None
    contact = contacts.get(tx, journal.contact)
    if contact.account_id != account:
        return
    for item in taken:
        entry = item.entry
        if entry.header.kind != EntryKind.ROSTER or entry.body is None:
            continue
        if not isinstance(decode_statement(entry.body), Revoke):
            continue
        acts = map(act_of, logs.ordered(tx, journal.journal_id))
        if is_eviction(account, journal.journal_id, acts, entry.id):
            proof = Fork(
                journal.journal_id,
                entry.author,
                entry.seq,
                entry.header_bytes,
                entry.signature,
                now,
                EVICTION,
            )
            if contact.state is ContactState.OWN:
                accuse_own(tx, proof)
            else:
                accuse(tx, journal.contact, proof)


def against(tx: Transaction, contact: Contact) -> str | None:
    """What speaks against a contact's keys, one sentence or two; None if it is not compromised."""
    if contact.trust is not Trust.COMPROMISED:
        return None
    proof = logs.newest_fork(tx, contact.number)
    device = None if proof is None else _device(tx, contact.number, proof)
    if proof is None or device is None:
        return WITHOUT_PROOF
    number, seen = device.rank + 1, day(proof.seen)
    match proof.kind == EVICTION, device.active:
        case True, True:
            return (
                f"Device {number} of this contact tried to put out a device that is senior to it,"
                f" as was seen on {seen}: somebody else may have it."
            )
        case True, False:
            return (
                f"Device {number} of this contact tried to put out a device that is senior to it,"
                f" as was seen on {seen}: somebody else may have it. The contact has removed that"
                " device since."
            )
        case False, True:
            return (
                f"Device {number} of this contact signed two different messages for one place, as"
                f" was seen on {seen}: somebody else may have its key."
            )
    return (
        f"Device {number} of this contact signed two different messages for one place, as was seen"
        f" on {seen}: somebody else may have its key. The contact has removed that device since."
    )


def news(tx: Transaction, now: Millis) -> dict[ContactNo, tuple[DeviceNewsView, ...]]:
    """What became of contacts' devices in the last days, the oldest news first."""
    since = Millis(max(0, now - NEWS_MILLIS))
    found: dict[ContactNo, list[DeviceNewsView]] = {}
    for device in contacts.changed_devices(tx, since):
        told = found.setdefault(device.contact, [])
        number = device.rank + 1
        if device.added > since:
            told.append(DeviceNewsView(number, "added", device.added / 1000))
        if device.ended is not None and device.ended > since:
            told.append(DeviceNewsView(number, "removed", device.ended / 1000))
    return {number: tuple(sorted(told, key=lambda n: n.time)) for number, told in found.items()}


def warnings(tx: Transaction, now: Millis) -> list[str]:
    """What stands in `status` of contacts' keys and devices, a sentence each."""
    told = news(tx, now)
    sentences = []
    for contact in contacts.everyone(tx):
        if contact.state is not ContactState.ACTIVE:
            continue
        name = contact.petname
        if contact.trust is Trust.COMPROMISED:
            sentences.append(f"{name} is compromised. {against(tx, contact)}")
        sentences += [
            f"{name} {item.kind} a device on {day(Millis(int(item.time * 1000)))}."
            for item in told.get(contact.number, ())
        ]
    return sentences


def day(at: Millis) -> str:
    """The date of a moment, UTC."""
    return time.strftime("%Y-%m-%d", time.gmtime(at / 1000))


def exchanged(
    tx: Transaction, journal: Journal, added: Sequence[NewEntry], ours: Container[DeviceKey]
) -> None:
    """Messages were stored, those of `ours` by us: once both have written, it is time to compare
    safety words."""
    number = journal.contact
    if number is None or journal.kind != DIRECT or not any(entry.shown for entry in added):
        return
    contact = contacts.get(tx, number)
    if contact.advised >= DUE:
        return
    step = contact.advised
    for entry in added:
        if entry.shown:
            step |= WROTE if entry.author in ours else HEARD
    if step == DUE and contact.trust is not Trust.UNVALIDATED:
        # Whoever has compared them already, or has worse to think about, is not asked.
        step = ASKED
    if step != contact.advised:
        contacts.advise(tx, number, step)
    if step == DUE:
        tx.emit(ContactUpdated(number))


def _device(tx: Transaction, number: ContactNo, proof: Fork) -> ContactDevice | None:
    known = contacts.devices(tx, number)
    return next((device for device in known if device.device_key == proof.author), None)
