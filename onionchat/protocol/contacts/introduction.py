"""An introduction: the first entries of an account, as one person hands them to another.

What lives here: their validation, from bytes to a value that can be stored. What may not: messages
and channels.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from onionchat.errors import BadSignature, Malformed, NotPermitted, TooLarge
from onionchat.names import tidy_name
from onionchat.protocol.contacts.messages import MAX_ENTRIES, MAX_ENTRY_BYTES
from onionchat.protocol.identity.roster import Act, Roster, fold
from onionchat.protocol.identity.statements import (
    Address,
    Genesis,
    Profile,
    account_id,
    decode_statement,
)
from onionchat.protocol.journal.entry import EntryKind, SignedEntry, parse_entry
from onionchat.protocol.journal.ids import account_journal
from onionchat.protocol.journal.memory import MemoryJournal
from onionchat.types import AccountId, DeviceKey, JournalId, LinkKey


@dataclass(frozen=True, slots=True)
class Introduction:
    """Somebody who introduced itself; all signatures are checked."""

    account: AccountId
    device_key: DeviceKey
    """The genesis device."""

    link_key: LinkKey
    name: str = field(repr=False)
    """What it calls itself, fit to be shown; may be empty."""

    address: Address | None
    """Where it can be dialled; None if it is hidden and only dials."""

    entries: tuple[SignedEntry, ...] = field(repr=False)
    """The entries, in the order of their log, for the account's journal."""

    roster: Roster = field(repr=False)


def introduce(entries: Sequence[bytes]) -> Introduction:
    """Check the entries by which an account introduces itself.

    They are the beginning of the log of its genesis device: genesis, then profile and addresses
    in any number, nothing else.

    Raises:
        Malformed: none or too many, or something in them does not decode.
        TooLarge: one of them is too long.
        NotPermitted: another first statement, author, journal or kind; an entry without its body;
            statements that an introduction does not hold.
        BadChain: the entries do not follow one another.
        BadSignature: an entry or the genesis is not signed as it has to be.
        ForkedLog: two different entries for one position.
    """
    if not 1 <= len(entries) <= MAX_ENTRIES:
        raise Malformed
    if any(len(data) > MAX_ENTRY_BYTES for data in entries):
        raise TooLarge
    parsed = [parse_entry(data) for data in entries]
    genesis = _statement(parsed[0])
    if not isinstance(genesis, Genesis):
        raise NotPermitted
    account = account_id(parsed[0].body or b"")
    journal = MemoryJournal(account_journal(account))

    def permit(entry: SignedEntry) -> None:
        later = entry is not parsed[0]
        if entry.author != genesis.device_key:
            raise NotPermitted
        if later and not isinstance(_statement(entry), Profile | Address):
            raise NotPermitted

    for entry in parsed:
        # One by one, as everybody takes in an account's journal: each by its own signature.
        outcome = journal.receive([entry], permit)
        if outcome.rejected:
            raise outcome.rejected[0].error
        if outcome.unproven:
            raise BadSignature
        if outcome.waiting or outcome.duplicates:
            raise Malformed
    return _introduction(account, journal.id, tuple(parsed), genesis)


def beginning(entries: Iterable[SignedEntry]) -> tuple[SignedEntry, ...]:
    """Of all entries of an account's journal, in its order, those by which it introduces itself."""
    found: list[SignedEntry] = []
    for entry in entries:
        if len(found) == MAX_ENTRIES or len(entry.to_bytes()) > MAX_ENTRY_BYTES:
            break
        if found and entry.author != found[0].author:
            break
        try:
            statement = _statement(entry)
        except NotPermitted:
            break
        if found and not isinstance(statement, Profile | Address):
            break
        found.append(entry)
    return tuple(found)


def _statement(entry: SignedEntry) -> object:
    if entry.header.kind != EntryKind.ROSTER or entry.body is None:
        raise NotPermitted
    return decode_statement(entry.body)


def _introduction(
    account: AccountId, journal: JournalId, entries: tuple[SignedEntry, ...], genesis: Genesis
) -> Introduction:
    # One log: who wrote an entry had seen those before it, and there is nothing else to see.
    acts = [Act(entry.id, entry.author, entry.seq, (), entry.body) for entry in entries]
    roster = fold(account, journal, acts)
    device = DeviceKey(genesis.device_key)
    return Introduction(
        account,
        device,
        LinkKey(genesis.link_key),
        tidy_name(roster.name),
        roster.addresses.get(device),
        entries,
        roster,
    )
