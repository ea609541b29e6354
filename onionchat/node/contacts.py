"""What the person can do with contacts: name, verify, block, hide from.

What lives here: changes of contacts, in transactions. What may not: how contacts come about
(`invitations`), links (`links`), views (`people`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime

from onionchat.errors import ContactCompromised, ContactNotReady, InvalidInput
from onionchat.names import clean_name
from onionchat.node import acquaintance, onions, people, preferences, sharing, trust
from onionchat.node.changes import (
    Bus,
    ContactUpdated,
    ForkFound,
    OnionsChanged,
)
from onionchat.node.dbthread import Db
from onionchat.node.wallclock import WallClock
from onionchat.protocol.contacts.states import ContactInputs
from onionchat.protocol.crypto.hashing import equal
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.identity.words import SAFETY_WORDS, read_out, safety_words
from onionchat.protocol.rooms.household import PETNAME, TRUST, VISIBILITY
from onionchat.protocol.rooms.text import clean_text, is_blank
from onionchat.store import contacts, drafts, personas
from onionchat.store.contacts import Contact, ContactState
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import AccountId, Millis, Trust, Visibility

DRAFT_SECONDS: Final = 5.0
"""How long after the first letter of a change one's other devices are told of a draft."""

OffThread = Callable[[Callable[[], tuple[str, ...]]], Deferred[tuple[str, ...]]]
"""Runs slow work on some other thread."""


@dataclass(frozen=True, slots=True)
class _Sides:
    """What safety words are made of: both accounts, which never change."""

    contact: ContactNo
    own: AccountId = field(repr=False)
    account: AccountId = field(repr=False)


class Contacts:
    """Changes of contacts."""

    def __init__(
        self,
        clock: IReactorTime,
        wall: WallClock,
        rng: Rng,
        db: Db,
        bus: Bus,
        off_thread: OffThread,
    ) -> None:
        self._clock = clock
        self._telling: dict[ContactNo, IDelayedCall] = {}
        """Of which drafts one's other devices are to be told, and when."""
        self._wall = wall
        self._rng = rng
        self._db = db
        self._unshared = bus.unwaited("one's other devices could not be told of a contact")
        self._off_thread = off_thread
        bus.subscribe(ForkFound, self._fork_found)

    async def rename(self, typed: str, name: str) -> ContactNo:
        """Give a contact another petname. Raises NameTaken, InvalidInput, UnknownContact."""
        petname = clean_name(name)
        return await self._change(
            typed, lambda tx, contact: contacts.rename(tx, contact.number, petname), PETNAME
        )

    async def draft(self, typed: str) -> str:
        """What was written to a contact and not sent. Raises UnknownContact, AmbiguousContact."""
        return await self._db.run(lambda tx: drafts.get(tx, people.find(tx, typed).number))

    async def set_draft(self, typed: str, text: str) -> ContactNo:
        """Keep a text that is not sent yet; one without any visible character forgets it.

        Raises:
            UnknownContact, AmbiguousContact; TextTooLong, InvalidText: it could never be sent.
        """
        kept = "" if is_blank(text) else clean_text(text)
        now = self._wall.millis()

        def work(tx: Transaction) -> ContactNo:
            number = people.find(tx, typed).number
            drafts.put(tx, number, kept, now)
            if not kept:
                sharing.share_draft(tx, number, now)
            return number

        number = await self._db.run(work)
        if kept:
            self._tell_draft(number)
        return number

    def _tell_draft(self, number: ContactNo) -> None:
        """One's other devices hear of what is being typed a little later, and once."""
        if number not in self._telling:
            self._telling[number] = self._clock.callLater(DRAFT_SECONDS, self._draft_due, number)

    def _draft_due(self, number: ContactNo) -> None:
        del self._telling[number]
        self._share(number, sharing.share_draft)

    def stop(self) -> None:
        """Tell of drafts what is still to be told, while the database runs."""
        for number, timer in list(self._telling.items()):
            timer.cancel()
            self._draft_due(number)

    async def block(self, typed: str) -> ContactNo:
        """Let a contact neither reach nor see this device any more."""
        now = self._wall.millis()

        def work(tx: Transaction, contact: Contact) -> None:
            acquaintance.step(tx, contact.number, ContactInputs.block, now, self._rng)
            acquaintance.withhold(tx, contact.number, now)

        return await self._change(typed, work)

    async def unblock(self, typed: str) -> ContactNo:
        """Undo `block`: it is served again, and learns the new address when this node dials it."""
        now = self._wall.millis()

        def work(tx: Transaction, contact: Contact) -> None:
            if contact.account_id is None:
                raise ContactNotReady("This contact had not accepted; ask it anew with `add`.")
            acquaintance.step(tx, contact.number, ContactInputs.unblock, now, self._rng)
            acquaintance.resume(tx, contact.number, now)

        return await self._change(typed, work)

    async def own_onion(self, typed: str) -> ContactNo:
        """Move a contact to an onion that it shares with nobody. Raises TooManyOnions."""
        now = self._wall.millis()

        def work(tx: Transaction, contact: Contact) -> None:
            if contact.state is not ContactState.ACTIVE:
                raise ContactNotReady
            onions.place_alone(tx, contact.number, self._rng, now)
            sharing.share_own_onion(tx, contact.number, now)

        return await self._change(typed, work)

    async def set_visibility(self, value: str, typed: str | None) -> None:
        """For all contacts, or for one. Raises InvalidInput for an unknown word."""
        try:
            visibility = Visibility(value)
        except ValueError:
            raise InvalidInput("Visibility is online, restricted or hidden.") from None
        now = self._wall.millis()
        if typed is None:

            def everywhere(tx: Transaction) -> None:
                preferences.put(tx, preferences.VISIBILITY, visibility.value)
                sharing.share_setting(tx, preferences.VISIBILITY, now)
                tx.emit(OnionsChanged())

            await self._db.run(everywhere)
            return

        def work(tx: Transaction, contact: Contact) -> None:
            show_to(tx, contact, visibility, self._rng, now)

        await self._change(typed, work, VISIBILITY)

    async def words(self, typed: str) -> tuple[str, ...]:
        """The safety words to compare. Raises ContactNotReady before both know each other."""
        sides = await self._db.run(lambda tx: _sides(tx, people.find(tx, typed)))
        return await self._words(sides)

    async def number(self, typed: str) -> ContactNo:
        """Which contact that is. Raises UnknownContact, AmbiguousContact."""
        return await self._db.run(lambda tx: people.find(tx, typed).number)

    async def suggestion_shown(self, typed: str) -> None:
        """The person was advised to compare safety words."""

        def work(tx: Transaction) -> None:
            contact = people.find(tx, typed)
            if contact.advised == trust.DUE:
                contacts.advise(tx, contact.number, trust.ASKED)
                tx.emit(ContactUpdated(contact.number))

        await self._db.run(work)

    async def distrust(self, typed: str) -> ContactNo:
        """Mark a contact as compromised: the person has heard that somebody else has its keys."""
        now = self._wall.millis()
        return await self._change(
            typed,
            lambda tx, contact: contacts.set_trust(tx, contact.number, Trust.COMPROMISED, now),
            TRUST,
        )

    async def validate(
        self, typed: str, words: Sequence[str], *, anyway: bool = False
    ) -> ContactNo:
        """Mark a contact as validated if these are its safety words.

        Raises:
            InvalidInput: they are not, or not twelve; ContactCompromised: there is proof against
            its keys, which no words undo: they stay right whoever has the keys.
        """
        sides = await self._db.run(lambda tx: _sides(tx, people.find(tx, typed)))
        right = " ".join(await self._words(sides))
        said = read_out(" ".join(words))
        if len(said) != SAFETY_WORDS:
            # Something is missing, which must not sound like an attack.
            raise InvalidInput(f"There are {SAFETY_WORDS} safety words; these are {len(said)}.")
        if not equal(" ".join(said).encode(), right.encode()):
            raise InvalidInput("These are not the safety words of this contact.")
        now = self._wall.millis()

        def work(tx: Transaction) -> ContactNo:
            contact = contacts.get(tx, sides.contact)
            if contact.trust is Trust.COMPROMISED and not anyway:
                raise ContactCompromised(f"{trust.against(tx, contact)} Nothing was changed.")
            contacts.set_trust(tx, sides.contact, Trust.VALIDATED, now)
            sharing.share_contact(tx, sides.contact, now, TRUST)
            tx.emit(ContactUpdated(sides.contact))
            return sides.contact

        return await self._db.run(work)

    def _words(self, sides: _Sides) -> Deferred[tuple[str, ...]]:
        return self._off_thread(lambda: safety_words(sides.own, sides.account))

    def _fork_found(self, event: ForkFound) -> None:
        """It is marked as compromised: one's other devices learn it."""
        self._share(event.contact, _share_trust)

    def _share(
        self, contact: ContactNo, tell: Callable[[Transaction, ContactNo, Millis], None]
    ) -> None:
        now = self._wall.millis()
        self._db.run(lambda tx: tell(tx, contact, now)).addErrback(self._unshared)

    async def _change(
        self, typed: str, change: Callable[[Transaction, Contact], None], *shared: str
    ) -> ContactNo:
        """Make a change; `shared` are the facts that one's other devices are told then."""
        now = self._wall.millis()

        def work(tx: Transaction) -> ContactNo:
            contact = people.find(tx, typed)
            change(tx, contact)
            sharing.share_contact(tx, contact.number, now, *shared)
            tx.emit(ContactUpdated(contact.number))
            return contact.number

        return await self._db.run(work)


def show_to(
    tx: Transaction, contact: Contact, visibility: Visibility, rng: Rng, now: Millis
) -> None:
    """Let a contact see this device from now on as `visibility` says."""
    contacts.set_visibility(tx, contact.number, visibility)
    if visibility is Visibility.HIDDEN:
        onions.shut_out(tx, contact.number, rng, now)
    elif contact.state not in (ContactState.BLOCKED, ContactState.DECLINED):
        onions.place(tx, contact.number, rng, now)


def _share_trust(tx: Transaction, number: ContactNo, now: Millis) -> None:
    sharing.share_contact(tx, number, now, TRUST)


def _sides(tx: Transaction, contact: Contact) -> _Sides:
    if contact.account_id is None:
        raise ContactNotReady
    own = personas.get(tx, contact.persona).account_id
    return _Sides(contact.number, own, contact.account_id)
