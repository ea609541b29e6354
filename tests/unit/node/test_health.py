"""The lines of `doctor` on a running node: each thing once, and only what is wrong is WRONG."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from onionchat.node import health
from onionchat.views import StatusView, TorView

TOR = TorView(running=True, bootstrap=100, summary="Connected to Tor.", version="0.4.9.11")
STATUS = StatusView(
    online=True,
    tor=TOR,
    contacts=1,
    connected=1,
    queued=0,
    requests=0,
    account="a",
    device="d",
    name="Alice",
    visibility="online",
    version="0",
    protocol=1,
    pid=1,
    profile="/",
    uptime=1.0,
)


def lines(status: StatusView, tmp_path: Path, monkeypatch) -> dict[str, tuple[bool, bool, str]]:
    monkeypatch.setattr(
        "onionchat.node.health.shutil.disk_usage", lambda _: type("Usage", (), {"free": 2**40})
    )
    found = health.checks(status, tmp_path, ())
    names = [check.name for check in found]
    assert len(names) == len(set(names))
    return {check.name: (check.ok, check.note, check.sentence) for check in found}


def test_in_a_network_too_small_for_guards_nothing_is_wrong(tmp_path, monkeypatch):
    found = lines(STATUS, tmp_path, monkeypatch)
    assert all(ok for ok, _, _ in found.values())
    assert found["guards"][1]


@pytest.mark.parametrize(
    ("queued", "sentence"),
    [
        (0, "Nothing waits to be delivered."),
        (1, "1 message waits for its contact's device."),
        (3, "3 messages wait for their contacts' devices."),
    ],
)
def test_that_messages_wait_is_worth_a_note(queued, sentence, tmp_path, monkeypatch):
    found = lines(replace(STATUS, queued=queued), tmp_path, monkeypatch)
    assert found["delivery"] == (True, queued > 0, sentence)


def test_what_stands_in_the_way_of_tor_is_wrong_and_in_one_line(tmp_path, monkeypatch):
    tor = replace(TOR, bootstrap=30, summary="Connecting.", reasons=("A.", "Connecting.", "B."))
    found = lines(replace(STATUS, tor=tor), tmp_path, monkeypatch)
    assert found["tor"] == (False, False, "tor 0.4.9.11: Connecting. A. B.")
    found = lines(replace(STATUS, tor=replace(tor, bootstrap=100)), tmp_path, monkeypatch)
    assert not found["tor"][0]


def test_a_wrong_clock_has_a_line_of_its_own(tmp_path, monkeypatch):
    clock = "This computer's clock is about 3 days ahead; Tor needs it right."
    tor = replace(TOR, reasons=(clock,))
    found = lines(replace(STATUS, tor=tor, clock=clock), tmp_path, monkeypatch)
    assert found["clock"] == (False, False, clock)
    assert found["tor"] == (True, False, "tor 0.4.9.11: Connected to Tor.")
