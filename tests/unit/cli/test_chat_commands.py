"""Whom a command of the chat prompt means."""

from types import SimpleNamespace

import pytest

from onionchat.cli.chat import Chat
from onionchat.cli.chat_commands import Commands
from onionchat.errors import InvalidInput, UnknownContact


def commands(*names: str) -> Commands:
    known = {str(n): SimpleNamespace(id=str(n), name=name) for n, name in enumerate(names)}
    chat = SimpleNamespace(contacts=known, read_contacts=lambda: None, session=None)
    return Commands(chat)  # type: ignore[arg-type]


def test_a_whole_name_wins_over_beginnings_whatever_its_case() -> None:
    assert commands("Alice 2", "Alice")._find("alice").name == "Alice"
    assert commands("Alice 2", "Alice")._find("alice 2").name == "Alice 2"
    assert commands("alice", "Alice")._find("Alice").name == "Alice"
    with pytest.raises(UnknownContact):
        commands("Alice 2", "Alice")._find("ali")


def test_blocking_takes_no_beginnings() -> None:
    assert commands("Alice 2", "Alice")._named("ALICE", "block").name == "Alice"
    for name in ("Ali", "alice"):
        with pytest.raises(UnknownContact):
            commands("Alice", "ALICE")._named(name, "block")


def test_completions_offer_the_whole_name_first() -> None:
    chat = SimpleNamespace(contacts=commands("Alice 2", "Alice", "Bob")._chat.contacts)
    found = Chat._completions(chat, "/block alice")  # type: ignore[arg-type]
    assert found == ["/block Alice", "/block Alice 2"]


@pytest.mark.parametrize("line", ["stop now", "quit -f", "contacts Bob", "stat x", "help me"])
def test_commands_that_take_nothing_refuse_what_stands_behind_them(line: str) -> None:
    """`/stop now` stopped the node."""
    with pytest.raises(InvalidInput, match="nothing was done"):
        commands("Bob").do(line)


def test_spaces_behind_a_command_are_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands("Bob").do("help  ")
    assert "/contacts" in capsys.readouterr().out
