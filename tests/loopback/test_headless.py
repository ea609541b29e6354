"""A node that asks nobody: what opens it, what a locked one answers, what its manager is told."""

import json
import os
import signal
import socket
import stat
import subprocess

import pytest

from onionchat.control import schema
from onionchat.control.client import Client
from onionchat.errors import NodeLocked, WrongPassphrase

from .conftest import PASSPHRASE, Person, until


@pytest.fixture
def alice(person: Person) -> Person:
    """With a profile, and with nothing in the environment that names its passphrase."""
    person.ok("init", "--name", "Alice")
    del person.environment["ONIONCHAT_PASSPHRASE_FILE"]
    return person


def start(person: Person, *arguments: str) -> subprocess.Popen[bytes]:
    node = person.begin("node", "--headless", *arguments)
    until(person.answers)
    return node


def given(person: Person) -> str:
    return f"--passphrase-file={person.passphrase_file}"


class Manager:
    """The socket of a service manager."""

    def __init__(self, person: Person, **more: str) -> None:
        place = str(person.profile.parent / "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(place)
        self.socket.settimeout(60)
        person.environment.update(NOTIFY_SOCKET=place, **more)

    def hears(self, text: str) -> list[str]:
        """What comes until a datagram has this line."""
        heard = []
        while not heard or text not in heard[-1].splitlines():
            heard.append(self.socket.recv(4096).decode())
        return heard


class TestLocked:
    def test_without_a_passphrase_it_waits_and_says_so(self, alice) -> None:
        node = start(alice)
        view = alice.json("status")
        assert view["locked"] and not view["online"] and not view["tor"]["running"]
        assert [view[name] for name in ("account", "device", "name", "visibility")] == [""] * 4
        assert "yes: `onionchat unlock`" in alice.ok("status")
        assert alice.run("status", "--check").returncode == 4
        node.send_signal(signal.SIGTERM)
        assert node.wait(60) == 0

    def test_nothing_else_is_answered(self, alice) -> None:
        start(alice)
        with Client.connect(alice.profile) as client:
            client.call(schema.Subscribe())
            for request in (
                schema.Contacts(),
                schema.Send(contact="Friend", text="x"),
                schema.Settings(),
                schema.Doctor(),
                schema.Backup(path="/tmp/x"),
                schema.VerifyPassphrase(passphrase=PASSPHRASE),
                schema.ChangePassphrase(old=PASSPHRASE, new="another one"),
            ):
                with pytest.raises(NodeLocked):
                    client.call(request)
        done = alice.run("contacts")
        assert done.returncode == 1
        assert b"`onionchat unlock` opens it" in done.stderr

    def test_the_passphrase_opens_it_over_the_same_connections(self, alice) -> None:
        node = start(alice)
        with Client.connect(alice.profile) as client:
            assert client.call(schema.Status()).locked
            assert "is open" in alice.ok("unlock", given(alice))
            assert client.call(schema.Status()).name == "Alice"
            client.call(schema.Subscribe())
            alice.befriend()
            next(client.events())
            # Whoever comes second hears the same, and cannot get by with another one.
            client.call(schema.Unlock(passphrase=PASSPHRASE))
            with pytest.raises(WrongPassphrase):
                client.call(schema.Unlock(passphrase="anything"))
        assert "open already" in alice.ok("unlock", given(alice))
        assert alice.run("status", "--check").returncode == 0
        alice.ok("stop")
        assert node.wait(60) == 0

    def test_wrong_ones_are_paced_and_leave_it_locked(self, alice) -> None:
        start(alice)
        with Client.connect(alice.profile) as client:
            for _ in range(5):
                with pytest.raises(WrongPassphrase):
                    client.call(schema.Unlock(passphrase="wrong"))
        done = alice.run("unlock", given(alice))
        assert done.returncode == 1
        assert b"Too many wrong passphrases" in done.stderr
        assert alice.json("status")["locked"]
        # The pause of a second is over at the latest now and then.
        until(lambda: alice.run("unlock", given(alice)).returncode == 0)

    def test_two_at_once_open_it_once(self, alice) -> None:
        start(alice)
        both = [alice.begin("unlock", given(alice)) for _ in range(2)]
        assert [child.wait(60) for child in both] == [0, 0]
        assert alice.json("status")["name"] == "Alice"

    def test_it_can_be_stopped_and_wiped(self, alice) -> None:
        node = start(alice)
        assert "stopped" in alice.ok("stop")
        assert node.wait(60) == 0
        node = start(alice)
        assert "destroyed" in alice.ok("wipe", "--yes")
        assert node.wait(60) == 0
        assert not alice.profile.exists()

    def test_a_second_node_is_refused(self, alice) -> None:
        start(alice)
        for second in (("node", "--headless"), ("node", given(alice))):
            done = alice.run(*second)
            assert done.returncode == 1
            assert b"in use" in done.stderr
        assert alice.json("status")["locked"]

    def test_what_hinders_the_opening_is_said_and_it_stays_locked(self, alice) -> None:
        start(alice, "--tor", "/nonexistent/tor")
        done = alice.run("unlock", given(alice))
        assert done.returncode == 1
        assert b"No tor program" in done.stderr
        assert alice.json("status")["locked"]


class TestGiven:
    def test_a_file(self, alice) -> None:
        start(alice, given(alice))
        assert alice.json("status")["name"] == "Alice"

    def test_a_credential_of_the_service(self, alice) -> None:
        folder = alice.profile.parent / "credentials"
        folder.mkdir()
        (folder / "passphrase").write_text(PASSPHRASE + "\n")
        # With an access list, its group may look allowed to read it.
        (folder / "passphrase").chmod(0o440)
        alice.environment["CREDENTIALS_DIRECTORY"] = str(folder)
        node = start(alice)
        assert not alice.json("status")["locked"]
        alice.ok("stop")
        assert b"warning" not in node.communicate()[1]

    @pytest.mark.parametrize("text", ["another one", "", "\0" * 5000, "two\nlines, and wrong"])
    def test_one_that_does_not_fit_leaves_it_locked_with_the_reason(self, alice, text) -> None:
        alice.passphrase_file.write_text(text)
        start(alice, given(alice))
        view = alice.json("status")
        assert view["locked"]
        (reason,) = view["warnings"]
        assert "that this node was started with" in reason
        alice.passphrase_file.write_text(PASSPHRASE)
        alice.ok("unlock", given(alice))
        assert not alice.json("status")["locked"]

    def test_a_credential_that_is_not_there_is_none(self, alice) -> None:
        alice.environment["CREDENTIALS_DIRECTORY"] = str(alice.profile.parent)
        alice.passphrase_file.unlink()
        start(alice)
        assert alice.json("status")["warnings"] == []

    def test_credentials_that_cannot_be_looked_at_are_named_as_the_reason(self, alice) -> None:
        # Something that is no folder stands for one that may not be entered: root may enter all.
        alice.environment["CREDENTIALS_DIRECTORY"] = str(alice.passphrase_file)
        start(alice)
        (reason,) = alice.json("status")["warnings"]
        assert "cannot be read" in reason

    def test_without_headless_the_credential_is_not_looked_for(self, alice) -> None:
        done = alice.run("node")
        assert b"No passphrase was given" in done.stderr


class TestManager:
    def test_is_told_of_the_start_and_the_end(self, alice) -> None:
        manager = Manager(alice)
        node = start(alice, given(alice))
        heard = manager.hears("READY=1")
        assert "STATUS=Connected to the Tor network." in heard[-1]
        node.send_signal(signal.SIGTERM)
        manager.hears("STOPPING=1")
        assert node.wait(60) == 0

    def test_a_locked_node_is_ready_and_says_that_it_is_locked(self, alice) -> None:
        manager = Manager(alice)
        start(alice)
        assert "STATUS=Locked: `onionchat unlock` opens it." in manager.hears("READY=1")[-1]
        alice.ok("unlock", given(alice))
        manager.hears("STATUS=Connected to the Tor network.")

    def test_is_told_of_nobody_and_of_nothing_that_was_said(self, alice) -> None:
        """The manager shows its status to whoever asks, and the journal keeps the log."""
        manager = Manager(alice)
        node = start(alice, given(alice))
        alice.befriend()
        alice.ok("send", "Friend", "a secret text", "--wait", "10")
        account, link = alice.json("status")["account"], alice.json("invite")["link"]
        alice.ok("stop")
        heard = "\n".join(manager.hears("STOPPING=1")) + node.communicate(timeout=60)[1].decode()
        assert "READY=1" in heard and "The node runs." in heard
        for secret in ("Friend", "secret", "Alice", PASSPHRASE, account, link):
            assert secret not in heard

    def test_is_shown_that_it_lives(self, alice) -> None:
        manager = Manager(alice, WATCHDOG_USEC="300000")
        start(alice)
        for _ in range(3):
            manager.hears("WATCHDOG=1")

    def test_one_that_is_gone_is_no_reason_to_end(self, alice) -> None:
        alice.environment["NOTIFY_SOCKET"] = "/nonexistent/socket"
        start(alice)
        assert alice.json("status")["locked"]


class TestFromElsewhere:
    """Over SSH, or by `sudo -u`: without the session's variables, or with those of another."""

    @pytest.mark.parametrize("unset", ["XDG_RUNTIME_DIR", "HOME", "XDG_DATA_HOME"])
    def test_the_node_is_found_by_its_profile_alone(self, alice, unset) -> None:
        runtime = alice.profile.parent / "runtime"
        runtime.mkdir(mode=0o700)
        alice.profile = alice.profile.rename(alice.profile.parent / "a long name, with spaces")
        alice.environment |= {"XDG_RUNTIME_DIR": str(runtime), "HOME": str(alice.profile.parent)}
        alice.environment["ONIONCHAT_PROFILE"] = str(alice.profile)
        start(alice)
        assert (runtime / os.listdir(runtime)[0] / "control.sock").exists()
        alice.environment.pop(unset, None)
        assert alice.json("status")["locked"]

    def test_no_node_is_said_with_the_folder_that_was_looked_at(self, alice) -> None:
        alice.environment["HOME"] = str(alice.profile.parent)
        for name in ("ONIONCHAT_PROFILE", "XDG_DATA_HOME"):
            alice.environment.pop(name, None)
        done = alice.run("status")
        assert done.returncode == 1
        assert f"{alice.profile.parent}/.local/share/onionchat/default" in done.stderr.decode()
        assert alice.run("status", "--check").returncode == 1

    def test_the_profile_of_somebody_else_is_said_to_be_that(self, alice) -> None:
        """`sudo onionchat status` for the node of a service."""
        if os.geteuid() != 0:
            pytest.skip("needs root, to make a profile somebody else's")
        start(alice)
        for path in (alice.profile, alice.profile / "run"):
            os.chown(path, 65534, 65534)
        done = alice.run("status")
        for path in (alice.profile, alice.profile / "run"):
            os.chown(path, 0, 0)
        assert done.returncode == 1
        assert b"say `sudo -u nobody -H onionchat" in done.stderr


def test_status_is_stable(alice) -> None:
    """What monitoring reads: fields may come, none goes."""
    start(alice)
    locked = set(alice.json("status"))
    alice.ok("unlock", given(alice))
    view = alice.json("status")
    assert set(view) == locked
    assert locked >= set(
        "online tor contacts connected queued requests account device name visibility version"
        " protocol pid profile uptime warnings clock locked".split()
    )
    assert json.dumps(view).isascii()


def test_the_socket_of_a_locked_node_is_private(alice) -> None:
    start(alice)
    for name in ("control.sock", "token"):
        assert stat.S_IMODE((alice.profile / "run" / name).lstat().st_mode) == 0o600
