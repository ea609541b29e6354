"""Benchmarks are not run by tests; that they can be, and what their reports say, is tested."""

import importlib
import json
import os
import shutil
import socket

import pytest

from benchmarks.__main__ import LONG, NAMES, main
from benchmarks.processes import moved_bytes, resident, usage
from benchmarks.report import Figure, Report, percentile, ratio_of


@pytest.mark.parametrize("name", [*NAMES, *LONG])
def test_each_has_a_run(name):
    assert callable(importlib.import_module(f"benchmarks.{name}").run)


def test_an_unknown_name_is_refused(capsys):
    assert main(["latency", "nonsense"]) == 2
    assert "nonsense" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("value", "arguments", "status"),
    [(1.0, [], 0), (2.0, [], 1), (2.0, ["--report"], 0)],
)
def test_a_goal_that_is_not_met_fails_the_run_and_is_named_last(
    monkeypatch, capsys, value, arguments, status
):
    figures = [Figure("held", 1.0, "ratio", 1.1), Figure("p95", value, "ratio", 1.1)]
    for changed in ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"):
        monkeypatch.setenv(changed, os.environ.get(changed, ""))
    monkeypatch.setattr("benchmarks.wire.run", lambda: Report("wire", figures))
    assert main([*arguments, "wire"]) == status
    last = capsys.readouterr().out.splitlines()[-1]
    assert (last == "not met: wire: p95") == (status == 1)


def test_a_ratio_is_the_median_over_pairs_and_not_the_ratio_of_medians():
    pairs = [([1.0, 1.0], [1.0, 1.0]), ([6.0, 6.0], [2.0, 2.0]), ([8.0, 8.0], [4.0, 4.0])]
    assert ratio_of(pairs, 50) == (2.0, 6.0, 2.0)


def test_percentiles():
    values = [float(n) for n in range(101)]
    assert (percentile(values, 50), percentile(values, 95)) == (50.0, 95.0)


@pytest.mark.parametrize(
    ("value", "goal", "met", "word"),
    [(1.1, 1.1, True, "met"), (1.2, 1.1, False, "NOT MET"), (1.2, None, None, "")],
)
def test_a_report_is_a_table_and_a_line_of_json(value, goal, met, word):
    figure = Figure("figure", value, "ratio", goal, {"one s": 2.0})
    assert figure.met is met
    *table, line = Report("name", [figure]).show().splitlines()
    assert ("met" in table[-1].lower()) == bool(word)
    assert word in table[-1]
    assert "one s 2" in table[-1]
    assert json.loads(line) == {
        "benchmark": "name",
        "figures": [
            {
                "name": "figure",
                "value": value,
                "unit": "ratio",
                "goal": goal,
                "arms": {"one s": 2.0},
            }
        ],
    }


def test_the_cost_of_a_process_is_read():
    pid = os.getpid()
    assert 5 < resident(pid) < 2000
    used = usage(pid)
    assert used.cpu_seconds > 0
    assert usage(pid).cpu_seconds >= used.cpu_seconds


@pytest.mark.skipif(shutil.which("ss") is None, reason="iproute2 is not installed")
def test_what_a_process_moved_over_its_connections_is_read():
    with socket.create_server(("127.0.0.1", 0)) as server:
        one = socket.create_connection(server.getsockname())
        other, _ = server.accept()
        with one, other:
            before = moved_bytes(os.getpid())
            one.sendall(bytes(5000))
            assert len(other.recv(5000, socket.MSG_WAITALL)) == 5000
            # Written at one end and read at the other, both of this process.
            assert moved_bytes(os.getpid()) - before >= 10_000
