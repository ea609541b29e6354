"""Linking a person's devices by the commands that a person types."""

from __future__ import annotations

import json
import subprocess
from functools import partial
from pathlib import Path

from onionchat.testing.demo.people import CommandFailed, Person, wait_for


def device_of(person: Person, name: str, home: Path) -> Person:
    """Another profile of the same person's, on the same network; it runs and is online."""
    device = person.like(name, home)
    device.init()
    device.start()
    device.online()
    return device


def link(old: Person, new: Person, *, history: str = "all") -> list[str]:
    """Make `new` a device of `old`'s account; returns the words that both showed.

    Raises:
        CommandFailed, NeverHappened; AssertionError: the two showed different words.
    """
    made = old.ask("device", "link")["link"]
    joining = subprocess.Popen(
        new.command("device", "join", "-", "--name", new.name, "--history", history, "--json"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=new.environment,
    )
    assert joining.stdin is not None and joining.stdout is not None and joining.stderr is not None
    joining.stdin.write(made)
    joining.stdin.close()
    said = joining.stdout.readline()
    if not said:
        raise CommandFailed(("device", "join"), joining.wait(), joining.stderr.read())
    linked = old.ask("device", "confirm", json.loads(said)["code"])
    last = json.loads(joining.stdout.readline())
    if joining.wait() or last["words"] != linked["words"]:
        raise AssertionError("the two devices do not show the same")
    for person in old, new:
        wait_for("both devices", partial(_knows_both, person))
    words: list[str] = last["words"]
    return words


def _knows_both(person: Person) -> bool:
    return len(person.ask("device", "list")) > 1
