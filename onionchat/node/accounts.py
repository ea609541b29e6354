"""Who we are: the self account, a persona for each relationship, the `self` journal.

What lives here: making them, and writing what one's own devices share. What may not: contacts'
state (`contacts`), keys of onion services (`onions`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from onionchat.node import restored
from onionchat.node.journals import ACCOUNT, SELF, append
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.identity.persona import Persona as NewPersona
from onionchat.protocol.identity.statements import build_profile
from onionchat.protocol.journal.entry import EntryKind
from onionchat.protocol.journal.ids import account_journal, self_journal
from onionchat.protocol.rooms.bodies import decode_put, encode_put
from onionchat.store import contacts, personas, settings, unwritten
from onionchat.store import journals as stored_journals
from onionchat.store.personas import Persona
from onionchat.store.transaction import Transaction
from onionchat.types import AccountId, Millis

SHARED: Final = "self/"
"""Where is kept what the `self` journal says last under a key, below this."""

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
    settings.put(tx, _NAME, name.encode())
    settings.put(tx, _RECOVERY, recovery_public)
    made = NewPersona.create(rng, recovery_public)
    _store(tx, made, now, is_self=True)
    share(tx, ("profile", "name"), name.encode(), now)


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

    The account's recovery secret was sealed by the device that founded it; this one has no box.
    """
    settings.put(tx, _NAME, name.encode())
    settings.put(tx, _RECOVERY, recovery_public)
    for key in settings.beginning(tx, SHARED):
        settings.put(tx, key, None)
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


def share(tx: Transaction, key: tuple[str, ...], value: bytes | None, now: Millis) -> None:
    """Put something into the `self` journal, for one's other devices (None: it is gone).

    In a restored copy it waits until one of them has given back what is missing here.
    """
    persona = personas.self_account(tx)
    if persona is None:
        raise KeyError("no self account")
    journal = stored_journals.ensure(tx, self_journal(persona.account_id), SELF)
    if restored.is_unsure(tx, journal.contact):
        # One's other devices may have more of our log; what the person does goes on meanwhile.
        unwritten.add(tx, encode_put(key, value), now)
        return
    append(tx, journal, persona.device, EntryKind.PUT, encode_put(key, value), now)


def share_what_waited(tx: Transaction) -> None:
    """Put what could not be put while our log was in doubt, with the times of then.

    Raises:
        RestoredBackup: it still is.
    """
    own = contacts.own(tx)
    restored.require_sure(tx, None if own is None else own.number)
    for body, time in unwritten.take(tx):
        put = decode_put(body)
        share(tx, put.key, put.value, time)


def share_if_new(tx: Transaction, key: tuple[str, ...], value: bytes, now: Millis) -> None:
    """As `share`, unless the key has this value already."""
    known = SHARED + "/".join(key)
    if settings.get(tx, known) != value:
        settings.put(tx, known, value)
        share(tx, key, value, now)


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
