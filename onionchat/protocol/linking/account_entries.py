"""The account's journal as the old device hands it to the new one.

What lives here: its validation, from bytes to a roster. What may not: messages and channels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from onionchat.errors import BadSignature, Malformed, NotPermitted, TooLarge
from onionchat.protocol.identity.roster import Act, Roster, fold
from onionchat.protocol.identity.statements import account_id
from onionchat.protocol.journal.entry import EntryKind, SignedEntry, parse_entry
from onionchat.protocol.journal.ids import account_journal
from onionchat.protocol.journal.memory import MemoryJournal
from onionchat.protocol.rooms.policy import (
    MAX_ACCOUNT_BYTES,
    MAX_ACCOUNT_ENTRIES,
    AccountPolicy,
)
from onionchat.types import AccountId, EntryId

MAX_BYTES: Final = MAX_ACCOUNT_BYTES + MAX_ACCOUNT_ENTRIES * 128
"""Bytes of all entries together: what the journal may hold, their signatures and lengths."""


@dataclass(frozen=True, slots=True)
class AccountJournal:
    """An account as its journal says; all signatures are checked."""

    account: AccountId
    entries: tuple[SignedEntry, ...] = field(repr=False)
    """In the order in which they came, parents first."""

    roster: Roster = field(repr=False)


def read_account(entries: Sequence[bytes]) -> AccountJournal:
    """Check a whole journal of kind `account`, its genesis first, parents before children.

    Raises:
        Malformed: none, or an entry that does not decode or stands where its parents are missing.
        TooLarge: more than an account's journal may hold.
        NotPermitted: another first statement, an author that nobody added, another kind of entry.
        BadChain, BadSignature, ForkedLog: the entries do not follow one another, are not signed.
    """
    if not entries:
        raise Malformed
    if len(entries) > MAX_ACCOUNT_ENTRIES or sum(map(len, entries)) > MAX_BYTES:
        raise TooLarge
    parsed = [parse_entry(data) for data in entries]
    genesis = parsed[0].body
    if parsed[0].header.kind != EntryKind.ROSTER or genesis is None:
        raise NotPermitted
    account = account_id(genesis)
    journal = MemoryJournal(account_journal(account))
    policy = AccountPolicy(account, None)
    for entry in parsed:
        # One by one, as everybody takes in an account's journal: each by its own signature.
        outcome = journal.receive([entry], policy.permit)
        if outcome.rejected:
            raise outcome.rejected[0].error
        if outcome.unproven:
            raise BadSignature
        if not outcome.accepted:
            raise Malformed
        if policy.taken(entry):
            policy = policy.after(_roster(account, journal))
    return AccountJournal(account, tuple(parsed), _roster(account, journal))


def _roster(account: AccountId, journal: MemoryJournal) -> Roster:
    acts = (
        Act(
            entry.id,
            entry.author,
            entry.seq,
            tuple(EntryId(parent) for parent in entry.header.parents),
            entry.body if entry.header.kind == EntryKind.ROSTER else None,
        )
        for entry in journal
    )
    return fold(account, journal.id, acts)
