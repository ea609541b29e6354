"""From a request to a contact and out again: what each step of the exchange changes on disk.

What lives here: decisions as functions on the database thread; every change of a contact's state
goes through `step`. What may not: what the person does about invites (`invitations`), links
(`exchanges`).
"""

from __future__ import annotations

from typing import Final

from onionchat.errors import (
    FloodRefused,
    InvalidInput,
    NameTaken,
    NotPermitted,
    UnknownRequest,
)
from onionchat.node import accounts, journals, onions, people, sharing
from onionchat.node.changes import ContactUpdated, OnionsChanged, RequestStored, RequestUpdated
from onionchat.node.events import Warned
from onionchat.protocol.contacts.introduction import Introduction, introduce
from onionchat.protocol.contacts.invite import Invite as InviteLink
from onionchat.protocol.contacts.invite import from_bytes
from onionchat.protocol.contacts.messages import (
    Accept,
    Pending,
    Reason,
    Refuse,
    Request,
    decode_message,
)
from onionchat.protocol.contacts.states import ContactInputs, ContactMachine, Effect, Input
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.journal.ids import account_journal, direct_journal
from onionchat.protocol.rooms.household import STATE
from onionchat.store import contacts, invites, personas
from onionchat.store import journals as stored
from onionchat.store.contacts import Contact, ContactState
from onionchat.store.invites import (
    InviteState,
    RequestState,
)
from onionchat.store.invites import Request as StoredRequest
from onionchat.store.personas import Persona
from onionchat.store.transaction import ContactNo, InviteNo, Transaction
from onionchat.types import AccountId, Millis

STANDING: Final = 1
"""Flag of a standing invite in the store."""

ASKING: Final = (ContactState.OUTGOING, ContactState.REQUESTED)
"""States of a contact that is being asked."""

KNOWN_MAKER: Final = (
    "Whoever made this link uses it under an identity that a contact of yours has: no new contact "
    "came of it."
)

UNNAMED: Final = "New contact"
"""Petname until the other side has told its name, if the person gave none; or with a number."""


def introduction_of(tx: Transaction, persona: Persona) -> tuple[bytes, ...]:
    """The entries by which a persona introduces itself."""
    return sharing.first_entries(tx, persona.account_id)


def parse_stored(link: bytes) -> InviteLink:
    """A followed link as stored."""
    return from_bytes(link)


def step(
    tx: Transaction, number: ContactNo, given: Input, now: Millis, rng: Rng
) -> tuple[Effect, ...]:
    """Give a contact's stored state machine an input and carry out its effects on disk.

    Raises:
        UnexpectedMessage, ContactNotReady: the input makes no sense in this state.
    """
    contact = contacts.get(tx, number)
    machine = ContactMachine(ContactState(contact.state.value))
    effects = machine.take(given)
    if machine.state != contact.state:
        contacts.set_state(tx, number, ContactState(machine.state.value))
    for effect in effects:
        match effect:
            case Effect.STOP_ASKING:
                invites.end_join(tx, number)
            case Effect.SERVE:
                if onions.serves(tx, number):
                    onions.place(tx, number, rng, now)
            case Effect.SHUT_OUT:
                onions.shut_out(tx, number, rng, now)
            case Effect.TELL_ACCEPTED | Effect.TELL_DECLINED | Effect.SHOW:
                pass  # for requests, which have their own state (invites.RequestState)
    sharing.share_contact(tx, number, now, STATE)
    tx.emit(ContactUpdated(number))
    return effects


def answer_request(
    tx: Transaction,
    invite_number: InviteNo,
    introduction: Introduction,
    greeting: str,
    message: bytes,
    rng: Rng,
    now: Millis,
) -> Pending | Accept | Refuse | None:
    """Store a request that came by an invite of ours, or find it stored; None: say nothing."""
    found = invites.request_by_device(tx, invite_number, introduction.device_key)
    if found is None:
        refusal = _admit(tx, invite_number, introduction, now)
        if refusal is not None:
            return refusal
        try:
            found = invites.add_request(
                tx,
                device_key=introduction.device_key,
                account_id=introduction.account,
                link_key=introduction.link_key,
                invite=invite_number,
                name=introduction.name,
                greeting=greeting,
                message=message,
                received=now,
            )
        except FloodRefused:
            return Refuse(Reason.FULL)
        if invites.invite(tx, invite_number).flags & STANDING:
            tx.emit(RequestStored(found.number))
        else:
            accept_request(tx, found, None, rng, now)
            found = invites.request(tx, found.number)
    match found.state:
        case RequestState.WAITING:
            return Pending()
        case RequestState.ACCEPTED | RequestState.DONE:
            assert found.contact is not None
            contact = contacts.get(tx, found.contact)
            if contact.state is ContactState.BLOCKED:
                return None
            return Accept(introduction_of(tx, personas.get(tx, contact.persona)))
        case RequestState.DECLINED:
            return Refuse(Reason.DECLINED)
        case RequestState.BLOCKED:
            return None


def _admit(
    tx: Transaction, number: InviteNo, introduction: Introduction, now: Millis
) -> Refuse | None:
    """Whether an invite may still be used by somebody new; None if so."""
    invite = invites.invite(tx, number)
    if personas.by_account(tx, introduction.account) is not None or stored.ours_among(
        tx, {introduction.device_key}
    ):
        raise NotPermitted
    if invite.state is InviteState.USED:
        return Refuse(Reason.USED)
    if invite.state is not InviteState.UNUSED or (invite.expires and now >= invite.expires):
        return Refuse(Reason.EXPIRED)
    if invite.flags & STANDING:
        return None
    if not invites.use_invite(tx, number, introduction.device_key):
        return Refuse(Reason.USED)
    if contacts.by_account(tx, introduction.account) is not None:
        # Whoever shows one identity to two invites must not learn that both are one person's. It
        # hears what it would hear if somebody else had been first.
        invites.end_invite(tx, number, InviteState.USED)
        tx.emit(OnionsChanged())
        return Refuse(Reason.USED)
    return None


def accept_request(
    tx: Transaction, found: StoredRequest, petname: str | None, rng: Rng, now: Millis
) -> ContactNo:
    """Make a contact of a waiting request.

    Raises:
        NameTaken, UnknownRequest; InvalidInput: it comes from somebody who is a contact already.
    """
    if found.state is not RequestState.WAITING:
        raise UnknownRequest
    request = decode_message(found.message)
    if not isinstance(request, Request):
        raise UnknownRequest
    introduction = introduce(request.entries)
    if contacts.by_account(tx, introduction.account) is not None:
        raise InvalidInput("Who sent this request is a contact of yours already; decline it.")
    if petname is not None and contacts.by_petname(tx, petname) is not None:
        raise NameTaken
    persona = accounts.new_persona(tx, rng, now)
    contact = contacts.add(
        tx,
        public_id=rng.random_bytes(people.ID_BYTES),
        persona=persona.number,
        petname=petname or people.free_name(tx, introduction.name),
        created=now,
        state=ContactState.ACTIVE,
        account_id=introduction.account,
        suggested_name=introduction.name,
        greeting=found.greeting,
    )
    stored.share_with(tx, account_journal(persona.account_id), contact)
    _know(tx, contact, persona, introduction, now)
    if onions.serves(tx, contact):
        onions.place(tx, contact, rng, now)
    invites.decide(tx, found.number, RequestState.ACCEPTED, now, contact)
    sharing.share_new(tx, contact, now)
    tx.emit(ContactUpdated(contact))
    tx.emit(RequestUpdated(found.number))
    return contact


def store_acceptance(
    tx: Transaction, number: ContactNo, introduction: Introduction, rng: Rng, now: Millis
) -> AccountId:
    """Who made the link that we follow has accepted. Raises NotPermitted, UnexpectedMessage."""
    contact = contacts.get(tx, number)
    if contact.account_id is not None:
        if contact.account_id != introduction.account:
            raise NotPermitted
        return contact.account_id
    if (
        contacts.by_account(tx, introduction.account) is not None
        or personas.by_account(tx, introduction.account) is not None
        or stored.ours_among(tx, {introduction.device_key})
    ):
        # An error would tell that this persona and that one are one person's: on the link it looks
        # as if it was stored.
        if contact.state is not ContactState.EXPIRED:
            step(tx, number, ContactInputs.refused, now, rng)
        tx.emit(Warned(KNOWN_MAKER, contact.public_id.hex()))
        return introduction.account
    contacts.set_account(tx, number, introduction.account)
    contacts.set_suggested_name(tx, number, introduction.name)
    if _is_unnamed(contact.petname) and introduction.name:
        contacts.rename(tx, number, people.free_name(tx, introduction.name))
    _know(tx, number, personas.get(tx, contact.persona), introduction, now)
    step(tx, number, ContactInputs.accepted, now, rng)
    sharing.share_new(tx, number, now)
    return introduction.account


def _is_unnamed(petname: str) -> bool:
    name, _, number = petname.rpartition(" ")
    return petname == UNNAMED or (name == UNNAMED and number.isdecimal())


def _know(
    tx: Transaction,
    contact: ContactNo,
    persona: Persona,
    introduction: Introduction,
    now: Millis,
) -> None:
    """Keep the journals shared with a contact, and what it said of itself."""
    theirs = account_journal(introduction.account)
    stored.ensure(tx, theirs, journals.ACCOUNT, contact)
    direct = direct_journal(persona.account_id, introduction.account)
    stored.ensure(tx, direct, stored.DIRECT, contact)
    outcome = journals.take(tx, theirs, introduction.entries, now).outcome
    if outcome.rejected:
        raise outcome.rejected[0].error


def retire(tx: Transaction, contact: Contact, now: Millis, rng: Rng) -> None:
    """Shut a contact out for good, as the first step of forgetting it."""
    number = contact.number
    if contact.state in ASKING:
        step(tx, number, ContactInputs.give_up, now, rng)
    elif contact.state not in (ContactState.BLOCKED, ContactState.EXPIRED):
        step(tx, number, ContactInputs.block, now, rng)
    withhold(tx, number, now)
    # A request names an onion of ours: whoever has read it must find nobody there.
    onions.shut_out(tx, number, rng, now)


def withhold(tx: Transaction, number: ContactNo, now: Millis) -> None:
    """A contact is blocked: if it has not our acceptance yet, it does not get it any more.

    It is not called back, and a one-time invite by which it could come ends.
    """
    _end_request(tx, number, RequestState.BLOCKED, now)


def resume(tx: Transaction, number: ContactNo, now: Millis) -> None:
    """A contact is unblocked: if it has not our acceptance yet, it is called back."""
    found = invites.request_of(tx, number)
    if found is not None and found.state is RequestState.BLOCKED:
        invites.decide(tx, found.number, RequestState.ACCEPTED, now)
        tx.emit(RequestUpdated(found.number))


def still_open(tx: Transaction, number: ContactNo) -> str | None:
    """What the person should know of a contact's link that still works."""
    return open_link(tx, invites.request_of(tx, number))


def open_link(tx: Transaction, found: StoredRequest | None) -> str | None:
    """The same, of the request that led to the contact or never did."""
    if found is None:
        return None
    invite = invites.invite(tx, found.invite)
    if invite.state is not InviteState.UNUSED or not invite.flags & STANDING:
        return None
    return (
        "The standing link by which this contact came still works: it shows when this device is "
        "online, and lets anybody ask who has it. `onionchat invites` lists it, "
        f"`onionchat revoke i{invite.number}` ends it."
    )


def confirmed(tx: Transaction, number: ContactNo, now: Millis) -> None:
    """A contact has our acceptance, or will never take it: a one-time invite has done its duty."""
    _end_request(tx, number, RequestState.DONE, now)


def _end_request(tx: Transaction, number: ContactNo, state: RequestState, now: Millis) -> None:
    found = invites.request_of(tx, number)
    if found is None or found.state is not RequestState.ACCEPTED:
        return
    invites.decide(tx, found.number, state, now)
    if not invites.invite(tx, found.invite).flags & STANDING:
        invites.end_invite(tx, found.invite, InviteState.USED)
    tx.emit(RequestUpdated(found.number))
    tx.emit(OnionsChanged())
