"""The watchdog: each sign of the table in docs/tor.md, and the repair that it calls for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onionchat.net.transports.tor.repairs import (
    NewCircuits,
    ProbeNetwork,
    Reconnect,
    Republish,
    RestartTor,
    SelfTest,
)
from onionchat.net.transports.tor.watchdog import Watchdog


class Patient:
    """A watchdog with a clock; `run` lets time pass and collects (second, action)."""

    def __init__(self, own=True, up=True, services=(1,), testable=True):
        self.now, self.wall = 1000.0, 5_000_000.0
        self.dog = Watchdog(own=own, now=self.now, wall=self.wall)
        self.dog.started()
        self.seen = []
        self.reaches = None
        if up:
            self.dog.control_up(self.now)
        for number in services:
            self.dog.service_added(number, testable=testable, now=self.now)
        if up:
            self.dog.bootstrap(100, self.now)
            self.dog.circuits(True, self.now)
            for number in services:
                self.dog.uploaded(number, self.now, self.wall)

    def take(self):
        taken = []
        while (action := self.dog.next_action()) is not None:
            taken.append(action)
            self.seen.append((self.now, action))
            if isinstance(action, SelfTest) and self.reaches is not None:
                self.dog.tested(action.service, self.reaches, self.now)
        return taken

    def run(self, seconds, step=5.0):
        start = len(self.seen)
        passed = 0.0
        while passed < seconds:
            passed += step
            self.now += step
            self.wall += step
            self.dog.tick(self.now, self.wall)
            self.take()
        return [action for _, action in self.seen[start:]]


def kinds(actions):
    return [type(action) for action in actions]


@pytest.fixture
def patient():
    return Patient()


# --- health ---------------------------------------------------------------------------------------


def test_a_healthy_tor_is_left_alone_but_for_a_rare_test_call(patient):
    patient.reaches = True
    seen = []
    for _ in range(24):
        seen += patient.run(3600)
        patient.dog.uploaded(1, patient.now, patient.wall)
    assert seen and set(seen) == {SelfTest(1)}
    assert len(seen) <= 4


def test_inbound_connections_make_the_test_call_needless(patient):
    for _ in range(24):
        assert patient.run(3600) == []
        patient.dog.uploaded(1, patient.now, patient.wall)
        patient.dog.inbound(patient.now)


def test_nothing_happens_after_stop(patient):
    patient.dog.disturbed(patient.now)
    patient.dog.stopped()
    patient.dog.control_lost(patient.now)
    assert patient.run(3600) == []


# --- the control connection -----------------------------------------------------------------------


def test_an_own_tor_that_ends_is_started_again_at_once(patient):
    patient.dog.control_lost(patient.now)
    assert patient.take() == [RestartTor("it ended")]


def test_a_joined_tor_is_connected_to_again_never_restarted():
    patient = Patient(own=False)
    patient.dog.control_lost(patient.now)
    assert patient.take() == [Reconnect()]


def test_attempts_that_fail_in_a_row_come_ever_more_slowly(patient):
    patient.dog.control_lost(patient.now)
    patient.take()
    times = []
    for _ in range(10):
        patient.dog.control_lost(patient.now)
        while not patient.take():
            patient.run(1, step=1.0)
            if patient.seen[-1][0] == patient.now:
                break
        times.append(patient.now)
    waits = [later - earlier for earlier, later in zip(times, times[1:], strict=False)]
    assert waits == [2.0, 5.0, 10.0, 20.0, 40.0, 60.0, 60.0, 60.0, 60.0]


def test_a_connection_that_lasted_ends_the_row(patient):
    for _ in range(5):
        patient.dog.control_lost(patient.now)
        patient.run(100)
    patient.dog.control_up(patient.now)
    patient.run(60)
    patient.take()
    patient.dog.control_lost(patient.now)
    assert patient.take() == [RestartTor("it ended")]


def test_a_tor_that_does_not_answer_is_restarted(patient):
    patient.dog.control_asked(patient.now)
    assert patient.run(90) == []
    (restart,) = patient.run(5)
    assert restart == RestartTor("it does not answer")
    assert restart.hung and not RestartTor("nobody can reach our services").hung


def test_a_late_answer_means_tor_was_suspended_and_is_tested(patient):
    patient.dog.control_asked(patient.now)
    patient.run(60)
    patient.dog.control_answered(patient.now)
    assert patient.run(5) == [SelfTest(1)]


def test_a_prompt_answer_means_nothing(patient):
    patient.dog.control_asked(patient.now)
    patient.run(5)
    patient.dog.control_answered(patient.now)
    patient.dog.control_answered(patient.now)
    assert patient.run(600) == []


# --- bootstrap and network ------------------------------------------------------------------------


def starting(own=True, services=()):
    patient = Patient(own=own, up=False, services=services)
    patient.dog.control_up(patient.now)
    return patient


def test_a_bootstrap_that_goes_on_is_never_disturbed():
    patient = starting()
    for percent in range(1, 100):
        patient.dog.bootstrap(percent, patient.now)
        assert [a for a in patient.run(60) if not isinstance(a, ProbeNetwork)] == []


def test_a_bootstrap_without_progress_is_started_anew_ever_more_slowly():
    patient = starting()
    patient.dog.bootstrap(10, patient.now)
    restarts = []
    while len(restarts) < 3:
        restarts += [patient.now for a in patient.run(5) if isinstance(a, RestartTor)]
    assert restarts[0] == pytest.approx(1125)
    assert restarts[1] - restarts[0] >= 240
    assert restarts[2] - restarts[1] >= 480


def test_a_joined_tor_that_is_stuck_is_left_to_its_owner():
    patient = starting(own=False)
    assert patient.run(3600) == []


@pytest.mark.parametrize("own", [True, False])
def test_an_own_tor_builds_its_first_circuit_as_soon_as_it_can(own):
    patient = starting(own=own)
    for percent in (5, 50):
        patient.dog.bootstrap(percent, patient.now)
        assert patient.take() == []
    for percent in (75, 75, 80, 95, 100):
        patient.dog.bootstrap(percent, patient.now)
    assert patient.take() == ([ProbeNetwork()] if own else [])


def test_without_circuits_the_network_is_probed_and_tor_restarted_when_it_is_back(patient):
    patient.dog.circuits(False, patient.now)
    assert set(kinds(patient.run(600))) == {ProbeNetwork}
    assert kinds(patient.run(60)) == [ProbeNetwork] * 6
    patient.dog.relay_connected(patient.now)
    actions = [a for a in patient.run(10) if not isinstance(a, ProbeNetwork)]
    assert actions == [RestartTor("the network is back")]


def test_a_tor_that_finds_back_by_itself_is_not_restarted_but_tested(patient):
    patient.dog.circuits(False, patient.now)
    patient.run(60)
    patient.dog.relay_connected(patient.now)
    patient.dog.circuits(True, patient.now)
    assert patient.run(30) == [SelfTest(1)]


def test_a_first_bootstrap_over_a_slow_network_is_not_cut_short_by_its_first_connection():
    patient = starting()
    patient.run(40)
    patient.dog.relay_connected(patient.now)
    assert not [a for a in patient.run(60) if isinstance(a, RestartTor)]


def test_restarts_because_the_network_is_back_become_rarer(patient):
    patient.dog.circuits(False, patient.now)
    restarts = []
    while patient.now < 5000:
        patient.dog.relay_connected(patient.now)
        if any(isinstance(a, RestartTor) for a in patient.run(5)):
            restarts.append(patient.now)
            patient.dog.control_up(patient.now)
    assert len(restarts) <= 16


def test_liveness_that_returns_leads_to_a_test_call(patient):
    patient.dog.liveness(False, patient.now)
    assert patient.run(10) == []
    patient.dog.liveness(True, patient.now)
    assert patient.run(5) == [SelfTest(1)]


# --- the clock ------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [2, -2])
def test_a_leap_of_the_clock_leads_to_a_test_call(patient, hours):
    patient.wall += hours * 3600
    assert patient.run(10) == [SelfTest(1)]


def test_a_suspended_machine_is_tested_on_waking_and_not_blamed_on_tor():
    patient = Patient()
    patient.dog.control_asked(patient.now)
    patient.now += 3600
    patient.wall += 3600
    assert patient.run(10) == [SelfTest(1)]


# --- services -------------------------------------------------------------------------------------


def test_a_service_that_nobody_took_is_published_again_with_growing_pauses():
    patient = starting(services=(1,))
    patient.dog.bootstrap(100, patient.now)
    patient.dog.circuits(True, patient.now)
    actions = patient.run(1200)
    assert actions.count(Republish(1)) in (5, 6)
    assert NewCircuits() in actions
    times = [at for at, action in patient.seen if isinstance(action, Republish)]
    assert times[0] - 1000 == pytest.approx(25)
    assert times[2] - times[1] >= times[1] - times[0]


def test_an_upload_that_is_overdue_is_repaired_and_a_regular_one_is_not(patient):
    patient.reaches = True
    patient.run(119 * 60)
    patient.dog.uploaded(1, patient.now, patient.wall)
    assert patient.run(149 * 60) == []
    assert Republish(1) in patient.run(5 * 60)


def test_a_withdrawn_service_is_forgotten(patient):
    patient.dog.disturbed(patient.now)
    patient.run(5)
    patient.dog.service_removed(1)
    patient.dog.service_removed(1)
    patient.dog.uploaded(1, patient.now, patient.wall)
    patient.dog.tested(1, False, patient.now)
    assert patient.run(3600) == []


def clock_set(patient, hours):
    """Somebody sets the clock; returns what the watchdog does within a minute."""
    patient.wall += hours * 3600
    return patient.run(60)


def announced_by_a_clock_ahead(patient, hours=2.0):
    """The clock was ahead, the services were announced, the clock is right again."""
    patient.reaches = True
    clock_set(patient, hours)
    patient.dog.uploaded(1, patient.now, patient.wall)
    clock_set(patient, -hours)


def test_entrances_that_a_clock_ahead_announced_are_kept_because_no_others_can_be(patient):
    """Directories refuse an announcement with an older time than the one that they hold."""
    announced_by_a_clock_ahead(patient)
    patient.reaches = False
    patient.dog.disturbed(patient.now)
    assert kinds(patient.run(5)) == [SelfTest, NewCircuits]
    patient.dog.inbound(patient.now)
    patient.dog.entrances(1, 0, patient.now)
    assert Republish(1) not in patient.run(600)


def test_entrances_at_which_two_calls_met_nobody_are_given_up_whatever_the_clock_was(patient):
    """Once in 431 trials a device was out of reach for 68 s: it kept what was of no use, and so
    directories had no occasion to refuse what came in its place, which brings reserve onions up.
    """
    announced_by_a_clock_ahead(patient)
    patient.reaches = False
    patient.dog.disturbed(patient.now)
    assert patient.run(15, step=1.0) == [
        SelfTest(1),
        NewCircuits(),
        SelfTest(1),
        NewCircuits(),
        Republish(1),
    ]


def test_the_anti_test_announced_by_a_right_clock_they_are_replaced(patient):
    announced_by_a_clock_ahead(patient, hours=0.0)
    patient.reaches = False
    patient.dog.disturbed(patient.now)
    assert Republish(1) in patient.run(50)


@pytest.mark.parametrize(("hours", "until"), [(2.0, 2.0), (10.0, 3.0)])
def test_they_are_replaced_once_directories_take_others(patient, hours, until):
    """When that time has come, or when directories have forgotten it."""
    announced_by_a_clock_ahead(patient, hours)
    patient.run(until * 3600 - 180)
    patient.dog.entrances(1, 0, patient.now)
    assert Republish(1) not in patient.run(30)
    assert Republish(1) in patient.run(180)


def test_a_service_that_has_no_entrances_left_is_announced_again_whatever_the_clock_was(patient):
    """A new tor: there is nothing to keep, and perhaps a directory has nothing to compare."""
    announced_by_a_clock_ahead(patient)
    patient.dog.control_lost(patient.now)
    patient.dog.control_up(patient.now)
    patient.dog.bootstrap(100, patient.now)
    patient.dog.circuits(True, patient.now)
    assert Republish(1) in patient.run(30)


# --- test calls and their repairs -----------------------------------------------------------------


def shut_while_a_test_call_is_under_way(patient):
    """Entrances end; a test call begins; they are replaced; the call fails. What comes then?"""
    patient.dog.entrances(1, 0, patient.now)
    patient.dog.disturbed(patient.now)
    assert kinds(patient.run(10)) == [SelfTest, Republish]
    patient.dog.uploaded(1, patient.now, patient.wall)
    patient.dog.entrances(1, 3, patient.now)


def test_a_call_to_entrances_that_were_replaced_meanwhile_says_nothing_of_the_new_ones(patient):
    shut_while_a_test_call_is_under_way(patient)
    patient.dog.tested(1, False, patient.now)
    assert patient.run(1, step=1.0) == []
    patient.reaches = True
    assert patient.run(60) == [SelfTest(1)]


def test_the_anti_test_a_call_to_the_new_ones_counts(patient):
    shut_while_a_test_call_is_under_way(patient)
    patient.dog.tested(1, False, patient.now)
    patient.reaches = False
    assert kinds(patient.run(5)) == [SelfTest, Republish]


def test_a_disturbance_leads_to_one_test_call_and_success_ends_it(patient):
    patient.reaches = True
    patient.dog.disturbed(patient.now)
    patient.dog.disturbed(patient.now)
    assert patient.run(600) == [SelfTest(1)]


def test_an_inbound_connection_makes_the_test_call_needless_after_a_disturbance(patient):
    patient.dog.disturbed(patient.now)
    patient.dog.inbound(patient.now)
    assert patient.run(600) == []


def test_failing_test_calls_are_followed_by_ever_stronger_repairs():
    patient = Patient(services=(1, 2))
    patient.reaches = False
    patient.dog.disturbed(patient.now)
    steps = []
    while RestartTor("nobody can reach our services") not in steps:
        for action in patient.run(5):
            steps.append(action)
            if isinstance(action, Republish):
                patient.dog.uploaded(action.service, patient.now, patient.wall)
    assert steps == [
        SelfTest(1),
        Republish(1),
        SelfTest(1),
        NewCircuits(),
        Republish(1),
        Republish(2),
        SelfTest(1),
        RestartTor("nobody can reach our services"),
    ]
    assert patient.now - 1000 <= 60


def test_a_repair_without_any_upload_counts_as_failed(patient):
    patient.reaches = False
    patient.dog.disturbed(patient.now)
    assert kinds(patient.run(75)) == [SelfTest, Republish, NewCircuits, Republish, RestartTor]


def test_a_joined_tor_is_reconnected_as_the_last_step():
    patient = Patient(own=False)
    patient.reaches = False
    patient.dog.disturbed(patient.now)
    assert Reconnect in kinds(patient.run(75))


def test_restarts_that_do_not_help_come_ever_more_slowly(patient):
    patient.reaches = False
    patient.dog.disturbed(patient.now)
    restarts = []
    while patient.now < 1000 + 3 * 3600:
        for action in patient.run(5):
            if isinstance(action, RestartTor):
                restarts.append(patient.now)
                patient.dog.control_lost(patient.now)
                patient.take()
                patient.dog.control_up(patient.now)
                patient.dog.bootstrap(100, patient.now)
                patient.dog.circuits(True, patient.now)
            if isinstance(action, Republish | RestartTor):
                patient.dog.uploaded(1, patient.now, patient.wall)
    assert 5 <= len(restarts) <= 25
    assert restarts[-1] - restarts[-2] >= 600


def test_a_test_call_that_is_never_reported_counts_as_failed(patient):
    patient.dog.disturbed(patient.now)
    actions = patient.run(40)
    assert actions[:2] == [SelfTest(1), Republish(1)]


def test_a_test_call_ends_with_its_tor(patient):
    patient.dog.disturbed(patient.now)
    assert patient.run(5) == [SelfTest(1)]
    patient.dog.control_lost(patient.now)
    patient.dog.tested(1, False, patient.now)
    assert patient.take() == [RestartTor("it ended")]
    patient.dog.control_up(patient.now)
    patient.dog.bootstrap(100, patient.now)
    patient.dog.circuits(True, patient.now)
    patient.dog.uploaded(1, patient.now, patient.wall)
    patient.reaches = True
    assert patient.run(30) == [SelfTest(1)]


def test_services_that_cannot_be_tested_are_published_anew_once_on_suspicion():
    patient = Patient(services=(1, 2), testable=False)
    patient.dog.disturbed(patient.now)
    assert patient.run(20) == [Republish(1), Republish(2)]
    patient.dog.uploaded(1, patient.now, patient.wall)
    patient.dog.uploaded(2, patient.now, patient.wall)
    assert patient.run(600) == []


def test_without_services_there_is_nothing_to_test():
    patient = Patient(services=())
    patient.dog.disturbed(patient.now)
    assert patient.run(24 * 3600) == []


INPUTS = st.sampled_from(
    [
        lambda p: p.dog.control_lost(p.now),
        lambda p: p.dog.control_up(p.now),
        lambda p: p.dog.control_asked(p.now),
        lambda p: p.dog.control_answered(p.now),
        lambda p: p.dog.bootstrap(50, p.now),
        lambda p: p.dog.bootstrap(100, p.now),
        lambda p: p.dog.circuits(True, p.now),
        lambda p: p.dog.circuits(False, p.now),
        lambda p: p.dog.liveness(False, p.now),
        lambda p: p.dog.liveness(True, p.now),
        lambda p: p.dog.relay_connected(p.now),
        lambda p: p.dog.disturbed(p.now),
        lambda p: p.dog.service_added(2, testable=True, now=p.now),
        lambda p: p.dog.service_removed(1),
        lambda p: p.dog.uploaded(1, p.now, p.wall),
        lambda p: p.dog.uploaded(2, p.now, p.wall),
        lambda p: p.dog.inbound(p.now),
        lambda p: p.dog.tested(1, True, p.now),
        lambda p: p.dog.tested(2, False, p.now),
        lambda p: p.run(30),
        lambda p: p.run(300),
    ]
)


@given(st.lists(INPUTS, max_size=40))
def test_whatever_happens_the_watchdog_neither_fails_nor_storms(inputs):
    patient = Patient()
    for happen in inputs:
        happen(patient)
    start = len(patient.seen)
    patient.run(3600)
    strong = [a for _, a in patient.seen[start:] if isinstance(a, RestartTor | Reconnect)]
    assert len(strong) <= 70
    assert len(patient.seen) - start <= 500


# --- circuits that have gone, before tor says so -------------------------------------------------


def test_a_cut_is_lost_network_at_once_and_tors_word_does_not_hide_it(patient):
    patient.dog.cut(True, patient.now)
    for _ in range(5):
        patient.run(5)
        patient.dog.circuits(True, patient.now)
    assert ProbeNetwork() in [action for _, action in patient.seen]
    patient.dog.relay_connected(patient.now)
    assert RestartTor("the network is back") in patient.run(25)


def test_the_anti_test_without_the_cut_tors_word_hides_it(patient):
    for _ in range(5):
        patient.run(5)
        patient.dog.circuits(True, patient.now)
    assert patient.seen == []


def test_a_short_cut_that_heals_by_itself_needs_nothing(patient):
    patient.dog.cut(True, patient.now)
    patient.run(5)
    patient.dog.cut(False, patient.now)
    assert patient.run(300) == []


def test_a_published_service_without_entrance_is_published_again(patient):
    patient.dog.entrances(1, 0, patient.now)
    assert patient.run(5) == []
    assert patient.run(5) == [Republish(1)]


def test_entrances_that_come_back_soon_need_no_repair(patient):
    patient.dog.entrances(1, 0, patient.now)
    patient.run(5)
    patient.dog.entrances(1, 2, patient.now)
    assert patient.run(300) == []


def test_entrances_are_not_missed_while_there_are_no_circuits_or_none_are_told(patient):
    patient.dog.entrances(1, None, patient.now)
    patient.dog.entrances(9, 0, patient.now)
    assert patient.run(60) == []
    patient.dog.entrances(1, 0, patient.now)
    patient.dog.circuits(False, patient.now)
    assert Republish(1) not in patient.run(60)


def test_a_repair_of_entrances_that_does_not_help_comes_ever_more_slowly(patient):
    for _ in range(60):
        patient.dog.entrances(1, 0, patient.now)
        patient.run(5)
        patient.dog.uploaded(1, patient.now, patient.wall)
    times = [at for at, action in patient.seen if action == Republish(1)]
    assert len(times) >= 2 and all(b - a >= 60 for a, b in zip(times, times[1:], strict=False))


def back_after(cut_seconds, phase):
    """Seconds from the end of a cut to the restart that undoes it, tor having given its guards up.

    `phase`: where in the watchdog's pace the cut begins.
    """
    patient = Patient()
    patient.now += phase
    patient.dog.cut(True, patient.now)
    end = patient.now + cut_seconds
    next_tick = patient.now + 5.0 - phase
    while patient.now < end + 60:
        patient.now = next_tick
        patient.wall = 5_000_000.0 + patient.now - 1000.0
        patient.dog.tick(patient.now, patient.wall)
        for action in patient.take():
            if isinstance(action, ProbeNetwork) and patient.now >= end:
                patient.dog.relay_connected(patient.now + 0.5)
            elif isinstance(action, RestartTor):
                return patient.now - end
        next_tick = patient.now + patient.dog.pace()
    return None


@pytest.mark.parametrize("phase", [0.0, 2.5, 4.9])
@pytest.mark.parametrize("seconds", [1.0, 7.0, 12.0, 20.0, 33.0, 600.0, 605.0])
def test_tor_is_started_anew_soon_after_the_end_of_a_cut_however_long(seconds, phase):
    """What remains of the 30 seconds is for the start, the uploads and a circuit. (With a look
    every five seconds and a probe every twenty it took up to 33 s.)"""
    after = back_after(seconds, phase)
    assert after is not None
    assert after <= 16


def test_the_watchdog_looks_more_often_while_something_is_amiss(patient):
    assert patient.dog.pace() == 5.0
    patient.dog.disturbed(patient.now)
    assert patient.dog.pace() == 1.0
    patient.reaches = True
    patient.run(10)
    assert patient.dog.pace() == 5.0
    patient.dog.cut(True, patient.now)
    assert patient.dog.pace() == 1.0
