"""Where a message is: at which devices, since when, and why it waits.

What lives here: putting together what the disk and the live links know of one message. What may
not: changing anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from onionchat.node import restored
from onionchat.node.conversations import Conversations, find_message
from onionchat.node.dbthread import Db
from onionchat.node.delivery import Delivery, Way
from onionchat.store import contacts, entries, frontiers, journals
from onionchat.store.contacts import ContactDevice, ContactState
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import DeviceKey, EntryId, JournalId, MessageState, Millis, Seq
from onionchat.views import DeviceHasView, MessageInfoView

THIS: Final = "this device"

BLOCKED: Final = "You blocked this contact."
REMOVED: Final = "This device was removed: it gets nothing any more."
UNSURE: Final = "Nothing is sent before it is known what this profile, which is a copy, has sent."
FULL: Final = "The disk here is full: no connection is kept."
SET_UP: Final = "The connection is being set up."
UNSHARED: Final = "It does not have this conversation yet."
REFUSED: Final = (
    "It takes no more of yours for now: you have sent your share of a day, or it has no room."
)
NEXT: Final = "It goes out next."
PASSED_ON: Final = "Not connected; another device that is passes it on."
CALLS_ITSELF: Final = "Not connected; it has not said where it can be called, it calls here itself."
CALLED: Final = "Not connected; it is being called."


@dataclass(frozen=True, slots=True)
class _Peer:
    """A device that may have the message, as the disk knows it."""

    row: ContactNo
    device: ContactDevice = field(repr=False)
    at: Millis | None
    """When it said that it has the message (0: long ago); None: it never did."""
    reached: int
    """How far it has the log."""


@dataclass(frozen=True, slots=True)
class _Found:
    entry: EntryId = field(repr=False)
    contact: ContactNo
    state: ContactState
    journal: JournalId = field(repr=False)
    author: DeviceKey = field(repr=False)
    seq: Seq
    mine: bool
    time: Millis
    received: Millis
    unsure: bool
    read: bool
    own: tuple[_Peer, ...]
    theirs: tuple[_Peer, ...]


class Whereabouts:
    """Of one message at a time.

    Args:
        problem: why there is no link to a contact, as far as it is known.
        no_room: whether the disk here is full.
    """

    def __init__(
        self,
        db: Db,
        conversations: Conversations,
        delivery: Delivery,
        problem: Callable[[ContactNo], str | None],
        no_room: Callable[[], bool],
    ) -> None:
        self._db = db
        self._conversations = conversations
        self._delivery = delivery
        self._problem = problem
        self._no_room = no_room

    async def of(self, typed: str) -> MessageInfoView:
        """Where the message with that id is. Raises UnknownMessage, AmbiguousMessage."""
        found = await self._db.run(lambda tx: _find(tx, typed))
        view = await self._conversations.view(found.entry)
        devices = [
            DeviceHasView(
                owner="mine",
                number=0,
                name=THIS,
                active=True,
                state="has",
                since=(found.time if found.mine else found.received) / 1000,
            ),
            *(self._at(found, peer, "mine") for peer in found.own),
            *(self._at(found, peer, "contact") for peer in found.theirs),
        ]
        read = view.state == MessageState.READ if found.mine else found.read
        return MessageInfoView(view, read, tuple(devices))

    def _at(self, found: _Found, peer: _Peer, owner: str) -> DeviceHasView:
        device = peer.device
        way = self._delivery.way_to(peer.row, device.device_key, found.journal, found.author)
        why = since = None
        if device.device_key == found.author:
            state, since = "wrote", found.time / 1000
        elif peer.at is not None:
            state, since = "has", peer.at / 1000 or None
        elif not device.active:
            state, why = "waiting", REMOVED
        elif way is not None and found.seq <= way.flying:
            state = "sent"
        elif owner == "contact" and not found.mine:
            # What its own devices tell each other is not told here.
            state = "unknown"
        else:
            state, why = "waiting", self._why(found, peer, way)
        number = device.rank + 1
        return DeviceHasView(
            owner=owner,
            number=number,
            name=f"device {number}" if owner == "contact" else f"own device {number}",
            active=device.active,
            state=state,
            since=since,
            why=why,
        )

    def _why(self, found: _Found, peer: _Peer, way: Way | None) -> str:
        if found.state is ContactState.BLOCKED and peer.row == found.contact:
            return BLOCKED
        if way is not None:
            return _behind(found, peer, way)
        if self._no_room():
            return FULL
        if self._delivery.linked(peer.row):
            return PASSED_ON
        problem = self._problem(peer.row)
        if problem is not None:
            return problem
        return CALLED if peer.device.onion_key is not None else CALLS_ITSELF


def _behind(found: _Found, peer: _Peer, way: Way) -> str:
    """Why a message waits for a device to which there is a link."""
    if not way.begun:
        return SET_UP
    if not way.shared:
        return UNSHARED
    if way.refused:
        return REFUSED
    if found.unsure:
        return UNSURE
    before = found.seq - max(way.flying, peer.reached) - 1
    return NEXT if before < 1 else f"Behind {before} that were written before it."


def _find(tx: Transaction, typed: str) -> _Found:
    message = find_message(tx, typed)
    entry = entries.get(tx, message.entry_id)
    assert entry is not None and message.contact is not None
    contact = contacts.get(tx, message.contact)
    journal = journals.direct(tx, contact.number)
    assert journal is not None
    own = contacts.own(tx)
    read = frontiers.person_read(tx, contact.number).get(entry.author, 0)
    log = journal.journal_id, entry.author, message.seq
    return _Found(
        entry=message.entry_id,
        contact=contact.number,
        state=contact.state,
        journal=journal.journal_id,
        author=entry.author,
        seq=message.seq,
        mine=message.mine,
        time=message.time,
        received=message.received,
        unsure=restored.is_unsure(tx, contact.number),
        read=message.seq <= read,
        own=() if own is None else _peers(tx, own.number, *log),
        theirs=_peers(tx, contact.number, *log),
    )


def _peers(
    tx: Transaction, row: ContactNo, journal: JournalId, author: DeviceKey, seq: Seq
) -> tuple[_Peer, ...]:
    return tuple(
        _Peer(
            row=row,
            device=device,
            at=frontiers.arrival(tx, device.device_key, journal, author, seq),
            reached=frontiers.reached_by(tx, device.device_key, journal).get(author, Seq(0)),
        )
        for device in sorted(contacts.devices(tx, row), key=lambda device: device.rank)
    )
