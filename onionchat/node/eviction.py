"""Ending a device of the person in one account: whose key is which, and the statement that ends it.

What lives here: functions on the database thread, for the self account and for personas, each
idempotent (docs/devices.md, "Putting a device out"). What may not: who asks for it and what goes
with it (`revocation`), who comes in (`membership`).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from onionchat.errors import InvalidInput, NotAdmittedYet, ProtocolViolation, RestoredBackup
from onionchat.node import accounts, counting, journals, trust
from onionchat.protocol.crypto.keys import AgreementKey
from onionchat.protocol.identity.recovery import open_recovery
from onionchat.protocol.identity.roster import Roster
from onionchat.protocol.identity.statements import (
    Revoke,
    build_revoke,
    decode_statement,
    is_by_recovery,
)
from onionchat.protocol.journal.entry import EntryKind
from onionchat.protocol.journal.ids import account_journal, direct_journal, self_journal
from onionchat.protocol.rooms.household import (
    Consent,
    decode_consent,
    member_key,
    persona_key,
)
from onionchat.store import contacts, entries, frontiers, logs, personas, self_state, settings
from onionchat.store.personas import Persona
from onionchat.store.transaction import Transaction
from onionchat.types import AccountId, DeviceKey, JournalId, Millis

_SIGNED: Final = "revocation/"
"""Statements that the recovery key has signed and that are not in a journal yet."""


# --- whose key is which ---------------------------------------------------------------------------


def consents_of(
    tx: Transaction,
    account: AccountId,
    device: DeviceKey,
    among: Collection[DeviceKey] | None = None,
) -> list[Consent]:
    """What a device of the person (its key in the self account) said to become a member: of each of
    the keys that it had in `account`, or of those `among` these. What it does not prove to be its
    own is left out."""
    found = []
    wanted = None if among is None else {key.hex() for key in among}
    for key, value in self_state.under(tx, *member_key(account, device, DeviceKey(b""))[:3]):
        if wanted is not None and wanted.isdisjoint(key[3:]):
            continue
        try:
            consent = decode_consent(value)
        except ProtocolViolation:
            continue
        if key[3:] == (consent.device_key.hex(),) and consent.is_of(account, device):
            found.append(consent)
    return found


def active_keys(
    tx: Transaction, persona: Persona, household: Roster, device: DeviceKey
) -> set[DeviceKey]:
    """By which keys a device of the person is an active member of a persona.

    Each device says that itself, and proves it. Who founded a persona may have said nothing: then
    it is the one that told of the persona.
    """
    account = persona.account_id
    known = journals.roster(tx, account)
    if known is None:
        return set()
    active = {key for key, member in known.devices.items() if member.active}
    own = personas.self_account(tx)
    if own is not None and own.device.public == device:
        return active & {DeviceKey(persona.device.public)}
    active.discard(DeviceKey(persona.device.public))
    if not active:
        return active
    found = {DeviceKey(one.device_key) for one in consents_of(tx, account, device, active)}
    founder = next(iter(known.devices))
    if founder in active - found and _told_by(tx, account) == device:
        others = (consents_of(tx, account, other, {founder}) for other in household.devices)
        if not any(others):
            found.add(founder)
    return found


def _told_by(tx: Transaction, account: AccountId) -> DeviceKey | None:
    held = self_state.get(tx, persona_key(account))
    record = None if held is None else entries.get(tx, held.order.id)
    return None if record is None else record.author


def may_end(known: Roster, by: DeviceKey, key: DeviceKey) -> bool:
    """Whether one active device of an account may end another, or itself."""
    author, target = known.devices.get(by), known.devices.get(key)
    return (
        author is not None
        and target is not None
        and author.active
        and target.active
        and author.rank <= target.rank
    )


def can_end(tx: Transaction, persona: Persona, household: Roster, device: DeviceKey) -> bool:
    """Whether any device of the person may end that one in a persona, now or once it is a member
    there."""
    known = journals.roster(tx, persona.account_id)
    if known is None or not persona.admitted:
        return True
    return all(
        any(
            may_end(known, by, key)
            for other in household.devices
            if other != device and household.active(other)
            for by in active_keys(tx, persona, household, other)
        )
        for key in active_keys(tx, persona, household, device)
    )


def settle(tx: Transaction, persona: Persona, own: Persona, household: Roster, now: Millis) -> None:
    """End in a persona the devices that are none of the person's any more, if that is this device's
    to do.

    It is, if the person asked for it here, or if the one on which it was asked cannot: with several
    statements the earliest epilogue counts, and what was written between them would be lost.
    """
    append_signed(tx, persona, now)
    this = DeviceKey(persona.device.public)
    for gone in household.devices.values():
        if gone.active or gone.key == own.device.public:
            # Nobody ends itself because others say so: it may be a thief who has the senior one.
            continue
        for key in active_keys(tx, persona, household, gone.key):
            known = journals.roster(tx, persona.account_id)
            assert known is not None
            if not may_end(known, this, key):
                continue
            asker, by_recovery = _asker(tx, own, household, gone.key)
            if asker is not None and asker != own.device.public:
                theirs = active_keys(tx, persona, household, asker)
                if any(by_recovery or may_end(known, other, key) for other in theirs):
                    continue
            try:
                end(tx, persona, key, now)
            except (RestoredBackup, NotAdmittedYet):
                return  # once it is safe to sign


# --- ending ---------------------------------------------------------------------------------------


def end(tx: Transaction, account: Persona, key: DeviceKey, now: Millis) -> None:
    """End a device in an account by the word of this one.

    Raises: RestoredBackup, NotAdmittedYet: this device may not sign there now.
    """
    _state(tx, account, build_revoke(account.account_id, key, _ends(tx, account, key)), now)


def sign(tx: Transaction, account: Persona, key: DeviceKey, phrase: AgreementKey) -> None:
    """Have the recovery key end a device in an account; `append_signed` does the rest.

    It is right whoever is senior. What the device said of this one in that account's journal, it
    said too late: whoever has the phrase goes before whoever has a senior device.

    Raises:
        InvalidInput: the phrase is another account's, or the sealed secret is damaged or not here.
    """
    known = journals.roster(tx, account.account_id)
    secret = open_recovery(phrase, account.recovery_box)
    if known is None or secret.public != known.recovery_key:
        raise InvalidInput("This recovery phrase does not belong to this account.")
    ends = _ends(tx, account, key)
    _before_it_ended_us(tx, account, key, ends)
    statement = build_revoke(account.account_id, key, ends, secret)
    settings.put(tx, f"{_SIGNED}{account.account_id.hex()}/{key.hex()}", statement)


def append_signed(tx: Transaction, account: Persona, now: Millis) -> None:
    """Put into an account's journal what the recovery key has signed for it. What this device may
    not write now waits."""
    for name in settings.beginning(tx, f"{_SIGNED}{account.account_id.hex()}/"):
        statement = settings.get(tx, name)
        assert statement is not None
        try:
            _state(tx, account, statement, now)
        except (RestoredBackup, NotAdmittedYet):
            continue
        settings.put(tx, name, None)


def settle_own(tx: Transaction, now: Millis) -> None:
    """Do the same for the self account, if its other devices are to be others by that."""
    own, row = personas.self_account(tx), contacts.own(tx)
    if own is not None and row is not None and waits(tx, own):
        append_signed(tx, own, now)
        journals.refresh_devices(tx, row.number, now)


def waits(tx: Transaction, account: Persona) -> bool:
    """Whether something that the recovery key has signed for an account is not in its journal."""
    return bool(settings.beginning(tx, f"{_SIGNED}{account.account_id.hex()}/"))


def _asker(
    tx: Transaction, own: Persona, household: Roster, device: DeviceKey
) -> tuple[DeviceKey | None, bool]:
    """The active device on which the person said that `device` is to go (of several the senior one;
    None if it is none of the person's any more), and whether by the recovery words."""
    found: dict[DeviceKey, bool] = {}
    for entry in logs.ordered(tx, account_journal(own.account_id)):
        if entry.kind == EntryKind.ROSTER and entry.body is not None:
            said = decode_statement(entry.body)
            if isinstance(said, Revoke) and said.device_key == device:
                found[entry.author] = found.get(entry.author) or bool(said.recovery_signature)
    asked = [one.key for one in household.devices.values() if one.active and one.key in found]
    return (asked[0], found[asked[0]]) if asked else (None, False)


def _state(tx: Transaction, account: Persona, statement: bytes, now: Millis) -> None:
    before = journals.roster(tx, account.account_id)
    accounts.state(tx, account, statement, now)
    after = journals.roster(tx, account.account_id)
    contact = None if account.is_self else contacts.by_persona(tx, account.number)
    if contact is not None and before is not None and after is not None:
        counting.recount(tx, contact.number, before, after, now)


def _ends(tx: Transaction, account: Persona, key: DeviceKey) -> dict[JournalId, int]:
    """Up to where this device has the other one's logs in the journals of an account."""
    named = [account_journal(account.account_id)]
    if account.is_self:
        named.append(self_journal(account.account_id))
    else:
        contact = contacts.by_persona(tx, account.number)
        if contact is not None and contact.account_id is not None:
            named.append(direct_journal(account.account_id, contact.account_id))
    tips = {journal: frontiers.tip(tx, journal, key) for journal in named}
    return {journal: tip.seq for journal, tip in tips.items() if tip is not None}


def _before_it_ended_us(
    tx: Transaction, account: Persona, key: DeviceKey, ends: dict[JournalId, int]
) -> None:
    journal = account_journal(account.account_id)
    for entry in map(trust.act_of, logs.ordered(tx, journal)):
        said = None if entry.body is None else decode_statement(entry.body)
        if (
            isinstance(said, Revoke)
            and (entry.author, said.device_key) == (key, account.device.public)
            and not _is_by_recovery(tx, account, said)
        ):
            ends[journal] = min(ends[journal], entry.seq - 1)


def _is_by_recovery(tx: Transaction, account: Persona, said: Revoke) -> bool:
    known = journals.roster(tx, account.account_id)
    return known is not None and is_by_recovery(said, account.account_id, known.recovery_key)
