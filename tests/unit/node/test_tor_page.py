"""What a person is shown of Tor, and what becomes of bridge lines."""

import shutil
from dataclasses import replace

import msgspec
import pytest

from onionchat.errors import InvalidInput
from onionchat.net.transports.interface import (
    Phase,
    ServiceState,
    ServiceStatus,
    TransportStatus,
    Trouble,
    TroubleKind,
)
from onionchat.net.transports.tor.bridges import MAX_BRIDGES, parse_bridge, parse_bridges
from onionchat.net.transports.tor.details import BridgeState, Circuits, TorDetails
from onionchat.node.tor_page import ADVICE, BRIDGE_SENTENCES, TorPage, check_bridges
from onionchat.views import TorView

PLAIN = "192.0.2.1:443 " + "A" * 40
OBFS4 = f"obfs4 192.0.2.1:443 {'B' * 40} cert=abc iat-mode=0"
TOR = TorView(True, 100, "Connected to Tor.")
QUIET = TransportStatus("tor", Phase.ONLINE, 100)


def test_each_trouble_has_its_advice_and_each_state_its_sentence():
    assert set(ADVICE) == set(TroubleKind)
    assert set(BRIDGE_SENTENCES) == set(BridgeState)


def test_a_trouble_is_remembered_when_it_is_over():
    page = TorPage()
    blocked = Trouble(TroubleKind.BLOCKED, "The network seems to block Tor.")
    clock = Trouble(TroubleKind.CLOCK, "The clock is wrong.")
    page.noticed(replace(QUIET, troubles=(blocked,)), 1000.0)
    page.noticed(replace(QUIET, troubles=(blocked, clock)), 1010.0)
    page.noticed(replace(QUIET, troubles=(clock,)), 1020.0)
    view = page.view(TOR, False, QUIET, TorDetails(), (), 0.0)
    assert [(t.kind, t.since, t.until) for t in view.troubles] == [("clock", 1010.0, None)]
    assert view.last_trouble is not None
    assert (view.last_trouble.kind, view.last_trouble.since, view.last_trouble.until) == (
        "blocked",
        1000.0,
        1020.0,
    )
    assert "bridges" in view.last_trouble.advice


def test_services_are_named_by_their_purpose_and_nothing_tells_whose_they_are():
    def service(name):
        return ServiceStatus(name, b"\1" * 32, ServiceState.PUBLISHED, 10.0, entrances=3)

    names = ["contact onion 2", "invite 17", "reserve onion 5.1", "else"]
    status = replace(QUIET, services=tuple(map(service, names)))
    bridges = (parse_bridge(PLAIN), parse_bridge(OBFS4))
    details = TorDetails(Circuits(joined=1), 2, (BridgeState.CONNECTED, BridgeState.SILENT))
    view = TorPage().view(TOR, True, status, details, bridges, 70.0)
    assert [one.purpose for one in view.services] == ["contacts", "invite", "reserve", "other"]
    assert {(one.state, one.entrances, one.seconds) for one in view.services} == {
        ("published", 3, 60.0)
    }
    assert [(one.number, one.transport, one.state) for one in view.bridges] == [
        (1, "plain", "connected"),
        (2, "obfs4", "silent"),
    ]
    said = msgspec.json.encode(view).decode()
    for private in ("192.0.2.1", "A" * 40, "B" * 40, "17", "5.1"):
        assert private not in said


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (PLAIN, None),
        ("Bridge " + PLAIN + "  \r", None),
        (OBFS4, "PluginMissing"),
        ("nonsense", "InvalidInput"),
        ("obfs5 192.0.2.1:443", "InvalidInput"),
        ("example.org:443", "InvalidInput"),
        ("obfs4 192.0.2.1:443", "InvalidInput"),
        (PLAIN + "\x00", "InvalidInput"),
        (PLAIN + ' "quoted', "InvalidInput"),
        ("x" * 5000, "InvalidInput"),
        ("é", "InvalidInput"),
    ],
)
def test_each_line_is_judged(line, error, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    (found,) = check_bridges(f"\n{line}\n  \n", {})
    assert (found.line, found.ok, found.error) == (2, error is None, error)
    assert found.sentence.endswith(".")


def test_a_program_that_the_settings_name_is_used(tmp_path):
    program = tmp_path / "lyrebird"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    (found,) = check_bridges(OBFS4, {"obfs4": str(program)})
    assert found.ok and found.transport == "obfs4"
    (found,) = check_bridges(OBFS4, {"obfs4": str(tmp_path / "gone")})
    assert found.error == "PluginMissing" and "gone" in found.sentence


TEXTS = [
    "\n".join([PLAIN, "", "  ", PLAIN, OBFS4]),
    "\r\n".join([PLAIN, OBFS4]),
    "\r" + PLAIN,
    PLAIN + "\x0b",
    "\n".join(f"192.0.2.1:{port}" for port in range(1, MAX_BRIDGES + 1)),
    "\n".join(f"192.0.2.1:{port}" for port in range(1, MAX_BRIDGES + 2)),
]


@pytest.mark.parametrize("text", TEXTS)
def test_what_the_check_takes_the_setting_takes_and_nothing_else(text, tmp_path):
    program = tmp_path / "lyrebird"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    found = check_bridges(text, {"obfs4": str(program)})
    try:
        taken = len(parse_bridges(text))
    except InvalidInput:
        taken = None
    assert taken == (len(found) if all(one.ok for one in found) else None)


def test_too_many():
    lines = [f"192.0.2.1:{port}" for port in range(1, MAX_BRIDGES + 3)]
    found = check_bridges("\n".join(lines), {})
    assert [one.line for one in found if not one.ok] == [MAX_BRIDGES + 1, MAX_BRIDGES + 2]
    assert check_bridges("", {}) == check_bridges(" \n\r\n", {}) == []


def test_thousands_of_lines_look_for_each_program_once(monkeypatch):
    asked = []
    monkeypatch.setattr(shutil, "which", lambda name: asked.append(name))
    check_bridges("\n".join([OBFS4] * 3000), {})
    assert len(asked) == len(set(asked))
