"""One's own devices as members of the self account (docs/devices.md, "The own row").

What lives here: the row of one's other devices, taking a new device in, and becoming one. What may
not: how two devices come to talk (`protocol.linking`), what they tell each other of contacts.
Functions on the database thread.
"""

from __future__ import annotations

from typing import Final

from onionchat.errors import (
    BadSignature,
    NotPermitted,
    ProfileNotFresh,
    TooManyDevices,
    TooManyOnions,
)
from onionchat.node import accounts, journals, onions, sharing
from onionchat.node.changes import AccountReplaced
from onionchat.node.own_logs import Source
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.identity.roster import MAX_DEVICES
from onionchat.protocol.identity.statements import Add, build_add, is_consented
from onionchat.protocol.journal.ids import account_journal, self_journal
from onionchat.protocol.linking.account_entries import AccountJournal
from onionchat.protocol.linking.host import AccountFacts
from onionchat.store import contacts, forget, invites
from onionchat.store import journals as stored
from onionchat.store.contacts import ContactState
from onionchat.store.personas import Persona
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import DeviceKey, LinkKey, Millis

ID_BYTES: Final = 16
"""Bytes of the row's public id, which nobody is told."""


def ensure(tx: Transaction, rng: Rng, now: Millis) -> ContactNo:
    """The row of one's other devices. It is made if there is none: from then on the journals of the
    self account are its, and this device can be dialled at an onion that no contact knows (at a
    shared one if no group of contact onions is free), as the self account's journal says.
    """
    present = contacts.own(tx)
    if present is not None:
        return present.number
    number = _make_row(tx, _self_account(tx), rng, now)
    _place(tx, number, rng, now)
    return number


def _make_row(tx: Transaction, account: Persona, rng: Rng, now: Millis) -> ContactNo:
    number = contacts.add(
        tx,
        public_id=rng.random_bytes(ID_BYTES),
        persona=account.number,
        petname="",  # no contact can have it
        created=now,
        state=ContactState.OWN,
        account_id=account.account_id,
    )
    for journal, kind in (
        (account_journal(account.account_id), stored.ACCOUNT),
        (self_journal(account.account_id), stored.SELF),
    ):
        stored.ensure(tx, journal, kind)
        stored.share_with(tx, journal, number)
    return number


def _place(tx: Transaction, number: ContactNo, rng: Rng, now: Millis) -> None:
    try:
        onions.place_alone(tx, number, rng, now)
    except TooManyOnions:
        onions.place(tx, number, rng, now)
    journals.refresh_devices(tx, number, now)


def facts(tx: Transaction) -> AccountFacts:
    """What a new device is told of the account, once the person has let it in."""
    account = accounts.load(tx)
    return AccountFacts(
        account.recovery_public,
        account.name,
        DeviceKey(account.persona.device.public),
        tuple(journals.account_entries(tx, account.persona.account_id)),
    )


def admit(
    tx: Transaction,
    rng: Rng,
    *,
    device_key: DeviceKey,
    link_key: LinkKey,
    consent: bytes,
    now: Millis,
) -> tuple[bytes, ...]:
    """Take a new device into the self account: from the commit on it is a member. Doing it again
    changes nothing.

    Returns all entries of the account's journal, parents first; the new device's `Add` and our
    `Address` are among them.

    Raises:
        BadSignature: the device did not consent to be added by this one to this account.
        NotPermitted: this device was revoked, that one was, or another one has its link key.
        TooManyDevices: the account has admitted as many as it ever can.
        RestoredBackup: this is a copy, and our log in the account may be longer elsewhere.
    """
    account = _self_account(tx)
    author = DeviceKey(account.device.public)
    roster = journals.roster(tx, account.account_id)
    assert roster is not None
    known = roster.devices.get(device_key)
    if known is None:
        if not is_consented(Add(device_key, link_key, consent), account.account_id, author):
            raise BadSignature
        if not roster.active(author) or roster.device(link_key) is not None:
            raise NotPermitted
        if len(roster.devices) >= MAX_DEVICES or len(roster.known) >= MAX_DEVICES:
            raise TooManyDevices
        ensure(tx, rng, now)
        accounts.state(tx, account, build_add(device_key, link_key, consent), now)
        sharing.share_everything(tx, now)
    elif not known.active or known.link_key != link_key:
        raise NotPermitted
    journals.refresh_devices(tx, ensure(tx, rng, now), now)
    return tuple(journals.account_entries(tx, account.account_id))


def is_fresh(tx: Transaction) -> bool:
    """Whether this profile has met nobody yet, so that it can become a device of an account."""
    return not contacts.everyone(tx) and contacts.own(tx) is None and not invites.any_request(tx)


def become(
    tx: Transaction,
    rng: Rng,
    *,
    account: AccountJournal,
    device: SigningKey,
    link: AgreementKey,
    recovery_public: bytes,
    name: str,
    now: Millis,
) -> None:
    """Be a device of `account` from now on, by the keys under which it was added there.

    The profile's own self account was never told to anybody; it is given up, with its journals.

    Raises:
        ProfileNotFresh: there are contacts, requests, or other devices.
        NotPermitted: the account's journal does not say that this device is an active member.
    """
    if not is_fresh(tx):
        raise ProfileNotFresh
    member = account.roster.devices.get(DeviceKey(device.public))
    if member is None or not member.active or member.link_key != link.public:
        raise NotPermitted
    forget.self_account(tx)
    persona = accounts.take_over(tx, account.account, device, link, recovery_public, name, now)
    number = _make_row(tx, persona, rng, now)
    first = account.entries[0]
    taken = journals.take(
        tx, first.journal, account.entries, now, source=Source(number, first.author)
    )
    if len(taken.outcome.accepted) != len(account.entries):
        raise NotPermitted  # as `read_account` checked it, it is whole
    _place(tx, number, rng, now)
    tx.emit(AccountReplaced())


def _self_account(tx: Transaction) -> Persona:
    return accounts.load(tx).persona
