"""The contract of the command line with real processes and a real socket."""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from onionchat.protocol.contacts.qr import modules

from .conftest import COMMAND, connected, until

BOT = Path(__file__).parents[2] / "docs" / "examples" / "echo_bot.py"


def test_a_whole_conversation(person) -> None:
    node = person.start()
    status = person.json("status")
    assert (status["online"], status["pid"]) == (True, node.pid)
    person.befriend()
    id_ = person.ok("send", "Friend", "Hello", "--wait", "10").strip()
    until(lambda: len(person.json("history", "Friend")) == 2)
    mine, theirs = person.json("history", "Friend")
    assert (mine["id"], mine["state"], theirs["text"]) == (id_, "delivered", "echo: Hello")
    person.ok("send", "Friend", "-", stdin="Grüße\n".encode())
    assert person.run("send", "Friend", "-", stdin=b"\xff").returncode == 1
    assert person.ok("stop") == "The node has stopped.\n"
    assert node.poll() is not None, "stop returns when the process has ended"
    assert node.returncode == 0
    assert person.run("stop").returncode == 1


def test_watch_says_each_thing_at_once_and_ends_with_the_node(person) -> None:
    person.start()
    person.befriend()
    watching = person.begin("watch", "--json")
    assert watching.stdout is not None
    os.set_blocking(watching.stdout.fileno(), True)
    until(lambda: connected(watching))
    person.ok("send", "Friend", "Hello")
    seen = set()
    while "echo: Hello" not in seen:
        event = json.loads(watching.stdout.readline())
        if event["type"] == "message":
            seen.add(event["message"]["text"])
    person.ok("stop")
    assert watching.wait(60) == 0


def test_safety_words_are_read_from_a_picture_of_their_code(person, tmp_path) -> None:
    """With the real child process that reads it; the code of an invite is not taken for one."""
    person.start()
    person.befriend()
    words = person.json("verify", "Friend")["words"]
    assert len(words) == 12
    code = drawn(tmp_path / "code.png", "ONIONCHAT-VERIFY:" + " ".join(words).upper())
    other = drawn(tmp_path / "other.png", "ONIONCHAT-VERIFY:" + " ".join(words[::-1]).upper())
    invite = drawn(tmp_path / "invite.png", person.json("invite")["link"].upper())
    for wrong in (other, invite):
        done = person.run("verify", "Friend", "--qr", wrong)
        assert (done.returncode, done.stdout) == (1, b"")
    done = person.run("add", "--qr", code)
    assert (done.returncode, b"not an onionchat invite" in done.stderr) == (1, True)
    assert person.json("contacts")[0]["trust"] == "unvalidated"
    assert "Friend is validated" in person.ok("verify", "Friend", "--qr", code)
    assert person.json("contacts")[0]["trust"] == "validated"


def drawn(file: Path, text: str) -> str:
    """A picture of a code."""
    rows = modules(text)
    picture = Image.new("L", (len(rows), len(rows)))
    picture.putdata([0 if module else 255 for row in rows for module in row])
    picture.resize((len(rows) * 4,) * 2, Image.Resampling.NEAREST).save(file)
    return str(file)


def test_where_messages_are(person) -> None:
    person.start()
    person.befriend()
    person.ok("send", "Friend", "Hello", "--wait", "10")
    shown = person.ok("history", "Friend", "--limit", "1", "--where").splitlines()
    assert [line.strip().partition(":")[0] for line in shown[1:]] == ["this device", "device 1"]
    (info,) = person.json("history", "Friend", "--limit", "1", "--where")
    assert [device["owner"] for device in info["devices"]] == ["mine", "contact"]


def test_watch_ends_when_nobody_listens(person) -> None:
    person.start()
    watching = person.begin("watch")
    until(lambda: connected(watching))
    assert watching.stdout is not None
    watching.stdout.close()
    person.befriend()
    assert watching.wait(60) == 1
    assert watching.stderr is not None
    assert watching.stderr.read() == b""


def test_watch_interrupted(person) -> None:
    person.start()
    watching = person.begin("watch")
    until(lambda: connected(watching))
    watching.send_signal(signal.SIGINT)
    _, err = watching.communicate(timeout=60)
    assert (watching.returncode, err) == (130, b"")


def test_watch_of_a_killed_node(person) -> None:
    node = person.start()
    watching = person.begin("watch")
    until(lambda: connected(watching))
    node.kill()
    _, err = watching.communicate(timeout=60)
    assert watching.returncode == 1
    assert err == b"onionchat: The node ended without a word.\n"


def test_waiting_while_the_node_stops(person) -> None:
    person.start()
    person.befriend()
    person.ok("block", "Friend")
    person.ok("unblock", "Friend")
    assert person.run("send", "Friend", "x", "--wait", "0").returncode in (0, 1)


def test_a_full_disk_under_the_output(person) -> None:
    person.start()
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, "status"],
            stdout=full,
            stderr=subprocess.PIPE,
            env=person.environment,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == b"onionchat: No space left on device.\n"


def test_a_terminal_of_another_encoding(person) -> None:
    person.start()
    person.befriend()
    person.ok("send", "Friend", "Grüße 你好")
    person.environment |= {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    assert "Gr??e ??" in person.ok("history", "Friend")
    assert person.json("history", "Friend")[0]["text"] == "Grüße 你好"


def test_an_answer_comes_soon(person) -> None:
    """In below 100 ms on a quiet machine, where an interpreter alone takes 15; measured is
    processor time, since another process that is busy is no fault of the command."""
    person.start()

    def seconds(what: Callable[[], object]) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        what()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    bare = [sys.executable, "-S", "-c", ""]
    times = [
        (seconds(lambda: person.ok("status")), seconds(lambda: subprocess.run(bare, check=True)))
        for _ in range(7)
    ]
    assert min(answer for answer, _ in times) < 30 * min(nothing for _, nothing in times)


def test_nothing_slow_is_loaded() -> None:
    script = """
import sys
from onionchat.cli import main
main(["status"])
import onionchat.cli.contacts, onionchat.cli.messages, onionchat.cli.profile
heavy = ("asyncio", "cryptography", "ctypes", "nacl", "pyqrcode", "stem", "twisted", "txtorcon")
print(*(name for name in heavy if name in sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout == b"\n"


def test_the_bot_of_the_documentation(person) -> None:
    person.start()
    person.befriend()
    bot = subprocess.Popen([sys.executable, "-I", str(BOT), str(person.profile)])
    try:
        until(lambda: connected(bot))
        # The friend echoes, the bot echoes the echo, and so on.
        person.ok("send", "Friend", "Hello")
        until(lambda: len(person.json("history", "Friend")) > 4)
        # They do not wait for whoever looks: what is wanted may be far back by now.
        history = person.json("history", "Friend", "--limit", "10000")
        texts = [message["text"] for message in history]
        assert texts[:4] == ["Hello", "echo: Hello", "echo: Hello", "echo: echo: Hello"]
        person.ok("stop")
        bot.wait(60)
    finally:
        bot.kill()
        bot.wait()
