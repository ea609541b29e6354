"""What a service manager is told, and by whom."""

import os
import socket

import pytest

from onionchat.service_manager import ServiceManager


@pytest.fixture(params=["path", "abstract"])
def manager(request, tmp_path):
    """Its socket, and the name as it stands in the environment."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        if request.param == "path":
            name = str(tmp_path / "n")
            listening.bind(name)
        else:
            name = f"@onionchat-test-{os.getpid()}"
            listening.bind("\0" + name[1:])
        listening.settimeout(5)
        yield listening, name


def test_one_datagram_a_word_on_each_line(manager):
    listening, name = manager
    ServiceManager({"NOTIFY_SOCKET": name}).tell(READY="1", STATUS="It\nruns.\0 Well")
    assert listening.recv(4096) == b"READY=1\nSTATUS=It runs.\0 Well"


def test_children_are_given_nothing_of_it(manager):
    _, name = manager
    environment = {
        "NOTIFY_SOCKET": name,
        "WATCHDOG_USEC": "1",
        "WATCHDOG_PID": "2",
        "PATH": "/bin",
    }
    ServiceManager(environment)
    assert environment == {"PATH": "/bin"}


@pytest.mark.parametrize("name", ["", "vsock:2:1", "relative", "/nonexistent/s", "@" + "x" * 300])
def test_where_nobody_listens_nothing_happens(name):
    ServiceManager({"NOTIFY_SOCKET": name}).tell(READY="1")


@pytest.mark.parametrize(
    ("micros", "pid", "seconds"),
    [
        ("3000000", "", 3.0),
        ("3000000", "this one", 3.0),
        ("3000000", "1", None),
        ("", "", None),
        ("0", "", None),
        ("-1", "", None),
        ("x", "", None),
    ],
)
def test_the_watchdog_is_the_one_of_this_process(micros, pid, seconds):
    # Its number is no part of the test's name: that has to be the same in each process.
    pid = str(os.getpid()) if pid == "this one" else pid
    found = ServiceManager({"WATCHDOG_USEC": micros, "WATCHDOG_PID": pid})
    assert found.watchdog_seconds == seconds
