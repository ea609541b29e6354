"""How contacts come about: invites of ours, requests that came by them, links of others that we
follow.

What lives here: decisions in transactions, and what the person does. What may not: the links on
which the exchange runs (`exchanges`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from onionchat.errors import (
    FloodRefused,
    InvalidInput,
    LinkToSelf,
    NameTaken,
    NotPermitted,
    TooManyInvites,
    UnknownInvite,
    UnknownRequest,
)
from onionchat.node import accounts, journals, onions, people
from onionchat.node.changes import ContactUpdated, OnionsChanged, RequestStored, RequestUpdated
from onionchat.node.dbthread import Db
from onionchat.node.events import Warned
from onionchat.node.wallclock import WallClock
from onionchat.protocol.contacts.introduction import Introduction, introduce
from onionchat.protocol.contacts.invite import TOKEN_SIZE, from_bytes, parse_link
from onionchat.protocol.contacts.invite import Invite as InviteLink
from onionchat.protocol.contacts.messages import (
    MAX_ENTRIES,
    Accept,
    Pending,
    Reason,
    Refuse,
    Request,
    decode_message,
    encode_message,
)
from onionchat.protocol.contacts.names import clean_name, flag_lookalikes
from onionchat.protocol.contacts.states import ContactInputs, ContactMachine, Effect, Input
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.journal.ids import account_journal, direct_journal
from onionchat.protocol.rooms.text import clean_text
from onionchat.store import contacts, invites, personas, settings
from onionchat.store import journals as stored
from onionchat.store.contacts import ContactState
from onionchat.store.invites import (
    Invite,
    InviteSecrets,
    InviteState,
    Join,
    RequestState,
)
from onionchat.store.invites import Request as StoredRequest
from onionchat.store.personas import Persona
from onionchat.store.transaction import ContactNo, InviteNo, RequestNo, Transaction
from onionchat.types import MAX_GREETING_BYTES, AccountId, LinkKey, Millis, OnionKey
from onionchat.views import InviteView, RequestView

DEFAULT_LIFETIME: Final = 7 * 24 * 3600.0
"""Seconds that a one-time invite lives unless said otherwise."""

LONGEST_LIFETIME: Final = 10 * 365 * 24 * 3600.0

MAX_OPEN_INVITES: Final = 16
"""Invites outstanding at once: each is an onion service, and tor carries few (docs/tor.md)."""

STANDING: Final = 1
"""Flag of a standing invite in the store."""

MAX_DIGITS: Final = 15
"""Digits of the longest number in an id."""

CALL_BACK_MILLIS: Final = 30 * 24 * 3_600_000
"""How long after an acceptance its receiver, if it never answers, is called back."""

KNOWN_MAKER: Final = (
    "Whoever made this link uses it under an identity that a contact of yours has: no new contact "
    "came of it."
)

FOLLOWED: Final = "followed/"
"""Where is kept which contact an invite led to, by its onion: the token is forgotten."""

UNNAMED: Final = "New contact"
"""Petname until the other side has told its name, if the person gave none."""


class Invitations:
    """What the person can do about invites and requests."""

    def __init__(self, wall: WallClock, rng: Rng, db: Db) -> None:
        self._wall = wall
        self._rng = rng
        self._db = db

    async def invite(self, *, standing: bool, lifetime: float | None) -> InviteView:
        """Make an invite; its onion is published by `onions` after the commit.

        Raises:
            InvalidInput: a lifetime that is none; TooManyInvites.
        """
        if lifetime is not None and not 0 < lifetime <= LONGEST_LIFETIME:
            raise InvalidInput("An invite lives for some time, and ten years at most.")
        if lifetime is None and not standing:
            lifetime = DEFAULT_LIFETIME
        now = self._wall.millis()
        minute = 60_000
        end = 0 if lifetime is None else -(-(now + int(lifetime * 1000)) // minute) * minute
        secrets = InviteSecrets(
            SigningKey.generate(self._rng),
            AgreementKey.generate(self._rng),
            self._rng.random_bytes(TOKEN_SIZE),
        )

        def work(tx: Transaction) -> InviteView:
            if len(invites.published(tx)) >= MAX_OPEN_INVITES:
                raise TooManyInvites
            number = invites.add_invite(
                tx,
                secrets,
                flags=STANDING if standing else 0,
                expires=Millis(end),
                created=now,
            )
            tx.emit(OnionsChanged())
            return _invite_view(invites.invite(tx, number))

        return await self._db.run(work)

    async def outstanding(self) -> Sequence[InviteView]:
        """Invites that can still be used."""
        return await self._db.run(
            lambda tx: [_invite_view(found) for found in invites.invites(tx, InviteState.UNUSED)]
        )

    async def revoke(self, typed: str) -> None:
        """Withdraw an invite. Raises UnknownInvite."""

        def work(tx: Transaction) -> None:
            number = _number("i", typed)
            open_ = {found.number for found in invites.invites(tx, InviteState.UNUSED)}
            if number not in open_:
                raise UnknownInvite
            invites.end_invite(tx, InviteNo(number), InviteState.REVOKED)
            tx.emit(OnionsChanged())

        await self._db.run(work)

    async def add(self, text: str, *, name: str | None, greeting: str) -> ContactNo:
        """Follow somebody's link; returns once the request is stored. Adding a link twice is once.

        Raises:
            InvalidLink and its kinds, LinkExpired, LinkToSelf, NameTaken, InvalidInput,
            TextTooLong.
        """
        link = parse_link(text)
        now = self._wall.millis()
        link.check_expiry(now)
        petname = None if name is None else clean_name(name)
        if greeting:
            clean_text(greeting, MAX_GREETING_BYTES)

        def work(tx: Transaction) -> ContactNo:
            if invites.is_own(tx, link.onion_key):
                raise LinkToSelf
            known = _followed(tx, link.onion_key)
            if known is not None:
                return known
            return self._follow(tx, link, petname, greeting, now)

        return await self._db.run(work)

    def _follow(
        self, tx: Transaction, link: InviteLink, petname: str | None, greeting: str, now: Millis
    ) -> ContactNo:
        persona = accounts.new_persona(tx, self._rng, now)
        contact = contacts.add(
            tx,
            public_id=self._rng.random_bytes(people.ID_BYTES),
            persona=persona.number,
            petname=petname or people.free_name(tx, UNNAMED),
            created=now,
            greeting=greeting,
        )
        stored.share_with(tx, account_journal(persona.account_id), contact)
        if onions.serves(tx, contact):
            onions.place(tx, contact, self._rng, now)
        request = Request(introduction_of(tx, persona), greeting)
        invites.add_join(
            tx, Join(contact, link.onion_key, link.to_bytes(), encode_message(request))
        )
        settings.put(tx, FOLLOWED + link.onion_key.hex(), str(contact).encode())
        tx.emit(ContactUpdated(contact))
        return contact

    async def requests(self) -> Sequence[RequestView]:
        """Requests that wait for the person."""
        return await self._db.run(
            lambda tx: [request_view(tx, found) for found in invites.requests(tx)]
        )

    async def accept(self, typed: str, *, name: str | None) -> ContactNo:
        """Accept a request. Raises UnknownRequest, NameTaken, InvalidInput."""
        petname = None if name is None else clean_name(name)
        now = self._wall.millis()
        return await self._db.run(
            lambda tx: accept_request(tx, _request(tx, typed), petname, self._rng, now)
        )

    async def decline(self, typed: str) -> None:
        """Decline a request; its sender is told when it asks again. Raises UnknownRequest."""
        await self._decide(typed, RequestState.DECLINED)

    async def block(self, typed: str) -> tuple[RequestView, str | None]:
        """Ignore a request and whatever its sender asks later; with what `still_open` says.

        Raises:
            UnknownRequest.
        """
        return await self._decide(typed, RequestState.BLOCKED)

    async def still_open(self, contact: ContactNo) -> str | None:
        """What the person should know who blocked somebody: that its link still works."""
        return await self._db.run(lambda tx: still_open(tx, contact))

    async def _decide(self, typed: str, state: RequestState) -> tuple[RequestView, str | None]:
        now = self._wall.millis()

        def work(tx: Transaction) -> tuple[RequestView, str | None]:
            found = _request(tx, typed)
            invites.decide(tx, found.number, state, now)
            tx.emit(RequestUpdated(found.number))
            return request_view(tx, found), _still_open(tx, found)

        return await self._db.run(work)

    def expire(self, tx: Transaction, now: Millis) -> None:
        """Housekeeping: end invites and followed links whose time is over."""
        if invites.expire(tx, now):
            tx.emit(OnionsChanged())
        for join in invites.joins(tx):
            contact = contacts.get(tx, join.contact)
            link = parse_stored(join.link)
            if contact.state is ContactState.OUTGOING and link.expires and now >= link.expires:
                step(tx, join.contact, ContactInputs.give_up, now, self._rng)
        for found in invites.requests(tx, RequestState.ACCEPTED):
            if found.contact is not None and now - (found.decided or now) > CALL_BACK_MILLIS:
                confirmed(tx, found.contact, now)


# --- decisions, on the database thread ------------------------------------------------------------


def _followed(tx: Transaction, onion: OnionKey) -> ContactNo | None:
    """The contact that an invite led to, or is still to lead to."""
    join = invites.join_by_onion(tx, onion)
    if join is not None:
        return join.contact
    known = settings.get(tx, FOLLOWED + onion.hex())
    if known is None:
        return None
    contact = contacts.get(tx, ContactNo(int(known)))
    # Somebody who was declined, or too late, may ask once more.
    return contact.number if contact.state in (ContactState.ACTIVE, ContactState.BLOCKED) else None


def introduction_of(tx: Transaction, persona: Persona) -> tuple[bytes, ...]:
    """The entries by which a persona introduces itself: the beginning of its device's log."""
    return tuple(journals.account_entries(tx, persona.account_id)[:MAX_ENTRIES])


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
    share_contact(tx, number, now)
    tx.emit(ContactUpdated(number))
    return effects


def share_contact(tx: Transaction, number: ContactNo, now: Millis) -> None:
    """Write what one's other devices need to know of a contact into the `self` journal."""
    contact = contacts.get(tx, number)
    if contact.account_id is None:
        return
    place = ("contact", contact.account_id.hex())
    facts = {
        "persona": personas.get(tx, contact.persona).account_id,
        "id": contact.public_id,
        "state": contact.state.value.encode(),
        "petname": contact.petname.encode(),
        "trust": contact.trust.value.encode(),
        "visibility": contact.visibility.value.encode(),
    }
    for name, value in facts.items():
        accounts.share_if_new(tx, (*place, name), value, now)


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
    if personas.by_account(tx, introduction.account) is not None:
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
    share_contact(tx, contact, now)
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
    ):
        # An error would tell that this persona and that one are one person's: on the link it looks
        # as if it was stored.
        if contact.state is not ContactState.EXPIRED:
            step(tx, number, ContactInputs.refused, now, rng)
        tx.emit(Warned(KNOWN_MAKER, contact.public_id.hex()))
        return introduction.account
    contacts.set_account(tx, number, introduction.account)
    contacts.set_suggested_name(tx, number, introduction.name)
    if contact.petname.startswith(UNNAMED) and introduction.name:
        contacts.rename(tx, number, people.free_name(tx, introduction.name))
    _know(tx, number, personas.get(tx, contact.persona), introduction, now)
    step(tx, number, ContactInputs.accepted, now, rng)
    return introduction.account


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


def withhold(tx: Transaction, number: ContactNo, now: Millis) -> None:
    """A contact is blocked: if it has not our acceptance yet, it does not get it any more.

    It is not called back, and a one-time invite by which it could come ends.
    """
    found = invites.request_of(tx, number)
    if found is None or found.state is not RequestState.ACCEPTED:
        return
    invites.decide(tx, found.number, RequestState.BLOCKED, now)
    if not invites.invite(tx, found.invite).flags & STANDING:
        invites.end_invite(tx, found.invite, InviteState.USED)
    tx.emit(RequestUpdated(found.number))
    tx.emit(OnionsChanged())


def resume(tx: Transaction, number: ContactNo, now: Millis) -> None:
    """A contact is unblocked: if it has not our acceptance yet, it is called back."""
    found = invites.request_of(tx, number)
    if found is not None and found.state is RequestState.BLOCKED:
        invites.decide(tx, found.number, RequestState.ACCEPTED, now)
        tx.emit(RequestUpdated(found.number))


def still_open(tx: Transaction, number: ContactNo) -> str | None:
    """What the person should know of a contact's link that still works."""
    return _still_open(tx, invites.request_of(tx, number))


def _still_open(tx: Transaction, found: StoredRequest | None) -> str | None:
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
    found = invites.request_of(tx, number)
    if found is None or found.state is not RequestState.ACCEPTED:
        return
    invites.decide(tx, found.number, RequestState.DONE, now)
    if not invites.invite(tx, found.invite).flags & STANDING:
        invites.end_invite(tx, found.invite, InviteState.USED)
    tx.emit(RequestUpdated(found.number))
    tx.emit(OnionsChanged())


# --- views ----------------------------------------------------------------------------------------


def _invite_view(invite: Invite) -> InviteView:
    secrets = invite.secrets
    link = ""
    if secrets is not None:
        link = InviteLink(
            OnionKey(secrets.onion.public),
            LinkKey(secrets.agreement.public),
            secrets.token,
            invite.expires,
            bool(invite.flags & STANDING),
        ).to_link()
    return InviteView(
        id=f"i{invite.number}",
        link=link,
        expires=invite.expires / 1000 if invite.expires else None,
        standing=bool(invite.flags & STANDING),
        state=invite.state.value,
        created=invite.created / 1000,
    )


def request_view(tx: Transaction, found: StoredRequest) -> RequestView:
    """A waiting request as front ends are shown it."""
    alike = flag_lookalikes(found.name, [c.petname for c in contacts.everyone(tx)])
    return RequestView(
        id=f"r{found.number}",
        name=found.name,
        greeting=found.greeting,
        received=found.received / 1000,
        lookalike=alike[0] if alike else None,
    )


def _number(letter: str, typed: str) -> int:
    """The number in an id such as i12; -1 for anything else."""
    digits = typed.strip().removeprefix(letter)
    return (
        int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= MAX_DIGITS else -1
    )


def _request(tx: Transaction, typed: str) -> StoredRequest:
    found = invites.request(tx, RequestNo(_number("r", typed)))
    if found.state is not RequestState.WAITING:
        raise UnknownRequest
    return found
