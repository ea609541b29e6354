"""Committing what one link brought, in its order: each batch whole, or in pieces while others wait.

What lives here: the queue of a link's batches and cutting them. What may not: validation and
storing (`journals`), whether somebody waits (`shares`).

A batch may be 96 KiB: hundreds of short texts, tens of milliseconds on the database thread and then
in the reactor. In pieces, whatever else waits gets its turn between two of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from onionchat.node import household
from onionchat.node.journals import Taken
from onionchat.node.own_logs import Source
from onionchat.node.shares import cost, cost_of
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.journal.entry import SignedEntry
from onionchat.protocol.journal.validate import Outcome
from onionchat.store.transaction import Transaction
from onionchat.types import EntryId, JournalId, Millis

PIECE: Final = 0.003
"""Seconds of work (`shares.cost`) in one piece; one long text may be more, and is not cut."""


class Ask(Protocol):
    """Runs work on the database thread and hands on its result, unless the link is gone by then."""

    def __call__(
        self, work: Callable[[Transaction], Taken], answer: Callable[[Taken], None], /
    ) -> None:
        """See the class."""


@dataclass
class _Batch:
    """Entries that the session waits for together."""

    journal: JournalId
    left: deque[SignedEntry]
    spoiled: set[EntryId]
    now: Millis
    answer: Callable[[Taken], None]
    carried: list[SignedEntry] = field(default_factory=list)
    """Of the piece before: those for which a later entry may vouch."""
    done: list[Taken] = field(default_factory=list)

    def piece(self, *, whole: bool) -> list[SignedEntry]:
        """Take what is to be committed next."""
        piece, self.carried = self.carried, []
        work = cost_of(piece)
        # Twice what is carried, or each entry of a peer that proves nothing would be tried with
        # every piece.
        enough = max(PIECE, 2 * work)
        first = True
        while self.left and (whole or first or work + cost(self.left[0]) <= enough):
            first = False
            piece.append(self.left.popleft())
            work += cost(piece[-1])
        return piece

    def took(self, piece: Sequence[SignedEntry], taken: Taken) -> None:
        """What became of a piece. What nothing vouched for yet is tried again with the next one, as
        it would have been in one batch."""
        if self.left:
            outcome = taken.outcome
            again = {entry.id for entry in outcome.unproven}
            self.spoiled |= again
            missing = {item.entry.id: item.missing for item in outcome.waiting}
            for entry in piece:
                if not again.isdisjoint(missing.get(entry.id, ())):
                    again.add(entry.id)
            self.carried = [entry for entry in piece if entry.id in again]
            taken = _without(taken, again)
        self.done.append(taken)

    def result(self) -> Taken:
        """What became of all of it."""
        outcomes = [taken.outcome for taken in self.done]
        return Taken(
            Outcome(
                accepted=tuple(item for one in outcomes for item in one.accepted),
                duplicates=tuple(item for one in outcomes for item in one.duplicates),
                waiting=tuple(item for one in outcomes for item in one.waiting),
                unproven=tuple(item for one in outcomes for item in one.unproven),
                rejected=tuple(item for one in outcomes for item in one.rejected),
            ),
            self.done[-1].frontier,
            tuple(spurned for taken in self.done for spurned in taken.spurned),
            next((taken.sated for taken in self.done if taken.sated is not None), None),
            frozenset().union(*(taken.strangers for taken in self.done)),
        )


class Batches:
    """The batches of one link, committed and answered in the order of their coming.

    Args:
        rng: for what follows from entries of one's other devices.
        source: from whom all of it comes.
        ask: runs work on the database thread.
        crowded: whether somebody waits if this contact causes much work.
        charge: told what was worked on: entries, and how many of them were not taken; gives for how
            many seconds the next piece is to wait.
        later: calls after so many seconds, unless the link is gone by then.
    """

    def __init__(
        self,
        rng: Rng,
        source: Source,
        ask: Ask,
        crowded: Callable[[], bool],
        charge: Callable[[Sequence[SignedEntry], int], float],
        later: Callable[[float, Callable[[], None]], None],
    ) -> None:
        self._rng = rng
        self._source = source
        self._ask = ask
        self._crowded = crowded
        self._charge = charge
        self._later = later
        self._waiting: deque[_Batch] = deque()
        self._cut = False
        """Whether a batch is under way in pieces: the next one has to wait for its end."""

    def commit(
        self,
        journal: JournalId,
        entries: Sequence[SignedEntry],
        spoiled: frozenset[EntryId],
        now: Millis,
        answer: Callable[[Taken], None],
    ) -> None:
        """Commit entries; `answer` is told what became of all of them, after the last commit."""
        self._waiting.append(_Batch(journal, deque(entries), set(spoiled), now, answer))
        self._start()

    def _start(self) -> None:
        while self._waiting and not self._cut:
            self._next(self._waiting.popleft())

    def _next(self, batch: _Batch) -> None:
        piece = batch.piece(whole=not self._crowded())
        if batch.left:
            self._cut = True
        spoiled = frozenset(batch.spoiled)
        self._ask(
            lambda tx: household.take(
                tx, batch.journal, piece, batch.now, self._rng, spoiled, self._source
            ),
            lambda taken: self._took(batch, piece, taken),
        )

    def _took(self, batch: _Batch, piece: Sequence[SignedEntry], taken: Taken) -> None:
        outcome = taken.outcome
        rest = self._charge(piece, len(outcome.rejected) + len(outcome.unproven))
        more = bool(batch.left)
        batch.took(piece, taken)
        if more:
            self._after(rest, lambda: self._next(batch))
            return
        cut = len(batch.done) > 1
        batch.answer(batch.result())
        if cut:
            self._after(rest, self._go_on)

    def _after(self, rest: float, call: Callable[[], None]) -> None:
        if rest:
            # Not all pieces at once and then a long rest: whoever comes just then would wait for
            # one at each of its steps.
            self._later(rest, call)
        else:
            call()

    def _go_on(self) -> None:
        self._cut = False
        self._start()


def _without(taken: Taken, again: set[EntryId]) -> Taken:
    """The same without what is tried again."""
    outcome = taken.outcome
    return Taken(
        Outcome(
            outcome.accepted,
            outcome.duplicates,
            tuple(item for item in outcome.waiting if item.entry.id not in again),
            tuple(entry for entry in outcome.unproven if entry.id not in again),
            outcome.rejected,
        ),
        taken.frontier,
        taken.spurned,
        taken.sated,
        taken.strangers,
    )
