"""When to dial whom: a pure schedule with back-off, a lane for what the person waits for, and a
width.

What lives here: decisions about time. What may not: sockets, the reactor, the store. The owner asks
`due(now)` when `next_at()` has come and reports how each dial ended.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from onionchat.protocol.crypto.rng import Rng

FIRST_RETRY: Final = 2.0
"""Seconds before the second dial. Faster loops once kept tor in failing introductions
(docs/tor.md)."""

LAST_RETRY: Final = 600.0
"""Longest seconds between dials. Both sides dial when they come up, so this only covers hidden
ones."""

URGENT_SPACING: Final = 3.0
"""Fewest seconds between two dials of one peer, however urgent."""

YIELD_SECONDS: Final = 3.0
"""After a lost link both ends want to dial; the one with the higher id waits so long first."""

PROVEN_SECONDS: Final = 60.0
"""How long a link has to live to count as one: after shorter ones the next dial waits longer each
time, up to as long, or whoever hangs up would have us dial as fast as we can."""

LINKS_AT_ONCE: Final = 24
"""Links to one peer that may be made by dialling it, when it was quiet for long. A line that breaks
every few minutes uses them up in an hour; then the other side's dials come on top."""

SECONDS_PER_LINK: Final = 600.0
"""How long it takes to get one more: whoever takes our call and hangs up later has us build six
circuits an hour in the long run, as many as it may have built by calling (`callers`)."""

WIDTH: Final = 30
"""Dials under way at once, until they come through; tor allows 32 pending circuits, and two stay
free for what is urgent. Fewer make a start with many contacts longer, and what is urgent no quicker
(docs/benchmarks.md)."""

URGENT_WIDTH: Final = 32
"""Width for dials that the person waits for."""

P = TypeVar("P", bound=Hashable)


@dataclass(slots=True)
class _Plan:
    at: float
    soonest: float
    """When it was to be dialled at first."""
    delay: float = FIRST_RETRY
    last: float = float("-inf")
    urgent: bool = False


@dataclass(slots=True)
class _Rest:
    """A peer that there is a link to, or was lately."""

    since: float
    last: float
    counted: float
    """When `links` was so."""
    links: float = LINKS_AT_ONCE
    """How many more may be made by dialling, up to `LINKS_AT_ONCE`."""
    up: bool = True
    delay: float = FIRST_RETRY

    def refill(self, now: float) -> None:
        more = max(0.0, now - self.counted) / SECONDS_PER_LINK
        self.links, self.counted = min(LINKS_AT_ONCE, self.links + more), now


class DialSchedule(Generic[P]):
    """The dials of one transport. `P` names a peer."""

    def __init__(self, rng: Rng) -> None:
        self._rng = rng
        self._plans: dict[P, _Plan] = {}
        self._rests: dict[P, _Rest] = {}
        self._running: set[P] = set()
        self._connected: set[P] = set()
        """Those of them that came through: what remains is between the two ends."""

    def want(self, peer: P, now: float, *, wait: float = 0.0, yielding: bool = False) -> None:
        """Dial `peer` in `wait` seconds and until `satisfied` or `drop`; `yielding`: let the
        other try first. Later if its last links did not live for `PROVEN_SECONDS`, or were too many
        in all. Dials that fail then go on from that wait: who lets us in, hangs up and shuts us out
        gains no dials."""
        if peer in self._plans:
            return
        at = now + wait + (YIELD_SECONDS if yielding else 0.0)
        plan = _Plan(
            at,
            soonest=at,
            delay=min(max(FIRST_RETRY, wait), LAST_RETRY),
        )
        self._plans[peer] = plan
        rest = self._rests.get(peer)
        if rest is None:
            return
        plan.last = rest.last
        lived = rest.up and now - rest.since >= PROVEN_SECONDS
        if lived:
            rest.delay = FIRST_RETRY
        else:
            plan.at = max(plan.at, rest.since + rest.delay * self._rng.uniform(0.75, 1.25))
            plan.delay = max(plan.delay, rest.delay)
            if rest.up:  # else it was dropped for a while: no link has ended since
                rest.delay = min(rest.delay * 2, PROVEN_SECONDS)
        rest.up = False
        rest.refill(now)
        plan.at = max(plan.at, now + (1 - rest.links) * SECONDS_PER_LINK)
        plan.soonest = plan.at

    def urge(self, peer: P, now: float) -> None:
        """The person waits for `peer`: dial it soon and ahead of others."""
        plan = self._plans.get(peer)
        if plan is not None:
            plan.urgent = True
            plan.at = min(plan.at, max(now, plan.last + URGENT_SPACING))

    def moved(self, peer: P, now: float) -> None:
        """`peer` is to be had elsewhere: that dials failed says nothing any more. That it hung up,
        or broke the protocol, does: or whoever moves each time would have us dial all the time."""
        plan = self._plans.get(peer)
        if plan is not None:
            plan.at = min(plan.at, max(now, plan.last + URGENT_SPACING, plan.soonest))

    def restart(self, now: float) -> None:
        """The way out works again: forget all back-off."""
        for rest in self._rests.values():
            rest.delay = FIRST_RETRY
        for plan in self._plans.values():
            plan.delay = FIRST_RETRY
            plan.at = min(plan.at, max(now, plan.last + URGENT_SPACING))

    def satisfied(self, peer: P, now: float) -> None:
        """A link to `peer` is up (by whichever side)."""
        plan = self._plans.pop(peer, None)
        rest = self._rests.setdefault(peer, _Rest(now, float("-inf"), now, up=False))
        if plan is not None:
            rest.last = plan.last
        if peer in self._running:
            self._over(peer)
            rest.refill(now)
            rest.links = max(0.0, rest.links - 1)
        if not rest.up:
            rest.since, rest.up = now, True

    def drop(self, peer: P) -> None:
        """Do not dial `peer` for now; what its links have used up stays known, or whoever can have
        itself dropped would begin anew each time."""
        self._plans.pop(peer, None)
        self._over(peer)

    def forget(self, peer: P) -> None:
        """`peer` is gone for good: remember nothing of it."""
        self.drop(peer)
        self._rests.pop(peer, None)

    def wants(self, peer: P) -> bool:
        """Whether `peer` is to be dialled."""
        return peer in self._plans

    def due(self, now: float) -> list[P]:
        """Peers to dial now; each counts as under way until `failed`, `satisfied` or
        `connected`."""
        waiting = [
            (not plan.urgent, plan.at, index, peer)
            for index, (peer, plan) in enumerate(self._plans.items())
            if peer not in self._running and plan.at <= now
        ]
        chosen: list[P] = []
        for relaxed, _, _, peer in sorted(waiting, key=lambda item: item[:3]):
            if self._width >= (WIDTH if relaxed else URGENT_WIDTH):
                continue
            self._running.add(peer)
            self._plans[peer].last = now
            chosen.append(peer)
        return chosen

    def connected(self, peer: P) -> None:
        """The dial of `peer` came through: its handshake takes no place among the dials."""
        if peer in self._running:
            self._connected.add(peer)

    def failed(self, peer: P, now: float) -> None:
        """The dial of `peer` ended without a link: try again later, and later each time."""
        self._over(peer)
        plan = self._plans.get(peer)
        if plan is None:
            return
        plan.urgent = False
        plan.at = now + plan.delay * self._rng.uniform(0.75, 1.25)
        plan.delay = min(plan.delay * 2, LAST_RETRY)

    def postpone(self, peer: P, at: float) -> None:
        """A peer that was due is not dialled before `at`; that counts as no failure."""
        self._over(peer)
        plan = self._plans.get(peer)
        if plan is not None:
            plan.at = at

    @property
    def _width(self) -> int:
        return len(self._running) - len(self._connected)

    def _over(self, peer: P) -> None:
        self._running.discard(peer)
        self._connected.discard(peer)

    def next_at(self) -> float | None:
        """When `due` should be asked next, None while everything waits for a dial to end."""
        times = [plan.at for peer, plan in self._plans.items() if peer not in self._running]
        if not times or self._width >= URGENT_WIDTH:
            return None
        if self._width >= WIDTH:
            urgent = [
                plan.at
                for peer, plan in self._plans.items()
                if plan.urgent and peer not in self._running
            ]
            return min(urgent, default=None)
        return min(times)
