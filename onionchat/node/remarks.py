"""What the person says of messages that are there: edits, reactions; and how long messages stay.

What lives here: the requests. What may not: what they mean (`folding`), texts (`conversations`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from onionchat.errors import InvalidInput, RestoredBackup
from onionchat.node import conversations, people
from onionchat.node.conversations import Conversations
from onionchat.node.dbthread import Db
from onionchat.node.delivery import Delivery
from onionchat.node.wallclock import WallClock
from onionchat.protocol.journal.entry import EntryKind
from onionchat.protocol.rooms.bodies import (
    decode_edit,
    decode_text,
    encode_edit,
    encode_reaction,
    encode_timer,
    is_timer,
)
from onionchat.protocol.rooms.text import clean_emoji, clean_text
from onionchat.store import expiring, marks
from onionchat.store import journals as stored
from onionchat.store.contacts import Contact
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import EntryId, Millis
from onionchat.views import MessageView, VersionView

NO_TIMER: Final = "Messages disappear after 5 minutes to 4 weeks, or 0 for not at all."

MAX_VERSIONS: Final = 200
"""Versions of a text that are shown: the first, and the newest."""


class Remarks:
    """Edits, reactions and timers of one's own."""

    def __init__(self, wall: WallClock, db: Db, delivery: Delivery, talk: Conversations) -> None:
        self._wall = wall
        self._db = db
        self._delivery = delivery
        self._talk = talk

    async def edit(self, typed: str, message: str, text: str) -> tuple[ContactNo, MessageView]:
        """A text of one's own says something else from now on.

        Raises:
            What `Conversations.send` raises; UnknownMessage, AmbiguousMessage; InvalidInput: it is
            not one's own text, or was deleted.
        """
        clean = clean_text(text)

        def body(tx: Transaction, contact: Contact) -> tuple[EntryKind, bytes, EntryId]:
            found = conversations.message_in(tx, contact, message)
            if not found.mine or found.kind != EntryKind.TEXT:
                raise InvalidInput("Only a text of your own can be edited.")
            if found.erased:
                raise InvalidInput("That text was deleted.")
            return EntryKind.EDIT, encode_edit(found.entry_id, clean), found.entry_id

        return await self._write(typed, body)

    async def react(self, typed: str, message: str, emoji: str) -> tuple[ContactNo, MessageView]:
        """React to a message, instead of any reaction before; "" takes it back.

        Raises as `edit`; InvalidInput also for what is no emoji.
        """
        clean = clean_emoji(emoji)

        def body(tx: Transaction, contact: Contact) -> tuple[EntryKind, bytes, EntryId]:
            found = conversations.message_in(tx, contact, message)
            if found.erased:
                raise InvalidInput("That message was deleted.")
            return EntryKind.REACTION, encode_reaction(found.entry_id, clean), found.entry_id

        return await self._write(typed, body)

    async def set_timer(self, typed: str, seconds: int) -> ContactNo:
        """Have what is written from now on disappear so long after it was seen; 0: it stays.

        Raises:
            InvalidInput: not 0, and not 5 minutes to 4 weeks; as `Conversations.send`.
        """
        if not is_timer(seconds):
            raise InvalidInput(
                "Messages disappear after 5 minutes to 4 weeks, or 0 for not at all."
            )
        now = self._wall.millis()
        recovering = self._delivery.recovering()

        def work(tx: Transaction) -> ContactNo:
            contact = people.find(tx, typed)
            if contact.number in recovering:
                raise RestoredBackup
            journal = stored.direct(tx, contact.number)
            if journal is None or expiring.timer_at(tx, journal.number) != seconds:
                conversations.write(tx, contact, EntryKind.TIMER, encode_timer(seconds), now)
            return contact.number

        return await self._db.run(work)

    async def versions(self, typed: str, message: str) -> list[VersionView]:
        """What a text said and says, the oldest first. Raises UnknownContact, UnknownMessage, …"""

        def work(tx: Transaction) -> list[VersionView]:
            found = conversations.message_in(tx, people.find(tx, typed), message)
            return [
                VersionView(_text(version.kind, version.body), version.time / 1000)
                for version in marks.versions(
                    tx,
                    found.journal,
                    found.entry_id,
                    EntryKind.EDIT,
                    MAX_VERSIONS - 1,
                    mine=found.mine,
                )
                if version.body is not None and version.kind in (EntryKind.TEXT, EntryKind.EDIT)
            ]

        return await self._db.run(work)

    async def _write(
        self, typed: str, body: Callable[[Transaction, Contact], tuple[EntryKind, bytes, EntryId]]
    ) -> tuple[ContactNo, MessageView]:
        now: Millis = self._wall.millis()
        recovering = self._delivery.recovering()

        def work(tx: Transaction) -> tuple[ContactNo, EntryId]:
            contact = people.find(tx, typed)
            kind, content, target = body(tx, contact)
            if contact.number in recovering:
                raise RestoredBackup
            conversations.write(tx, contact, kind, content, now)
            return contact.number, target

        number, target = await self._db.run(work)
        return number, await self._talk.view(target)


def _text(kind: int, body: bytes) -> str:
    return decode_text(body).text if kind == EntryKind.TEXT else decode_edit(body).text
