"""How often a contact may call."""

from hypothesis import given
from hypothesis import strategies as st

from onionchat.node import callers
from onionchat.node.callers import CALLS_AT_ONCE, SECONDS_PER_CALL, CallBudget
from onionchat.store.transaction import ContactNo

BOB, CAROL = ContactNo(1), ContactNo(2)
HOUR = 3600.0


def test_whoever_calls_now_and_then_is_never_shut_out():
    budget = CallBudget()
    for call in range(100):
        assert not budget.called(BOB, call * SECONDS_PER_CALL)
    assert budget.shut_out(100 * SECONDS_PER_CALL) == frozenset()
    assert budget.next_change(100 * SECONDS_PER_CALL) is None


def test_a_bad_day_has_room():
    budget = CallBudget()
    for call in range(CALLS_AT_ONCE - 1):
        assert not budget.called(BOB, call)
    assert budget.shut_out(20.0) == frozenset()


def test_the_last_call_shuts_out_that_contact_alone_and_is_told_once():
    budget = CallBudget()
    told = [budget.called(BOB, 0.0) for _ in range(2 * CALLS_AT_ONCE)]
    assert told == [False] * (CALLS_AT_ONCE - 1) + [True] + [False] * CALLS_AT_ONCE
    assert not budget.called(CAROL, 0.0)
    assert budget.shut_out(0.0) == {BOB}


def test_it_may_call_again_after_a_while_once():
    budget = CallBudget()
    for _ in range(CALLS_AT_ONCE):
        budget.called(BOB, 0.0)
    assert budget.next_change(100.0) == SECONDS_PER_CALL - 100.0
    assert budget.shut_out(SECONDS_PER_CALL - 1) == {BOB}
    assert budget.shut_out(SECONDS_PER_CALL) == frozenset()
    assert budget.called(BOB, SECONDS_PER_CALL)
    assert budget.shut_out(SECONDS_PER_CALL + 1) == {BOB}


def times_shut_out(hours: int) -> tuple[int, int]:
    """How often somebody is shut out who calls whenever he can, and how often he calls."""
    budget, shut_out, calls = CallBudget(), 0, 0
    for second in range(0, int(hours * HOUR), 5):
        if BOB not in budget.shut_out(second):
            calls += 1
            shut_out += budget.called(BOB, second)
    return shut_out, calls


def test_finding_34_whoever_calls_whenever_he_can_is_shut_out_ever_more_rarely():
    """Each time has the onion published anew, twice."""
    shut_out, calls = times_shut_out(24)
    assert shut_out <= 24 + 3
    assert 6 * 22 <= calls <= CALLS_AT_ONCE + 6 * 24


def test_without_saving_calls_it_would_be_six_times_an_hour(monkeypatch):
    monkeypatch.setattr(callers, "MOST_SAVED", 1)
    shut_out, _ = times_shut_out(24)
    assert shut_out > 6 * 23


def test_after_a_quiet_day_it_waits_for_one_call_only():
    budget, now = CallBudget(), 0.0
    for _ in range(3):
        while budget.shut_out(now) != {BOB}:
            budget.called(BOB, now)
        now += budget.next_change(now) or 0.0
    assert now > 3 * SECONDS_PER_CALL
    now += 24 * HOUR
    while budget.shut_out(now) != {BOB}:
        budget.called(BOB, now)
    assert budget.next_change(now) == SECONDS_PER_CALL


def test_who_was_quiet_for_long_costs_no_memory():
    budget = CallBudget()
    budget.called(BOB, 0.0)
    budget.shut_out(HOUR)
    assert budget._accounts == {}


@given(
    st.lists(st.floats(0.01, 2 * HOUR), min_size=1, max_size=200),
    st.integers(1, 4),
)
def test_a_contact_that_is_kept_out_while_shut_out_gets_six_an_hour(waits, greed):
    """Whatever it does in the openings: beside the calls at once, one for each ten minutes."""
    budget, now, calls = CallBudget(), 0.0, 0
    for wait in waits:
        now += wait
        for _ in range(greed):
            if BOB not in budget.shut_out(now):
                budget.called(BOB, now)
                calls += 1
    assert calls <= CALLS_AT_ONCE + now / SECONDS_PER_CALL + 1
