"""Whole nodes in virtual time; see onionchat/testing/nodes.py."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from onionchat.testing.nodes import Person, World


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: what dies here is processes, not machines."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory) as made:
        yield Path(made)


@pytest.fixture
def world(folder: Path) -> Iterator[World]:
    made = World(folder)
    yield made
    made.end()


@pytest.fixture
def alice(world: World) -> Person:
    return world.person("Alice")


@pytest.fixture
def bob(world: World) -> Person:
    return world.person("Bob")


@pytest.fixture
def carol(world: World) -> Person:
    return world.person("Carol")


@pytest.fixture
def friends(world: World, alice: Person, bob: Person) -> tuple[Person, Person]:
    """Alice and Bob as contacts with a link between them."""
    world.befriend(alice, bob)
    return alice, bob
