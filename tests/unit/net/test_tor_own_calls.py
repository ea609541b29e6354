"""Which callers without a word may have been our own test calls."""

from onionchat.net.transports.tor.own_calls import LATE_SECONDS, OwnCalls

ONE, OTHER = b"1" * 32, b"2" * 32


def test_a_test_call_accounts_for_one_caller_of_that_service():
    calls = OwnCalls()
    calls.begun(ONE, 20.0, now=0.0)
    assert not calls.take(OTHER, 1.0)
    assert calls.take(ONE, 1.0)
    assert not calls.take(ONE, 1.0)


def test_each_of_several_accounts_for_one():
    calls = OwnCalls()
    for now in (0.0, 30.0):
        calls.begun(ONE, 20.0, now)
    assert [calls.take(ONE, 31.0) for _ in range(3)] == [True, True, False]


def test_its_end_may_be_seen_late_but_not_for_ever():
    calls = OwnCalls()
    calls.begun(ONE, 20.0, now=0.0)
    calls.begun(OTHER, 20.0, now=0.0)
    assert calls.take(ONE, 19.0 + LATE_SECONDS)
    assert not calls.take(OTHER, 20.0 + LATE_SECONDS)


def test_those_that_never_came_through_are_not_kept():
    calls = OwnCalls()
    for number in range(1000):
        calls.begun(number.to_bytes(32, "big"), 20.0, now=number * 60.0)
    assert len(calls) <= 2
