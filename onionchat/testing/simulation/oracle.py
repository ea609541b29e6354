"""What has to hold in every run, whatever happens.

What lives here: `Oracle`, which watches all nodes from outside and remembers what was promised to
whom. What may not: causing anything.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, get_args

from twisted.python.failure import Failure

from onionchat.errors import OnionchatError, ProtocolViolation
from onionchat.node.changes import (
    Committed,
    EntriesCommitted,
    ForkFound,
    OwnForkFound,
    StateReached,
    WrittenAgain,
)
from onionchat.node.contact_link import MAX_BACKLOG, ContactLink
from onionchat.node.delivery import MAX_CONTACT_LINKS
from onionchat.node.node import Node
from onionchat.node.quota import MAX_TOTAL
from onionchat.protocol.journal.ids import account_journal, direct_journal
from onionchat.protocol.sync.incoming import MAX_PENDING_BYTES, MAX_PENDING_ENTRIES
from onionchat.protocol.wire.records import MAX_MESSAGE
from onionchat.store.transaction import ContactNo
from onionchat.testing.simulation.environment import DAY_QUOTA
from onionchat.testing.simulation.machine import owner_in
from onionchat.testing.simulation.memory import held
from onionchat.types import MessageState
from onionchat.views import (
    ConnectionChanged,
    LinkingChanged,
    MessageAdded,
    MessageChanged,
    MessageStateChanged,
    NodeEvent,
)

if TYPE_CHECKING:
    import apsw

    from onionchat.testing.simulation.machine import Machine
    from onionchat.testing.simulation.world import SimulatedWorld

LONGEST_LIE: Final = 1200.0
"""Seconds for which a node may take a link for up whose other end is gone: the longest idle time of
the slower side, and the wait for an answer."""

LONGEST_DELAY: Final = 130.0
"""Seconds in which what was sent has arrived, or the connection is over."""

SHORT_WHILE: Final = 60.0

MAX_LOGS: Final = 64

DEVICES: Final = 3
"""Of one person, at most."""

MAX_LINK_MEMORY: Final = 1024 * 1024
"""Bytes that the protocol may hold in memory for one link, what waits to be sent left out: entries
that wait for others (half of it), and what is known of the peer's logs."""

_STATES: Final = ("queued", "sent", "delivered", "read")


class Violated(AssertionError):
    """An invariant does not hold."""


@dataclass(eq=False)
class Text:
    """One message that somebody wanted to send."""

    writer: str
    reader: str
    text: str
    device: str
    """On which of the writer's machines."""
    outcome: str = "unknown"
    """`stored` once its node said so; `refused` if it said that it did not; else `unknown`."""
    id: str = ""
    before: str = ""
    """Id of a message that the writer had when it wrote this."""
    withdrawable: bool = False
    """Whether its writer was moved back in time after it was stored."""
    delivered: bool = False


@dataclass(eq=False)
class _Kept:
    """What one machine has on disk, as far as others rely on it."""

    here: set[bytes] = field(default_factory=set)
    promised: set[bytes] = field(default_factory=set)
    """Entries of others whose arrival they were told."""
    arrived: set[bytes] = field(default_factory=set)
    """Entries of its own of which it said that they are delivered."""
    own: set[bytes] = field(default_factory=set)
    """Own entries of which the person was told that they are stored."""
    last: dict[str, str] = field(default_factory=dict)
    """The entry that was committed last in the conversation with somebody."""
    read: set[str] = field(default_factory=set)
    """Ids that were here when the person said to have read all."""
    reading: bool = False
    """Whether the person is just saying so."""
    shares: bool = False
    """Whether its contacts were ever to be told how far it has read."""


class Oracle:
    """Watches. `violations` are sentences; the first one ends the run."""

    def __init__(self, world: SimulatedWorld) -> None:
        self.world = world
        self.violations: list[str] = []
        self.texts: dict[str, Text] = {}
        self.blocked: dict[tuple[str, str], float] = {}
        """Who has blocked whom, since when."""
        self.forked: set[tuple[str, str]] = set()
        """Thieves who showed a forked log to somebody."""
        self.fork_seen: set[tuple[str, str]] = set()
        """Thieves whose fork somebody has found."""
        self.thieves: set[str] = set()
        self.validated: set[tuple[str, str]] = set()
        """Who has compared safety words with whom."""
        self.edits: dict[str, Text] = {}
        """By what a text was to say from then on: the text."""
        self.going: set[str] = set()
        """Ids of messages that somebody asked to have deleted, perhaps in vain."""
        self.asked: set[tuple[str, str, str]] = set()
        """Who asked whom to delete which message for everyone."""
        self.gone: dict[str, set[str]] = {}
        """Ids of messages that somebody's node said to have deleted, here or for everyone."""
        self.removing: dict[tuple[str, str], bool] = {}
        """Who wanted somebody forgotten, and whether a node of theirs has said that it is done."""
        self.forbidden: set[str] = set()
        """Texts that nobody may ever show."""
        self.order: list[tuple[str, str, str]] = []
        """At somebody: an id that has to come before another one."""
        self._places: dict[tuple[bytes, bytes, int], bytes] = {}
        """By journal, author and number: the entry that somebody else than its author has."""
        self._holders: dict[tuple[bytes, bytes, int], set[str]] = {}
        self._kept: dict[str, _Kept] = {}
        self._between: dict[bytes, frozenset[str]] = {}
        """Of entries: in whose conversation they are."""
        self._keys: dict[bytes, Machine] = {}
        """Device keys in personas and self accounts, as far as a node has shown its own."""
        self._states: dict[str, int] = {}
        self._looks = 0

    def fail(self, sentence: str) -> None:
        """An invariant does not hold."""
        self.violations.append(f"{self.world.time.now:.3f}: {sentence}")
        self.world.trace.note(f"VIOLATION {sentence}")

    def require(self, holds: object, sentence: str) -> None:
        """Fail unless something holds."""
        if not holds:
            self.fail(sentence)

    def kept(self, name: str) -> _Kept:
        """What is known of a machine's disk."""
        return self._kept.setdefault(name, _Kept())

    # --- watching ---------------------------------------------------------------------------------

    def born(self, machine: Machine, node: Node) -> None:
        """A node has opened its profile and does not do anything yet."""
        assert machine.db is not None and machine.db.database is not None
        connection = machine.db.database.connection
        here = {row[0] for row in connection.execute("SELECT entry_id FROM entries")}
        kept = self.kept(machine.name)
        if not machine.restored:
            lost = self._not_forgotten(kept.promised - here)
            self.require(not lost, f"{machine.name} lost {len(lost)} entries that it acknowledged")
            lost = self._not_forgotten(kept.own - here)
            self.require(not lost, f"{machine.name} lost {len(lost)} own entries that were stored")
        else:
            kept.promised &= here
            self._forget_places(machine.name, here)
        kept.here = here
        if kept.reading:
            kept.reading = False
            kept.read |= {entry.hex() for entry in here}
        bus = node._bus
        bus.subscribe(EntriesCommitted, lambda event: self._all_committed(machine, node, event))
        bus.subscribe(StateReached, lambda event: self._reached(machine, node, event))
        bus.subscribe(ForkFound, lambda event: self._fork(machine, node, event.contact))
        bus.subscribe(
            OwnForkFound,
            lambda event: self.fail(f"{machine.name} has forked its own log"),
        )
        bus.subscribe(
            WrittenAgain,
            lambda event: self.world.trace.count("texts written again", event.messages),
        )
        detached = node.delivery.detached

        def ended(link: ContactLink, error: OnionchatError | None) -> None:
            self._ended(machine, node, link, error)
            detached(link, error)

        node.delivery.detached = ended  # type: ignore[method-assign]
        storage_failed = node.delivery.storage_failed

        def failed(link: ContactLink | None, failure: Failure) -> None:
            if failure.check(ProtocolViolation):
                # The store's own checks are the last line: nothing may get that far.
                error = type(failure.value).__name__
                self.fail(f"{machine.name}'s store refuses what was found valid: {error}")
            storage_failed(link, failure)

        node.delivery.storage_failed = failed  # type: ignore[method-assign]
        for kind in get_args(NodeEvent):
            bus.subscribe(kind, lambda event: self._told(machine, event))

    def _not_forgotten(self, found: set[bytes]) -> set[bytes]:
        """Those of conversations that nobody wanted to end."""
        ended = {frozenset(pair) for pair in self.removing}
        return {entry for entry in found if self._between.get(entry) not in ended}

    def _forget_places(self, name: str, here: set[bytes]) -> None:
        """What was taken from a machine by an earlier state, and what nobody else has, is gone:
        an author who was moved back as well cannot know of it."""
        for place in [place for place, who in self._holders.items() if name in who]:
            if self._places[place] not in here:
                self._holders[place].discard(name)
                if not self._holders[place]:
                    del self._holders[place], self._places[place]

    def runs(self, machine: Machine, node: Node) -> None:
        """A node has started."""

    def moved_back(self, name: str) -> None:
        """Somebody's files are those of an earlier time."""
        for text in self.texts.values():
            if text.device == name:
                text.withdrawable = True
        self.validated = {pair for pair in self.validated if pair[0] != name}
        for pair in [pair for pair in self.blocked if pair[0] == name]:
            # Perhaps it is not any more.
            del self.blocked[pair]
        kept = self.kept(name)
        kept.own.clear()
        kept.promised.clear()
        kept.arrived.clear()

    def _told(self, machine: Machine, event: NodeEvent) -> None:
        text = repr(event)
        self.world.trace.note(
            f"{machine.name} {type(event).__name__} {zlib.crc32(text.encode()):08x}"
        )
        if isinstance(event, ConnectionChanged) and event.connected:
            self.world.rush(machine, owner_in(event.name))
        if isinstance(event, MessageAdded | MessageChanged) and event.message.text:
            gone = self.gone.get(machine.name, ())
            self.require(
                event.message.id not in gone, f"{machine.name} shows what was deleted there"
            )
        if isinstance(event, LinkingChanged) and event.code:
            self.world.show_code(machine, event.code)
        if isinstance(event, LinkingChanged) and (event.side, event.stage) == ("new", "linked"):
            self.world.trace.count("devices that joined by a code")
        if isinstance(event, MessageStateChanged):
            self.require(event.state in _STATES, f"a state {event.state}")

    def _all_committed(self, machine: Machine, node: Node, event: EntriesCommitted) -> None:
        for one in event.entries:
            self._committed(machine, node, event.contact, one)

    def _committed(
        self, machine: Machine, node: Node, number: ContactNo | None, event: Committed
    ) -> None:
        entry = event.entry
        kept = self.kept(machine.name)
        kept.here.add(entry.id)
        if kept.reading:
            kept.read.add(entry.id.hex())
        contact = self._name(machine, node, number)
        self._between[entry.id] = frozenset((machine.owner, contact))
        if event.shown:
            kept.last[contact] = entry.id.hex()
            self.world.trace.count("messages committed")
        card = None if number is None else node.directory.get(number)
        if card is None or entry.author == card.own_device:
            return
        place = (entry.header.journal, entry.author, entry.seq)
        known = self._places.setdefault(place, entry.id)
        self._holders.setdefault(place, set()).add(machine.name)
        if known != entry.id and contact not in self.thieves:
            self.fail(f"{contact} used number {entry.seq} for two entries, {machine.name} has both")
        since = self._blocked_since(machine, contact)
        if since is not None and self.world.time.now - since > SHORT_WHILE:
            self.fail(f"{machine.name} took an entry of {contact}, who is blocked")

    def _blocked_since(self, machine: Machine, contact: str) -> float | None:
        """Since when somebody is blocked at a machine. What another device of its person said may
        have ended that, or may bring entries of before."""
        several = self.world.several(machine.owner)
        return None if several else self.blocked.get((machine.name, contact))

    def _reached(self, machine: Machine, node: Node, event: StateReached) -> None:
        name = self._name(machine, node, event.contact)
        self.world.trace.count(f"state {event.state.value}", len(event.ids))
        arrived = self.kept(machine.name).arrived
        if event.state in (MessageState.DELIVERED, MessageState.READ):
            arrived.update(event.ids)
        elif not arrived.isdisjoint(event.ids):
            self.fail(f"{machine.name} says {event.state.value} of what was delivered before")
        if name in self.thieves or event.state not in (MessageState.DELIVERED, MessageState.READ):
            return
        readers = self.world.devices(name)
        if not readers or any(reader.restored for reader in readers):
            # What it had was taken from it by the restoring; the end of the run looks at the rest.
            return
        if frozenset((machine.owner, name)) in map(frozenset, self.removing):
            return
        kept = [self.kept(reader.name) for reader in readers]
        shares = any(other.shares for other in kept)
        for entry in event.ids:
            having = [other for other in kept if entry in other.here]
            if not having:
                self.fail(f"{machine.name} says {event.state.value} of what {name} does not have")
            for other in having:
                other.promised.add(entry)
            if event.state is MessageState.READ:
                self.require(
                    shares and any(entry.hex() in other.read for other in kept),
                    f"{machine.name} says read of what {name} has not read",
                )

    def _fork(self, machine: Machine, node: Node, contact: object) -> None:
        name = self._name(machine, node, contact)
        self.world.trace.count("forks found")
        self.fork_seen.add((name, machine.name))
        if (name, machine.name) not in self.forked:
            self.fail(f"{machine.name} found a fork of {name}, who made none")

    def _ended(
        self, machine: Machine, node: Node, link: ContactLink, error: OnionchatError | None
    ) -> None:
        """Nobody accuses who behaves, unless somebody on the way has altered what it said."""
        name = self._name(machine, node, link.contact)
        if not isinstance(error, ProtocolViolation) or not name or name in self.thieves:
            return
        altered = self.world.network.altered_between
        here = machine.profile.name
        others = self.world.devices(name)
        if not any(frozenset((here, other.profile.name)) in altered for other in others):
            self.fail(f"{machine.name} says that {name} broke the protocol: {type(error).__name__}")

    def _name(self, machine: Machine, node: Node, contact: object) -> str:
        """Who that is; the person itself if it is the row of its own other devices."""
        card = None if contact is None else node.directory.get(contact)  # type: ignore[arg-type]
        if card is None:
            return ""
        return machine.owner if card.own else owner_in(card.petname)

    # --- at every step ----------------------------------------------------------------------------

    def look(self) -> None:
        """What has to hold at any time."""
        now = self.world.time.now
        self.look_at_network()
        self._look_at_memory()
        for machine in self.world.everybody:
            if machine.node is not None:
                for card in (*machine.node.directory.all(), machine.node.directory.own()):
                    if card is not None:
                        self._keys[card.own_device] = machine
        for machine in self.world.everybody:
            node = machine.node
            if node is None:
                continue
            for number, links in node.delivery._links.items():
                name = self._name(machine, node, number)
                many = MAX_CONTACT_LINKS * (DEVICES if name == machine.owner else 1)
                self.require(len(links) <= many, f"{machine.name}: {len(links)} links to {name}")
                since = self._blocked_since(machine, name)
                if since is not None and now - since > SHORT_WHILE:
                    self.fail(f"{machine.name} is linked to {name}, who is blocked")
                for link in links:
                    other = self._keys.get(link.device)
                    if (
                        other is not None
                        and name not in self.thieves
                        and other.down_since is not None
                        and now - other.down_since > LONGEST_LIE
                    ):
                        self.fail(f"{machine.name} is linked to {other.name}, who is not there")
                    if not link.own:
                        self._look_at_journals(machine, name, link)
                for link in links:
                    session = link.session
                    self.require(
                        link._backlog() <= MAX_BACKLOG + MAX_MESSAGE, f"a backlog for {name}"
                    )
                    if session is not None:
                        incoming = session._incoming
                        self.require(
                            len(incoming._pending) <= MAX_PENDING_ENTRIES
                            and incoming._pending_bytes <= MAX_PENDING_BYTES,
                            f"{machine.name} keeps too much that waits, of {name}",
                        )

    def _look_at_journals(self, machine: Machine, name: str, link: ContactLink) -> None:
        """A link to a contact is about the conversation and both accounts, and nothing else."""
        card = machine.card(name)
        session = link.session
        if card is None or card.account is None or session is None or link.contact != card.number:
            return
        allowed = {
            account_journal(card.own_account),
            account_journal(card.account),
            direct_journal(card.own_account, card.account),
        }
        self.require(
            session._replicas.keys() <= allowed,
            f"{machine.name} tells {name} of what is not between them",
        )

    def look_at_network(self) -> None:
        """What has to hold of connections, whoever has them."""
        network = self.world.network
        altered = network.altered(LONGEST_DELAY)
        self.require(not altered, f"{altered} links go on whose records were altered")
        self.require(not network.taken_again, "a link goes on after the same records came twice")
        silent = network.long_silent(LONGEST_LIE)
        self.require(not silent, f"{silent} ends go on though nothing passes any more")

    def _look_at_memory(self) -> None:
        """All links to thieves, and by turns one of the others: walking through all takes long."""
        links = [
            (machine, name, link)
            for machine in self.world.everybody
            if machine.node is not None
            for number, found in machine.node.delivery._links.items()
            for name in (self._name(machine, machine.node, number),)
            for link in found
        ]
        self._looks += 1
        chosen = [found for found in links if found[1] in self.thieves]
        if links:
            chosen.append(links[self._looks % len(links)])
        for machine, name, link in chosen:
            size = held(link.session, link._early, link._missed, link.live.core) - link._backlog()
            self.require(
                size <= MAX_LINK_MEMORY, f"{machine.name} holds {size} bytes for a link of {name}"
            )

    def look_at_disk(self, machine: Machine, connection: apsw.Connection) -> None:
        """What has to hold of everything that is stored."""
        for today, total in connection.execute("SELECT bytes, total FROM intake"):
            self.require(
                today <= DAY_QUOTA and total <= MAX_TOTAL,
                f"{machine.name} stored {today} bytes of one contact in a day",
            )
        logs = connection.execute("SELECT count(*) FROM logs").get
        people = max(1, len(self.world.everybody))
        self.require(logs <= MAX_LOGS * people, f"{machine.name} has {logs} logs")
