"""The control connection against a tor that is played: replies, refusals, silence, nonsense."""

import pytest
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import ConnectError
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport

from onionchat.errors import InvalidInput, TorFailed
from onionchat.net.transports.interface import ServiceSpec
from onionchat.net.transports.tor import control as control_module
from onionchat.net.transports.tor import onions, upkeep
from onionchat.net.transports.tor.control import CommandRefused, connect_control
from onionchat.net.transports.tor.events import Bootstrap, CircuitsEstablished, Liveness
from onionchat.net.transports.tor.join import TcpPlace, UnixPlace, find_socks
from onionchat.protocol.crypto.keys import SigningKey

HELLO = {
    "PROTOCOLINFO 1": "250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n250 OK",
    "AUTHENTICATE": "250 OK",
    "GETINFO signal/names": "250-signal/names=NEWNYM\r\n250 OK",
    "GETINFO version": "250-version=0.4.9.11\r\n250 OK",
    "GETINFO events/names": "250-events/names=STATUS_CLIENT NETWORK_LIVENESS WARN\r\n250 OK",
    "USEFEATURE EXTENDED_EVENTS": "250 OK",
}


class PlayedTor(StringTransport):
    """Answers each command by its script; what is not in it gets no answer."""

    def __init__(self, answers):
        super().__init__()
        self.answers = HELLO | answers
        self.commands = []
        self.protocol = None
        self.aborted = False
        self._saying = False
        self._queue = []

    def connect(self, factory):
        self.protocol = factory.buildProtocol(None)
        self.protocol.makeConnection(self)
        return succeed(self.protocol)

    def write(self, data):
        for command in data.decode().splitlines():
            self.commands.append(command)
            answer = self.answers.get(command)
            if answer is not None:
                self.say(answer)

    def say(self, text):
        # Not from within `write`: as over a socket, the answer comes after the command was sent.
        self._queue.append(text.encode("utf-8", "surrogateescape") + b"\r\n")
        if self._saying or self.protocol is None:
            return
        self._saying = True
        while self._queue and not self.aborted:
            self.protocol.dataReceived(self._queue.pop(0))
        self._saying = False

    def abortConnection(self):
        if not self.aborted:
            self.aborted = True
            self.protocol.connectionLost(_lost())


def _lost():
    from twisted.internet.error import ConnectionLost
    from twisted.python.failure import Failure

    return Failure(ConnectionLost())


def outcome(work):
    """The result or the exception of a coroutine; None if it is not done by now."""
    results = []
    Deferred.fromCoroutine(work).addBoth(results.append)
    if not results:
        return None
    return getattr(results[0], "value", results[0])


def connected(**answers):
    clock, tor = Clock(), PlayedTor({key.replace("_", " "): v for key, v in answers.items()})
    tor.answers.update(answers)
    made = outcome(connect_control(tor, clock))
    if made is None:
        tor.say("")
    assert isinstance(made, control_module.Control), made
    return made, tor, clock


@pytest.fixture
def joined():
    return connected()


def test_it_authenticates_and_knows_the_version(joined):
    assert joined[0].version == "0.4.9.11"


def test_a_command_returns_the_reply(joined):
    control, tor, _ = joined
    tor.answers["GETINFO x"] = "250-x=1\r\n250 OK"
    assert outcome(control.command("GETINFO x")) == "x=1"
    assert outcome(control.getinfo("x")) == "1"


def test_a_long_reply_goes_line_by_line(joined):
    control, tor, _ = joined
    tor.answers["GETINFO ns/all"] = "250+ns/all=\r\nr one\r\ns Fast\r\n.\r\n250 OK"
    lines = []
    outcome(control.command("GETINFO ns/all", on_line=lines.append))
    assert [line for line in lines if line[:1] in "rs"] == ["r one", "s Fast"]


def test_a_refusal_has_its_code_and_no_text(joined):
    control, tor, _ = joined
    tor.answers["X"] = "552 Unrecognized key 192.0.2.1"
    error = outcome(control.command("X"))
    assert isinstance(error, CommandRefused) and error.status == 552
    assert "192" not in str(error)


@pytest.mark.parametrize("line", ["A\r\nB", "A\nB", "A\0", "\u00e9"])
def test_a_command_is_one_line_of_ascii(joined, line):
    assert isinstance(outcome(joined[0].command(line)), InvalidInput)


def test_silence_is_a_failure_after_half_a_minute(joined):
    control, _, clock = joined
    results = []
    Deferred.fromCoroutine(control.command("GETINFO x")).addErrback(results.append)
    clock.advance(29)
    assert results == []
    clock.advance(2)
    results[0].trap(TorFailed)


def test_a_lost_connection_fails_what_waits_and_is_told_once(joined):
    control, tor, _ = joined
    lost, results = [], []
    control.on_lost = lambda: lost.append(True)
    for _ in range(2):
        Deferred.fromCoroutine(control.command("ADD_ONION secret")).addErrback(results.append)
    tor.abortConnection()
    assert [type(failure.value) for failure in results] == [TorFailed, TorFailed]
    assert not any("secret" in str(failure) for failure in results)
    assert lost == [True]
    assert isinstance(outcome(control.command("X")), TorFailed)


def test_closing_tells_nobody(joined):
    control, tor, _ = joined
    control.on_lost = lambda: pytest.fail("told")
    control.close()
    assert tor.aborted


def test_events_arrive_parsed_and_unknown_ones_are_not_asked_for(joined):
    control, tor, _ = joined
    seen = []
    tor.answers["SETEVENTS STATUS_CLIENT NETWORK_LIVENESS"] = "250 OK"
    names = ["STATUS_CLIENT", "NETWORK_LIVENESS", "NEW_IN_0_5"]
    outcome(control.subscribe(names, seen.append))
    tor.say('650 STATUS_CLIENT NOTICE BOOTSTRAP PROGRESS=5 TAG=conn SUMMARY="Caf\u00e9"')
    tor.say("650 NETWORK_LIVENESS NONSENSE")
    tor.say("650 NETWORK_LIVENESS UP")
    assert [type(event) for event in seen] == [Bootstrap, Liveness]
    assert not tor.aborted


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "99",
        "250",
        "7000 x",
        "250xOK",
        "\u00e9\u00e9",
        "250 unasked",
        "123 OK",
        "999-x\r\n999 y",
    ],
)
def test_nonsense_ends_the_connection_not_the_node(joined, line):
    control, tor, _ = joined
    lost = []
    control.on_lost = lambda: lost.append(True)
    tor.say(line)
    assert tor.aborted and lost == [True]


def test_a_reply_without_end_is_cut_off(joined, monkeypatch):
    control, tor, _ = joined
    monkeypatch.setattr(control_module, "MAX_REPLY_BYTES", 10_000)
    tor.answers["GETINFO x"] = "250+x="
    results = []
    Deferred.fromCoroutine(control.command("GETINFO x")).addErrback(results.append)
    for _ in range(20):
        if not tor.aborted:
            tor.say("y" * 1000)
    assert tor.aborted and isinstance(results[0].value, TorFailed)


def test_a_line_without_end_is_cut_off(joined):
    _, tor, _ = joined
    tor.protocol.dataReceived(b"2" * (2**20 + 10))
    assert tor.aborted


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("PROTOCOLINFO 1", "250-PROTOCOLINFO 1\r\n250 OK"),
        ("PROTOCOLINFO 1", '250-AUTH METHODS=COOKIE COOKIEFILE="/nowhere/x"\r\n250 OK'),
        ("PROTOCOLINFO 1", "250-AUTH METHODS=HASHEDPASSWORD\r\n250 OK"),
        ("AUTHENTICATE", "515 no"),
        ("GETINFO version", "510 Command filtered"),
    ],
)
def test_a_tor_that_lets_us_not_in_is_a_named_failure(command, answer):
    tor = PlayedTor({command: answer})
    error = outcome(connect_control(tor, Clock()))
    assert isinstance(error, TorFailed) and "/nowhere" not in str(error)
    assert tor.aborted


def test_a_tor_that_says_nothing_at_all_times_out():
    tor, clock, results = PlayedTor({}), Clock(), []
    tor.answers.clear()
    Deferred.fromCoroutine(connect_control(tor, clock)).addErrback(results.append)
    clock.advance(21)
    results[0].trap(TorFailed)


def test_nobody_listening_is_left_to_the_caller():
    class Nobody:
        def connect(self, factory):
            return fail(ConnectError())

    assert isinstance(outcome(connect_control(Nobody(), Clock())), ConnectError)


def test_a_filtered_signal_list_does_not_matter():
    connected(**{"GETINFO signal/names": "510 Command filtered"})


# --- what is built on it --------------------------------------------------------------------------

SPEC = ServiceSpec(SigningKey(b"\1" * 32), (), "x", proof_of_work=True)


def test_proof_of_work_is_left_out_for_a_tor_that_does_not_know_it(joined):
    control, tor, _ = joined
    with_pow = onions.add_onion(SPEC, "unix:/s", proof_of_work=True)
    without = onions.add_onion(SPEC, "unix:/s", proof_of_work=False)
    tor.answers |= {with_pow: "512 Bad arguments", without: "250 OK"}
    assert outcome(onions.publish(control, SPEC, "unix:/s", extra_key=None)) is None
    assert tor.commands[-2:] == [with_pow, without]


def test_another_refusal_is_not_hidden(joined):
    control, tor, _ = joined
    tor.answers[onions.add_onion(SPEC, "unix:/s", proof_of_work=True)] = "550 collision"
    error = outcome(onions.publish(control, SPEC, "unix:/s", extra_key=None))
    assert isinstance(error, CommandRefused) and error.status == 550


def test_withdrawing_what_is_not_there_is_fine(joined):
    control, tor, _ = joined
    command = f"DEL_ONION {onions.onion_host(SPEC.onion_key)}"
    tor.answers[command] = "552 Unknown Onion Service id"
    assert outcome(onions.withdraw(control, SPEC.onion_key)) is None
    tor.answers[command] = "551 Internal error"
    assert isinstance(outcome(onions.withdraw(control, SPEC.onion_key)), CommandRefused)


def test_the_present_state_is_caught_up_with(joined):
    control, tor, _ = joined
    tor.answers |= {
        "GETINFO status/bootstrap-phase": "250-status/bootstrap-phase=NOTICE BOOTSTRAP "
        'PROGRESS=100 TAG=done SUMMARY="Done"\r\n250 OK',
        "GETINFO status/circuit-established": "250-status/circuit-established=0\r\n250 OK",
    }
    expected = Bootstrap(100, "done", "Done")
    assert outcome(upkeep.present_state(control)) == [expected, CircuitsEstablished(False)]
    tor.answers["GETINFO status/circuit-established"] = "510 Command filtered"
    assert outcome(upkeep.present_state(control)) == [expected, CircuitsEstablished(True)]
    tor.answers["GETINFO status/bootstrap-phase"] = "250-status/bootstrap-phase=?\r\n250 OK"
    assert outcome(upkeep.present_state(control)) == [CircuitsEstablished(False)]


def test_the_probe_goes_to_the_first_guard_that_may_be_used(joined):
    control, tor, _ = joined
    print_ = "0123456789ABCDEF0123456789ABCDEF01234567"
    tor.answers |= {
        "GETINFO entry-guards": f"250+entry-guards=\r\n${print_}~nick down\r\n.\r\n250 OK",
        f"EXTENDCIRCUIT 0 ${print_}": "250 EXTENDED 7",
    }
    outcome(upkeep.probe_network(control))
    assert tor.commands[-1] == f"EXTENDCIRCUIT 0 ${print_}"
    tor.answers[f"EXTENDCIRCUIT 0 ${print_}"] = "552 no descriptor"
    assert outcome(upkeep.probe_network(control)) is None
    tor.answers["GETINFO entry-guards"] = "250-entry-guards=\r\n250 OK"
    assert outcome(upkeep.probe_network(control)) is None


def test_the_socks_port_of_a_joined_tor(joined):
    control, tor, _ = joined
    question = "GETINFO net/listeners/socks"
    gateway = TcpPlace("10.152.152.10", 9051)
    tor.answers[question] = '250-net/listeners/socks="127.0.0.1:9050"\r\n250 OK'
    assert outcome(find_socks(control, gateway, None)) == TcpPlace("10.152.152.10", 9050)
    assert outcome(find_socks(control, UnixPlace("/c"), None)) == TcpPlace("127.0.0.1", 9050)
    assert outcome(find_socks(control, gateway, UnixPlace("/s"))) == UnixPlace("/s")
    tor.answers[question] = "510 Command filtered"
    assert outcome(find_socks(control, gateway, None)) == TcpPlace("10.152.152.10", 9050)
    tor.answers[question] = "250-net/listeners/socks=\r\n250 OK"
    assert isinstance(outcome(find_socks(control, gateway, None)), TorFailed)
