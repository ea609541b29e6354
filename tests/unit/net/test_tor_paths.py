"""Which circuits stand, from what tor says of each."""

from onionchat.net.transports.tor.events import AllCircuits, Circuit
from onionchat.net.transports.tor.paths import Paths

OURS, OTHER = "a" * 56, "b" * 56


def built(number, host=""):
    return Circuit(number, built=True, ended=False, introduces=host)


def ended(number):
    return Circuit(number, built=False, ended=True)


def test_nothing_is_claimed_before_tor_has_told_of_its_circuits():
    paths = Paths()
    paths.apply(built("1", OURS))
    assert paths.introductions(OURS) is None
    paths.apply(AllCircuits((built("1", OURS),)))
    assert (paths.any, paths.introductions(OURS), paths.introductions(OTHER)) == (True, 1, 0)
    paths.forget()
    assert (paths.any, paths.introductions(OURS)) == (False, None)


def test_circuits_come_and_go():
    paths = Paths()
    paths.apply(AllCircuits(()))
    paths.apply(Circuit("1", built=False, ended=False, introduces=OURS))
    assert not paths.any
    for event in (built("1", OURS), built("1", OURS), built("2", OURS), built("3")):
        paths.apply(event)
    assert paths.introductions(OURS) == 2
    for number in ("1", "1", "9", "2"):
        paths.apply(ended(number))
    assert (paths.any, paths.introductions(OURS)) == (True, 0)
    paths.apply(ended("3"))
    assert not paths.any


def test_a_circuit_that_gets_another_purpose_counts_as_what_it_is_now():
    paths = Paths()
    paths.apply(AllCircuits((built("1"), built("2", OURS))))
    paths.apply(built("1", OURS))
    paths.apply(built("2"))
    assert paths.introductions(OURS) == 1


def test_what_was_missed_is_made_good_by_the_next_list():
    paths = Paths()
    paths.apply(AllCircuits((built("1", OURS), built("2", OURS))))
    paths.apply(AllCircuits((built("2", OURS), Circuit("3", built=False, ended=False))))
    assert paths.introductions(OURS) == 1
