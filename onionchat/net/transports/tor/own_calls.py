"""Which callers of our services may have been our own test calls. Pure.

A test call shows no key, as nobody does who only has a circuit built; whoever counts such callers
must not take ours for theirs: others can bring it about that we test ourselves.
"""

from __future__ import annotations

from typing import Final

LATE_SECONDS: Final = 60.0
"""How long after a test call the service's end of it may still be there: the news of its end has
six relays to pass, and a handshake that nobody begins ends within half as long."""


class OwnCalls:
    """Test calls whose other end was not seen yet. `now` is monotonic seconds."""

    def __init__(self) -> None:
        self._until: dict[bytes, list[float]] = {}

    def begun(self, onion_key: bytes, seconds: float, now: float) -> None:
        """A test call to a service, which takes so long at most."""
        self._tidy(now)
        self._until.setdefault(onion_key, []).append(now + seconds + LATE_SECONDS)

    def take(self, onion_key: bytes, now: float) -> bool:
        """Whether a caller that left without a word may have been a test call; each accounts for
        one caller, so that a test opens no time in which others call for nothing."""
        self._tidy(now)
        waiting = self._until.get(onion_key)
        if not waiting:
            return False
        waiting.pop(0)
        return True

    def __len__(self) -> int:
        return sum(map(len, self._until.values()))

    def _tidy(self, now: float) -> None:
        kept = {key: [at for at in until if at > now] for key, until in self._until.items()}
        self._until = {key: until for key, until in kept.items() if until}
