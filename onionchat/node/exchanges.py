"""The links on which people become contacts: shells around `protocol.contacts.exchange`.

What lives here: owners of links with a `contact` channel, and what their actions do. What may not:
decisions (`invitations`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from twisted.python.failure import Failure

from onionchat.errors import (
    LinkExpired,
    LinkUsed,
    OnionchatError,
    ProtocolViolation,
    RequestDeclined,
)
from onionchat.node import acquaintance
from onionchat.node.changes import Bus, ContactUpdated
from onionchat.node.dbthread import Db
from onionchat.node.live_link import LiveLink
from onionchat.node.one_channel import OneChannelLink
from onionchat.node.wallclock import WallClock
from onionchat.protocol.contacts.exchange import (
    Action,
    Done,
    Failed,
    JoinerExchange,
    OwnerExchange,
    Send,
    StoreAcceptance,
    StoreRequest,
    Waits,
)
from onionchat.protocol.contacts.messages import Accept, Pending, Refuse, Request, decode_message
from onionchat.protocol.contacts.states import ContactInputs
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.link.events import ByeReason
from onionchat.store import contacts, invites, personas
from onionchat.store.contacts import ContactState
from onionchat.store.transaction import ContactNo, InviteNo, RequestNo, Transaction
from onionchat.types import AccountId, LinkKey

CONTACT = "contact"
"""Kind of the channel."""

MAX_CALLERS: Final = 16
"""Exchanges at once with callers at one invite: who has the link needs no other proof to begin one.

One more takes the place of the oldest: an exchange is a matter of seconds, and whoever holds the
places of one link shuts nobody out, least of all the users of other links."""


class Exchanges:
    """Makes owners for links of the exchange.

    Args:
        told: called with a joiner's contact and the error that ended its request for good, or for
            now, or None when it waits for the other person.
        offended: called when the other side of an exchange broke the protocol.
    """

    def __init__(
        self,
        wall: WallClock,
        rng: Rng,
        db: Db,
        bus: Bus,
        told: Callable[[ContactNo, OnionchatError | None], None],
        offended: Callable[[OnionchatError], None],
    ) -> None:
        self.wall = wall
        self.rng = rng
        self.db = db
        self.unwaited = bus.unwaited("an exchange failed in an unexpected way")
        self.told = told
        self._offended = offended
        self._callers: dict[InviteNo, dict[ExchangeLink, None]] = {}
        """Callers at each invite, in the order of coming."""

    def called_by_invite(self, live: LiveLink, invite: InviteNo) -> ExchangeLink:
        """Somebody with one of our links called."""
        assert live.up is not None
        callers = self._callers.setdefault(invite, {})
        if len(callers) >= MAX_CALLERS:
            oldest = next(iter(callers))
            del callers[oldest]
            oldest.live.abort()
        exchange = OwnerExchange(LinkKey(live.up.remote_static))
        owner = _OwnerLink(live, self, exchange, invite, None)
        callers[owner] = None
        return owner

    def ended(self, link: ExchangeLink, error: OnionchatError | None) -> None:
        """For `ExchangeLink`: it is gone."""
        if isinstance(error, ProtocolViolation):
            self._offended(error)
        for callers in self._callers.values():
            callers.pop(link, None)
        self._callers = {invite: callers for invite, callers in self._callers.items() if callers}

    def calling_back(self, live: LiveLink, invite: InviteNo, request: RequestNo) -> ExchangeLink:
        """We called somebody whose request the person accepted."""
        assert live.up is not None
        exchange = OwnerExchange(LinkKey(live.up.remote_static))
        return _OwnerLink(live, self, exchange, invite, request)

    def following(
        self, live: LiveLink, contact: ContactNo, message: bytes, accepted: AccountId | None
    ) -> ExchangeLink:
        """We called the maker of a link, or were called back by it."""
        request = decode_message(message)
        assert isinstance(request, Request)
        return _JoinerLink(live, self, JoinerExchange(request, accepted), contact)


class ExchangeLink(OneChannelLink):
    """One link with one `contact` channel."""

    _exchange: OwnerExchange | JoinerExchange

    def __init__(self, live: LiveLink, exchanges: Exchanges) -> None:
        super().__init__(live, CONTACT)
        self.exchanges = exchanges

    def receive(self, data: bytes) -> None:
        """A message of the exchange."""
        self.perform(self._exchange.receive(data))

    def lost(self, error: OnionchatError | None) -> None:
        """The link is gone; a new one begins anew from what is stored."""
        super().lost(error)
        self.exchanges.ended(self, error)

    def perform(self, actions: Sequence[Action]) -> None:
        """Do what the core says."""
        for action in actions:
            if self.gone:
                return
            match action:
                case Send(message=message):
                    if not self.say(message):
                        return
                case Done():
                    self.finished()
                    self.live.close(ByeReason.DONE)
                case Failed(error=error):
                    self.failed(error)
                    self.live.close(ByeReason.DONE)
                case _:
                    self.store(action)
        self.live.flush()

    def store(self, action: Action) -> None:
        """Carry out an action that needs the disk."""
        raise AssertionError  # pragma: no cover - both subclasses have their own

    def not_stored(self, failure: Failure) -> None:
        """The disk could not, or the other side's words are against the rules."""
        failure.trap(OnionchatError)
        error = failure.value
        assert isinstance(error, OnionchatError)
        if isinstance(error, ProtocolViolation):
            self.live.abort(error)
        else:
            self.perform(self._exchange.not_stored(error))

    def finished(self) -> None:
        """Both sides have stored everything."""

    def failed(self, error: OnionchatError) -> None:
        """No contact by this link."""

    def unexpected(self, failure: Failure) -> None:
        """A disk that is full or fails, or a bug. Give the link up."""
        self.exchanges.unwaited(failure)
        self.live.abort()


class _OwnerLink(ExchangeLink):
    _exchange: OwnerExchange

    def __init__(
        self,
        live: LiveLink,
        exchanges: Exchanges,
        exchange: OwnerExchange,
        invite: InviteNo,
        calling_back: RequestNo | None,
    ) -> None:
        super().__init__(live, exchanges)
        self._exchange = exchange
        self._invite = invite
        self._contact: ContactNo | None = None
        if calling_back is not None:
            self._call_back(calling_back)

    def _call_back(self, number: RequestNo) -> None:
        def work(tx: Transaction) -> tuple[ContactNo, Accept] | None:
            found = invites.request(tx, number)
            if found.contact is None:
                return None
            contact = contacts.get(tx, found.contact)
            if contact.state is not ContactState.ACTIVE:
                return None
            persona = personas.get(tx, contact.persona)
            return contact.number, Accept(acquaintance.introduction_of(tx, persona))

        def answer(found: tuple[ContactNo, Accept] | None) -> None:
            if found is None:
                self.live.close(ByeReason.DONE)
                return
            self._contact = found[0]
            self.perform(self._exchange.call_back(found[1]))

        self.exchanges.db.run(work).addCallback(answer).addErrback(self.unexpected)

    def store(self, action: Action) -> None:
        assert isinstance(action, StoreRequest)
        now = self.exchanges.wall.millis()

        def work(tx: Transaction) -> tuple[Pending | Accept | Refuse | None, ContactNo | None]:
            answer = acquaintance.answer_request(
                tx,
                self._invite,
                action.introduction,
                action.greeting,
                action.message,
                self.exchanges.rng,
                now,
            )
            found = invites.request_by_device(tx, self._invite, action.introduction.device_key)
            return answer, None if found is None else found.contact

        def stored(result: tuple[Pending | Accept | Refuse | None, ContactNo | None]) -> None:
            answer, self._contact = result
            if answer is None:
                self.live.abort()
            else:
                self.perform(self._exchange.answer(answer))

        self.exchanges.db.run(work).addCallbacks(stored, self.not_stored).addErrback(
            self.unexpected
        )

    def finished(self) -> None:
        contact = self._contact
        if contact is not None:
            now = self.exchanges.wall.millis()
            self.exchanges.db.run(lambda tx: acquaintance.confirmed(tx, contact, now)).addErrback(
                self.unexpected
            )


class _JoinerLink(ExchangeLink):
    _exchange: JoinerExchange

    def __init__(
        self,
        live: LiveLink,
        exchanges: Exchanges,
        exchange: JoinerExchange,
        contact: ContactNo,
    ) -> None:
        super().__init__(live, exchanges)
        self._exchange = exchange
        self._contact = contact
        if live.dialled:
            self.perform(exchange.start())

    def store(self, action: Action) -> None:
        if isinstance(action, Waits):
            self._step(ContactInputs.pending)
            self.exchanges.told(self._contact, None)
            # The answer comes by a call back, or when we ask again.
            self.live.close(ByeReason.DONE)
            return
        assert isinstance(action, StoreAcceptance)
        now = self.exchanges.wall.millis()

        self.exchanges.db.run(
            lambda tx: acquaintance.store_acceptance(
                tx, self._contact, action.introduction, self.exchanges.rng, now
            )
        ).addCallbacks(
            lambda account: self.perform(self._exchange.stored(account)), self.not_stored
        ).addErrback(self.unexpected)

    def failed(self, error: OnionchatError) -> None:
        if isinstance(error, RequestDeclined):
            self._step(ContactInputs.refused)
        elif isinstance(error, LinkUsed | LinkExpired):
            self._step(ContactInputs.link_gone)
        self.exchanges.told(self._contact, error)

    def _step(self, given: Callable[[ContactInputs], None]) -> None:
        now = self.exchanges.wall.millis()

        def work(tx: Transaction) -> None:
            acquaintance.step(tx, self._contact, given, now, self.exchanges.rng)
            tx.emit(ContactUpdated(self._contact))

        self.exchanges.db.run(work).addErrback(self.unexpected)
