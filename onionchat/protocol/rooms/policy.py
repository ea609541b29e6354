"""Policies: who may write what into which journal. One class per kind of journal.

What lives here: `permit`, which journals ask about every incoming entry, and `counts`, which says
whether an accepted entry is to be shown. What may not: signatures and chains (`journal.validate`).

`permit` looks only at what can never change again: whether a device is known, and the entry itself.
So all nodes take in the same entries whatever they learn first, and nobody waits for a parent that
another refused. What a revoked device signed beyond its end is taken in and does not count.
"""

from __future__ import annotations

from typing import Final

from onionchat.errors import NotPermitted, TooLarge
from onionchat.protocol.identity.roster import MAX_DEVICES, Roster
from onionchat.protocol.identity.statements import (
    MAX_STATEMENT,
    Add,
    Genesis,
    account_id,
    decode_statement,
    is_consented,
)
from onionchat.protocol.journal.entry import EntryKind, SignedEntry
from onionchat.protocol.rooms.bodies import CONVERSATION_KINDS, decode_put, decode_said
from onionchat.types import AccountId, DeviceKey, JournalId

MAX_ACCOUNT_ENTRIES: Final = 4096
"""Entries of an account's journal. A new address a day lasts for years, and a thief fills no
disk."""

MAX_ACCOUNT_BYTES: Final = 4 * 1024 * 1024
"""Bytes of headers and bodies of an account's journal: all of it is read to compute the roster."""

_KNOWN_KINDS: Final = frozenset(int(kind) for kind in EntryKind)


def _only(entry: SignedEntry, kind: EntryKind) -> bool:
    """Whether the entry is of this kind; False for a newer version's kind, which is kept as it is.

    Raises:
        NotPermitted: a kind that belongs into other journals.
    """
    if entry.header.kind == kind:
        return True
    if entry.header.kind in _KNOWN_KINDS:
        raise NotPermitted
    return False


class AccountPolicy:
    """An account's journal: its own devices write statements.

    `roster` is the fold of what is in the journal, None while that is empty; `entries` and `size`
    are how many there are and their bytes. A batch must be validated one entry at a time; `taken`
    is told of each that was accepted, and says when a new policy is needed.

    The limits of the whole journal, and of the keys that may be known, are the exception to the
    rule above: which entries are the first ones is up to what arrives first. Nobody who is honest
    comes near them.
    """

    def __init__(
        self, account: AccountId, roster: Roster | None, *, entries: int = 0, size: int = 0
    ) -> None:
        self._account = account
        self._roster = roster
        self._entries = entries
        self._size = size

    def after(self, roster: Roster) -> AccountPolicy:
        """The policy for the next entry, when `taken` said that it takes a new one."""
        return AccountPolicy(self._account, roster, entries=self._entries, size=self._size)

    def permit(self, entry: SignedEntry) -> None:
        """Raises: NotPermitted, Malformed, TooLarge. The first entry has to be the genesis."""
        if self._entries >= MAX_ACCOUNT_ENTRIES or self._size + _size(entry) > MAX_ACCOUNT_BYTES:
            raise NotPermitted
        if entry.header.body_size > MAX_STATEMENT:
            raise TooLarge  # also what newer versions say: everybody reads all of it at each change
        statement = None
        if _only(entry, EntryKind.ROSTER):
            # Without their bodies statements say nothing, so they are never deleted.
            if entry.body is None:
                raise NotPermitted
            statement = decode_statement(entry.body)
        if self._roster is None:
            if (
                not isinstance(statement, Genesis)
                or account_id(entry.body or b"") != self._account
                or (entry.author, entry.header.seq) != (statement.device_key, 1)
            ):
                raise NotPermitted
        elif entry.author not in self._roster.known:
            raise NotPermitted
        elif isinstance(statement, Add):
            if not is_consented(statement, self._account, entry.author):
                raise NotPermitted
            if self._is_news(statement) and len(self._roster.known) >= MAX_DEVICES:
                raise NotPermitted

    def taken(self, entry: SignedEntry) -> bool:
        """An entry was accepted. Returns whether others than before may write now: then it takes a
        new policy with a new roster for the next one.
        """
        self._entries += 1
        self._size += _size(entry)
        if entry.header.kind != EntryKind.ROSTER or entry.body is None:
            return False
        statement = decode_statement(entry.body)
        return self._roster is None or (isinstance(statement, Add) and self._is_news(statement))

    def _is_news(self, add: Add) -> bool:
        return self._roster is None or add.device_key not in self._roster.known


class SelfPolicy:
    """The self journal: the person's own devices write its state."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster

    def permit(self, entry: SignedEntry) -> None:
        """Raises: NotPermitted, Malformed, TooLarge."""
        if entry.author not in self._roster.known:
            raise NotPermitted
        if _only(entry, EntryKind.PUT) and entry.body is not None:
            decode_put(entry.body)

    def counts(self, entry: SignedEntry) -> bool:
        """Whether the fold takes it into account."""
        return _counts(entry, self._roster)


class DirectPolicy:
    """The journal of two accounts: the devices of both write what a conversation is made of."""

    def __init__(self, mine: Roster, theirs: Roster) -> None:
        self._rosters = (mine, theirs)

    def permit(self, entry: SignedEntry) -> None:
        """Raises: NotPermitted, Malformed, TooLarge."""
        if not any(entry.author in roster.known for roster in self._rosters):
            raise NotPermitted
        kind = entry.header.kind
        if kind in _KNOWN_KINDS - CONVERSATION_KINDS:
            raise NotPermitted
        if entry.body is not None:
            decode_said(kind, entry.body)

    def counts(self, entry: SignedEntry) -> bool:
        """Whether it is shown: its author's log reaches to it."""
        return any(_counts(entry, roster) for roster in self._rosters)


def _size(entry: SignedEntry) -> int:
    return len(entry.header_bytes) + len(entry.body or b"")


def _counts(entry: SignedEntry, roster: Roster) -> bool:
    author, journal = DeviceKey(entry.header.author), JournalId(entry.header.journal)
    return roster.valid_seq(author, journal, entry.header.seq)
