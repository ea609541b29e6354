"""Real processes: one makes a profile, one runs its node, is joined, asked and stopped."""

import fcntl
import os
import signal
import subprocess

import pytest

from onionchat.control import address, first_run, launch, schema
from onionchat.errors import (
    InternalError,
    InvalidInput,
    InvalidText,
    KeyslotMissing,
    NodeNotRunning,
    NoProfile,
    ProfileExists,
    StorageFailed,
    WrongPassphrase,
)
from onionchat_gui.connection import Connection
from onionchat_gui.node_process import NodeProcess

PATIENCE = 30_000


@pytest.fixture
def fakes(monkeypatch, qapp):
    monkeypatch.setattr(launch, "DAEMON_MODULE", "onionchat.testing.fake_daemon")


@pytest.fixture
def profile(tmp_path, fakes):
    secret = tmp_path / "secret"
    secret.touch(0o600)
    secret.write_text("open sesame\n")
    folder = tmp_path / "profile"
    reading, writing = os.pipe()
    os.write(writing, b"Me")
    os.close(writing)
    with open(reading, "rb"):
        command = launch.daemon_command(
            folder, ["init", f"--passphrase-file={secret}", f"--name-fd={reading}"]
        )
        subprocess.run(
            command,
            env=launch.daemon_environment(),
            check=True,
            capture_output=True,
            pass_fds=[reading],
        )
    return folder


def outcome(starter, passphrase, qtbot):
    told = []
    starter.start(passphrase, lambda: told.append(None), told.append)
    qtbot.waitUntil(lambda: len(told) == 1, timeout=PATIENCE)
    return told[0]


def test_a_node_is_started_joined_and_stopped(profile, qtbot):
    starter = NodeProcess(profile)
    assert starter.missing() is None
    assert isinstance(outcome(starter, "wrong", qtbot), WrongPassphrase)
    assert outcome(starter, "open sesame", qtbot) is None
    connection = Connection(profile)
    parted, answers = [], []
    connection.parted.connect(parted.append)
    with qtbot.waitSignal(connection.joined, timeout=PATIENCE):
        connection.join()
    connection.ask(connection, schema.Status(), answers.append, answers.append)
    qtbot.waitUntil(lambda: len(answers) == 1, timeout=PATIENCE)
    assert answers[0].name == "Me"
    connection.ask(connection, schema.Stop(), answers.append, answers.append)
    qtbot.waitUntil(lambda: len(parted) == 1, timeout=PATIENCE)
    assert starter._children[-1].wait(30) == 0


def test_a_node_that_is_starting_can_be_ended_and_one_that_answers_is_left_alone(profile, qtbot):
    starter = NodeProcess(profile)
    told = []
    starter.start("open sesame", lambda: told.append(None), told.append)
    starter.stop_starting()
    assert starter._children[-1].wait(30) == -signal.SIGKILL
    qtbot.waitUntil(lambda: len(told) == 1, timeout=PATIENCE)
    assert isinstance(told[0], NodeNotRunning)
    assert outcome(starter, "open sesame", qtbot) is None
    starter.stop_starting()
    assert starter._children[-1].poll() is None
    starter._children[-1].terminate()
    assert starter._children[-1].wait(30) is not None


def test_a_folder_that_cannot_be_used_is_said(tmp_path, qtbot):
    starter = NodeProcess(tmp_path / "nowhere")
    assert isinstance(starter.missing(), NoProfile)
    assert isinstance(outcome(starter, "x", qtbot), StorageFailed)


def test_a_database_without_its_key_is_told_apart_from_nothing(tmp_path):
    (tmp_path / address.DATABASE).touch()
    starter = NodeProcess(tmp_path)
    assert isinstance(starter.missing(), KeyslotMissing)
    (tmp_path / address.KEYSLOT).touch()
    assert starter.missing() is None


# --- Making a profile ----------------------------------------------------------------------------


def making(starter, name, passphrase, qtbot):
    """The words, or the error."""
    told = []
    starter.create(name, passphrase, told.append, told.append)
    assert told == [], "it does not wait"
    qtbot.waitUntil(lambda: len(told) == 1, timeout=PATIENCE)
    return told[0]


def test_a_profile_is_made_by_the_daemon_itself(tmp_path, qtbot):
    folder = tmp_path / "deep" / "profile"
    starter = NodeProcess(folder)
    words = making(starter, "Zoë", "correct horse battery", qtbot)
    assert starter._children[-1].wait(30) == 0
    assert len(words) == first_run.WORDS
    assert starter.missing() is None
    kept = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert "Zoë".encode() not in kept and b"correct horse" not in kept


def test_its_node_opens_with_the_passphrase_that_was_chosen(tmp_path, fakes, qtbot):
    starter = NodeProcess(tmp_path / os.fsdecode(b"not unicode \xff"))
    assert len(making(starter, "Zoë", "correct horse battery", qtbot)) == first_run.WORDS
    assert isinstance(making(starter, "Zoë", "another passphrase", qtbot), ProfileExists)
    assert isinstance(outcome(starter, "another passphrase", qtbot), WrongPassphrase)


def test_name_and_passphrase_stand_in_no_argument_and_no_environment(tmp_path, fakes, qtbot):
    seen = []

    class Seen(subprocess.Popen):
        def __init__(self, command, **more):
            seen.append(f"{command} {more['env']}")
            super().__init__(command, **more)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(launch.subprocess, "Popen", Seen)
        making(NodeProcess(tmp_path / "profile"), "A name", "a passphrase", qtbot)
    assert len(seen) == 1
    assert "A name" not in seen[0] and "a passphrase" not in seen[0]


def test_what_cannot_be_made_is_said(tmp_path, fakes, qtbot):
    starter = NodeProcess(tmp_path / "profile")
    assert isinstance(making(starter, "", "short", qtbot), InvalidInput)
    assert isinstance(making(starter, "", "\ud800" * 8, qtbot), InvalidText)
    assert isinstance(making(starter, "", "x" * 5000, qtbot), InvalidInput)
    assert isinstance(starter.missing(), NoProfile)


def test_a_program_that_ends_without_a_word_is_said(tmp_path, fakes, qtbot):
    (tmp_path / "occupied").touch()
    starter = NodeProcess(tmp_path / "occupied")
    assert isinstance(making(starter, "", "long enough", qtbot), InternalError)


def test_stopped_in_time_it_leaves_nothing_and_tells_nobody(tmp_path, fakes, qtbot):
    folder = tmp_path / "profile"
    starter = NodeProcess(folder)
    told = []
    starter.create("", "long enough", told.append, told.append)
    starter.stop_creating()
    assert starter._children[-1].wait(30) == 130
    assert told == []
    assert not folder.exists()
    starter.stop_creating()


def destroyed(starter, qtbot):
    told = []
    starter.destroy(told.append, told.append)
    assert told == [], "never before it returns"
    qtbot.waitUntil(lambda: len(told) == 1, timeout=PATIENCE)
    return told[0]


def test_a_profile_is_destroyed_without_its_node(profile, qtbot):
    (profile / address.WINDOW).write_text("{}")
    starter = NodeProcess(profile)
    assert starter.identity() == address.identity(profile)
    assert destroyed(starter, qtbot) is False
    assert not profile.exists()
    assert starter.identity() == ""


def test_the_key_is_destroyed_although_a_node_has_the_profile_open(profile, qtbot):
    starter = NodeProcess(profile)
    with open(profile / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert destroyed(starter, qtbot) is True
    assert not address.holds_profile(profile)
    assert address.holds_traces(profile)


def test_a_node_that_somebody_else_started_ends_with_its_profile(profile, qtbot):
    others = NodeProcess(profile)
    assert outcome(others, "open sesame", qtbot) is None
    assert destroyed(NodeProcess(profile), qtbot) is False
    assert others._nodes[0].wait(30) == 0
    assert not address.holds_traces(profile)


def test_a_node_of_this_window_that_does_not_end_is_killed(profile, qtbot):
    starter = NodeProcess(profile)
    lock = open(profile / "lock", "w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    hangs = subprocess.Popen(["sleep", "60"], pass_fds=[lock.fileno()])
    lock.close()
    starter._nodes.append(hangs)
    assert destroyed(starter, qtbot) is False
    assert hangs.wait(30) == -signal.SIGKILL
    assert not address.holds_traces(profile)


def test_what_is_no_profile_is_left_alone(tmp_path, fakes, qtbot):
    (tmp_path / "letter").write_text("Dear Bob")
    destroyed(NodeProcess(tmp_path), qtbot)
    assert (tmp_path / "letter").exists()
