"""The committed corpora, the seeds and the largest inputs: declared errors only, in time, in room.

Goal R3: at most 50 ms of CPU and 8 MiB for each input. Measured here, in a process that does other
things besides, and again alone where that looks like too much.
"""

import tracemalloc

import pytest

from fuzz import measure
from fuzz.corpus import CORPORA, MAX_COMMITTED, inputs, name_of
from fuzz.planted import TARGETS as PLANTED
from fuzz.planted import TRIGGERS
from fuzz.targets import TARGETS

MAX_FILES = 120
"""Committed inputs of one target: they are there to be read and replayed, not to be many."""


def judge(target, data):
    """What is wrong with an input by time, error and memory; None if nothing is."""
    measure.reset_peak()
    before = measure.peak_bytes()
    cost = measure.timed(target, data)
    cost.resident = max(0, measure.peak_bytes() - before)
    tracemalloc.start()
    try:
        cost.traced = measure.traced(target, data).traced
    finally:
        tracemalloc.stop()
    return measure.judged(target, data, cost)


@pytest.mark.parametrize("name", TARGETS)
def test_every_input_is_taken_or_refused_by_name_in_bounds(name):
    target = TARGETS[name]
    measure.run_once(target, next(iter(target.seeds())))  # fills caches
    found = [str(one) for data in inputs(target) if (one := judge(target, data)) is not None]
    assert found == []


@pytest.mark.parametrize("name", TARGETS)
def test_the_corpus_is_small_and_named_by_its_content(name):
    files = sorted((CORPORA / name).iterdir())
    assert 1 <= len(files) <= MAX_FILES
    for path in files:
        data = path.read_bytes()
        assert len(data) <= MAX_COMMITTED
        assert path.name == name_of(data)


def test_there_is_no_corpus_without_a_target():
    assert {path.name for path in CORPORA.iterdir()} == set(TARGETS)


def test_the_planted_slowness_is_far_beyond_the_limit_and_a_bracket_less_is_within():
    """Near the limit it would be found or not as the machine has other work."""
    target, trigger = PLANTED["planted:time"], TRIGGERS["planted:time"]
    one_less = bytes([trigger[0] - 1]) + trigger[1:]
    slow, harmless = (
        min(measure.timed_fairly(target, data) for _ in range(3)) for data in (trigger, one_less)
    )
    assert harmless < measure.MAX_SECONDS < slow / 2


@pytest.mark.parametrize("name", sorted(set(PLANTED) - {"planted:hang"}))
def test_a_planted_fault_is_seen(name):
    assert judge(PLANTED[name], b"\x01a") is None
    assert judge(PLANTED[name], TRIGGERS[name]) is not None


def test_an_endless_input_is_given_up(monkeypatch):
    monkeypatch.setattr(measure, "HANG_SECONDS", 3)
    assert measure.alone(PLANTED["planted:hang"], TRIGGERS["planted:hang"]).error == "hangs"
