"""A node opens no Internet socket: watched while it talks, and where there is no network at all."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from onionchat.testing.demo.pair import converse
from onionchat.testing.demo.people import Person, wait_for
from onionchat.testing.demo.traced import SocketTrace, usable_strace
from onionchat.testing.torlab import PlainClient

STRACE = usable_strace()
RECORDERS = [
    pytest.param(
        STRACE,
        id="strace",
        marks=pytest.mark.skipif(STRACE is None, reason="needs strace, and leave to trace"),
    ),
    pytest.param(None, id="audit"),
]

LEAK = """
import socket as _socket, sys as _sys, threading as _threading

def _watch():
    begun = []

    def leak():
        {code}

    def hook(event, args):
        # When the node has everything else: it is about to offer its control API.
        if event == "socket.bind" and "control.sock" in str(args[1]) and not begun:
            begun.append(True)
            _threading.Thread(target=leak, daemon=True).start()

    if "onionchat.daemon" in _sys.orig_argv:
        _sys.addaudithook(hook)

_watch()
"""

LEAKS = {
    "name look-up": "_socket.getaddrinfo('onionchat.invalid', 53)",
    "DNS packet": "_socket.socket(2, 2).sendto(b'x', ('127.0.0.1', 53))",
    "TCP connection": "_socket.create_connection(('127.0.0.1', 9))",
    "IPv6 socket": "_socket.socket(10, 1)",
    "multicast": ("_socket.socket(2, 2).setsockopt(0, 35, bytes([224, 0, 0, 251]) + bytes(4))"),
}
"""What must be found, as statements; the numbers are Linux's for families and types."""


@pytest.fixture
def crowd():
    """People whose nodes are stopped at the end."""
    people = []
    yield people
    for person in people:
        person.stop()


def places(person):
    """The folders that hold a node's own sockets."""
    return [person.profile / "run", person.profile / "run" / "tor"]


@pytest.mark.slow
@pytest.mark.parametrize("strace", RECORDERS)
def test_a_conversation_without_an_internet_socket(strace, tor_network, tmp_path_factory, crowd):
    traces = []
    for name in ("Alice", "Bob"):
        folder = tmp_path_factory.mktemp("s")
        trace = SocketTrace(folder, tor=Path(tor_network.ready["tor"]), strace=strace)
        person = Person(
            name,
            folder / "home",
            tor_network.torrc,
            node_prefix=trace.prefix,
            node_arguments=trace.arguments,
            seed=tor_network.client_seed,
            environment=trace.environment,
        )
        traces.append(trace)
        crowd.append(person)
        person.init()
        person.start()
    for person in crowd:
        person.online()
    converse(*crowd)
    for person, trace in zip(crowd, traces, strict=True):
        assert trace.findings(places(person)) == []
        # And something was recorded: the sockets that a node does use, of every run of it.
        families = trace.families()
        assert set(families) == {"AF_UNIX", "AF_NETLINK"}
        assert families["AF_UNIX"] >= 5


@pytest.mark.parametrize("leak", LEAKS)
@pytest.mark.parametrize("strace", RECORDERS)
def test_a_planted_leak_is_found(strace, leak, tor_network, tmp_path_factory, crowd):
    folder = tmp_path_factory.mktemp("l")
    trace = SocketTrace(
        folder,
        tor=Path(tor_network.ready["tor"]),
        strace=strace,
        planted=LEAK.format(code=LEAKS[leak]),
    )
    person = Person(
        "Alice",
        folder / "home",
        tor_network.torrc,
        node_prefix=trace.prefix,
        node_arguments=trace.arguments,
        environment=trace.environment,
    )
    crowd.append(person)
    person.init()
    assert trace.findings(places(person)) == []
    person.start()
    wait_for("the leak to be found", lambda: trace.findings(places(person)), 60)


def empty_network():
    """Words that start a program in an empty network namespace; None where that is not allowed."""
    unshare = shutil.which("unshare")
    for options in ("-n", "-rn"):
        prefix = (unshare or "unshare", options)
        try:
            done = subprocess.run([*prefix, "true"], capture_output=True, check=False)
        except OSError:
            return None
        if done.returncode == 0:
            return prefix
    return None


EMPTY = empty_network()

WITNESS = """
import socket
try:
    socket.create_connection(("127.0.0.1", 9), 5)
except OSError as error:
    print(error.errno)
print(sorted(line.split(":")[0].strip() for line in open("/proc/self/net/dev") if ":" in line))
"""


@pytest.mark.slow
@pytest.mark.skipif(EMPTY is None, reason="needs unshare, and leave to make a network namespace")
def test_a_conversation_where_there_is_no_network(tor_network, tmp_path_factory, crowd):
    # Not even the loopback works in there: the network is unreachable, nobody refuses.
    shown = subprocess.run(
        [*EMPTY, sys.executable, "-c", WITNESS], capture_output=True, check=True, text=True
    ).stdout.split("\n")
    assert shown[:2] == ["101", "['lo']"]

    folder = tmp_path_factory.mktemp("e")
    tors = []
    try:
        for name in ("Alice", "Bob"):
            tor = PlainClient.start(
                folder / f"tor-{name}",
                tor_network.torrc,
                seed=tor_network.client_seed,
                tor=tor_network.ready["tor"],
            )
            tors.append(tor)
            person = Person(
                name,
                folder / name.lower(),
                None,
                node_prefix=EMPTY,
                node_arguments=("--tor-control", f"unix:{tor.directory / 'control'}"),
            )
            crowd.append(person)
            person.init()
            person.start()
        for person in crowd:
            person.online()
        for person in crowd:
            assert person.ask("status")["tor"]["own"] is False
            assert person.tor_pid() is None
            if os.geteuid() == 0:
                # Others may not look at a node's process at all.
                outside = os.stat("/proc/self/ns/net").st_ino
                assert os.stat(f"/proc/{person.node.pid}/ns/net").st_ino != outside
        converse(*crowd)
    finally:
        for person in crowd:
            person.stop()
        for tor in tors:
            tor.stop()
