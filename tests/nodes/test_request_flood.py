"""Goal X3: whoever has a standing link asks a thousand times; whoever has not reaches nobody.

The ten thousand of the goal run in `make bench ARGS=requests`.
"""

import pytest

from benchmarks.requests import flood, folder_size
from onionchat.node import arrivals
from onionchat.protocol.contacts.messages import Pending, Reason, Refuse, decode_message
from onionchat.store import invites
from onionchat.testing.request_flood import Stranger
from onionchat.views import RequestReceived

MANY = 130


def told_at(person):
    """When each event of a request came, as virtual time goes on."""
    times = []
    person.api.subscribe(
        lambda event: isinstance(event, RequestReceived) and times.append(person.world.time.now)
    )
    return times


@pytest.mark.slow
def test_a_flood_of_requests_fills_a_bounded_inbox_and_tells_of_one_a_second(world, alice):
    link = alice.invite(standing=True)
    alice.restart()
    times, before = told_at(alice), folder_size(alice.profile)
    answers = [decode_message(answer) for answer in flood(world, link, MANY)]
    assert sum(isinstance(answer, Pending) for answer in answers) == invites.MAX_WAITING
    assert set(answers[invites.MAX_WAITING :]) == {Refuse(Reason.FULL)}
    assert len(alice.do(alice.api.requests())) == invites.MAX_WAITING
    world.pass_time(invites.MAX_WAITING * arrivals.PACE_SECONDS)
    shown = [event.request.id for event in alice.told(RequestReceived)]
    assert len(shown) == len(set(shown)) == invites.MAX_WAITING
    assert all(b - a >= 1 for a, b in zip(times, times[1:], strict=False))
    alice.restart()
    assert folder_size(alice.profile) - before <= 2**20


def test_without_the_secret_of_the_link_no_request_reaches_the_person(world, alice):
    link = alice.invite(standing=True)
    assert flood(world, link, 20, secret=False) == []
    world.pass_time(60)
    assert alice.told(RequestReceived) == []
    assert alice.do(alice.api.requests()) == []


def test_the_pace_is_what_keeps_the_events_apart(world, alice, monkeypatch):
    """The anti-test: without it they come as fast as the requests."""
    monkeypatch.setattr(arrivals, "PACE_SECONDS", 0.0)
    link = alice.invite(standing=True)
    times = told_at(alice)
    flood(world, link, 3)
    world.pass_time(1)
    assert not all(b - a >= 1 for a, b in zip(times, times[1:], strict=False))


def test_a_request_that_was_answered_before_its_turn_is_not_told(world, alice, monkeypatch):
    monkeypatch.setattr(arrivals, "PACE_SECONDS", 60.0)
    link = alice.invite(standing=True)
    flood(world, link, 4)
    first, second, third, fourth = (found.id for found in alice.do(alice.api.requests()))
    alice.do(alice.api.decline(second))
    alice.do(alice.api.block(third))
    world.pass_time(200)
    assert [event.request.id for event in alice.told(RequestReceived)] == [first, fourth]


def test_a_node_that_stops_tells_nothing_more(world, alice):
    link = alice.invite(standing=True)
    flood(world, link, 4)
    told = len(alice.told(RequestReceived))
    alice.restart()
    world.pass_time(10)
    assert len(alice.told(RequestReceived)) == told
    assert len(alice.do(alice.api.requests())) == 4
    assert Stranger(world, 9).ask(link) is None
    world.pass_time(1)
    assert len(alice.told(RequestReceived)) == told + 1
