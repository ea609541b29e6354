"""Two contacts, and what can be wrong with their texts, their networks and their clocks."""

import os
import re
import shutil
import subprocess

import pytest

from onionchat.control import schema
from onionchat.testing.demo.pair import connected_pair
from onionchat.testing.demo.people import Person, wait_for

COMPILER = shutil.which("cc")

CLOCK = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>

int clock_gettime(clockid_t which, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int result = real(which, now);
    if (!result && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE))
        now->tv_sec += SECONDS;
    return result;
}

time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}
"""
"""A clock that is wrong for one program: a library that is loaded before the others."""


@pytest.fixture(scope="module")
def pair(tor_network, tmp_path_factory):
    people = connected_pair(
        tmp_path_factory.mktemp("b"), tor_network.torrc, seed=tor_network.client_seed
    )
    yield people
    for person in people:
        person.stop()


ODD = [
    "\x1b[2J\x1b]0;title\x07 with controls",
    "\u202eright to left\u202c and \u2066isolated",
    "\u200f\u202e never closed",
    "line\r\nline\u2028line\tline",
    "e\u0301\u0301\u0301 \U0001f9d1\u200d\U0001f680 \ufdfd",
    "onionchat:NOTALINK --name Mallory\n[received] Bob: forged",
    "x" * 65536,
]


def test_odd_texts_arrive_as_they_are_and_are_shown_harmlessly(pair):
    alice, bob = pair
    for text in ODD:
        alice.run("send", "Bob", "-", stdin=text.encode())
    wait_for("the delivery", lambda: alice.ask("status")["queued"] == 0)
    assert [m["text"] for m in bob.history("Alice")] == ODD
    shown = bob.run("history", "Alice")
    assert not set(shown) & set("\x1b\x07\r\x9b\u2028")
    for line in shown.split("\n"):
        opened = sum(map(line.count, "\u202d\u202e\u202a\u202b\u2066\u2067\u2068"))
        assert opened == sum(map(line.count, "\u202c\u2069"))
    # Nobody can write a line that looks like another message: further lines are indented.
    assert not [line for line in shown.splitlines() if line.startswith("[received]")]


def test_refused_texts_change_nothing(pair):
    alice, bob = pair
    before = alice.history("Bob")
    for text, sentence in (
        (b"x" * 10_000_000, "too long"),
        (b"x" * 65537, "too long"),
        (b"caf\xe9", "not valid UTF-8"),
        ("half \ud800".encode("utf-8", "surrogatepass"), "not valid UTF-8"),
        (b"NUL \0 inside", "NUL"),
        (b" \n\t", "empty"),
    ):
        done = alice.attempt("send", "Bob", "-", stdin=text)
        assert (done.returncode, done.stdout) == (1, b"")
        assert sentence in done.stderr.decode()
        assert done.stderr.count(b"\n") == 1
    # Also what a front end sends without asking first.
    with alice.client() as client, pytest.raises(Exception, match="too long"):
        client.call(schema.Send(contact="Bob", text="x" * 65537))
    assert alice.history("Bob") == before
    assert alice.ask("status")["queued"] == 0


def nowhere(lab, folder):
    """Options with which tor knows authorities that do not answer."""
    authority = f"DirAuthority x orport=1 no-v2 v3ident={'A' * 40} 127.0.0.1:1 {'B' * 40}"
    kept = [
        line for line in lab.torrc.read_text().splitlines() if not line.startswith("DirAuthority")
    ]
    torrc = folder / "nowhere"
    torrc.write_text("\n".join([authority, *kept, ""]))
    return torrc


def test_a_tor_that_cannot_connect(pair, tor_network, tmp_path):
    alice, bob = pair
    alice.stop()
    alice.torrc = nowhere(tor_network, tmp_path)
    # What tor knows of the network from before.
    shutil.rmtree(alice.profile / "tor")
    alice.start()
    try:
        status = wait_for("the reason", lambda: with_reason(alice))
        assert not status["online"]
        assert status["tor"]["running"] and status["tor"]["bootstrap"] < 100
        assert f"{status['tor']['bootstrap']} %" in alice.run("status")
        assert any("network" in reason for reason in status["tor"]["reasons"])
        done = alice.attempt("doctor")
        assert done.returncode == 1 and status["tor"]["reasons"][0].encode() in done.stdout
        # The node answers, and what is written waits.
        written = alice.run("send", "Bob", "out of the hole").strip()
        assert {m["id"]: m["state"] for m in alice.history("Bob")}[written] == "queued"
        assert alice.ask("status")["queued"] == 1
    finally:
        alice.stop()
        alice.torrc = tor_network.torrc
    alice.start()
    wait_for("the delivery", lambda: alice.ask("status")["queued"] == 0, 120)
    assert [m["text"] for m in bob.history("Alice")][-1] == "out of the hole"
    alice.online()
    # That a network of four relays is too small for guards that are kept is no trouble.
    assert not reasons(alice)


def with_reason(person):
    status = person.ask("status")
    return status if status["tor"]["reasons"] else None


def reasons(person):
    return person.ask("status")["tor"]["reasons"]


@pytest.fixture
def crowd():
    people = []
    yield people
    for person in people:
        person.stop()


@pytest.mark.skipif(COMPILER is None, reason="needs a C compiler to make tor's clock wrong")
@pytest.mark.parametrize(
    ("hours", "says"),
    [
        # By the clocks of relays, or by the consensus, which is some time old.
        (-30, "clock is about (2[0-9]|30) hours behind"),
        (9, "clock is about 9 hours ahead"),
        (-24 * 400, "clock seems to be far behind"),
    ],
)
def test_a_wrong_clock_is_named(hours, says, tor_network, tmp_path_factory, crowd):
    folder = tmp_path_factory.mktemp("k")
    (folder / "clock.c").write_text(CLOCK)
    build = [COMPILER, "-shared", "-fPIC", f"-DSECONDS={hours * 3600}"]
    built = subprocess.run(
        [*build, "-o", folder / "clock.so", folder / "clock.c", "-ldl"], check=False
    )
    if built.returncode != 0:
        pytest.skip("the compiler cannot build a library")
    program = folder / "tor"
    program.write_text(
        f'#!/bin/sh\nLD_PRELOAD={folder}/clock.so exec {tor_network.ready["tor"]} "$@"\n'
    )
    program.chmod(0o755)
    person = Person(
        "Dora", folder / "dora", tor_network.torrc, node_arguments=("--tor", os.fspath(program))
    )
    crowd.append(person)
    person.init()
    person.start()
    wait_for("the reason", lambda: any(re.search(says, reason) for reason in reasons(person)))
    assert not any("block" in reason for reason in reasons(person))
