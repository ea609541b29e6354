"""Memory of a node with 100 contacts and 100,000 messages, online in the private network.

The other arm is the same node with an empty profile: what Python and the libraries take.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks.fabricated import centre, circle_of, now
from benchmarks.processes import proportional, resident
from benchmarks.report import Figure, Report
from onionchat.testing.demo.lab import Lab
from onionchat.testing.demo.people import Person
from onionchat.testing.fabricate import fill, friend

CONTACTS = 100
MESSAGES = 100_000
SETTLE = 10.0
"""Seconds from being reachable to the measurement: contacts are dialled meanwhile, in vain."""

USED = 10
"""Conversations that the person looks through."""


def _measured(person: Person, use: bool) -> dict[str, float]:
    person.start()
    try:
        person.online()
        time.sleep(SETTLE)
        assert person.node is not None
        pid = person.node.pid
        found = {"idle": resident(pid)}
        if use:
            for number in range(1, USED + 1):
                person.history(friend(number), 200)
                person.ask("search", "people time")
            person.ask("contacts")
            found |= {"used": resident(pid), "used PSS": proportional(pid)}
        tor = person.tor_pid()
        if tor is not None:
            found["its tor"] = resident(tor)
        return found
    finally:
        person.stop()


def run() -> Report:
    with tempfile.TemporaryDirectory(prefix="onionchat-bench-") as folder:
        base = Path(folder)
        profiles = circle_of(base / "people", CONTACTS)
        fill(profiles, MESSAGES, now=now())
        lab = Lab(base / "network")
        lab.start()
        try:
            fresh = Person("Fresh", base / "fresh", lab.torrc)
            fresh.init()
            empty = _measured(fresh, use=False)
            full = _measured(centre(base / "centre", profiles[0], lab.torrc), use=True)
        finally:
            lab.stop()
    arms = {**full, "empty profile": empty["idle"]}
    return Report(
        "footprint",
        [
            Figure(
                f"resident, {CONTACTS} contacts, {MESSAGES} messages",
                max(full["idle"], full["used"]),
                "MB",
                120.0,
                arms,
            )
        ],
    )
