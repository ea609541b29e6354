"""The node's timers go by a clock that nobody sets. (They went by the time of day: when it was set
back by two hours, no ping, dial or repair happened for two hours.)"""

import time

from twisted.internet import base
from twisted.internet.selectreactor import SelectReactor

from onionchat.node.reactors import make_steady, steady_seconds

TWO_HOURS = 7200.0


class TimeOfDay:
    """What Twisted's reactors count by, until somebody sets it back."""

    def __init__(self):
        self.offset = 0.0

    def __call__(self):
        return time.time() + self.offset


def fires_although_the_time_of_day_is_set_back(monkeypatch, prepare, patience):
    wall = TimeOfDay()
    monkeypatch.setattr(base.ReactorBase, "seconds", staticmethod(wall))
    reactor = SelectReactor()
    prepare(reactor)
    fired = []
    reactor.callLater(0.05, fired.append, True)
    wall.offset = -TWO_HOURS
    end = time.monotonic() + patience
    while not fired and time.monotonic() < end:
        reactor.runUntilCurrent()
        reactor.doIteration(0.01)
    reactor.disconnectAll()
    return bool(fired)


def test_timers_fire_although_the_time_of_day_is_set_back(monkeypatch):
    assert fires_although_the_time_of_day_is_set_back(monkeypatch, make_steady, 30)


def test_a_reactor_as_twisted_makes_it_would_wait(monkeypatch):
    assert not fires_although_the_time_of_day_is_set_back(monkeypatch, lambda reactor: None, 0.3)


def test_the_clock_goes_forward_at_the_pace_of_time():
    began, real = steady_seconds(), time.monotonic()
    while time.monotonic() - real < 0.02:
        pass
    assert 0.02 <= steady_seconds() - began < 60
