"""Forgetting a contact, or taking back a request of one's own.

What lives here: the order in which that happens. What may not: which rows there are
(`store.forget`).

Two transactions: the first shuts the contact out, exactly as blocking does; then its links end and
what they had still to store is stored; the second erases everything. A crash between the two
leaves a blocked contact (or a request that was given up), which can be removed again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from twisted.internet.defer import Deferred

from onionchat.errors import Malformed, NotARequest, UnknownContact
from onionchat.node import acquaintance, invitations, people, preferences, restored, sharing
from onionchat.node.changes import Bus, ContactForgotten, OnionsChanged, RemovedElsewhere
from onionchat.node.dbthread import Db
from onionchat.node.delivery import Delivery
from onionchat.node.wallclock import WallClock
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.journal.ids import self_journal
from onionchat.protocol.rooms.bodies import decode_put
from onionchat.protocol.rooms.household import REMOVED, contact_key
from onionchat.store import contacts, forget, personas, self_state, unwritten
from onionchat.store.contacts import Contact, ContactState
from onionchat.store.personas import Persona
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import AccountId, Millis

_UNANSWERED = (*acquaintance.ASKING, ContactState.EXPIRED, ContactState.DECLINED)


@dataclass(frozen=True, slots=True)
class Removed:
    """What became of it."""

    name: str
    """The petname that is free now."""
    messages: int
    note: str | None
    """What the person should know: a standing link by which it came still works."""


class Removal:
    """Contacts and requests that the person wants gone."""

    def __init__(self, wall: WallClock, rng: Rng, db: Db, bus: Bus, delivery: Delivery) -> None:
        self._wall = wall
        self._rng = rng
        self._db = db
        self._delivery = delivery
        self._unfinished = bus.unwaited("a contact could not be forgotten")
        bus.subscribe(RemovedElsewhere, self._removed_elsewhere)

    async def cancel(self, typed: str) -> Removed:
        """Take back a request of one's own that led to nothing (yet).

        Raises:
            UnknownContact, AmbiguousContact; NotARequest: that is a contact.
        """
        return await self._forget(typed, only_requests=True)

    async def remove(self, typed: str) -> Removed:
        """Forget a contact in whatever state, with all messages. Raises as `cancel`."""
        return await self._forget(typed, only_requests=False)

    async def _forget(self, typed: str, *, only_requests: bool) -> Removed:
        now = self._wall.millis()

        def begin(tx: Transaction) -> tuple[Contact, str | None]:
            contact = people.find(tx, typed)
            if only_requests and (
                contact.account_id is not None or contact.state not in _UNANSWERED
            ):
                raise NotARequest
            note = acquaintance.still_open(tx, contact.number)
            if contact.account_id is not None:
                sharing.share_removed(tx, contact.account_id, now)
            acquaintance.retire(tx, contact, now, self._rng)
            return contact, note

        contact, note = await self._db.run(begin)
        messages = await self._finish(contact.number, now)
        return Removed(contact.petname, messages, note)

    async def resume(self) -> None:
        """Forget those that are only shut out yet: another device said so, or this one ended in
        between."""
        for number in await self._db.run(_doomed):
            await self._finish_if_there(number)

    async def _finish_if_there(self, number: ContactNo) -> None:
        try:
            await self._finish(number, self._wall.millis())
        except UnknownContact:
            return  # the person removed it here at the same time

    def _removed_elsewhere(self, event: RemovedElsewhere) -> None:
        Deferred.fromCoroutine(self._finish_if_there(event.contact)).addErrback(self._unfinished)

    async def _finish(self, number: ContactNo, now: Millis) -> int:
        """Erase a contact that is shut out; returns how many messages there were."""
        # The answer to a further question comes after all that the commit led to.
        await self._db.run(lambda tx: contacts.get(tx, number))
        await self._delivery.end(number)

        await self._empty_index(number)

        def erase(tx: Transaction) -> int:
            found = contacts.get(tx, number)
            messages = self._erase(tx, found, now)
            tx.emit(ContactForgotten(number, found.public_id.hex(), found.petname))
            tx.emit(OnionsChanged())
            return messages

        messages = await self._db.run(erase)
        await self._db.exclusive(lambda database: database.reclaim())
        return messages

    async def _empty_index(self, number: ContactNo) -> None:
        """In many small transactions: others wait for the database meanwhile."""
        row: int | None = 0
        while row is not None:
            row = await self._db.run(partial(forget.texts, number=number, after=row))

    def _erase(self, tx: Transaction, contact: Contact, now: Millis) -> int:
        number = contact.number
        own = personas.self_account(tx)
        assert own is not None
        if contact.account_id is not None:
            _forget_shared(tx, own, contact, contact.account_id, now)
        forget.settings_of(tx, number, (invitations.FOLLOWED,))
        restored.forget(tx, number)
        preferences.forget(tx, contact.public_id)
        return forget.contact(tx, number)


def _doomed(tx: Transaction) -> list[ContactNo]:
    return [
        contact.number
        for contact in contacts.everyone(tx)
        if contact.account_id is not None and sharing.is_removed(tx, contact.account_id)
    ]


def _forget_shared(
    tx: Transaction, own: Persona, contact: Contact, account: AccountId, now: Millis
) -> None:
    """Erase what the `self` journal says of a contact, but for that it is to be forgotten."""
    persona = personas.get(tx, contact.persona).account_id
    removed = contact_key(account, REMOVED)
    places = {(noun, account.hex()) for noun in ("contact", "read", "draft", "deleted", "cleared")}
    places |= {(noun, persona.hex()) for noun in ("persona", "member")}

    def about(body: bytes) -> bool:
        try:
            key = decode_put(body).key
        except Malformed:
            return False
        return key[:2] in places and key != removed

    forget.bodies(tx, self_journal(own.account_id), about, now)
    unwritten.forget(tx, about)
    held = self_state.get(tx, removed)
    for place in places:
        self_state.forget(tx, *place)
    if held is not None:
        self_state.put(tx, removed, held)
