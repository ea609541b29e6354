"""The repairs that the watchdog can call for, and how long it waits before it does. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Timings:
    """All waits, in seconds. Tests shorten them; the public network wants these."""

    tick: float = 5.0
    """How often `tick` is called."""
    trouble_tick: float = 1.0
    """The same while something is being repaired: then seconds count, and nobody saves power."""
    first_upload: float = 20.0
    """From working circuits to the first upload of a service; three seconds are usual. Doubles
    with every repair, for networks where it takes longer."""
    shut: float = 5.0
    """With circuits, but without a single introduction point of a published service."""
    shut_pause: float = 60.0
    """Between two repairs of that; doubles."""
    announced: float = 3 * 3600.0
    """How long directories keep an announcement, and refuse older ones (rend-spec-v3, 180 min)."""
    upload_overdue: float = 150 * 60.0
    """tor uploads again after 60 to 120 minutes."""
    bootstrap_stuck: float = 120.0
    """Without progress; doubles with every restart that it causes."""
    no_circuits: float = 20.0
    cut: float = 8.0
    """Not one circuit stands, although services are published: a certain sign, so it is a shorter
    wait. tor itself is back within two seconds or, if it has given its guards up, not for ten
    minutes."""
    probe_every: float = 10.0
    control_slow: float = 10.0
    """tor has not answered a question: until it does, nobody is said to get through it."""
    control_silent: float = 90.0
    """tor has not answered a command: it hangs or is suspended."""
    leap: float = 20.0
    """The clock, or the time between two ticks, is off by so much: a suspend or a changed clock."""
    settle: float = 3.0
    """From a disturbance to the test call."""
    test_seconds: float = 20.0
    """A test call takes no longer."""
    retest: float = 20.0
    """From a repair to the next test call, or to the next repair if no upload follows."""
    idle_test: float = 6 * 3600.0
    """Without an inbound connection or a test for so long: one test call."""
    repair_pause: float = 60.0
    """After all steps were tried; doubles up to `repair_pause_most`."""
    repair_pause_most: float = 600.0


@dataclass(frozen=True, slots=True)
class Republish:
    """Withdraw and publish a service again."""

    service: int


@dataclass(frozen=True, slots=True)
class NewCircuits:
    """Use no present circuit for anything new: SIGNAL NEWNYM."""


@dataclass(frozen=True, slots=True)
class Reconnect:
    """Get control of the joined tor again."""


NO_ANSWER: Final = "it does not answer"


@dataclass(frozen=True, slots=True)
class RestartTor:
    """Start the own tor again, ending the present one if it runs."""

    reason: str

    @property
    def hung(self) -> bool:
        """Whether the present one cannot be asked to end."""
        return self.reason == NO_ANSWER


@dataclass(frozen=True, slots=True)
class SelfTest:
    """Dial this service of our own; report with `tested`."""

    service: int


@dataclass(frozen=True, slots=True)
class ProbeNetwork:
    """Let tor build one circuit to its guard now, however often it failed before."""


Action = Republish | NewCircuits | Reconnect | RestartTor | SelfTest | ProbeNetwork
