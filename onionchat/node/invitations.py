"""How contacts come about: invites of ours, requests that came by them, links of others that we
follow.

What lives here: decisions in transactions, and what the person does. What may not: the links on
which the exchange runs (`exchanges`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from onionchat.errors import (
    InvalidInput,
    LinkToSelf,
    TooManyInvites,
    UnknownInvite,
    UnknownRequest,
)
from onionchat.names import clean_name, flag_lookalikes
from onionchat.node import accounts, acquaintance, onions, people, sharing
from onionchat.node.changes import ContactUpdated, OnionsChanged, RequestUpdated
from onionchat.node.dbthread import Db
from onionchat.node.wallclock import WallClock
from onionchat.protocol.contacts.invite import TOKEN_SIZE, parse_link
from onionchat.protocol.contacts.invite import Invite as InviteLink
from onionchat.protocol.contacts.messages import (
    Request,
    encode_message,
)
from onionchat.protocol.contacts.states import ContactInputs
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.journal.ids import account_journal
from onionchat.protocol.rooms.household import PETNAME
from onionchat.protocol.rooms.text import clean_text
from onionchat.store import contacts, invites, settings
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
from onionchat.store.transaction import ContactNo, InviteNo, RequestNo, Transaction
from onionchat.types import MAX_GREETING_BYTES, LinkKey, Millis, OnionKey, Visibility
from onionchat.views import InviteView, LinkView, RequestView

DEFAULT_LIFETIME: Final = 7 * 24 * 3600.0
"""Seconds that a one-time invite lives unless said otherwise."""

LONGEST_LIFETIME: Final = 10 * 365 * 24 * 3600.0

MAX_OPEN_INVITES: Final = 16
"""Invites outstanding at once: each is an onion service, and tor carries few (docs/tor.md)."""

MAX_DIGITS: Final = 15
"""Digits of the longest number in an id."""

CALL_BACK_MILLIS: Final = 30 * 24 * 3_600_000
"""How long after an acceptance its receiver, if it never answers, is called back."""

FOLLOWED: Final = "followed/"
"""Where is kept which contact an invite led to, by its onion: the token is forgotten."""

ADDED_BEFORE: Final = "This link was used already, for this contact; no new request was made."

NOT_SHOWN: Final = {
    Visibility.RESTRICTED: "Nobody can use this link now: this device is visible to contacts only. "
    "`onionchat visibility online` lets new ones in.",
    Visibility.HIDDEN: "Nobody can use this link now: this device is hidden. "
    "`onionchat visibility online` lets others reach it.",
}


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
                flags=acquaintance.STANDING if standing else 0,
                expires=Millis(end),
                created=now,
            )
            tx.emit(OnionsChanged())
            return _invite_view(tx, invites.invite(tx, number))

        return await self._db.run(work)

    async def outstanding(self) -> Sequence[InviteView]:
        """Invites that can still be used."""
        return await self._db.run(
            lambda tx: [
                _invite_view(tx, found) for found in invites.invites(tx, InviteState.UNUSED)
            ]
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

    async def check(self, text: str) -> LinkView:
        """What somebody's link says. Nothing is stored, nobody is asked.

        Raises:
            InvalidLink and its kinds, LinkExpired, LinkToSelf.
        """
        link = parse_link(text)
        link.check_expiry(self._wall.millis())
        if await self._db.run(lambda tx: invites.is_own(tx, link.onion_key)):
            raise LinkToSelf
        return LinkView(link.standing, link.expires / 1000 if link.expires else None)

    async def add(
        self, text: str, *, name: str | None, greeting: str
    ) -> tuple[ContactNo, str | None]:
        """Follow somebody's link; returns once the request is stored. Adding a link twice is once:
        then a name that is given still wins, and a sentence says what was done.

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

        def work(tx: Transaction) -> tuple[ContactNo, str | None]:
            if invites.is_own(tx, link.onion_key):
                raise LinkToSelf
            known = _followed(tx, link.onion_key)
            if known is None:
                return self._follow(tx, link, petname, greeting, now), None
            return known, _added_again(tx, known, petname, now)

        return await self._db.run(work)

    def _follow(
        self, tx: Transaction, link: InviteLink, petname: str | None, greeting: str, now: Millis
    ) -> ContactNo:
        persona = accounts.new_persona(tx, self._rng, now)
        contact = contacts.add(
            tx,
            public_id=self._rng.random_bytes(people.ID_BYTES),
            persona=persona.number,
            petname=petname or people.free_name(tx, acquaintance.UNNAMED),
            created=now,
            greeting=greeting,
        )
        stored.share_with(tx, account_journal(persona.account_id), contact)
        if onions.serves(tx, contact):
            onions.place(tx, contact, self._rng, now)
        request = Request(acquaintance.introduction_of(tx, persona), greeting)
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
            lambda tx: acquaintance.accept_request(tx, _request(tx, typed), petname, self._rng, now)
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
        return await self._db.run(lambda tx: acquaintance.still_open(tx, contact))

    async def _decide(self, typed: str, state: RequestState) -> tuple[RequestView, str | None]:
        now = self._wall.millis()

        def work(tx: Transaction) -> tuple[RequestView, str | None]:
            found = _request(tx, typed)
            invites.decide(tx, found.number, state, now)
            tx.emit(RequestUpdated(found.number))
            return request_view(tx, found), acquaintance.open_link(tx, found)

        return await self._db.run(work)

    def expire(self, tx: Transaction, now: Millis) -> None:
        """Housekeeping: end invites and followed links whose time is over."""
        if invites.expire(tx, now):
            tx.emit(OnionsChanged())
        for join in invites.joins(tx):
            contact = contacts.get(tx, join.contact)
            link = acquaintance.parse_stored(join.link)
            if contact.state is ContactState.OUTGOING and link.expires and now >= link.expires:
                acquaintance.step(tx, join.contact, ContactInputs.give_up, now, self._rng)
        for found in invites.requests(tx, RequestState.ACCEPTED):
            if found.contact is not None and now - (found.decided or now) > CALL_BACK_MILLIS:
                acquaintance.confirmed(tx, found.contact, now)


# --- on the database thread ----------------------------------------------------------------------


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


def _added_again(
    tx: Transaction, number: ContactNo, petname: str | None, now: Millis
) -> str | None:
    """Give the contact of a link that was used before the name that the person says now, if any;
    returns what the person should know. Raises NameTaken."""
    before = contacts.get(tx, number).petname
    if petname is None or petname == before:
        return ADDED_BEFORE
    contacts.rename(tx, number, petname)
    sharing.share_contact(tx, number, now, PETNAME)
    tx.emit(ContactUpdated(number))
    return f"{ADDED_BEFORE} Its name was {before} until now."


# --- views ----------------------------------------------------------------------------------------


def _invite_view(tx: Transaction, invite: Invite) -> InviteView:
    secrets = invite.secrets
    link = ""
    if secrets is not None:
        link = InviteLink(
            OnionKey(secrets.onion.public),
            LinkKey(secrets.agreement.public),
            secrets.token,
            invite.expires,
            bool(invite.flags & acquaintance.STANDING),
        ).to_link()
    return InviteView(
        id=f"i{invite.number}",
        link=link,
        expires=invite.expires / 1000 if invite.expires else None,
        standing=bool(invite.flags & acquaintance.STANDING),
        state=invite.state.value,
        created=invite.created / 1000,
        note=None if (seen := onions.visibility(tx)) is Visibility.ONLINE else NOT_SHOWN[seen],
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
