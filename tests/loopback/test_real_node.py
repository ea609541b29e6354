"""The node itself as a process, with a tor that is not allowed to connect: bad surroundings.

Whatever is wrong, it says so in one sentence, and the profile is as it was before.
"""

import ctypes
import fcntl
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from onionchat.errors import TorNotFound
from onionchat.net.transports.tor.process import find_tor
from onionchat.node.node import create_profile
from onionchat.protocol.crypto.rng import SystemRng
from onionchat.store import keyslot
from onionchat.store.keyslot import Cost
from onionchat.testing.demo.people import CommandFailed, NeverHappened, Person, wait_for
from onionchat.testing.demo.processes import children, lives, visible

PASSPHRASE = b"a passphrase for Dora"


def tor_program():
    try:
        return find_tor(os.environ.get("ONIONCHAT_TOR"))
    except TorNotFound:
        return None


pytestmark = pytest.mark.skipif(tor_program() is None, reason="needs a tor program")


@pytest.fixture(scope="module")
def made():
    """A profile to be copied, with its phrase; its passphrase is quick to try, to save time."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder) / "profile", quick_profile(Path(folder), "Dora")


def quick_profile(folder, name):
    words = create_profile(
        folder / "profile", f"a passphrase for {name}", name, SystemRng(), cost=Cost(1, 8 * 1024)
    )
    return " ".join(words)


@pytest.fixture
def folder():
    # Not pytest's folder: its name would be too long for a socket.
    with tempfile.TemporaryDirectory(dir="/tmp") as found:
        yield Path(found)


@pytest.fixture
def dora(made, folder):
    """Somebody with a profile whose tor stays off the network."""
    torrc = folder / "offline"
    torrc.write_text("DisableNetwork 1\n")
    person = Person("Dora", folder / "home", torrc)
    shutil.copytree(made[0], person.profile)
    yield person
    person.stop()


def test_ctrl_c_in_the_middle_of_init_leaves_nothing(folder):
    """It left a lock and a database without key."""
    secret = folder / "passphrase"
    secret.touch(0o600)
    secret.write_bytes(PASSPHRASE)
    home = folder / "home"
    command = [sys.executable, "-m", "onionchat.cli", "--profile", str(home)]
    child = subprocess.Popen(
        [*command, "--passphrase-file", str(secret), "init"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    wait_for("the database", (home / "onionchat.db").exists, 60)
    child.send_signal(signal.SIGINT)
    shown, said = child.communicate(timeout=60)
    assert (child.returncode, shown) == (130, b"")
    assert said == b"onionchat: Interrupted: no profile was made.\n"
    assert list(folder.iterdir()) == [secret]


def contents(profile):
    """All files of a profile that hold what must not be lost."""
    return {
        path.name: path.read_bytes()
        for path in profile.iterdir()
        if path.is_file() and not path.name.endswith(("-shm", "lock"))
    }


def refused(person, *arguments, stdin=None):
    """The one sentence with which a command ends, after at most some warnings."""
    done = person.attempt(*arguments, stdin=stdin, seconds=60)
    assert (done.returncode, done.stdout) == (1, b""), done
    lines = done.stderr.decode().splitlines()
    said = [line for line in lines if line.startswith("onionchat: ")]
    assert said, lines
    assert "Traceback" not in done.stderr.decode()
    return said[-1]


def start_refused(person, *options):
    """The sentence of a node that does not start, and leaves nothing behind."""
    said = refused(person, "node", *options)
    assert not (person.profile / "run" / "control.sock").exists()
    return said


def open_refused(person):
    """The same, of a node that cannot use the profile, and leaves it byte for byte as it is."""
    before = contents(person.profile)
    said = start_refused(person)
    assert contents(person.profile) == before, said
    return said


class TestLocked:
    """`node --headless`, as a service has it: without memory that can be written and run."""

    @pytest.fixture
    def locked(self, dora):
        def deny():
            # PR_SET_MDWE, of Linux 6.3; an older one says that it does not know it.
            ctypes.CDLL(None).prctl(65, 1, 0, 0, 0)

        command = dora.command("node", "--headless", "--torrc", str(dora.torrc))
        command = [
            word for word in command if word not in ("--passphrase-file", str(dora.passphrase_file))
        ]
        with dora.log.open("ab") as log:
            dora.node = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=deny
            )
        dora.until_it_answers()
        return dora

    def test_neither_tor_nor_key_nor_database_is_there_before_somebody_opens_it(self, locked):
        key = keyslot.unlock(locked.profile, PASSPHRASE.decode())._secret
        assert locked.ask("status")["locked"]
        assert children(locked.node.pid) == []
        assert "onionchat.db" not in opened(locked.node.pid)
        assert not in_memory(locked.node.pid, key)
        locked.run("unlock")
        assert locked.ask("status")["name"] == "Dora"
        assert "onionchat.db" in opened(locked.node.pid)
        wait_for("tor", lambda: locked.tor_pid() is not None)
        # The same look finds it now: it would have found it before.
        assert in_memory(locked.node.pid, key) or os.geteuid() != 0

    def test_a_slot_that_is_damaged_is_said_to_who_opens_it(self, locked):
        slot = locked.profile / "keyslot"
        good = slot.read_bytes()
        slot.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
        assert "damaged" in refused(locked, "unlock")
        slot.write_bytes(good)
        locked.run("unlock")


def opened(pid):
    """Names of the files that a process has open."""
    return {Path(os.readlink(one)).name for one in Path(f"/proc/{pid}/fd").iterdir()}


def in_memory(pid, secret):
    """Whether these bytes are in a process's memory; only root may look into that of a node."""
    if os.geteuid() != 0:
        return False
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        place, rights = line.split()[:2]
        begin, end = (int(number, 16) for number in place.split("-"))
        if rights.startswith("rw"):
            with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
                memory.seek(begin)
                try:
                    if secret in memory.read(end - begin):
                        return True
                except OSError:
                    continue
    return False


class TestTor:
    def test_no_tor_program(self, dora):
        assert "The tor program that was named" in start_refused(dora, "--tor", "/nonexistent/tor")
        dora.start()

    def test_a_program_that_is_no_tor(self, dora):
        assert "does not say a Tor version" in start_refused(dora, "--tor", "/bin/true")

    def test_a_tor_that_is_too_old(self, dora, folder):
        old = folder / "tor"
        old.write_text("#!/bin/sh\necho Tor version 0.3.5.7.\n")
        old.chmod(0o755)
        assert "too old" in start_refused(dora, "--tor", str(old))

    def test_options_that_tor_refuses(self, dora, folder):
        torrc = folder / "wrong"
        torrc.write_text("NoSuchOption 1\n")
        assert "NoSuchOption" in start_refused(dora, "--torrc", str(torrc))
        assert "cannot be read" in start_refused(dora, "--torrc", "/nonexistent/torrc")

    def test_nobody_at_the_control_address(self, dora, folder):
        said = start_refused(dora, "--tor-control", f"unix:{folder}/control")
        assert "No Tor listens" in said
        assert "unix:/path or" in start_refused(dora, "--tor-control", "tor.example:9051")
        assert "on this machine" in start_refused(dora, "--tor-control", "8.8.8.8:9051")

    def test_a_tor_without_a_network(self, dora):
        dora.start()
        status = dora.ask("status")
        assert not status["online"]
        assert status["tor"]["running"] and status["tor"]["bootstrap"] < 100
        assert status["tor"]["summary"]
        # Nothing waits for Tor: what can be done without it is done.
        link = dora.ask("invite")["link"]
        assert "your own invite link" in refused(dora, "add", link)
        done = dora.attempt("doctor")
        assert done.returncode == 1
        assert b"No contact can reach this device just now." in done.stdout


class TestProfile:
    def test_wrong_passphrase(self, dora):
        dora.passphrase_file.write_text("something else\n")
        assert open_refused(dora).endswith("The passphrase is wrong.")

    def test_a_passphrase_file_that_others_can_read(self, dora):
        dora.passphrase_file.chmod(0o644)
        dora.start()
        assert "chmod 600" in dora.log.read_text()

    @pytest.mark.parametrize("mode", [0o755, 0o701])
    def test_a_profile_folder_that_others_can_enter(self, dora, mode):
        dora.profile.chmod(mode)
        assert "chmod 700" in open_refused(dora)
        dora.profile.chmod(0o700)
        dora.start()

    @pytest.mark.parametrize("name", ["keyslot", "onionchat.db"])
    def test_a_file_that_others_can_read(self, dora, name):
        (dora.profile / name).chmod(0o644)
        assert "chmod 700/600" in open_refused(dora)

    @pytest.mark.parametrize("size", [0, 4096, -1])
    def test_a_truncated_database(self, dora, size):
        path = dora.profile / "onionchat.db"
        data = path.read_bytes()
        path.write_bytes(data[:size])
        # In less than a page there is nothing that could be kept.
        refuse = open_refused if len(data[:size]) >= 4096 else start_refused
        assert "damaged" in refuse(dora)
        path.write_bytes(data)
        dora.start()

    @pytest.mark.parametrize("size", [10, -1])
    def test_a_truncated_key_slot(self, dora, size):
        path = dora.profile / "keyslot"
        path.write_bytes(path.read_bytes()[:size])
        assert "key file (keyslot) is damaged" in open_refused(dora)

    def test_a_missing_key_slot_is_named_and_nothing_is_put_in_its_place(self, dora):
        path = dora.profile / "keyslot"
        data = path.read_bytes()
        path.unlink()
        assert "key file (keyslot) is missing" in open_refused(dora)
        assert "keyslot) is missing" in refused(dora, "status")
        assert b"keyslot) is missing" in dora.attempt("doctor").stdout
        path.write_bytes(data)
        path.chmod(0o600)
        dora.start()

    def test_paths_are_named(self, dora, tmp_path):
        nowhere = tmp_path / "nowhere"
        assert str(nowhere) in refused(dora, "--passphrase-file", str(nowhere), "node")
        assert str(nowhere) in refused(dora, "node", "--torrc", str(nowhere))
        (tmp_path / "file").touch()
        inside = str(tmp_path / "file" / "profile")
        assert str(tmp_path / "file") in refused(dora, "--profile", inside, "init", "--name", "D")
        dora.start()
        assert str(nowhere) in refused(dora, "backup", str(nowhere / "copy"))

    def test_doctor_looks_into_the_database_without_a_node(self, dora, tmp_path):
        found = json.loads(dora.attempt("doctor", "--json").stdout)
        said = {check["name"]: check for check in found}
        assert said["database"]["sentence"] == "The database is sound."
        assert said["key file"]["ok"] and "0 contacts" in said["contents"]["sentence"]
        wrong = tmp_path / "wrong"
        wrong.write_text("another passphrase")
        wrong.chmod(0o600)
        done = dora.attempt("--passphrase-file", str(wrong), "doctor")
        assert done.returncode == 1 and b"The passphrase is wrong." in done.stdout
        path = dora.profile / "onionchat.db"
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        done = dora.attempt("doctor")
        assert done.returncode == 1 and b"WRONG  database" in done.stdout

    def test_a_database_of_another_profile(self, dora, folder):
        quick_profile(folder / "eve", "Eve")
        shutil.copyfile(folder / "eve/profile/onionchat.db", dora.profile / "onionchat.db")
        assert "another profile" in open_refused(dora)

    def test_a_database_that_is_none(self, dora):
        (dora.profile / "onionchat.db").write_bytes(b"SQLite format 3\0" + bytes(4080))
        assert "damaged" in open_refused(dora)

    def test_no_database(self, dora):
        (dora.profile / "onionchat.db").unlink()
        assert "is missing; restore it" in open_refused(dora)

    def test_altered_bytes(self, dora):
        path = dora.profile / "onionchat.db"
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        # A page that the start does not read is found by who looks at all of them.
        try:
            dora.start()
        except CommandFailed as failed:
            assert "damaged" in failed.complaint
            return
        assert b"damaged" in dora.attempt("doctor").stdout

    def test_two_nodes_at_once(self, dora):
        dora.start()
        assert "in use by another" in refused(dora, "node")
        assert dora.ask("status")["name"] == "Dora"


class TestTexts:
    @pytest.fixture
    def running(self, dora):
        dora.start()
        return dora

    def test_texts_that_cannot_be_sent(self, running):
        assert "65536 bytes" in refused(running, "send", "Bob", "-", stdin=b"x" * 10_000_000)
        assert "not valid UTF-8" in refused(running, "send", "Bob", "-", stdin=b"caf\xe9\n")
        assert "not valid UTF-8" in refused(running, "send", "Bob", os.fsdecode(b"caf\xe9"))
        for nothing in (b"", b"\n", b" \t\n ", "\u200b\u2060".encode()):
            assert "empty" in refused(running, "send", "Bob", "-", stdin=nothing)
        assert "no contact" in refused(running, "send", "Bob", "x" * 65536)


class TestSignals:
    @pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
    def test_ended_while_starting(self, dora, number):
        """At moments over the whole start; the next one starts as if nothing had been."""
        rng = random.Random(1)
        before = contents(dora.profile)["keyslot"]
        left = []
        for moment in (0.1, *(rng.uniform(0.2, 1.4) for _ in range(5))):
            dora.spawn()
            time.sleep(moment)
            left += [pid for pid, _ in children(dora.node.pid)]
            dora.node.send_signal(number)
            dora.node.wait(60)
        wait_for("the end of all children", lambda: not any(map(lives, left)), 60)
        assert contents(dora.profile)["keyslot"] == before
        dora.start()
        assert dora.ask("status")["name"] == "Dora"

    def test_everything_ends_with_the_node(self, dora):
        dora.start()
        pid = dora.tor_pid()
        assert pid is not None
        dora.node.send_signal(signal.SIGTERM)
        assert dora.node.wait(60) == 0
        assert not lives(pid)
        left = {path.name for path in (dora.profile / "run").rglob("*") if not path.is_dir()}
        assert left == set()

    def test_a_wiped_profile_takes_its_node_and_its_tor_along(self, dora):
        dora.start()
        pid = dora.tor_pid()
        said = dora.run("wipe", "--yes")
        assert said == "The profile was destroyed.\n"
        assert not dora.profile.exists()
        assert dora.node.wait(60) == 0
        assert not lives(pid)

    def test_tor_ends_with_a_killed_node(self, dora):
        dora.start()
        below = [pid for pid, _ in children(dora.node.pid)]
        assert below
        dora.kill()
        wait_for("the end of tor", lambda: not any(map(lives, below)), 60)
        # And what is left of the killed one is in nobody's way.
        dora.start()

    def test_a_tor_that_outlives_its_node_is_waited_for(self, dora):
        (dora.profile / "tor").mkdir(mode=0o700)
        with open(dora.profile / "tor" / "lock", "w") as held:
            # As tor holds it. Were another started now, they would take each other's sockets.
            fcntl.flock(held, fcntl.LOCK_EX)
            dora.spawn()
            with pytest.raises(NeverHappened):
                wait_for("a second tor", dora.tor_pid, 3)
        dora.until_it_answers()


def test_no_secret_can_be_read_from_outside(made, dora):
    """Neither in arguments and environments of processes, nor in plain files."""
    words = made[1]
    dora.start()
    link = dora.ask("invite")["link"]
    token = (dora.profile / "run" / "token").read_text().strip()
    pids = [dora.node.pid, *(pid for pid, _ in children(dora.node.pid))]
    assert len(pids) >= 2
    shown = b"".join(map(visible, pids))
    assert b"tor" in shown
    dora.stop()
    for path in dora.profile.rglob("*"):
        if path.is_file():
            shown += path.read_bytes()
    shown += dora.log.read_bytes()
    secrets = [PASSPHRASE, words.encode(), link.encode(), token.encode()]
    for secret in secrets:
        assert secret not in shown
    # Names of onions are in none of them either: tor keeps those that it serves in memory.
    assert not re.search(rb"[a-z2-7]{56}", shown)
