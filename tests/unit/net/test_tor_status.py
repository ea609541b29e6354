"""What the person is told, from what tor said."""

import pytest

from onionchat.errors import (
    PluginMissing,
    TorFailed,
    TorNotFound,
    TorTooOld,
    UnsafePermissions,
)
from onionchat.net.transports.interface import Phase, ServiceSpec, ServiceState, TroubleKind
from onionchat.net.transports.tor.events import (
    Bootstrap,
    CircuitsEstablished,
    ClockJumped,
    ClockSkew,
    Liveness,
    Said,
)
from onionchat.net.transports.tor.status import (
    DOUBTED,
    MUTE,
    NO_ENTRANCE,
    NO_PATH,
    NOT_PUBLISHED,
    UPLOAD_FAILURES,
    StatusBoard,
)
from onionchat.protocol.crypto.keys import SigningKey

SPEC = ServiceSpec(SigningKey(b"\1" * 32), (), "invite 1")


def board(bridges=False):
    made = StatusBoard(own=True, bridges=bridges)
    made.starting()
    made.connected("0.4.9.11", 0.0)
    return made


def online():
    made = board()
    made.apply(Bootstrap(100, "done", "Done"))
    made.apply(CircuitsEstablished(True))
    return made


def kinds(made):
    return [trouble.kind for trouble in made.snapshot().troubles]


def test_a_start_goes_through_its_phases():
    made = StatusBoard(own=True, bridges=False)
    phases = [made.snapshot().phase]
    for step in (
        made.starting,
        lambda: made.connected("0.4.9.11", 1.0),
        lambda: made.apply(Bootstrap(50, "loading", "Loading")),
        lambda: made.apply(Bootstrap(100, "done", "Done")),
        lambda: made.apply(CircuitsEstablished(True)),
    ):
        step()
        phases.append(made.snapshot().phase)
    assert phases == [
        Phase.STOPPED,
        Phase.STARTING,
        Phase.CONNECTING,
        Phase.CONNECTING,
        Phase.CONNECTING,
        Phase.ONLINE,
    ]
    assert made.snapshot().version == "0.4.9.11"


def test_progress_is_told_with_its_step():
    made = board()
    made.apply(Bootstrap(45, "requesting", "Asking for relay descriptors"))
    status = made.snapshot()
    assert (status.percent, status.tag) == (45, "requesting")
    assert status.summary == "Connecting to Tor: 45 % (Asking for relay descriptors)."


def test_reachable_from_the_first_upload_on_and_not_before():
    made = online()
    made.service_added(1, SPEC, 5.0)
    assert not made.snapshot().reachable
    made.uploaded(1, 6.0)
    status = made.snapshot()
    assert status.reachable
    (service,) = status.services
    assert (service.state, service.published_at, service.uploads) == (
        ServiceState.PUBLISHED,
        6.0,
        1,
    )


def test_not_reachable_without_circuits_or_while_publishing_again():
    made = online()
    made.service_added(1, SPEC, 5.0)
    made.uploaded(1, 6.0)
    made.apply(CircuitsEstablished(False))
    assert not made.snapshot().reachable
    made.apply(CircuitsEstablished(True))
    assert made.snapshot().reachable
    made.republishing(1, 7.0)
    assert not made.snapshot().reachable


def test_a_service_asked_for_early_waits_then_is_published():
    made = StatusBoard(own=True, bridges=False)
    made.service_added(1, SPEC, 0.0)
    assert made.service(1).state is ServiceState.WAITING
    made.connected("x", 1.0)
    assert made.service(1).state is ServiceState.PUBLISHING


def test_many_refusals_without_success_are_a_failure():
    made = online()
    made.service_added(1, SPEC, 0.0)
    for _ in range(UPLOAD_FAILURES):
        assert made.service(1).state is ServiceState.PUBLISHING
        made.upload_failed(1, 1.0)
    assert made.service(1).state is ServiceState.FAILED
    made.uploaded(1, 2.0)
    assert (made.service(1).state, made.service(1).failures) == (ServiceState.PUBLISHED, 0)


def refused():
    made = online()
    made.service_added(1, SPEC, 0.0)
    for _ in range(UPLOAD_FAILURES):
        made.upload_failed(1, 1.0)
    return made


def test_a_refused_service_is_told_and_counts_so_until_it_is_taken():
    made = refused()
    assert kinds(made) == [TroubleKind.UPLOAD]
    made.republishing(1, 2.0)
    assert made.service(1).state is ServiceState.FAILED
    made.uploaded(1, 3.0)
    assert kinds(made) == []


@pytest.mark.parametrize(
    "end", [lambda made: made.connected("x", 2.0), lambda made: made.service_removed(1)]
)
def test_a_refusal_ends_with_the_tor_that_was_refused_and_with_the_service(end):
    made = refused()
    end(made)
    assert kinds(made) == []
    made.upload_failed(1, 3.0)
    assert kinds(made) == []


def test_single_refusals_do_not_unpublish():
    made = online()
    made.service_added(1, SPEC, 0.0)
    made.uploaded(1, 1.0)
    for _ in range(20):
        made.upload_failed(1, 2.0)
    assert made.service(1).state is ServiceState.PUBLISHED


def test_events_about_unknown_services_are_ignored():
    made = online()
    made.uploaded(9, 1.0)
    made.upload_failed(9, 1.0)
    made.service_refused(9, 1.0)
    made.service_removed(9)
    assert made.snapshot().services == ()


def test_tor_that_failed_says_why_and_nothing_is_reachable():
    made = online()
    made.service_added(1, SPEC, 0.0)
    made.uploaded(1, 1.0)
    made.failed(TorFailed("Tor ended."), 2.0)
    status = made.snapshot()
    assert (status.phase, status.summary, status.reachable) == (Phase.FAILED, "Tor ended.", False)
    assert kinds(made) == [TroubleKind.STOPPED_WORKING]
    made.connected("x", 3.0)
    assert kinds(made) == []


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (TorNotFound(), TroubleKind.NOT_FOUND),
        (TorTooOld(), TroubleKind.TOO_OLD),
        (PluginMissing(), TroubleKind.BRIDGE),
        (UnsafePermissions(), TroubleKind.STOPPED_WORKING),
    ],
)
def test_each_error_has_its_kind_and_goes_with_the_next_start(error, kind):
    made = board()
    made.failed(error, 1.0)
    assert kinds(made) == [kind]
    made.connected("x", 2.0)
    assert kinds(made) == []


def test_stopping_clears_everything_but_the_services():
    made = online()
    made.service_added(1, SPEC, 0.0)
    made.uploaded(1, 1.0)
    made.apply(Liveness(False))
    made.stopped(2.0)
    status = made.snapshot()
    assert (status.phase, status.troubles) == (Phase.STOPPED, ())
    assert status.services[0].state is ServiceState.WAITING


@pytest.mark.parametrize(
    ("reason", "bridges", "kind", "words"),
    [
        ("NOROUTE", False, TroubleKind.NO_NETWORK, "no network"),
        ("TIMEOUT", False, TroubleKind.BLOCKED, "a bridge may help"),
        ("CONNECTREFUSED", True, TroubleKind.BRIDGE, "bridges do not answer"),
        ("PT_MISSING", True, TroubleKind.BRIDGE, "bridges do not answer"),
        ("CLOCK_SKEW", False, TroubleKind.CLOCK, "clock"),
    ],
)
def test_reasons_become_sentences_and_go_with_progress(reason, bridges, kind, words):
    made = board(bridges)
    made.apply(Bootstrap(5, "conn", "Connecting", reason, "x", 1))
    (trouble,) = made.snapshot().troubles
    assert trouble.kind is kind and words in trouble.sentence
    made.apply(Bootstrap(100, "done", "Done"))
    made.apply(CircuitsEstablished(True))
    assert kinds(made) == []


def test_an_unknown_reason_adds_nothing():
    made = board()
    made.apply(Bootstrap(5, "conn", "Connecting", "MISC", "x", 1))
    assert kinds(made) == []


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (7200, "about 2 hours ahead"),
        (-3600, "about 1 hour behind"),
        (-86400 * 365, "about 365 days behind"),
        (1800, "about 1 hour ahead"),
    ],
)
def test_a_wrong_clock_is_told_with_its_hours(seconds, words):
    made = board()
    made.apply(ClockSkew(seconds))
    assert words in made.snapshot().troubles[0].sentence
    made.apply(ClockSkew(5))
    assert kinds(made) == []


def test_the_reason_of_a_problem_tells_how_wrong_the_clock_is():
    made = board()
    warning = "Clock skew -108000 in NETINFO cell from OR"
    made.apply(Bootstrap(14, "handshake", "Handshaking", "CLOCK_SKEW", warning, 1))
    (trouble,) = made.snapshot().troubles
    assert (trouble.kind, "about 30 hours behind" in trouble.sentence) == (TroubleKind.CLOCK, True)


@pytest.mark.parametrize(
    ("said", "words"),
    [("not yet valid", "far behind"), ("already expired", "far ahead")],
)
def test_a_clock_that_makes_certificates_invalid_is_no_blocked_network(said, words):
    made = board()
    made.apply(Bootstrap(14, "handshake", "Handshaking", "DONE", "x", 1))
    assert kinds(made) == [TroubleKind.BLOCKED]
    text = f"Certificate {said}. Either their clock is set wrong, or your clock is wrong."
    made.apply(Said("WARN", text))
    made.apply(Bootstrap(14, "handshake", "Handshaking", "DONE", "x", 2))
    (trouble,) = made.snapshot().troubles
    assert trouble.kind is TroubleKind.CLOCK and words in trouble.sentence
    # Set right, what is left is told again.
    made.apply(ClockJumped(10**7))
    made.apply(Bootstrap(14, "handshake", "Handshaking", "DONE", "x", 3))
    assert kinds(made) == [TroubleKind.BLOCKED]
    made.apply(Said("WARN", "Something else."))
    assert kinds(made) == [TroubleKind.BLOCKED]


@pytest.mark.parametrize(
    "wrong",
    [lambda made: made.apply(ClockSkew(-18000)), lambda made: made.clock_by_consensus(-18000)],
)
def test_a_wrong_clock_is_not_forgotten_because_tor_finds_its_way(wrong):
    """With a bootstrap of 100 %, asked for every half minute, it was dropped."""
    made = board()
    wrong(made)
    made.apply(Bootstrap(100, "done", "Done"))
    made.apply(CircuitsEstablished(True))
    made.apply(Bootstrap(100, "done", "Done"))
    (trouble,) = made.snapshot().troubles
    assert "5 hours behind" in trouble.sentence
    made.apply(ClockJumped(18000))
    assert kinds(made) == []


def test_what_a_single_relay_says_of_the_clock_ends_when_tor_works():
    made = board()
    warning = "Clock skew -108000 in NETINFO cell from OR"
    made.apply(Bootstrap(14, "handshake", "Handshaking", "CLOCK_SKEW", warning, 1))
    made.apply(Bootstrap(100, "done", "Done"))
    assert kinds(made) == []


def test_the_consensus_takes_back_only_what_it_said():
    made = online()
    made.clock_by_consensus(7200)
    assert "at least 2 hours ahead" in made.snapshot().troubles[0].sentence
    made.clock_by_consensus(None)
    assert kinds(made) == []
    made.apply(ClockSkew(7200))
    made.clock_by_consensus(None)
    assert kinds(made) == [TroubleKind.CLOCK]


def test_a_dead_network_is_told_and_forgotten():
    made = online()
    made.apply(Liveness(False))
    assert kinds(made) == [TroubleKind.NO_NETWORK]
    made.apply(Liveness(True))
    assert kinds(made) == []


def test_guards_are_counted_or_explained():
    made = online()
    made.guards(0, "The network is too small.")
    assert kinds(made) == [TroubleKind.GUARDS]
    made.guards(4)
    assert (made.snapshot().guards_pinned, kinds(made)) == (4, [])


# --- whether a contact could reach this device now ------------------------------------------------


def published():
    made = online()
    made.service_added(1, SPEC, 5.0)
    made.uploaded(1, 6.0)
    made.paths(True, {1: 3})
    assert made.snapshot().reachable and made.snapshot().summary == "Connected to Tor."
    return made


def told(made):
    status = made.snapshot()
    return status.phase, status.reachable, status.summary


def test_a_tor_whose_circuits_have_all_gone_is_not_online_whatever_it_says():
    made = published()
    made.paths(False, {1: 0})
    assert told(made) == (Phase.CONNECTING, False, NO_PATH) and made.cut
    # tor goes on saying that all is well for another minute.
    made.apply(CircuitsEstablished(True))
    made.apply(Bootstrap(100, "done", "Done"))
    assert told(made) == (Phase.CONNECTING, False, NO_PATH)
    made.paths(True, {1: 0})
    assert told(made) == (Phase.ONLINE, False, NO_ENTRANCE) and not made.cut
    made.paths(True, {1: 1})
    assert told(made) == (Phase.ONLINE, True, "Connected to Tor.")


def test_a_node_that_offers_nothing_need_not_have_circuits():
    made = online()
    made.paths(False, {})
    assert made.snapshot().phase is Phase.ONLINE
    made.service_added(1, SPEC, 5.0)
    made.paths(False, {1: 0})
    assert told(made) == (Phase.ONLINE, False, NOT_PUBLISHED)


def test_nobody_gets_through_a_tor_that_does_not_answer():
    made = published()
    made.answering(False)
    assert told(made) == (Phase.CONNECTING, False, MUTE)
    made.paths(True, {1: 3})
    assert told(made) == (Phase.CONNECTING, False, MUTE)
    made.answering(True)
    assert told(made) == (Phase.ONLINE, True, "Connected to Tor.")


def test_a_tor_that_does_not_answer_before_it_is_connected_changes_no_word():
    made = board()
    before = made.snapshot()
    made.answering(False)
    assert made.snapshot() == before
    made.connected("0.4.9.11", 5.0)
    made.apply(Bootstrap(100, "done", "Done"))
    made.apply(CircuitsEstablished(True))
    assert made.snapshot().phase is Phase.ONLINE


def test_a_cut_ends_with_the_service_that_showed_it():
    made = published()
    made.paths(False, {1: 0})
    made.service_removed(1)
    made.paths(False, {})
    assert made.snapshot().phase is Phase.ONLINE


def test_of_a_tor_that_does_not_tell_its_circuits_nothing_is_concluded():
    made = published()
    made.paths(False, {1: None})
    assert told(made) == (Phase.ONLINE, True, "Connected to Tor.")


def test_one_of_two_services_without_entrance_is_told_but_the_other_still_counts():
    made = published()
    made.service_added(2, ServiceSpec(SigningKey(b"\2" * 32), (), "invite 2"), 5.0)
    made.uploaded(2, 6.0)
    made.paths(True, {1: 0, 2: 3})
    status = made.snapshot()
    assert status.reachable and status.summary == NO_ENTRANCE
    assert [service.answers for service in status.services] == [False, True]


def test_a_failed_test_call_makes_it_offline_until_somebody_comes_through():
    made = published()
    made.tested(reached=False)
    assert told(made) == (Phase.ONLINE, False, DOUBTED)
    made.tested(reached=True)
    assert made.snapshot().reachable


@pytest.mark.parametrize("end", ["failed", "stopped", "connected"])
def test_what_was_known_of_circuits_ends_with_the_tor_that_had_them(end):
    made = published()
    made.paths(False, {1: 0})
    made.tested(reached=False)
    if end == "failed":
        made.failed(TorFailed("It ended."), 9.0)
        made.paths(False, {1: None})
        assert made.snapshot().phase is Phase.FAILED
    elif end == "stopped":
        made.stopped(9.0)
        made.paths(False, {1: None})
        assert made.snapshot().phase is Phase.STOPPED
    else:
        made.connected("0.4.9.11", 9.0)
    status = made.snapshot()
    assert not status.doubted and not made.cut
    assert [service.entrances for service in status.services] == [None]
