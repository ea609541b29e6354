"""A real process is started with the passphrase through a pipe, joined, asked and stopped."""

import os
import subprocess

import pytest

from onionchat.control import address, launch, schema
from onionchat.errors import KeyslotMissing, NoProfile, StorageFailed, WrongPassphrase
from onionchat_gui.connection import Connection
from onionchat_gui.node_process import NodeProcess

PATIENCE = 30_000


@pytest.fixture
def profile(tmp_path, monkeypatch, qapp):
    monkeypatch.setattr(launch, "DAEMON_MODULE", "onionchat.testing.fake_daemon")
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
    last = starter._running[-1]
    assert last.process.wait(30) == 0


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
