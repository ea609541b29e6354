"""What an own tor tells of circuits, connections and bridges: counts, and nothing else of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onionchat.net.transports.tor.bridges import parse_bridge
from onionchat.net.transports.tor.details import (
    BridgeState,
    Circuits,
    TorDetails,
    bridge_states,
    count_circuits,
    nothing,
)

ONE, TWO = "A" * 40, "B" * 40
PATH = f"${ONE}~relay,${TWO}~other"
ONION = "a" * 56


def circuit(number, purpose, state="", status="BUILT", flags="IS_INTERNAL,NEED_CAPACITY"):
    line = f"{number} {status} {PATH} BUILD_FLAGS={flags} PURPOSE={purpose}"
    return line + (f" HS_STATE={state}" if state else "") + f" REND_QUERY={ONION}"


def test_circuits_are_counted_by_what_they_are_for():
    lines = [
        circuit(1, "HS_SERVICE_INTRO", "HSSI_ESTABLISHED"),
        circuit(2, "HS_SERVICE_INTRO", "HSSI_ESTABLISHED"),
        circuit(3, "HS_CLIENT_REND", "HSCR_JOINED"),
        circuit(4, "HS_SERVICE_REND", "HSSR_JOINED"),
        circuit(5, "HS_CLIENT_REND", "HSCR_ESTABLISHED_WAITING"),
        circuit(6, "HS_CLIENT_INTRO", "HSCI_CONNECTING"),
        circuit(7, "HS_CLIENT_HSDIR"),
        circuit(8, "GENERAL"),
        circuit(9, "HS_VANGUARDS"),
        circuit(10, "PATH_BIAS_TESTING"),
        circuit(11, "GENERAL", status="EXTENDED"),
        circuit(12, "GENERAL", flags="ONEHOP_TUNNEL,IS_INTERNAL"),
        "",
        "x",
        "13 BUILT",
    ]
    assert count_circuits(lines) == Circuits(
        entrances=2, joined=2, calling=2, directory=1, ready=2, other=2
    )


@given(st.lists(st.text()))
def test_whatever_tor_says(lines):
    count_circuits(lines)
    assert bridge_states([parse_bridge(f"192.0.2.1:443 {ONE}")], lines, lines)


@pytest.mark.parametrize(
    ("connections", "guards", "state"),
    [
        ([f"${ONE}~relay CONNECTED"], [], BridgeState.CONNECTED),
        ([f"${ONE} LAUNCHED"], [f"${ONE}~relay never-connected"], BridgeState.UNTRIED),
        ([f"${TWO}~relay CONNECTED"], [f"${ONE}~relay up"], BridgeState.ANSWERED),
        ([], [f"${ONE}~relay down 2026-01-01 00:00:00"], BridgeState.SILENT),
        ([], [f"{ONE} unusable 2026-01-01 00:00:00"], BridgeState.SILENT),
        ([], [f"${ONE}~relay unlisted"], BridgeState.UNKNOWN),
        ([], [], BridgeState.UNKNOWN),
    ],
)
def test_a_bridge_by_its_fingerprint(connections, guards, state):
    other = parse_bridge("192.0.2.2:443")
    bridges = [parse_bridge(f"192.0.2.1:443 {ONE.lower()}"), other]
    assert bridge_states(bridges, connections, guards) == (state, BridgeState.UNKNOWN)


def test_the_only_bridge_needs_no_fingerprint():
    alone = [parse_bridge("192.0.2.2:443")]
    assert bridge_states(alone, [f"${TWO}~x CONNECTED"], []) == (BridgeState.CONNECTED,)
    assert bridge_states(alone, [], [f"${TWO}~x up"]) == (BridgeState.UNKNOWN,)


def test_without_a_tor_nothing_is_known():
    bridges = [parse_bridge("192.0.2.2:443")] * 2
    assert nothing(bridges) == TorDetails(bridges=(BridgeState.UNKNOWN,) * 2)
