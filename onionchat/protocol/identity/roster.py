"""The roster: which devices speak for an account, computed from its statements.

What lives here: a pure fold from acts in the journal's order to a `Roster`. What may not: journals,
storage, or deciding what is accepted into a journal (`rooms.policy`).

The rule (docs/spec/03-identity.md, "Fold and seniority"):

* A device is *admitted* by the first valid `Add` that names it; the place of that `Add` in the
  journal's order is its rank. The genesis device is the most senior.
* An act *stands* if its author was admitted in the act's causal past, and no valid revocation of
  the author ends the author's log before it.
* An `Add` is valid if it stands, the new device consented, and no active device admitted
  before it has the same link key. A `Revoke` is valid if the recovery
  key signed it, or if it stands and its author is the device itself or senior to it.

Whether a device's acts stand depends on seniors alone, and seniors come earlier in the order, so
one pass settles everything and there is nothing to argue about between concurrent revocations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from onionchat.errors import Malformed
from onionchat.protocol.identity.statements import (
    Add,
    Address,
    Genesis,
    Profile,
    Revoke,
    Statement,
    account_id,
    check_genesis,
    decode_statement,
    is_by_recovery,
    is_consented,
)
from onionchat.types import AccountId, DeviceKey, EntryId, JournalId, LinkKey

MAX_DEVICES: Final = 32
"""Devices an account can ever admit, revoked ones included; later additions are void."""


@dataclass(frozen=True, slots=True)
class Act:
    """One entry of an account's journal, as far as the fold needs it."""

    id: EntryId
    author: DeviceKey
    seq: int
    parents: tuple[EntryId, ...]
    """Ids of other logs' entries that the author had seen (its own previous one is implied)."""

    body: bytes | None = field(repr=False)
    """The statement; None for an entry of another kind, which only carries causality."""


@dataclass(frozen=True, slots=True)
class Device:
    """A device that was admitted at some time."""

    key: DeviceKey
    link_key: LinkKey
    rank: int
    """0 for the genesis device; a lower rank is senior."""

    ends: Mapping[JournalId, int] | None = None
    """None while active; else the last seq of its log that counts, per journal (absent: none)."""

    address: Address | None = None

    @property
    def active(self) -> bool:
        """Whether no valid revocation names it."""
        return self.ends is None

    def valid_seq(self, journal: JournalId, seq: int) -> bool:
        """Whether what it signed at this position of this journal counts."""
        return self.ends is None or seq <= self.ends.get(journal, 0)


@dataclass(frozen=True)
class Roster:
    """The devices of one account and what they say about it."""

    account: AccountId
    recovery_key: bytes
    devices: Mapping[DeviceKey, Device]
    """All ever admitted, most senior first."""

    known: frozenset[DeviceKey]
    """Every key that consented to an `Add` by a known device, void or not: whose entries a journal
    takes in. It grows only, so that what is taken in does not depend on what arrived first."""

    name: str = field(default="", repr=False)
    """The display name last stated, as sent: clean it before showing it."""

    def device(self, link_key: LinkKey) -> Device | None:
        """The active device that has this link key."""
        for found in self.devices.values():
            if found.active and found.link_key == link_key:
                return found
        return None

    def active(self, device_key: DeviceKey) -> bool:
        """Whether this device was admitted and not revoked."""
        found = self.devices.get(device_key)
        return found is not None and found.active

    def valid_seq(self, device_key: DeviceKey, journal: JournalId, seq: int) -> bool:
        """Whether the entry at this position of the device's log in this journal counts."""
        found = self.devices.get(device_key)
        return found is not None and found.valid_seq(journal, seq)

    @property
    def addresses(self) -> Mapping[DeviceKey, Address]:
        """Where active devices can be dialled, the newest statement of each."""
        return {
            key: found.address
            for key, found in self.devices.items()
            if found.active and found.address is not None
        }


def fold(account: AccountId, journal: JournalId, acts: Iterable[Act]) -> Roster:
    """Compute the roster of `account` from the acts of its journal `journal`, in journal order.

    The order has to be topological (parents first). The result depends on nothing else.

    Raises:
        Malformed: a body that is no statement, or no genesis statement of this account.
        BadSignature: the genesis statement is not signed by its recovery key.
    """
    return _Fold(account, journal, acts).roster()


def is_eviction(
    account: AccountId, journal: JournalId, acts: Iterable[Act], suspect: EntryId
) -> bool:
    """Whether the act `suspect` is a device's try to revoke another one that was senior to it, in
    all that its author had seen: no honest device signs that.

    `acts` are those of the journal in its order, as `fold` takes them, with the suspect among them.
    Everybody who has the suspect has its past, and comes to the same answer.

    Raises:
        Malformed, BadSignature: as `fold`.
    """
    said = _with_pasts(acts)
    found = next((one for one in said if one.act.id == suspect), None)
    if found is None or not isinstance(found.statement, Revoke):
        return False
    author, target = found.act.author, DeviceKey(found.statement.device_key)
    if author == target:
        return False
    past = [one.act for one in said if one.act.seq <= found.past.get(one.act.author, 0)]
    if not any(act.body is not None and account_id(act.body) == account for act in past):
        return False  # its author claims to have seen nothing
    roster = fold(account, journal, past)
    if is_by_recovery(found.statement, account, roster.recovery_key):
        return False
    junior, senior = roster.devices.get(author), roster.devices.get(target)
    return junior is not None and senior is not None and senior.active and senior.rank < junior.rank


@dataclass(frozen=True, slots=True)
class _Said:
    """A decoded act and what its author had seen: the highest seq of each author."""

    act: Act
    statement: Statement | None
    past: Mapping[DeviceKey, int]


class _Fold:
    def __init__(self, account: AccountId, journal: JournalId, acts: Iterable[Act]) -> None:
        self._account = account
        self._journal = journal
        self._said = _with_pasts(acts)
        self._genesis, self._first = self._find_genesis()
        # Where each device was admitted, as (author, seq): to be found in the pasts of its acts.
        self._admitted_at: dict[DeviceKey, tuple[DeviceKey, int]] = {}
        self._devices: dict[DeviceKey, Device] = {}
        self._known: set[DeviceKey] = set()

    def roster(self) -> Roster:
        self._admit(self._genesis.device_key, self._genesis.link_key, self._first)
        for said in self._said:
            if isinstance(said.statement, Add):
                self._add(said, said.statement)
        name = ""
        devices = dict(self._devices)
        for said in filter(self._stands, self._said):
            # Both are last in order wins; for one device that is the order of its log.
            match said.statement:
                case Profile(name=stated):
                    name = stated
                case Address() as address:
                    author = said.act.author
                    devices[author] = replace(devices[author], address=address)
                case _:
                    pass
        return Roster(
            self._account, self._genesis.recovery_key, devices, frozenset(self._known), name
        )

    def _find_genesis(self) -> tuple[Genesis, Act]:
        for said in self._said:
            act, statement = said.act, said.statement
            if (
                isinstance(statement, Genesis)
                and act.body is not None
                and account_id(act.body) == self._account
                and (act.author, act.seq) == (statement.device_key, 1)
            ):
                check_genesis(statement)
                return statement, act
        raise Malformed

    def _add(self, said: _Said, add: Add) -> None:
        act, key = said.act, DeviceKey(add.device_key)
        if act.author not in self._known or key in self._devices:
            return
        admits = (
            self._stands(said)
            and len(self._devices) < MAX_DEVICES
            # A link shows one device. This is not for the journal to refuse: which of two `Add`s
            # came first differs from replica to replica, their order does not.
            and not any(d.active and d.link_key == add.link_key for d in self._devices.values())
        )
        if key in self._known and not admits:
            return  # nothing depends on it: spare the look at the signature
        if is_consented(add, self._account, act.author):
            self._known.add(key)
            if admits:
                self._admit(key, add.link_key, act)

    def _admit(self, key: bytes, link_key: bytes, act: Act) -> None:
        """Give a device its rank and settle for good which of its acts stand."""
        device = DeviceKey(key)
        self._known.add(device)
        self._admitted_at[device] = (act.author, act.seq)
        rank = len(self._devices)
        ends = self._revoked_by_others(device)
        # Entered first without the device's own word, which has to stand by itself.
        self._devices[device] = Device(device, LinkKey(link_key), rank, ends)
        for said in self._said:
            own = said.act.author == device
            match said.statement:
                case Revoke(device_key=target, recovery_signature=b"") as revoke if (
                    own and target == device
                ):
                    if self._stands(said):
                        given = dict(revoke.epilogues)
                        # A last word counts itself, whatever it says about the account's journal.
                        given[self._journal] = said.act.seq
                        ends = _earlier(ends, given)
                        self._devices[device] = replace(self._devices[device], ends=ends)
                case _:
                    pass

    def _revoked_by_others(self, device: DeviceKey) -> Mapping[JournalId, int] | None:
        """The ends that the recovery key and the devices admitted so far (all senior) set."""
        ends: Mapping[JournalId, int] | None = None
        for said in self._said:
            match said.statement:
                case Revoke(device_key=target) as revoke if target == device:
                    if revoke.recovery_signature:
                        valid = is_by_recovery(revoke, self._account, self._genesis.recovery_key)
                    else:
                        valid = said.act.author != device and self._stands(said)
                    if valid:
                        ends = _earlier(ends, dict(revoke.epilogues))
                case _:
                    pass
        return ends

    def _stands(self, said: _Said) -> bool:
        """Whether the author was admitted in the act's past, and its log reaches to the act."""
        author = said.act.author
        device = self._devices.get(author)
        if device is None:
            return False
        # The genesis device admitted itself by its first act, which is in the past of all others.
        admitter, seq = self._admitted_at[author]
        seen = said.past.get(admitter, 0) >= seq
        return seen and device.valid_seq(self._journal, said.act.seq)


def _earlier(
    left: Mapping[JournalId, int] | None, right: Mapping[bytes, int]
) -> Mapping[JournalId, int]:
    """The ends when two revocations are valid: in each journal the earlier of the two."""
    ends = {JournalId(journal): seq for journal, seq in right.items()}
    if left is None:
        return ends
    return {journal: min(seq, ends.get(journal, 0)) for journal, seq in left.items()}


def _with_pasts(acts: Iterable[Act]) -> list[_Said]:
    """Decode the acts and compute what each author had seen.

    Of two acts at one position of one log (proof of a stolen key, told elsewhere) the first in
    order counts, here as well as in the journal.
    """
    said: list[_Said] = []
    pasts: dict[EntryId, Mapping[DeviceKey, int]] = {}
    newest: dict[DeviceKey, Act] = {}
    for act in acts:
        previous = newest.get(act.author)
        if previous is not None and act.seq <= previous.seq:
            continue
        past: dict[DeviceKey, int] = {}
        seen = [*act.parents] if previous is None else [previous.id, *act.parents]
        for parent in seen:
            for author, seq in pasts.get(parent, {}).items():
                past[author] = max(seq, past.get(author, 0))
        newest[act.author] = act
        # What others see when they name this act as a parent includes the act itself.
        pasts[act.id] = {**past, act.author: act.seq}
        said.append(_Said(act, None if act.body is None else decode_statement(act.body), past))
    return said
