"""What was said of one message: edits, reactions, deletion for everyone, as a fold.

What lives here: the fold, incremental in any order of arrival. What may not: the texts themselves,
who is allowed to write at all (`policy`), whether a deletion is honoured (the reader's setting).

Applying is commutative, associative and idempotent. Of each account and each thing that it can say
only the one with the greatest order key is kept, of deletions the one with the least: a request to
delete is never taken back. What is said before the message itself arrives waits here. An account
is judged as a whole: whichever of its devices wrote, it is the same person.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

import attrs

from onionchat.protocol.journal.order import OrderKey
from onionchat.protocol.rooms.bodies import Deletion, Edit, Reaction

A = TypeVar("A", bound=Hashable)
"""Names an account."""


@attrs.frozen(repr=False)
class Change:
    """An edit that is in force."""

    order: OrderKey
    edit: Edit


class Marks(Generic[A]):
    """All that matters of what accounts said of one message."""

    def __init__(self) -> None:
        self._edits: dict[A, Change] = {}
        self._reactions: dict[A, tuple[OrderKey, str]] = {}
        self._deletions: dict[A, OrderKey] = {}

    def apply(self, order: OrderKey, account: A, said: Edit | Reaction | Deletion) -> None:
        """Take in what a device of `account` said of this message, in any order."""
        if isinstance(said, Edit):
            edit = self._edits.get(account)
            if edit is None or edit.order < order:
                self._edits[account] = Change(order, said)
        elif isinstance(said, Reaction):
            reaction = self._reactions.get(account)
            if reaction is None or reaction[0] < order:
                self._reactions[account] = order, said.emoji
        else:
            self._deletions[account] = min(order, self._deletions.get(account, order))

    def edit_by(self, author: A) -> Change | None:
        """The edit in force of a text by this account: its own last one, nobody else's."""
        return self._edits.get(author)

    def deletion_by(self, author: A) -> OrderKey | None:
        """The first request of the message's own author to delete it for everyone."""
        return self._deletions.get(author)

    def reactions(self) -> dict[A, str]:
        """The reaction of each account that has one, the one said first at the front."""
        found = sorted(
            (order, account, emoji) for account, (order, emoji) in self._reactions.items() if emoji
        )
        return {account: emoji for _, account, emoji in found}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Marks) and (
            (self._edits, self._reactions, self._deletions)
            == (other._edits, other._reactions, other._deletions)
        )

    __hash__ = None  # type: ignore[assignment]  # it changes
