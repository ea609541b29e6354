"""The targets as properties: whatever is made of the committed inputs is refused by name or taken.

The fuzzer proper (`make fuzz`) goes by coverage and runs for minutes; this is its form for every
test run. The same properties find each of the planted faults.
"""

import tracemalloc

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fuzz import measure
from fuzz.corpus import committed
from fuzz.planted import TARGETS as PLANTED
from fuzz.targets import TARGETS


@st.composite
def altered(draw, examples, most):
    """A known input, cut, joined with another, with bytes changed or put in."""
    data = bytearray(draw(st.sampled_from(examples)))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(data)))
        what = draw(st.integers(0, 4))
        if what == 0:
            del data[place : place + draw(st.integers(1, 8))]
        elif what == 1:
            data[place:place] = draw(st.binary(max_size=8))
        elif what == 2 and place < len(data):
            data[place] = draw(st.integers(0, 255))
        elif what == 3:
            data[place:] = draw(st.sampled_from(examples))[place:]
        elif data:
            data[place:place] = data[: draw(st.integers(1, len(data)))]
    return bytes(data[:most])


def explore(target, examples, *, count, phases):
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=True,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.one_of(altered(examples, target.max_size), st.binary(max_size=64)))
    def holds(data):
        assert measure.check(target, data) is None

    holds()


@pytest.mark.parametrize("name", TARGETS)
def test_near_misses_of_known_inputs_are_refused_by_name(name):
    target = TARGETS[name]
    explore(target, committed(target), count=60, phases=(Phase.generate,))


@pytest.mark.parametrize("name", ["planted:error", "planted:result", "planted:memory"])
def test_a_planted_fault_is_found(name, monkeypatch):
    if name == "planted:memory":
        monkeypatch.setattr(measure, "check", checked_for_memory)
    with pytest.raises(AssertionError):
        explore(
            PLANTED[name], [b"\x03abc", b"\x02zz", b"\x03qQ1"], count=3000, phases=(Phase.generate,)
        )


def checked_for_memory(target, data):
    """As `measure.check`, and what Python allocates."""
    tracemalloc.start()
    try:
        return measure.traced(target, data).over() or None
    finally:
        tracemalloc.stop()
