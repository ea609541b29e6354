"""`onionchat` alone on a terminal: from nothing to a conversation, and what it shows meanwhile."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from onionchat.testing.screen import Screen

from .conftest import COMMAND, PASSPHRASE


def screen_of(person, arguments: Sequence[str] = (), **environment: str) -> Screen:
    """The command line at a terminal."""
    return Screen([*COMMAND, *arguments], person.environment | environment)


@pytest.fixture
def screens(person) -> Iterator[list[Screen]]:
    screens: list[Screen] = []
    yield screens
    for screen in screens:
        screen.close()
    # The node in the background is nobody's child here.
    person.run("stop")


@pytest.fixture
def screen(person, screens):
    """Open a terminal."""

    def open_(**environment: str) -> Screen:
        screens.append(screen_of(person, **environment))
        return screens[-1]

    return open_


def test_what_is_typed_while_the_passphrase_is_tried_is_not_shown_and_never_sent(
    person, screen
) -> None:
    """The passphrase once more, out of impatience, would go to whoever is talked with."""
    person.start()
    person.ok("stop")
    del person.environment["ONIONCHAT_PASSPHRASE_FILE"]
    me = screen()
    me.until("Passphrase: ")
    me.type("another one\n")
    me.type(PASSPHRASE + "\n")
    shown = me.until("Passphrase: ")
    me.type(PASSPHRASE + "\n")
    me.type("once more\n")
    shown += me.until("onionchat> ")
    me.type("/quit\n")
    shown += me.until("The node keeps running")
    assert PASSPHRASE not in shown
    assert "once more" not in shown
    assert shown.count("onionchat> ") == 1, "a line would have been answered by another prompt"


def commands_with(text: str) -> list[str]:
    """The command lines of all processes of this machine that hold a text."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = place.read_bytes()
        except OSError:
            continue  # it has ended
        if text.encode() in command:
            found.append(command.replace(b"\0", b" ").decode(errors="replace"))
    return found


@pytest.mark.parametrize("arguments", [(), ("init",)])
def test_a_name_typed_at_the_prompt_stands_in_no_command_line(
    person, screens, arguments: tuple[str, ...]
) -> None:
    """Other users could read it while the passphrase was asked
    for and its key derived."""
    del person.environment["ONIONCHAT_PASSPHRASE_FILE"]
    me = screen_of(person, arguments)
    screens.append(me)
    name = f"Name of nobody's business {os.getpid()}"
    me.until("Your name")
    me.type(name + "\n")
    me.until("passphrase")
    assert commands_with(name) == []
    # The anti-test: one that has it is found.
    command = [sys.executable, "-c", "print(flush=True); input()", name]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        assert len(commands_with(name)) == 1
        other.kill()


def test_from_nothing_to_a_conversation(person, screen) -> None:
    del person.environment["ONIONCHAT_PASSPHRASE_FILE"]
    me = screen()
    me.until("Your name")
    me.type("Alice\n")
    me.until("A passphrase: ")
    me.type("short\n")
    me.until("at least 8")
    me.until("A passphrase: ")
    me.type(PASSPHRASE + "\n")
    me.until("The same again")
    me.type(PASSPHRASE + "\n")
    shown = me.until("onionchat> ")
    assert "recovery phrase" in shown
    assert "No contacts yet" in shown
    assert PASSPHRASE not in shown

    me.type(f"/add {(person.profile / 'friend-link').read_text()}\n")
    me.until("Friend> ")
    me.type("Hello\n")
    shown = me.until("echo: Hello")
    assert "… queued" in shown
    assert "✓✓ delivered: Hello" in shown

    # While something is being typed, what comes in stands above it.
    me.type("half ty")
    me.until("half ty")
    person.ok("send", "Friend", "from elsewhere")
    shown = me.until("Friend: echo: from elsewhere")
    # What another program sent was never shown as delivered.
    assert "✓✓ delivered: from elsewhere" in shown
    me.until("Friend> half ty")
    me.type("ped\n")
    me.until("echo: half typed")

    me.type("/history\n")
    shown = me.until("echo: half typed")
    assert "me: half typed  ✓✓ delivered" in shown
    me.type("/quit\n")
    me.until("The node keeps running")
    assert me.end() == 0
    assert person.run("status").returncode == 0

    # It waits for the passphrase of a node that does not run.
    person.ok("stop")
    me = screen()
    me.until("Passphrase: ")
    me.type("something else\n")
    me.until("The passphrase is wrong.")
    me.until("Passphrase: ")
    me.type(PASSPHRASE + "\n")
    me.until("onionchat> ")
    log = (person.profile / "node.log").read_text()
    assert (person.profile / "node.log").stat().st_mode & 0o777 == 0o600
    for secret in (PASSPHRASE, "Hello", "Friend", "half typed"):
        assert secret not in log


@pytest.mark.parametrize("asks", ["", "doctor"])
def test_whoever_asks_for_a_passphrase_leaves_no_core_file(person, screens, asks) -> None:
    person.ok("init", "--name", "Alice")
    del person.environment["ONIONCHAT_PASSPHRASE_FILE"]
    me = screen_of(person, [asks] if asks else [])
    screens.append(me)
    me.until("Passphrase: ")
    limits = Path(f"/proc/{me.pid}/limits").read_text()
    (core,) = (line for line in limits.splitlines() if line.startswith("Max core"))
    assert core.split()[4:6] == ["0", "0"]
    me.type("\x03")
    assert me.end() == 130


def test_init_asks_for_the_name(person, screens) -> None:
    screens.append(screen_of(person, ["init"]))
    me = screens[-1]
    me.until("Your name, as contacts will see it (may be empty): ")
    me.type("Alma\n")
    me.until("recovery phrase")
    assert me.end() == 0
    person.start()
    assert person.json("status")["name"] == "Alma"


def test_init_without_an_answer(person, screens) -> None:
    screens.append(screen_of(person, ["init"]))
    me = screens[-1]
    me.until("may be empty): ")
    me.type("\x04")
    me.until("nothing was done")
    assert me.end() == 1
    assert not person.profile.exists()


def test_commands(person, screen) -> None:
    person.start()
    person.befriend()
    me = screen(TERM="dumb", NO_COLOR="1")
    me.until("Friend> ")
    for typed, answer in [
        ("/help", "/invite [standing]"),
        ("/contacts", "Friend  online"),
        ("/status", "Connected to the Tor network."),
        ("/invite", "Can be used once"),
        ("/invite standing", "Can be used many times"),
        ("/invite forever", "onionchat: Type /invite"),
        ("/requests", "Friend> "),
        ("/accept", "Which request?"),
        ("/decline ffff", "no waiting contact request"),
        ("/add", "Type /add and the link"),
        ("/add nonsense", "This is not an onionchat invite link."),
        ("/to Nobody", "No contact, or more than one"),
        ("/to fri", "Friend> "),
        ("/history x", "Type /history"),
        ("hello", "Nobody has checked yet that these are the keys of Friend"),
        ("/verify", "echo fish gold hope"),
        ("/verify able", "not the safety words"),
        ("/verify able bird cake dust echo fish gold hope idea jazz kite lamp", "is validated"),
        ("//etc/hosts", "echo: /etc/hosts"),
        ("/search hosts", "Alice to Friend: /etc/hosts"),
        ("/search", "Type /search"),
        ("/rename Freddy", "Freddy> "),
        ("/s", "no such command"),
        ("/nonsense", "no such command"),
        ("/block", "Type /block and the contact's name"),
        ("/block Fred", "nothing was changed"),
        ("/block freddy", "Block Freddy? Type yes: "),
        ("no", "Nothing was changed."),
        ("/block freddy", "Block Freddy? Type yes: "),
        ("yes", "Freddy: blocked"),
        ("/unblock Freddy", "Freddy: active"),
        ("/invites", "one-time"),
        ("/revoke", "/invites lists them"),
        ("/revoke ffff", "no outstanding invite"),
        ("/block Freddy", "Block Freddy? Type yes: "),
        ("yes", "Freddy: blocked"),
        ("hello", "This contact is blocked."),
        ("/cancel Freddy", "not a request of yours"),
        ("/remove Freddy", "Remove Freddy and delete all messages"),
        ("no", "Nothing was changed."),
        ("/remove freddy", "Remove Freddy and delete all messages"),
        ("yes", "Freddy was removed, with "),
        ("hello", "Whom do you mean?"),
    ]:
        me.type(typed + "\n")
        me.until(answer)
    me.type("/stop\n")
    assert me.end() == 0
    assert "keeps running" not in me.shown()
    assert "\x1b" not in me.said


def test_requests_appear_and_can_be_accepted(person, screen) -> None:
    person.start()
    me = screen()
    me.until("onionchat> ")
    link = person.json("invite", "--standing")["link"]
    (person.profile / "ask-friend").write_text(link)
    me.until("* Friend wants to become your contact: Hi!")
    me.type("/accept\n")
    me.until("Friend: active")
    me.until("Friend> ")


def test_the_end_of_the_node(person, screen) -> None:
    person.start()
    me = screen()
    me.until("onionchat> ")
    person.ok("stop")
    me.until("The node has ended. Press Enter.")
    me.type("one last word\n")
    me.until("not sent: one last word")
    assert me.end() == 1


def test_leaving(person, screen) -> None:
    person.start()
    me = screen()
    me.until("onionchat> ")
    me.type("\x03")
    me.until("Once more")
    me.type("\x03")
    assert me.end() == 130, me.shown()
    me = screen()
    me.until("onionchat> ")
    me.type("\x04")
    assert me.end() == 0


def test_without_a_terminal(person) -> None:
    done = person.run()
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"usage: onionchat")


def test_what_is_said_of_tor_reaches_the_node_that_is_started(person, screens) -> None:
    person.ok("init", "--name", "Alice")
    screens.append(screen_of(person, ["--tor", "/nonexistent/tor"]))
    screens[-1].until("No tor program was found")
    assert screens[-1].end() == 1
    screens.append(screen_of(person, ["--tor", "/bin/true"]))
    screens[-1].until("onionchat> ")
    screens.append(screen_of(person, ["--tor", "/bin/true"]))
    screens[-1].until("runs already: what you said of tor has no effect")
    done = person.run("--tor", "/bin/true", "status")
    assert done.returncode == 2 and b"for starting a node" in done.stderr


def test_a_compromised_contact_is_loud_and_gets_nothing_by_accident(person, screen) -> None:
    person.start()
    person.befriend()
    me = screen(TERM="dumb", NO_COLOR="1")
    me.until("Friend> ")
    me.type("//misbehave\n")
    me.until("!!! Friend IS COMPROMISED. Device 1 has signed two things.")
    me.type("a secret\n")
    me.until("Send it all the same? Type yes: ")
    me.type("no\n")
    me.until("Friend> ")
    me.type("/history\n")
    assert "a secret" not in me.until("Friend> ").replace("a secret\n", "", 1)
    me.type("I know\n")
    me.until("Send it all the same? Type yes: ")
    me.type("yes\n")
    me.until("echo: I know")
    words = "able bird cake dust echo fish gold hope idea jazz kite lamp"
    me.type(f"/verify {words}\n")
    me.until("Take it as validated all the same? Type yes: ")
    me.type("\n")
    me.until("Nothing was changed.")
    me.type(f"/verify {words}\n")
    me.until("Take it as validated all the same? Type yes: ")
    me.type("yes\n")
    me.until("is validated")
