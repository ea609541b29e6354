"""How much work a contact may cause, and when it counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onionchat.node.shares import AT_ONCE, LONGEST_REST, SHARE, TALKING_SECONDS, Shares
from onionchat.store.transaction import ContactNo

BOB, CAROL, MALLORY = ContactNo(1), ContactNo(2), ContactNo(3)


def test_alone_nobody_has_to_wait():
    shares = Shares()
    shares.talked(MALLORY, 0.0)
    assert not shares.crowded(MALLORY, 0.0)
    assert all(shares.charge(MALLORY, 1.0, second) == 0 for second in range(100))


def test_while_somebody_else_talks_too_much_work_is_paid_by_rest():
    shares = Shares()
    shares.talked(BOB, 0.0)
    assert shares.crowded(MALLORY, 0.0)
    assert shares.charge(MALLORY, AT_ONCE, 0.0) == 0
    rest = shares.charge(MALLORY, 0.01, 0.0)
    assert rest == pytest.approx(0.01 / SHARE)
    assert shares.charge(MALLORY, 0.0, rest) <= 1e-9


def test_no_rest_is_longer_than_a_link_bears():
    shares = Shares()
    shares.talked(BOB, 0.0)
    assert shares.charge(MALLORY, 60.0, 0.0) == LONGEST_REST
    assert shares.charge(MALLORY, 0.0, LONGEST_REST) == LONGEST_REST


def test_a_conversation_is_over_after_a_while():
    shares = Shares()
    shares.talked(BOB, 0.0)
    shares.charge(MALLORY, 60.0, 0.0)
    assert shares.crowded(MALLORY, TALKING_SECONDS)
    assert not shares.crowded(MALLORY, TALKING_SECONDS + 1)
    assert shares.charge(MALLORY, 1.0, TALKING_SECONDS + 1) == 0


def test_what_was_done_alone_is_held_against_nobody_for_long():
    shares = Shares()
    shares.charge(MALLORY, 1000.0, 0.0)
    shares.talked(BOB, 1.0)
    assert shares.charge(MALLORY, 0.0, 1.0) <= AT_ONCE / SHARE


def test_two_who_both_cause_much_do_not_wait_for_each_other():
    shares = Shares()
    for contact in (MALLORY, CAROL):
        shares.talked(contact, 0.0)
        shares.charge(contact, 2 * AT_ONCE, 0.0)
    assert not shares.crowded(MALLORY, 0.0)
    assert not shares.crowded(CAROL, 0.0)
    shares.talked(BOB, 0.0)
    assert shares.crowded(MALLORY, 0.0)
    assert shares.crowded(CAROL, 0.0)
    assert not shares.crowded(BOB, 0.0)


def test_who_is_gone_is_forgotten():
    shares = Shares()
    shares.talked(BOB, 0.0)
    shares.charge(BOB, 1.0, 0.0)
    shares.forget(BOB)
    assert not shares.crowded(MALLORY, 0.0)
    assert (shares._accounts, shares._talked) == ({}, {})


@given(st.lists(st.floats(0.0, 0.025), min_size=1, max_size=300))
def test_whoever_rests_as_told_stays_at_its_share(works):
    shares, now, done = Shares(), 0.0, 0.0
    for work in works:
        shares.talked(BOB, now)
        done += work
        now += shares.charge(MALLORY, work, now)
    assert done <= SHARE * now + AT_ONCE + 0.025 + 1e-9
