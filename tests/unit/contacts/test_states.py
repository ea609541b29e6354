"""The life of a contact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onionchat.errors import ContactNotReady, UnexpectedMessage
from onionchat.protocol.contacts.states import (
    BY_PEER,
    IGNORED,
    ILLEGAL,
    ContactInputs,
    ContactMachine,
    ContactState,
    Effect,
)

S, E = ContactState, Effect
INPUTS = {name: given for name, given in vars(ContactInputs).items() if not name.startswith("_")}


def walk(state, *names):
    """The states and effects on the way, each input given to a machine woken from the store."""
    way = []
    for name in names:
        machine = ContactMachine(state)
        effects = machine.take(INPUTS[name])
        state = machine.state
        way.append((state, *effects))
    return way


def test_we_join():
    assert walk(S.OUTGOING, "pending", "pending", "accepted", "accepted") == [
        (S.REQUESTED,),
        (S.REQUESTED,),
        (S.ACTIVE, E.STOP_ASKING, E.SERVE),
        (S.ACTIVE,),
    ]
    assert walk(S.OUTGOING, "accepted", "pending") == [
        (S.ACTIVE, E.STOP_ASKING, E.SERVE),
        (S.ACTIVE,),
    ]


def test_we_join_in_vain():
    assert walk(S.REQUESTED, "refused", "refused") == [(S.DECLINED, E.STOP_ASKING), (S.DECLINED,)]
    assert walk(S.OUTGOING, "link_gone") == [(S.EXPIRED, E.STOP_ASKING)]
    assert walk(S.OUTGOING, "give_up", "give_up") == [(S.EXPIRED, E.STOP_ASKING), (S.EXPIRED,)]


def test_an_answer_after_we_gave_up_still_counts():
    assert walk(S.EXPIRED, "accepted") == [(S.ACTIVE, E.SERVE)]


def test_somebody_joins_us():
    assert walk(S.INCOMING, "asked", "accept", "asked", "confirmed", "accept") == [
        (S.INCOMING,),
        (S.ACTIVE, E.TELL_ACCEPTED, E.SERVE),
        (S.ACTIVE, E.TELL_ACCEPTED),
        (S.ACTIVE,),
        (S.ACTIVE,),
    ]


def test_somebody_is_declined_and_reconsidered():
    assert walk(S.INCOMING, "decline", "asked", "reconsider", "accept") == [
        (S.DECLINED, E.TELL_DECLINED),
        (S.DECLINED, E.TELL_DECLINED),
        (S.INCOMING, E.SHOW),
        (S.ACTIVE, E.TELL_ACCEPTED, E.SERVE),
    ]


def test_somebody_is_blocked_and_learns_nothing():
    for state in (S.INCOMING, S.ACTIVE, S.DECLINED):
        assert walk(state, "block", *sorted(BY_PEER), "block") == [
            (S.BLOCKED, E.SHUT_OUT),
            *[(S.BLOCKED,)] * (len(BY_PEER) + 1),
        ]
    assert walk(S.BLOCKED, "unblock", "unblock") == [(S.ACTIVE, E.SERVE), (S.ACTIVE,)]
    assert walk(S.BLOCKED, "reconsider") == [(S.INCOMING, E.SHOW)]


@pytest.mark.parametrize(("state", "name"), sorted(ILLEGAL))
def test_what_makes_no_sense_has_a_named_error(state, name):
    machine = ContactMachine(ContactState(state))
    with pytest.raises(UnexpectedMessage if name in BY_PEER else ContactNotReady):
        machine.take(INPUTS[name])
    assert machine.state == state


@given(
    st.sampled_from(sorted(set(ContactState) - {S.OWN})), st.lists(st.sampled_from(sorted(INPUTS)))
)
def test_any_inputs_in_any_order(state, names):
    machine = ContactMachine(state)
    for name in names:
        before = machine.state
        try:
            effects = machine.take(INPUTS[name])
        except (UnexpectedMessage, ContactNotReady):
            assert (before, name) in ILLEGAL
            assert machine.state == before
        else:
            changed = effects != () or machine.state != before
            assert changed == ((before, name) not in IGNORED)
            assert not (before == S.BLOCKED and name in BY_PEER and changed)
