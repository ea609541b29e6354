"""A clock judged by the times of the consensus."""

import pytest

from onionchat.net.transports.tor.clock import STALE_SECONDS, ConsensusClock, how_much, parse_time
from onionchat.net.transports.tor.events import ConsensusTimes

HOUR = 3600
AFTER = parse_time("2026-11-26 12:00:00")
TIMES = ConsensusTimes(AFTER, AFTER + 3 * HOUR)


def compare(clock: ConsensusClock, wall: float, now: float = 0.0, *, works: bool = True):
    return clock.compare(TIMES, wall=AFTER + wall, now=now, works=works)


def test_times_as_tor_writes_them():
    assert parse_time("1970-01-02 00:00:01") == 86401
    for text in ("", "2026-11-26", "2026-13-26 12:00:00", "x", "2026-11-26 12:00:00 x"):
        assert parse_time(text) is None


def test_a_clock_before_the_consensus_was_made_is_behind():
    clock = ConsensusClock()
    assert compare(clock, -5 * HOUR) == -5 * HOUR
    assert compare(clock, -5 * HOUR, works=False) == -5 * HOUR
    assert compare(clock, -60) is None


@pytest.mark.parametrize("wall", [0, HOUR, 3 * HOUR, 3 * HOUR + 60])
def test_a_clock_within_the_consensus_is_not_suspected(wall):
    clock = ConsensusClock()
    for now in (0, STALE_SECONDS, 2 * STALE_SECONDS):
        assert compare(clock, wall, now) is None


def test_a_consensus_that_stays_out_of_date_tells_that_the_clock_is_ahead():
    clock = ConsensusClock()
    assert compare(clock, 8 * HOUR, 0) is None
    assert compare(clock, 8 * HOUR, STALE_SECONDS - 1) is None
    assert compare(clock, 8 * HOUR, STALE_SECONDS) == 5 * HOUR


def test_a_consensus_that_is_only_old_tells_nothing():
    """A machine that slept: tor has no circuits yet, or fetches a new one in time."""
    clock = ConsensusClock()
    for now in range(0, 10 * int(STALE_SECONDS), 60):
        assert compare(clock, 8 * HOUR, now, works=False) is None
    assert compare(clock, 8 * HOUR, now + 60) is None
    assert compare(clock, HOUR, now + 120) is None
    assert compare(clock, 8 * HOUR, now + 60 + STALE_SECONDS) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1800, "1 hour"), (-7200, "2 hours"), (47 * HOUR, "47 hours"), (-72 * HOUR, "3 days")],
)
def test_how_much_in_words(seconds, words):
    assert how_much(seconds) == words
