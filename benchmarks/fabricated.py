"""Fabricated profiles as the homes of people whose nodes are real processes."""

from __future__ import annotations

import time
from pathlib import Path

from onionchat.protocol.crypto.rng import SystemRng
from onionchat.testing.demo.people import Person
from onionchat.testing.fabricate import CENTRE, circle, set_passphrase
from onionchat.types import Millis


def now() -> Millis:
    return Millis(int(time.time() * 1000))


def circle_of(folder: Path, others: int) -> list[Path]:
    """Profiles of a person and so many contacts, in a folder that is removed with the benchmark."""
    folder.mkdir()
    return circle(folder, others, now=now())


def centre(home: Path, profile: Path, torrc: Path) -> Person:
    """The first of the fabricated people, with an ordinary passphrase slot."""
    person = Person(CENTRE, home, torrc)
    set_passphrase(profile, person.passphrase_file.read_text().strip(), SystemRng())
    profile.rename(person.profile)
    return person
