"""What a commit changed, for the services of this node, and the bus that carries it.

What lives here: internal events (attached to transactions with `tx.emit`, published after the
commit) and `Bus`. What front ends are told is in `views`; it goes over the same bus.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from twisted.logger import Logger
from twisted.python.failure import Failure

from onionchat.errors import OnionchatError, Stopping, UnknownContact
from onionchat.node.found import Found
from onionchat.protocol.journal.entry import SignedEntry
from onionchat.protocol.sync.seeking import Hollow
from onionchat.store.logs import FORK
from onionchat.store.transaction import ContactNo, RequestNo
from onionchat.types import DeviceKey, EntryId, JournalId, MessageState, Millis

log = Logger()

E = TypeVar("E")


class Committed(NamedTuple):
    """One entry of `EntriesCommitted`."""

    entry: SignedEntry
    shown: bool
    """Whether people see it as a message."""
    text: str | None
    """What they see and search; None if this version cannot show it."""
    mine: bool
    """Whether a device of ours wrote it, this one or another."""
    found: Found | None = None
    """How it is stored, if it is more than a text: an answer, a timer, edited already, …"""


@dataclass(frozen=True, slots=True)
class EntriesCommitted:
    """Entries of one journal are on disk, in causal order: our own or a peer's.

    `contact` is the row of one's own other devices for what only these share, None as long as there
    are none.
    """

    contact: ContactNo | None
    journal: JournalId = field(repr=False)
    kind: str
    """Kind of the journal."""
    entries: tuple[Committed, ...] = field(repr=False)
    received: Millis


@dataclass(frozen=True, slots=True)
class BodiesMissing:
    """Entries of a conversation came without their bodies, and nobody here had erased them."""

    contact: ContactNo
    entries: tuple[Hollow, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class MessagesChanged:
    """Messages in a conversation are to be shown otherwise: edited, reacted to, deleted by their
    author, seen."""

    contact: ContactNo
    ids: tuple[EntryId, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class MessagesGone:
    """Messages in a conversation are no more: the person deleted them, or their time was over."""

    contact: ContactNo
    ids: tuple[EntryId, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Erased:
    """Something was erased: its pages are still in the write-ahead log."""


@dataclass(frozen=True, slots=True)
class ClearingBegun:
    """Another device of the person cleared a conversation: it is to be done here as well."""

    contact: ContactNo


@dataclass(frozen=True, slots=True)
class DueChanged:
    """Another message than before may be the next that disappears."""


@dataclass(frozen=True, slots=True)
class ContactUpdated:
    """A contact's row, devices, slot or persona changed."""

    contact: ContactNo


@dataclass(frozen=True, slots=True)
class AccountReplaced:
    """This device belongs to another self account than before, which has another name."""


@dataclass(frozen=True, slots=True)
class ContactForgotten:
    """A contact, or a request of one's own, is gone with everything."""

    contact: ContactNo
    id: str
    petname: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RemovedElsewhere:
    """The person removed a contact on another device: here it is shut out and has still to go."""

    contact: ContactNo


@dataclass(frozen=True, slots=True)
class PersonChanged:
    """The person changed its name or a setting of its own on another device."""


@dataclass(frozen=True, slots=True)
class CardChanged:
    """The directory has read a contact anew."""

    contact: ContactNo


@dataclass(frozen=True, slots=True)
class ContactCalled:
    """A contact has dialled this device and shown who it is; twice, if it then said nothing."""

    contact: ContactNo


@dataclass(frozen=True, slots=True)
class OnionsChanged:
    """Contact onions, their slots, invites or visibility changed."""


@dataclass(frozen=True, slots=True)
class RequestStored:
    """A contact request waits for the person."""

    request: RequestNo


@dataclass(frozen=True, slots=True)
class RequestUpdated:
    """A request was decided, or its sender has our answer."""

    request: RequestNo


@dataclass(frozen=True, slots=True)
class ForkFound:
    """A device of a contact (or one of our other devices, if it is their row) signed two entries
    for one position, or tried to revoke one that is senior to it: its key is misused, and there is
    proof."""

    contact: ContactNo
    device: DeviceKey = field(repr=False)
    kind: str = FORK
    """What the proof shows: see `store.logs.Fork`."""


@dataclass(frozen=True, slots=True)
class DevicesEnded:
    """Devices of a contact are active no more: revoked, or never added in truth."""

    contact: ContactNo
    active: frozenset[DeviceKey] = field(repr=False)
    """Those that are left."""


@dataclass(frozen=True, slots=True)
class DevicesChanged:
    """A contact has added devices, or removed some."""

    contact: ContactNo
    added: int
    ended: int


@dataclass(frozen=True, slots=True)
class OwnForkFound:
    """A contact (or one of our other devices, if it is their row) has an entry that we signed
    elsewhere for a position that holds another one here: two copies of this profile have written.
    """

    contact: ContactNo


@dataclass(frozen=True, slots=True)
class CopyFound:
    """Entries of ours came that were not written here, and nobody knew this to be a copy: it was
    moved back in time, or another copy of this profile is in use.
    """

    contact: ContactNo


@dataclass(frozen=True, slots=True)
class OwnLogsInDoubt:
    """A contact has entries of our own logs that are not here, and perhaps none of our newest."""

    contact: ContactNo


@dataclass(frozen=True, slots=True)
class WrittenAgain:
    """Messages whose numbers had been used by an earlier self of this profile have new ones."""

    contact: ContactNo
    messages: int


@dataclass(frozen=True, slots=True)
class StateReached:
    """Messages of ours reached a state at a contact, oldest first."""

    contact: ContactNo
    ids: tuple[EntryId, ...] = field(repr=False)
    state: MessageState


@dataclass(frozen=True, slots=True)
class StoreBroken:
    """The database failed in a way that nothing foresaw: what waits for it will not be done."""

    error: OnionchatError


@dataclass(frozen=True, slots=True)
class Unwaited:
    """Work that nobody waits for failed with an error that the person should know."""

    error: OnionchatError


class Bus:
    """Tells listeners of one type of event, in the order of subscription."""

    def __init__(self) -> None:
        self._listeners: dict[type, list[Callable[[Any], None]]] = defaultdict(list)

    def subscribe(self, kind: type[E], listener: Callable[[E], None]) -> Callable[[], None]:
        """Call `listener` with each event of exactly this type; returns the unsubscribe
        function."""
        listeners = self._listeners[kind]
        listeners.append(listener)

        def unsubscribe() -> None:
            if listener in listeners:
                listeners.remove(listener)

        return unsubscribe

    def publish(self, event: object) -> None:
        """Tell all listeners of this type of event; one that fails takes nothing from the others.

        Nor from the results of the commit that the event came with.
        """
        for listener in tuple(self._listeners.get(type(event), ())):
            try:
                listener(event)
            except Exception:  # noqa: BLE001 - a defect of one service, named in the log
                log.failure("a listener to {kind} failed", kind=type(event).__name__)

    def unwaited(self, what: str) -> Callable[[Failure], None]:
        """An errback for work that nobody waits for: a full or failing disk is told (`Unwaited`),
        anything without a name is logged as a bug; `what` is the sentence for that.
        """

        def failed(failure: Failure) -> None:
            if failure.check(Stopping, UnknownContact):
                return
            if isinstance(failure.value, OnionchatError):
                self.publish(Unwaited(failure.value))
            else:
                log.failure(what, failure)

        return failed
