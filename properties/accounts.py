"""Accounts: any order of arrival gives one roster, also of devices that add and revoke at once.

Devices of one account, some of them in the hands of a thief, add, revoke and describe themselves,
partly without having seen each other and with clocks set back. Their entries are real ones, taken
in by the real policy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from onionchat.protocol.crypto.keys import SigningKey
from onionchat.protocol.identity.roster import Act, Roster, fold
from onionchat.protocol.identity.statements import (
    Revoke,
    account_id,
    build_add,
    build_address,
    build_genesis,
    build_profile,
    build_revoke,
    consent,
    decode_statement,
)
from onionchat.protocol.journal.entry import EntryKind, SignedEntry
from onionchat.protocol.journal.ids import account_journal
from onionchat.protocol.journal.memory import MemoryJournal
from onionchat.protocol.rooms.policy import AccountPolicy
from onionchat.types import AccountId, DeviceKey, EntryId, JournalId, LinkKey, Millis, OnionKey
from properties.case import Case

DEVICES = [SigningKey(bytes([n]) * 32) for n in range(1, 8)]
RECOVERY = SigningKey(b"r" * 32)
TALK = JournalId(b"T" * 32)

Fold = Callable[[AccountId, JournalId, Sequence[Act]], Roster]


def key_of(device: int) -> DeviceKey:
    return DeviceKey(DEVICES[device].public)


def link_of(device: int) -> LinkKey:
    return LinkKey(b"link" + device.to_bytes(28, "big"))


GENESIS = build_genesis(bytes(16), key_of(0), link_of(0), RECOVERY)
ACCOUNT = account_id(GENESIS)
JOURNAL = account_journal(ACCOUNT)


class Replica:
    """An account's journal on some device: its own, or a contact's."""

    def __init__(self, folded: Fold = fold) -> None:
        self.journal = MemoryJournal(JOURNAL)
        self.arrived: list[EntryId] = []
        self._fold = folded
        self._policy = AccountPolicy(ACCOUNT, None)

    def take(self, entries: Iterable[SignedEntry]) -> bool:
        """Entries arrive; each may change who may write the next. Returns whether any was new."""
        new = False
        for entry in entries:
            outcome = self.journal.receive([entry], self._policy.permit)
            if outcome.accepted:
                new = True
                self.arrived.append(entry.id)
                if self._policy.taken(entry):
                    self._policy = AccountPolicy(ACCOUNT, self.roster())
        return new

    def write(self, key: SigningKey, time: Millis, body: bytes) -> SignedEntry:
        """This device's own next entry."""
        entry = self.journal.append(key, time, EntryKind.ROSTER, body)
        self._policy = AccountPolicy(ACCOUNT, self.roster())
        return entry

    def settle(self, entries: Sequence[SignedEntry]) -> None:
        """The same entries by one link after another, until no link brings anything."""
        while self.take(entries):
            pass

    def acts(self) -> list[Act]:
        """What the fold needs, in the order of the journal."""
        return [act_of(entry) for entry in self.journal]

    def roster(self) -> Roster:
        return self._fold(ACCOUNT, JOURNAL, self.acts())

    def state(self) -> tuple[object, ...]:
        entries = [(self.journal.key_of(one.id), one.id) for one in self.journal]
        return entries, dict(self.journal.frontier), self.journal.heads


def act_of(entry: SignedEntry) -> Act:
    header = entry.header
    parents = tuple(EntryId(parent) for parent in header.parents)
    body = entry.body if header.kind == EntryKind.ROSTER else None
    return Act(entry.id, entry.author, header.seq, parents, body)


def said(roster: Roster) -> tuple[object, ...]:
    """What follows from a roster: devices with their ranks and ends, addresses, name."""
    return list(roster.devices.items()), dict(roster.addresses), roster.name


class World:
    """The devices of the account, each with what it has seen."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self.replicas = [Replica() for _ in DEVICES]
        self.entries: list[SignedEntry] = []
        self.say(0, GENESIS)

    def say(self, device: int, body: bytes) -> SignedEntry:
        """A device signs a statement on top of what it has seen."""
        time = Millis(self._case.chance.choice((0, 1, 5, len(self.entries), 10**6)))
        entry = self.replicas[device].write(DEVICES[device], time, body)
        self.entries.append(entry)
        return entry

    def meet(self, device: int, other: int) -> None:
        """A device sees all that another has."""
        self.replicas[device].take(list(self.replicas[other].journal))

    def add(self, author: int, device: int, link: int | None = None) -> SignedEntry:
        link_key = link_of(device if link is None else link)
        agreed = consent(ACCOUNT, key_of(author), DEVICES[device], link_key)
        return self.say(author, build_add(key_of(device), link_key, agreed))

    def revoke(self, author: int, device: int, recovery: SigningKey | None = None) -> SignedEntry:
        end = self._case.chance.choice((0, 1, 2, 99))
        ends = {JOURNAL: end, TALK: self._case.chance.choice((0, 5))}
        return self.say(author, build_revoke(ACCOUNT, key_of(device), ends, recovery))

    def step(self) -> None:
        """Some device says something, or sees what another one has."""
        chance = self._case.chance
        author = chance.randrange(len(DEVICES))
        if len(self.replicas[author].journal) == 0:
            self.meet(author, 0)
        roster = self.replicas[author].roster()
        if key_of(author) not in roster.known or chance.random() < 0.3:
            self.meet(author, chance.randrange(len(DEVICES)))
            return
        other = chance.randrange(1, len(DEVICES))
        match chance.randrange(8):
            case 0 | 1 | 2:
                # A thief may claim the link key of another device.
                self.add(author, other, chance.choice((None, None, None, 1, 2)))
            case 3 | 4:
                self.revoke(author, other)
            case 5:
                self.revoke(author, other, chance.choice((None, RECOVERY, DEVICES[6])))
            case 6:
                self.say(author, build_profile(f"name {len(self.entries)}"))
            case _:
                onion = OnionKey(DEVICES[author].public)
                self.say(author, build_address(onion, bytes(32), 1 + len(self.entries)))


def history(case: Case) -> World:
    """Up to fourteen statements."""
    world = World(case)
    for device in range(1, case.chance.randint(2, 5)):
        by = case.chance.randrange(device)
        world.meet(by, device - 1)
        world.add(by, device)
        world.meet(device, by)
    for _ in range(case.chance.randint(2, 12)):
        world.step()
    return world


def any_order(case: Case, folded: Fold) -> None:
    """Any order of arrival gives the same journal and the same roster."""
    world = history(case)
    rosters: list[Roster] = []
    states: list[tuple[object, ...]] = []
    for _ in range(2):
        replica = Replica(folded)
        order = case.causal(world.entries, lambda one: one.id, lambda one: one.ancestors)
        for batch in case.batches(order):
            replica.take(batch)
        replica.settle(case.shuffled(order))
        rosters.append(folded(ACCOUNT, JOURNAL, _arrival_order(folded, replica)))
        states.append(replica.state())
    case.require(states[0] == states[1], "any order of arrival gives the same journal")
    case.require(said(rosters[0]) == said(rosters[1]), "any order of arrival gives the same roster")
    case.require(rosters[0].known == rosters[1].known, "and the same keys are known")
    links = [device.link_key for device in rosters[0].devices.values() if device.active]
    case.require(len(links) == len(set(links)), "a link shows one device of the account")


def _arrival_order(folded: Fold, replica: Replica) -> list[Act]:
    """The acts for the fold: in journal order, unless a planted fold wants them as they came."""
    if getattr(folded, "as_they_came", False):
        return [act_of(one) for id_ in replica.arrived if (one := replica.journal.get(id_))]
    return replica.acts()


def void(case: Case, folded: Fold) -> None:
    """What is void has no say: without it the roster is the same."""
    replica = Replica(folded)
    replica.settle(history(case).entries)
    roster = replica.roster()
    silenced = [replace(act, body=None) if _is_void(roster, act) else act for act in replica.acts()]
    case.require(
        said(folded(ACCOUNT, JOURNAL, silenced)) == said(roster), "what is void has no say"
    )


def _is_void(roster: Roster, act: Act) -> bool:
    if act.body is None or roster.valid_seq(act.author, JOURNAL, act.seq):
        return False
    statement = decode_statement(act.body)
    # The recovery key's word counts whoever passes it on.
    return not (isinstance(statement, Revoke) and statement.recovery_signature)


def thief(case: Case, folded: Fold) -> None:
    """What is void stays so: a revoked device that goes on, whatever it dates back, changes nothing
    for those who are senior to it or active.
    """
    world = history(case)
    owner = world.replicas[0]
    owner.settle(world.entries)
    before = owner.roster()
    ended = [
        n for n in range(1, len(DEVICES)) if (d := before.devices.get(key_of(n))) and not d.active
    ]
    if not ended:
        return
    stolen = case.chance.choice(ended)
    log = sum(entry.author == key_of(stolen) for entry in world.entries)
    end = (before.devices[key_of(stolen)].ends or {}).get(JOURNAL, 0)
    if end > log:
        return  # the revocation left it some numbers
    world.replicas[stolen].settle(world.entries)
    if key_of(stolen) not in before.known:
        return
    for _ in range(case.chance.randint(1, 3)):
        other = case.chance.randrange(len(DEVICES))
        match case.chance.randrange(3):
            case 0:
                world.revoke(stolen, other)
            case 1:
                world.add(stolen, other)
            case _:
                world.say(stolen, build_profile("Mallory"))
    after = Replica(folded)
    after.settle(world.entries)
    case.require(said(after.roster()) == said(before), "what is void stays void")


def duel(case: Case, folded: Fold) -> None:
    """Two devices that revoke each other at the same time: the senior one stays, in any order."""
    world = World(case)
    senior, junior = sorted(case.chance.sample(range(4), 2))
    for device in range(1, 4):
        world.add(0, device)
    for device in (senior, junior):
        world.meet(device, 0)
    ends = {JOURNAL: 0}
    for author, target in ((senior, junior), (junior, senior)):
        world.say(author, build_revoke(ACCOUNT, key_of(target), ends))
    replica = Replica(folded)
    order = case.causal(world.entries, lambda one: one.id, lambda one: one.ancestors)
    replica.settle(order)
    roster = folded(ACCOUNT, JOURNAL, _arrival_order(folded, replica))
    case.require(roster.active(key_of(senior)), "the senior of two that revoke each other stays")
    case.require(not roster.active(key_of(junior)), "the junior of two that revoke each other goes")


CHECKS = (any_order, void, thief, duel)
