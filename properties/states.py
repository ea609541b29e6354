"""The self journal's state: any order of arrival, any merge of parts, the same map."""

from __future__ import annotations

from collections.abc import Callable

from onionchat.protocol.journal.order import OrderKey
from onionchat.protocol.rooms.bodies import Put
from onionchat.protocol.rooms.self_state import SelfState
from onionchat.types import EntryId
from properties.case import Case

NewState = Callable[[], SelfState]

Puts = list[tuple[OrderKey, Put]]


def history(case: Case) -> Puts:
    """Entries with places in the order, and what they put."""
    chance = case.chance
    made: dict[OrderKey, Put] = {}
    for _ in range(chance.randint(0, 12)):
        order = OrderKey(chance.randrange(4), chance.randrange(3), EntryId(chance.randbytes(1)))
        key = chance.choice((("a",), ("a", "b"), ("b",)))
        made[order] = Put(key, chance.choice((None, b"", b"1", b"2")))
    return list(made.items())


def state(new: NewState, puts: Puts) -> SelfState:
    made = new()
    for order, put in puts:
        made.apply(order, put)
    return made


def merged(new: NewState, *states: SelfState) -> SelfState:
    made = new()
    for one in states:
        made.merge(one)
    return made


def any_order(case: Case, new: NewState) -> None:
    """Any order of arrival, some twice: of each key the last in the journal's order wins."""
    puts = history(case)
    made = state(new, case.doubled(puts))
    last = {put.key: put.value for _, put in sorted(puts, key=lambda found: found[0])}
    shown = {key: value for key, value in last.items() if value is not None}
    case.require(dict(made.under()) == shown, "of each key the last in order wins")
    case.require(made == state(new, puts), "any order of arrival gives the same state")


def algebra(case: Case, new: NewState) -> None:
    """Merging states is commutative, associative and idempotent."""
    puts = history(case)
    a, b, c = (state(new, case.some(puts)) for _ in range(3))
    case.require(merged(new, a, b) == merged(new, b, a), "merging is commutative")
    left, right = merged(new, merged(new, a, b), c), merged(new, a, merged(new, b, c))
    case.require(left == right, "merging is associative")
    case.require(merged(new, a, a) == a, "merging is idempotent")


CHECKS = (any_order, algebra)
