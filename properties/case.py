"""One case: a number, the chance that it stands for, and what went wrong."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


class Broken(Exception):
    """A property does not hold; the message says which."""


class Case:
    """Everything random in a case comes from here."""

    def __init__(self, kind: str, number: int) -> None:
        self.chance = random.Random(f"{kind} {number}")

    def require(self, holds: bool, rule: str) -> None:
        """Raises: Broken, with the rule, if it does not hold."""
        if not holds:
            raise Broken(rule)

    def batches(self, items: Sequence[T]) -> list[list[T]]:
        """Cut into parts of any size."""
        parts: list[list[T]] = []
        left = list(items)
        while left:
            size = self.chance.choice((1, 1, 2, 3, len(left)))
            parts.append(left[:size])
            left = left[size:]
        return parts

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """In any order."""
        return self.chance.sample(items, len(items))

    def doubled(self, items: Sequence[T]) -> list[T]:
        """In any order, and some of them twice."""
        return self.shuffled([*items, *(one for one in items if self.chance.random() < 0.3)])

    def some(self, items: Sequence[T]) -> list[T]:
        """Some of them, in their order."""
        return [one for one in items if self.chance.random() < 0.6]

    def causal(
        self, items: Sequence[T], of: Callable[[T], bytes], needs: Callable[[T], Sequence[bytes]]
    ) -> list[T]:
        """In any order in which what an item needs comes first, if it is among them."""
        left = self.shuffled(items)
        ids = {of(one) for one in left}
        done: list[T] = []
        have: set[bytes] = set()
        while left:
            free = [
                place
                for place, one in enumerate(left)
                if all(need in have or need not in ids for need in needs(one))
            ]
            one = left.pop(self.chance.choice(free[:4]))
            have.add(of(one))
            done.append(one)
        return done
