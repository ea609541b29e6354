"""Whether a contact's clock and this one disagree by hours, judged by the times of new entries.

What lives here: the comparison, pure. What may not: entries, links, who is told.

An entry says when its author's clock wrote it. Only one that was surely written just now tells
something of that clock: one that comes over a link on which nothing had come for a while (what was
written while there was no link comes at once, and in a row). Two such that agree are needed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from onionchat.net.transports.tor.clock import how_much
from onionchat.store.transaction import ContactNo
from onionchat.types import Millis

SUSPICIOUS_MILLIS: Final = 50 * 60_000
"""From so far apart on one of two clocks is wrong: a wrong time zone makes an hour."""

QUIET_SECONDS: Final = 10.0
"""What comes after so long a silence was written just now."""

AGREE_MILLIS: Final = 10 * 60_000
"""Two observations of one clock differ by less."""

_OBSERVATIONS: Final = 2


@dataclass(slots=True)
class _Heard:
    at: float
    """When the link came up, or an entry came, in the reactor's seconds."""
    offsets: deque[int] = field(default_factory=lambda: deque(maxlen=_OBSERVATIONS))
    """How far the contact's clock was ahead of ours, milliseconds."""


class PeerClocks:
    """What the contacts' entries tell of the clocks."""

    def __init__(self) -> None:
        self._heard: dict[ContactNo, _Heard] = {}
        self._base: float | None = None

    def linked(self, contact: ContactNo, now: float) -> None:
        """A link came up: what was written before comes first."""
        found = self._heard.setdefault(contact, _Heard(now))
        found.at = now

    def forget(self, contact: ContactNo) -> None:
        """It is no contact any more."""
        self._heard.pop(contact, None)

    def entry(self, contact: ContactNo, time: Millis, wall: Millis, now: float) -> None:
        """An entry of the contact, written at `time` by its clock, came while ours said `wall`."""
        self._watch_own(wall, now)
        found = self._heard.get(contact)
        if found is None:
            return
        fresh = now - found.at >= QUIET_SECONDS
        found.at = now
        if fresh:
            found.offsets.append(time - wall)

    def sentence(self, wall: Millis, now: float, name: Callable[[ContactNo], str]) -> str | None:
        """What the person should know, None if nothing is suspicious."""
        self._watch_own(wall, now)
        wrong = {number: offset for number in self._heard if (offset := self._offset(number))}
        if not wrong:
            return None
        right = any(
            found.offsets and abs(found.offsets[-1]) < SUSPICIOUS_MILLIS
            for found in self._heard.values()
        )
        worst = max(wrong, key=lambda number: abs(wrong[number]))
        much = how_much(wrong[worst] / 1000)
        spread = max(wrong.values()) - min(wrong.values())
        if right or spread > AGREE_MILLIS:
            direction = "ahead" if wrong[worst] > 0 else "behind"
            return f"The clock of {name(worst)} seems to be wrong: it is about {much} {direction}."
        direction = "behind" if wrong[worst] > 0 else "ahead"
        if len(wrong) > 1:
            return (
                f"This computer's clock seems to be wrong: it is about {much} {direction}, "
                f"compared with those of {len(wrong)} contacts."
            )
        return f"Your clock or that of {name(worst)} is wrong: yours is about {much} {direction}."

    def _offset(self, contact: ContactNo) -> int | None:
        """How far a contact's clock is from ours, if that is suspicious and certain enough."""
        offsets = self._heard[contact].offsets
        if len(offsets) < _OBSERVATIONS or max(offsets) - min(offsets) > AGREE_MILLIS:
            return None
        return offsets[-1] if min(map(abs, offsets)) >= SUSPICIOUS_MILLIS else None

    def _watch_own(self, wall: Millis, now: float) -> None:
        """A clock that was set makes worthless what was compared with it before."""
        base = wall - now * 1000
        if self._base is not None and abs(base - self._base) > AGREE_MILLIS:
            for found in self._heard.values():
                found.offsets.clear()
        self._base = base
