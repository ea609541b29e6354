"""Who we are: the self account, a persona for each relationship, the `self` journal.

What lives here: making them, and writing what one's own devices share. What may not: contacts'
state (`contacts`), keys of onion services (`onions`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from onionchat.node import restored
from onionchat.node.journals import ACCOUNT, SELF, append, roster
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.identity.persona import Persona as NewPersona
from onionchat.protocol.identity.statements import build_profile
from onionchat.protocol.journal.entry import EntryKind
from onionchat.protocol.journal.ids import account_journal, self_journal
from onionchat.protocol.journal.order import OrderKey
from onionchat.protocol.rooms.bodies import decode_put, encode_put
from onionchat.protocol.rooms.household import Key, grows
from onionchat.protocol.rooms.self_state import Held, meet
from onionchat.store import frontiers, personas, self_state, settings, unwritten
from onionchat.store import journals as stored_journals
from onionchat.store.personas import Persona
from onionchat.store.transaction import Transaction
from onionchat.types import AccountId, DeviceKey, Millis

_NAME: Final = "account.name"
_RECOVERY: Final = "account.recovery"


@dataclass(frozen=True, slots=True)
class Account:
    """The self account as loaded at the start."""

    persona: Persona
    name: str = field(repr=False)
    """Display name: a suggestion to contacts."""
    recovery_public: bytes = field(repr=False)
    """The recovery phrase's X25519 key, 32 bytes; the phrase itself is nowhere on this machine."""


def found(tx: Transaction, rng: Rng, recovery_public: bytes, name: str, now: Millis) -> None:
    """Make the self account of a new profile. `name` is clean (`onionchat.names`)."""
    _keep(tx, recovery_public, name)
    made = NewPersona.create(rng, recovery_public)
    _store(tx, made, now, is_self=True)


def _keep(tx: Transaction, recovery_public: bytes, name: str) -> None:
    """Keep the recovery phrase's public key and the display name, of a self account that is here or
    comes here."""
    settings.put(tx, _NAME, name.encode())
    settings.put(tx, _RECOVERY, recovery_public)


def take_over(
    tx: Transaction,
    account: AccountId,
    device: SigningKey,
    link: AgreementKey,
    recovery_public: bytes,
    name: str,
    now: Millis,
) -> Persona:
    """Be a device of another self account than that of `found`, which is erased already.

    The account's recovery secret was sealed by the device that founded it, which tells the box in
    the `self` journal.
    """
    _keep(tx, recovery_public, name)
    number = personas.add(
        tx,
        account_id=account,
        device=device,
        link=link,
        recovery_box=b"",
        created=now,
        is_self=True,
    )
    return personas.get(tx, number)


def load(tx: Transaction) -> Account:
    """The self account. Raises KeyError if `found` was never called (the profile is damaged)."""
    persona = personas.self_account(tx)
    name, recovery = settings.get(tx, _NAME), settings.get(tx, _RECOVERY)
    if persona is None or name is None or recovery is None:
        raise KeyError("no self account")
    return Account(persona, name.decode(), recovery)


def rename(tx: Transaction, name: str) -> None:
    """Another display name, for whoever becomes a contact from now on."""
    settings.put(tx, _NAME, name.encode())


def new_persona(tx: Transaction, rng: Rng, now: Millis) -> Persona:
    """Make the account that one relationship will see, with our display name in its roster."""
    account = load(tx)
    made = NewPersona.create(rng, account.recovery_public)
    persona = _store(tx, made, now, is_self=False)
    state(tx, persona, build_profile(account.name), now)
    return persona


def state(tx: Transaction, persona: Persona, statement: bytes, now: Millis) -> None:
    """Append a statement to a persona's roster."""
    append(
        tx,
        stored_journals.get(tx, account_journal(persona.account_id)),
        persona.device,
        EntryKind.ROSTER,
        statement,
        now,
    )


def other_devices(tx: Transaction) -> frozenset[DeviceKey]:
    """The keys in the self account of the person's other devices that are active."""
    persona = personas.self_account(tx)
    known = None if persona is None else roster(tx, persona.account_id)
    if persona is None or known is None:
        return frozenset()
    return frozenset(key for key, device in known.devices.items() if device.active) - {
        DeviceKey(persona.device.public)
    }


def share(tx: Transaction, key: Key, value: bytes | None, now: Millis) -> None:
    """Put something into the `self` journal, for one's other devices (None: it is gone).

    While there are none nothing is written: `sharing.share_everything` makes up for it. In a
    restored copy it waits until one of them has given back what is missing here.
    """
    persona = personas.self_account(tx)
    if persona is None:
        raise KeyError("no self account")
    if not other_devices(tx):
        return
    journal = stored_journals.ensure(tx, self_journal(persona.account_id), SELF)
    if restored.is_unsure(tx, journal.contact):
        # One's other devices may have more of our log; what the person does goes on meanwhile.
        unwritten.forget(tx, lambda body: decode_put(body).key == key)
        unwritten.add(tx, encode_put(key, value), now)
        return
    append(tx, journal, persona.device, EntryKind.PUT, encode_put(key, value), now)
    tip = frontiers.tip(tx, journal.journal_id, DeviceKey(persona.device.public))
    assert tip is not None
    hold(tx, key, Held(OrderKey(tip.effective, tip.depth, tip.entry_id), value), now)


def share_if_new(tx: Transaction, key: Key, value: bytes | None, now: Millis) -> bool:
    """As `share`, unless that is what the key holds; returns whether it was not."""
    if self_state.value(tx, key) == value:
        return False
    share(tx, key, value, now)
    return True


def hold(tx: Transaction, key: Key, new: Held, now: Millis) -> bool:
    """An entry of the `self` journal is stored that says this; returns whether the value of its
    key is another now. Bodies that are void by it are erased."""
    before = self_state.get(tx, key)
    if before is not None and before.order == new.order:
        return False
    after = meet(key, before, new)
    if after is None or after is before:
        self_state.erase_body(tx, new.order.id, now)
        return False
    if before is not None:
        if grows(key) and _beats(before, new):
            self_state.erase_body(tx, new.order.id, now)
            return False
        self_state.erase_body(tx, before.order.id, now)
    self_state.put(tx, key, Held(new.order, after.value))
    return before is None or before.value != after.value


def _beats(before: Held, new: Held) -> bool:
    """Whether what is held stays. All devices must choose the same of two entries, in whatever
    order they come, also of two that say the same: else each could erase the body that another one
    keeps, and the next device would get neither."""
    assert before.value is not None and new.value is not None
    return (before.value, before.order) > (new.value, new.order)


def _store(tx: Transaction, made: NewPersona, now: Millis, *, is_self: bool) -> Persona:
    number = personas.add(
        tx,
        account_id=made.account,
        device=made.device,
        link=made.link,
        recovery_box=made.recovery_box,
        created=now,
        is_self=is_self,
    )
    persona = personas.get(tx, number)
    journal = stored_journals.ensure(tx, account_journal(made.account), ACCOUNT)
    append(tx, journal, made.device, EntryKind.ROSTER, made.genesis, now)
    return persona
