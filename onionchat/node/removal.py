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

from onionchat.errors import Malformed, NotARequest
from onionchat.node import acquaintance, invitations, onions, people, preferences, restored
from onionchat.node.accounts import SHARED
from onionchat.node.changes import ContactForgotten, OnionsChanged
from onionchat.node.dbthread import Db
from onionchat.node.delivery import Delivery
from onionchat.node.wallclock import WallClock
from onionchat.protocol.contacts.states import ContactInputs
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.journal.ids import self_journal
from onionchat.protocol.rooms.bodies import decode_put
from onionchat.store import contacts, forget, personas, settings, unwritten
from onionchat.store import journals as stored
from onionchat.store.contacts import Contact, ContactState
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import Millis

_ASKING = (ContactState.OUTGOING, ContactState.REQUESTED)
_UNANSWERED = (*_ASKING, ContactState.EXPIRED, ContactState.DECLINED)


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

    def __init__(self, wall: WallClock, rng: Rng, db: Db, delivery: Delivery) -> None:
        self._wall = wall
        self._rng = rng
        self._db = db
        self._delivery = delivery

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

        def retire(tx: Transaction) -> tuple[Contact, str | None]:
            contact = people.find(tx, typed)
            if only_requests and (
                contact.account_id is not None or contact.state not in _UNANSWERED
            ):
                raise NotARequest
            note = acquaintance.still_open(tx, contact.number)
            self._retire(tx, contact, now)
            return contact, note

        contact, note = await self._db.run(retire)
        number = contact.number
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
        return Removed(contact.petname, messages, note)

    async def _empty_index(self, number: ContactNo) -> None:
        """In many small transactions: others wait for the database meanwhile."""
        row: int | None = 0
        while row is not None:
            row = await self._db.run(partial(forget.texts, number=number, after=row))

    def _retire(self, tx: Transaction, contact: Contact, now: Millis) -> None:
        number = contact.number
        if contact.state in _ASKING:
            acquaintance.step(tx, number, ContactInputs.give_up, now, self._rng)
        elif contact.state not in (ContactState.BLOCKED, ContactState.EXPIRED):
            acquaintance.step(tx, number, ContactInputs.block, now, self._rng)
        acquaintance.withhold(tx, number, now)
        # A request names an onion of ours: whoever has read it must find nobody there.
        onions.shut_out(tx, number, self._rng, now)

    def _erase(self, tx: Transaction, contact: Contact, now: Millis) -> int:
        number = contact.number
        own = personas.self_account(tx)
        assert own is not None
        direct = stored.direct(tx, number)
        places = set()
        if contact.account_id is not None:
            places.add(("contact", contact.account_id.hex()))
        if direct is not None:
            places.add(("read", direct.journal_id.hex()))

        def about(body: bytes) -> bool:
            try:
                return decode_put(body).key[:2] in places
            except Malformed:
                return False

        if places:
            forget.bodies(tx, self_journal(own.account_id), about, now)
            unwritten.forget(tx, about)
        for place in places:
            for key in settings.beginning(tx, SHARED + "/".join(place) + "/"):
                settings.put(tx, key, None)
        forget.settings_of(tx, number, (invitations.FOLLOWED,))
        restored.forget(tx, number)
        preferences.forget(tx, contact.public_id)
        return forget.contact(tx, number)
