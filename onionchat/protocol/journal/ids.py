"""How the ids of journals are made (docs/spec/06-journal.md).

What lives here: one function per kind of journal. What may not: who may read or write them (rooms).
"""

from __future__ import annotations

from onionchat.protocol.crypto.hashing import digest
from onionchat.protocol.crypto.labels import Label
from onionchat.types import AccountId, JournalId


def account_journal(account: AccountId) -> JournalId:
    """The journal of one account's roster."""
    return JournalId(digest(Label.JOURNAL_ACCOUNT, account))


def self_journal(account: AccountId) -> JournalId:
    """The journal that only the devices of this (self) account read."""
    return JournalId(digest(Label.JOURNAL_SELF, account))


def direct_journal(one: AccountId, other: AccountId) -> JournalId:
    """The journal of a conversation of two accounts; both sides compute the same id alone."""
    return JournalId(digest(Label.JOURNAL_DIRECT, min(one, other), max(one, other)))


def room_journal(genesis: bytes) -> JournalId:
    """The journal of the room that this genesis statement (bytes as signed) founds."""
    return JournalId(digest(Label.JOURNAL_ROOM, genesis))
