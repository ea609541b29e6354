"""`onionchat` alone on a terminal: from nothing to a conversation, and what it shows meanwhile."""

import os
import pty
import re
import select
import signal
import time
from collections.abc import Iterator, Sequence

import pytest

from .conftest import COMMAND, PASSPHRASE, until

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Screen:
    """A person at a terminal of 80 columns."""

    def __init__(self, person, arguments: Sequence[str] = (), **environment: str) -> None:
        self.said = ""
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            os.environ.update(person.environment)
            os.environ.update({"TERM": "xterm", "COLUMNS": "80"} | environment)
            os.execv(COMMAND[0], [*COMMAND, *arguments])

    def until(self, text: str, seconds: float = 20) -> str:
        """Read until `text` appears; returns what was shown since the last time up to it."""
        end = time.monotonic() + seconds
        while text not in self.shown():
            assert time.monotonic() < end, f"no {text!r} in {self.shown()!r}"
            if select.select([self._terminal], [], [], 0.1)[0]:
                try:
                    self.said += os.read(self._terminal, 65536).decode(errors="replace")
                except OSError:
                    assert text in self.shown(), f"ended without {text!r}: {self.shown()!r}"
        before, found, self.said = self.shown().partition(text)
        return before + found

    def shown(self) -> str:
        return ESCAPES.sub("", self.said)

    def type(self, text: str) -> None:
        os.write(self._terminal, text.encode())

    def end(self) -> int:
        """The exit status, soon."""
        status: list[int] = []

        def ended() -> bool:
            # A terminal that nobody reads would keep it from ending.
            while select.select([self._terminal], [], [], 0)[0]:
                try:
                    self.said += os.read(self._terminal, 65536).decode(errors="replace")
                except OSError:
                    break
            pid, code = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                status.append(os.waitstatus_to_exitcode(code))
            return bool(pid)

        until(ended)
        self.pid = 0
        return status[0]

    def close(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._terminal)


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
        screens.append(Screen(person, **environment))
        return screens[-1]

    return open_


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
    me.until("Friend: echo: from elsewhere")
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


def test_init_asks_for_the_name(person, screens) -> None:
    screens.append(Screen(person, arguments=["init"]))
    me = screens[-1]
    me.until("Your name, as contacts will see it (may be empty): ")
    me.type("Alma\n")
    me.until("recovery phrase")
    assert me.end() == 0
    person.start()
    assert person.json("status")["name"] == "Alma"


def test_init_without_an_answer(person, screens) -> None:
    screens.append(Screen(person, arguments=["init"]))
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
        ("/verify", "able bird cake dust echo fish gold hope"),
        ("/verify able", "not the safety words"),
        ("/verify able bird cake dust echo fish gold hope", "is validated"),
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
