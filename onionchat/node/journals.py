"""Entries between protocol and store: appending our own, taking in a peer's.

What lives here: functions on the database thread that join `protocol.journal` (what is valid),
`protocol.rooms` (who may write, what it means) and `store` (where it stays). What may not: the
reactor, links, or what to do about what was learned; events tell that to the services.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from onionchat.errors import (
    BadSignature,
    ForkedLog,
    NotAdmittedYet,
    NotPermitted,
    ProtocolViolation,
    UnknownContact,
)
from onionchat.node import counting, folding, found, history, own_logs, quota, restored, trust
from onionchat.node.changes import (
    BodiesMissing,
    Committed,
    ContactUpdated,
    CopyFound,
    DevicesChanged,
    DevicesEnded,
    EntriesCommitted,
    StateReached,
    WrittenAgain,
)
from onionchat.node.own_logs import Source
from onionchat.node.quota import Sated
from onionchat.node.rows import row_of
from onionchat.protocol.crypto.keys import SigningKey
from onionchat.protocol.identity.roster import Roster, fold
from onionchat.protocol.identity.statements import Add, Genesis, account_id, decode_statement
from onionchat.protocol.journal.entry import (
    NO_ENTRY,
    EntryKind,
    SignedEntry,
    check_body,
    from_parts,
    parse_header,
    sign_entry,
)
from onionchat.protocol.journal.fork import SignedHeader
from onionchat.protocol.journal.ids import account_journal
from onionchat.protocol.journal.memory import parents_among
from onionchat.protocol.journal.order import OrderKey, order_key
from onionchat.protocol.journal.validate import (
    Accepted,
    Outcome,
    Permit,
    Rejected,
    fork_proof,
    validate_batch,
)
from onionchat.protocol.journal.view import LogHead
from onionchat.protocol.rooms.bodies import retargeted
from onionchat.protocol.rooms.policy import AccountPolicy, DirectPolicy, SelfPolicy
from onionchat.protocol.sync.position import Position
from onionchat.store import (
    contacts,
    entries,
    frontiers,
    hollow,
    logs,
    moves,
    personas,
    sent_tags,
    withdrawn,
)
from onionchat.store import journals as stored
from onionchat.store.contacts import ContactState
from onionchat.store.entries import NewEntry, StoredEntry
from onionchat.store.journals import ACCOUNT as ACCOUNT
from onionchat.store.journals import DIRECT, Journal
from onionchat.store.journals import SELF as SELF
from onionchat.store.logs import Fork
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import (
    AccountId,
    DeviceKey,
    EntryId,
    JournalId,
    MessageState,
    Millis,
    OnionKey,
    Seq,
)

MAX_ROSTERS: Final = 1024
"""Rosters that are kept in memory: those of 512 contacts."""

_Tips: TypeAlias = frozenset[tuple[DeviceKey, tuple[Seq, EntryId]]]

_rosters: dict[AccountId, tuple[_Tips, Roster]] = {}
"""The rosters computed last, and of which entries."""


class StoredView:
    """A journal on disk as `protocol.journal` wants to see it; valid within one transaction."""

    def __init__(self, tx: Transaction, journal: JournalId) -> None:
        self._tx = tx
        self._id = journal

    @property
    def id(self) -> JournalId:
        """See `JournalView`."""
        return self._id

    def key_of(self, entry: EntryId) -> OrderKey | None:
        """See `JournalView`. An entry of another journal is not here."""
        place = entries.places(self._tx, (entry,)).get(entry)
        if place is None or place.journal != self._id:
            return None
        return OrderKey(place.effective, place.depth, entry)

    def head_of(self, author: DeviceKey) -> LogHead | None:
        """See `JournalView`."""
        tip = frontiers.tip(self._tx, self._id, author)
        return None if tip is None else LogHead(tip.seq, tip.entry_id)

    def id_at(self, author: DeviceKey, seq: int) -> EntryId | None:
        """See `JournalView`."""
        found = logs.at(self._tx, self._id, author, Seq(seq))
        return None if found is None else found.entry_id

    def header_at(self, author: DeviceKey, seq: int) -> SignedHeader | None:
        """See `JournalView`."""
        found = logs.at(self._tx, self._id, author, Seq(seq))
        return None if found is None else SignedHeader(found.header, found.signature)


def append(
    tx: Transaction, journal: Journal, key: SigningKey, kind: EntryKind, body: bytes, now: Millis
) -> SignedEntry:
    """Write the next entry of our own log in `journal`: signed, stored, published after the
    commit.

    It says the time in whole seconds: two contacts who compare milliseconds could find out by them
    how wrong a clock is, and so that it is one (goal P4).

    Raises:
        RestoredBackup: it may be that the contact has more of this log than is here.
        NotAdmittedYet: none of our devices has added this one to the persona yet.
    """
    if not personas.may_sign(tx, DeviceKey(key.public)):
        raise NotAdmittedYet
    restored.require_sure(tx, journal.contact)
    tip = frontiers.tip(tx, journal.journal_id, DeviceKey(key.public))
    seq, previous = (1, NO_ENTRY) if tip is None else (tip.seq + 1, tip.entry_id)
    heads = {place.entry_id: place for place in logs.heads(tx, journal.journal_id)}
    parents = parents_among(heads, previous)
    time = Millis(now - now % 1000)
    entry = sign_entry(key, journal.journal_id, seq, previous, parents, time, kind, body)
    ancestors = [
        OrderKey(heads[parent].effective, heads[parent].depth, parent) for parent in parents
    ]
    if tip is not None:
        ancestors.append(OrderKey(tip.effective, tip.depth, tip.entry_id))
    place = Accepted(entry, order_key(time, entry.id, ancestors))
    store(tx, journal, [place], now, shown=_always)
    return entry


def signed(stored_entry: StoredEntry) -> SignedEntry:
    """A stored entry in its wire form."""
    return from_parts(stored_entry.header, stored_entry.signature, stored_entry.body)


def roster(tx: Transaction, account: AccountId) -> Roster | None:
    """The roster of an account; None before its genesis is here."""
    journal = account_journal(account)
    # The newest entries of the logs name by hash all that is in them: whatever was undone since,
    # this content has this roster.
    tips = frozenset(frontiers.positions(tx, journal).items())
    if not tips:
        return None
    known = _rosters.get(account)
    if known is not None and known[0] == tips:
        return known[1]
    found = fold(account, journal, map(trust.act_of, logs.ordered(tx, journal)))
    if len(_rosters) >= MAX_ROSTERS:
        _rosters.clear()
    _rosters[account] = tips, found
    return found


def account_entries(tx: Transaction, account: AccountId) -> list[bytes]:
    """All entries of an account's journal in order, for an introduction."""
    return [signed(entry).to_bytes() for entry in logs.ordered(tx, account_journal(account))]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of entries that a peer sent."""

    outcome: Outcome
    frontier: dict[DeviceKey, Position]
    """Of the journal, after it, as far as it counts (`own_logs.counted`)."""
    spurned: tuple[EntryId, ...] = ()
    """Not even looked at: the contact has had its share of the disk."""
    sated: Sated | None = None
    strangers: frozenset[DeviceKey] = frozenset()
    """Authors refused because no roster here knows them; one that comes later may."""


def take(
    tx: Transaction,
    journal_id: JournalId,
    received: Sequence[SignedEntry],
    now: Millis,
    spoiled: Container[EntryId] = (),
    source: Source | None = None,
) -> Taken:
    """Validate entries of a peer against policy and journal, and store those that are valid.

    Of `spoiled` ones the own signature is known not to hold (see `validate_batch`). `source` is who
    sent them, None for the contact whose journal it is. Nobody pays for what our devices bring, nor
    for what they wrote.

    Raises:
        KeyError: the journal is not kept here; with our own devices it may have gone meanwhile, and
            nothing of it is taken.
        DiskFull: nothing more is taken from anybody (`quota`).
    """
    if source is not None and source.own is not None and stored.find(tx, journal_id) is None:
        return Taken(Outcome(), {}, tuple(entry.id for entry in received))
    journal = stored.get(tx, journal_id)
    own = own_logs.own_key(tx, journal)
    contact = journal.contact
    assert contact is not None
    source = source or Source(contact)
    authors = {entry.author for entry in received}
    ours = stored.ours_among(tx, authors)
    # Nobody pays for what our devices bring.
    free = authors if source.own is not None else _uncharged(tx, ours, own, source.row)
    theirs = [entry for entry in received if entry.author not in free]
    sated = quota.judge(tx, contact, theirs, now)
    if journal.kind == ACCOUNT:
        # Which devices are a contact's, and where, is heard however much it has sent: a thief who
        # floods with one of them must not keep us from hearing that it was revoked. This journal
        # has a bound of its own (`AccountPolicy`).
        sated = None
    spurned: tuple[EntryId, ...] = ()
    if sated is not None:
        spurned = tuple(entry.id for entry in theirs)
        received = [entry for entry in received if entry.author in free]
    own_logs.reconcile(tx, journal, received)
    filled: list[SignedEntry] = []
    if journal.kind == ACCOUNT:
        outcome = _take_account(tx, journal, received, now, _account_of(tx, journal))
    elif journal.kind == SELF:
        outcome = _take_self(tx, journal, received, now, spoiled)
    else:
        outcome, filled = _take_direct(tx, journal, received, now, spoiled)
    for rejected in outcome.rejected:
        if rejected.entry.author == own:
            own_logs.refused(tx, journal, rejected.entry, source.own)
        elif isinstance(rejected.error, ForkedLog):
            _keep_fork(tx, journal, rejected.entry, now, ours=rejected.entry.author in ours)
    here = [item.entry for item in outcome.accepted]
    if any(entry.author == own for entry in here) and not (
        restored.expected(tx, contact) or restored.expected(tx, source.row)
    ):
        tx.emit(CopyFound(contact))
    stored_now = (*here, *filled)
    quota.charge(tx, contact, [entry for entry in stored_now if entry.author not in free], now)
    here += [item.entry for item in outcome.duplicates]
    delivered = own_logs.arrived(tx, journal, here, source)
    if source.own is not None and journal.kind == DIRECT:
        delivered = own_logs.named(tx, journal, here)
    if delivered:
        tx.emit(StateReached(contact, tuple(delivered), MessageState.DELIVERED))
        folding.heard(tx, contact, journal_id, now)
    refused = {
        item.entry.author for item in outcome.rejected if isinstance(item.error, NotPermitted)
    }
    strangers = frozenset(refused - known_authors(tx, contact)) if refused else frozenset()
    return Taken(outcome, own_logs.counted(tx, journal, source.row), spurned, sated, strangers)


def _uncharged(
    tx: Transaction, ours: set[DeviceKey], own: DeviceKey, contact: ContactNo
) -> set[DeviceKey]:
    """Of our devices those for whose entries no contact pays that brings them: not those that were
    put out, for whoever has such a device may be that contact."""
    if not ours - {own}:
        return ours
    found = roster(tx, personas.get(tx, contacts.get(tx, contact).persona).account_id)
    return {author for author in ours if author == own or (found and found.active(author))}


def known_authors(tx: Transaction, number: ContactNo) -> frozenset[DeviceKey]:
    """Whose entries the journals that are kept because of a contact (or our other devices) take
    in; nobody's if it is gone."""
    try:
        contact = contacts.get(tx, number)
    except UnknownContact:
        return frozenset()
    ours = personas.get(tx, contact.persona).account_id
    rosters = (roster(tx, account) for account in (ours, contact.account_id) if account is not None)
    return frozenset(key for found in rosters if found is not None for key in found.known)


def take_first(
    tx: Transaction, account: AccountId, entries: Sequence[SignedEntry], now: Millis
) -> None:
    """Take in what another device of ours handed on of an account's journal: an introduction."""
    journal = stored.ensure(tx, account_journal(account), ACCOUNT)
    outcome = _take_account(tx, journal, entries, now, account)
    if outcome.rejected:
        raise outcome.rejected[0].error


def write_again(tx: Transaction, number: ContactNo) -> None:
    """Write what was taken back, after all that others have of our logs for a contact, each text
    once. For the row of our other devices: what the person did.

    What was said of a text is said of the new one.

    Raises:
        RestoredBackup: it may be that the contact has more of our logs than is here.
    """
    waiting = withdrawn.waiting(tx, number)
    again = 0
    moved: dict[bytes, EntryId] = {}
    for message in waiting:
        if entries.places(tx, (message.entry_id,)):
            continue  # the contact had it after all
        journal = stored.get(tx, message.journal)
        device = personas.get(tx, contacts.get(tx, number).persona).device
        body = retargeted(message.kind, message.body, moved)
        new = append(tx, journal, device, EntryKind(message.kind), body, message.time)
        moved[message.entry_id] = new.id
        sent_tags.follow(tx, number, message.entry_id, new.id)
        again += message.kind == EntryKind.TEXT
    withdrawn.forget(tx, number)
    if again and not contacts.is_own(tx, number):
        tx.emit(WrittenAgain(number, again))


def _take_account(
    tx: Transaction,
    journal: Journal,
    received: Sequence[SignedEntry],
    now: Millis,
    account: AccountId,
) -> Outcome:
    """One by one: each statement may change who may write the next.

    So each is proven by its own signature, and nothing that follows could vouch for it.
    """
    parts: list[Outcome] = []
    policy = _account_policy(tx, account)
    ours = personas.by_account(tx, account) is not None
    before = roster(tx, account)
    for entry in received:
        if not ours and _names_ours(tx, entry):
            parts.append(Outcome(rejected=(Rejected(entry, NotPermitted()),)))
            continue
        part = validate_batch(StoredView(tx, journal.journal_id), [entry], policy.permit)
        store(tx, journal, part.accepted, now, shown=_always)
        parts.append(part)
        if part.accepted and policy.taken(entry):
            policy = _account_policy(tx, account)
    if any(part.accepted for part in parts) and journal.contact is not None:
        refresh_devices(tx, journal.contact, now)
        after = roster(tx, account)
        if before is not None and after is not None:
            counting.recount(tx, journal.contact, before, after, now)
        for part in parts:
            trust.look_for_evictions(tx, journal, account, part.accepted, now)
    return Outcome(
        accepted=tuple(item for part in parts for item in part.accepted),
        duplicates=tuple(item for part in parts for item in part.duplicates),
        waiting=tuple(item for part in parts for item in part.waiting),
        rejected=tuple(
            item
            for part in parts
            for item in (
                *part.rejected,
                *(Rejected(entry, BadSignature()) for entry in part.unproven),
            )
        ),
    )


def _names_ours(tx: Transaction, entry: SignedEntry) -> bool:
    """Whether a statement of a contact names a device of ours as its own: that needs the device's
    secret, so a thief has it. Of whom a key is must never be in doubt."""
    if entry.header.kind != EntryKind.ROSTER or entry.body is None:
        return False
    try:
        statement = decode_statement(entry.body)
    except ProtocolViolation:
        return False  # which the policy refuses
    return isinstance(statement, Add | Genesis) and bool(
        stored.ours_among(tx, {DeviceKey(statement.device_key)})
    )


def _account_policy(tx: Transaction, account: AccountId) -> AccountPolicy:
    count, size = logs.size(tx, account_journal(account))
    return AccountPolicy(account, roster(tx, account), entries=count, size=size)


def _take_self(
    tx: Transaction,
    journal: Journal,
    received: Sequence[SignedEntry],
    now: Millis,
    spoiled: Container[EntryId],
) -> Outcome:
    account = personas.self_account(tx)
    found = None if account is None else roster(tx, account.account_id)
    if found is None:
        raise KeyError("no self account")
    permit: Permit = SelfPolicy(found).permit
    outcome = validate_batch(StoredView(tx, journal.journal_id), received, permit, spoiled)
    store(tx, journal, outcome.accepted, now, shown=_always)
    return outcome


def _take_direct(
    tx: Transaction,
    journal: Journal,
    received: Sequence[SignedEntry],
    now: Millis,
    spoiled: Container[EntryId],
) -> tuple[Outcome, list[SignedEntry]]:
    assert journal.contact is not None
    contact = contacts.get(tx, journal.contact)
    mine = roster(tx, personas.get(tx, contact.persona).account_id)
    theirs = None if contact.account_id is None else roster(tx, contact.account_id)
    if mine is None or theirs is None:
        raise KeyError("a conversation without rosters")
    policy = DirectPolicy(mine, theirs)
    permit: Permit = policy.permit
    outcome = validate_batch(StoredView(tx, journal.journal_id), received, permit, spoiled)
    store(tx, journal, outcome.accepted, now, shown=policy.counts, since=history.since(tx))
    filled = _fill(tx, journal, [item.entry for item in outcome.duplicates], policy, now)
    return outcome, filled


def _fill(
    tx: Transaction,
    journal: Journal,
    here: Sequence[SignedEntry],
    policy: DirectPolicy,
    now: Millis,
) -> list[SignedEntry]:
    """Of entries that are here already: take the bodies that were missing. Returns those."""
    awaited = hollow.awaited(tx, {entry.id for entry in here if entry.body is not None})
    places = entries.places(tx, awaited)
    filled: dict[EntryId, SignedEntry] = {}
    rows: list[NewEntry] = []
    for entry in here:
        if entry.id not in awaited or entry.id in filled or entry.body is None:
            continue
        try:
            check_body(entry)
            policy.permit(entry)
        except ProtocolViolation:
            continue  # not what was signed, or what nobody takes: as if it had not come
        place = places[entry.id]
        key = OrderKey(place.effective, place.depth, entry.id)
        row = row_of(journal, entry, key, now, counts=policy.counts(entry))
        if hollow.fill(tx, row):
            filled[entry.id] = entry
            rows.append(row)
    if rows:
        counted = {row.entry_id for row in rows if policy.counts(filled[row.entry_id])}
        _publish(tx, journal, filled, rows, counted, now)
    return list(filled.values())


def drop_claims(tx: Transaction, device: DeviceKey) -> None:
    """What a device of ours claims to have of our logs is nobody's concern any more."""
    for freed in restored.settle(tx, device):
        if not restored.is_unsure(tx, freed):
            write_again(tx, freed)


def refresh_devices(tx: Transaction, number: ContactNo, now: Millis) -> None:
    """Bring what is kept of a contact's devices and name in line with its roster; or of our own
    other devices."""
    contact = contacts.get(tx, number)
    assert contact.account_id is not None
    found = roster(tx, contact.account_id)
    if found is None:
        return
    own = contact.state is ContactState.OWN
    this = DeviceKey(personas.get(tx, contact.persona).device.public) if own else None
    kept = {known.device_key: known for known in contacts.devices(tx, number)}
    before = {key for key, known in kept.items() if known.active}
    heard = now if kept else Millis(0)
    others = [device for device in found.devices.values() if device.key != this]
    for device in others:
        address = device.address
        known = kept.get(device.key)
        ended = None if known is None else known.ended
        if ended is None:
            ended = heard
        contacts.put_device(
            tx,
            contacts.ContactDevice(
                contact=number,
                device_key=device.key,
                link_key=device.link_key,
                onion_key=None if address is None else OnionKey(address.onion_key),
                access_secret=None if address is None else address.access_secret,
                port=0 if address is None else address.port,
                capabilities=0 if address is None else address.capabilities,
                active=device.active,
                rank=device.rank,
                added=heard if known is None else known.added,
                ended=None if device.active else ended,
            ),
        )
    strangers = [known for key, known in kept.items() if key not in found.devices]
    for place, known in enumerate(strangers, len(found.devices)):
        # Whoever had added it was revoked from before that on: it never was a device.
        ended = heard if known.ended is None else known.ended
        contacts.put_device(tx, replace(known, active=False, rank=place, ended=ended))
    after = frozenset(device.key for device in others if device.active)
    if before - after:
        # Whoever has such a device knows where we are: all of it, if it is our own.
        if own:
            moves.all_due(tx)
        else:
            moves.due(tx, number)
        tx.emit(DevicesEnded(number, after))
    if own:
        for gone in before - after:
            drop_claims(tx, gone)
        tx.emit(ContactUpdated(number))
        return
    contacts.set_suggested_name(tx, number, found.name)
    if kept and before != after:
        tx.emit(DevicesChanged(number, added=len(after - before), ended=len(before - after)))
    tx.emit(ContactUpdated(number))


def store(
    tx: Transaction,
    journal: Journal,
    accepted: Iterable[Accepted],
    now: Millis,
    *,
    shown: Callable[[SignedEntry], bool],
    since: Millis | None = None,
) -> None:
    """Store validated entries in causal order; what is new is published after the commit.

    Of those whose time is before `since`, if that is given, this device keeps no bodies
    (`history`).
    """
    by_id = {item.entry.id: item for item in accepted}
    withheld = {
        item.entry.id
        for item in by_id.values()
        if since and history.withholds(item.entry.header.kind, item.key.effective, since)
    }
    counted = {
        item.entry.id
        for item in by_id.values()
        if item.entry.id not in withheld and shown(item.entry)
    }
    added = entries.insert(
        tx,
        [
            row_of(
                journal,
                item.entry.without_body() if place in withheld else item.entry,
                item.key,
                now,
                counts=place in counted,
            )
            for place, item in by_id.items()
        ],
    )
    if added:
        known = {place: item.entry for place, item in by_id.items()}
        _publish(tx, journal, known, added, counted, now)
        missing = hollow.note(
            tx, (row.entry_id for row in added if row.entry_id in counted and _is_hollow(row))
        )
        if missing and journal.contact is not None:
            tx.emit(BodiesMissing(journal.contact, tuple(missing)))


def _is_hollow(row: NewEntry) -> bool:
    return row.body is None and parse_header(row.header).body_size > 0


def _publish(
    tx: Transaction,
    journal: Journal,
    known: Mapping[EntryId, SignedEntry],
    added: Sequence[NewEntry],
    counted: Container[EntryId],
    now: Millis,
) -> None:
    """Draw the conclusions of entries that were just stored, and tell of them after the commit."""
    ours = stored.ours_among(tx, {row.author for row in added})
    if journal.kind == ACCOUNT:
        for row in added:
            _note_own_device(tx, journal, row, ours)
    trust.exchanged(tx, journal, added, ours)
    special: set[EntryId] = set()
    if journal.kind == DIRECT:
        special = folding.fold(tx, journal, (r for r in added if r.entry_id in counted), now)
    news = (
        Committed(
            known[row.entry_id],
            row.shown,
            row.text,
            row.author in ours,
            found.get(tx, row.entry_id) if row.entry_id in special else None,
        )
        for row in added
    )
    tx.emit(EntriesCommitted(journal.contact, journal.journal_id, journal.kind, tuple(news), now))


def _note_own_device(
    tx: Transaction, journal: Journal, row: NewEntry, ours: set[DeviceKey]
) -> None:
    """Who founded an account of ours is a device of ours, and so is whom one of them added."""
    if row.kind != EntryKind.ROSTER or row.body is None:
        return
    statement = decode_statement(row.body)
    if isinstance(statement, Add | Genesis) and contacts.has_device(
        tx, DeviceKey(statement.device_key)
    ):
        return  # whoever says so is a thief, and a contact's word is not ours
    if isinstance(statement, Add) and row.author in ours:
        stored.mark_own(tx, DeviceKey(statement.device_key))
        ours.add(DeviceKey(statement.device_key))
    elif isinstance(statement, Genesis) and row.author not in ours:
        account = account_id(row.body)
        if (
            account_journal(account) == journal.journal_id
            and personas.by_account(tx, account) is not None
        ):
            stored.mark_own(tx, row.author)
            ours.add(row.author)


def _keep_fork(
    tx: Transaction, journal: Journal, entry: SignedEntry, now: Millis, *, ours: bool
) -> None:
    proof = fork_proof(StoredView(tx, journal.journal_id), entry)
    if proof is None or journal.contact is None:
        return
    fork = Fork(
        journal=journal.journal_id,
        author=entry.author,
        seq=entry.seq,
        header=entry.header_bytes,
        signature=entry.signature,
        seen=now,
    )
    if ours:
        # Another device of ours: nothing is wrong with the contact.
        trust.accuse_own(tx, fork)
    else:
        trust.accuse(tx, journal.contact, fork)


def _account_of(tx: Transaction, journal: Journal) -> AccountId:
    """Whose journal of kind `account` this is: the contact's, or our persona's for it."""
    assert journal.contact is not None
    contact = contacts.get(tx, journal.contact)
    persona = personas.get(tx, contact.persona)
    for account in (contact.account_id, persona.account_id):
        if account is not None and account_journal(account) == journal.journal_id:
            return account
    raise KeyError("an account journal of nobody")


def _always(_entry: SignedEntry) -> bool:
    return True
