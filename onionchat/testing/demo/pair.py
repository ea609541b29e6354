"""Two people who are contacts already, for tests and benchmarks."""

from __future__ import annotations

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
