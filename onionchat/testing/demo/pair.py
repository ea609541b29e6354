"""Two people who are contacts already, for tests and benchmarks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from onionchat.testing.demo.people import Person, wait_for


def active(person: Person) -> bool:
    """Whether the person has a contact that accepted."""
    return any(contact["state"] == "active" for contact in person.ask("contacts"))


def befriend(one: Person, other: Person) -> None:
    """Make two running nodes contacts of each other by a one-time invite."""
    link = one.ask("invite")["link"]
    other.run("add", link, "--name", one.name)
    wait_for("the contact", lambda: active(other) and active(one), seconds=120)


def connected_pair(
    base: Path,
    torrc: Path,
    *,
    node_prefix: tuple[str, ...] = (),
    node_arguments: tuple[str, ...] = (),
    seed: Path | None = None,
) -> tuple[Person, Person]:
    """Alice and Bob, each with a running node, contacts of each other."""
    people = tuple(
        Person(
            name,
            base / name.lower(),
            torrc,
            node_prefix=node_prefix,
            node_arguments=node_arguments,
            seed=seed,
        )
        for name in ("Alice", "Bob")
    )
    for person in people:
        person.init()
        person.start()
    for person in people:
        person.online()
    befriend(people[0], people[1])
    return people[0], people[1]


TEXTS = ("before, one way", "before, the other way", "while it is dead", "afterwards")


def converse(one: Person, other: Person, texts: Sequence[str] = TEXTS) -> None:
    """The demo's story for two running nodes that do not know each other yet.

    They meet, write both ways, one node is killed, is written to meanwhile, comes back and answers:
    four texts.

    Raises:
        NeverHappened, CommandFailed, AssertionError: the histories differ from what was written.
    """
    befriend(one, other)
    one.run("send", other.name, texts[0], "--wait", "90")
    other.run("send", one.name, texts[1], "--wait", "90")
    other.kill()
    one.run("send", other.name, texts[2])
    other.start()
    # What it missed comes first: a text written before that would stand beside it, not behind.
    wait_for("the missed text", lambda: len(other.history(one.name)) == len(texts) - 1, 120)
    other.run("send", one.name, texts[3], "--wait", "90")
    for person, contact in ((one, other), (other, one)):
        found = [message["text"] for message in person.history(contact.name)]
        if found != list(texts):
            raise AssertionError(f"{person.name} has {len(found)} messages, other than written")
