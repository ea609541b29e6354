"""Whether the peer is still there: round-trip time, pings on an idle link, answers that stay out.

What lives here: clocks and counts of one link (docs/spec/05-link.md, "Liveness"). What may not: the
messages themselves (`link`).
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from onionchat.errors import UnexpectedMessage
from onionchat.protocol.crypto.hashing import equal

MIN_WAIT: Final = 4.0
"""Seconds that an answer may take at least."""

WAIT_RTTS: Final = 4
"""Round trips that an answer may take."""

SLOWEST: Final = 16 * 1024
"""Bytes per second that are granted to what is on its way: less is as good as dead."""

FIRST_IDLE: Final = 240.0
LAST_IDLE: Final = 600.0
"""Seconds of silence before a ping, first and at most. A ping and its answer are 976 bytes: with 20
idle links even the first ones stay below 100 bytes a second."""

CALLEE_FACTOR: Final = 1.25
"""The callee waits longer, so that the two do not ping each other at once."""

_SMOOTHING: Final = 0.125


class Verdict(Enum):
    """What is to be done when a deadline has passed."""

    FINE = "fine"
    PING = "ping"
    DEAD = "dead"


class Liveness:
    """The clocks of one link."""

    __slots__ = (
        "_asked_at",
        "_factor",
        "_heard_at",
        "_idle",
        "_probed_at",
        "_token",
        "_token_at",
        "_unheard",
        "rtt",
    )

    def __init__(self, dialler: bool, rtt: float, now: float) -> None:
        self.rtt = rtt
        """Smoothed round-trip time, seconds."""
        self._factor = 1.0 if dialler else CALLEE_FACTOR
        self._idle = FIRST_IDLE
        self._heard_at = now
        self._asked_at: float | None = None
        self._probed_at: float | None = None
        self._token: bytes | None = None
        self._token_at = now
        self._unheard = 0

    def heard(self, now: float) -> None:
        """A record came that authenticates."""
        self._heard_at = now
        self._asked_at = self._probed_at = None
        self._unheard = 0

    def sent(self, size: int) -> None:
        """So many bytes were handed to the transport."""
        self._unheard += size

    def active(self) -> None:
        """A message of a channel was sent or received: the link is in use."""
        self._idle = FIRST_IDLE

    def asked(self, now: float) -> None:
        """A message was sent that wants an answer."""
        if self._asked_at is None:
            self._asked_at = now

    def wait(self) -> float:
        """Seconds within which something must be heard once it is waited for."""
        return max(MIN_WAIT, WAIT_RTTS * self.rtt) + self._unheard / SLOWEST

    def deadline(self) -> float:
        """When `check` has something to say."""
        since = self._asked_at if self._probed_at is None else self._probed_at
        if since is not None:
            return since + self.wait()
        return self._heard_at + self._idle * self._factor

    def check(self, now: float, token: bytes) -> Verdict:
        """What is due; for `PING`, with `token` (16 random bytes)."""
        if now < self.deadline():
            return Verdict.FINE
        if self._probed_at is not None:
            return Verdict.DEAD
        self._probed_at = now
        if self._token is not None:
            # The last ping is still unanswered, though the peer was heard since: one at a time.
            return Verdict.FINE
        self._token, self._token_at = token, now
        return Verdict.PING

    def pinged(self) -> None:
        """The peer pinged: one of the two is enough for an idle link."""
        self._lengthen()

    def ponged(self, token: bytes, now: float) -> None:
        """The peer answered a ping.

        Raises:
            UnexpectedMessage: there was no such ping.
        """
        if self._token is None or not equal(self._token, token):
            raise UnexpectedMessage
        self._token = None
        self.rtt += _SMOOTHING * (now - self._token_at - self.rtt)
        self._lengthen()

    def _lengthen(self) -> None:
        self._idle = min(2 * self._idle, LAST_IDLE)
