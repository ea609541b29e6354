"""The daemon as a process: files, signals, exit status, what it logs and what never."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from onionchat.control import schema
from onionchat.control.client import Client

FAKE = [sys.executable, "-m", "onionchat.testing.fake_daemon"]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def daemon(*arguments: str, **options) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*FAKE, *arguments], capture_output=True, timeout=60, check=False, **options
    )


class TestInit:
    def test_the_phrase_is_shown_once(self, person) -> None:
        done = person.run("init", "--name", "Alice")
        assert done.returncode == 0
        lines = done.stdout.decode().splitlines()
        words = lines[-1].split()
        assert len(words) == 24
        for number, word in enumerate(words, 1):
            assert f"{number} {word}" in " ".join(done.stdout.decode().split())
        assert mode(person.profile) == 0o700
        again = person.run("init")
        assert again.returncode == 1
        assert again.stdout == b""
        assert b"already; nothing was changed" in again.stderr

    def test_by_a_program(self, person) -> None:
        secret = "correct horse battery"
        asked = json.dumps({"name": "Zoë", "passphrase": secret}).encode()
        done = person.run("init", "--json", stdin=asked)
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout)
        assert said["profile"] == str(person.profile)
        assert len(said["words"]) == 24
        assert done.stdout.isascii() and secret.encode() not in done.stdout + done.stderr
        # It is that passphrase, and not the one of the environment's file, that opens it.
        person.passphrase_file.write_text(secret + "\n")
        person.start()
        assert person.json("status")["name"] == "Zoë"
        again = person.run("init", "--json", stdin=asked)
        assert again.returncode == 1
        assert json.loads(again.stdout)["name"] == "ProfileExists"

    @pytest.mark.parametrize(
        "asked",
        [b"", b"no JSON", b'{"passphrase": "short"}', b'{"passphrase": "long enough", "x": 1}'],
    )
    def test_bad_input_of_a_program(self, person, asked: bytes) -> None:
        done = person.run("init", "--json", stdin=asked)
        assert done.returncode == 1
        said = json.loads(done.stdout)
        assert said["name"] == "InvalidInput"
        assert said["sentence"].encode() in done.stderr
        assert not person.profile.exists()

    def test_by_a_program_everything_stands_in_the_input(self, person) -> None:
        for option in (("--name", "x"), ("--passphrase-file", "x")):
            done = person.run("init", "--json", *option, stdin=b'{"passphrase": "long enough"}')
            assert done.returncode == 1
            assert b"stand in the input" in done.stderr

    def test_nobody_to_ask(self, person) -> None:
        del person.environment["ONIONCHAT_PASSPHRASE_FILE"]
        done = person.run("init")
        assert done.returncode == 1
        assert b"--passphrase-file" in done.stderr
        assert not person.profile.exists()

    def test_bad_passphrase_files(self, person) -> None:
        person.passphrase_file.write_text("\n")
        assert b"empty" in person.run("init").stderr
        person.passphrase_file.write_bytes(b"\xff\n")
        assert b"UTF-8" in person.run("init").stderr
        person.passphrase_file.unlink()
        assert b"cannot be read" in person.run("init").stderr
        assert not person.profile.exists()

    def test_warnings(self, person) -> None:
        person.passphrase_file.write_text("short\n")
        person.passphrase_file.chmod(0o644)
        done = person.run("init")
        assert done.returncode == 0
        assert b"onionchat: warning: The passphrase file can be read by other" in done.stderr
        assert b"onionchat: warning: This passphrase is short" in done.stderr

    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
    def test_a_phrase_that_could_not_be_shown(self, person) -> None:
        command = [*FAKE, "init", f"--profile={person.profile}"]
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                command,
                stdout=full,
                stderr=subprocess.PIPE,
                env=person.environment,
                check=False,
            )
        assert done.returncode == 1
        assert b"could not be shown" in done.stderr
        assert b"Traceback" not in done.stderr

    def test_ctrl_c_while_python_starts_is_silent(self, person) -> None:
        """It showed a traceback. `onionchat` holds it back while it becomes the daemon."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            child = subprocess.Popen(
                [*FAKE, "init", f"--profile={person.profile}"],
                env=person.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        child.send_signal(signal.SIGINT)
        assert child.communicate(timeout=60) == (b"", b"")
        assert child.returncode == 130
        assert not person.profile.exists()


class TestNode:
    def test_sockets_are_private_and_go_with_the_node(self, person) -> None:
        node = person.start()
        run = person.profile / "run"
        assert mode(run) == 0o700
        assert mode(run / "control.sock") == mode(run / "token") == 0o600
        assert len((run / "token").read_text()) == 64
        node.send_signal(signal.SIGTERM)
        assert node.wait(60) == 0
        assert not (run / "control.sock").exists()
        assert not (run / "token").exists()

    def test_a_killed_node_leaves_nothing_in_the_way(self, person) -> None:
        node = person.start()
        token = (person.profile / "run" / "token").read_text()
        node.kill()
        node.wait()
        assert person.run("status").returncode == 1
        person.start()
        assert (person.profile / "run" / "token").read_text() != token

    def test_a_second_node_is_refused(self, person) -> None:
        person.start()
        done = person.run("node")
        assert done.returncode == 1
        assert b"in use by another" in done.stderr
        assert person.run("status").returncode == 0

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_signals(self, person, number: signal.Signals) -> None:
        node = person.start()
        node.send_signal(signal.SIGHUP)
        assert person.run("status").returncode == 0
        node.send_signal(number)
        assert node.wait(60) == 0

    def test_the_log_has_no_contents(self, person) -> None:
        node = person.start()
        person.befriend()
        person.ok("send", "Friend", "a secret text", "--wait", "10")
        person.ok("stop")
        out, err = node.communicate(timeout=60)
        assert out == b""
        assert b"The node runs." in err
        assert b"The node has ended." in err
        for secret in (b"secret", b"Friend", b"onionchat:", b"battery"):
            assert secret not in err

    def test_no_core_dumps(self, person) -> None:
        node = person.start()
        limits = Path(f"/proc/{node.pid}/limits").read_text()
        (core,) = (line for line in limits.splitlines() if line.startswith("Max core"))
        assert core.split()[4:6] == ["0", "0"]

    def test_wrong_passphrase(self, person) -> None:
        person.ok("init")
        person.passphrase_file.write_text("something else\n")
        done = person.run("node")
        assert (done.returncode, done.stderr.count(b"onionchat: The passphrase is wrong.")) == (
            1,
            1,
        )

    def test_no_profile(self, person) -> None:
        assert b"no profile here yet" in person.run("node").stderr

    def test_no_tor(self, person) -> None:
        person.ok("init")
        done = person.run("node", "--tor", "/nonexistent/tor")
        assert done.returncode == 1
        assert b"No tor program was found" in done.stderr

    def test_a_folder_of_sockets_that_others_can_enter(self, person) -> None:
        person.ok("init")
        (person.profile / "run").mkdir(mode=0o755)
        (person.profile / "run").chmod(0o755)
        done = person.run("node")
        assert done.returncode == 1
        assert b"can be read by other users" in done.stderr

    def test_something_else_at_the_place_of_the_socket(self, person) -> None:
        person.ok("init")
        (person.profile / "run").mkdir(mode=0o700)
        (person.profile / "run" / "control.sock").write_text("x")
        assert b"something else" in person.run("node").stderr

    def test_a_deep_profile(self, person) -> None:
        person.profile = person.profile / ("d" * 80) / ("e" * 80)
        person.environment["ONIONCHAT_PROFILE"] = str(person.profile)
        person.environment.pop("XDG_RUNTIME_DIR", None)
        person.start()
        folder = Path((person.profile / "run" / "where").read_text())
        assert len(str(folder)) < 60
        assert mode(folder) == 0o700
        assert person.run("status").returncode == 0
        person.ok("stop")
        assert not folder.exists()
        assert not (person.profile / "run" / "where").exists()

    def test_a_profile_where_tor_could_have_no_sockets(self, person) -> None:
        person.profile = person.profile / "with a space"
        person.environment["ONIONCHAT_PROFILE"] = str(person.profile)
        person.start()
        assert (person.profile / "run" / "where").exists()
        person.ok("stop")

    def test_usage(self) -> None:
        for arguments in ((), ("nonsense",), ("node", "--passphrase-fd", "x")):
            done = daemon(*arguments)
            assert done.returncode == 2
            assert b"usage: onionchatd" in done.stderr


class TestHostileClients:
    """Whoever reaches the socket harms nobody but itself."""

    def talk(self, person, data: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(20)
            connection.connect(str(person.profile / "run" / "control.sock"))
            try:
                connection.sendall(data)
            except BrokenPipeError:
                pass
            heard = b""
            try:
                while piece := connection.recv(65536):
                    heard += piece
            except ConnectionResetError:
                pass
            return heard

    def test_garbage(self, person) -> None:
        person.start()
        for data in (
            os.urandom(1000) + b"\n",
            b"x" * 10_000_000,
            b"[" * 500_000 + b"\n",
            b'{"jsonrpc":"2.0","id":1,"method":"stop"}\n',
            b'{"jsonrpc":"2.0","id":1,"method":"hello","params":{"token":"0","version":1}}\n',
        ):
            heard = self.talk(person, data)
            assert b'"method":"closing"' in heard or heard == b""
            assert b"Traceback" not in heard
        assert person.run("status").returncode == 0

    def test_a_subscriber_that_never_reads(self, person) -> None:
        person.start()
        person.befriend()
        token = (person.profile / "run" / "token").read_text()
        hello = f'{{"token":"{token}","version":1}}'
        with socket.socket(socket.AF_UNIX) as slow:
            slow.connect(str(person.profile / "run" / "control.sock"))
            for method, params in (("hello", hello), ("subscribe", "{}")):
                request = f'{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}\n'
                slow.sendall(request.encode())
            with Client.connect(person.profile) as client:
                client.call(schema.Subscribe(events=("message",)))
                for _ in range(300):
                    client.call(schema.Send(contact="Friend", text="x" * 60_000))
                client.call(schema.Send(contact="Friend", text="the last one"))
                for event in client.events():
                    if event.message.text == "echo: the last one":
                        break
                client.call(schema.Stop())
            slow.settimeout(5)
            heard = b""
            try:
                while piece := slow.recv(1 << 20):
                    heard += piece
            except ConnectionResetError:
                pass
            assert b"echo: the last one" not in heard
