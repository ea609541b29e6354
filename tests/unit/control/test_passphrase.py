"""A passphrase comes from a file, a pipe or a person; a bad one has a sentence."""

import getpass
import io
import os
from pathlib import Path

import pytest

from onionchat.control import passphrase
from onionchat.errors import InvalidInput, InvalidText, Refused


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.touch(mode=0o600)
    return path


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    answers: list[str] = []
    monkeypatch.setattr(passphrase, "on_terminal", lambda: True)

    def ask(prompt: str) -> str:
        if not answers:
            raise EOFError
        return answers.pop(0)

    monkeypatch.setattr(getpass, "getpass", ask)
    return answers


@pytest.mark.parametrize(
    ("content", "meant"),
    [
        (b"correct horse\n", "correct horse"),
        (b"correct horse", "correct horse"),
        (b"correct horse\r\nsecond line\n", "correct horse"),
        (b" spaces stay \n", " spaces stay "),
        ("Gru\u0308ße\n".encode(), "Grüße"),
    ],
)
def test_the_first_line_counts(file: Path, said: list[str], content: bytes, meant: str) -> None:
    file.write_bytes(content)
    assert passphrase.from_file(file, said.append) == meant
    assert said == []


def test_a_file_that_others_can_read_is_warned_of(file: Path, said: list[str]) -> None:
    file.write_bytes(b"correct horse\n")
    file.chmod(0o644)
    passphrase.from_file(file, said.append)
    assert "can be read by other users" in said[0]


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"", InvalidInput), (b"\nx", InvalidInput), (b"\xff\n", InvalidText)]
    + [(b"x" * 2000, InvalidInput)],
)
def test_bad_files(file: Path, said: list[str], content: bytes, error: type[Exception]) -> None:
    file.write_bytes(content)
    with pytest.raises(error):
        passphrase.from_file(file, said.append)


@pytest.mark.parametrize("text", ["", "\n", "two\nlines", "x" * 1025, "correct horse\n\n"])
def test_what_not_every_door_takes_is_taken_by_none(text: str) -> None:
    with pytest.raises(InvalidInput):
        passphrase.checked(text.encode())


def test_a_newline_at_the_end_is_none_of_it() -> None:
    assert passphrase.checked(b"correct horse\r\n") == "correct horse"


def test_a_missing_file(file: Path, said: list[str]) -> None:
    with pytest.raises(InvalidInput, match="No such file"):
        passphrase.from_file(file.with_name("other"), said.append)


def test_through_a_pipe() -> None:
    out, into = os.pipe()
    os.write(into, b"correct horse")
    os.close(into)
    assert passphrase.from_descriptor(out) == "correct horse"
    with pytest.raises(InvalidInput):
        passphrase.from_descriptor(out)


def test_nobody_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(InvalidInput, match="--passphrase-file"):
        passphrase.ask("?")
    with pytest.raises(InvalidInput, match="--passphrase-file"):
        passphrase.ask_new("?", [].append)


def test_a_person_is_asked(typed: list[str]) -> None:
    typed += ["correct horse"]
    assert passphrase.ask("?") == "correct horse"
    with pytest.raises(InvalidInput):
        passphrase.ask("?")


class TestNew:
    def test_twice_the_same(self, typed: list[str], said: list[str]) -> None:
        typed += ["correct horse battery"] * 2
        assert passphrase.ask_new("?", said.append) == "correct horse battery"
        assert said == []

    def test_empty_short_and_different_ones_are_asked_for_again(
        self, typed: list[str], said: list[str]
    ) -> None:
        typed += ["", "short", "correct horse battery", "correct house battery"]
        with pytest.raises(Refused):
            passphrase.ask_new("?", said.append)
        assert ["empty" in said[0], "at least 8" in said[1], "differ" in said[2]] == [True] * 3

    def test_a_weak_one_is_said_to_be_weak(self, typed: list[str], said: list[str]) -> None:
        typed += ["password"] * 2
        assert passphrase.ask_new("?", said.append) == "password"
        assert "stronger" in said[0]

    @pytest.mark.parametrize(
        ("text", "hint"),
        [
            ("aaaaaaaaaaaaaaaaaaaaaa", True),
            ("password1", True),
            ("pA5!wo r", True),
            ("Password1!", True),
            ("pA5!wo rx9#Qv7", False),
            ("five words chosen by chance", False),
        ],
    )
    def test_hints(self, text: str, hint: bool) -> None:
        assert bool(passphrase.strength_hint(text)) is hint
