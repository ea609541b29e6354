"""Deleting: single messages, parts of conversations, whole ones; here, and as a request everywhere.

What lives here: what the person asks for. What may not: the bytes (`store.erasing`), requests of
contacts (`folding`), of one's other devices (`household`), time (`disappearing`).

One's own devices hear of it by the `self` journal: ("deleted", account, entry) for a message,
("cleared", account, device) with entries of logs for all up to there (docs/devices.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from twisted.internet.defer import Deferred

from onionchat.errors import InvalidInput, RestoredBackup
from onionchat.node import accounts, conversations, people, sharing
from onionchat.node.changes import Bus, ClearingBegun, ContactUpdated, Erased
from onionchat.node.dbthread import Db
from onionchat.node.delivery import Delivery
from onionchat.node.erasure import clear_through, erase, erase_through
from onionchat.node.wallclock import WallClock
from onionchat.protocol.journal.entry import EntryKind
from onionchat.protocol.rooms.bodies import MAX_TARGETS, encode_deletion
from onionchat.protocol.rooms.household import Key, deleted_key
from onionchat.store import drafts, erasing
from onionchat.store import journals as stored
from onionchat.store.contacts import Contact
from onionchat.store.database import Database
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import AccountId, EntryId, Millis
from onionchat.views import DeletedView

NOT_YOURS: Final = "Only messages of your own can be deleted for everyone."


class Deletion:
    """Deletes messages, and sees to it that nothing of them stays in the log of the database."""

    def __init__(self, wall: WallClock, db: Db, bus: Bus, delivery: Delivery) -> None:
        self._wall = wall
        self._db = db
        self._bus = bus
        self._delivery = delivery
        self._reclaiming = False
        bus.subscribe(Erased, lambda _event: self._reclaim())
        bus.subscribe(ClearingBegun, self._clearing_begun)

    async def start(self) -> None:
        """Go on with what was interrupted."""
        for contact in await self._db.run(erasing.unfinished):
            await self._erase_through(contact)

    def _clearing_begun(self, event: ClearingBegun) -> None:
        Deferred.fromCoroutine(self._erase_through(event.contact)).addErrback(
            self._bus.unwaited("a conversation could not be cleared")
        )

    async def delete(
        self, typed: str, ids: Sequence[str], *, for_everyone: bool
    ) -> tuple[ContactNo, DeletedView]:
        """Delete messages of a conversation here; `for_everyone` also asks all others to.

        Raises:
            UnknownContact, AmbiguousContact, UnknownMessage, AmbiguousMessage: then none is;
            InvalidInput: for everyone, and not all are one's own; ContactBlocked, ContactNotReady,
            RestoredBackup: nobody can be asked.
        """
        now = self._wall.millis()
        recovering = self._delivery.recovering()

        def work(tx: Transaction) -> tuple[ContactNo, DeletedView]:
            contact = people.find(tx, typed)
            found = [conversations.message_in(tx, contact, one) for one in dict.fromkeys(ids)]
            entries = [message.entry_id for message in found]
            if for_everyone:
                if not all(message.mine for message in found):
                    raise InvalidInput(NOT_YOURS)
                if contact.number in recovering:
                    raise RestoredBackup
                _ask(tx, contact, entries, now)
                return contact.number, DeletedView(len(entries), len(entries))
            erase(tx, contact.number, entries, now)
            for entry in entries:
                _share(tx, contact, partial(deleted_key, entry=entry), b"", now)
            return contact.number, DeletedView(len(entries))

        done = await self._db.run(work)
        await self._db.exclusive(_reclaimed)
        return done

    async def clear(
        self, typed: str, before: float | None, *, for_everyone: bool
    ) -> tuple[ContactNo, DeletedView]:
        """Delete all that was written before a time (seconds since 1970; None: everything).

        `for_everyone` also asks for the deletion of one's own messages among that. Raises as
        `delete`.
        """
        now = self._wall.millis()
        limit = None if before is None else Millis(int(before * 1000))
        asked = await self._ask_for_all(typed, limit) if for_everyone else 0

        def begin(tx: Transaction) -> ContactNo:
            contact = people.find(tx, typed)
            journal = stored.direct(tx, contact.number)
            if journal is not None:
                upto = erasing.positions_before(tx, journal, limit)
                erasing.drop_withdrawn(tx, journal, limit)
                if upto:
                    clear_through(tx, contact.number, upto)
                    sharing.share_cleared(tx, contact, now)
            if limit is None:
                drafts.put(tx, contact.number, "", now)
                sharing.share_draft(tx, contact.number, now)
                tx.emit(ContactUpdated(contact.number))
            return contact.number

        number = await self._db.run(begin)
        gone = await self._erase_through(number)
        await self._db.exclusive(_reclaimed)
        return number, DeletedView(gone, asked)

    async def _ask_for_all(self, typed: str, before: Millis | None) -> int:
        """Ask for the deletion of all messages of one's own before a time, some at a time."""
        asked = 0
        more = True
        while more:
            now = self._wall.millis()
            recovering = self._delivery.recovering()

            def work(tx: Transaction, now: Millis = now) -> int:
                contact = people.find(tx, typed)
                journal = stored.direct(tx, contact.number)
                if journal is None:
                    return 0
                entries = erasing.own_bodies(tx, journal, before, MAX_TARGETS)
                if entries:
                    if contact.number in recovering:  # noqa: B023 - called before the next turn
                        raise RestoredBackup
                    _ask(tx, contact, entries, now)
                return len(entries)

            count = await self._db.run(work)
            asked += count
            more = count == MAX_TARGETS
        return asked

    async def _erase_through(self, contact: ContactNo) -> int:
        """In many small transactions: others wait for the database meanwhile."""
        gone = 0
        while True:
            now = self._wall.millis()
            count = await self._db.run(
                lambda tx, now=now: erase_through(tx, contact, now)  # type: ignore[misc]
            )
            if count is None:
                return gone
            gone += count

    def _reclaim(self) -> None:
        """Soon, once for all that was erased until then."""
        if self._reclaiming:
            return
        self._reclaiming = True

        def done(result: Any) -> Any:  # noqa: ANN401 - passed on
            self._reclaiming = False
            return result

        self._db.exclusive(_reclaimed).addBoth(done).addErrback(
            self._bus.unwaited("what was erased is still in the log of the database")
        )


def _reclaimed(database: Database) -> None:
    database.reclaim()


def _ask(tx: Transaction, contact: Contact, entries: Sequence[EntryId], now: Millis) -> None:
    """Ask everybody to delete messages of ours; that we wrote so makes us do it (`folding`)."""
    for first in range(0, len(entries), MAX_TARGETS):
        body = encode_deletion(entries[first : first + MAX_TARGETS])
        conversations.write(tx, contact, EntryKind.DELETION, body, now)


def _share(
    tx: Transaction,
    contact: Contact,
    key: Callable[[AccountId], Key],
    value: bytes,
    now: Millis,
) -> None:
    if contact.account_id is not None:
        accounts.share_if_new(tx, key(contact.account_id), value, now)
