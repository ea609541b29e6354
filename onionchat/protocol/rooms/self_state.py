"""The self journal's state: a map, and how what several devices put under one key meets.

What lives here: `meet`, and the fold, incremental in any order of arrival. What may not: what the
keys mean (`household`), storage.

Contacts, petnames, trust, settings, read marks: everything that one's own devices share is a value
in this map. Of most keys the last `Put` in the journal's order wins; a removed key keeps the place
of its removal, so that an earlier `Put` that arrives late does not bring it back. Of those that
grow (`household.grows`) nothing that was said once is lost. Of what a persona is the first word
stays. All are commutative, associative and idempotent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from onionchat.errors import ProtocolViolation
from onionchat.protocol.journal.order import OrderKey
from onionchat.protocol.rooms.bodies import Put
from onionchat.protocol.rooms.household import (
    Key,
    decode_record,
    decode_seq,
    grows,
)


@dataclass(frozen=True, slots=True)
class Held:
    """What is held under a key."""

    order: OrderKey
    """Of the newest `Put` that counted."""
    value: bytes | None = field(repr=False)
    """None: removed."""


def meet(key: Key, held: Held | None, new: Held) -> Held | None:
    """What is held under `key` once `new` has come; None if there is still nothing."""
    if key[0] == "persona":
        return _first(held, new)
    if not grows(key):
        return new if held is None or new.order > held.order else held
    if not _is_sound(key, new.value):
        return held
    if held is None:
        return new
    assert held.value is not None and new.value is not None
    # Of numbers of one length the greater; or both are empty.
    return Held(max(held.order, new.order), max(held.value, new.value))


def _first(held: Held | None, new: Held) -> Held | None:
    """Of records of a persona the first one that says for whom it is; before there is such a one,
    the first. Nothing takes it back."""
    try:
        places = [
            (decode_record(one.value).contact is None, one.order, one)
            for one in (held, new)
            if one is not None and one.value is not None
        ]
    except ProtocolViolation:
        return held  # what is held has been looked at before
    return min(places, key=lambda place: place[:2])[2] if places else None


def _is_sound(key: Key, value: bytes | None) -> bool:
    """Whether a value of a key that grows says anything: it cannot be taken back."""
    if value is None:
        return False
    try:
        if key[0] == "read":
            decode_seq(value)
        else:
            return not value
    except ProtocolViolation:
        return False
    return True


class SelfState:
    """The map. Holds one value per key that was ever put."""

    def __init__(self) -> None:
        self._places: dict[Key, Held] = {}

    def apply(self, order: OrderKey, put: Put) -> bool:
        """Take in one entry, in any order; returns whether the value of its key is now another."""
        found = self._places.get(put.key)
        met = meet(put.key, found, Held(order, put.value))
        if met is None:
            return False
        self._places[put.key] = met
        return (None if found is None else found.value) != met.value

    def merge(self, other: SelfState) -> None:
        """Take in everything that `other` has."""
        for key, held in other._places.items():
            self.apply(held.order, Put(key, held.value))

    def get(self, *key: str) -> bytes | None:
        """The value of a key, None if it was removed or never put."""
        found = self._places.get(key)
        return None if found is None else found.value

    def under(self, *prefix: str) -> Iterator[tuple[Key, bytes]]:
        """All present keys that begin with these parts, sorted, with their values."""
        for key in sorted(self._places):
            value = self._places[key].value
            if value is not None and key[: len(prefix)] == prefix:
                yield key, value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SelfState) and self._places == other._places

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __len__(self) -> int:
        return sum(held.value is not None for held in self._places.values())
