"""What the person is warned of: keys misused, copies that met, disks that are full.

What lives here: the sentences, once in a while each. What may not: what led to them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from twisted.internet.interfaces import IReactorTime

from onionchat.errors import DiskFull, OnionchatError, ProfileDamaged, StorageFailed
from onionchat.node import quota
from onionchat.node.changes import (
    Bus,
    ContactForgotten,
    CopyFound,
    DevicesChanged,
    DevicesEnded,
    EntriesCommitted,
    ForkFound,
    OwnForkFound,
    WrittenAgain,
)
from onionchat.node.directory import Directory
from onionchat.node.events import Warned
from onionchat.node.quota import Sated
from onionchat.store.logs import EVICTION
from onionchat.store.transaction import ContactNo

OWN_DEVICE_FORKED: Final = (
    "One of your other devices signed two different things for one place: either two copies of its "
    "profile are in use, or its key is in somebody else's hands. Revoke it and link it anew."
)

OWN_DEVICE_OUT: Final = (
    "A device of yours was put out of your account; all your contacts are told, and the addresses "
    "of this device are new."
)

OWN_DEVICE_EVICTED: Final = (
    "One of your other devices tried to put out a device that is senior to it, in vain. It may be "
    "in somebody else's hands: revoke it."
)

OWN_COPIES: Final = (
    "Two copies of this profile have written to your other devices. They cannot take what this one "
    "writes any more; revoke this device and link it anew."
)

COPY_IN_USE: Final = (
    "Something was written in this device's name that was not written here: this profile was moved "
    "back in time, or a copy of it is in use. If you have not put a backup or a snapshot in its "
    "place, somebody else has it: tell your contacts by another way, and become contacts anew."
)

WARNING_SECONDS: Final = 600.0
"""How long a warning stands in the status, and until it is told again."""

FORK_FOUND: Final = (
    "A device of this contact signed two different messages for one place. Its key may be in "
    "somebody else's hands: the contact is marked as compromised."
)
EVICTION_FOUND: Final = (
    "A device of this contact tried to put out a device that is senior to it. It may be in "
    "somebody else's hands: the contact is marked as compromised."
)
DEVICE_ADDED: Final = (
    "This contact has added a device, which reads what you write from now on. If that is a "
    "surprise, ask the person."
)
DEVICE_REMOVED: Final = "This contact has removed a device: it gets nothing from you any more."


class Notices:
    """Tells front ends, over the bus.

    Args:
        broken: called when the store fails so that the node must not go on.
    """

    def __init__(
        self,
        clock: IReactorTime,
        bus: Bus,
        directory: Directory,
        broken: Callable[[OnionchatError], None],
    ) -> None:
        self._clock = clock
        self._bus = bus
        self._directory = directory
        self._broken = broken
        self._recent: dict[str, float] = {}
        self._full: set[str] = set()
        """What was said of a disk that has had no room since …"""
        self._over: set[str] = set()
        """… and of one that has again."""
        self._forked: set[ContactNo] = set()
        self._copied: set[ContactNo] = set()
        """Who had something in our name that is not from here. It stands in the status until the
        node ends: a home node is looked at once a day perhaps."""
        bus.subscribe(EntriesCommitted, lambda event: self._room_again())
        bus.subscribe(ForkFound, self._fork_found)
        bus.subscribe(OwnForkFound, self._own_fork_found)
        bus.subscribe(CopyFound, lambda event: self._copy_found(event.contact))
        bus.subscribe(WrittenAgain, self._written_again)
        bus.subscribe(DevicesChanged, self._devices_changed)
        bus.subscribe(DevicesEnded, self._devices_ended)
        bus.subscribe(ContactForgotten, lambda event: self._forked.discard(event.contact))

    def _fork_found(self, event: ForkFound) -> None:
        card = self._directory.get(event.contact)
        evicted = event.kind == EVICTION
        if card is not None and card.own:
            self._bus.publish(Warned(OWN_DEVICE_EVICTED if evicted else OWN_DEVICE_FORKED))
            return
        sentence = EVICTION_FOUND if evicted else FORK_FOUND
        self._bus.publish(Warned(sentence, None if card is None else card.id))

    def _devices_changed(self, event: DevicesChanged) -> None:
        card = self._directory.get(event.contact)
        for happened, sentence in ((event.added, DEVICE_ADDED), (event.ended, DEVICE_REMOVED)):
            if happened:
                self._bus.publish(Warned(sentence, None if card is None else card.id))

    def _devices_ended(self, event: DevicesEnded) -> None:
        card = self._directory.get(event.contact)
        if card is not None and card.own:
            self._bus.publish(Warned(OWN_DEVICE_OUT))

    def _copy_found(self, number: ContactNo) -> None:
        if number in self._copied:
            return
        self._copied.add(number)
        card = self._directory.get(number)
        self._bus.publish(Warned(COPY_IN_USE, None if card is None or card.own else card.id))

    def _own_fork_found(self, event: OwnForkFound) -> None:
        self._copy_found(event.contact)
        if event.contact in self._forked:
            return  # the contact says it anew on every link
        self._forked.add(event.contact)
        card = self._directory.get(event.contact)
        if card is not None and card.own:
            self._bus.publish(Warned(OWN_COPIES))
            return
        self._bus.publish(
            Warned(
                "Two copies of this profile have written to this contact. It cannot take what this "
                "one writes any more; become contacts anew by an invite.",
                None if card is None else card.id,
            )
        )

    def _written_again(self, event: WrittenAgain) -> None:
        card = self._directory.get(event.contact)
        self._bus.publish(
            Warned(
                "This profile was moved back in time. What you had written to this contact since "
                f"then was put behind what it has: {event.messages} messages.",
                None if card is None else card.id,
            )
        )

    def sated(self, number: ContactNo, sated: Sated) -> None:
        """A contact has had its share of the disk."""
        card = self._directory.get(number)
        if card is not None:
            self._bus.publish(Warned(quota.sentence(card.petname, sated), card.id))

    def exchange_ended(self, number: ContactNo, error: OnionchatError | None) -> None:
        """A request of ours was answered; `error` if no contact came of it."""
        card = self._directory.get(number)
        if error is not None:
            self._bus.publish(Warned(str(error), None if card is None else card.id))

    def failed(self, error: OnionchatError) -> None:
        """Tell the person, once in a while; a store that fails ends the node."""
        sentence, now = str(error), self._clock.seconds()
        if now - self._recent.get(sentence, -WARNING_SECONDS) >= WARNING_SECONDS:
            self._bus.publish(Warned(sentence))
            self._recent[sentence] = now
        if isinstance(error, DiskFull):
            self._full.add(sentence)
            self._over.discard(sentence)
        if isinstance(error, StorageFailed | ProfileDamaged):
            # What cannot keep what it acknowledges must not go on.
            self._broken(error)

    def no_room(self) -> bool:
        """Whether the disk was full when something was to be stored last."""
        return bool(self._full)

    def recent(self) -> tuple[str, ...]:
        """Those that stand in the status."""
        now = self._clock.seconds()
        return ((COPY_IN_USE,) if self._copied else ()) + tuple(
            sentence
            for sentence, at in self._recent.items()
            if now - at < WARNING_SECONDS and sentence not in self._over
        )

    def _room_again(self) -> None:
        self._over |= self._full
        self._full.clear()
