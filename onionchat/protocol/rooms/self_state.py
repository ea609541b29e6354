"""The self journal's state: a map; of each key, the last `Put` in the journal's order wins.

What lives here: the fold, incremental in any order of arrival. What may not: what the keys mean.

Contacts, petnames, trust, settings, read marks: everything that one's own devices share is a value
in this map. Applying is commutative, associative and idempotent, because of each key only the
`Put` with the greatest order key is kept; a removed key keeps the place of its removal, so that an
earlier `Put` that arrives late does not bring it back.
"""

from __future__ import annotations

from collections.abc import Iterator

from onionchat.protocol.journal.order import OrderKey
from onionchat.protocol.rooms.bodies import Put

Key = tuple[str, ...]


class SelfState:
    """The map. Holds one value per key that was ever put."""

    def __init__(self) -> None:
        self._places: dict[Key, tuple[OrderKey, bytes | None]] = {}

    def apply(self, order: OrderKey, put: Put) -> bool:
        """Take in one entry, in any order; returns whether the value of its key is now another."""
        found = self._places.get(put.key)
        if found is not None and found[0] >= order:
            return False
        self._places[put.key] = (order, put.value)
        return (None if found is None else found[1]) != put.value

    def merge(self, other: SelfState) -> None:
        """Take in everything that `other` has."""
        for key, (order, value) in other._places.items():
            self.apply(order, Put(key, value))

    def get(self, *key: str) -> bytes | None:
        """The value of a key, None if it was removed or never put."""
        found = self._places.get(key)
        return None if found is None else found[1]

    def under(self, *prefix: str) -> Iterator[tuple[Key, bytes]]:
        """All present keys that begin with these parts, sorted, with their values."""
        for key in sorted(self._places):
            value = self._places[key][1]
            if value is not None and key[: len(prefix)] == prefix:
                yield key, value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SelfState) and self._places == other._places

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __len__(self) -> int:
        return sum(value is not None for _, value in self._places.values())
