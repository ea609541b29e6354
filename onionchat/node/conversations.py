"""Messages: sending, reading, searching, and where each one is.

What lives here: what a person does in a conversation. What may not: delivery itself (`delivery`).
Views are made in two steps: rows on the database thread, the rest (names, what is on its way) in
the reactor's, where it is known.
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime

from onionchat.errors import (
    AmbiguousMessage,
    ContactBlocked,
    ContactCompromised,
    ContactNotReady,
    DevicePutOut,
    InvalidInput,
    RestoredBackup,
    TimedOut,
    UnknownMessage,
)
from onionchat.node import folding, found, journals, people, repeats, sharing
from onionchat.node.changes import (
    Bus,
    EntriesCommitted,
    MessagesChanged,
    MessagesGone,
    StateReached,
)
from onionchat.node.dbthread import Db
from onionchat.node.delivery import Delivery
from onionchat.node.directory import Card, Directory
from onionchat.node.events import (
    MessageAdded,
    MessageChanged,
    MessagesDeleted,
    MessageStateChanged,
)
from onionchat.node.message_views import Row, committed_row, row, view
from onionchat.node.wallclock import WallClock
from onionchat.protocol.journal.entry import EntryKind, SignedEntry
from onionchat.protocol.rooms.bodies import encode_text
from onionchat.protocol.rooms.text import clean_text
from onionchat.store import drafts, frontiers, messages, personas, sent_tags
from onionchat.store import journals as stored
from onionchat.store.contacts import Contact, ContactState
from onionchat.store.journals import Journal
from onionchat.store.messages import Message, Search, Stretch
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import (
    KEY_SIZE,
    DeviceKey,
    EntryId,
    JournalId,
    MessageState,
    Millis,
    Seq,
    Trust,
)
from onionchat.views import MessageView, StretchView

_STRETCHES = (messages.before, messages.after, messages.around)


class Conversations:
    """All conversations of two."""

    def __init__(
        self,
        clock: IReactorTime,
        wall: WallClock,
        db: Db,
        bus: Bus,
        directory: Directory,
        delivery: Delivery,
        own_name: Callable[[], str],
    ) -> None:
        self._clock = clock
        self._wall = wall
        self._db = db
        self._bus = bus
        self._directory = directory
        self._delivery = delivery
        self._own_name = own_name
        self._waiting: dict[EntryId, list[Deferred[None]]] = {}
        bus.subscribe(EntriesCommitted, self._entries_committed)
        bus.subscribe(StateReached, self._state_reached)
        bus.subscribe(MessagesChanged, self._changed)
        bus.subscribe(MessagesGone, self._gone)

    async def send(
        self,
        typed: str,
        text: str,
        *,
        clear_draft: bool = False,
        tag: str | None = None,
        anyway: bool = False,
        reply_to: str | None = None,
    ) -> tuple[ContactNo, MessageView]:
        """Store a text for a contact; returns when it is on disk, and the draft is gone with it.

        If it was done for that contact and `tag` before, nothing is done, the message of that time
        is returned, whatever became of contact and draft since.

        Raises:
            EmptyText, TextTooLong, InvalidText, UnknownContact, AmbiguousContact, ContactBlocked,
            ContactNotReady: the other side has not accepted yet; NotAdmittedYet; RestoredBackup;
            InvalidInput: the tag stands for another text; ContactCompromised: and it was not to be
            sent `anyway`; UnknownMessage, AmbiguousMessage: what it answers.
        """
        clean = clean_text(text)
        now = self._wall.millis()
        recovering = self._delivery.recovering()

        def work(tx: Transaction) -> Row:
            contact = people.find(tx, typed)
            if tag is not None:
                made = repeats.message_of(tx, contact.number, tag, text, now)
                if made is not None:
                    return row(found.look(tx, made))
            if contact.trust is Trust.COMPROMISED and not anyway:
                raise ContactCompromised
            answered = None if reply_to is None else message_in(tx, contact, reply_to).entry_id
            if contact.number in recovering:
                raise RestoredBackup
            body = encode_text(clean, answered)
            entry = write(tx, contact, EntryKind.TEXT, body, now)
            if clear_draft:
                drafts.put(tx, contact.number, "", now)
                sharing.share_draft(tx, contact.number, now)
            if tag is not None:
                sent_tags.put(tx, contact.number, tag, entry.id, now)
            return row(found.get(tx, entry.id))

        sent = await self._db.run(work)
        return sent.contact, self._view(await self._card(sent.contact), sent)

    async def history(
        self,
        typed: str,
        limit: int,
        *,
        before: str | None = None,
        after: str | None = None,
        around: str | None = None,
    ) -> StretchView:
        """The newest messages, or those before, after or around one; oldest first.

        Raises:
            UnknownContact, AmbiguousContact, UnknownMessage: not in that conversation;
            AmbiguousMessage; InvalidInput: more than one place.
        """
        given = [
            (find, place)
            for find, place in zip(_STRETCHES, (before, after, around), strict=True)
            if place is not None
        ]
        if len(given) > 1:
            raise InvalidInput("Give one of before, after and around, not several.")

        def work(tx: Transaction) -> tuple[Stretch, list[Row]]:
            contact = people.find(tx, typed)
            if given:
                find, place = given[0]
                stretch = find(tx, contact.number, limit, find_message(tx, place).entry_id)
            else:
                stretch = messages.newest(tx, contact.number, limit)
            return stretch, [row(one) for one in found.page(tx, stretch.messages)]

        stretch, rows = await self._db.run(work)
        views = await self._views_of(rows)
        return StretchView(tuple(views), stretch.older, stretch.newer, stretch.nearest)

    async def search(
        self, words: str, typed: str | None, limit: int, before: str | None = None
    ) -> list[MessageView]:
        """Messages that hold all words, newest first; of those found before, after `before`."""

        def begin(tx: Transaction) -> Search:
            contact = None if typed is None else people.find(tx, typed).number
            older = None if before is None else find_message(tx, before).entry_id
            return Search(words, limit, contact, older)

        search = await self._db.run(begin)
        # One step a turn: nobody's message waits for more than that.
        while await self._db.run(search.step):
            pass
        return await self._views(lambda tx: [row(one) for one in found.page(tx, search.found)])

    async def first_unread(self, typed: str) -> str | None:
        """The id of the first message that the person has not read."""
        first = await self._db.run(
            lambda tx: frontiers.first_unread(tx, people.find(tx, typed).number)
        )
        return None if first is None else first.hex()

    async def mark_read(self, typed: str, upto: str | None) -> ContactNo:
        """The person has read a conversation up to a message, or all of it."""
        now = self._wall.millis()

        def begin(tx: Transaction) -> tuple[ContactNo, EntryId | None]:
            contact = people.find(tx, typed)
            return contact.number, None if upto is None else find_message(tx, upto).entry_id

        def work(tx: Transaction) -> tuple[JournalId | None, dict[DeviceKey, Seq]]:
            journal = stored.direct(tx, contact)
            marks = frontiers.read_by_person(tx, contact, limit)
            if journal is None or not marks:
                return None, {}
            sharing.share_read(tx, contact, marks, now)
            folding.seen(tx, contact, marks, now)
            return journal.journal_id, marks

        contact, limit = await self._db.run(begin)
        # A piece a turn: nobody's message waits for more than that.
        while True:
            journal, marks = await self._db.run(work)
            if journal is None:
                return contact
            self._delivery.mark_read(contact, journal, marks)
            if limit is None:
                return contact

    async def wait_delivered(self, typed: str, timeout: float) -> MessageView:
        """Wait until a device of the contact has a message of ours.

        Raises:
            UnknownMessage: none of ours; TimedOut: it goes on waiting on disk, nothing is lost.
        """
        entry = await self._db.run(lambda tx: find_message(tx, typed).entry_id)
        # Listening begins before the look at the state, so that nothing falls between the two.
        arrived: Deferred[None] = Deferred()
        listeners = self._waiting.setdefault(entry, [])
        listeners.append(arrived)
        try:
            sent = await self._db.run(lambda tx: messages.get(tx, entry))
            if not sent.mine:
                raise UnknownMessage("That message is not one of yours.")
            if sent.state is MessageState.QUEUED:
                arrived.addTimeout(
                    timeout, self._clock, onTimeoutCancel=lambda *_: _raise(TimedOut())
                )
                await arrived
        finally:
            listeners.remove(arrived)
            if not listeners:
                del self._waiting[entry]
        return await self.view(entry)

    async def view(self, entry: EntryId) -> MessageView:
        """One message as it is now. Raises UnknownMessage."""
        return (await self._views(lambda tx: [row(found.get(tx, entry))]))[0]

    # --- views ----------------------------------------------------------------------------------

    async def _views(self, work: Callable[[Transaction], list[Row]]) -> list[MessageView]:
        return await self._views_of(await self._db.run(work))

    async def _views_of(self, rows: list[Row]) -> list[MessageView]:
        cards = {number: await self._card(number) for number in {one.contact for one in rows}}
        return [self._view(cards[one.contact], one) for one in rows]

    async def _card(self, contact: ContactNo) -> Card:
        return self._directory.get(contact) or await self._directory.card(contact)

    def _view(self, card: Card, stored: Row) -> MessageView:
        state = stored.state
        if state is MessageState.QUEUED and card.direct is not None:
            flying = self._delivery.on_the_way(card.number, card.direct, stored.author)
            if stored.seq <= flying:
                state = MessageState.SENT
        return view(stored, card, self._own_name(), state)

    # --- events ---------------------------------------------------------------------------------

    def _entries_committed(self, event: EntriesCommitted) -> None:
        shown = [committed for committed in event.entries if committed.shown]
        if not shown or event.contact is None:
            return

        def tell(card: Card) -> None:
            for committed in shown:
                new = committed_row(committed, card, event.received)
                self._bus.publish(MessageAdded(self._view(card, new)))

        self._with_card(event.contact, tell)

    def _changed(self, event: MessagesChanged) -> None:
        def work(tx: Transaction) -> list[Row]:
            here = [messages.whatever_became_of(tx, entry) for entry in event.ids]
            return [row(found.look(tx, one)) for one in here if one is not None and one.shown]

        def tell(views: list[MessageView]) -> None:
            for changed in views:
                self._bus.publish(MessageChanged(changed))

        Deferred.fromCoroutine(self._views(work)).addCallback(tell).addErrback(
            self._bus.unwaited("a changed message could not be told")
        )

    def _gone(self, event: MessagesGone) -> None:
        ids = tuple(entry.hex() for entry in event.ids)
        self._with_card(
            event.contact, lambda card: self._bus.publish(MessagesDeleted(card.id, ids))
        )

    def _state_reached(self, event: StateReached) -> None:
        if event.state in (MessageState.DELIVERED, MessageState.READ):
            for entry in event.ids:
                for arrived in self._waiting.get(entry, ()):
                    if not arrived.called:
                        arrived.callback(None)
        ids = tuple(entry.hex() for entry in event.ids)
        self._with_card(
            event.contact,
            lambda card: self._bus.publish(MessageStateChanged(card.id, ids, event.state.value)),
        )

    def _with_card(self, contact: ContactNo, tell: Callable[[Card], None]) -> None:
        """Tell with the contact's card; a contact too new to be known is read first."""
        card = self._directory.get(contact)
        if card is not None:
            tell(card)
            return
        self._directory.card(contact).addCallback(tell).addErrback(
            self._bus.unwaited("an event could not be told")
        )


def _raise(error: Exception) -> None:
    raise error


def write(
    tx: Transaction, contact: Contact, kind: EntryKind, body: bytes, now: Millis
) -> SignedEntry:
    """Append an entry of ours to the conversation with a contact.

    Raises:
        ContactBlocked, ContactNotReady; RestoredBackup; DevicePutOut.
    """
    journal = _writable(tx, contact)
    persona = personas.get(tx, contact.persona)
    known = journals.roster(tx, persona.account_id)
    if (
        persona.admitted
        and known is not None
        and not known.active(DeviceKey(persona.device.public))
    ):
        raise DevicePutOut
    return journals.append(tx, journal, persona.device, kind, body, now)


def _writable(tx: Transaction, contact: Contact) -> Journal:
    """The conversation with a contact that we may write to."""
    if contact.state is ContactState.BLOCKED:
        raise ContactBlocked
    if contact.state is ContactState.DECLINED:
        raise ContactNotReady("This contact declined your request.")
    if contact.state is ContactState.EXPIRED:
        raise ContactNotReady("The invite was used up or expired before anybody answered.")
    journal = stored.direct(tx, contact.number)
    if contact.state is not ContactState.ACTIVE or journal is None:
        raise ContactNotReady
    return journal


def message_in(tx: Transaction, contact: Contact, typed: str) -> Message:
    """As `find_message`; raises UnknownMessage as well if it is in another conversation."""
    found = find_message(tx, typed)
    if found.contact != contact.number:
        raise UnknownMessage
    return found


def find_message(tx: Transaction, typed: str) -> Message:
    """The message with that id, or unambiguous beginning of one. Raises UnknownMessage."""
    span = people.prefix_range(typed, KEY_SIZE)
    found = [] if span is None else messages.by_id_prefix(tx, *span)
    if len(found) > 1:
        raise AmbiguousMessage
    if not found:
        raise UnknownMessage
    return found[0]
