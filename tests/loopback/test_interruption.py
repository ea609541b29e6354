"""Long checks that somebody ends: one line, the status of a signal, no folder, no process left."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0

RUNS = {
    "simulate": (("onionchat.testing.simulation", "--jobs", "2"), 3),
    "crash": (("onionchat.testing.crashes",), 1),
    "points": (("onionchat.testing.crashes.points",), 2),
    "properties": (("properties",), 0),
}
"""Module and arguments, and how many processes it has started once it is at work."""


def processes(group):
    """The processes of a session that are alive."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, session = entry.read_text().rpartition(")")[2].split()[:4]
        except (OSError, ValueError):
            continue
        if int(session) == group and state != "Z":
            found.append(entry.parent.name)
    return found


def handles_its_end(pid):
    """Whether the handlers are in place: from then on nothing of Python's own is in the way."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    caught = int(status.partition("SigCgt:")[2].split()[0], 16)
    return bool(caught >> (signal.SIGTERM - 1) & 1)


def until(true):
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "not within a minute"
        time.sleep(0.02)


@pytest.fixture
def started(tmp_path):
    """Starts one of `RUNS` in a session of its own, as a terminal does."""
    running = []

    def start(name):
        (module, *arguments), children = RUNS[name]
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        running.append(process)
        until(lambda: handles_its_end(process.pid) and len(processes(process.pid)) > children)
        return process

    yield start
    for process in running:
        for left in processes(process.pid):
            os.kill(int(left), signal.SIGKILL)
        process.communicate()


def leaves_nothing(process, folder):
    until(lambda: not processes(process.pid))
    cache = folder / ".cache"
    return not cache.exists() or not list(cache.iterdir())


@pytest.mark.parametrize("name", RUNS)
def test_ctrl_c_is_one_line_and_status_130(name, started, tmp_path):
    process = started(name)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert err == "interrupted\n"
    assert process.returncode == 130
    assert leaves_nothing(process, tmp_path)


@pytest.mark.parametrize("name", ["crash", "points"])
def test_whoever_is_told_to_end_leaves_no_folder(name, started, tmp_path):
    process = started(name)
    until(lambda: list(tmp_path.glob(".cache/tmp*")))
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=PATIENCE)
    assert err == ""
    assert process.returncode == 128 + signal.SIGTERM
    assert leaves_nothing(process, tmp_path)


def test_who_is_killed_outright_does_leave_a_folder(started, tmp_path):
    """Anti-test: the check above sees a folder that nobody removed."""
    process = started("crash")
    until(lambda: list(tmp_path.glob(".cache/tmp*")))
    process.kill()
    process.communicate(timeout=PATIENCE)
    assert not leaves_nothing(process, tmp_path)
