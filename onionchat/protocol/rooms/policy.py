"""Policies: who may write what into which journal. One class per kind of journal.

What lives here: `permit`, which journals ask about every incoming entry, and `counts`, which says
whether an accepted entry is to be shown. What may not: signatures and chains (`journal.validate`).

`permit` looks only at what can never change again: whether a device is known, and the entry itself.
So all nodes take in the same entries whatever they learn first, and nobody waits for a parent that
another refused. What a revoked device signed beyond its end is taken in and does not count.
"""

from __future__ import annotations

from typing import Final

from onionchat.errors import NotPermitted
from onionchat.protocol.identity.roster import Roster
from onionchat.protocol.identity.statements import account_id, decode_statement
from onionchat.protocol.journal.entry import EntryKind, SignedEntry
from onionchat.protocol.rooms.bodies import decode_put, decode_text
from onionchat.types import AccountId, DeviceKey, JournalId

MAX_ROSTER_LOG: Final = 4096
"""Entries that one device may write into an account's journal. A new address a day lasts for years,
and a thief fills no disk."""

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

    `roster` is the fold of what is in the journal, None while that is empty; a batch must be
    validated one entry at a time, with a new policy after each.
    """

    def __init__(self, account: AccountId, roster: Roster | None) -> None:
        self._account = account
        self._roster = roster

    def permit(self, entry: SignedEntry) -> None:
        """Raises: NotPermitted, Malformed, TooLarge. The first entry has to be the genesis."""
        if entry.header.seq > MAX_ROSTER_LOG:
            raise NotPermitted
        statement = _only(entry, EntryKind.ROSTER)
        if statement:
            # Without their bodies statements say nothing, so they are never deleted.
            if entry.body is None:
                raise NotPermitted
            decode_statement(entry.body)
        if self._roster is None:
            first = statement and entry.body is not None
            if not first or account_id(entry.body or b"") != self._account:
                raise NotPermitted
        elif entry.author not in self._roster.known:
            raise NotPermitted


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
    """The journal of two accounts: the devices of both write texts."""

    def __init__(self, mine: Roster, theirs: Roster) -> None:
        self._rosters = (mine, theirs)

    def permit(self, entry: SignedEntry) -> None:
        """Raises: NotPermitted, Malformed, TooLarge."""
        if not any(entry.author in roster.known for roster in self._rosters):
            raise NotPermitted
        if _only(entry, EntryKind.TEXT) and entry.body is not None:
            decode_text(entry.body)

    def counts(self, entry: SignedEntry) -> bool:
        """Whether it is shown: its author's log reaches to it."""
        return any(_counts(entry, roster) for roster in self._rosters)


def _counts(entry: SignedEntry, roster: Roster) -> bool:
    author, journal = DeviceKey(entry.header.author), JournalId(entry.header.journal)
    return roster.valid_seq(author, journal, entry.header.seq)
