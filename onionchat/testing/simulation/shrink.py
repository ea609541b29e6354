"""Making what failed small: the fewest steps that still fail in the same way.

What lives here: delta debugging over the numbers of steps (ddmin: Zeller and Hildebrandt,
"Simplifying and Isolating Failure-Inducing Input", 2002). What may not: running anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

MAX_TRIES: Final = 400
"""Runs that shrinking may take."""


def signature(violation: str) -> str:
    """What kind of violation it is: its sentence without times, names and numbers."""
    _, _, sentence = violation.partition(": ")
    return re.sub(r"\b[A-Z][a-z]+\b(?=('s)? )|\d+", "_", sentence)


def smallest(
    steps: Sequence[int],
    fails: Callable[[tuple[int, ...]], bool],
    *,
    tries: int = MAX_TRIES,
) -> tuple[int, ...]:
    """Leave out steps as long as `fails`, until none can be left out or `tries` are used up.

    `fails(steps)` itself has to hold.
    """
    kept = tuple(steps)
    known: dict[tuple[int, ...], bool] = {kept: True}

    def still(numbers: tuple[int, ...]) -> bool:
        if numbers not in known:
            if len(known) >= tries:
                return False
            known[numbers] = fails(numbers)
        return known[numbers]

    parts = 2
    while kept:
        size = -(-len(kept) // parts)
        pieces = [kept[at : at + size] for at in range(0, len(kept), size)]
        for piece in pieces:
            rest = tuple(number for number in kept if number not in piece)
            if still(rest):
                kept, parts = rest, max(2, parts - 1)
                break
        else:
            if size == 1:
                return kept
            parts = min(len(kept), 2 * parts)
    return kept
