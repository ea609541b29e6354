"""A profile has one window: who comes second calls the first, and ends."""

import errno
import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from onionchat.control import address
from onionchat_gui.activation import ACTIVATION
from onionchat_gui.one_window import OneWindow, call_first
from onionchat_gui.signals import Ending


@pytest.fixture
def profile(tmp_path):
    folder = tmp_path / "profile"
    folder.mkdir(mode=0o700)
    (folder / address.KEYSLOT).touch(0o600)
    return folder


@pytest.fixture
def environment(tmp_path):
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    return {"XDG_RUNTIME_DIR": str(private)}


@pytest.fixture
def first(qapp, profile, environment):
    made = OneWindow(profile)
    assert made.claim(environment)
    yield made
    made.release()


def test_the_first_is_called_by_the_second(first, profile, environment, qtbot, monkeypatch):
    monkeypatch.setenv(ACTIVATION, "")
    assert not OneWindow(profile).claim(environment)
    with qtbot.waitSignal(first.called):
        assert call_first(profile, {ACTIVATION: "token-1_TIME2"})
    assert os.environ[ACTIVATION] == "token-1_TIME2"


@pytest.mark.parametrize("token", ["", "two words", "x" * 300, "\u202e"])
def test_what_is_no_token_is_not_taken_but_the_call_is(first, profile, qtbot, monkeypatch, token):
    monkeypatch.setenv(ACTIVATION, "before")
    with qtbot.waitSignal(first.called):
        assert call_first(profile, {ACTIVATION: token})
    assert os.environ[ACTIVATION] == "before"


def test_lock_and_socket_are_for_this_user_alone(first, profile):
    run = profile / "run"
    lock = run / "window.lock"
    path = address.read_private(lock)
    for file in (lock, run):
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0
    assert stat.S_IMODE(os.stat(path).st_mode) & 0o077 == 0
    assert stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode) == 0o700


def test_on_a_full_disk_there_is_a_window(profile, environment, qapp, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    first = OneWindow(profile)
    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", full)
        assert first.claim(environment)
    assert not OneWindow(profile).claim(environment), "it is the only one all the same"
    first.release()


def test_nothing_outside_tells_of_a_profile_that_was_destroyed(tmp_path, environment, qapp):
    deep = tmp_path / ("deep " * 30) / "profile"
    deep.mkdir(mode=0o700, parents=True)
    (deep / address.KEYSLOT).touch(0o600)
    first = OneWindow(deep)
    assert first.claim(environment)
    place = Path(address.read_private(deep / "run" / "window.lock")).parent
    assert place.exists() and not place.is_relative_to(deep)
    (deep / address.KEYSLOT).unlink()
    assert first.claim(environment)
    assert not place.exists()


def test_what_a_window_left_that_was_killed_is_in_nobodys_way(profile, environment, qapp):
    first = OneWindow(profile)
    assert first.claim(environment)
    path = address.read_private(profile / "run" / "window.lock")
    first.release()
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(path)
    second = OneWindow(profile)
    assert second.claim(environment)
    assert call_first(profile, {})
    second.release()


def test_where_there_is_no_profile_yet_nothing_is_made(tmp_path, environment, qapp):
    window = OneWindow(tmp_path / "none")
    assert window.claim(environment)
    assert not (tmp_path / "none").exists()


def test_a_profile_made_meanwhile_is_claimed_then(tmp_path, environment, qapp):
    folder = tmp_path / "profile"
    window = OneWindow(folder)
    assert window.claim(environment)
    folder.mkdir(mode=0o700)
    (folder / address.KEYSLOT).touch(0o600)
    assert window.claim(environment)
    assert not OneWindow(folder).claim(environment)
    window.release()


def test_a_profile_in_the_place_of_a_destroyed_one_is_claimed_anew(
    first, profile, environment, qapp
):
    (profile / "run" / "window.lock").unlink()
    assert first.claim(environment)
    assert not OneWindow(profile).claim(environment)


def test_a_folder_that_others_can_enter_is_left_alone(profile, environment, qapp):
    (profile / "run").mkdir()
    (profile / "run").chmod(0o755)
    window = OneWindow(profile)
    assert window.claim(environment)
    assert list((profile / "run").iterdir()) == []


def test_a_node_finds_its_folder_as_before(first, profile, environment):
    assert address.find(profile, environment) is None
    made = address.create(profile, environment)
    assert address.find(profile, environment) == made


def test_the_second_start_says_one_sentence_and_ends(first, profile, environment, qtbot):
    second = subprocess.Popen(
        [sys.executable, "-m", "onionchat_gui", f"--profile={profile}"],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
    )
    with qtbot.waitSignal(first.called, timeout=30_000):
        pass
    said, _ = second.communicate(timeout=30)
    assert second.returncode == 0
    assert len(said.splitlines()) == 1


PROGRAM = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from onionchat_gui import application

run = application.QApplication.exec

def ready(*_):
    QTimer.singleShot(0, lambda: print("ready", flush=True))
    return run()

application.QApplication.exec = ready
sys.exit(application.run(Path(sys.argv[1]), ()))
"""


def test_a_signal_ends_the_program_in_order(tmp_path):
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, tmp_path / "none"], stdout=subprocess.PIPE, text=True
    )
    assert program.stdout.readline() == "ready\n"
    program.terminate()
    assert program.wait(30) == 0
    program.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_each_signal_that_ends_a_session_is_told(qapp, qtbot, number):
    handlers = {n: signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    ending = Ending()
    try:
        with qtbot.waitSignal(ending.wanted):
            os.kill(os.getpid(), number)
    finally:
        signal.set_wakeup_fd(-1)
        for other, handler in handlers.items():
            signal.signal(other, handler)
