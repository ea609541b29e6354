"""`wipe` with real processes, around a fake node."""

import os
import shutil
import signal
from pathlib import Path

import pytest

from onionchat.testing.screen import Screen

from .conftest import COMMAND, Person, until


@pytest.fixture
def made(person: Person) -> Person:
    person.ok("init", "--name", "Alice")
    return person


def test_a_running_node_ends_and_nothing_is_left(made: Person) -> None:
    node = made.start()
    for name in ("friend-link", "friend-standing-link"):
        (made.profile / name).unlink()
    assert made.ok("wipe", "--yes") == "The profile was destroyed.\n"
    assert node.wait(30) == 0
    assert not made.profile.exists()


def test_without_a_node(made: Person) -> None:
    (made.profile / "letter").touch()
    said = made.ok("wipe", "--yes")
    assert said.startswith("The profile was destroyed.\nFiles of something else are still in ")
    assert [path.name for path in made.profile.iterdir()] == ["letter"]
    done = made.run("wipe", "--yes")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"no profile here" in done.stderr


def test_without_an_answer_nothing_is_destroyed(made: Person) -> None:
    for stdin in (b"", b"wipe\n", b"yes\n"):
        done = made.run("wipe", stdin=stdin)
        assert done.returncode == 1
        assert b"Nothing was destroyed" in done.stderr
    assert (made.profile / "keyslot").exists()


def test_whoever_is_asked_must_write_the_word(made: Person) -> None:
    for answer, gone in (("yes", False), ("", False), ("WIPE", True)):
        screen = Screen([*COMMAND, "wipe"], made.environment)
        try:
            assert "will be destroyed for good" in " ".join(screen.until("to do that: ").split())
            screen.type(answer + "\n")
            screen.until("was destroyed")
            screen.end()
        finally:
            screen.close()
        assert made.profile.exists() is not gone


@pytest.mark.parametrize("command", [("wipe", "--yes"), ("stop",)])
def test_finding_1_a_copy_of_a_running_profile_is_not_the_original(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    place = tmp_path / "Jürgen's profiles"  # no path for tor: the sockets are elsewhere
    place.mkdir()
    person = Person(place)
    person.ok("init", "--name", "Alice")
    node = person.start()
    copy = tmp_path / "copy"
    shutil.copytree(person.profile, copy)
    assert (copy / "run" / "where").exists()
    done = person.run("--profile", str(copy), *command)
    assert (done.returncode == 0) is (command[0] == "wipe")
    assert (copy / "keyslot").exists() is (command[0] == "stop")
    assert (person.profile / "keyslot").exists()
    assert node.poll() is None
    person.ok("status")
    person.ok("stop")
    assert node.wait(30) == 0


def test_finding_9_sockets_elsewhere_go_after_a_kill(tmp_path: Path) -> None:
    place = tmp_path / "Jürgen's profiles"
    place.mkdir()
    person = Person(place)
    person.ok("init", "--name", "Alice")
    node = person.start()
    elsewhere = Path((person.profile / "run" / "where").read_text())
    node.kill()
    node.wait()
    assert (elsewhere / "token").exists()
    person.ok("wipe", "--yes")
    assert not elsewhere.exists()


def test_a_node_that_hangs_keeps_nothing(made: Person) -> None:
    node = made.start()
    os.kill(node.pid, signal.SIGSTOP)
    try:
        made.run("wipe", "--yes")
        assert not (made.profile / "keyslot").exists()
    finally:
        os.kill(node.pid, signal.SIGCONT)


def test_killed_in_the_middle_it_is_unreadable_and_can_be_finished(made: Person) -> None:
    """The node dies when the key is destroyed and before it has removed anything."""
    node = made.start()
    (made.profile / "onionchat.db").write_bytes(b"what is left")
    from onionchat.control import schema
    from onionchat.control.client import Client

    client = Client.connect(made.profile)
    client.call(schema.Wipe(confirm="wipe"))
    node.kill()
    node.wait()
    assert not (made.profile / "keyslot").exists()
    (made.profile / "onionchat.db").touch()
    assert made.run("node").returncode == 1
    made.ok("wipe", "--yes")
    assert not (made.profile / "onionchat.db").exists()
    until(lambda: not (made.profile / "lock").exists())
