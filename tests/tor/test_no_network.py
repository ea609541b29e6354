"""A node opens no Internet socket: watched while it talks, and where there is no network at all.

The scenes of goal P6 that the program has: start, invite, a link of the web pasted, names and texts
that look like addresses, proxy variables, no tor, tor killed, the node killed.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from onionchat.testing.demo.empty_network import EmptyNetwork
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

NAMES = ("www.onionchat.invalid", "198.51.100.7")
"""Of the people: whoever looks names up, or connects to them, is seen."""

BAIT = (
    "https://onionchat.invalid/picture.png and http://203.0.113.9:8080/",
    "ftp://[2001:db8::9]/ \\\\198.51.100.9\\share mailto:someone@onionchat.invalid",
    "file:///etc/hostname magnet:?xt=urn:btih:0&tr=udp://onionchat.invalid:6969",
    "onionchat.invalid 203.0.113.9 [2001:db8::9]:53 printer.local",
)

PROXY = "http://127.0.0.1:9"
PROXIES = {
    spelled: PROXY
    for name in (
        "http_proxy",
        "https_proxy",
        "ftp_proxy",
        "all_proxy",
        "socks_proxy",
        "rsync_proxy",
    )
    for spelled in (name, name.upper())
}
"""What many a library obeys when it finds it in its environment."""

LEAK = """
import os as _os, socket as _socket, sys as _sys, threading as _threading, time as _time

def _watch():
    begun = []

    def leak(number, code):
        while not _os.path.exists({folder!r} + "/now-%d" % number):
            _time.sleep(0.02)
        try:
            exec(code)
        except OSError:
            pass
        open({folder!r} + "/done-%d" % number, "w").close()

    def leak_all():
        for number, code in enumerate({codes!r}):
            leak(number, code)

    def hook(event, args):
        # When the node has everything else: it is about to offer its control API.
        if event == "socket.bind" and "control.sock" in str(args[1]) and not begun:
            begun.append(True)
            _threading.Thread(target=leak_all, daemon=True).start()

    if "onionchat.daemon" in _sys.orig_argv:
        _sys.addaudithook(hook)

_watch()
"""

LEAKS = {
    "DNS packet": "_socket.socket(2, 2).sendto(b'x', ('127.0.0.1', 53))",
    "TCP connection": "_socket.socket(2, 1).connect(('127.0.0.1', 9))",
    "IPv6 socket": "_socket.socket(10, 1)",
    "multicast": (
        "s = _socket.socket(2, 2); s.setsockopt(0, 33, 0); s.sendto(b'x', ('224.0.0.251', 5353))"
    ),
    "name look-up": "_socket.getaddrinfo('onionchat.invalid', 53)",
}
"""What must be found, as statements; the numbers are Linux's for families and types, and 33 is how
far a multicast goes: not beyond this machine. The last takes its time."""

PACKETS = ("DNS packet", "TCP connection", "multicast")
"""Those that the kernel counts whatever the machine's resolver is."""


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


def watched(name, folder, tor_network, crowd, trace, *arguments):
    """A person whose node is recorded by `trace`, in an environment that names proxies."""
    person = Person(
        name,
        folder / "home",
        tor_network.torrc,
        node_prefix=trace.prefix,
        node_arguments=arguments or trace.arguments,
        seed=tor_network.client_seed,
        environment={**trace.environment, **PROXIES},
    )
    crowd.append(person)
    person.init()
    return person


@pytest.mark.slow
@pytest.mark.parametrize("strace", RECORDERS)
def test_a_conversation_without_an_internet_socket(strace, tor_network, tmp_path_factory, crowd):
    traces = []
    for name in NAMES:
        folder = tmp_path_factory.mktemp("s")
        trace = SocketTrace(folder, tor=Path(tor_network.ready["tor"]), strace=strace)
        traces.append(trace)
        watched(name, folder, tor_network, crowd, trace).start()
    for person in crowd:
        person.online()
    one, other = crowd
    assert one.attempt("add", "https://onionchat.invalid/contact").returncode == 1
    converse(one, other, BAIT)
    tor = one.tor_pid()
    os.kill(tor, signal.SIGKILL)
    one.run("send", other.name, BAIT[0], "--wait", "120")
    assert one.tor_pid() != tor
    for person, trace in zip(crowd, traces, strict=True):
        assert trace.findings(places(person)) == []
        # And something was recorded: the sockets that a node does use, of every run of it.
        families = trace.families()
        assert set(families) == {"AF_UNIX", "AF_NETLINK"}
        assert families["AF_UNIX"] >= 5


@pytest.mark.parametrize("strace", RECORDERS)
def test_without_a_tor_there_is_no_other_way_out(strace, tor_network, tmp_path_factory, crowd):
    folder = tmp_path_factory.mktemp("m")
    trace = SocketTrace(folder, tor=Path(tor_network.ready["tor"]), strace=strace)
    missing = str(folder / "no-such-tor")
    person = watched("Alice", folder, tor_network, crowd, trace, "--tor", missing)
    person.spawn()
    assert person.node.wait(60) == 1
    assert "The tor program that was named" in person.log.read_text()
    assert trace.families() == {}
    assert trace.findings(places(person)) == []


@pytest.mark.parametrize("strace", RECORDERS)
def test_planted_leaks_are_found(strace, tor_network, tmp_path_factory, crowd):
    folder = tmp_path_factory.mktemp("l")
    planted = LEAK.format(folder=str(folder), codes=list(LEAKS.values()))
    trace = SocketTrace(folder, tor=Path(tor_network.ready["tor"]), strace=strace, planted=planted)
    person = watched("Alice", folder, tor_network, crowd, trace)
    assert trace.findings(places(person)) == []
    person.start()
    before = trace.findings(places(person))
    assert before == []
    for number, leak in enumerate(LEAKS):
        (folder / f"now-{number}").touch()
        if leak != "name look-up":
            wait_for(f"the leak {leak}", (folder / f"done-{number}").exists)
        wait_for(
            f"the {leak} to be found",
            lambda before=before: len(trace.findings(places(person))) > len(before),
        )
        before = trace.findings(places(person))


NETLESS = pytest.mark.skipif(
    not EmptyNetwork.possible(), reason="needs unshare, and leave to make a network namespace"
)

WITNESS = """
import socket
try:
    socket.create_connection(("127.0.0.1", 9), 5)
except OSError as error:
    print(error.errno)
print(sorted(line.split(":")[0].strip() for line in open("/proc/self/net/dev") if ":" in line))
"""


@NETLESS
@pytest.mark.parametrize("leak", PACKETS)
def test_what_is_sent_where_there_is_no_network_is_counted(leak):
    with EmptyNetwork() as nowhere:
        assert nowhere.sent() == {}
        code = f"import socket as _socket\n{LEAKS[leak]}"
        failed = subprocess.run(
            [*nowhere.prefix, sys.executable, "-c", code], capture_output=True, check=False
        )
        assert b"unreachable" in failed.stderr
        assert sum(nowhere.sent().values()) >= 1


@NETLESS
@pytest.mark.slow
def test_a_conversation_where_there_is_no_network(tor_network, tmp_path_factory, crowd):
    folder = tmp_path_factory.mktemp("e")
    tors = []
    with EmptyNetwork() as nowhere:
        # Not even the loopback works in there: the network is unreachable, nobody refuses.
        shown = subprocess.run(
            [*nowhere.prefix, sys.executable, "-c", WITNESS],
            capture_output=True,
            check=True,
            text=True,
        ).stdout.split("\n")
        assert shown[:2] == ["101", "['lo']"]
        witnessed = nowhere.sent()
        try:
            for number, name in enumerate(NAMES):
                tor = PlainClient.start(
                    folder / f"tor-{number}",
                    tor_network.torrc,
                    seed=tor_network.client_seed,
                    tor=tor_network.ready["tor"],
                )
                tors.append(tor)
                person = Person(
                    name,
                    folder / str(number),
                    None,
                    node_prefix=nowhere.prefix,
                    node_arguments=("--tor-control", f"unix:{tor.directory / 'control'}"),
                    environment=PROXIES,
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
                    assert os.stat(f"/proc/{person.node.pid}/ns/net").st_ino == nowhere.inode
                    assert os.stat("/proc/self/ns/net").st_ino != nowhere.inode
            converse(*crowd, BAIT)
            one = crowd[0]
            tors.pop(0).stop()
            wait_for("tor to be missed", lambda: not one.ask("status")["online"])
            one.run("send", crowd[1].name, BAIT[0])
        finally:
            for person in crowd:
                person.stop()
            for tor in tors:
                tor.stop()
        # Of all runs of both nodes, also of the one that was killed: not one attempt.
        assert nowhere.sent() == witnessed
